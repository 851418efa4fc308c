/**
 * Rows that are evaluated exactly, to know the errors of the others.
 *
 * @module
 */

import type { LeafMeeting } from "./interactions.ts";
import type { Tree } from "./tree.ts";

/** Rows whose results are known exactly. */
export interface Sample {
  /** The rows, in the order of the tree. */
  readonly rows: Int32Array;
  /** The clusters of rows that hold them. */
  readonly marked: Uint8Array;
  /** Their exact sums, `[rows, dim]`. */
  readonly exact: Float64Array;
}

/** Leaves of a sample at random, those at corners, and rows of each of them. */
const LEAVES = 6;
const CORNERS = 6;
const ROWS = 5;

/** Errors and sizes of results, with the factors of the rows. */
export interface Norm {
  /** The largest difference of the results of some rows. */
  distance(rows: Int32Array, a: Float64Array, b: Float64Array): number;
  /** The largest result of some rows. */
  size(rows: Int32Array, a: Float64Array): number;
}

/** Numbers that look random, always the same. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A linear congruential step (Numerical Recipes), mixed by its high bits.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) >>> 0;
    return ((x ^ x >>> 12) >>> 0) / 2 ** 32;
  };
}

/** A sample of leaves, with that of the given row. */
export function sampleOf(
  tree: Tree,
  points: Float64Array,
  row: number,
  exact: (rows: Int32Array) => Float64Array,
): Sample {
  const random = randomNumbers(tree.order.length);
  const { child, begin, end, count } = tree;
  const parent = new Int32Array(count).fill(-1);
  const leaves: number[] = [];
  for (let c = 0; c < count; c++) {
    if (child[c] < 0) leaves.push(c);
    else parent[child[c]] = parent[child[c] + 1] = c;
  }
  const special = leaves.findIndex((c) => begin[c] <= row && row < end[c]);
  const chosen = new Set<number>([leaves[special]]);
  for (let k = 0; k < LEAVES; k++) {
    chosen.add(leaves[Math.floor(random() * leaves.length)]);
  }
  const corners = cornerRows(tree, points, CORNERS, random);
  for (const corner of corners) {
    const at = leaves.findIndex((c) => begin[c] <= corner && corner < end[c]);
    chosen.add(leaves[at]);
  }
  const marked = new Uint8Array(count);
  const rows = new Set<number>([row, ...corners]);
  for (const leaf of chosen) {
    for (let c = leaf; c >= 0; c = parent[c]) marked[c] = 1;
    for (let k = 0; k < ROWS; k++) {
      rows.add(begin[leaf] + Math.floor(random() * (end[leaf] - begin[leaf])));
    }
  }
  const all = Int32Array.from(rows);
  return { rows: all, marked, exact: exact(all) };
}

/**
 * Rows next to corners of clusters of all sizes: there interpolation is at its
 * worst.
 *
 * @param points positions of the rows, in the order of the tree
 */
export function cornerRows(
  { dim, begin, end, child, depth, half, count }: Tree,
  points: Float64Array,
  wanted: number,
  random: () => number,
): number[] {
  const deepest = depth[count - 1];
  return Array.from({ length: wanted }, () => {
    let c = 0;
    const levels = Math.floor(random() * (deepest + 1));
    for (let k = 0; k < levels && child[c] >= 0; k++) {
      c = child[c] + (random() < 0.5 ? 0 : 1);
    }
    const towards = Array.from(
      { length: dim },
      (_, d) => (random() < 0.5 ? -1 : 1) / half[c * dim + d],
    );
    let [found, most] = [begin[c], -Infinity];
    for (let row = begin[c]; row < end[c]; row++) {
      let height = 0;
      for (let d = 0; d < dim; d++) {
        height += towards[d] * points[row * dim + d];
      }
      if (height > most) [found, most] = [row, height];
    }
    return found;
  });
}

/** Rows of the leaves whose errors are bounded the least, two of each. */
export function doubtfulRows(
  { begin, end }: Tree,
  near: ReadonlyMap<number, LeafMeeting>,
  leaves: number,
): number[] {
  const worst = [...near].sort((a, b) => b[1].doubt - a[1].doubt);
  return worst.slice(0, leaves)
    .flatMap(([leaf]) => [begin[leaf], (begin[leaf] + end[leaf]) >> 1]);
}

/** Some rows of sums of all rows. */
export function rowsOf(
  sums: Float64Array,
  dim: number,
  rows: Int32Array,
): Float64Array {
  const result = new Float64Array(rows.length * dim);
  rows.forEach((row, k) => {
    for (let c = 0; c < dim; c++) result[k * dim + c] = sums[row * dim + c];
  });
  return result;
}

/** The rows with the largest results. */
export function largestRows(
  sums: Float64Array,
  dim: number,
  count: number,
  norm: Norm,
  wanted: number,
): number[] {
  const one = new Int32Array(1);
  const sizes = Float64Array.from({ length: count }, (_, row) => {
    one[0] = row;
    return norm.size(one, sums.subarray(row * dim, (row + 1) * dim));
  });
  const floor = Float64Array.from(sizes).sort().at(-wanted) ?? 0;
  const found: number[] = [];
  for (let row = 0; row < count && found.length < wanted; row++) {
    if (sizes[row] >= floor) found.push(row);
  }
  return found;
}

/** Results are sums times the factors of their rows. */
export class RowNorm implements Norm {
  readonly #dim: number;
  readonly #order: Int32Array;
  readonly #factor: Float64Array | undefined;

  constructor(
    dim: number,
    order: Int32Array,
    factor: Float64Array | undefined,
  ) {
    this.#dim = dim;
    this.#order = order;
    this.#factor = factor;
  }

  distance(rows: Int32Array, a: Float64Array, b: Float64Array): number {
    return this.#largest(rows, (k) => a[k] - b[k]);
  }

  size(rows: Int32Array, a: Float64Array): number {
    return this.#largest(rows, (k) => a[k]);
  }

  #largest(rows: Int32Array, entry: (k: number) => number): number {
    const dim = this.#dim;
    const wide = (this.#factor?.length ?? 0) / this.#order.length;
    let most = 0;
    for (let k = 0; k < rows.length * dim; k++) {
      const row = this.#order[rows[(k - k % dim) / dim]];
      const x = Math.abs(entry(k));
      // Scalars meet all factors, vectors their own.
      const first = wide === dim ? k % dim : 0;
      const last = wide === dim || wide === 0 ? first : wide - 1;
      for (let c = first; c <= last; c++) {
        const f = this.#factor === undefined
          ? 1
          : Math.abs(this.#factor[row * wide + c]);
        // NaN stays NaN, as in Math.max.
        most = Math.max(most, f * x);
      }
    }
    return most;
  }
}
