/**
 * Elementary and special functions of tensors, entry by entry.
 *
 * @module
 */

import * as ops from "../ops/elementary.ts";
import { TensorArithmetic } from "./arithmetic.ts";
import { applyOp } from "./elementwise.ts";
import type { TensorLike } from "./operands.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Trigonometric, hyperbolic and special functions, entry by entry: the results
 * have the shape and dtype of the tensor.
 *
 * @example Two sines
 * ```ts
 * import { tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor(new Float64Array([0, Math.PI / 2]));
 * assert.deepEqual(x.sin().arraySync(), [0, 1]);
 * ```
 */
export abstract class TensorElementary extends TensorArithmetic
  implements
    Record<
      Exclude<keyof typeof ops, "exp" | "log" | "sinxdivxDerivative">,
      unknown
    > {
  /** The sine of each entry. */
  sin(): Tensor {
    return applyOp("sin", ops.sin, [this]);
  }

  /** The cosine of each entry. */
  cos(): Tensor {
    return applyOp("cos", ops.cos, [this]);
  }

  /** The tangent of each entry. */
  tan(): Tensor {
    return applyOp("tan", ops.tan, [this]);
  }

  /** The inverse sine of each entry; not a number beyond -1 and 1. */
  asin(): Tensor {
    return applyOp("asin", ops.asin, [this]);
  }

  /** The inverse cosine of each entry; not a number beyond -1 and 1. */
  acos(): Tensor {
    return applyOp("acos", ops.acos, [this]);
  }

  /** The inverse tangent of each entry. */
  atan(): Tensor {
    return applyOp("atan", ops.atan, [this]);
  }

  /** The angle of the point `(x, this)`, between `-pi` and `pi`. */
  atan2(x: TensorLike): Tensor {
    return applyOp("atan2", ops.atan2, [this, x]);
  }

  /** The hyperbolic sine of each entry. */
  sinh(): Tensor {
    return applyOp("sinh", ops.sinh, [this]);
  }

  /** The hyperbolic cosine of each entry. */
  cosh(): Tensor {
    return applyOp("cosh", ops.cosh, [this]);
  }

  /** The hyperbolic tangent of each entry. */
  tanh(): Tensor {
    return applyOp("tanh", ops.tanh, [this]);
  }

  /** The exponential of each entry minus 1, exact next to 0. */
  expm1(): Tensor {
    return applyOp("expm1", ops.expm1, [this]);
  }

  /** The logarithm of 1 plus each entry, exact next to 0. */
  log1p(): Tensor {
    return applyOp("log1p", ops.log1p, [this]);
  }

  /** Each entry times its logarithm; 0 at 0. */
  xlogx(): Tensor {
    return applyOp("xlogx", ops.xlogx, [this]);
  }

  /** `sin(x) / x` of each entry; 1 at 0. */
  sinxdivx(): Tensor {
    return applyOp("sinxdivx", ops.sinxdivx, [this]);
  }

  /** `sin(pi x) / (pi x)` of each entry; 1 at 0. */
  sinc(): Tensor {
    return applyOp("sinc", ops.sinc, [this]);
  }

  /** The error function of each entry. */
  erf(): Tensor {
    return applyOp("erf", ops.erf, [this]);
  }

  /** The logarithm of the absolute value of the gamma function. */
  lgamma(): Tensor {
    return applyOp("lgamma", ops.lgamma, [this]);
  }

  /**
   * The n-th derivative of the digamma function.
   *
   * @param n the order; 0 for the digamma function itself
   */
  polygamma(n: number): Tensor {
    return applyOp("polygamma", ops.polygamma, [this], [n]);
  }
}
