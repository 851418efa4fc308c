/**
 * Whether formulas are linear in a variable.
 *
 * @module
 */

import { ADDITIVE, LINEAR, LINEAR_IN_FIRST } from "../approximate/linearity.ts";
import {
  Category,
  type Formula,
  rewrite,
  sameVariable,
  topological,
} from "../formula/formula.ts";
import { freshVariable } from "../lazy/operand.ts";
import { zero } from "../ops/core.ts";
import { constant } from "../ops/op.ts";
import { sqDistDiag } from "../ops/weighted.ts";

/** How a formula depends on a variable. */
export interface Dependence {
  /** Whether the variable is in it at all. */
  readonly depends: boolean;
  /** The first part that is not linear in it; `undefined` where all is. */
  readonly part?: Formula | undefined;
}

/**
 * How a formula depends on a variable.
 *
 * An op is linear in some of its operands where its derivative in them does not
 * depend on them, and is the op itself when taken along them: that excludes
 * what is constant by pieces, and sums with terms that do not depend on the
 * variable. A formula is linear where all its ops are.
 */
export function dependence(root: Formula, v: Formula): Dependence {
  const varying = new Set<Formula>();
  for (const node of topological(root)) {
    if (sameVariable(node, v)) varying.add(node);
    if (!node.args.some((a) => varying.has(a))) continue;
    if (!isLinear(node, varying)) return { depends: true, part: node };
    varying.add(node);
  }
  return { depends: varying.has(root) };
}

/** Whether an op is linear in those of its operands that vary. */
function isLinear(node: Formula, varying: ReadonlySet<Formula>): boolean {
  const { op, args } = node;
  if (LINEAR.has(op)) return true;
  if (ADDITIVE.has(op)) return args.every((a) => varying.has(a) || isZero(a));
  if (LINEAR_IN_FIRST.has(op)) return !varying.has(args[1]);
  // Weights of a distance; their derivative is spelled as a sum.
  if (op === sqDistDiag) return !args.slice(0, 2).some((a) => varying.has(a));
  const along = new Map<Formula, Formula>();
  const tangents = args.map((arg) => {
    if (!varying.has(arg)) return undefined;
    const u = along.get(arg) ?? freshVariable(arg.dim, Category.PAIR);
    along.set(arg, u);
    return u;
  });
  const slope = op.jvp(node, tangents);
  if (slope === undefined) return false;
  if (topological(slope).some((part) => along.has(part))) return false;
  const back = new Map([...along].map(([arg, u]) => [u, arg]));
  const found = rewrite(slope, (part) => back.get(part));
  // Terms that are 0 have no derivative: that is 0, too.
  const zeros = args.map((a) => isZero(a) ? zero(a.dim) : a);
  return found === node || found === op.build(zeros, node.params);
}

function isZero({ op, params }: Formula): boolean {
  return op === zero || op === constant && params[0] === 0;
}
