/**
 * Sums of exponentials, `sum_j w_j exp(f_j)`, without overflow.
 *
 * The state is the largest exponent so far, m, and sums of `w exp(f - m)`.
 * Where all exponents are -inf, so is m, and each term counts as `w` where it
 * should be 0: {@linkcode scaledSums} puts that right in the end, so that
 * the common pair pays nothing for it.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";
import {
  accumulate,
  accumulatorState,
  flushBlocks,
  mergeSums,
  rescale,
} from "./accumulator.ts";
import {
  type Cells,
  type CellSpec,
  joined,
  type Reduction,
  type ReductionSetup,
  valuesOf,
} from "./reduction.ts";

/** Sums that go with one exponent, and what their terms are weighted with. */
interface WeightedSums {
  readonly sums: readonly Cells[];
  readonly weights?: Vector;
}

/** The largest exponent, and sums of the terms divided by its exponential. */
function shiftedState(
  exponents: number,
  sums: readonly CellSpec[],
): CellSpec[] {
  const m: CellSpec = {
    name: "m",
    type: "float",
    length: exponents,
    initial: -Infinity,
  };
  return [m, ...sums];
}

/**
 * The exponential of one exponent, divided by that of the largest so far. A
 * new largest is noted, and `shrink` told by how much the sums shrink. Equal
 * exponents are told apart, because the difference of infinities is NaN.
 */
function shifted(
  b: Builder,
  m: Cells,
  k: Value,
  exponent: Value,
  shrink: (factor: Value) => void,
): Value {
  const before = m.at(k);
  b.if(b.apply("lt", before, exponent), () => {
    shrink(b.apply("exp", b.apply("sub", before, exponent)));
    m.set(k, exponent);
  });
  const largest = m.at(k);
  return relative(b, exponent, largest);
}

/** `exp(exponent - largest)`, 1 where they are equal. */
function relative(b: Builder, exponent: Value, largest: Value): Value {
  return b.apply(
    "select",
    b.apply("eq", exponent, largest),
    b.float(1),
    b.apply("exp", b.apply("sub", exponent, largest)),
  );
}

/** Takes in one pair: all sums of one exponent. */
function takeAll(
  b: Builder,
  m: Cells,
  exponent: Value,
  all: readonly WeightedSums[],
  { sumScheme }: ReductionSetup,
): void {
  const term = shifted(b, m, b.int(0), exponent, (factor) => {
    for (const { sums } of all) {
      b.for(sums[0].length, (k) => rescale(b, sums, k, factor));
    }
  });
  for (const { sums, weights } of all) {
    b.for(sums[0].length, (k) => {
      const weighted = weights ? b.apply("mul", weights.at(k), term) : term;
      accumulate(b, sums, sumScheme, k, weighted);
    });
  }
}

/** Takes in one pair: one sum for each exponent. */
function takeEach(
  b: Builder,
  m: Cells,
  exponents: Vector,
  sums: readonly Cells[],
  { sumScheme }: ReductionSetup,
): void {
  b.for(exponents.dim, (k) => {
    const term = shifted(
      b,
      m,
      k,
      exponents.at(k),
      (factor) => rescale(b, sums, k, factor),
    );
    accumulate(b, sums, sumScheme, k, term);
  });
}

/** Takes in another part; the sums of each list share the exponents. */
function mergeShifted(
  b: Builder,
  [m, ...sums]: readonly Cells[],
  [otherM, ...otherSums]: readonly Cells[],
  groups: readonly (readonly number[])[],
  { sumScheme }: ReductionSetup,
): void {
  b.for(m.length, (k) => {
    const [mine, other] = [m.at(k), otherM.at(k)];
    const largest = b.apply("select", b.apply("lt", mine, other), other, mine);
    const [shrink, factor] = [mine, other].map((x) => relative(b, x, largest));
    m.set(k, largest);
    for (const group of groups) {
      const [to, from] = [sums, otherSums].map((s) => group.map((c) => s[c]));
      const join = (c: Value) => {
        rescale(b, to, c, shrink);
        mergeSums(b, to, from, sumScheme, c, factor);
      };
      // One exponent may serve many sums.
      if (m.length === 1) b.for(to[0].length, join);
      else join(k);
    }
  });
}

