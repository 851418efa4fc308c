/**
 * Comparisons of LazyTensors (1 where true, 0 elsewhere), choices and rounding.
 *
 * @module
 */
import * as comparison from "../ops/comparison.ts";
import { LazyElementary } from "./elementary.ts";
import type { LazyLike } from "./base.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/** Comparisons of LazyTensors (1 where true, 0 elsewhere), choices and rounding. */
export abstract class LazyComparison extends LazyElementary {
  /** 1 where equal. */
  eq(other: LazyLike): LazyTensor {
    return this.map(comparison.eq, [other]);
  }

  /** 1 where not equal. */
  ne(other: LazyLike): LazyTensor {
    return this.map(comparison.ne, [other]);
  }

  /** 1 where less. */
  lt(other: LazyLike): LazyTensor {
    return this.map(comparison.lt, [other]);
  }

  /** 1 where less or equal. */
  le(other: LazyLike): LazyTensor {
    return this.map(comparison.le, [other]);
  }

  /** 1 where greater. */
  gt(other: LazyLike): LazyTensor {
    return this.map(comparison.gt, [other]);
  }

  /** 1 where greater or equal. */
  ge(other: LazyLike): LazyTensor {
    return this.map(comparison.ge, [other]);
  }

  /** The first where this is at least 0, the second elsewhere. */
  ifelse(first: LazyLike, second: LazyLike): LazyTensor {
    return this.map(comparison.ifelse, [first, second]);
  }

  /** `low` below it, `high` above it, the value itself between. */
  clamp(low: LazyLike, high: LazyLike): LazyTensor {
    return this.map(comparison.clamp, [low, high]);
  }

  /** `x - n floor((x - d) / n)`: within n of d. */
  mod(n: LazyLike, d: LazyLike = 0): LazyTensor {
    return this.map(comparison.mod, [n, d]);
  }

  /** Rounded to `digits` decimals, halves away from 0. */
  round(digits = 0): LazyTensor {
    return this.map(comparison.round, [], [digits]);
  }

  /** The largest integer that is not larger. */
  floor(): LazyTensor {
    return this.map(comparison.floor);
  }
}
