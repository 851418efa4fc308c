/**
 * Log-sum-exp, soft-min and soft-max.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";
import { accumulatorState, flushBlocks } from "./accumulator.ts";
import { logSumExpVjp, softMaxVjp, softMinVjp } from "./derivatives.ts";
import {
  joined,
  type Reduction,
  type ReductionSetup,
  valuesOf,
} from "./reduction.ts";
import {
  boundsOf,
  MARGIN,
  mergeShifted,
  partsOf,
  shiftedState,
  takeAll,
  takeEach,
} from "./shift.ts";

function checkScalarExponent(name: string, { dims }: ReductionSetup): void {
  if (dims.length > 1 && dims[0] !== 1) {
    throw new ShapeError(
      `Cannot reduce by "${name}" with exponents of dimension ${
        dims[0]
      } and weights: the exponents must be scalars`,
    );
  }
}

/** The number of sums: one a weight, or one an exponent. */
function sumCount({ dims }: ReductionSetup): number {
  return dims[1] ?? dims[0];
}

/** A reduction by one sum of exponentials, shown as `finish` has it. */
function exponentialSum(
  name: string,
  inputs: readonly [number, number],
  sign: 1 | -1,
  shape: Reduction["outputs"],
  margin: number,
  finish: (b: Builder, m: Vector, sums: Vector) => Vector,
): Reduction {
  const signed = (b: Builder, x: Vector): Vector =>
    sign === 1 ? x : { dim: x.dim, at: (k) => b.apply("neg", x.at(k)) };
  return {
    name,
    inputs,
    sums: true,
    check: (setup) => checkScalarExponent(name, setup),
    outputs: shape,
    state: (setup) =>
      shiftedState(
        setup.dims[0],
        accumulatorState("s", sumCount(setup), setup.sumScheme),
        margin,
      ),
    combine(b, state, [exponents, weights], _, setup) {
      const { bounds, sums } = partsOf(state, margin);
      const given = signed(b, exponents);
      if (weights === undefined) {
        takeEach(b, bounds, given, sums, setup, margin);
      } else {
        const exponent = given.at(b.int(0));
        takeAll(b, bounds, exponent, [{ sums, weights }], setup, margin);
      }
    },
    flush: (b, state, { sumScheme }) =>
      flushBlocks(b, partsOf(state, margin).sums, sumScheme),
    merge(b, state, other, setup) {
      const all = [...partsOf(state, margin).sums.keys()];
      mergeShifted(b, state, other, [all], setup, margin);
    },
    finish(b, state) {
      const { bounds, sums } = partsOf(state, margin);
      return [finish(b, boundsOf(b, bounds.m), valuesOf(b, sums[0]))];
    },
  };
}

function logSumExp(name: string, inputs: readonly [number, number]): Reduction {
  const reduction = exponentialSum(
    name,
    inputs,
    1,
    (setup) => [{ shape: [sumCount(setup)], type: "float" }],
    MARGIN,
    (b, m, sums) => logarithm(b, m, sums, (x) => x),
  );
  return { ...reduction, vjp: logSumExpVjp };
}

/** `sign(m + log(sum))` by component. */
function logarithm(
  b: Builder,
  m: Vector,
  sums: Vector,
  sign: (x: Value) => Value,
): Vector {
  return {
    dim: sums.dim,
    at: (k) =>
      sign(b.apply(
        "add",
        m.at(m.dim === 1 ? b.int(0) : k),
        b.apply("log", sums.at(k)),
      )),
  };
}

function maxSumShiftExp(
  name: string,
  inputs: readonly [number, number],
): Reduction {
  return exponentialSum(
    name,
    inputs,
    1,
    (setup) => [{ shape: [setup.dims[0] + sumCount(setup)], type: "float" }],
    0,
    (b, m, sums) => joined(b, m, sums),
  );
}

/**
 * `log sum_j w_j exp(f_j)` of exponents f and, if given, weights w of any
 * dimension: then f must be a scalar, and otherwise it is reduced by
 * component. -inf of nothing, and of exponents of -inf only; +inf where an
 * exponent is +inf; NaN where one is NaN, or where the sum is negative.
 */
export const logSumExpReduction: Reduction = {
  ...logSumExp("LogSumExp", [1, 2]),
  meaning: "log sum_j w_j e^(f_j); w_j = 1 where left out",
  example: {
    formulas: ["f"],
    data: { f: [1000, 1000] },
    results: [[1000 + Math.LN2]],
  },
};