/** The sums of `exp(f - m)`; 0 where all exponents are -inf. */
function scaledSums(b: Builder, m: Cells, sums: Cells): Vector {
  const values = valuesOf(b, sums);
  const exponents = valuesOf(b, m);
  return {
    dim: values.dim,
    at(k) {
      const largest = exponents.at(m.length === 1 ? b.int(0) : k);
      const nothing = b.apply("eq", largest, b.float(-Infinity));
      const scale = b.apply("select", nothing, b.float(0), b.float(1));
      return b.apply("mul", values.at(k), scale);
    },
  };
}

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
  finish: (b: Builder, m: Cells, sums: Vector) => Vector,
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
      ),
    combine(b, [m, ...sums], [exponents, weights], _, setup) {
      const given = signed(b, exponents);
      if (weights === undefined) takeEach(b, m, given, sums, setup);
      else takeAll(b, m, given.at(b.int(0)), [{ sums, weights }], setup);
    },
    flush: (b, [, ...sums], { sumScheme }) => flushBlocks(b, sums, sumScheme),
    merge: (b, state, other, setup) =>
      mergeShifted(b, state, other, [[...state.keys()].slice(0, -1)], setup),
    finish: (b, [m, sums]) => [finish(b, m, scaledSums(b, m, sums))],
  };
}

function logSumExp(name: string, inputs: readonly [number, number]): Reduction {
  return exponentialSum(
    name,
    inputs,
    1,
    (setup) => [{ shape: [sumCount(setup)], type: "float" }],
    (b, m, sums) => logarithm(b, m, sums, (x) => x),
  );
}

/** `sign(m + log(sum))` by component. */
function logarithm(
  b: Builder,
  m: Cells,
  sums: Vector,
  sign: (x: Value) => Value,
): Vector {
  const exponents = valuesOf(b, m);
  return {
    dim: sums.dim,
    at: (k) =>
      sign(b.apply(
        "add",
        exponents.at(m.length === 1 ? b.int(0) : k),
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
    (b, m, sums) => joined(b, valuesOf(b, m), sums),
  );
}

/**
 * `log sum_j w_j exp(f_j)` of exponents f and, if given, weights w of any
 * dimension: then f must be a scalar, and otherwise it is reduced by
 * component. -inf of nothing, and of exponents of -inf only; +inf where an
 * exponent is +inf; NaN where one is NaN, or where the sum is negative.
 */
export const logSumExpReduction: Reduction = logSumExp("LogSumExp", [1, 2]);

/** As {@linkcode logSumExpReduction}; the weights must be given. */
export const logSumExpWeightReduction: Reduction = logSumExp(
  "LogSumExpWeight",
  [2, 2],
);

/**
 * The largest exponent m and the sum of `exp(f - m)`, one after the other in
 * one vector; -inf and 0 of nothing. `m + log(s)` is the log-sum-exp.
 */
export const maxSumShiftExpReduction: Reduction = maxSumShiftExp(
  "Max_SumShiftExp",
  [1, 1],
);

/**
 * The largest exponent m and the sums of `w exp(f - m)`, one after the other
 * in one vector; -inf and 0 of nothing.
 */
export const maxSumShiftExpWeightReduction: Reduction = maxSumShiftExp(
  "Max_SumShiftExpWeight",
  [2, 2],
);

/**
 * The smooth minimum `-log sum_j exp(-f_j)`, by component; +inf of nothing.
 */
export const softMinReduction: Reduction = exponentialSum(
  "SoftMin",
  [1, 1],
  -1,
  ({ dims: [dim] }) => [{ shape: [dim], type: "float" }],
  (b, m, sums) => logarithm(b, m, sums, (x) => b.apply("neg", x)),
);

/**
 * The mean of weights w, of any dimension, in proportion to the exponentials
 * of scalars f: `sum_j w_j exp(f_j) / sum_j exp(f_j)`. NaN of nothing, and of
 * exponents of -inf only; of exponents of +inf all count the same.
 */
export const sumSoftMaxWeightReduction: Reduction = {
  name: "SumSoftMaxWeight",
  inputs: [2, 2],
  sums: true,
  check: (setup) => checkScalarExponent("SumSoftMaxWeight", setup),
  outputs: ({ dims: [, dim] }) => [{ shape: [dim], type: "float" }],
  state: ({ dims: [, dim], sumScheme }) =>
    shiftedState(1, [
      ...accumulatorState("s", 1, sumScheme),
      ...accumulatorState("w", dim, sumScheme),
    ]),
  combine: (b, [m, ...sums], [exponent, weights], _, setup) =>
    takeAll(b, m, exponent.at(b.int(0)), [
      { sums: half(sums, 0) },
      { sums: half(sums, 1), weights },
    ], setup),
  flush(b, [, ...sums], { sumScheme }) {
    for (const part of [0, 1]) flushBlocks(b, half(sums, part), sumScheme);
  },
  merge(b, state, other, setup) {
    const all = [...state.keys()].slice(0, -1);
    mergeShifted(b, state, other, [half(all, 0), half(all, 1)], setup);
  },
  finish(b, [m, ...sums]) {
    const total = scaledSums(b, m, half(sums, 0)[0]);
    const weighted = scaledSums(b, m, half(sums, 1)[0]);
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
