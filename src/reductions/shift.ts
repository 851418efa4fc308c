/**
 * Sums of exponentials, `sum_j w_j exp(f_j)`, without overflow.
 *
 * The state is a bound of the exponents so far, m, and sums of `w exp(f - m)`.
 * An exponent above the bound raises it, by more than it must: there are few
 * of those, and the common pair pays for one exponential alone. The bound is
 * always finite, so differences are never NaN because of it: exponents of
 * -inf count 0, and those of +inf count 1 while all others count 0.
 *
 * Sums that need no bound that is an exponent itself are kept in powers of 2:
 * beside m there is m log2(e), rounded, and terms are `2^(f log2(e) - that)`,
 * where one multiplication and addition gives what is tested and what the
 * power is taken of. All terms, and all parts, are off by the same factor, as
 * if m were off by its rounding.
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

/** Powers of 2 that a scaled bound must tell from the next. */
const FINE = 16;

/** The bounds of exponents. */
export interface Bounds {
  /** The bounds. */
  readonly m: Cells;
  /** The bounds times log2(e), where sums are kept in powers of 2. */
  readonly scaled?: Cells;
}

/**
 * The bound of exponents, and sums of the terms divided by its exponential.
 *
 * @param margin by how much bounds exceed exponents; none where the bound
 * must be an exponent
 */
export function shiftedState(
  exponents: number,
  sums: readonly CellSpec[],
  margin: number,
): CellSpec[] {
  const bound = (name: string, initial: number): CellSpec => ({
    name,
    type: "float",
    length: exponents,
    initial,
  });
  // Not a bound yet: it stops the first exponent, whatever it is.
  const scaled = margin > 0 ? [bound("scaled", -Infinity)] : [];
  return [bound("m", -LARGEST), ...scaled, ...sums];
}

/** The bounds and the sums of a state. */
export function partsOf(
  state: readonly Cells[],
  margin: number,
): { readonly bounds: Bounds; readonly sums: readonly Cells[] } {
  const [m, scaled, ...rest] = state;
  return margin > 0
    ? { bounds: { m, scaled }, sums: rest }
    : { bounds: { m }, sums: state.slice(1) };
}

/** One bound, and the same times log2(e). */
interface Bound {
  readonly m: Value;
  readonly scaled?: Value;
}

function boundAt({ m, scaled }: Bounds, k: Value): Bound {
  return { m: m.at(k), ...(scaled ? { scaled: scaled.at(k) } : {}) };
}

/** By how much sums shrink when their bound is raised. */
function shrinkage(b: Builder, from: Bound, to: Bound): Value {
  const { abs, exp, exp2, lt, select, sub } = algebra(b);
  const factor = exp(sub(from.m, to.m));
  if (from.scaled === undefined || to.scaled === undefined) return factor;
  const powers = sub(from.scaled, to.scaled);
  return select(lt(abs(powers), Infinity), exp2(powers), factor);
}

/**
 * What a bound is in powers of 2. Where its rounding alone would be a large
 * power it is -infinity: exponents are then all above it, and are compared
 * with the bound itself.
 */
function scaledBound(b: Builder, m: Value): Value {
  const { add, lt, mul, select } = algebra(b);
  const scaled = mul(m, Math.LOG2E);
  return select(lt(scaled, add(scaled, FINE)), scaled, -Infinity);
}

/**
 * Raises a bound where an exponent is above it, and tells `shrink` by how
 * much the sums shrink.
 */
function raise(
  b: Builder,
  { m, scaled }: Bounds,
  k: Value,
  exponent: Value,
  margin: number,
  shrink: (factor: Value) => void,
): void {
  const { add, lt, select } = algebra(b);
  const before = boundAt({ m, ...(scaled ? { scaled } : {}) }, k);
  b.if(lt(before.m, exponent), () => {
    const raised = add(exponent, margin);
    const bound = select(lt(raised, LARGEST), raised, LARGEST);
    const after = scaled
      ? { m: bound, scaled: scaledBound(b, bound) }
      : { m: bound };
    shrink(shrinkage(b, before, after));
    m.set(k, after.m);
    if (after.scaled) scaled?.set(k, after.scaled);
  });
}

/**
 * The exponential of one exponent, divided by that of the bound. A new bound
 * is noted, and `shrink` told by how much the sums shrink.
 */
function shifted(
  b: Builder,
  bounds: Bounds,
  k: Value,
  exponent: Value,
  margin: number,
  shrink: (factor: Value) => void,
): Value {
  const { exp, exp2, le, lt, mul, not, select, sub } = algebra(b);
  const { m, scaled } = bounds;
  // Infinity alone is above its bound.
  const below = () => {
    const difference = sub(exponent, m.at(k));
    return select(lt(0, difference), 0, difference);
  };
  if (scaled === undefined) {
    raise(b, bounds, k, exponent, margin, shrink);
    return exp(below());
  }
  const inPowers = mul(exponent, Math.LOG2E);
  const power = b.slot("power", "float", sub(inPowers, scaled.at(k)));
  b.if(not(le(b.read(power), 0)), () => {
    raise(b, bounds, k, exponent, margin, shrink);
    const now = sub(inPowers, scaled.at(k));
    // What powers of 2 cannot tell: infinite exponents and large ones.
    b.write(power, select(le(now, 0), now, mul(below(), Math.LOG2E)));
  });
  return exp2(b.read(power));
}

/** Takes in one pair: all sums of one exponent. */
export function takeAll(
  b: Builder,
  bounds: Bounds,
  exponent: Value,
  all: readonly WeightedSums[],
  { sumScheme }: ReductionSetup,
  margin: number = MARGIN,
): void {
  const term = shifted(b, bounds, b.int(0), exponent, margin, (factor) => {
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
  bounds: Bounds,
  exponents: Vector,
  sums: readonly Cells[],
  { sumScheme }: ReductionSetup,
  margin: number = MARGIN,
): void {
  b.for(exponents.dim, (k) => {
    const term = shifted(
      b,
      bounds,
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
  state: readonly Cells[],
  otherState: readonly Cells[],
  groups: readonly (readonly number[])[],
  { sumScheme }: ReductionSetup,
  margin: number = MARGIN,
): void {
  const { bounds, sums } = partsOf(state, margin);
  const { bounds: otherBounds, sums: otherSums } = partsOf(otherState, margin);
  const { m, scaled } = bounds;
  b.for(m.length, (k) => {
    const [mine, other] = [boundAt(bounds, k), boundAt(otherBounds, k)];
    const lower = b.apply("lt", mine.m, other.m);
    const larger = (x: Value, y: Value) => b.apply("select", lower, y, x);
    const largest: Bound = {
      m: larger(mine.m, other.m),
      ...(mine.scaled && other.scaled
        ? { scaled: larger(mine.scaled, other.scaled) }
        : {}),
    };
    const [shrink, factor] = [mine, other]
      .map((x) => shrinkage(b, x, largest));
    m.set(k, largest.m);
    if (largest.scaled) scaled?.set(k, largest.scaled);
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
