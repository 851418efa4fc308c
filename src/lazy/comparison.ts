/**
 * Comparisons of LazyTensors (1 where true, 0 elsewhere), choices and rounding.
 *
 * @module
 */
import { apply, type LazyLike } from "./base.ts";
import * as comparison from "../ops/comparison.ts";
import { LazyElementary } from "./elementary.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/**
 * Comparisons of LazyTensors (1 where true, 0 elsewhere), choices and rounding,
 * by component; a scalar goes with every component. They throw a `ShapeError`
 * where dimensions are neither equal nor 1.
 *
 * @example Pairs of points that are near
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
 * assert.deepEqual(distance.lt(3).sum("j").arraySync(), [[2], [0]]);
 * ```
 */
export abstract class LazyComparison extends LazyElementary {
  /** 1 where equal. */
  eq(other: LazyLike): LazyTensor {
    return apply(this, comparison.eq, [other]);
  }

  /** 1 where not equal. */
  ne(other: LazyLike): LazyTensor {
    return apply(this, comparison.ne, [other]);
  }

  /** 1 where less. */
  lt(other: LazyLike): LazyTensor {
    return apply(this, comparison.lt, [other]);
  }

  /** 1 where less or equal. */
  le(other: LazyLike): LazyTensor {
    return apply(this, comparison.le, [other]);
  }

  /** 1 where greater. */
  gt(other: LazyLike): LazyTensor {
    return apply(this, comparison.gt, [other]);
  }

  /** 1 where greater or equal. */
  ge(other: LazyLike): LazyTensor {
    return apply(this, comparison.ge, [other]);
  }

  /**
   * The first where this is at least 0, the second elsewhere.
   *
   * @param first the values where this is 0 or more
   * @param second the values elsewhere
   *
   * @example Three signs
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const sign = Vi([-1, 0, 2]).ifelse(10, 20);
   * assert.deepEqual(sign.sum("j").arraySync(), [[20], [10], [10]]);
   * ```
   */
  ifelse(first: LazyLike, second: LazyLike): LazyTensor {
    return apply(this, comparison.ifelse, [first, second]);
  }

  /**
   * `low` below it, `high` above it, the value itself between.
   *
   * @param low the least value
   * @param high the largest value
   *
   * @example Between -1 and 1
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([-2, 0.5, 3]).clamp(-1, 1);
   * assert.deepEqual(x.sum("j").arraySync(), [[-1], [0.5], [1]]);
   * ```
   */
  clamp(low: LazyLike, high: LazyLike): LazyTensor {
    return apply(this, comparison.clamp, [low, high]);
  }

  /**
   * The remainder in `[d, d + n)`: `x - n floor((x - d) / n)`.
   *
   * @param n the period
   * @param d where the interval begins
   *
   * @example Remainders by 3
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * assert.deepEqual(Vi([5, -1]).mod(3).sum("j").arraySync(), [[2], [2]]);
   * ```
   */
  mod(n: LazyLike, d: LazyLike = 0): LazyTensor {
    return apply(this, comparison.mod, [n, d]);
  }

  /**
   * Rounded to `digits` decimals, halves away from 0.
   *
   * @param digits how many; negative ones round to tens, hundreds ...
   *
   * @example Halves
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([0.5, 2.5, -2.5]).round();
   * assert.deepEqual(x.sum("j").arraySync(), [[1], [3], [-3]]);
   * ```
   */
  round(digits = 0): LazyTensor {
    return apply(this, comparison.round, [], [digits]);
  }

  /** The largest integer that is not larger. */
  floor(): LazyTensor {
    return apply(this, comparison.floor);
  }

  /**
   * The first where this is not 0, the second where it is.
   *
   * @param first the values where this is not 0
   * @param second the values elsewhere
   *
   * @example A condition
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([1, 5]);
   * assert.deepEqual(x.gt(3).where(x, 0).sum("j").arraySync(), [[0], [5]]);
   * ```
   */
  where(first: LazyLike, second: LazyLike): LazyTensor {
    return apply(this, comparison.where, [first, second]);
  }

  /** 1 where this and the other are not 0. */
  logicalAnd(other: LazyLike): LazyTensor {
    return apply(this, comparison.logicalAnd, [other]);
  }

  /** 1 where this or the other is not 0. */
  logicalOr(other: LazyLike): LazyTensor {
    return apply(this, comparison.logicalOr, [other]);
  }

  /** 1 where this is 0. */
  logicalNot(): LazyTensor {
    return apply(this, comparison.logicalNot);
  }

  /** As {@linkcode clamp}, with integers that the program holds. */
  clampInt(low: number, high: number): LazyTensor {
    return apply(this, comparison.clampInt, [], [low, high]);
  }

  /** 1 from `low` to `high`, 0 elsewhere: the derivative of a clamp. */
  diffClampInt(low: number, high: number): LazyTensor {
    return apply(this, comparison.diffClampInt, [], [low, high]);
  }
}
