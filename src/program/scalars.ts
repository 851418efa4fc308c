/**
 * What each scalar primitive means, in float64. Booleans are 0 and 1.
 *
 * @module
 */

import type { Primitive } from "./ir.ts";

const bit = (condition: boolean): number => condition ? 1 : 0;

/** The meaning of each scalar primitive. */
export const SCALARS: {
  readonly [P in Primitive]: (a: number, b: number, c: number) => number;
} = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  pow: (a, b) => a ** b,
  atan2: (a, b) => Math.atan2(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  floor: (a) => Math.floor(a),
  trunc: (a) => Math.trunc(a),
  exp: (a) => Math.exp(a),
  exp2: (a) => 2 ** a,
  expm1: (a) => Math.expm1(a),
  log: (a) => Math.log(a),
  log1p: (a) => Math.log1p(a),
  sin: (a) => Math.sin(a),
  cos: (a) => Math.cos(a),
  tan: (a) => Math.tan(a),
  asin: (a) => Math.asin(a),
  acos: (a) => Math.acos(a),
  atan: (a) => Math.atan(a),
  sinh: (a) => Math.sinh(a),
  cosh: (a) => Math.cosh(a),
  tanh: (a) => Math.tanh(a),
  lt: (a, b) => bit(a < b),
  le: (a, b) => bit(a <= b),
  eq: (a, b) => bit(a === b),
  and: (a, b) => bit(a !== 0 && b !== 0),
  or: (a, b) => bit(a !== 0 || b !== 0),
  not: (a) => bit(a === 0),
  select: (condition, a, b) => condition !== 0 ? a : b,
  iadd: (a, b) => a + b,
  isub: (a, b) => a - b,
  imul: (a, b) => a * b,
  idiv: (a, b) => Math.floor(a / b),
  imod: (a, b) => a % b,
  imin: (a, b) => Math.min(a, b),
  imax: (a, b) => Math.max(a, b),
  ilt: (a, b) => bit(a < b),
  ieq: (a, b) => bit(a === b),
  iselect: (condition, a, b) => condition !== 0 ? a : b,
  toFloat: (a) => a,
  toInt: (a) => a | 0,
};
