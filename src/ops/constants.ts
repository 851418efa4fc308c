/**
 * Constants as KeOps spells them.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { derivedOp } from "./define.ts";
import { constant, type Op } from "./op.ts";

/** An integer. */
export const intCst: Op = derivedOp({
  name: "IntCst",
  meaning: "n",
  dims: "-> 1",
  example: { formula: "IntCst(3)", data: {}, value: [3] },
  inputs: 0,
  params: [{ name: "n", kind: "int" }],
  domain: { cases: [{ dims: [], params: [3] }], ranges: [] },
  expand: (_, [n]) => constant(n),
});

/** The inverse of an integer. */
export const intInv: Op = derivedOp({
  name: "IntInv",
  meaning: "1 / n",
  dims: "-> 1",
  example: { formula: "IntInv(4)", data: {}, value: [0.25] },
  inputs: 0,
  params: [{ name: "n", kind: "int" }],
  domain: { cases: [{ dims: [], params: [3] }], ranges: [] },
  expand: (_, [n]) => quotient("IntInv", 1, n as number),
});

/** The quotient of two integers, in full precision. */
export const ratCst: Op = derivedOp({
  name: "RatCst",
  meaning: "p / q",
  dims: "-> 1",
  example: { formula: "RatCst(2, 3)", data: {}, value: [2 / 3] },
  inputs: 0,
  params: [{ name: "p", kind: "int" }, { name: "q", kind: "int" }],
  domain: { cases: [{ dims: [], params: [2, 3] }], ranges: [] },
  expand: (_, [p, q]) => quotient("RatCst", p as number, q as number),
});

function quotient(name: string, p: number, q: number) {
  if (q !== 0) return constant(p / q);
  throw new ArgumentError(`Cannot divide by 0 in "${name}"`);
}
