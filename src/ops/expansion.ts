/**
 * Derivatives of an op from a formula that says the same in terms of others.
 *
 * @module
 */

import { cotangent, tangent } from "../calculus/derivatives.ts";
import { Category, type Formula, rewrite } from "../formula/formula.ts";
import { addAll, variable } from "./core.ts";

/** A formula of the operands of an op. */
export type Expansion = (args: readonly Formula[]) => Formula;

let last = 0;

/**
 * Variables in the place of operands: an operand may hold another one, which
 * the partial derivatives must not look into.
 */
function standIns(args: readonly Formula[]): Formula[] {
  return args.map((a) => variable(--last, a.dim, Category.PAIR));
}

/** `f` with the operands put in for the variables. */
function filled(
  f: Formula,
  variables: readonly Formula[],
  args: readonly Formula[],
): Formula {
  const values = new Map(variables.map((v, k) => [v, args[k]]));
  return rewrite(f, (node) => values.get(node));
}

/** The directional derivative of an expansion. */
export function tangentThrough(
  expand: Expansion,
  args: readonly Formula[],
  tangents: readonly (Formula | undefined)[],
): Formula | undefined {
  const variables = standIns(args);
  const expanded = expand(variables);
  return addAll(tangents.map((t, k) => {
    const part = t && tangent(expanded, variables[k], t);
    return part && filled(part, variables, args);
  }));
}

/** The transposed derivative of an expansion in operand `k`. */
export function cotangentThrough(
  expand: Expansion,
  args: readonly Formula[],
  k: number,
  e: Formula,
): Formula | undefined {
  const variables = standIns(args);
  const part = cotangent(expand(variables), variables[k], e);
  return part && filled(part, variables, args);
}
