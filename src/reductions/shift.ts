/**
 * Sums of exponentials, `sum_j w_j exp(f_j)`, without overflow.
 *
 * The state is a bound of the exponents so far, m, and sums of `w exp(f - m)`.
 * An exponent above the bound raises it, by more than it must: there are few
 * of those, and the common pair pays for one exponential alone. The bound is
 * always finite, so differences are never NaN because of it: exponents of
 * -inf count 0, and those of +inf count 1 while all others count 0.
 *
 * @module
 */

import { algebra } from "../program/algebra.ts";
import type { Builder } from "../program/builder.ts";
import { LARGEST, type Value } from "../program/ir.ts";
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

/**
 * By how much the bound exceeds an exponent that raises it. Terms then are a
 * little smaller than 1, so that their exponents lose no digits.
 */
export const MARGIN: number = 2.75;

/** The bound of exponents, and sums of the terms divided by its exponential. */
export function shiftedState(
  exponents: number,
  sums: readonly CellSpec[],
): CellSpec[] {
  const m: CellSpec = {
    name: "m",
    type: "float",
    length: exponents,
    initial: -LARGEST,
  };
  return [m, ...sums];
}

/**
 * The exponential of one exponent, divided by that of the bound. A new bound
 * is noted, and `shrink` told by how much the sums shrink.
 */
function shifted(
  b: Builder,
  m: Cells,
  k: Value,
  exponent: Value,
  margin: number,
  shrink: (factor: Value) => void,
): Value {
  const { add, exp, lt, select, sub } = algebra(b);
  const before = m.at(k);
  b.if(lt(before, exponent), () => {
    const raised = add(exponent, margin);
    const bound = select(lt(raised, LARGEST), raised, LARGEST);
    shrink(exp(sub(before, bound)));
    m.set(k, bound);
  });
  const difference = sub(exponent, m.at(k));
  // Infinity alone is above its bound.
  return exp(select(lt(0, difference), 0, difference));
}

/** Takes in one pair: all sums of one exponent. */
export function takeAll(
  b: Builder,
  m: Cells,
  exponent: Value,
  all: readonly WeightedSums[],
  { sumScheme }: ReductionSetup,
  margin: number = MARGIN,
): void {
  const term = shifted(b, m, b.int(0), exponent, margin, (factor) => {
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
  margin: number = MARGIN,
): void {
  b.for(exponents.dim, (k) => {
    const term = shifted(
      b,
      m,
      k,
      exponents.at(k),
      margin,
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
    const [shrink, factor] = [mine, other]
      .map((x) => b.apply("exp", b.apply("sub", x, largest)));
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

/** Bounds as numbers: infinite ones are as large as numbers get. */
export function boundsOf(b: Builder, m: Cells): Vector {
  const { eq, select } = algebra(b);
  const bounds = valuesOf(b, m);
  return {
    dim: bounds.dim,
    at(k) {
      const bound = bounds.at(m.length === 1 ? b.int(0) : k);
      const above = select(eq(bound, LARGEST), Infinity, bound);
      return select(eq(bound, -LARGEST), -Infinity, above);
    },
  };
}
