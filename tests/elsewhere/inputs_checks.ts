/**
 * Arrays of other libraries are taken as they are: the real packages.
 *
 * @module
 */

import { numpy } from "@jax-js/jax";
import ndarray from "@stdlib/ndarray-array";
import * as tf from "@tensorflow/tfjs";
import Npyjs from "npyjs";
import { assertEquals } from "../assert.ts";
import { type ArrayObject, tensor, Vi, Vj } from "../../mod.ts";

const ROWS = [[1, 2], [3, 4], [5, 6]];
const COLUMNS = [[1, 3, 5], [2, 4, 6]];

function assertReads(
  given: unknown,
  dtype: string,
  expected: unknown,
): void {
  const read = tensor(given as ArrayObject);
  assertEquals(read.dtype, dtype);
  assertEquals(read.arraySync(), expected);
}

Deno.test("TensorFlow.js: tensors", () => {
  const x = tf.tensor2d(ROWS);
  assertReads(x, "float32", ROWS);
  assertReads(x.transpose(), "float32", COLUMNS);
  assertReads(tf.tensor1d([1, 2], "int32"), "int32", [1, 2]);
  assertReads(x.reshape([3, 1, 2]), "float32", ROWS.map((row) => [row]));
  const k = Vi(x as unknown as ArrayObject).sqdist(Vj([[1, 2]]));
  assertEquals(k.sum("j").arraySync(), [[0], [8], [32]]);
});

Deno.test("jax-js: arrays", () => {
  assertReads(numpy.array(ROWS), "float32", ROWS);
  assertReads(numpy.array(ROWS).transpose(), "float32", COLUMNS);
});

Deno.test("stdlib: ndarrays, with strides and orders", () => {
  const data = new Float64Array(ROWS.flat());
  const options = { shape: [3, 2], dtype: "float64" } as const;
  assertReads(ndarray(data, options), "float64", ROWS);
  const turned = ndarray(data, {
    ...options,
    shape: [2, 3],
    order: "column-major",
  });
  assertReads(turned, "float64", COLUMNS);
});

Deno.test("npyjs: files of NumPy in both orders", async () => {
  const file = (fortran: boolean, shape: string) => {
    const header =
      `{'descr': '<f4', 'fortran_order': ${
        fortran ? "True" : "False"
      }, 'shape': (${shape}), }`.padEnd(117) + "\n";
    return new Blob([
      new Uint8Array([0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0]),
      header,
      new Float32Array(ROWS.flat()),
    ]).arrayBuffer();
  };
  const reader = new Npyjs();
  const rows = await file(false, "3, 2");
  assertReads(await reader.parse(rows), "float32", ROWS);
  const columns = await file(true, "2, 3");
  assertReads(await reader.parse(columns), "float32", COLUMNS);
});
