/**
 * Sums within a tolerance: planned, evaluated, and checked on sampled rows.
 *
 * @module
 */

import { dataOf, locator } from "./data.ts";
import {
  type Approximation,
  type Checked,
  computedIn,
  type Experience,
  finished,
  heaviest,
  type Inputs,
  inputsOf,
  type Problem,
} from "./inputs.ts";
import { type Interactions, interactionsOf } from "./interactions.ts";
import type { Layout } from "./layout.ts";
import { Pairs } from "./pairs.ts";
import type { Places } from "./proxies.ts";
import type { Signals } from "./resolution.ts";
import { Treecode } from "./treecode.ts";
import {
  cornerRow,
  doubtfulRows,
  largestRows,
  type Norm,
  sampledError,
  sampleOf,
} from "./sample.ts";
import { type Raised, tune, type Tuned } from "./tune.ts";
import type { Ways } from "./ways.ts";

/** Rows that are checked: at random, and where results or errors are large. */
const CHECKED_AT_RANDOM = 90;
const CHECKED_CORNERS = 50;
const CHECKED_CLUSTERS = 30;
const CHECKED_LARGEST = 40;
/** The part of the tolerance that the rows checked may use up. */
const SAFE = 0.4;
/** How often a resolution is refined that missed the tolerance. */
const REFINEMENTS = 2;
/** The largest part of the exact work that a far field may take. */
const WORTH = 0.5;

/** What runs with other signals have in common. */
interface Prepared {
  readonly met: Interactions;
  readonly places: Places;
  readonly ways: Ways;
  readonly layout: Layout;
}

/** What is read of the data at each run. */
interface Readings {
  readonly inputs: Inputs;
  /** Signals in the order of the trees, as these are by now. */
  readonly signals: () => Signals;
}

/** What is known of a problem before it runs. */
interface Known {
  readonly problem: Problem;
  readonly given: Readings;
  /** Signals of proxies. */
  readonly raised: Raised | undefined;
}

/** A far field that was planned for some data; signals may change. */
export class FarSum implements Approximation {
  readonly #problem: Problem;
  readonly #pairs: Pairs;
  readonly #code: Treecode;
  #tuned: Tuned | undefined;
  #prepared: Prepared | undefined;
  /** What a plan knows of the signals that it was made for. */
  #known: Known | undefined;

