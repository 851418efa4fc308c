/**
 * Comparisons of LazyTensors (1 where true, 0 elsewhere), choices and rounding.
 *
 * @module
 */
import { apply, type LazyLike } from "./base.ts";
import * as comparison from "../ops/comparison.ts";
import { LazyElementary } from "./elementary.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/** Comparisons of LazyTensors (1 where true, 0 elsewhere), choices and rounding. */
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

  /** The first where this is at least 0, the second elsewhere. */
  ifelse(first: LazyLike, second: LazyLike): LazyTensor {
    return apply(this, comparison.ifelse, [first, second]);
  }

  /** `low` below it, `high` above it, the value itself between. */
  clamp(low: LazyLike, high: LazyLike): LazyTensor {
    return apply(this, comparison.clamp, [low, high]);
  }

  /** `x - n floor((x - d) / n)`: within n of d. */
  mod(n: LazyLike, d: LazyLike = 0): LazyTensor {
    return apply(this, comparison.mod, [n, d]);
  }

  /** Rounded to `digits` decimals, halves away from 0. */
  round(digits = 0): LazyTensor {
    return apply(this, comparison.round, [], [digits]);
  }

  /** The largest integer that is not larger. */
  floor(): LazyTensor {
    return apply(this, comparison.floor);
  }

  /** The first where this is not 0, the second where it is. */
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
