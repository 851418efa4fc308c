/**
 * What a far sum is asked for: a formula with data, of which signals change.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { AXIS_J, type Formula } from "../formula/formula.ts";
import type { ReductionSetup } from "../reductions/reduction.ts";
import { type Given, signalsOf, valuesAt } from "./data.ts";
import { LARGEST_EXPONENT } from "./exponents.ts";
import type { KernelForm } from "./form.ts";
import { LogNorm } from "./log_norm.ts";
import { type Norm, RowNorm } from "./sample.ts";
import type { Found } from "./resolution.ts";

/** What a far sum is made of. */
export interface Problem extends Given {
  /** The formula. */
  readonly form: KernelForm;
  /** The number of rows. */
  readonly rows: number;
  /** The number of columns. */
  readonly columns: number;
  /** How terms are added up. */
  readonly sumScheme: ReductionSetup["sumScheme"];
  /** The type of the results. */
  readonly dtype: DType;
  /** The largest error, relative to the largest result. */
  readonly tolerance: number;
  /** Where logarithms of sums are wanted. */
  readonly log?: Log | undefined;
}

/** What plans of one kernel learn from each other, on different points. */
export interface Experience {
  /** The resolution that was found last. */
  found?: Found;
}

/** Sums with the error that was found. */
export interface Checked {
  /** `[rows, dim]`, in the order of the data. */
  readonly sums: Float64Array;
  /** The error on the rows that were checked. */
  readonly error: number;
}

/** A way to sums that was planned for some data; signals may change. */
export interface Approximation {
  /**
   * Looks for the cheapest way; why there is none, if so.
   *
   * @param experience what was found for other points, and then for these
   */
  plan(problem: Problem, experience: Experience): string | undefined;
  /** What was planned, in words. */
  describe(): string;
  /**
   * The sums, with signals that may be others than those planned for; why
   * there are none where the tolerance is not met.
   */
  run(problem: Problem): Checked | string;
}

/** Sums of float32 data are computed in float32 from this tolerance on. */
const FLOAT32 = 1e-4;

/** The type that approximate sums are computed in. */
export function computedIn(problem: Problem): "float32" | "float64" {
  const { form, dtype, log, tolerance } = problem;
  // Signals that are exponentials may be far larger than results.
  const wide = form.exponents.length > 0 || log !== undefined;
  // Signals of proxies have both signs: sums of them lose some digits.
  return dtype === "float64" || wide || tolerance < FLOAT32
    ? "float64"
    : "float32";
}

/** Results `sign (offset_i + log sum_i)`. */
export interface Log {
  /** A scalar of points i. */
  readonly offset: Formula;
  /** The sign of results. */
  readonly sign: 1 | -1;
}

/** What changes from one run to the next; signals as they were given. */
export interface Inputs {
  /** Signals of rows. */
  readonly rows: Float64Array;
  /** Signals of columns. */
  readonly columns: Float64Array;
  /** What multiplies sums. */
  readonly factor: Float64Array | undefined;
  /** What is added to their logarithms. */
  readonly offsets: Float64Array | undefined;
  /** What errors are. */
  readonly norm: Norm;
}

/**
 * The inputs of a problem, or why it cannot be computed with them.
 *
 * @param order the rows in the order of their tree
 */
export function inputsOf(
  problem: Problem,
  dim: number,
  order: Int32Array,
): Inputs | string {
  const { form, rows, columns, log } = problem;
  for (const exponent of form.exponents) {
    const column = exponent.axes === AXIS_J;
    const [values] = valuesAt([exponent], problem, column ? columns : rows);
    const fits = values.every((v) => Math.abs(v) <= LARGEST_EXPONENT);
    if (!fits) {
      return `exponents of one axis are beyond ${LARGEST_EXPONENT}, so that exponentials of them may overflow`;
    }
  }
  const given = [
    signalsOf(form.rows, problem, rows),
    signalsOf(form.columns, problem, columns),
  ] as const;
  const at = (f: Formula | undefined) =>
    f === undefined ? undefined : valuesAt([f], problem, rows)[0];
  const [factor, offsets] = [at(form.factor), at(log?.offset)];
  const norm = offsets === undefined
    ? new RowNorm(dim, order, factor)
    : new LogNorm(dim, order, offsets);
  return { rows: given[0], columns: given[1], factor, offsets, norm };
}

/** Results in the order of the data, with factors and logarithms. */
export function finished(
  sums: Float64Array,
  own: number,
  order: Int32Array,
  { factor, offsets }: Inputs,
  sign: 1 | -1,
): Float64Array {
  const other = factor === undefined ? 1 : factor.length / order.length;
  const dim = Math.max(own, other);
  const result = new Float64Array(order.length * dim);
  for (let from = 0; from < order.length; from++) {
    const to = order[from];
    for (let c = 0; c < dim; c++) {
      const sum = sums[from * own + (own === 1 ? 0 : c)];
      result[to * dim + c] = offsets !== undefined
        ? sign * (offsets[to] + Math.log(sum))
        : factor === undefined
        ? sum
        : factor[to * other + (other === 1 ? 0 : c)] * sum;
    }
  }
  return result;
}

/** The point with the largest signals and factor, by its number in the data. */
export function heaviest({ rows, factor }: Inputs, count: number): number {
  const width = rows.length / count;
  const wide = (factor?.length ?? 0) / count;
  let [heaviest, most] = [0, -1];
  if (width + wide === 0) return heaviest;
  for (let point = 0; point < count; point++) {
    let [weight, scale] = [width === 0 ? 1 : 0, wide === 0 ? 1 : 0];
    for (let c = 0; c < width; c++) weight += Math.abs(rows[point * width + c]);
    for (let c = 0; factor && c < wide; c++) {
      scale += Math.abs(factor[point * wide + c]);
    }
    if (weight * scale > most) [heaviest, most] = [point, weight * scale];
  }
  return heaviest;
}
