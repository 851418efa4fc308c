/**
 * The two ways to write formulas: KeOps's, and that of mathematics.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { abs, pow, sqrt } from "../ops/arithmetic.ts";
import { dot, norm2, sqdist } from "../ops/norms.ts";
import { literal, type Op } from "../ops/op.ts";
import { METHODS, OPS } from "../ops/registry.ts";
import { INFIX, type Infix, POWER } from "./infix.ts";

/** How formulas are written. */
export interface Notation {
  /** The infix operators by their signs. */
  readonly infix: ReadonlyMap<string, Infix>;
  /** The operations by their names. */
  readonly functions: ReadonlyMap<string, Op>;
  /** What `|f|` stands for, where it is not a scalar product. */
  readonly bars?: (f: Formula) => Formula;
}

/** As in KeOps: `Exp(-SqDist(x, y)) * (u|v) ** 2`. */
export const KEOPS: Notation = { infix: INFIX, functions: OPS };

/** As in mathematics: `exp(-|x - y|^2) * (u · v)^2`. */
export const MATHEMATICS: Notation = {
  infix: mathematicalInfix(),
  functions: new Map([...METHODS, ...OPS]),
  bars: (f) => f.dim === 1 ? abs(f) : norm2(f),
};

function mathematicalInfix(): Map<string, Infix> {
  const infix = new Map(INFIX);
  infix.delete("|");
  const plain = INFIX.get("**");
  const build = (f: Formula, g: Formula): Formula =>
    squaredNorm(f, g) ?? plain?.build(f, g) ?? pow(f, 1);
  for (const sign of ["**", "^"]) infix.set(sign, { power: POWER, build });
  infix.set("·", { power: 4, build: (f, g) => dot(f, g) });
  return infix;
}

/** `|f|^2` without the root, whose derivative at 0 is none. */
function squaredNorm(f: Formula, g: Formula): Formula | undefined {
  if (f.op !== sqrt || literal(g) !== 2) return undefined;
  const [square] = f.args;
  const [u, v] = square.args;
  const isNorm = square.op === sqdist || square.op === dot && u === v;
  return isNorm ? square : undefined;
}