/** As {@linkcode logSumExpReduction}; the weights must be given. */
export const logSumExpWeightReduction: Reduction = {
  ...logSumExp("LogSumExpWeight", [2, 2]),
  meaning: "log sum_j w_j e^(f_j)",
  example: {
    formulas: ["f", "w"],
    data: { f: [0, 0], w: [[1, 1], [2, 0]] },
    results: [[Math.log(3), 0]],
  },
};

/**
 * The largest exponent m and the sum of `exp(f - m)`, one after the other in
 * one vector; -inf and 0 of nothing. `m + log(s)` is the log-sum-exp.
 */
export const maxSumShiftExpReduction: Reduction = {
  ...maxSumShiftExp("Max_SumShiftExp", [1, 1]),
  meaning: "(m, sum_j e^(f_j - m)), m = max_j f_j",
  example: { formulas: ["f"], data: { f: [1000, 1000] }, results: [[1000, 2]] },
};

/**
 * The largest exponent m and the sums of `w exp(f - m)`, one after the other
 * in one vector; -inf and 0 of nothing.
 */
export const maxSumShiftExpWeightReduction: Reduction = {
  ...maxSumShiftExp("Max_SumShiftExpWeight", [2, 2]),
  meaning: "(m, sum_j w_j e^(f_j - m)), m = max_j f_j",
  example: {
    formulas: ["f", "w"],
    data: { f: [5, 5], w: [1, 2] },
    results: [[5, 3]],
  },
};

/**
 * The smooth minimum `-log sum_j exp(-f_j)`, by component; +inf of nothing.
 */
export const softMinReduction: Reduction = {
  ...exponentialSum(
    "SoftMin",
    [1, 1],
    -1,
    ({ dims: [dim] }) => [{ shape: [dim], type: "float" }],
    MARGIN,
    (b, m, sums) => logarithm(b, m, sums, (x) => b.apply("neg", x)),
  ),
  meaning: "-log sum_j e^(-f_j)",
  example: {
    formulas: ["f"],
    data: { f: [1000, 1000] },
    results: [[1000 - Math.LN2]],
  },
  vjp: softMinVjp,
};

/**
 * The mean of weights w, of any dimension, in proportion to the exponentials
 * of scalars f: `sum_j w_j exp(f_j) / sum_j exp(f_j)`. NaN of nothing, and of
 * exponents of -inf only; of exponents of +inf all count the same.
 */
export const sumSoftMaxWeightReduction: Reduction = {
  name: "SumSoftMaxWeight",
  meaning: "sum_j w_j e^(f_j) / sum_j e^(f_j)",
  example: {
    formulas: ["f", "w"],
    data: { f: [0, Math.log(3)], w: [0, 4] },
    results: [[3]],
  },
  inputs: [2, 2],
  sums: true,
  vjp: softMaxVjp(logSumExpReduction),
  check: (setup) => checkScalarExponent("SumSoftMaxWeight", setup),
  outputs: ({ dims: [, dim] }) => [{ shape: [dim], type: "float" }],
  state: ({ dims: [, dim], sumScheme }) =>
    shiftedState(1, [
      ...accumulatorState("s", 1, sumScheme),
      ...accumulatorState("w", dim, sumScheme),
    ], MARGIN),
  combine(b, state, [exponent, weights], _, setup) {
    const { bounds, sums } = partsOf(state, MARGIN);
    takeAll(b, bounds, exponent.at(b.int(0)), [
      { sums: half(sums, 0) },
      { sums: half(sums, 1), weights },
    ], setup);
  },
  flush(b, state, { sumScheme }) {
    const { sums } = partsOf(state, MARGIN);
    for (const part of [0, 1]) flushBlocks(b, half(sums, part), sumScheme);
  },
  merge(b, state, other, setup) {
    const all = [...partsOf(state, MARGIN).sums.keys()];
    mergeShifted(b, state, other, [half(all, 0), half(all, 1)], setup);
  },
  finish(b, state) {
    const { sums } = partsOf(state, MARGIN);
    const total = valuesOf(b, half(sums, 0)[0]);
    const weighted = valuesOf(b, half(sums, 1)[0]);
    return [{
      dim: weighted.dim,
      at: (k) => b.apply("div", weighted.at(k), total.at(b.int(0))),
    }];
  },
};

/** One half of a list. */
function half<T>(list: readonly T[], which: number): T[] {
  const n = list.length / 2;
  return list.slice(which * n, (which + 1) * n);
}
