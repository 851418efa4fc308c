/**
 * Elementary functions of each component, and special ones.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import type { Primitive } from "../program/ir.ts";
import {
  add,
  div,
  exp,
  inv,
  log,
  mul,
  neg,
  rsqrt,
  square,
  sub,
} from "./arithmetic.ts";
import { scalarOp } from "./define.ts";
import type { Op } from "./op.ts";

export { exp, log } from "./arithmetic.ts";
export {
  erf,
  lgamma,
  polygamma,
  sinc,
  sinxdivx,
  sinxdivxDerivative,
} from "./special.ts";

/** An op that is one scalar primitive, from its slope; with an example. */
function primitiveOp(
  name: string,
  primitive: Primitive,
  meaning: string,
  [at, value]: readonly [readonly number[], readonly number[]],
  range: readonly [number, number],
  slope: (self: Formula, f: Formula) => Formula,
): Op {
  return scalarOp({
    name,
    meaning,
    example: { formula: `${name}(f)`, data: { f: at }, value },
    domain: [range],
    costly: true,
    lower: (b, [x]) => b.apply(primitive, x),
    partials: (self, f) => [slope(self, f)],
  });
}

/** The sine. */
export const sin: Op = primitiveOp(
  "Sin",
  "sin",
  "sin f",
  [[0, Math.PI / 2], [0, 1]],
  [-3, 3],
  (_, f) => cos(f),
);

/** The cosine. */
export const cos: Op = primitiveOp(
  "Cos",
  "cos",
  "cos f",
  [[0, Math.PI], [1, -1]],
  [-3, 3],
  (_, f) => neg(sin(f)),
);

/** The tangent. */
export const tan: Op = primitiveOp(
  "Tan",
  "tan",
  "tan f",
  [[0, Math.PI / 4], [0, 1]],
  [-1, 1],
  (self) => add(1, square(self)),
);

/**
 * The inverse sine; not a number beyond -1 and 1, where the derivative is
 * taken as 0.
 */
export const asin: Op = primitiveOp(
  "Asin",
  "asin",
  "arcsin f",
  [[0, 1, 2], [0, Math.PI / 2, NaN]],
  [-0.8, 0.8],
  (_, f) => rsqrt(mul(sub(1, f), add(1, f))),
);

/**
 * The inverse cosine; not a number beyond -1 and 1, where the derivative is
 * taken as 0.
 */
export const acos: Op = primitiveOp(
  "Acos",
  "acos",
  "arccos f",
  [[1, -1, 2], [0, Math.PI, NaN]],
  [-0.8, 0.8],
  (_, f) => neg(rsqrt(mul(sub(1, f), add(1, f)))),
);

/** The inverse tangent. */
export const atan: Op = primitiveOp(
  "Atan",
  "atan",
  "arctan f",
  [[0, 1], [0, Math.PI / 4]],
  [-3, 3],
  (_, f) => inv(add(1, square(f))),
);

/** The angle of the point `(g, f)`, between `-pi` and `pi`. */
export const atan2: Op = scalarOp({
  name: "Atan2",
  meaning: "arctan(f / g), in the quadrant of (g, f)",
  example: {
    formula: "Atan2(f, g)",
    data: { f: [1, 0, -1], g: [0, -1, 0] },
    value: [Math.PI / 2, Math.PI, -Math.PI / 2],
  },
  domain: [[0.4, 2], [-2, 2]],
  costly: true,
  lower: (b, [y, x]) => b.apply("atan2", y, x),
  partials: (_, f, g) => {
    const norm = add(square(f), square(g));
    return [div(g, norm), neg(div(f, norm))];
  },
});

/** The hyperbolic sine. */
export const sinh: Op = primitiveOp(
  "Sinh",
  "sinh",
  "sinh f",
  [[0, Math.LN2], [0, 0.75]],
  [-2, 2],
  (_, f) => cosh(f),
);

/** The hyperbolic cosine. */
export const cosh: Op = primitiveOp(
  "Cosh",
  "cosh",
  "cosh f",
  [[0, Math.LN2], [1, 1.25]],
  [-2, 2],
  (_, f) => sinh(f),
);

/** The hyperbolic tangent. */
export const tanh: Op = primitiveOp(
  "Tanh",
  "tanh",
  "tanh f",
  [[0, Math.LN2], [0, 0.6]],
  [-2, 2],
  (self) => sub(1, square(self)),
);

/** The exponential minus 1, exact next to 0. */
export const expm1: Op = primitiveOp(
  "Expm1",
  "expm1",
  "e^f - 1",
  [[Math.LN2, 1e-20], [1, 1e-20]],
  [-1, 1],
  (_, f) => exp(f),
);

/** The logarithm of `1 + f`, exact next to 0; `-inf` at -1. */
export const log1p: Op = primitiveOp(
  "Log1p",
  "log1p",
  "log(1 + f)",
  [[1, 1e-20, -1], [Math.LN2, 1e-20, -Infinity]],
  [-0.6, 2],
  (_, f) => inv(add(1, f)),
);

/** `f log f`; 0 at 0, where the derivative is `-inf`. */
export const xlogx: Op = scalarOp({
  name: "XLogX",
  meaning: "f log f, 0 at 0",
  example: {
    formula: "XLogX(f)",
    data: { f: [1, Math.E, 0] },
    value: [0, Math.E, 0],
  },
  domain: [[0.4, 2]],
  costly: true,
  lower: (b, [x]) => {
    const product = b.apply("mul", x, b.apply("log", x));
    const zero = b.float(0);
    return b.apply("select", b.apply("eq", x, zero), zero, product);
  },
  partials: (_, f) => [add(log(f), 1)],
});
