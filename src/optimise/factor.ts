/**
 * Factors that do not depend on the reduced axis leave a plain sum.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { div, mul, neg } from "../ops/arithmetic.ts";
import { constant } from "../ops/op.ts";

/** A formula as the product of what depends on an axis and what does not. */
export interface Factored {
  /** What does not depend on the axis; absent where it is 1. */
  readonly factor?: Formula;
  /** The rest. */
  readonly rest: Formula;
}

/**
 * Splits `formula` into `factor * rest`, so that
 * `sum_j formula = factor * sum_j rest`. The factor may be longer than the
 * rest, which is then a scalar: the sum is shorter, too.
 *
 * @param axis the bit of the axis that is summed over
 */
export function factorOut(formula: Formula, axis: number): Factored {
  const fixed = (f: Formula) => (f.axes & axis) === 0 && f.loops.length === 0;
  if (fixed(formula)) return { rest: formula };
  const { op, args } = formula;
  if (op === neg) {
    return times(constant(-1), factorOut(args[0], axis));
  }
  if (op === mul) {
    if (fixed(args[0])) return times(args[0], factorOut(args[1], axis));
    if (fixed(args[1])) return times(args[1], factorOut(args[0], axis));
    return both(factorOut(args[0], axis), factorOut(args[1], axis));
  }
  if (op === div && fixed(args[1])) {
    const { factor = constant(1), rest } = factorOut(args[0], axis);
    return { factor: div(factor, args[1]), rest };
  }
  return { rest: formula };
}

function times(factor: Formula, inner: Factored): Factored {
  const total = inner.factor ? mul(factor, inner.factor) : factor;
  return { factor: total, rest: inner.rest };
}

function both(a: Factored, b: Factored): Factored {
  const rest = mul(a.rest, b.rest);
  if (a.factor && b.factor) return { factor: mul(a.factor, b.factor), rest };
  const factor = a.factor ?? b.factor;
  return factor ? { factor, rest } : { rest };
}
