/**
 * Comparisons, choices and rounding of tensors, entry by entry. Truth is 1,
 * falsehood 0, in the float dtype of the operands.
 *
 * @module
 */

import * as ops from "../ops/comparison.ts";
import { TensorElementary } from "./elementary.ts";
import { applyOp } from "./elementwise.ts";
import type { TensorLike } from "./operands.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Comparisons, choices, rounding, entry by entry, with broadcasting.
 *
 * @example Entries above a number
 * ```ts
 * import { tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([1, 5, 3]);
 * assert.deepEqual(x.gt(2).arraySync(), [0, 1, 1]);
 * assert.deepEqual(x.gt(2).where(x, 0).arraySync(), [0, 5, 3]);
 * ```
 */
export abstract class TensorComparison extends TensorElementary
  implements Record<Exclude<keyof typeof ops, "diffClampInt">, unknown> {
  /** 1 where entries are equal, else 0. */
  eq(other: TensorLike): Tensor {
    return applyOp("eq", ops.eq, [this, other]);
  }

  /** 1 where entries differ, else 0. */
  ne(other: TensorLike): Tensor {
    return applyOp("ne", ops.ne, [this, other]);
  }

  /** 1 where entries are less than the others, else 0. */
  lt(other: TensorLike): Tensor {
    return applyOp("lt", ops.lt, [this, other]);
  }

  /** 1 where entries are less or equal, else 0. */
  le(other: TensorLike): Tensor {
    return applyOp("le", ops.le, [this, other]);
  }

  /** 1 where entries are greater than the others, else 0. */
  gt(other: TensorLike): Tensor {
    return applyOp("gt", ops.gt, [this, other]);
  }

  /** 1 where entries are greater or equal, else 0. */
  ge(other: TensorLike): Tensor {
    return applyOp("ge", ops.ge, [this, other]);
  }

  /** 1 where both entries are not 0, else 0. */
  logicalAnd(other: TensorLike): Tensor {
    return applyOp("logicalAnd", ops.logicalAnd, [this, other]);
  }

  /** 1 where an entry of either is not 0, else 0. */
  logicalOr(other: TensorLike): Tensor {
    return applyOp("logicalOr", ops.logicalOr, [this, other]);
  }

  /** 1 where entries are 0, else 0. */
  logicalNot(): Tensor {
    return applyOp("logicalNot", ops.logicalNot, [this]);
  }

  /** The largest integer that is not above each entry. */
  floor(): Tensor {
    return applyOp("floor", ops.floor, [this]);
  }

  /**
   * Each entry rounded, halves away from 0.
   *
   * @param decimals digits after the point; negative for tens, hundreds ...
   */
  round(decimals = 0): Tensor {
    return applyOp("round", ops.round, [this], [decimals]);
  }

  /**
   * The remainder of each entry in `[offset, offset + modulus)`.
   *
   * @param modulus what is taken away, as often as it goes
   * @param offset where the interval begins
   */
  mod(modulus: TensorLike, offset: TensorLike = 0): Tensor {
    return applyOp("mod", ops.mod, [this, modulus, offset]);
  }

  /**
   * Each entry, brought between two bounds.
   *
   * @param low the lower bound
   * @param high the upper bound
   */
  clamp(low: TensorLike, high: TensorLike): Tensor {
    return applyOp("clamp", ops.clamp, [this, low, high]);
  }

  /** As `clamp`, with integers for bounds. */
  clampInt(low: number, high: number): Tensor {
    return applyOp("clampInt", ops.clampInt, [this], [low, high]);
  }

  /**
   * A choice by entry, as KeOps makes it.
   *
   * @param a the entries where this tensor is positive or 0
   * @param b the entries elsewhere
   */
  ifelse(a: TensorLike, b: TensorLike): Tensor {
    return applyOp("ifelse", ops.ifelse, [this, a, b]);
  }

  /**
   * A choice by entry, as NumPy makes it: this tensor is the condition.
   *
   * @param a the entries where this tensor is not 0
   * @param b the entries elsewhere
   */
  where(a: TensorLike, b: TensorLike): Tensor {
    return applyOp("where", ops.where, [this, a, b]);
  }
}
