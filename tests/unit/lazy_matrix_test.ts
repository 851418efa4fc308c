/**
 * LazyTensors as matrices: products, transposes, rows, dense arrays, blocks.
 *
 * @module
 */

import {
  ArgumentError,
  grad,
  LazyTensor,
  ShapeError,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import { densePairs, reducePairs, sqdist } from "../dense_pairs.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const random = generator(11);
const cloud = (...shape: number[]) => randomTensor(random, shape);
const x = cloud(5, 3);
const y = cloud(4, 3);
const kernel = Vi(x).sqdist(Vj(y)).neg().exp();
const values = densePairs(
  (p, q) => [Math.exp(-sqdist(p, q))],
  [
    { shape: [5, 1, 3], data: x.dataSync() },
    { shape: [1, 4, 3], data: y.dataSync() },
  ],
).values.flat();

/** The dense matrix times b. */
const product = (b: Tensor, transposed = false) => {
  const k = tensor(new Float64Array(values), [5, 4]);
  return (transposed ? k.transpose() : k).matmul(b).dataSync();
};

Deno.test("matmul takes vectors and matrices", () => {
  const b = cloud(4, 2);
  assertEquals(kernel.matmul(b).shape, [5, 2]);
  assertAllClose(kernel.matmul(b).dataSync(), product(b));
  const v = cloud(4);
  assertEquals(kernel.matmul(v).shape, [5]);
  assertAllClose(kernel.matmul(v).dataSync(), product(v));
  assertAllClose(
    kernel.matmul(v.arraySync() as number[]).dataSync(),
    product(v),
  );
});

Deno.test("t() exchanges i and j", () => {
  const b = cloud(5, 2);
  assertEquals(kernel.t().shape, [4, 5, 1]);
  assertAllClose(kernel.t().matmul(b).dataSync(), product(b, true));
  assertAllClose(kernel.t().t().dense().dataSync(), values);
  assertAllClose(kernel.t().sum("j").dataSync(), kernel.sum("i").dataSync());
});

Deno.test("dense gives every pair, and derivatives", () => {
  assertEquals(kernel.dense().shape, [5, 4, 1]);
  assertAllClose(kernel.dense().dataSync(), values);
  checkDerivatives(
    (a, b) => Vi(a).sqdist(Vj(b)).neg().exp().dense(),
    [x, y],
    random,
    "dense",
  );
});

Deno.test("diag gives the pairs (i, i)", () => {
  const other = cloud(5, 3);
  const k = Vi(x).sub(Vj(other));
  assertEquals(k.diag().shape, [5, 3]);
  assertAllClose(k.diag().dataSync(), x.sub(other).dataSync());
  assertThrows(() => kernel.diag(), ShapeError, "[5,4,1]");
  checkDerivatives(
    (a, b) => Vi(a).mul(Vj(b)).exp().diag(),
    [x, other],
    random,
    "diag",
  );
});

Deno.test("rows and cols take points, in any order", () => {
  const rows = kernel.rows([4, 0, 4]);
  assertEquals(rows.shape, [3, 4, 1]);
  const at = (i: number, j: number) => values[i * 4 + j];
  assertAllClose(
    rows.dense().dataSync(),
    [4, 0, 4].flatMap((i) => [0, 1, 2, 3].map((j) => at(i, j))),
  );
  const cols = kernel.cols(tensor(new Int32Array([3, 1])));
  assertEquals(cols.shape, [5, 2, 1]);
  assertAllClose(
    cols.sum("j").dataSync(),
    [0, 1, 2, 3, 4].map((i) => at(i, 3) + at(i, 1)),
  );
  assertAllClose(kernel.rows([2]).cols([1]).dense().dataSync(), [at(2, 1)]);
  assertThrows(() => kernel.rows([5]), ArgumentError, "point 5 of 5");
  assertThrows(() => kernel.cols([-1]), ArgumentError, "point -1 of 4");
  checkDerivatives(
    (a, b) =>
      Vi(a).sqdist(Vj(b)).neg().exp().rows([1, 1, 3]).cols([2, 0]).sum("j"),
    [x, y],
    random,
    "rows and cols",
  );
});

/** Blocks of different kernels on points of different numbers. */
function blocks(a: Tensor, b: Tensor, p: Tensor, q: Tensor): LazyTensor {
  return LazyTensor.block([
    [Vi(a).sqdist(Vj(p)).neg().exp(), Vi(a).dot(Vj(q))],
    [Vi(b).sub(Vj(p)).norm2(), Vi(b).sqdist(Vj(q)).add(1).inv()],
  ]);
}

Deno.test("blocks are put together", () => {
  const clouds = [cloud(3, 2), cloud(2, 2), cloud(4, 2), cloud(1, 2)];
  const [a, b, p, q] = clouds;
  const whole = blocks(a, b, p, q);
  assertEquals(whole.shape, [5, 5, 1]);
  const dense = whole.dense().reshape([5, 5]);
  const part = (rows: [number, number], cols: [number, number]) =>
    dense.slice([rows[0], cols[0]], [rows[1], cols[1]]).dataSync();
  assertAllClose(
    part([0, 3], [0, 4]),
    Vi(a).sqdist(Vj(p)).neg().exp().dense().dataSync(),
  );
  assertAllClose(part([0, 3], [4, 5]), Vi(a).dot(Vj(q)).dense().dataSync());
  assertAllClose(
    part([3, 5], [0, 4]),
    Vi(b).sub(Vj(p)).norm2().dense().dataSync(),
  );
  assertAllClose(
    part([3, 5], [4, 5]),
    Vi(b).sqdist(Vj(q)).add(1).inv().dense().dataSync(),
  );
  const v = cloud(5, 2);
  assertAllClose(whole.matmul(v).dataSync(), dense.matmul(v).dataSync());
  checkDerivatives(
    (...given) => blocks(given[0], given[1], given[2], given[3]).sum("j"),
    clouds,
    random,
    "a block matrix",
  );
});

Deno.test("a block is not computed on the points of others", () => {
  // Logarithms of distances are finite between the two clouds alone.
  const [a, b] = [cloud(2, 2), cloud(3, 2)].map((t) => t.requiresGrad());
  const whole = LazyTensor.block([
    [Vi(a).dot(Vj(a)), Vi(a).sqdist(Vj(b)).log()],
    [Vi(b).sqdist(Vj(a)).log(), Vi(b).dot(Vj(b))],
  ]);
  const sum = whole.sum("j").sum();
  assertEquals(Number.isFinite(sum.item()), true);
  for (const g of grad(sum, [a, b])) {
    assertEquals([...g.dataSync()].every(Number.isFinite), true);
  }
});

Deno.test("blocks that do not fit are refused", () => {
  const [a, b] = [Vi(cloud(2, 2)).dot(Vj(cloud(3, 2))), Vi(cloud(3, 2))];
  assertThrows(() => LazyTensor.block([]), ArgumentError);
  assertThrows(() => LazyTensor.block([[a], [a, a]]), ArgumentError);
  assertThrows(
    () => LazyTensor.block([[a, b.dot(Vj(cloud(3, 2)))]]),
    ShapeError,
    "points i in row 0",
  );
});

Deno.test("products beside a matrix of vectors are sums", () => {
  const k = Vi(x).sub(Vj(y));
  assertThrows(() => k.matmul(cloud(4, 2)), ShapeError, "must be 1");
  const b = cloud(4, 3);
  const all = densePairs(
    (p, q, v) => p.map((w, c) => (w - q[c]) * v[c]),
    [
      { shape: [5, 1, 3], data: x.dataSync() },
      { shape: [1, 4, 3], data: y.dataSync() },
      { shape: [1, 4, 3], data: b.dataSync() },
    ],
  );
  assertAllClose(
    k.mul(Vj(b)).sum("j").dataSync(),
    reducePairs(all, "Sum", "j")[0],
  );
});