  constructor(problem: Problem) {
    const { form, backend, sumScheme, rows, columns } = problem;
    this.#problem = problem;
    this.#pairs = new Pairs(form, {
      backend,
      dtype: computedIn(problem),
      sumScheme,
      parameter: locator(problem, 1),
    });
    const data = [
      dataOf(form.rows, problem, rows),
      dataOf(form.columns, problem, columns),
    ] as const;
    this.#code = new Treecode(this.#pairs, form.rows.dim, ...data);
  }

  /** Finds a resolution; why there is none, if so. */
  plan(problem: Problem, experience: Experience): string | undefined {
    const { rows, columns, tolerance } = problem;
    for (const { centre, dim } of [this.#code.rows, this.#code.columns]) {
      const root = centre.subarray(0, dim);
      if (!root.every(Number.isFinite)) return "positions are not finite";
    }
    const given = this.#given(problem);
    if (typeof given === "string") return given;
    const { inputs, signals } = given;
    const { norm } = inputs;
    const sample = sampleOf(
      this.#code.rows,
      heaviest(inputs, rows),
      (chosen) => this.#code.exact(chosen, signals()),
    );
    const scale = norm.size(sample.rows, sample.exact);
    if (!Number.isFinite(scale)) return "sampled results are not finite";
    if (scale === 0) return "sampled results are 0";
    const pair = this.#pairs.nanoseconds;
    const tuned = tune({
      code: this.#code,
      sample,
      signals,
      norm,
      tolerance,
      pair,
      before: experience.found,
    });
    if (tuned === undefined) {
      return "no far field met the tolerance on the sample";
    }
    const share = tuned.work / (pair * rows * columns);
    if (share > WORTH) {
      return `exact evaluation is cheaper: the far field that meets the tolerance, of order ${tuned.order}, takes ${
        percent(share)
      } of its work`;
    }
    experience.found = tuned.found;
    this.#tuned = { ...tuned, raised: undefined };
    this.#known = { problem, given, raised: tuned.raised };
    this.#code.keepOnly(tuned.order);
    return undefined;
  }

  /** What was planned, in words. */
  describe(): string {
    const { rows, columns, form } = this.#problem;
    if (this.#tuned === undefined) return "no far field";
    const { order, work, error } = this.#tuned;
    return `far field in ${form.rows.dim} dimensions, up to ${order} Chebyshev points in each; about ${
      percent(work / (this.#pairs.nanoseconds * rows * columns))
    } of the exact work; error on a sample ${error.toExponential(1)}`;
  }

  /**
   * The sums, with signals that may be others than those planned for; why
   * there are none where the tolerance is not met.
   */
  run(problem: Problem): Checked | string {
    const { tolerance } = problem;
    const known = this.#known?.problem === problem ? this.#known : undefined;
    this.#known = undefined;
    const given = known?.given ?? this.#given(problem);
    if (typeof given === "string") return given;
    const { inputs, signals: sorted } = given;
    const code = this.#code;
    for (let refined = 0; refined <= REFINEMENTS; refined++) {
      if (this.#tuned === undefined) break;
      const prepared = this.#prepared ??= this.#prepare(this.#tuned);
      const { layout } = prepared;
      const signals = sorted();
      const { order } = this.#tuned;
      const raised = this.#raise(order, prepared, signals, known?.raised);
      const sums = code.sums(layout, signals, raised);
      const error = this.#check(sums, prepared, signals, inputs.norm, refined);
      if (error <= SAFE * tolerance) {
        const { dim } = this.#pairs;
        const sign = problem.log?.sign ?? 1;
        return {
          sums: finished(sums, dim, code.rows.order, inputs, sign),
          error,
        };
      }
      const { bound, most } = this.#tuned;
      const ratio = 0.5 * tolerance / error;
      const finer = Math.min(0.3, Math.max(ratio || 0, 1e-3));
      this.#tuned = {
        ...this.#tuned,
        order,
        bound: bound * finer,
        most: most * finer,
      };
      this.#prepared = undefined;
    }
    return "the tolerance was not met on sampled rows";
  }

  /** Signals of proxies: the search may have found most of them. */
  #raise(
    order: number,
    { places, ways }: Prepared,
    signals: Signals,
    known: Raised | undefined,
  ): Float64Array {
    const code = this.#code;
    if (!known) return code.raise(order, ways, places, signals);
    const { columns, raised } = known;
    const rest = code.columnWays(order, places, columns);
    return code.raise(order, rest, places, signals, raised, columns);
  }

  #prepare(tuned: Tuned): Prepared {
    const walk = this.#code.walk(tuned);
    const met = interactionsOf(walk);
    const places = this.#code.columnPlaces(tuned.order);
    const ways = this.#code.columnWays(tuned.order, places);
    const layout = this.#code.layout(walk, met, places);
    return { met, places, ways, layout };
  }

  #given(problem: Problem): Readings | string {
    const inputs = inputsOf(problem, this.#pairs.dim, this.#code.rows.order);
    if (typeof inputs === "string") return inputs;
    const { rows, columns } = inputs;
    const code = this.#code;
    const clusters = () => [code.rows.count, code.columns.count].join();
    let known: { at: string; signals: Signals } | undefined;
    // Points move where clusters are split.
    const signals = () => {
      const at = clusters();
      if (known?.at !== at) known = { at, signals: code.sorted(rows, columns) };
      return known.signals;
    };
    return { inputs, signals };
  }

  /**
   * The error on rows at random, and on those where it may be large. Once some
   * have failed, more and others are drawn: those that failed were made good.
   */
  #check(
    sums: Float64Array,
    { met }: Prepared,
    signals: Signals,
    norm: Norm,
    refined: number,
  ): number {
    const { rows: tree } = this.#code;
    const deepest = Math.log2(tree.count);
    const suspected = (random: () => number) => [
      ...largestRows(norm.sizes(sums), CHECKED_LARGEST),
      ...doubtfulRows(tree, met.doubt, CHECKED_CLUSTERS),
      ...Array.from(
        { length: CHECKED_CORNERS },
        () => cornerRow(tree, deepest, random),
      ),
    ];
    const { dim } = this.#pairs;
    const exact = (rows: Int32Array) => this.#code.exact(rows, signals);
    const more = CHECKED_AT_RANDOM * (refined + 1);
    return sampledError({ sums, dim, norm, exact }, suspected, more, refined);
  }
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
