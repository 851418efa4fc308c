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

import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";
import { accumulate, mergeSums, rescale } from "./accumulator.ts";
import {
  type Cells,
  type CellSpec,
  type ReductionSetup,
  valuesOf,
} from "./reduction.ts";

/** Sums that go with one exponent. */
export interface WeightedSums {
  /** The sums. */
  readonly sums: readonly Cells[];
  /** What their terms are weighted with; 1 if left out. */
  readonly weights?: Vector;
}

/** The largest exponent, and sums of the terms divided by its exponential. */
export function shiftedState(
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
export function takeAll(
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
export function takeEach(
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
export function mergeShifted(
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
export function scaledSums(b: Builder, m: Cells, sums: Cells): Vector {
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
