/**
 * Log-sum-exps as logarithms of sums of exponentials, shifted so that these
 * neither overflow nor vanish.
 *
 * @module
 */

import { Category, type Formula } from "../formula/formula.ts";
import { freshVariable, indexOf } from "../lazy/operand.ts";
import { add, exp, neg, sub } from "../ops/arithmetic.ts";
import { mul } from "../ops/core.ts";
import {
  logSumExpReduction,
  logSumExpWeightReduction,
  softMinReduction,
} from "../reductions/exponential.ts";
import type { Reduction } from "../reductions/reduction.ts";
import { valuesAt } from "./data.ts";
import { termsOf } from "./exponents.ts";
import type { KernelForm } from "./form.ts";
import type { Problem } from "./inputs.ts";

/** The sign of results and exponents of a log-sum-exp, if it is one. */
export function signOf(reduction: Reduction): 1 | -1 | undefined {
  if (reduction === softMinReduction) return -1;
  const plain = reduction === logSumExpReduction ||
    reduction === logSumExpWeightReduction;
  return plain ? 1 : undefined;
}

/** A log-sum-exp over j: `sign (offset_i + shift + log sum_j formula)`. */
export interface Logarithms {
  /** What is summed up. */
  readonly formula: Formula;
  /** Its parts. */
  readonly parts: {
    readonly sign: 1 | -1;
    /** Exponents of i alone. */
    readonly rows: Formula | undefined;
    /** Exponents of j alone. */
    readonly columns: Formula | undefined;
    /** A number that these are shifted by. */
    readonly shift: Formula;
  };
}

/** The sum behind a log-sum-exp, or why there is none. */
export function logarithms(
  [given, weight]: readonly Formula[],
  sign: 1 | -1,
): Logarithms | string {
  if (given.dim !== 1) return `its exponents have ${given.dim} components`;
  const exponent = sign === 1 ? given : neg(given);
  const { rows, columns, both } = termsOf(exponent);
  if (both === undefined) {
    return "the exponent is a sum of terms of i and of j";
  }
  const shift = freshVariable(1, Category.PARAMETER);
  const kernel = exp(both);
  const scaled = columns === undefined
    ? kernel
    : mul(exp(sub(columns, shift)), kernel);
  return {
    formula: weight === undefined ? scaled : mul(weight, scaled),
    parts: { sign, rows, columns, shift },
  };
}

/** A problem with the shift that its data ask for. */
export function shifted(
  problem: Problem,
  { parts: { sign, rows, columns, shift } }: Logarithms,
): Problem {
  const middle = columns === undefined ? 0 : middleOf(
    valuesAt([columns], problem, problem.columns)[0],
  );
  const data = { data: Float64Array.of(middle), batch: [], dim: 1 };
  const exponents = columns === undefined ? [] : [sub(columns, shift)];
  const form: KernelForm = { ...problem.form, exponents };
  return {
    ...problem,
    form,
    operands: new Map([...problem.operands, [indexOf(shift), data]]),
    log: { offset: rows === undefined ? shift : add(rows, shift), sign },
  };
}

function middleOf(values: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const middle = (low + high) / 2;
  return Number.isFinite(middle) ? middle : 0;
}
