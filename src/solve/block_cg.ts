/**
 * Block conjugate gradients: many right-hand sides at once.
 *
 * @module
 */

import type { Preconditioner } from "./preconditioner.ts";
import {
  addAll,
  cholesky,
  dot,
  dots,
  type Matrix,
  orthonormalise,
  product,
  solveFactored,
  zeroMatrix,
} from "./small.ts";
import type { Watch } from "./watch.ts";

/** A symmetric positive matrix, by its products. */
export interface BlockOperator {
  /** The number of unknowns of each system. */
  readonly size: number;
  /** Products with the vectors of each system, all at once. */
  multiply(vectors: readonly Float64Array[][]): Float64Array[][];
  /** A preconditioner for each system; all or none. */
  readonly preconditioners: readonly (Preconditioner | undefined)[];
  /** Rounds a vector as products round it. */
  round(vector: Float64Array): void;
}

/**
 * Solves a system for each list of right-hand sides; the right-hand sides of a
 * list share one space, in which each of them is as small as it can be
 * (O'Leary 1980). The residuals are kept as an orthonormal basis and its
 * coordinates (Dubrulle 2001), so columns that depend on one another, or are
 * solved before others, leave the basis and do no harm.
 *
 * @param operator the matrix
 * @param right lists of right-hand sides
 * @param norms what the residual of each column is relative to
 * @param watch says when to stop
 * @returns the solutions
 * @throws {ConvergenceError} where the residual stays large
 */
export function blockConjugateGradients(
  operator: BlockOperator,
  right: readonly Float64Array[][],
  norms: readonly (readonly number[])[],
  watch: Watch,
): Float64Array[][] {
  const systems = right.map((columns, k) =>
    new System(operator.size, columns, norms[k], operator.preconditioners[k])
  );
  const residual = () => Math.max(0, ...systems.map((s) => s.residual()));
  while (!watch.reached(residual())) {
    systems.forEach((s) => s.directions.forEach((p) => operator.round(p)));
    const images = operator.multiply(systems.map((s) => s.directions));
    systems.forEach((s, k) => s.step(images[k], watch));
    watch.did(residual());
  }
  return systems.map((s) => s.solution);
}

/** One matrix with its right-hand sides. */
class System {
  /** The solutions so far. */
  readonly solution: Float64Array[];
  /** Where the next step goes, conjugate to all before. */
  directions: Float64Array[];
  readonly #norms: readonly number[];
  readonly #precondition: Preconditioner | undefined;
  /** Basis of the residuals, orthonormal under the preconditioner. */
  #basis: Float64Array[] = [];
  /** The residuals are the basis times these. */
  #coordinates: Matrix = [];

  constructor(
    size: number,
    right: readonly Float64Array[],
    norms: readonly number[],
    precondition: Preconditioner | undefined,
  ) {
    this.#precondition = precondition;
    this.#norms = norms;
    this.solution = right.map(() => new Float64Array(size));
    const { images, coordinates } = this.#rebase(right.map((b) => b.slice()));
    this.#coordinates = coordinates;
    this.directions = images.map((u) => u.slice());
  }

  /** The largest residual of the columns, relative to the right-hand sides. */
  residual(): number {
    // The basis is not orthonormal in the norm of the residuals.
    const gram = this.#precondition &&
      this.#basis.map((a) => dots(a, this.#basis));
    return this.#norms.reduce((most, norm, c) => {
      if (norm === 0) return most;
      const x = Float64Array.from(this.#coordinates, (row) => row[c]);
      const square = gram
        ? gram.reduce((s, row, k) => s + x[k] * dot(row, x), 0)
        : dot(x, x);
      // NaN must come through: a comparison would lose it.
      return Math.max(most, Math.sqrt(Math.max(0, square)) / norm);
    }, 0);
  }

  /** Moves along the directions, whose images under the matrix are given. */
  step(images: readonly Float64Array[], watch: Watch): void {
    const p = this.directions;
    if (p.length === 0) return;
    const factor = cholesky(
      p.map((a, i) => dots(a, images.slice(0, i + 1))),
    );
    if (factor.pivot !== undefined) {
      if (Number.isNaN(factor.pivot)) throw watch.notFinite();
      throw notPositive(factor.pivot, watch);
    }
    const { lower } = factor;
    const lengths = solved(lower, this.#coordinates);
    this.solution.forEach((x, c) =>
      addAll(x, 1, lengths.map((row) => row[c]), p)
    );
    const identity = zeroMatrix(p.length, p.length);
    identity.forEach((row, k) => row[k] = 1);
    const inverse = solved(lower, identity);
    const next = this.#basis;
    next.forEach((r, c) => addAll(r, -1, inverse.map((row) => row[c]), images));
    const rebased = this.#rebase(next);
    this.#coordinates = product(rebased.coordinates, this.#coordinates);
    this.directions = rebased.images.map((u, k) => {
      const to = u.slice();
      addAll(to, 1, rebased.coordinates[k], p);
      return to;
    });
  }

  /** Takes vectors as the basis; their coordinates in it, and its images. */
  #rebase(vectors: Float64Array[]) {
    const precondition = this.#precondition;
    const plain = orthonormalise(vectors, vectors);
    if (precondition === undefined) {
      this.#basis = plain.basis;
      return plain;
    }
    // Columns that are nearly one another's multiples are told apart first: of
    // what is left of them by rounding, images would have no digit.
    const images = plain.basis.map(precondition);
    const rebased = orthonormalise(plain.basis, images);
    this.#basis = rebased.basis;
    return {
      ...rebased,
      coordinates: product(rebased.coordinates, plain.coordinates),
    };
  }
}

/** The solution for each column of a matrix of right-hand sides. */
function solved(lower: Matrix, right: Matrix): Matrix {
  const result = right.map((row) => row.slice());
  for (let c = 0; c < (right[0]?.length ?? 0); c++) {
    const column = Float64Array.from(right, (row) => row[c]);
    solveFactored(lower, column);
    column.forEach((x, k) => result[k][c] = x);
  }
  return result;
}

/** The error of a direction along which the matrix is not positive. */
export function notPositive(curvature: number, watch: Watch): Error {
  const { step, residuals } = watch;
  return watch.error(
    `: the matrix is not positive definite (curvature ${curvature} at step ${step}${
      residuals.length > 0 ? `, relative residual ${residuals.at(-1)}` : ""
    }); add to its diagonal with alpha, or use method: "minres", which takes matrices of any signs`,
  );
}
