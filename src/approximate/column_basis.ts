/**
 * Columns that span a matrix: a QR factorisation whose pivots are the columns
 * that are the least like those before (Businger and Golub 1965).
 *
 * @module
 */

import { addAll, addScaled, dot, dots } from "../solve/small.ts";

/** Columns below this part of the largest are rounding. */
const DEPENDENT = 1e-10;

/** Some columns of a matrix, and least squares with them. */
export class ColumnBasis {
  /** The columns that were chosen, those that matter most first. */
  readonly chosen: number[] = [];
  /** Orthonormal vectors of the space of the chosen columns. */
  readonly #basis: Float64Array[] = [];
  /** `#triangle[k][c]`: how much of basis vector k is in column c. */
  readonly #triangle: Float64Array[] = [];

  /**
   * Chooses columns.
   *
   * @param columns the columns
   * @param rank the largest number of columns to choose
   */
  constructor(columns: readonly Float64Array[], rank: number) {
    const left = columns.map((c) => dot(c, c));
    const least = DEPENDENT ** 2 * left.reduce((m, x) => Math.max(m, x), 0);
    while (this.chosen.length < rank) {
      const pivot = left.reduce((m, x, c) => x > left[m] ? c : m, 0);
      const own = columns[pivot].slice();
      // Twice, so that rounding leaves nothing of the others.
      for (let pass = 0; pass < 2; pass++) {
        addAll(own, -1, dots(own, this.#basis), this.#basis);
      }
      const size = dot(own, own);
      if (!(size > least) || size === Infinity) break;
      for (let k = 0; k < own.length; k++) own[k] /= Math.sqrt(size);
      const row = dots(own, columns);
      row.forEach((x, c) => left[c] -= x * x);
      left[pivot] = -Infinity;
      this.chosen.push(pivot);
      this.#basis.push(own);
      this.#triangle.push(row);
    }
  }

  /** What is to be written for some of the chosen columns, by least squares. */
  solve(right: Float64Array, rank: number): Float64Array {
    const rest = right.slice();
    const x = this.#basis.slice(0, rank).map((q) => {
      const along = dot(q, rest);
      addScaled(rest, -along, q);
      return along;
    });
    for (let k = rank - 1; k >= 0; k--) {
      for (let l = k + 1; l < rank; l++) {
        x[k] -= this.#triangle[k][this.chosen[l]] * x[l];
      }
      x[k] /= this.#triangle[k][this.chosen[k]];
    }
    return Float64Array.from(x);
  }
}
