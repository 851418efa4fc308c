/**
 * Exponents that are sums: what depends on i or j alone becomes a factor.
 *
 * A far field carries signals `exp(g_j)` of any size as long as they are
 * finite, and the kernel `exp(f(x_i, y_j))` has positions alone. Elsewhere
 * exponents stay as they are, because their parts may overflow where the sum
 * does not.
 *
 * @module
 */

import { AXIS_I, AXIS_J, type Formula, rewrite } from "../formula/formula.ts";
import { add, div, exp, neg, sub } from "../ops/arithmetic.ts";
import { mul } from "../ops/core.ts";

/** The largest exponent of one axis: products of two stay finite, not 0. */
export const LARGEST_EXPONENT = 300;

/** A scalar as a sum of terms. */
export interface Terms {
  /** What depends on i alone, and numbers. */
  readonly rows: Formula | undefined;
  /** What depends on j alone. */
  readonly columns: Formula | undefined;
  /** The rest. */
  readonly both: Formula | undefined;
}

/** The terms of a scalar formula. */
export function termsOf(formula: Formula): Terms {
  const found: [Formula[], Formula[], Formula[]] = [[], [], []];
  visit(formula, (f) => f);
  const [rows, columns, both] = found.map((terms) =>
    terms.length === 0 ? undefined : terms.reduce((a, b) => add(a, b))
  );
  return { rows, columns, both };

  function visit(f: Formula, scaled: (f: Formula) => Formula): void {
    const [a, b] = f.args;
    const whole = f.loops.length > 0 || f.args.some((x) => x.dim !== 1);
    if (!whole && f.axes === (AXIS_I | AXIS_J)) {
      if (f.op === add || f.op === sub) {
        visit(a, scaled);
        visit(b, f.op === add ? scaled : (x) => scaled(neg(x)));
        return;
      }
      if (f.op === neg) return visit(a, (x) => scaled(neg(x)));
      if (f.op === mul && a.axes === 0) {
        return visit(b, (x) => scaled(mul(a, x)));
      }
      if (f.op === mul && b.axes === 0) {
        return visit(a, (x) => scaled(mul(x, b)));
      }
      if (f.op === div && b.axes === 0) {
        return visit(a, (x) => scaled(div(x, b)));
      }
    }
    const place = f.axes === AXIS_J ? 1 : f.axes === (AXIS_I | AXIS_J) ? 2 : 0;
    found[place].push(scaled(f));
  }
}

/** A formula without sums in its exponents. */
export interface Split {
  /** The formula. */
  readonly formula: Formula;
  /** The exponents that became factors, of i or of j alone. */
  readonly exponents: readonly Formula[];
}

/** Takes factors of one axis out of the exponentials of a formula. */
export function splitExponents(root: Formula): Split {
  const exponents: Formula[] = [];
  const formula = rewrite(root, (node) => {
    if (node.op !== exp || node.dim !== 1) return undefined;
    const { rows, columns, both } = termsOf(node.args[0]);
    if (both === undefined) return undefined;
    const own = [rows, columns].filter((f) => f !== undefined);
    const varying = own.filter((f) => f.axes !== 0);
    if (varying.length === 0) return undefined;
    exponents.push(...varying);
    return own.reduce((product, f) => mul(exp(f), product), exp(both));
  });
  return { formula, exponents };
}
