/**
 * Reductions of LazyTensors: sums, means, products, log-sum-exp, logic.
 *
 * @module
 */

import type { NamedReduction } from "../reductions/reduction.ts";
import { sum } from "../ops/core.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  isComponents,
  type LazyAxis,
  type PointsAxis,
  reduceAll,
  reduceOne,
} from "./axes.ts";
import { apply, type LazyLike } from "./base.ts";
import { LazyCalculus } from "./calculus.ts";
import type { ReduceOptions } from "./evaluate.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import type { Reduced } from "./reduce.ts";

export type { LazyAxis, PointsAxis } from "./axes.ts";

/**
 * Reductions over points i or j. They run over all pairs at once and give
 * Tensors; a sum of components stays lazy.
 *
 * All of them throw an `ArgumentError` for an axis that is not one of points,
 * and for options that do not suit them; complex LazyTensors have sums and
 * means only.
 */
export abstract class LazyReductions extends LazyCalculus {
  /**
   * Reduces over an axis.
   *
   * @param reduction a name as in KeOps (`"Sum"`, `"LogSumExp"` ...), or a
   * reduction of one's own
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute; `weight` for weighted reductions, `k` for
   * the k-min family
   * @returns one tensor `[...batch, points, ...]` for each output
   * @throws {ArgumentError} where the reduction or an option is unknown
   * @throws {ShapeError} where dimensions do not fit
   *
   * @example The least distance and where it is
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * const [least, at] = distance.reduce("Min_ArgMin", "j");
   * assert.deepEqual(least.arraySync(), [[1], [3]]);
   * assert.deepEqual(at.arraySync(), [[0], [2]]);
   * ```
   */
  reduce(
    reduction: string | NamedReduction,
    axis: PointsAxis,
    options: ReduceOptions & {
      readonly weight?: LazyLike | undefined;
      readonly k?: number | undefined;
    } = {},
  ): Tensor[] {
    return reduceAll(this, reduction, axis, options) as Tensor[];
  }

  /**
   * The sum of components, `[...batch, M, N, 1]`: without an axis, a sum stays
   * lazy.
   *
   * @param axis `"d"` or -1
   *
   * @example The sum of products of coordinates
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const product = Vi([[1, 2]]).mul(Vj([[3, 4]]));
   * assert.deepEqual(product.sum().shape, [1, 1, 1]);
   * assert.deepEqual(product.sum().dense().arraySync(), [[[11]]]);
   * ```
   */
  sum(axis?: "d" | -1): LazyTensor;
  /**
   * The sum over points; 0 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example Sums over rows and over columns
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.sum("j").arraySync(), [[10], [20]]);
   * assert.deepEqual(distance.sum("i").arraySync(), [[10], [10], [10]]);
   * ```
   */
  sum(axis: PointsAxis, options?: ReduceOptions): Reduced;
  sum(axis: LazyAxis = "d", options: ReduceOptions = {}): LazyTensor | Reduced {
    if (isComponents(this, axis)) {
      return this.isComplex ? this.complexSum() : apply(this, sum);
    }
    return reduceOne(this, "Sum", axis, options);
  }

  /**
   * The mean over points; NaN of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example Mean distances to points j
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.mean("i").arraySync(), [[5], [5], [5]]);
   * ```
   */
  mean(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "Mean", axis, options);
  }

  /**
   * The product over points; 1 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example Products of rows
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.prod("j").arraySync(), [[14], [216]]);
   * ```
   */
  prod(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "Product", axis, options);
  }

  /**
   * The logarithm of the sum of exponentials, `log sum_j w_j exp(f_j)`: without
   * overflow, and -inf of none. With weights, the formula must be a scalar.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute; `weight`, of any dimension E
   * @returns `[...batch, points, D]`, with weights `[...batch, points, E]`
   * @throws {ShapeError} where there are weights and the formula is no scalar
   *
   * @example Exponents that would overflow
   * ```ts
   * import { Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const f = Vj(new Float64Array([1000, 1000]));
   * const value = f.logsumexp("j").item();
   * assert.ok(Math.abs(value - (1000 + Math.LN2)) < 1e-9);
   *
   * const weighted = Vj([0, 0]).logsumexp("j", { weight: Vj([0.5, 0.5]) });
   * assert.deepEqual(weighted.arraySync(), [[0]]);
   * ```
   */
  logsumexp(
    axis: PointsAxis,
    options: ReduceOptions & { readonly weight?: LazyLike | undefined } = {},
  ): Reduced {
    return reduceOne(this, "LogSumExp", axis, options);
  }

  /**
   * The smooth minimum `-log sum_j exp(-f_j)`: without overflow, inf of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example Two equal values
   * ```ts
   * import { Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const f = Vj(new Float64Array([1000, 1000]));
   * const value = f.softmin("j").item();
   * assert.ok(Math.abs(value - (1000 - Math.LN2)) < 1e-9);
   * ```
   */
  softmin(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "SoftMin", axis, options);
  }

  /**
   * The mean of weights under the soft-max of a scalar formula:
   * `sum_j w_j exp(f_j) / sum_j exp(f_j)`; NaN of none.
   *
   * @param weight what is averaged, of any dimension E
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, E]`; a function of data for placeholders
   * @throws {ShapeError} where the formula is no scalar
   *
   * @example Equal exponents give the mean
   * ```ts
   * import { Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const f = Vj([0, 0]);
   * const mean = f.sumsoftmaxweight(Vj([[1, 2], [3, 6]]), "j");
   * assert.deepEqual(mean.arraySync(), [[2, 4]]);
   * ```
   */
  sumsoftmaxweight(
    weight: LazyLike,
    axis: PointsAxis,
    options: ReduceOptions = {},
  ): Reduced {
    return reduceOne(this, "SumSoftMaxWeight", axis, { ...options, weight });
  }

  /**
   * 1 where any value over points is not 0, else 0; 0 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example Which points i have a neighbour
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.lt(3).any("j").arraySync(), [[1], [0]]);
   * ```
   */
  any(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "Any", axis, options);
  }

  /**
   * 1 where all values over points are not 0, else 0; 1 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example Which points i are near to all
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.lt(8).all("j").arraySync(), [[1], [0]]);
   * ```
   */
  all(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "All", axis, options);
  }

  /**
   * How many values over points are not 0: int32, 0 of none.
   *
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute
   * @returns `[...batch, points, D]`; a function of data for placeholders
   *
   * @example The number of neighbours
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * // [[1, 2, 7], [9, 8, 3]]
   * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
   * assert.deepEqual(distance.lt(3).count("j").arraySync(), [[2], [0]]);
   * ```
   */
  count(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return reduceOne(this, "Count", axis, options);
  }
}
