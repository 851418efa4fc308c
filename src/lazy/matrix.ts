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

  /** The same values as a tensor of the given shape, for each pair. */
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

  /** This matrix, n x D, times the vector b of dimension D. */
  matvecmult(b: LazyLike): LazyTensor {
    return apply(this, matrix.matvecmult, [b]);
  }

  /** This vector of dimension D times the matrix, D x n. */
  vecmatmult(a: LazyLike): LazyTensor {
    return apply(this, matrix.vecmatmult, [a]);
  }

  /** The outer product of two vectors, as a matrix. */
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

  /** The Kronecker product of two tensors of the same rank. */
  kron(
    other: LazyLike,
    shape: readonly number[] = this.innerShape,
    otherShape: readonly number[] = promoted(other).inner,
  ): LazyTensor {
    return apply(this, matrix.kron, [other], [shape, otherShape])
      .withInnerShape(shape.map((d, k) => d * otherShape[k]));
  }
}
