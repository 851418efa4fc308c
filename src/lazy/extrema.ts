/**
 * Extrema of LazyTensors: the least and the largest values, and where they
 * are.
 *
 * @module
 */

import * as ops from "../ops/extrema.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  isComponents,
  type LazyAxis,
  type PointsAxis,
  reduceOne,
  reducePair,
} from "./axes.ts";
import { apply } from "./base.ts";
import type { ReduceOptions } from "./evaluate.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import type { Reduced } from "./reduce.ts";
import { LazyReductions } from "./reductions.ts";

/**
 * Extrema over points i or j, by component; those of components stay lazy.
 * NaN is skipped, and of equal values the first counts. Indices are int32
 * Tensors, -1 where there is nothing.
 */
export abstract class LazyExtrema extends LazyReductions {
  /**
   * The least component, `[...batch, M, N, 1]`: without an
   * axis it stays lazy.
   *
   * @param axis `"d"` or -1
   */
  min(axis?: "d" | -1): LazyTensor;
  /**
   * The minimum over points; inf of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example The distance to the nearest point
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.min("j").arraySync(), [[1], [3]]);
   * ```
   */
  min(axis: PointsAxis, options?: ReduceOptions): Reduced;
  min(axis: LazyAxis = "d", options: ReduceOptions = {}): LazyTensor | Reduced {
    return isComponents(this, axis)
      ? apply(this, ops.min)
      : reduceOne(this, "Min", axis, options);
  }

  /**
   * The largest component, `[...batch, M, N, 1]`: without an
   * axis it stays lazy.
   *
   * @param axis `"d"` or -1
   */
  max(axis?: "d" | -1): LazyTensor;
  /**
   * The maximum over points; -inf of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example The distance to the farthest point
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.max("j").arraySync(), [[7], [9]]);
   * ```
   */
  max(axis: PointsAxis, options?: ReduceOptions): Reduced;
  max(axis: LazyAxis = "d", options: ReduceOptions = {}): LazyTensor | Reduced {
    return isComponents(this, axis)
      ? apply(this, ops.max)
      : reduceOne(this, "Max", axis, options);
  }

  /**
   * The index of the least component, `[...batch, M, N, 1]`: without an
   * axis it stays lazy.
   *
   * @param axis `"d"` or -1
   */
  argmin(axis?: "d" | -1): LazyTensor;
  /**
   * Where the minimum over points is: int32, -1 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example The nearest point
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.argmin("j").arraySync(), [[0], [2]]);
   * ```
   */
  argmin(axis: PointsAxis, options?: ReduceOptions): Reduced;
  argmin(
    axis: LazyAxis = "d",
    options: ReduceOptions = {},
  ): LazyTensor | Reduced {
    return isComponents(this, axis)
      ? apply(this, ops.argmin)
      : reduceOne(this, "ArgMin", axis, options);
  }

  /**
   * The index of the largest component, `[...batch, M, N, 1]`: without an
   * axis it stays lazy.
   *
   * @param axis `"d"` or -1
   */
  argmax(axis?: "d" | -1): LazyTensor;
  /**
   * Where the maximum over points is: int32, -1 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example The farthest point
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.argmax("j").arraySync(), [[2], [0]]);
   * ```
   */
  argmax(axis: PointsAxis, options?: ReduceOptions): Reduced;
  argmax(
    axis: LazyAxis = "d",
    options: ReduceOptions = {},
  ): LazyTensor | Reduced {
    return isComponents(this, axis)
      ? apply(this, ops.argmax)
      : reduceOne(this, "ArgMax", axis, options);
  }

  /**
   * The minimum over points, and where it is, in one pass.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns two tensors `[...batch, points, D]`
   *
   * @example Distances and indices
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * const [value, index] = distance.minArgmin("j");
   * assert.deepEqual(value.arraySync(), [[1], [3]]);
   * assert.deepEqual(index.arraySync(), [[0], [2]]);
   * ```
   */
  minArgmin(axis: PointsAxis, options: ReduceOptions = {}): [Tensor, Tensor] {
    return reducePair(this, "Min_ArgMin", axis, options);
  }

  /**
   * The maximum over points, and where it is, in one pass.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns two tensors `[...batch, points, D]`
   *
   * @example Distances and indices
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * const [value, index] = distance.maxArgmax("j");
   * assert.deepEqual(value.arraySync(), [[7], [9]]);
   * assert.deepEqual(index.arraySync(), [[2], [0]]);
   * ```
   */
  maxArgmax(axis: PointsAxis, options: ReduceOptions = {}): [Tensor, Tensor] {
    return reducePair(this, "Max_ArgMax", axis, options);
  }
}
