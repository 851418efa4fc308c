/**
 * The K least and the K largest values of LazyTensors, and where they are.
 *
 * @module
 */

import type { Tensor } from "../tensor/tensor.ts";
import { type PointsAxis, reduceOne, reducePair } from "./axes.ts";
import type { ReduceOptions } from "./evaluate.ts";
import { LazyExtrema } from "./extrema.ts";
import type { Reduced } from "./reduce.ts";

/**
 * The K least or largest values over points, in order, by component. Results
 * have the shape `[...batch, points, K]` for a scalar formula, and
 * `[...batch, points, K, D]` otherwise. Where there are less than K numbers,
 * infinities follow, of index -1.
 */
export abstract class LazyKExtrema extends LazyExtrema {
  /**
   * The K least values over points, ascending.
   *
   * @param k how many
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, K]`, or `[...batch, points, K, D]`
   * @throws {ArgumentError} where k is no positive integer
   *
   * @example Two values of each row
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.kmin(2, "j").arraySync(), [[1, 2], [3, 8]]);
   * ```
   */
  kmin(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "KMin", axis, { ...options, k });
  }

  /**
   * Where the K least values over points are: int32.
   *
   * @param k how many
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, K]`, or `[...batch, points, K, D]`
   * @throws {ArgumentError} where k is no positive integer
   *
   * @example Two neighbours
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.argKmin(2, "j").arraySync(), [[0, 1], [2, 1]]);
   * ```
   */
  argKmin(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "ArgKMin", axis, { ...options, k });
  }

  /**
   * The K least values over points, and where they are, in one pass.
   *
   * @param k how many
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns two tensors `[...batch, points, K]`, or `[...batch, points, K, D]`
   * @throws {ArgumentError} where k is no positive integer
   *
   * @example Values and indices
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * const [values, indices] = distance.kminArgkmin(2, "j");
   * assert.deepEqual(values.arraySync(), [[1, 2], [3, 8]]);
   * assert.deepEqual(indices.arraySync(), [[0, 1], [2, 1]]);
   * ```
   */
  kminArgkmin(
    k: number,
    axis: PointsAxis,
    options: ReduceOptions = {},
  ): [Tensor, Tensor] {
    return reducePair(this, "KMin_ArgKMin", axis, { ...options, k });
  }

  /**
   * The K largest values over points, descending.
   *
   * @param k how many
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, K]`, or `[...batch, points, K, D]`
   * @throws {ArgumentError} where k is no positive integer
   *
   * @example Two values of each row
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.kmax(2, "j").arraySync(), [[7, 2], [9, 8]]);
   * ```
   */
  kmax(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "KMax", axis, { ...options, k });
  }

  /**
   * Where the K largest values over points are: int32.
   *
   * @param k how many
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, K]`, or `[...batch, points, K, D]`
   * @throws {ArgumentError} where k is no positive integer
   *
   * @example The two farthest points
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.argKmax(2, "j").arraySync(), [[2, 1], [0, 1]]);
   * ```
   */
  argKmax(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "ArgKMax", axis, { ...options, k });
  }

  /**
   * The K largest values over points, and where they are, in one pass.
   *
   * @param k how many
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns two tensors `[...batch, points, K]`, or `[...batch, points, K, D]`
   * @throws {ArgumentError} where k is no positive integer
   *
   * @example Values and indices
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * const [values, indices] = distance.kmaxArgkmax(2, "j");
   * assert.deepEqual(values.arraySync(), [[7, 2], [9, 8]]);
   * assert.deepEqual(indices.arraySync(), [[2, 1], [0, 1]]);
   * ```
   */
  kmaxArgkmax(
    k: number,
    axis: PointsAxis,
    options: ReduceOptions = {},
  ): [Tensor, Tensor] {
    return reducePair(this, "KMax_ArgKMax", axis, { ...options, k });
  }
}
