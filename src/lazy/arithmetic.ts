/**
 * Arithmetic of LazyTensors, by component, with broadcasting of scalars.
 *
 * @module
 */
import * as arithmetic from "../ops/arithmetic.ts";
import * as complex from "../ops/complex.ts";
import { LazyBase } from "./base.ts";
import type { LazyLike } from "./base.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { stateOfLazy } from "./base.ts";

/** Arithmetic of LazyTensors, by component, with broadcasting of scalars. */
export abstract class LazyArithmetic extends LazyBase {
  /** The sum. */
  add(other: LazyLike): LazyTensor {
    return this.map(arithmetic.add, [other], [], { op: complex.complexAdd });
  }

  /** The difference. */
  sub(other: LazyLike): LazyTensor {
    return this.map(arithmetic.sub, [other], [], {
      op: complex.complexSubtract,
    });
  }

  /** The product. */
  mul(other: LazyLike): LazyTensor {
    return this.map(arithmetic.mul, [other], [], { op: complex.complexMult });
  }

  /** The quotient. */
  div(other: LazyLike): LazyTensor {
    return this.map(arithmetic.div, [other], [], { op: complex.complexDivide });
  }

  /** The opposite. */
  neg(): LazyTensor {
    return this.map(arithmetic.neg, [], [], { op: arithmetic.neg });
  }

  /** The inverse; inf at 0. */
  inv(): LazyTensor {
    return this.isComplex ? this.pow(-1) : this.map(arithmetic.inv);
  }

  /** The square. */
  square(): LazyTensor {
    return this.isComplex
      ? this.mul(this.make(stateOfLazy(this)))
      : this.map(arithmetic.square);
  }

  /** A power: exact products for integers, not a number for negative bases
   * and other exponents. */
  pow(exponent: LazyLike): LazyTensor {
    if (this.isComplex) {
      return this.map(complex.complexPow, [exponent], [], {
        op: complex.complexPow,
      });
    }
    return typeof exponent === "number" && Number.isInteger(exponent)
      ? this.map(arithmetic.pow, [], [exponent])
      : exponent === 0.5
      ? this.sqrt()
      : exponent === -0.5
      ? this.rsqrt()
      : this.map(arithmetic.powf, [exponent]);
  }

  /** The square root; its derivative at 0 is taken as 0. */
  sqrt(): LazyTensor {
    return this.map(arithmetic.sqrt, [], [], { op: complex.complexSqrt });
  }

  /** The inverse square root; 0 at 0. */
  rsqrt(): LazyTensor {
    return this.map(arithmetic.rsqrt);
  }

  /** The absolute value, of complex numbers the modulus. */
  abs(): LazyTensor {
    return this.map(arithmetic.abs, [], [], {
      op: complex.complexAbs,
      real: true,
    });
  }

  /** -1, 0 or 1. */
  sign(): LazyTensor {
    return this.map(arithmetic.sign);
  }

  /** 0 below 0, 1 from 0 on. */
  step(): LazyTensor {
    return this.map(arithmetic.step);
  }

  /** 0 below 0, the value itself from 0 on. */
  relu(): LazyTensor {
    return this.map(arithmetic.relu);
  }
}
