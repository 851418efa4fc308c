/**
 * Elementary and special functions of each component.
 *
 * @module
 */

import {
  lgamma as lowerLgamma,
  MAX_POLYGAMMA,
  polygamma as lowerPolygamma,
} from "../program/gamma.ts";
import { erf as lowerErf, sincDerivative } from "../program/special.ts";
import { ArgumentError } from "../errors.ts";
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
import { derivedOp, scalarOp } from "./define.ts";
import type { Formula } from "../formula/formula.ts";
import type { Primitive } from "../program/ir.ts";
import type { Op } from "./op.ts";

export { exp, log } from "./arithmetic.ts";

/** An op that is one scalar primitive, from its slope. */
function primitiveOp(
  name: string,
  primitive: Primitive,
  meaning: string,
  range: readonly [number, number],
  slope: (self: Formula, f: Formula) => Formula,
): Op {
  return scalarOp({
    name,
    meaning,
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
  [-3, 3],
  (_, f) => cos(f),
);

/** The cosine. */
export const cos: Op = primitiveOp(
  "Cos",
  "cos",
  "cos f",
  [-3, 3],
  (_, f) => neg(sin(f)),
);

/** The tangent. */
export const tan: Op = primitiveOp(
  "Tan",
  "tan",
  "tan f",
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
  [-0.8, 0.8],
  (_, f) => neg(rsqrt(mul(sub(1, f), add(1, f)))),
);

/** The inverse tangent. */
export const atan: Op = primitiveOp(
  "Atan",
  "atan",
  "arctan f",
  [-3, 3],
  (_, f) => inv(add(1, square(f))),
);

/** The angle of the point `(g, f)`, between `-pi` and `pi`. */
export const atan2: Op = scalarOp({
  name: "Atan2",
  meaning: "arctan(f / g), in the quadrant of (g, f)",
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
  [-2, 2],
  (_, f) => cosh(f),
);

/** The hyperbolic cosine. */
export const cosh: Op = primitiveOp(
  "Cosh",
  "cosh",
  "cosh f",
  [-2, 2],
  (_, f) => sinh(f),
);

/** The hyperbolic tangent. */
export const tanh: Op = primitiveOp(
  "Tanh",
  "tanh",
  "tanh f",
  [-2, 2],
  (self) => sub(1, square(self)),
);

/** The exponential minus 1, exact next to 0. */
export const expm1: Op = primitiveOp(
  "Expm1",
  "expm1",
  "e^f - 1",
  [-1, 1],
  (_, f) => exp(f),
);

/** The logarithm of `1 + f`, exact next to 0; `-inf` at -1. */
export const log1p: Op = primitiveOp(
  "Log1p",
  "log1p",
  "log(1 + f)",
  [-0.6, 2],
  (_, f) => inv(add(1, f)),
);

/** `f log f`; 0 at 0, where the derivative is `-inf`. */
export const xlogx: Op = scalarOp({
  name: "XLogX",
  meaning: "f log f, 0 at 0",
  domain: [[0.4, 2]],
  costly: true,
  lower: (b, [x]) => {
    const product = b.apply("mul", x, b.apply("log", x));
    const zero = b.float(0);
    return b.apply("select", b.apply("eq", x, zero), zero, product);
  },
  partials: (_, f) => [add(log(f), 1)],
});

/** `sin f / f`; 1 at 0, and smooth there to any order. */
export const sinxdivx: Op = scalarOp({
  name: "SinXDivX",
  meaning: "sin(f) / f, 1 at 0",
  domain: [[-3, 3]],
  costly: true,
  lower: (b, [x]) => sincDerivative(b, x, 0),
  partials: (_, f) => [sinxdivxDerivative(f, 1)],
});

/** A derivative of `SinXDivX`, of the given order. */
export const sinxdivxDerivative: Op = scalarOp({
  name: "SinXDivXDerivative",
  meaning: "(sin(f) / f)^(n)",
  params: [{ name: "n", kind: "int" }],
  domain: [[-3, 3]],
  examples: [[1], [2], [5]],
  costly: true,
  simplify: ([f], [n]) => {
    atLeastZero("SinXDivXDerivative", n as number);
    return n === 0 ? sinxdivx(f) : undefined;
  },
  lower: (b, [x], [n]) => sincDerivative(b, x, n as number),
  partials: ({ params: [n] }, f) => [sinxdivxDerivative(f, n as number + 1)],
});

/** `sin(pi f) / (pi f)`; 1 at 0. */
export const sinc: Op = derivedOp({
  name: "Sinc",
  meaning: "sin(pi f) / (pi f), 1 at 0",
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => sinxdivx(mul(Math.PI, f)),
});

/** The error function. */
export const erf: Op = scalarOp({
  name: "Erf",
  meaning: "2 pi^(-1/2) int_0^f e^(-t^2) dt",
  domain: [[-2, 2]],
  costly: true,
  lower: (b, [x]) => lowerErf(b, x),
  partials: (_, f) => [mul(2 / Math.sqrt(Math.PI), exp(neg(square(f))))],
});

/**
 * The logarithm of the absolute value of the gamma function; `inf` at 0 and
 * the negative integers.
 */
export const lgamma: Op = scalarOp({
  name: "LGamma",
  meaning: "log |gamma(f)|",
  domain: [[0.4, 3]],
  costly: true,
  lower: (b, [x]) => lowerLgamma(b, x),
  partials: (_, f) => [polygamma(f, 0)],
});

/**
 * The n-th derivative of the digamma function, which is that of order 0: the
 * derivatives of `LGamma`. At the negative integers, poles of odd order n are
 * `inf`, others not a number.
 */
export const polygamma: Op = scalarOp({
  name: "Polygamma",
  meaning: "d^(n+1) / df^(n+1) log gamma(f)",
  params: [{ name: "n", kind: "int" }],
  domain: [[0.6, 3]],
  examples: [[0], [1], [4]],
  costly: true,
  simplify: (_, [n]) => {
    atLeastZero("Polygamma", n as number);
    if (n as number <= MAX_POLYGAMMA) return undefined;
    throw new ArgumentError(
      `Cannot apply "Polygamma" of order ${n}: it must be ${MAX_POLYGAMMA} at most`,
    );
  },
  lower: (b, [x], [n]) => lowerPolygamma(b, x, n as number),
  partials: ({ params: [n] }, f) => [polygamma(f, n as number + 1)],
});

function atLeastZero(name: string, n: number): void {
  if (n >= 0) return;
  throw new ArgumentError(
    `Cannot apply "${name}" of order ${n}: it must be 0 or more`,
  );
}
