/**
 * How scalars and lanes spell the scalar primitives.
 *
 * @module
 */

import type { Primitive } from "../program/ir.ts";
import type { Code, Expr } from "./code.ts";
import { elementary } from "./functions.ts";
import type { IntegerLanes } from "./integers.ts";
import type { Lanes } from "./lanes.ts";
import type { ModuleWriter } from "./module.ts";
import { OP, TYPE } from "./opcodes.ts";

/** What primitives of lanes are written with. */
export interface LaneTools {
  /** Arithmetic of floats and masks. */
  readonly l: Lanes;
  /** Arithmetic of integers. */
  readonly i: IntegerLanes;
  /** Functions that are called. */
  readonly module: ModuleWriter;
}

type Spelling = (t: LaneTools, a: Expr, b: Expr, c: Expr) => Expr;

/** How lanes spell each primitive. */
export const LANES: { readonly [P in Primitive]: Spelling } = {
  add: ({ l }, a, b) => l.add(a, b),
  sub: ({ l }, a, b) => l.sub(a, b),
  mul: ({ l }, a, b) => l.mul(a, b),
  div: ({ l }, a, b) => l.div(a, b),
  min: ({ l }, a, b) => l.min(a, b),
  max: ({ l }, a, b) => l.max(a, b),
  pow: (t, a, b) => elementary(t.module, t.l, "pow", [a, b]),
  atan2: (t, a, b) => elementary(t.module, t.l, "atan2", [a, b]),
  neg: ({ l }, a) => l.neg(a),
  abs: ({ l }, a) => l.abs(a),
  sqrt: ({ l }, a) => l.sqrt(a),
  floor: ({ l }, a) => l.floor(a),
  trunc: ({ l }, a) => l.trunc(a),
  exp: (t, a) => elementary(t.module, t.l, "exp", [a]),
  exp2: (t, a) => elementary(t.module, t.l, "exp2", [a]),
  expm1: (t, a) => elementary(t.module, t.l, "expm1", [a]),
  log: (t, a) => elementary(t.module, t.l, "log", [a]),
  log1p: (t, a) => elementary(t.module, t.l, "log1p", [a]),
  sin: (t, a) => elementary(t.module, t.l, "sin", [a]),
  cos: (t, a) => elementary(t.module, t.l, "cos", [a]),
  tan: (t, a) => elementary(t.module, t.l, "tan", [a]),
  asin: (t, a) => elementary(t.module, t.l, "asin", [a]),
  acos: (t, a) => elementary(t.module, t.l, "acos", [a]),
  atan: (t, a) => elementary(t.module, t.l, "atan", [a]),
  sinh: (t, a) => elementary(t.module, t.l, "sinh", [a]),
  cosh: (t, a) => elementary(t.module, t.l, "cosh", [a]),
  tanh: (t, a) => elementary(t.module, t.l, "tanh", [a]),
  lt: ({ l }, a, b) => l.lt(a, b),
  le: ({ l }, a, b) => l.le(a, b),
  eq: ({ l }, a, b) => l.eq(a, b),
  and: ({ l }, a, b) => l.and(a, b),
  or: ({ l }, a, b) => l.or(a, b),
  not: ({ l }, a) => l.not(a),
  select: ({ l }, a, b, c) => l.select(a, b, c),
  iadd: ({ i }, a, b) => i.add(a, b),
  isub: ({ i }, a, b) => i.sub(a, b),
  imul: ({ i }, a, b) => i.mul(a, b),
  idiv: ({ i }, a, b) => i.div(a, b),
  imod: ({ i }, a, b) => i.mod(a, b),
  imin: ({ i }, a, b) => i.min(a, b),
  imax: ({ i }, a, b) => i.max(a, b),
  ilt: ({ i }, a, b) => i.lt(a, b),
  ieq: ({ i }, a, b) => i.eq(a, b),
  iselect: ({ l }, a, b, c) => l.select(a, b, c),
  toFloat: ({ i }, a) => i.toFloat(a),
  toInt: ({ i }, a) => i.fromFloat(a),
};

type ScalarSpelling = (code: Code, a: Expr, b: Expr, c: Expr) => void;

const binary = (opcode: number): ScalarSpelling => (code, a, b) => {
  a();
  b();
  code.op(opcode);
};

/** The operand that an opcode, a comparison of both, chooses. */
const choice = (opcode: number): ScalarSpelling => (code, a, b) => {
  a();
  b();
  a();
  b();
  code.op(opcode, OP.select, 1, TYPE.i32);
};

/** How scalars spell the primitives of integers and truth values. */
export const SCALARS_OF_INTS: {
  readonly [P in Primitive]?: ScalarSpelling;
} = {
  iadd: binary(OP.i32Add),
  isub: binary(OP.i32Sub),
  imul: binary(OP.i32Mul),
  idiv: binary(OP.i32DivS),
  imod: binary(OP.i32RemS),
  imin: choice(OP.i32LtS),
  imax: choice(OP.i32GtS),
  ilt: binary(OP.i32LtS),
  ieq: binary(OP.i32Eq),
  and: binary(OP.i32And),
  or: binary(OP.i32Or),
  not: (code, a) => {
    a();
    code.op(OP.i32Eqz);
  },
  iselect: (code, a, b, c) => {
    b();
    c();
    a();
    code.op(OP.select, 1, TYPE.i32);
  },
};
