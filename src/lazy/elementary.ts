/**
 * Elementary and special functions of LazyTensors, by component.
 *
 * @module
 */
import * as elementary from "../ops/elementary.ts";
import * as complex from "../ops/complex.ts";
import { LazyArithmetic } from "./arithmetic.ts";
import type { LazyLike } from "./base.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/** Elementary and special functions of LazyTensors, by component. */
export abstract class LazyElementary extends LazyArithmetic {
  /** The exponential. */
  exp(): LazyTensor {
    return this.map(elementary.exp, [], [], { op: complex.complexExp });
  }

  /** The natural logarithm; -inf at 0. */
  log(): LazyTensor {
    return this.map(elementary.log, [], [], { op: complex.complexLog });
  }

  /** `exp(x) - 1`, exact near 0. */
  expm1(): LazyTensor {
    return this.map(elementary.expm1);
  }

  /** `log(1 + x)`, exact near 0. */
  log1p(): LazyTensor {
    return this.map(elementary.log1p);
  }

  /** `x log x`, 0 at 0. */
  xlogx(): LazyTensor {
    return this.map(elementary.xlogx);
  }

  /** The sine. */
  sin(): LazyTensor {
    return this.map(elementary.sin, [], [], { op: complex.complexSin });
  }

  /** The cosine. */
  cos(): LazyTensor {
    return this.map(elementary.cos, [], [], { op: complex.complexCos });
  }

  /** The tangent. */
  tan(): LazyTensor {
    return this.map(elementary.tan);
  }

  /** The inverse sine. */
  asin(): LazyTensor {
    return this.map(elementary.asin);
  }

  /** The inverse cosine. */
  acos(): LazyTensor {
    return this.map(elementary.acos);
  }

  /** The inverse tangent. */
  atan(): LazyTensor {
    return this.map(elementary.atan);
  }

  /** The angle of the point (x, this). */
  atan2(x: LazyLike): LazyTensor {
    return this.map(elementary.atan2, [x]);
  }

  /** The hyperbolic sine. */
  sinh(): LazyTensor {
    return this.map(elementary.sinh);
  }

  /** The hyperbolic cosine. */
  cosh(): LazyTensor {
    return this.map(elementary.cosh);
  }

  /** The hyperbolic tangent. */
  tanh(): LazyTensor {
    return this.map(elementary.tanh);
  }

  /** `sin(x) / x`, 1 at 0. */
  sinxdivx(): LazyTensor {
    return this.map(elementary.sinxdivx);
  }

  /** `sin(pi x) / (pi x)`, 1 at 0. */
  sinc(): LazyTensor {
    return this.map(elementary.sinc);
  }

  /** The error function. */
  erf(): LazyTensor {
    return this.map(elementary.erf);
  }

  /** The logarithm of the absolute value of the gamma function. */
  lgamma(): LazyTensor {
    return this.map(elementary.lgamma);
  }

  /** The n-th derivative of the digamma function. */
  polygamma(n: number): LazyTensor {
    return this.map(elementary.polygamma, [], [n]);
  }
}
