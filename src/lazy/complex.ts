/**
 * Complex numbers: components as interleaved real and imaginary parts.
 *
 * @module
 */
import * as complex from "../ops/complex.ts";
import { LazyMatrix } from "./matrix.ts";
import type { LazyLike } from "./base.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import type { Op } from "../ops/op.ts";
import { stateOfLazy } from "./base.ts";

/** Complex numbers: components as interleaved real and imaginary parts. */
export abstract class LazyComplex extends LazyMatrix {
  /** The real parts. */
  real(): LazyTensor {
    return this.#part(complex.complexReal);
  }

  /** The imaginary parts. */
  imag(): LazyTensor {
    return this.#part(complex.complexImag);
  }

  /** The conjugate. */
  conj(): LazyTensor {
    return this.#keep(complex.conj);
  }

  /** The argument, between -pi and pi. */
  angle(): LazyTensor {
    return this.#part(complex.complexAngle);
  }

  /** The squared modulus. */
  squareAbs(): LazyTensor {
    return this.#part(complex.complexSquareAbs);
  }

  /** The sum of the complex components. */
  complexSum(): LazyTensor {
    return this.#keep(complex.complexSum);
  }

  /** This real vector as a complex one. */
  real2complex(): LazyTensor {
    return this.#make(complex.real2complex);
  }

  /** This real vector times i. */
  imag2complex(): LazyTensor {
    return this.#make(complex.imag2complex);
  }

  /** `exp(i x)` of a real vector. */
  exp1j(): LazyTensor {
    return this.#make(complex.complexExp1j);
  }

  #keep(op: Op): LazyTensor {
    return this.isComplex
      ? this.map(op, [], [], { op })
      : this.real2complex().map(op, [], [], { op });
  }

  #part(op: Op): LazyTensor {
    return this.isComplex
      ? this.map(op, [], [], { op, real: true })
      : this.real2complex().map(op, [], [], { op, real: true });
  }

  #make(op: Op): LazyTensor {
    const made = stateOfLazy(this.map(op)).with({ complex: true });
    return this.make(made);
  }
}
