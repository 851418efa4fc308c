/**
 * Special functions of each component: sin(f) / f, the error function, the
 * gamma function.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import {
  lgamma as lowerLgamma,
  MAX_POLYGAMMA,
  polygamma as lowerPolygamma,
} from "../program/gamma.ts";
import { erf as lowerErf, sincDerivative } from "../program/special.ts";
import { exp, mul, neg, square } from "./arithmetic.ts";
import { derivedOp, scalarOp } from "./define.ts";
import type { Op } from "./op.ts";

/** `sin f / f`; 1 at 0, and smooth there to any order. */
export const sinxdivx: Op = scalarOp({
  name: "SinXDivX",
  meaning: "sin(f) / f, 1 at 0",
  example: {
    formula: "SinXDivX(f)",
    data: { f: [0, Math.PI / 2] },
    value: [1, 2 / Math.PI],
  },
  domain: [[-3, 3]],
  costly: true,
  lower: (b, [x]) => sincDerivative(b, x, 0),
  partials: (_, f) => [sinxdivxDerivative(f, 1)],
});

/** A derivative of `SinXDivX`, of the given order. */
export const sinxdivxDerivative: Op = scalarOp({
  name: "SinXDivXDerivative",
  meaning: "(sin(f) / f)^(n)",
  example: {
    formula: "SinXDivXDerivative(f, 1)",
    data: { f: [0, Math.PI] },
    value: [0, -1 / Math.PI],
  },
  params: [{ name: "n", kind: "int" }],
  domain: [[-3, 3]],
  cases: [[1], [2], [5]],
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
  dims: "D -> D",
  example: {
    formula: "Sinc(f)",
    data: { f: [0, 0.5, 1] },
    value: [1, 2 / Math.PI, 0],
  },
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => sinxdivx(mul(Math.PI, f)),
});

/** The error function. */
export const erf: Op = scalarOp({
  name: "Erf",
  meaning: "2 pi^(-1/2) int_0^f e^(-t^2) dt",
  example: {
    formula: "Erf(f)",
    data: { f: [0, 1, Infinity] },
    value: [0, 0.8427007929497149, 1],
  },
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
  example: {
    formula: "LGamma(f)",
    data: { f: [5, 1, 0] },
    value: [Math.log(24), 0, Infinity],
  },
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
  example: {
    formula: "Polygamma(f, 1)",
    data: { f: [1] },
    value: [Math.PI ** 2 / 6],
  },
  params: [{ name: "n", kind: "int" }],
  domain: [[0.6, 3]],
  cases: [[0], [1], [4]],
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
