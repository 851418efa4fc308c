/**
 * Finds the cheapest resolution of a far field that meets a tolerance, by
 * trying it on a few leaves of the tree.
 *
 * @module
 */

import { interactionsOf, workOf } from "./interactions.ts";
import { type Norm, rowsOf, type Sample } from "./sample.ts";
import type { Resolution, Signals } from "./resolution.ts";
import type { Treecode } from "./treecode.ts";

/** A resolution with what was measured of it. */
export interface Tuned extends Resolution {
  /** The error on the sample, relative to the largest result. */
  readonly error: number;
  /** Pairs that are evaluated for all rows. */
  readonly work: number;
}

/** The part of the tolerance that a resolution may use up on the sample. */
const MARGIN = 0.28;
/** Bounds over the tolerance for a mean pair, in the first place. */
const LIKELY = 100;
/**
 * The part of the tolerance that the error of one pair may be: a row that was
 * not drawn may hold a few of the worst pairs.
 */
const ONE_PAIR = 0.03;
/** The part of the work that may be spent on the search. */
const EFFORT = 0.3;
/** Tries for an order. */
const TRIES = 5;
const LARGEST_ORDER = 10;

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
