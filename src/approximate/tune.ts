/**
 * Finds the cheapest resolution of a far field that meets a tolerance, by
 * trying it on a few leaves of the tree.
 *
 * @module
 */

import { interactionsOf, workOf } from "./interactions.ts";
import type { Resolution, Signals, Treecode } from "./treecode.ts";
import type { Tree } from "./tree.ts";

/** A resolution with what was measured of it. */
export interface Tuned extends Resolution {
  /** The error on the sample, relative to the largest result. */
  readonly error: number;
  /** Pairs that are evaluated for all rows. */
  readonly work: number;
}

/** Rows whose results are known exactly. */
export interface Sample {
  /** The rows, in the order of the tree. */
  readonly rows: Int32Array;
  /** The clusters of rows that hold them. */
  readonly marked: Uint8Array;
  /** Their exact sums, `[rows, dim]`. */
  readonly exact: Float64Array;
}

/** Leaves of a sample, and rows of each of them. */
const LEAVES = 10;
const ROWS = 5;
/** The part of the tolerance that a resolution may use up on the sample. */
const MARGIN = 0.33;
/** Bounds over the tolerance for a mean pair, in the first place. */
const LIKELY = 100;
/**
 * The part of the tolerance that the error of one pair may be: a row that was
 * not drawn may hold a few of the worst pairs.
 */
const ONE_PAIR = 0.1;
/** The part of the work that may be spent on the search. */
const EFFORT = 0.3;
/** Tries for an order. */
const TRIES = 5;
const LARGEST_ORDER = 10;

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
  const marked = new Uint8Array(count);
  const rows = new Set<number>([row]);
  for (const leaf of chosen) {
    for (let c = leaf; c >= 0; c = parent[c]) marked[c] = 1;
    for (let k = 0; k < ROWS; k++) {
      rows.add(begin[leaf] + Math.floor(random() * (end[leaf] - begin[leaf])));
    }
  }
  const all = Int32Array.from(rows);
  return { rows: all, marked, exact: exact(all) };
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

/**
 * The cheapest resolution that meets a tolerance on a sample; `undefined`
 * where none does.
 */
export function tune(
  code: Treecode,
  sample: Sample,
  signals: Signals,
  norm: Norm,
  tolerance: number,
): Tuned | undefined {
  return new Search(code, sample, signals, norm, tolerance).run();
}

/** The search of one resolution. */
class Search {
  readonly #code: Treecode;
  readonly #sample: Sample;
  readonly #signals: Signals;
  readonly #norm: Norm;
  readonly #tolerance: number;
  readonly #scale: number;
  readonly #plain: number;
  #best: Tuned | undefined;
  /** Pairs that were evaluated for the search. */
  #spent = 0;

  constructor(
    code: Treecode,
    sample: Sample,
    signals: Signals,
    norm: Norm,
    tolerance: number,
  ) {
    this.#code = code;
    this.#sample = sample;
    this.#signals = signals;
    this.#norm = norm;
    this.#tolerance = tolerance;
    this.#scale = norm.size(sample.rows, sample.exact);
    this.#plain = sample.exact.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  }

  /** Goes from a likely order to larger ones, or to smaller ones. */
  run(): Tuned | undefined {
    const even = this.#plain / this.#code.columns.order.length;
    let bound = Math.min(this.#largestBound, LIKELY * this.#tolerance * even);
    const digits = Math.ceil(-Math.log10(this.#tolerance) - 1e-9);
    const start = Math.min(LARGEST_ORDER, digits + 1);
    for (const step of [1, -1]) {
      let order = step === 1 ? start : start - 1;
      for (; order >= 2 && order <= LARGEST_ORDER; order += step) {
        const before = this.#best;
        this.#search(order, bound);
        bound = this.#best?.bound ?? bound;
        if (before !== undefined && this.#best === before) break;
      }
      // Larger orders were better, so that smaller ones are worse.
      if (this.#best !== undefined && this.#best.order > start) break;
    }
    return this.#best;
  }

  get #largestBound(): number {
    return ONE_PAIR * this.#tolerance * this.#plain / this.#code.spread;
  }

  /** Whether more trials might save more than they cost. */
  get #goesOn(): boolean {
    return this.#best === undefined || this.#spent < EFFORT * this.#best.work;
  }

  /** Looks for the loosest bound of an order that meets the tolerance. */
  #search(order: number, first: number): void {
    if (!this.#goesOn) return;
    const raised = this.#code.raise(order, this.#signals);
    let [good, bad, bound] = [0, Infinity, first];
    for (let k = 0; k < TRIES && this.#goesOn; k++) {
      const tried = this.#attempt(order, bound, raised);
      const ratio = MARGIN * this.#tolerance / tried.error;
      if (ratio >= 1) {
        good = bound;
        const better = this.#best === undefined ||
          tried.work < this.#best.work;
        if (better) this.#best = tried;
        if (ratio < 2) return;
      } else {
        bad = bound;
        // Tighter bounds mean more work than what was found already.
        if (this.#best && tried.work > this.#best.work) return;
      }
      const largest = this.#largestBound;
      if (bad < 3 * good || good === largest) return;
      // Errors grow about as fast as bounds, but in steps.
      const step = Math.min(
        30,
        Math.max(1 / 30, 0.7 * (ratio || 0), good && 3),
      );
      bound = good > 0 && bad < Infinity
        ? Math.sqrt(good * bad)
        : Math.min(largest, bound * step);
    }
  }

  #attempt(order: number, bound: number, raised: Float64Array): Tuned {
    const { rows, marked, exact } = this.#sample;
    const dim = exact.length / rows.length;
    const walk = this.#code.walk({ order, bound }, marked);
    const met = interactionsOf(walk);
    const sums = this.#code.sums(walk, met, this.#signals, raised, marked);
    const found = rowsOf(sums, dim, rows);
    const error = this.#norm.distance(rows, found, exact) / this.#scale;
    const { all, here } = workOf(walk, met);
    this.#spent += here;
    return { order, bound, error, work: all };
  }
}
