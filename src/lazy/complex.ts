/**
 * Complex numbers: components as interleaved real and imaginary parts.
 *
 * @module
 */
import { apply, made, stateOfLazy } from "./base.ts";
import * as complex from "../ops/complex.ts";
import { LazyMatrix } from "./matrix.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { ShapeError } from "../errors.ts";
import type { Op } from "../ops/op.ts";

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

  /** This real vector of dimension 2 D, read as re, im, re, im, ... */
  asComplex(): LazyTensor {
    const state = stateOfLazy(this);
    if (state.formula.dim % 2 === 0) {
      return made(this, state.with({ complex: true }));
    }
    throw new ShapeError(
      `Cannot read a vector of dimension ${state.formula.dim} as complex numbers: an even dimension is wanted`,
    );
  }

  #keep(op: Op): LazyTensor {
    return this.isComplex
      ? apply(this, op, [], [], { op })
      : apply(this.real2complex(), op, [], [], { op });
  }

  #part(op: Op): LazyTensor {
    return this.isComplex
      ? apply(this, op, [], [], { op, real: true })
      : apply(this.real2complex(), op, [], [], { op, real: true });
  }

  #make(op: Op): LazyTensor {
    const state = stateOfLazy(apply(this, op)).with({ complex: true });
    return made(this, state);
  }
}
