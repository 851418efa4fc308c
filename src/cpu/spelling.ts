/**
 * How JavaScript spells primitives and literals.
 *
 * @module
 */

import type { Primitive, Value } from "../program/ir.ts";

/** How JavaScript spells each scalar primitive. */
export const SPELLING: {
  readonly [P in Primitive]: (a: string, b: string, c: string) => string;
} = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  div: (a, b) => `(${a} / ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  pow: (a, b) => `Math.pow(${a}, ${b})`,
  atan2: (a, b) => `Math.atan2(${a}, ${b})`,
  neg: (a) => `(-${a})`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  floor: (a) => `Math.floor(${a})`,
  trunc: (a) => `Math.trunc(${a})`,
  exp: (a) => `Math.exp(${a})`,
  exp2: (a) => `Math.exp(${Math.LN2} * ${a})`,
  expm1: (a) => `Math.expm1(${a})`,
  log: (a) => `Math.log(${a})`,
  log1p: (a) => `Math.log1p(${a})`,
  sin: (a) => `Math.sin(${a})`,
  cos: (a) => `Math.cos(${a})`,
  tan: (a) => `Math.tan(${a})`,
  asin: (a) => `Math.asin(${a})`,
  acos: (a) => `Math.acos(${a})`,
  atan: (a) => `Math.atan(${a})`,
  sinh: (a) => `Math.sinh(${a})`,
  cosh: (a) => `Math.cosh(${a})`,
  tanh: (a) => `Math.tanh(${a})`,
  lt: (a, b) => `(${a} < ${b})`,
  le: (a, b) => `(${a} <= ${b})`,
  eq: (a, b) => `(${a} === ${b})`,
  and: (a, b) => `(${a} && ${b})`,
  or: (a, b) => `(${a} || ${b})`,
  not: (a) => `(!${a})`,
  select: (a, b, c) => `(${a} ? ${b} : ${c})`,
  iadd: (a, b) => `(${a} + ${b})`,
  isub: (a, b) => `(${a} - ${b})`,
  imul: (a, b) => `(${a} * ${b})`,
  idiv: (a, b) => `((${a} / ${b}) | 0)`,
  imod: (a, b) => `(${a} % ${b})`,
  imin: (a, b) => `Math.min(${a}, ${b})`,
  imax: (a, b) => `Math.max(${a}, ${b})`,
  ilt: (a, b) => `(${a} < ${b})`,
  ieq: (a, b) => `(${a} === ${b})`,
  iselect: (a, b, c) => `(${a} ? ${b} : ${c})`,
  toFloat: (a) => a,
  toInt: (a) => `(${a} | 0)`,
};

/** A literal. */
export function literalText(value: Value): string {
  const x = value.literal as number;
  if (value.type === "bool") return x !== 0 ? "true" : "false";
  if (Number.isNaN(x)) return "NaN";
  if (Object.is(x, -0)) return "(-0)";
  return x < 0 ? `(${x})` : `${x}`;
}
