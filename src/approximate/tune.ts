/**
 * Finds the cheapest resolution of a far field that meets a tolerance, by
 * trying it on a few leaves of the tree.
 *
 * @module
 */

import { interactionsOf, workOf } from "./interactions.ts";
import { type Norm, rowsOf, type Sample } from "./sample.ts";
import type { Places } from "./proxies.ts";
import type { Resolution, Signals } from "./resolution.ts";
import type { Treecode } from "./treecode.ts";

/** A resolution with what was measured of it. */
export interface Tuned extends Resolution {
  /** The error on the sample, relative to the largest result. */
  readonly error: number;
  /** What it costs, in nanoseconds. */
  readonly work: number;
}

/** The part of the tolerance that a resolution may use up on the sample. */
const MARGIN = 0.28;
/** The bound of two clusters over the tolerance, in the first place. */
const LIKELY = 0.3;
/**
 * The part of the tolerance that the error of one pair may be: a row that was
 * not drawn may hold a few of the worst pairs.
 */
const ONE_PAIR = 0.03;
/** The part of the work that may be spent on the search. */
const EFFORT = 0.3;
/** Nanoseconds for a point and a node. */
const RAISING = 0.6;
/** Tries for an order. */
const TRIES = 5;
const LARGEST_ORDER = 10;

/** What a resolution is looked for with. */
export interface Tuning {
  /** What computes. */
  readonly code: Treecode;
  /** Rows whose results are known. */
  readonly sample: Sample;
  /** Signals in the order of the trees, as these are by now. */
  readonly signals: () => Signals;
  /** What errors are. */
  readonly norm: Norm;
  /** The largest error, relative to the largest result. */
  readonly tolerance: number;
  /** What a pair costs, in nanoseconds. */
  readonly pair: number;
}

/**
 * The cheapest resolution that meets a tolerance on a sample; `undefined`
 * where none does.
 */
export function tune(tuning: Tuning): Tuned | undefined {
  return new Search(tuning).run();
}

/** The search of one resolution. */
class Search {
  readonly #given: Tuning;
  readonly #scale: number;
  readonly #plain: number;
  #best: Tuned | undefined;
  /** Nanoseconds that the search has cost. */
  #spent = 0;
  /** Signals of proxies, for an order and trees of some size. */
  #raised: { key: string; signals: Signals; raised: Float64Array } | undefined;

  constructor(given: Tuning) {
    this.#given = given;
    const { norm, sample: { rows, exact } } = given;
    this.#scale = norm.size(rows, exact);
    this.#plain = norm.scale(rows, exact);
  }

  /** Goes from a likely order to larger ones, or to smaller ones. */
  run(): Tuned | undefined {
    const { tolerance } = this.#given;
    let bound = LIKELY * tolerance * this.#plain;
    const digits = Math.ceil(-Math.log10(tolerance) - 1e-9);
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

  /** Whether more trials might save more than they cost. */
  get #goesOn(): boolean {
    return this.#best === undefined || this.#spent < EFFORT * this.#best.work;
  }

  /** Looks for the loosest bound of an order that meets the tolerance. */
  #search(order: number, first: number): void {
    if (!this.#goesOn) return;
    let [good, bad, bound] = [0, Infinity, first];
    for (let k = 0; k < TRIES && this.#goesOn; k++) {
      const tried = this.#attempt(order, bound);
      const ratio = MARGIN * this.#given.tolerance / tried.error;
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
      if (bad < 3 * good) return;
      // Errors grow about as fast as bounds, but in steps.
      const step = Math.min(
        30,
        Math.max(1 / 30, 0.7 * (ratio || 0), good && 3),
      );
      bound = good > 0 && bad < Infinity ? Math.sqrt(good * bad) : bound * step;
    }
  }

  #attempt(order: number, bound: number): Tuned {
    const { code, sample, norm, tolerance, pair } = this.#given;
    const { rows, marked, exact } = sample;
    const most = ONE_PAIR * tolerance * this.#plain / code.spread;
    const walk = code.walk({ order, bound, most }, marked);
    const met = interactionsOf(walk);
    const { all, here } = workOf(walk, met, pair, code.copies);
    this.#spent += here;
    const places = code.columnPlaces(order);
    const { signals, raised } = this.#raise(order, places);
    const layout = code.layout(walk, met, places);
    const sums = code.sums(layout, signals, raised);
    const found = rowsOf(sums, exact.length / rows.length, rows);
    const error = norm.distance(rows, found, exact) / this.#scale;
    return { order, bound, most, error, work: all };
  }

  #raise(order: number, places: Places) {
    const { code, signals } = this.#given;
    const key = `${order},${code.rows.count},${code.columns.count}`;
    if (this.#raised?.key !== key) {
      const sorted = signals();
      const raised = code.raise(
        order,
        code.columnWays(order, places),
        places,
        sorted,
      );
      this.#raised = { key, signals: sorted, raised };
      this.#spent += RAISING * code.columns.order.length *
        order ** code.columns.dim;
    }
    return this.#raised;
  }
}
