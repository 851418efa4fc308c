/**
 * Elementary and special functions of LazyTensors, by component.
 *
 * @module
 */
import { apply, type LazyLike } from "./base.ts";
import * as elementary from "../ops/elementary.ts";
import * as complex from "../ops/complex.ts";
import { LazyArithmetic } from "./arithmetic.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/**
 * Elementary and special functions of LazyTensors, by component. The results
 * stay lazy. Complex LazyTensors have `exp`, `log`, `sin` and `cos`; the others
 * throw an `ArgumentError` for them.
 *
 * @example A Gaussian kernel
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const kernel = Vi([0, 1]).sqdist(Vj([0, 1])).neg().exp();
 * const [first] = kernel.sum("j").dataSync();
 * assert.ok(Math.abs(first - (1 + Math.exp(-1))) < 1e-6);
 * ```
 */
export abstract class LazyElementary extends LazyArithmetic {
  /** The exponential. */
  exp(): LazyTensor {
    return apply(this, elementary.exp, [], [], { op: complex.complexExp });
  }

  /** The natural logarithm; -inf at 0. */
  log(): LazyTensor {
    return apply(this, elementary.log, [], [], { op: complex.complexLog });
  }

  /** `exp(x) - 1`, exact near 0. */
  expm1(): LazyTensor {
    return apply(this, elementary.expm1);
  }

  /** `log(1 + x)`, exact near 0. */
  log1p(): LazyTensor {
    return apply(this, elementary.log1p);
  }

  /** `x log x`, 0 at 0. */
  xlogx(): LazyTensor {
    return apply(this, elementary.xlogx);
  }

  /** The sine. */
  sin(): LazyTensor {
    return apply(this, elementary.sin, [], [], { op: complex.complexSin });
  }

  /** The cosine. */
  cos(): LazyTensor {
    return apply(this, elementary.cos, [], [], { op: complex.complexCos });
  }

  /** The tangent. */
  tan(): LazyTensor {
    return apply(this, elementary.tan);
  }

  /** The inverse sine. */
  asin(): LazyTensor {
    return apply(this, elementary.asin);
  }

  /** The inverse cosine. */
  acos(): LazyTensor {
    return apply(this, elementary.acos);
  }

  /** The inverse tangent. */
  atan(): LazyTensor {
    return apply(this, elementary.atan);
  }

  /**
   * The angle of the point (x, this), between -pi and pi.
   *
   * @param x the first coordinates
   *
   * @example The second axis
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const angle = Vi(new Float64Array([1])).atan2(0).dense().item();
   * assert.equal(angle, Math.PI / 2);
   * ```
   */
  atan2(x: LazyLike): LazyTensor {
    return apply(this, elementary.atan2, [x]);
  }

  /** The hyperbolic sine. */
  sinh(): LazyTensor {
    return apply(this, elementary.sinh);
  }

  /** The hyperbolic cosine. */
  cosh(): LazyTensor {
    return apply(this, elementary.cosh);
  }

  /** The hyperbolic tangent. */
  tanh(): LazyTensor {
    return apply(this, elementary.tanh);
  }

  /** `sin(x) / x`, 1 at 0. */
  sinxdivx(): LazyTensor {
    return apply(this, elementary.sinxdivx);
  }

  /** `sin(pi x) / (pi x)`, 1 at 0. */
  sinc(): LazyTensor {
    return apply(this, elementary.sinc);
  }

  /** The error function. */
  erf(): LazyTensor {
    return apply(this, elementary.erf);
  }

  /** The logarithm of the absolute value of the gamma function. */
  lgamma(): LazyTensor {
    return apply(this, elementary.lgamma);
  }

  /**
   * The n-th derivative of the digamma function.
   *
   * @param n the order; 0 for the digamma function itself
   * @throws {ArgumentError} where n is negative or too large
   */
  polygamma(n: number): LazyTensor {
    return apply(this, elementary.polygamma, [], [n]);
  }
}
