/**
 * Sums over points of many dimensions, within a tolerance where the kernel has
 * a low rank: the rank is found by trial, and checked on sampled rows.
 *
 * @module
 */

import { bytesOfEntry } from "../dtypes.ts";
import {
  type Approximation,
  type Checked,
  finished,
  heaviest,
  type Inputs,
  inputsOf,
  type Problem,
} from "./inputs.ts";
import { largestRows, sampledError } from "./sample.ts";
import { COLUMNS, ROWS, type Skeleton, SkeletonSums } from "./skeleton.ts";

/** Ranks that are tried: the first one, and how they grow. */
const FIRST = 32;
const GROWTH = 1.5;
/** Rows whose errors decide on the rank. */
const TRIED = 150;
/** Rows that are checked: at random, with large results, and far from others. */
const CHECKED_AT_RANDOM = 60;
const CHECKED_LARGEST = 30;
const CHECKED_DOUBTFUL = 30;
/** The part of the tolerance that rows may use up, when tried and checked. */
const MARGIN = 0.28;
const SAFE = 0.4;
/** The part of the exact work that may be spent on the search, and on a run. */
const EFFORT = 0.12;
const WORTH = 0.3;
/** Up to this part of the work, and this rank over dimensions, errors may yet fall. */
const CHEAP = 0.02;
const SETTLED = 6;
/**
 * Nanoseconds for an entry of a column and a column of its basis, on one of the
 * cores, where pairs of long vectors take a quarter of what they count for.
 */
const FACTORING = 6;

/** What was found by trial. */
interface Found extends Skeleton {
  readonly rank: number;
  readonly error: number;
}

