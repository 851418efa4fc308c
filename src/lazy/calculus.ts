/**
 * Symbolic derivatives of LazyTensors.
 *
 * @module
 */

import {
  apply,
  assertVariable,
  joinedMap,
  type LazyLike,
  made,
} from "./base.ts";
import * as calculus from "../ops/calculus.ts";
import { LazyComplex } from "./complex.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/** Symbolic derivatives in variables: what `Vi(x)`, `Vj(y)`, `Pm(p)` give. */
export abstract class LazyCalculus extends LazyComplex {
  /**
   * The transposed Jacobian in the variable v times e.
   *
   * @param v a variable of this formula
   * @param e as long as this formula
   * @returns a LazyTensor as long as v
   * @throws {ArgumentError} where v is no variable
   * @throws {ShapeError} where e has another dimension
   *
   * @example The gradient of a squared norm
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[1, 2]]);
   * assert.deepEqual(x.sqnorm2().grad(x, 1).dense().arraySync(), [[[2, 4]]]);
   * ```
   */
  grad(v: LazyTensor, e: LazyLike): LazyTensor {
    return this.#in(v, calculus.gradient, [e]);
  }

  /**
   * The Jacobian in the variable v times u: the derivative along u.
   *
   * @param v a variable of this formula
   * @param u as long as v
   * @returns a LazyTensor as long as this one
   * @throws {ArgumentError} where v is no variable
   * @throws {ShapeError} where u has another dimension
   *
   * @example The derivative along the first axis
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[1, 2]]);
   * assert.deepEqual(x.sqnorm2().diff(x, [1, 0]).dense().arraySync(), [[[2]]]);
   * ```
   */
  diff(v: LazyTensor, u: LazyLike): LazyTensor {
    return this.#in(v, calculus.differential, [u]);
  }

  /**
   * The trace of the Jacobian in the variable v.
   *
   * @param v a variable as long as this formula
   * @returns a scalar LazyTensor
   * @throws {ArgumentError} where v is no variable
   * @throws {ShapeError} where dimensions differ
   *
   * @example The divergence of the squares
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[1, 2]]);
   * assert.deepEqual(x.square().divergence(x).dense().arraySync(), [[[6]]]);
   * ```
   */
  divergence(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.divergence);
  }

  /**
   * The sum of second derivatives of a scalar in the variable v.
   *
   * @param v a variable of this formula
   * @returns a scalar LazyTensor
   * @throws {ArgumentError} where v is no variable
   * @throws {ShapeError} where this formula is no scalar
   *
   * @example The Laplacian of a squared norm in the plane
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[1, 2]]);
   * assert.deepEqual(x.sqnorm2().laplacian(x).dense().arraySync(), [[[4]]]);
   * ```
   */
  laplacian(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.laplacian);
  }

  /**
   * The Jacobian in the variable v, row by row.
   *
   * @param v a variable of this formula
   * @returns a LazyTensor of matrices, D by the dimension of v
   * @throws {ArgumentError} where v is no variable
   *
   * @example The Jacobian of the squares
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[1, 2]]);
   * const jacobian = x.square().gradMatrix(x);
   * assert.deepEqual(jacobian.innerShape, [2, 2]);
   * assert.deepEqual([...jacobian.dense().dataSync()], [2, 0, 0, 4]);
   * ```
   */
  gradMatrix(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.gradMatrix)
      .withInnerShape([this.dim, v.dim]);
  }

  /**
   * The trace of this map, linear in the variable v.
   *
   * @param v a variable as long as this formula
   * @returns a scalar LazyTensor
   * @throws {ArgumentError} where v is no variable
   * @throws {ShapeError} where dimensions differ
   *
   * @example The trace of a multiple of the identity
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[1, 2]]);
   * assert.deepEqual(x.mul(3).traceOperator(x).dense().arraySync(), [[[6]]]);
   * ```
   */
  traceOperator(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.traceOperator);
  }

  /**
   * The adjoint of this map, linear in the variable v, at u.
   *
   * @param v a variable of this formula
   * @param u as long as this formula
   * @returns a LazyTensor as long as v
   * @throws {ArgumentError} where v is no variable
   * @throws {ShapeError} where u has another dimension
   *
   * @example A row vector times a matrix
   * ```ts
   * import { Pm, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[0, 0, 0]]);
   * const map = Pm([1, 2, 3, 4, 5, 6]).matvecmult(x);
   * const row = map.adjointOperator(x, [1, 1]);
   * assert.deepEqual(row.dense().arraySync(), [[[5, 7, 9]]]);
   * ```
   */
  adjointOperator(v: LazyTensor, u: LazyLike): LazyTensor {
    return this.#in(v, calculus.adjointOperator, [u]);
  }

  /** This formula, with `part` computed once: shared parts always are. */
  factorize(part: LazyTensor): LazyTensor {
    return made(this, joinedMap(calculus.factorize, [this, part]));
  }

  /** This formula, with repeated parts computed once: they always are. */
  autoFactorize(): LazyTensor {
    return apply(this, calculus.autoFactorize);
  }

  #in(
    v: LazyTensor,
    op: typeof calculus.gradient,
    others: readonly LazyLike[] = [],
  ): LazyTensor {
    assertVariable(v);
    return made(this, joinedMap(op, [this, v, ...others]));
  }
}
