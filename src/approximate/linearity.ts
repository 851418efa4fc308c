/**
 * How formulas depend on signals: linearly or not.
 *
 * A far field carries signals through proxy points, which is right only for
 * what the formula is linear in: `sum_j k(x, y_j) b_j` may be replaced by
 * `sum_m k(x, s_m) (sum_j L_m(y_j) b_j)`, whatever k is.
 *
 * @module
 */

import { type Formula, topological } from "../formula/formula.ts";
import * as arithmetic from "../ops/arithmetic.ts";
import * as complex from "../ops/complex.ts";
import * as complexParts from "../ops/complex_parts.ts";
import { mul, replicate, sum, zero } from "../ops/core.ts";
import * as matrix from "../ops/matrix.ts";
import { dot } from "../ops/norms.ts";
import type { Op } from "../ops/op.ts";
import * as parts from "../ops/parts.ts";

/** Linear in two operands together. */
export const ADDITIVE: ReadonlySet<Op> = new Set([
  arithmetic.add,
  arithmetic.sub,
  parts.concat,
  complex.complexAdd,
  complex.complexSubtract,
]);

/** Linear in one operand. */
export const LINEAR: ReadonlySet<Op> = new Set([
  arithmetic.neg,
  parts.elem,
  parts.elemT,
  parts.extract,
  parts.extractT,
  replicate,
  sum,
  complexParts.complexReal,
  complexParts.complexImag,
]);

/** Linear in each of two operands. */
export const BILINEAR: ReadonlySet<Op> = new Set([
  mul,
  dot,
  matrix.matvecmult,
  matrix.vecmatmult,
  matrix.tensorprod,
  matrix.tensordot,
  matrix.kron,
]);

/** Linear in the first operand. */
export const LINEAR_IN_FIRST: ReadonlySet<Op> = new Set([arithmetic.div]);

/** A formula that does not depend on signals (0), or is linear in them (1). */
export interface Graded {
  /** The formula. */
  readonly formula: Formula;
  /** Its degree in the signals. */
  readonly degree: 0 | 1;
}

/**
 * The formula as a homogeneous one, linear in the signals: terms that do not
 * depend on them are multiplied by `unit`, which stands for a signal that is
 * 1 everywhere.
 *
 * @returns `undefined` where the formula is not linear in the signals
 */
export function homogeneous(
  root: Formula,
  signals: ReadonlySet<Formula>,
  unit: Formula,
): Graded | undefined {
  const known = new Map<Formula, Graded | undefined>();
  for (const node of topological(root)) {
    known.set(node, grade(node, node.args.map((a) => known.get(a))));
  }
  return known.get(root);

  function grade(
    node: Formula,
    args: readonly (Graded | undefined)[],
  ): Graded | undefined {
    if (signals.has(node)) return { formula: node, degree: 1 };
    if (!args.every((a) => a !== undefined)) return undefined;
    const degrees = args.map((a) => a.degree);
    if (degrees.every((d) => d === 0)) return { formula: node, degree: 0 };
    const rebuilt = (formulas: readonly Formula[]): Graded => ({
      formula: node.op.build(formulas, node.params),
      degree: 1,
    });
    const same = args.map((a) => a.formula);
    if (LINEAR.has(node.op)) return rebuilt(same);
    if (ADDITIVE.has(node.op)) {
      return rebuilt(
        args.map(({ formula, degree }) =>
          degree === 1 || formula.op === zero ? formula : mul(unit, formula)
        ),
      );
    }
    const [first, second] = degrees;
    if (BILINEAR.has(node.op) && first + second === 1) return rebuilt(same);
    if (LINEAR_IN_FIRST.has(node.op) && second === 0) return rebuilt(same);
    return undefined;
  }
}
