/**
 * Arithmetic: sums, products, quotients, powers and roots.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { mul } from "./core.ts";
import { scalarOp } from "./define.ts";
import { literal, type Op } from "./op.ts";
import { where } from "./select.ts";

export { add, mul } from "./core.ts";

const ALL = [-1, 1] as const;
const POSITIVE = [0.4, 2] as const;

/** The opposite of each component. */
export const neg: Op = scalarOp({
  name: "Minus",
  meaning: "-f",
  example: { formula: "Minus(f)", data: { f: [1, -2] }, value: [-1, 2] },
  domain: [ALL],
  simplify: ([f]) => {
    const c = literal(f);
    if (c !== undefined) return f.op(-c);
    return f.op === neg ? f.args[0] : undefined;
  },
  lower: (b, [x]) => b.apply("neg", x),
  partials: () => [-1],
});

/** The difference of two vectors; a scalar goes with every component. */
export const sub: Op = scalarOp({
  name: "Subtract",
  meaning: "f - g",
  example: {
    formula: "Subtract(f, g)",
    data: { f: [5, 7], g: [2] },
    value: [3, 5],
  },
  domain: [ALL, ALL],
  simplify: ([f, g]) => {
    const [a, c] = [literal(f), literal(g)];
    if (a !== undefined && c !== undefined) return f.op(a - c);
    if (c === 0) return f;
    return a === 0 && f.dim <= g.dim ? neg(g) : undefined;
  },
  lower: (b, [x, y]) => b.apply("sub", x, y),
  partials: () => [1, -1],
});

/** The quotient of two vectors by component, with broadcasting. */
export const div: Op = scalarOp({
  name: "Divide",
  meaning: "f / g",
  example: {
    formula: "Divide(f, g)",
    data: { f: [6, 1], g: [2, 0] },
    value: [3, Infinity],
  },
  domain: [ALL, POSITIVE],
  simplify: ([f, g]) => {
    const [a, c] = [literal(f), literal(g)];
    if (a !== undefined && c !== undefined) return f.op(a / c);
    return c === 1 ? f : undefined;
  },
  lower: (b, [x, y]) => b.apply("div", x, y),
  partials: (self, _, g) => [inv(g), neg(div(self, g))],
});

/** The inverse of each component; `inf` at 0. */
export const inv: Op = scalarOp({
  name: "Inv",
  meaning: "1 / f",
  example: { formula: "Inv(f)", data: { f: [4, 0] }, value: [0.25, Infinity] },
  domain: [POSITIVE],
  lower: (b, [x]) => b.apply("div", b.float(1), x),
  partials: (self) => [neg(square(self))],
});

/** The square of each component. */
export const square: Op = scalarOp({
  name: "Square",
  meaning: "f^2",
  example: { formula: "Square(f)", data: { f: [3, -4] }, value: [9, 16] },
  domain: [ALL],
  lower: (b, [x]) => b.apply("mul", x, x),
  partials: (_, f) => [mul(2, f)],
});

/** Integer powers of each component; anything to the power 0 is 1. */
export const pow: Op = scalarOp({
  name: "Pow",
  meaning: "f^m",
  example: { formula: "Pow(f, 3)", data: { f: [-2, 0.5] }, value: [-8, 0.125] },
  params: [{ name: "m", kind: "int" }],
  domain: [POSITIVE],
  cases: [[3], [-2], [0], [7]],
  simplify: ([f], [m]) => m === 1 ? f : m === 2 ? square(f) : undefined,
  lower: (b, [x], [m]) => {
    const n = Math.abs(m as number);
    if (n > 64) return b.apply("pow", x, b.float(m as number));
    let power = b.float(1);
    for (const bit of n.toString(2)) {
      power = b.apply("mul", power, power);
      if (bit === "1") power = b.apply("mul", power, x);
    }
    return (m as number) < 0 ? b.apply("div", b.float(1), power) : power;
  },
  partials: ({ params: [m] }, f) => [powerSlope(f, m as number)],
});

function powerSlope(f: Formula, m: number): Formula | undefined {
  return m === 0 ? undefined : mul(m, pow(f, m - 1));
}

/**
 * Real powers: both operands vary; not a number for negative bases, but for
 * integer exponents. The derivative in `g` of `0^g` is taken as 0.
 */
