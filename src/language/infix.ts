/**
 * The infix operators of formula strings.
 *
 * @module
 */

import { add, div, mul, pow, powf, sub } from "../ops/arithmetic.ts";
import { eq, ge, gt, le, lt, ne } from "../ops/comparison.ts";
import { dot } from "../ops/norms.ts";
import { literal } from "../ops/op.ts";
import type { Formula } from "../formula/formula.ts";

/** An infix operator: how tightly it binds, and what it builds. */
export interface Infix {
  readonly power: number;
  readonly build: (f: Formula, g: Formula) => Formula;
}

/** The operators by their signs, from loose to tight. */
export const INFIX: ReadonlyMap<string, Infix> = new Map<string, Infix>([
  ["<", { power: 1, build: (f, g) => lt(f, g) }],
  ["<=", { power: 1, build: (f, g) => le(f, g) }],
  [">", { power: 1, build: (f, g) => gt(f, g) }],
  [">=", { power: 1, build: (f, g) => ge(f, g) }],
  ["==", { power: 1, build: (f, g) => eq(f, g) }],
  ["!=", { power: 1, build: (f, g) => ne(f, g) }],
  ["|", { power: 2, build: (f, g) => dot(f, g) }],
  ["+", { power: 3, build: (f, g) => add(f, g) }],
  ["-", { power: 3, build: (f, g) => sub(f, g) }],
  ["*", { power: 4, build: (f, g) => mul(f, g) }],
  ["/", { power: 4, build: (f, g) => div(f, g) }],
  ["**", { power: 6, build: power }],
]);

/** Powers bind like this, to the right. */
export const POWER = 6;

/** Comparisons bind like this, and do not chain. */
export const COMPARISON_POWER = 1;

/** Unary minus binds between products and powers. */
export const MINUS_POWER = 5;

function power(f: Formula, g: Formula): Formula {
  const m = literal(g);
  return m !== undefined && Number.isInteger(m) ? pow(f, m) : powf(f, g);
}
