/**
 * Errors of log-sum-exps that are computed as logarithms of sums.
 *
 * @module
 */

import type { Norm } from "./sample.ts";

/** Results are the logarithms of sums, and something known of each row. */
export class LogNorm implements Norm {
  readonly #dim: number;
  readonly #order: Int32Array;
  readonly #offsets: Float64Array;

  /**
   * @param order the rows of the tree, as numbers of the given ones
   * @param offsets what is added to the logarithms of each row
   */
  constructor(dim: number, order: Int32Array, offsets: Float64Array) {
    this.#dim = dim;
    this.#order = order;
    this.#offsets = offsets;
  }

  /** The smallest sums come first: their logarithms are the least certain. */
  sizes(sums: Float64Array): Float64Array {
    const dim = this.#dim;
    const sizes = new Float64Array(sums.length / dim);
    for (let k = 0; k < sums.length; k++) {
      const row = (k - k % dim) / dim;
      const size = sums[k] > 0 ? 1 / sums[k] : Infinity;
      sizes[row] = Math.max(sizes[row], size);
    }
    return sizes;
  }

  distance(_rows: Int32Array, a: Float64Array, b: Float64Array): number {
    let most = 0;
    for (let k = 0; k < a.length; k++) {
      const positive = a[k] > 0 && b[k] > 0;
      const error = positive ? Math.abs(Math.log(a[k] / b[k])) : Infinity;
      most = Math.max(most, error);
    }
    return most;
  }

  /**
   * At most 1: the errors of logarithms are the relative ones of sums, and so
   * those of the gradients, which are sums of `exp(f_ij - result_i)`.
   */
  size(rows: Int32Array, a: Float64Array): number {
    const dim = this.#dim;
    let most = 0;
    for (let k = 0; k < a.length; k++) {
      const row = this.#order[rows[(k - k % dim) / dim]];
      most = Math.max(most, Math.abs(this.#offsets[row] + Math.log(a[k])));
    }
    return Number.isFinite(most) ? Math.min(1, most) : most;
  }

  scale(rows: Int32Array, exact: Float64Array): number {
    const least = exact.reduce((m, x) => Math.min(m, x), Infinity);
    return this.size(rows, exact) * least;
  }
}
