/**
 * Variables of LazyTensors.
 *
 * @module
 */

import { Category } from "../formula/formula.ts";
import { remade } from "./base.ts";
import { LazyTensor } from "./lazy_tensor.ts";
import {
  type LazyData,
  parameterState,
  placeholderState,
  pointState,
} from "./data_states.ts";
import type { LazyState } from "./state.ts";

function lazy(state: LazyState): LazyTensor {
  return remade(new LazyTensor(0), state);
}

/**
 * Points i: one vector for each row.
 *
 * @param data an array `[M, D]`, `[M]` (D = 1), or `[M, d1, d2, ...]`
 * @returns a LazyTensor of shape `[M, 1, D]`
 * @throws {ShapeError} for a single number
 *
 * @example
 * ```ts
 * import { Vi } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(Vi([[0, 1], [2, 3], [4, 5]]).shape, [3, 1, 2]);
 * ```
 */
export function Vi(data: LazyData): LazyTensor;
/**
 * Points i, given later: placeholder `index`, of dimension `dim`.
 *
 * @param index the position of its data among the arguments
 * @param dim the number of components
 * @returns a LazyTensor whose reductions are functions of the data
 * @throws {ArgumentError} where `index` or `dim` is no integer from 0 on
 *
 * @example A function of two arrays
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const sums = Vi(0, 1).mul(Vj(1, 1)).sum("j");
 * assert.deepEqual(sums([[1], [2]], [[1], [10]]).arraySync(), [[11], [22]]);
 * ```
 */
export function Vi(index: number, dim: number): LazyTensor;
export function Vi(data: LazyData, dim?: number): LazyTensor {
  return lazy(
    dim === undefined
      ? pointState(data, Category.I)
      : placeholderState(data as number, dim, Category.I),
  );
}

/**
 * Points j: one vector for each column.
 *
 * @param data an array `[N, D]`, `[N]` (D = 1), or `[N, d1, d2, ...]`
 * @returns a LazyTensor of shape `[1, N, D]`
 * @throws {ShapeError} for a single number
 *
 * @example
 * ```ts
 * import { Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(Vj([[0, 1], [2, 3], [4, 5]]).shape, [1, 3, 2]);
 * ```
 */
export function Vj(data: LazyData): LazyTensor;
/**
 * Points j, given later: placeholder `index`, of dimension `dim`.
 *
 * @param index the position of its data among the arguments
 * @param dim the number of components
 * @returns a LazyTensor whose reductions are functions of the data
 * @throws {ArgumentError} where `index` or `dim` is no integer from 0 on
 */
export function Vj(index: number, dim: number): LazyTensor;
export function Vj(data: LazyData, dim?: number): LazyTensor {
  return lazy(
    dim === undefined
      ? pointState(data, Category.J)
      : placeholderState(data as number, dim, Category.J),
  );
}

/**
 * A parameter: one vector for all pairs.
 *
 * @param data a number, an array `[D]`, or `[d1, d2, ...]`
 * @returns a LazyTensor of shape `[1, 1, D]`
 *
 * @example
 * ```ts
 * import { Pm } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(Pm([1, 2, 3]).shape, [1, 1, 3]);
 * ```
 */
export function Pm(data: LazyData): LazyTensor;
/**
 * A parameter, given later: placeholder `index`, of dimension `dim`.
 *
 * @param index the position of its data among the arguments
 * @param dim the number of components
 * @returns a LazyTensor whose reductions are functions of the data
 * @throws {ArgumentError} where `index` or `dim` is no integer from 0 on
 *
 * @example A function of two arrays
 * ```ts
 * import { Pm, Vi } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const sums = Vi(0, 1).mul(Pm(1, 1)).sum("j");
 * assert.deepEqual(sums([[1], [2]], [3]).arraySync(), [[3], [6]]);
 * ```
 */
export function Pm(index: number, dim: number): LazyTensor;
export function Pm(data: LazyData, dim?: number): LazyTensor {
  return lazy(
    dim === undefined
      ? parameterState(data)
      : placeholderState(data as number, dim, Category.PARAMETER),
  );
}
