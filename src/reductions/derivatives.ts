/**
 * Derivatives that several reductions share: gradients of the formulas, for
 * each pair.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { add, exp, inv, mul, sub } from "../ops/arithmetic.ts";
import { eq } from "../ops/comparison.ts";
import { dot } from "../ops/norms.ts";
import { constant } from "../ops/op.ts";
import type { Reduction, ReductionVjp } from "./reduction.ts";

type Gradients = readonly (Formula | undefined)[];

/** `d log sum_j w_j exp(s f_j) = s sum_j w_j exp(s f_j - L) df_j + ...`. */
export function logSumExpVjp(
  { formulas: [f, w], cotangents: [e], results: [l] }: ReductionVjp,
): Gradients {
  if (e === undefined) return [];
  const share = mul(e, exp(sub(f, l)));
  return w === undefined ? [share] : [dot(w, share), share];
}

/** `d (-log sum_j exp(-f_j)) = sum_j exp(S - f_j) df_j`. */
export function softMinVjp(
  { formulas: [f], cotangents: [e], results: [s] }: ReductionVjp,
): Gradients {
  return [e && mul(e, exp(sub(s, f)))];
}

/** With shares `p_j = exp(f_j - L)`, `S = sum_j p_j w_j`. */
export function softMaxVjp(
  logSumExp: Reduction,
): (context: ReductionVjp) => Gradients {
  return ({ formulas: [f, w], cotangents: [e], results: [s], also }) => {
    if (e === undefined) return [];
    const share = exp(sub(f, also(logSumExp, [f])));
    return [mul(share, dot(e, sub(w, s))), mul(share, e)];
  };
}

/** Each value counts for one part in the number of columns. */
export function meanVjp(
  count: Reduction,
): (context: ReductionVjp) => Gradients {
  return ({ cotangents: [e], also }) => [
    e && mul(e, inv(also(count, [constant(1)]))),
  ];
}

/**
 * The product of all the others: from the product of what is not 0, where
 * there is no zero, or where this is the only one. At zeros the derivative is
 * that of first order.
 */
export function productVjp(
  product: Reduction,
  count: Reduction,
): (context: ReductionVjp) => Gradients {
  return ({ formulas: [f], cotangents: [e], also }) => {
    if (e === undefined) return [];
    const isZero = eq(f, constant(0));
    const regular = add(f, isZero);
    const zeros = also(count, [isZero]);
    const others = also(product, [regular]);
    const alone = mul(eq(zeros, constant(1)), isZero);
    const none = mul(eq(zeros, constant(0)), inv(regular));
    return [mul(e, mul(others, add(none, alone)))];
  };
}
