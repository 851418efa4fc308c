/**
 * Traces of operators.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { type LinearOperatorLike, mapOf } from "../operator/linear_operator.ts";
import { checkSquareMap, type LinearMap } from "../operator/map.ts";
import { deviceOfMap, Products } from "../solve/products.ts";
import { addScaled, dot, orthonormalise } from "../solve/small.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { traceOnDevice } from "./trace_on_device.ts";
import {
  checkProbes,
  type Estimate,
  meanOf,
  type ProbeOptions,
  signs,
} from "./estimate.ts";

/**
 * The trace of an operator: the sum of its diagonal, where entries can be had
 * one by one, as those of LazyTensors and stored matrices; elsewhere an
 * estimate from products with random signs, after the largest part of the
 * operator was taken out of them (Hutch++: Meyer, Musco, Musco and Woodruff
 * 2021).
 *
 * @param A a square operator, a matrix, or a LazyTensor of scalars
 * @param options the number of random vectors, 30 where not given, and a seed
 * @returns the value, with derivatives, and its error
 * @throws {ArgumentError} where A is not square
 *
 * @example Of a matrix, and of a product of matrices
 * ```ts
 * import { linearOperator, randn, trace } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const A = randn([60, 60], { seed: 1, dtype: "float64" });
 * const exact = trace(A.matmul(A.T));
 * assert.equal(exact.error, 0);
 * const { value, error } = trace(linearOperator(A).matmul(A.T));
 * assert.ok(Math.abs(value.item() - exact.value.item()) < error);
 * ```
 */
export function trace(
  A: LinearOperatorLike,
  options: ProbeOptions = {},
): Estimate {
  const map = mapOf(A);
  checkSquareMap(map, "take the trace of");
  const { probes = 30, seed = 0 } = options;
  checkProbes("estimate a trace", probes);
  if (map.entries) return { value: map.entries.diagonal().sum(), error: 0 };
  if (deviceOfMap(map) !== "cpu") return traceOnDevice(map, probes, seed);
  const { rows: size } = map;
  const sketch = Math.min(size, Math.floor(probes / 3));
  const vectors = signs(size, probes, seed);
  const products = new Products(map, [size, probes]);
  const rounded = (list: Float64Array[]) => {
    list.forEach((v) => products.round(v));
    return list;
  };
  const [images] = products.multiply([vectors.slice(0, sketch)]);
  const { basis } = orthonormalise(images, images);
  rounded(basis);
  // What is outside of the basis is estimated; there is nothing in all of R^n.
  const rest = basis.length >= size ? [] : vectors.slice(sketch);
  for (const v of rest) {
    for (let pass = 0; pass < 2; pass++) {
      for (const u of basis) addScaled(v, -dot(u, v), u);
    }
  }
  const scale = 1 / Math.sqrt(rest.length || 1);
  const scaled = rounded(rest.map((v) => v.map((x) => scale * x)));
  const columns = products.write([[...basis, ...scaled]]);
  const value = map.multiply(columns).mul(columns).sum();
  if (rest.length < 2) return { value, error: 0 };
  return { value, error: errorOf(map, products.write([scaled]), rest.length) };
}

/** Products of each column with its image: samples of the rest of a trace. */
function errorOf(map: LinearMap, columns: Tensor, count: number): number {
  const samples = withRecording(
    false,
    () => map.multiply(columns).mul(columns).sum(0).mul(count),
  );
  return meanOf(Array.from(samples.dataSync())).error;
}
