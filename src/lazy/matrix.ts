/**
 * Matrices and tensors as values of pairs: row-major, flat or shaped.
 *
 * @module
 */

import { apply, type LazyLike, made, promoted, stateOfLazy } from "./base.ts";
import { ArgumentError } from "../errors.ts";
import * as matrix from "../ops/matrix.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { LazyVector } from "./vector.ts";

/** Matrix and tensor operations of LazyTensors. */
export abstract class LazyMatrix extends LazyVector {
  /**
   * Shape of the value of one pair: `[D]`, or `[d1, d2, ...]` of variables
   * that were given as `(M, d1, d2, ...)`.
   */
  get innerShape(): number[] {
    return [...stateOfLazy(this).inner];
  }

  /**
   * The same values as a tensor of the given shape, for each pair.
   *
   * @param shape sizes whose product is the dimension
   * @throws {ArgumentError} where the product is another number
   *
   * @example A vector as a matrix
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const f = Vi([[1, 2, 3, 4, 5, 6]]).withInnerShape([2, 3]);
   * assert.deepEqual(f.innerShape, [2, 3]);
   * assert.deepEqual(f.dim, 6);
   * ```
   */
  withInnerShape(shape: readonly number[]): LazyTensor {
    const state = stateOfLazy(this);
    const size = shape.reduce((p, d) => p * d, 1);
    if (size !== state.formula.dim) {
      throw new ArgumentError(
        `Cannot see a vector of dimension ${state.formula.dim} as [${shape}]: the product must be equal`,
      );
    }
    return made(this, state.with({ inner: shape }));
  }

  /**
   * This matrix, n x D, times the vector b of dimension D.
   *
   * @param b the vector
   * @returns a LazyTensor of dimension n
   * @throws {ShapeError} where the number of entries is no multiple of D
   *
   * @example Row sums
   * ```ts
   * import { Pm, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const a = Pm([1, 2, 3, 4, 5, 6]);
   * const b = Vi([[1, 1, 1]]);
   * assert.deepEqual(a.matvecmult(b).dense().arraySync(), [[[6, 15]]]);
   * ```
   */
  matvecmult(b: LazyLike): LazyTensor {
    return apply(this, matrix.matvecmult, [b]);
  }

  /**
   * This vector of dimension D times the matrix, D x n.
   *
   * @param a the matrix, row by row
   * @returns a LazyTensor of dimension n
   * @throws {ShapeError} where the number of entries is no multiple of D
   *
   * @example Column sums
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const b = Vi([[1, 1]]);
   * const product = b.vecmatmult([1, 2, 3, 4, 5, 6]);
   * assert.deepEqual(product.dense().arraySync(), [[[5, 7, 9]]]);
   * ```
   */
  vecmatmult(a: LazyLike): LazyTensor {
    return apply(this, matrix.vecmatmult, [a]);
  }

  /**
   * The outer product of two vectors.
   *
   * @param other a vector of dimension n
   * @returns a LazyTensor of matrices, D x n
   *
   * @example Four products
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const product = Vi([[1, 2]]).tensorprod(Vj([[3, 4]]));
   * assert.deepEqual(product.innerShape, [2, 2]);
   * assert.deepEqual([...product.dense().dataSync()], [3, 4, 6, 8]);
   * ```
   */
  tensorprod(other: LazyLike): LazyTensor {
    const inner = [...this.innerShape, ...promoted(other).inner];
    return apply(this, matrix.tensorprod, [other]).withInnerShape(inner);
  }

  /**
   * The contraction of two tensors, as NumPy's `tensordot`.
   *
   * @param other the other tensor
   * @param lists the axes of this tensor that are summed, those of the other
   * that they meet, and where each remaining axis goes, if they are to be
   * permuted. Before them, the shapes of both tensors may be given, where the
   * variables do not have them (KeOps's form).
   * @returns a LazyTensor of the axes that are left, those of this one first
   * @throws {ShapeError} where shapes and axes do not fit
   *
   * @example The product of two matrices
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const f = Vi([[1, 2, 3, 4, 5, 6]]).withInnerShape([2, 3]);
   * const g = Vj([[1, 0, 0, 1, 1, 1]]).withInnerShape([3, 2]);
   * const product = f.tensordot(g, [1], [0]);
   * assert.deepEqual(product.innerShape, [2, 2]);
   * assert.deepEqual([...product.dense().dataSync()], [4, 5, 10, 11]);
   * ```
   */
  tensordot(
    other: LazyLike,
    ...lists: readonly (readonly number[])[]
  ): LazyTensor {
    const shaped = lists.length >= 4
      ? lists
      : [this.innerShape, promoted(other).inner, ...lists];
    const [shape, otherShape, axes, otherAxes, permute] = shaped;
    const result = apply(this, matrix.tensordot, [other], shaped);
    const kept = [
      ...shape.filter((_, k) => !axes.includes(k)),
      ...otherShape.filter((_, k) => !otherAxes.includes(k)),
    ];
    if (kept.length === 0) return result;
    const inner = [...kept];
    permute?.forEach((to, k) => inner[to] = kept[k]);
    return result.withInnerShape(inner);
  }

  /**
   * The Kronecker product of two tensors of the same rank.
   *
   * @param other the other tensor
   * @param shape the shape of this one, where its variable does not have it
   * @param otherShape that of the other
   * @returns a LazyTensor whose sizes are products
   * @throws {ShapeError} where ranks differ, or shapes do not fit
   *
   * @example Two blocks
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const product = Vi([[1, 0, 0, 1]]).kron(Vj([[5, 6]]), [2, 2], [1, 2]);
   * assert.deepEqual(product.innerShape, [2, 4]);
   * const entries = [...product.dense().dataSync()];
   * assert.deepEqual(entries, [5, 6, 0, 0, 0, 0, 5, 6]);
   * ```
   */
  kron(
    other: LazyLike,
    shape: readonly number[] = this.innerShape,
    otherShape: readonly number[] = promoted(other).inner,
  ): LazyTensor {
    return apply(this, matrix.kron, [other], [shape, otherShape])
      .withInnerShape(shape.map((d, k) => d * otherShape[k]));
  }
}
