/**
 * Finds the cheapest resolution of a far field that meets a tolerance, by
 * trying it on a few leaves of the tree.
 *
 * @module
 */

import {
  type Interactions,
  interactionsOf,
  type Walk,
  workOf,
} from "./interactions.ts";
import { type Norm, rowsOf, type Sample } from "./sample.ts";
import type { Places } from "./proxies.ts";
import type { Found, Resolution, Signals } from "./resolution.ts";
import type { Treecode } from "./treecode.ts";

/** A resolution with what was measured of it. */
export interface Tuned extends Resolution {
  /** The error on the sample, relative to the largest result. */
  readonly error: number;
  /** What it costs, in nanoseconds. */
  readonly work: number;
  /** What other points may begin with. */
  readonly found: Found;
  /** What was found of the proxies of columns on the way. */
  readonly raised?: Raised | undefined;
}

/** The part of the tolerance that a resolution may use up on the sample. */
const MARGIN = 0.28;
/** The bound of two clusters over the tolerance, in the first place. */
const LIKELY = 0.6;
/**
 * The part of the tolerance that the error of one pair may be: a row that was
 * not drawn may hold a few of the worst pairs.
 */
const ONE_PAIR = 0.03;
/** The part of the work that may be spent on the search. */
const EFFORT = 0.3;
/**
 * Nanoseconds that signals of proxies take for each point: for a node, and
 * beside these; that one attempt takes beside its pairs, and for each meeting.
 */
const RAISING = 1.3;
const POINT = 80;
const ATTEMPT = 4e6;
const MEETING = 200;
/** Tries for an order. */
const TRIES = 5;
/** Errors that are smaller by such a factor than they may be are small. */
const CLOSE = 2.2;
/** Bounds that are this close are not told apart. */
const APART = 10;
/** Errors of a like bound are so many times smaller with one node more. */
const GAIN = 6;
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
  /** What was found for the same kernel on other points. */
  readonly before?: Found | undefined;
}

/**
 * The cheapest resolution that meets a tolerance on a sample; `undefined`
 * where none does.
 */
export function tune(tuning: Tuning): Tuned | undefined {
  return new Search(tuning).run();
}

/** Signals of proxies, for an order and trees of some size. */
export interface Raised {
  /** Their order. */
  readonly order: number;
  /** Clusters of rows that were known. */
  readonly rows: number;
  /** Clusters of columns that were known. */
  readonly columns: number;
  /** The signals of points, in the order that the trees then had. */
  readonly signals: Signals;
  /** The signals of proxies. */
  readonly raised: Float64Array;
}

/** What meets what for a sample, and what that costs. */
interface Meeting {
  readonly walk: Walk;
  readonly met: Interactions;
  readonly all: number;
  readonly here: number;
}

/** The search of one resolution. */
class Search {
  readonly #given: Tuning;
  readonly #scale: number;
  readonly #plain: number;
  readonly #most: number;
  #best: Tuned | undefined;
  /** Nanoseconds that the search has cost. */
  #spent = 0;
  #raised: Raised | undefined;
  readonly #meetings = new Map<string, Meeting>();

  constructor(given: Tuning) {
    this.#given = given;
    const { code, norm, tolerance, sample: { rows, exact } } = given;
    this.#scale = norm.size(rows, exact);
    this.#plain = norm.scale(rows, exact);
    this.#most = ONE_PAIR * tolerance * this.#plain / code.spread;
  }

