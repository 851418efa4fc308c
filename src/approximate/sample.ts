/**
 * Rows that are evaluated exactly, to know the errors of the others.
 *
 * @module
 */

import { allFinite } from "./numbers.ts";
import type { Tree } from "./tree.ts";

/** Rows whose results are known exactly. */
export interface Sample {
  /** The rows, in the order of the tree. */
  readonly rows: Int32Array;
  /** For each cluster of rows, the number of leaves with them that it holds. */
  readonly marked: Uint8Array;
  /** Their exact sums, `[rows, dim]`. */
  readonly exact: Float64Array;
}

/** Leaves of a sample at random, those at corners, and rows of each of them. */
const LEAVES = 5;
const CORNERS = 4;
const ROWS = 6;
/** Points that are looked at for one that is next to a corner. */
const LOOKED_AT = 3000;
/** Corners are looked for down to this depth. */
const DEEPEST = 16;

/** Errors and sizes of results, with the factors of the rows. */
export interface Norm {
  /** The largest difference of the results of some rows. */
  distance(rows: Int32Array, a: Float64Array, b: Float64Array): number;
  /** The largest result of some rows. */
  size(rows: Int32Array, a: Float64Array): number;
  /** What errors of sums are relative to, from those of some rows. */
  scale(rows: Int32Array, exact: Float64Array): number;
  /** How much each row is worth a check. */
  sizes(sums: Float64Array): Float64Array;
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

/** A sample of leaves, with that of the given point. */
export function sampleOf(
  tree: Tree,
  point: number,
  exact: (rows: Int32Array) => Float64Array,
): Sample {
  const { begin, end, parent, order } = tree;
  const random = randomNumbers(order.length);
  const leafOf = (choose: (c: number) => number): number => {
    let c = 0;
    for (let next = tree.child(c); next >= 0; next = tree.child(c)) {
      c = choose(next);
    }
    return c;
  };
  const either = (c: number) => {
    const all = tree.size(c) + tree.size(c + 1);
    return c + (random() * all < tree.size(c) ? 0 : 1);
  };
  const chosen = new Set([leafOf((c) => holds(tree, c, point) ? c : c + 1)]);
  for (let k = 0; k < LEAVES; k++) chosen.add(leafOf(either));
  // Leaves are final: rows in them keep their places.
  const rows = new Set<number>();
  for (const leaf of chosen) {
    for (let row = begin[leaf]; row < end[leaf]; row++) {
      if (order[row] === point) rows.add(row);
    }
  }
  for (let k = 0; k < CORNERS; k++) {
    let row = cornerRow(tree, Infinity, random);
    const leaf = leafOf((c) => row < end[c] ? c : c + 1);
    row = cornerOf(tree, leaf, random);
    chosen.add(leaf);
    rows.add(row);
  }
  const marked = new Uint8Array(tree.radius.length);
  for (const leaf of chosen) {
    for (let c = leaf; c >= 0; c = parent[c]) marked[c]++;
    for (let k = 0; k < ROWS; k++) {
      rows.add(begin[leaf] + Math.floor(random() * tree.size(leaf)));
    }
  }
  const all = Int32Array.from(rows);
  return { rows: all, marked, exact: exact(all) };
}

/** Whether a point, by its number in the data, is in a cluster. */
function holds({ begin, end, order }: Tree, c: number, point: number): boolean {
  for (let k = begin[c]; k < end[c]; k++) if (order[k] === point) return true;
  return false;
}

/**
 * A row next to a corner of a cluster of any size: there interpolation is at
 * its worst.
 */
export function cornerRow(
  tree: Tree,
  deepest: number,
  random: () => number,
): number {
  let c = 0;
  const levels = Math.floor(random() * (Math.min(deepest, DEEPEST) + 1));
  for (let k = 0; k < levels; k++) {
    const child = tree.knownChild(c);
    if (child < 0) break;
    c = child + (random() < 0.5 ? 0 : 1);
  }
  return cornerOf(tree, c, random);
}

/** The row next to some corner of a cluster. */
function cornerOf(
  { dim, begin, end, half, points }: Tree,
  c: number,
  random: () => number,
): number {
  const towards = Array.from(
    { length: dim },
    (_, d) => (random() < 0.5 ? -1 : 1) / half[c * dim + d],
  );
  let [found, most] = [begin[c], -Infinity];
  // Of large clusters, some points will do.
  const step = Math.ceil((end[c] - begin[c]) / LOOKED_AT);
  for (let row = begin[c]; row < end[c]; row += step) {
    let height = 0;
    for (let d = 0; d < dim; d++) height += towards[d] * points[row * dim + d];
    if (height > most) [found, most] = [row, height];
  }
  return found;
}

/** Rows of the clusters whose errors are bounded the least, two of each. */
export function doubtfulRows(
  tree: Tree,
  doubt: Float64Array,
  clusters: number,
): number[] {
  const last: number[] = [];
  for (let c = 0; c < tree.count; c++) {
    if (tree.knownChild(c) < 0) last.push(c);
  }
  last.sort((a, b) => doubt[b] - doubt[a]);
  const { begin, end } = tree;
  return last.slice(0, clusters)
    .flatMap((c) => [begin[c], (begin[c] + end[c]) >> 1]);
}

/** Sums of all rows that are to be checked. */
export interface Sums {
  /** The sums, `[rows, dim]`. */
  readonly sums: Float64Array;
  /** The number of components. */
  readonly dim: number;
  /** What errors are measured by. */
  readonly norm: Norm;
  /** Evaluates some rows exactly. */
  exact(rows: Int32Array): Float64Array;
}

/**
 * The error of sums on rows at random, and on those where it may be large,
 * relative to their largest result; NaN if any sum is not finite.
 *
 * @param checked the sums
 * @param suspected rows whose errors may be large
 * @param more the number of rows that are drawn besides
 * @param turn others are drawn at each turn
 */
export function sampledError(
  { sums, dim, norm, exact }: Sums,
  suspected: (random: () => number) => Iterable<number>,
  more: number,
  turn = 0,
): number {
  // A row that is not finite may be one that is not drawn.
  if (!allFinite(sums)) return NaN;
  const random = randomNumbers((sums.length ^ 0x5bd1e995) + turn);
  const rows = new Set(suspected(random));
  const count = sums.length / dim;
  const wanted = Math.min(count, rows.size + more);
  while (rows.size < wanted) rows.add(Math.floor(random() * count));
  const chosen = Int32Array.from(rows);
  const known = exact(chosen);
  const error = norm.distance(chosen, rowsOf(sums, dim, chosen), known);
  return error === 0 ? 0 : error / norm.size(chosen, known);
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

/** The rows with the largest results, the largest first. */
export function largestRows(sizes: Float64Array, wanted: number): number[] {
  const found: number[] = [];
  let least = -Infinity;
  for (let row = 0; row < sizes.length; row++) {
    const full = found.length === wanted;
    if (full && !(sizes[row] > least)) continue;
    if (full) found.pop();
    let at = found.length;
    while (at > 0 && sizes[found[at - 1]] < sizes[row]) at--;
    found.splice(at, 0, row);
    least = sizes[found[found.length - 1]];
  }
  return found;
}

/** Results are sums times the factors of their rows. */
export class RowNorm implements Norm {
  readonly #dim: number;
  readonly #order: Int32Array;
  readonly #factor: Float64Array | undefined;
  /** The largest factor of each row. */
  readonly #factors: Float64Array;

  constructor(
    dim: number,
    order: Int32Array,
    factor: Float64Array | undefined,
  ) {
    this.#dim = dim;
    this.#order = order;
    this.#factor = factor;
    const wide = (factor?.length ?? 0) / order.length;
    this.#factors = new Float64Array(wide && order.length);
    factor?.forEach((f, k) => {
      const row = Math.floor(k / wide);
      this.#factors[row] = Math.max(this.#factors[row], Math.abs(f));
    });
  }

  sizes(sums: Float64Array): Float64Array {
    const dim = this.#dim;
    const count = sums.length / dim;
    const sizes = new Float64Array(count);
    for (let row = 0; row < count; row++) {
      let size = 0;
      for (let c = 0; c < dim; c++) {
        size = Math.max(size, Math.abs(sums[row * dim + c]));
      }
      sizes[row] = this.#factor === undefined
        ? size
        : size * this.#factors[this.#order[row]];
    }
    return sizes;
  }

  scale(_rows: Int32Array, exact: Float64Array): number {
    return exact.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
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