export const powf: Op = scalarOp({
  name: "Powf",
  meaning: "f^g",
  example: {
    formula: "Powf(f, g)",
    data: { f: [4, 9, -8], g: [0.5] },
    value: [2, 3, NaN],
  },
  domain: [POSITIVE, ALL],
  simplify: ([f, g]) => {
    const m = literal(g);
    if (m === 0.5) return sqrt(f);
    if (m === -0.5) return rsqrt(f);
    return m !== undefined && Number.isInteger(m) ? pow(f, m) : undefined;
  },
  lower: (b, [x, y]) => b.apply("pow", x, y),
  partials: (self, f, g) => [
    mul(g, powf(f, sub(g, 1))),
    mul(self, where(f, log(f), 0)),
  ],
});

/** The square root of each component. Its derivative at 0 is taken as 0. */
export const sqrt: Op = scalarOp({
  name: "Sqrt",
  meaning: "f^(1/2)",
  example: {
    formula: "Sqrt(f)",
    data: { f: [9, 2, -1] },
    value: [3, Math.SQRT2, NaN],
  },
  domain: [POSITIVE],
  lower: (b, [x]) => b.apply("sqrt", x),
  partials: (_, f) => [mul(0.5, rsqrt(f))],
});

/** The inverse square root of each component; 0 at 0. */
export const rsqrt: Op = scalarOp({
  name: "Rsqrt",
  meaning: "f^(-1/2), 0 at 0",
  example: { formula: "Rsqrt(f)", data: { f: [4, 0] }, value: [0.5, 0] },
  domain: [POSITIVE],
  lower: (b, [x]) =>
    b.apply(
      "select",
      b.apply("eq", x, b.float(0)),
      b.float(0),
      b.apply("div", b.float(1), b.apply("sqrt", x)),
    ),
  partials: (self) => [mul(-0.5, pow(self, 3))],
});

/** The natural logarithm of each component; `-inf` at 0. */
export const log: Op = scalarOp({
  name: "Log",
  meaning: "log f",
  example: {
    formula: "Log(f)",
    data: { f: [Math.E, 1, 0] },
    value: [1, 0, -Infinity],
  },
  domain: [POSITIVE],
  costly: true,
  lower: (b, [x]) => b.apply("log", x),
  partials: (_, f) => [inv(f)],
});

/** The exponential of each component. */
export const exp: Op = scalarOp({
  name: "Exp",
  meaning: "e^f",
  example: { formula: "Exp(f)", data: { f: [0, 1] }, value: [1, Math.E] },
  domain: [ALL],
  costly: true,
  lower: (b, [x]) => b.apply("exp", x),
  partials: (self) => [self],
});

/** The absolute value of each component. Its derivative at 0 is 0. */
export const abs: Op = scalarOp({
  name: "Abs",
  meaning: "|f|",
  example: { formula: "Abs(f)", data: { f: [-3, 2] }, value: [3, 2] },
  domain: [ALL],
  lower: (b, [x]) => b.apply("abs", x),
  partials: (_, f) => [sign(f)],
});

/** The sign of each component: -1, 0 or 1; not a number stays what it is. */
export const sign: Op = scalarOp({
  name: "Sign",
  meaning: "1 where f > 0, -1 where f < 0, 0 at 0",
  example: { formula: "Sign(f)", data: { f: [-3, 0, 2] }, value: [-1, 0, 1] },
  domain: [ALL],
  lower: (b, [x]) => {
    const [zero, one] = [b.float(0), b.float(1)];
    const below = b.apply("select", b.apply("lt", x, zero), b.float(-1), x);
    return b.apply("select", b.apply("lt", zero, x), one, below);
  },
  partials: () => [undefined],
});

/** The unit step of each component: 1 at 0. */
export const step: Op = scalarOp({
  name: "Step",
  meaning: "0 where f < 0, else 1",
  example: { formula: "Step(f)", data: { f: [-3, 0, 2] }, value: [0, 1, 1] },
  domain: [ALL],
  lower: (b, [x]) =>
    b.apply("select", b.apply("lt", x, b.float(0)), b.float(0), b.float(1)),
  partials: () => [undefined],
});

/** The positive part of each component. Its derivative at 0 is 1. */
export const relu: Op = scalarOp({
  name: "ReLU",
  meaning: "0 where f < 0, else f",
  example: { formula: "ReLU(f)", data: { f: [-3, 0, 2] }, value: [0, 0, 2] },
  domain: [ALL],
  lower: (b, [x]) =>
    b.apply("select", b.apply("lt", x, b.float(0)), b.float(0), x),
  partials: (_, f) => [step(f)],
});