  /** Goes from a likely order to larger ones, or to smaller ones. */
  run(): Tuned | undefined {
    const { tolerance, before } = this.#given;
    const digits = Math.ceil(-Math.log10(tolerance) - 1e-9);
    const start = before?.order ?? Math.min(LARGEST_ORDER, digits + 1);
    const first = (before?.part ?? LIKELY) * tolerance * this.#plain;
    let tight = this.#search(start, first);
    // What did for other points does for these.
    if (before !== undefined && this.#best?.bound === first) return this.#end();
    for (const step of [1, -1]) {
      let order = start + step;
      for (; order >= 2 && order <= LARGEST_ORDER; order += step) {
        const before = this.#best;
        const bound = (before ? this.#loosest(before) : tight) * GAIN ** step;
        if (before && !this.#promises(order, bound, before)) break;
        tight = this.#search(order, bound);
        if (before !== undefined && this.#best === before) break;
      }
      // Larger orders were better, so that smaller ones are worse.
      if (this.#best !== undefined && this.#best.order > start) break;
    }
    return this.#end();
  }

  #end(): Tuned | undefined {
    const [best, raised] = [this.#best, this.#raised];
    return best &&
      { ...best, raised: raised?.order === best.order ? raised : undefined };
  }

  /** The bound that a tried one might be raised to. */
  #loosest({ bound, error }: Tuned): number {
    const ratio = MARGIN * this.#given.tolerance / error;
    return bound * Math.min(3, Math.max(1, 0.7 * ratio || 0));
  }

  /** Whether more trials might save more than they cost. */
  get #goesOn(): boolean {
    return this.#best === undefined || this.#spent < EFFORT * this.#best.work;
  }

  /** Whether an order might save more than it costs to try it. */
  #promises(order: number, bound: number, { work }: Tuned): boolean {
    const cost = this.#raising(order) + 2 * ATTEMPT;
    if (!this.#goesOn || work < 2 * cost) return false;
    return this.#meet(order, bound).all + cost < work;
  }

  /** Whether a larger order costs less than a tighter bound of this one. */
  #shouldGrow(order: number, bound: number): boolean {
    if (order === LARGEST_ORDER) return false;
    const larger = this.#meet(order + 1, bound * GAIN).all;
    return larger + this.#raising(order + 1) < this.#meet(order, bound).all;
  }

  /** Nanoseconds that it takes to raise all signals. */
  #raising(order: number): number {
    const { code: { columns } } = this.#given;
    return (POINT + RAISING * order ** columns.dim) * columns.order.length;
  }

  /**
   * Looks for the loosest bound of an order that meets the tolerance; gives the
   * last one that was thought of.
   */
  #search(order: number, first: number): number {
    let [good, bad, bound] = [0, Infinity, first];
    for (let k = 0; k < TRIES && this.#goesOn; k++) {
      const tried = this.#attempt(order, bound);
      const ratio = MARGIN * this.#given.tolerance / tried.error;
      if (ratio >= 1) {
        good = bound;
        const better = this.#best === undefined ||
          tried.work < this.#best.work;
        if (better) this.#best = tried;
        if (ratio < CLOSE) return bound;
      } else {
        bad = bound;
        // Tighter bounds mean more work than what was found already.
        if (this.#best && tried.work > this.#best.work) return bound;
      }
      // Beyond some bound errors grow steeply: it is kept away from.
      if (bad < APART * good) return bound;
      // Errors grow about as fast as bounds, but in steps.
      const step = Math.min(
        30,
        Math.max(1 / 30, 0.7 * (ratio || 0), good && 3),
      );
      bound = good > 0 && bad < Infinity ? Math.sqrt(good * bad) : bound * step;
      if (this.#best === undefined && this.#shouldGrow(order, bound)) break;
    }
    return bound;
  }

  /** What meets what for the sample, and what that costs. */
  #meet(order: number, bound: number): Meeting {
    const key = `${order},${bound}`;
    const known = this.#meetings.get(key);
    if (known !== undefined) return known;
    const { code, sample, pair } = this.#given;
    const walk = code.walk({ order, bound, most: this.#most }, sample.marked);
    const met = interactionsOf(walk);
    const { all, here } = workOf(walk, met, pair, code.copies);
    const { far, fromPoints, toPoints, near } = met;
    const lists = [far, fromPoints, toPoints, near];
    const meetings = lists.reduce((n, { length }) => n + length, 0);
    this.#spent += ATTEMPT + MEETING * meetings;
    const meeting = { walk, met, all, here };
    this.#meetings.set(key, meeting);
    return meeting;
  }

  #attempt(order: number, bound: number): Tuned {
    const { code, sample: { rows, exact }, norm } = this.#given;
    const { walk, met, all, here } = this.#meet(order, bound);
    this.#spent += here;
    const places = code.columnPlaces(order);
    const { signals, raised } = this.#raise(order, places);
    const layout = code.layout(walk, met, places);
    const sums = code.sums(layout, signals, raised);
    const some = rowsOf(sums, exact.length / rows.length, rows);
    const error = norm.distance(rows, some, exact) / this.#scale;
    const part = bound / (this.#given.tolerance * this.#plain);
    const found = { order, part };
    return { order, bound, most: this.#most, error, work: all, found };
  }

  /** Signals of proxies; those that are known from before are kept. */
  #raise(order: number, places: Places): Raised {
    const { code, signals } = this.#given;
    const [rows, columns] = [code.rows.count, code.columns.count];
    let before = this.#raised;
    if (before?.order !== order) {
      this.#spent += this.#raising(order);
      before = undefined;
    } else if (before.rows === rows && before.columns === columns) {
      return before;
    }
    const from = before?.columns ?? 0;
    const sorted = signals();
    const ways = code.columnWays(order, places, from);
    const raised = from === columns && before
      ? before.raised
      : code.raise(order, ways, places, sorted, before?.raised, from);
    return this.#raised = { order, rows, columns, signals: sorted, raised };
  }
}
