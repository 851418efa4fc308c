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
  /**
   * The real parts; a real LazyTensor is its own.
   *
   * @returns a real LazyTensor of the same dimension
   *
   * @example Of 3 + 4 i
   * ```ts
   * import { LazyTensor, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = LazyTensor.complex(Vi([3]), 4);
   * assert.deepEqual(z.real().dense().arraySync(), [[[3]]]);
   * ```
   */
  real(): LazyTensor {
    return this.#part(complex.complexReal);
  }

  /**
   * The imaginary parts; those of a real LazyTensor are 0.
   *
   * @returns a real LazyTensor of the same dimension
   *
   * @example Of 3 + 4 i
   * ```ts
   * import { LazyTensor, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = LazyTensor.complex(Vi([3]), 4);
   * assert.deepEqual(z.imag().dense().arraySync(), [[[4]]]);
   * ```
   */
  imag(): LazyTensor {
    return this.#part(complex.complexImag);
  }

  /**
   * The conjugate.
   *
   * @returns a complex LazyTensor of the same dimension
   *
   * @example Of 3 + 4 i
   * ```ts
   * import { LazyTensor, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = LazyTensor.complex(Vi([3]), 4);
   * assert.deepEqual(z.conj().imag().dense().arraySync(), [[[-4]]]);
   * ```
   */
  conj(): LazyTensor {
    return this.#keep(complex.conj);
  }

  /**
   * The argument, between -pi and pi; 0 at 0.
   *
   * @returns a real LazyTensor of the same dimension
   *
   * @example Of -1
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = Vi(new Float64Array([-1])).real2complex();
   * assert.equal(z.angle().dense().item(), Math.PI);
   * ```
   */
  angle(): LazyTensor {
    return this.#part(complex.complexAngle);
  }

  /**
   * The squared modulus.
   *
   * @returns a real LazyTensor of the same dimension
   *
   * @example Of 3 + 4 i
   * ```ts
   * import { LazyTensor, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = LazyTensor.complex(Vi([3]), 4);
   * assert.deepEqual(z.squareAbs().dense().arraySync(), [[[25]]]);
   * ```
   */
  squareAbs(): LazyTensor {
    return this.#part(complex.complexSquareAbs);
  }

  /**
   * The sum of the complex components.
   *
   * @returns a complex LazyTensor of dimension 1
   *
   * @example (1 + 3 i) + (2 + 4 i)
   * ```ts
   * import { LazyTensor, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = LazyTensor.complex(Vi([[1, 2]]), [3, 4]);
   * assert.deepEqual([...z.complexSum().dense().dataSync()], [3, 7]);
   * ```
   */
  complexSum(): LazyTensor {
    return this.#keep(complex.complexSum);
  }

  /**
   * This real vector as a complex one.
   *
   * @returns a complex LazyTensor of the same dimension
   * @throws {ArgumentError} where it is complex already
   *
   * @example 1 + 0 i
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = Vi([1]).real2complex();
   * assert.deepEqual([...z.dense().dataSync()], [1, 0]);
   * ```
   */
  real2complex(): LazyTensor {
    return this.#make(complex.real2complex);
  }

  /**
   * This real vector times i.
   *
   * @returns a complex LazyTensor of the same dimension
   * @throws {ArgumentError} where it is complex already
   *
   * @example 0 + 1 i
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = Vi([1]).imag2complex();
   * assert.deepEqual([...z.dense().dataSync()], [0, 1]);
   * ```
   */
  imag2complex(): LazyTensor {
    return this.#make(complex.imag2complex);
  }

  /**
   * `exp(i x)` of a real vector: points of the unit circle.
   *
   * @returns a complex LazyTensor of the same dimension
   * @throws {ArgumentError} where it is complex already
   *
   * @example At the angle 0
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * assert.deepEqual([...Vi([0]).exp1j().dense().dataSync()], [1, 0]);
   * ```
   */
  exp1j(): LazyTensor {
    return this.#make(complex.complexExp1j);
  }

  /**
   * This real vector of dimension 2 D, read as re, im, re, im, ...
   *
   * @returns a complex LazyTensor of dimension D
   * @throws {ShapeError} where the dimension is odd
   *
   * @example Two complex numbers
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = Vi([[1, 2, 3, 4]]).asComplex();
   * assert.equal(z.dim, 2);
   * assert.deepEqual([...z.real().dense().dataSync()], [1, 3]);
   * ```
   */
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