/** A kernel of low rank; signals may change. */
export class LowRankSum implements Approximation {
  readonly #problem: Problem;
  readonly #code: SkeletonSums;
  readonly #order: Int32Array;
  #found: Found | undefined;
  /** Rows that are told least well. */
  #doubtful: readonly number[] = [];

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#code = new SkeletonSums(problem);
    this.#order = Int32Array.from({ length: problem.rows }, (_, k) => k);
  }

  /** Finds a rank; why there is none, if so. */
  plan(problem: Problem): string | undefined {
    if (!this.#code.finite) return "positions are not finite";
    const inputs = this.#inputs(problem);
    return typeof inputs === "string" ? inputs : this.#search(inputs, FIRST);
  }

  /** What was planned, in words. */
  describe(): string {
    if (this.#found === undefined) return "no low rank";
    const { rank, error } = this.#found;
    const { form: { rows, columns } } = this.#problem;
    const share = this.#workOfRun(rank) / this.#workOfAll;
    return `rank ${this.#found.columns.count} in ${
      Math.max(rows.dim, columns.dim)
    } dimensions, by rows and columns of the kernel; about ${
      (100 * share).toPrecision(2)
    } % of the exact work; error on a sample ${error.toExponential(1)}`;
  }

  /**
   * The sums, with signals that may be others than those planned for; why
   * there are none where the tolerance is not met.
   */
  run(problem: Problem): Checked | string {
    const inputs = this.#inputs(problem);
    if (typeof inputs === "string") return inputs;
    while (this.#found !== undefined) {
      const moments = this.#code.moments(this.#found, inputs);
      const columns = this.#code.weighted(this.#found, moments);
      const sums = this.#code.over(columns, inputs);
      const error = this.#check(sums, inputs);
      if (error <= SAFE * problem.tolerance) {
        const { dim } = this.#code.pairs;
        const sign = problem.log?.sign ?? 1;
        return { sums: finished(sums, dim, this.#order, inputs, sign), error };
      }
      const why = this.#search(inputs, GROWTH * this.#found.rank);
      if (why !== undefined) return why;
    }
    return "the tolerance was not met on sampled rows";
  }

  /** Goes to larger ranks until the tolerance is met, or too much was done. */
  #search(inputs: Inputs, first: number): string | undefined {
    this.#found = undefined;
    const code = this.#code;
    const { rows, columns, tolerance, form } = this.#problem;
    const { norm } = inputs;
    // The first ones drawn are fitted to, the last ones are not.
    const tried = Int32Array.from(
      new Set([heaviest(inputs, rows), ...code.rowsDrawn.slice(-TRIED)]),
    );
    const exact = code.exact(tried, inputs);
    const scale = norm.size(tried, exact);
    if (!Number.isFinite(scale)) return "sampled results are not finite";
    if (scale === 0) return "sampled results are 0";
    const all = this.#workOfAll;
    let spent = tried.length * columns * code.pairs.nanoseconds;
    let [moments, last]: [number[], string] = [[], ""];
    for (let rank = Math.ceil(first);; rank = Math.ceil(GROWTH * rank)) {
      spent += this.#workOfTrial(rank);
      const few = ROWS * rank + TRIED > rows || COLUMNS * rank > columns;
      if (few || spent > EFFORT * all || this.#workOfRun(rank) > WORTH * all) {
        return `exact evaluation is cheaper than a larger rank${last}`;
      }
      const skeleton = code.skeleton(inputs, rank);
      // Rows stay the same, and more are added.
      moments = [...moments, ...code.moments(skeleton, inputs, moments.length)];
      const wrong = (part: number) => {
        const columns = code.weighted(skeleton, moments, part);
        const sums = code.over(columns, inputs, tried);
        return norm.distance(tried, sums, exact) / scale;
      };
      const count = skeleton.columns.count;
      const error = wrong(count);
      if (error <= MARGIN * tolerance) {
        this.#found = { ...skeleton, rank, error };
        this.#doubtful = this.#changing(this.#found, moments, inputs);
        return undefined;
      }
      last = `: rank ${count} leaves an error of ${error.toExponential(1)}`;
      const most = Math.max(form.rows.dim, form.columns.dim);
      if (spent < CHEAP * all || rank < SETTLED * most) continue;
      // Errors fall like powers of the rank, or faster.
      const slope = Math.log2(wrong(count >> 2) / error) / 2;
      const factor = (error / (MARGIN * tolerance)) **
        (1 / Math.max(slope || 0, 0.05));
      if (this.#workOfRun(rank * factor / 3) > WORTH * all) {
        return `the rank is not low${last}`;
      }
    }
  }

  /** Rows whose results half of the rank tells the least about. */
  #changing(found: Found, moments: number[], inputs: Inputs): number[] {
    const { columns: { count } } = found;
    const half = this.#code.weighted(found, moments, count >> 1);
    const { signals } = this.#code.weighted(found, moments);
    const change = half.signals.map((x, k) => signals[k] - x);
    const sums = this.#code.over({ ...half, signals: change }, inputs);
    return largestRows(inputs.norm.sizes(sums), CHECKED_DOUBTFUL);
  }

  /** The error on rows at random, and on those where it may be large. */
  #check(sums: Float64Array, inputs: Inputs): number {
    const { norm } = inputs;
    const { dim } = this.#code.pairs;
    const exact = (rows: Int32Array) => this.#code.exact(rows, inputs);
    const suspected = () => [
      ...largestRows(norm.sizes(sums), CHECKED_LARGEST),
      ...this.#doubtful,
    ];
    return sampledError(
      { sums, dim, norm, exact },
      suspected,
      CHECKED_AT_RANDOM,
    );
  }

  #inputs(problem: Problem): Inputs | string {
    return inputsOf(problem, this.#code.pairs.dim, this.#order);
  }

  /** Nanoseconds of all pairs, in the type of the data. */
  get #workOfAll(): number {
    const { rows, columns, dtype } = this.#problem;
    const { pairs } = this.#code;
    const share = bytesOfEntry(dtype) / bytesOfEntry(pairs.how.dtype);
    return rows * columns * pairs.nanoseconds * share;
  }

  /** Nanoseconds of a run, with its check. */
  #workOfRun(rank: number): number {
    const { rows, columns } = this.#problem;
    const checked = CHECKED_AT_RANDOM + CHECKED_LARGEST + CHECKED_DOUBTFUL;
    return this.#code.pairs.nanoseconds *
      (rank * rows + (ROWS * rank + checked) * columns);
  }

  /** Nanoseconds to try a rank after the one before. */
  #workOfTrial(rank: number): number {
    const entries = ROWS * rank * COLUMNS * rank;
    const sums = (1 - 1 / GROWTH) * ROWS * rank * this.#problem.columns;
    return FACTORING * entries * rank +
      this.#code.pairs.nanoseconds * (sums + entries);
  }
}
