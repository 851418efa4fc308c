/**
 * Arithmetic of LazyTensors, by component, with broadcasting of scalars.
 *
 * @module
 */
import { apply, LazyBase, type LazyLike, made, stateOfLazy } from "./base.ts";
import * as arithmetic from "../ops/arithmetic.ts";
import * as complex from "../ops/complex.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/**
 * Arithmetic of LazyTensors, by component, with broadcasting of scalars. Other
 * operands may be numbers, lists and Tensors. The results stay lazy, and are
 * complex where an operand is; a `ShapeError` is thrown where dimensions are
 * neither equal nor 1, or numbers of points differ.
 *
 * @example A polynomial of differences
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const u = Vi([1, 2]).sub(Vj([0, 1])); // [[1, 0], [2, 1]]
 * const polynomial = u.square().mul(3).add(1); // [[4, 1], [13, 4]]
 * assert.deepEqual(polynomial.sum("j").arraySync(), [[5], [17]]);
 * ```
 */
export abstract class LazyArithmetic extends LazyBase {
  /** The sum. */
  add(other: LazyLike): LazyTensor {
    return apply(this, arithmetic.add, [other], [], { op: complex.complexAdd });
  }

  /** The difference. */
  sub(other: LazyLike): LazyTensor {
    return apply(this, arithmetic.sub, [other], [], {
      op: complex.complexSubtract,
    });
  }

  /** The product. */
  mul(other: LazyLike): LazyTensor {
    return apply(this, arithmetic.mul, [other], [], {
      op: complex.complexMult,
    });
  }

  /** The quotient. */
  div(other: LazyLike): LazyTensor {
    return apply(this, arithmetic.div, [other], [], {
      op: complex.complexDivide,
    });
  }

  /** The opposite. */
  neg(): LazyTensor {
    return apply(this, arithmetic.neg, [], [], { op: arithmetic.neg });
  }

  /** The inverse; inf at 0. */
  inv(): LazyTensor {
    return this.isComplex ? this.pow(-1) : apply(this, arithmetic.inv);
  }

  /** The square. */
  square(): LazyTensor {
    return this.isComplex
      ? this.mul(made(this, stateOfLazy(this)))
      : apply(this, arithmetic.square);
  }

  /**
   * A power: exact products for integers, not a number for negative bases and
   * other exponents.
   *
   * @param exponent a number, or one a component
   *
   * @example A cube and a root
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * assert.deepEqual(Vi([-2]).pow(3).sum("j").arraySync(), [[-8]]);
   * assert.deepEqual(Vi([9]).pow(0.5).sum("j").arraySync(), [[3]]);
   * ```
   */
  pow(exponent: LazyLike): LazyTensor {
    if (this.isComplex) {
      return apply(this, complex.complexPow, [exponent], [], {
        op: complex.complexPow,
      });
    }
    return typeof exponent === "number" && Number.isInteger(exponent)
      ? apply(this, arithmetic.pow, [], [exponent])
      : exponent === 0.5
      ? this.sqrt()
      : exponent === -0.5
      ? this.rsqrt()
      : apply(this, arithmetic.powf, [exponent]);
  }

  /** The square root; its derivative at 0 is taken as 0. */
  sqrt(): LazyTensor {
    return apply(this, arithmetic.sqrt, [], [], { op: complex.complexSqrt });
  }

  /** The inverse square root; 0 at 0. */
  rsqrt(): LazyTensor {
    return apply(this, arithmetic.rsqrt);
  }

  /** The absolute value, of complex numbers the modulus. */
  abs(): LazyTensor {
    return apply(this, arithmetic.abs, [], [], {
      op: complex.complexAbs,
      real: true,
    });
  }

  /** -1, 0 or 1. */
  sign(): LazyTensor {
    return apply(this, arithmetic.sign);
  }

  /** 0 below 0, 1 from 0 on. */
  step(): LazyTensor {
    return apply(this, arithmetic.step);
  }

  /** 0 below 0, the value itself from 0 on. */
  relu(): LazyTensor {
    return apply(this, arithmetic.relu);
  }
}
