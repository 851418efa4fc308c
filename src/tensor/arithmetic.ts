/**
 * Arithmetic on tensors, entry by entry, with NumPy's broadcasting.
 *
 * @module
 */

import * as ops from "../ops/arithmetic.ts";
import { TensorBase } from "./base.ts";
import { applyOp } from "./elementwise.ts";
import type { TensorLike } from "./operands.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Sums, products, powers, roots, entry by entry. Shapes broadcast as NumPy's; a
 * `ShapeError` is thrown where they do not, or where dtypes differ.
 *
 * @example A number, and a row for each row
 * ```ts
 * import { tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * assert.deepEqual(x.add(1).arraySync(), [[2, 3], [4, 5]]);
 * assert.deepEqual(x.mul([1, 10]).arraySync(), [[1, 20], [3, 40]]);
 * ```
 */
export abstract class TensorArithmetic extends TensorBase
  implements Record<keyof typeof ops, unknown> {
  /** The sum with another tensor or number. */
  add(other: TensorLike): Tensor {
    return applyOp("add", ops.add, [this, other]);
  }
  /** The difference from another tensor or number. */
  sub(other: TensorLike): Tensor {
    return applyOp("sub", ops.sub, [this, other]);
  }
  /** The product by entry; `matmul` is that of matrices. */
  mul(other: TensorLike): Tensor {
    return applyOp("mul", ops.mul, [this, other]);
  }
  /** The quotient by entry. */
  div(other: TensorLike): Tensor {
    return applyOp("div", ops.div, [this, other]);
  }
  /**
   * Each entry to a power. Integers from -64 to 64 are exact for negative
   * entries too.
   *
   * @param exponent a number, or one exponent an entry
   */
  pow(exponent: TensorLike): Tensor {
    const whole = Number.isInteger(exponent) &&
      Math.abs(Number(exponent)) <= 64;
    return whole
      ? applyOp("pow", ops.pow, [this], [Number(exponent)])
      : this.powf(exponent);
  }
  /** Each entry to a real power; not a number for negative entries. */
  powf(exponent: TensorLike): Tensor {
    return applyOp("powf", ops.powf, [this, exponent]);
  }
  /** The opposite of each entry. */
  neg(): Tensor {
    return applyOp("neg", ops.neg, [this]);
  }
  /** The inverse of each entry; `inf` at 0. */
  inv(): Tensor {
    return applyOp("inv", ops.inv, [this]);
  }
  /** The square of each entry. */
  square(): Tensor {
    return applyOp("square", ops.square, [this]);
  }
  /** The square root of each entry. Its derivative at 0 is taken as 0. */
  sqrt(): Tensor {
    return applyOp("sqrt", ops.sqrt, [this]);
  }
  /** The inverse square root of each entry; 0 at 0. */
  rsqrt(): Tensor {
    return applyOp("rsqrt", ops.rsqrt, [this]);
  }
  /** The exponential of each entry. */
  exp(): Tensor {
    return applyOp("exp", ops.exp, [this]);
  }
  /** The natural logarithm of each entry; `-inf` at 0. */
  log(): Tensor {
    return applyOp("log", ops.log, [this]);
  }
  /** The absolute value of each entry. Its derivative at 0 is 0. */
  abs(): Tensor {
    return applyOp("abs", ops.abs, [this]);
  }
  /** The sign of each entry: -1, 0 or 1. */
  sign(): Tensor {
    return applyOp("sign", ops.sign, [this]);
  }
  /** 1 where an entry is positive or 0, else 0. */
  step(): Tensor {
    return applyOp("step", ops.step, [this]);
  }
  /** Each entry where it is positive, else 0. */
  relu(): Tensor {
    return applyOp("relu", ops.relu, [this]);
  }
}
