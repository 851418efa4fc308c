/**
 * Elementary functions of complex vectors, as formulas of their parts.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import {
  add,
  div,
  exp,
  log,
  mul,
  neg,
  powf,
  square,
  sub,
} from "./arithmetic.ts";
import {
  complexDim,
  complexFrom,
  complexImag,
  complexReal,
} from "./complex_parts.ts";
import { imagOfSqrt, realOfSqrt } from "./complex_root.ts";
import { replicate, zero } from "./core.ts";
import { derivedOp, type DerivedOpDefinition } from "./define.ts";
import { atan2, cos, cosh, sin, sinh } from "./elementary.ts";
import { type Domain, literal, type Op } from "./op.ts";

const DOMAIN: Domain = {
  cases: [{ dims: [6] }, { dims: [2] }],
  ranges: [[0.3, 1]],
};

/** What {@linkcode functionOp} is told. */
interface FunctionOpDefinition
  extends Pick<DerivedOpDefinition, "name" | "meaning" | "example"> {
  /** The function in terms of the real and the imaginary part. */
  readonly expand: (re: Formula, im: Formula) => Formula;
}

function functionOp({ expand, ...rest }: FunctionOpDefinition): Op {
  return derivedOp({
    ...rest,
    dims: "2 D -> 2 D",
    inputs: 1,
    domain: DOMAIN,
    expand: ([z]) => {
      complexDim(rest.name, z);
      return expand(complexReal(z), complexImag(z));
    },
  });
}

/** The exponential of each component. */
export const complexExp: Op = functionOp({
  name: "ComplexExp",
  meaning: "e^z",
  example: {
    formula: "ComplexExp(z)",
    data: { z: [0, Math.PI] },
    value: [-1, 0],
  },
  expand: (a, b) => {
    const radius = exp(a);
    return complexFrom(mul(radius, cos(b)), mul(radius, sin(b)));
  },
});

/** The points of the unit circle at the given real angles. */
export const complexExp1j: Op = derivedOp({
  name: "ComplexExp1j",
  meaning: "e^(i f), f real",
  dims: "D -> 2 D",
  example: {
    formula: "ComplexExp1j(f)",
    data: { f: [0, Math.PI / 2] },
    value: [1, 0, 0, 1],
  },
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => complexFrom(cos(f), sin(f)),
});

/** The principal logarithm of each component: angles from -pi to pi. */
export const complexLog: Op = functionOp({
  name: "ComplexLog",
  meaning: "log z",
  example: {
    formula: "ComplexLog(z)",
    data: { z: [-1, 0] },
    value: [0, Math.PI],
  },
  expand: (a, b) =>
    complexFrom(
      mul(0.5, log(add(square(a), square(b)))),
      atan2(b, a),
    ),
});

/** The sine of each component. */
export const complexSin: Op = functionOp({
  name: "ComplexSin",
  meaning: "sin z",
  example: {
    formula: "ComplexSin(z)",
    data: { z: [0, Math.LN2] },
    value: [0, 0.75],
  },
  expand: (a, b) => complexFrom(mul(sin(a), cosh(b)), mul(cos(a), sinh(b))),
});

/** The cosine of each component. */
export const complexCos: Op = functionOp({
  name: "ComplexCos",
  meaning: "cos z",
  example: {
    formula: "ComplexCos(z)",
    data: { z: [0, Math.LN2] },
    value: [1.25, 0],
  },
  expand: (a, b) =>
    complexFrom(mul(cos(a), cosh(b)), neg(mul(sin(a), sinh(b)))),
});

/** The principal square root of each component: real parts are positive. */
export const complexSqrt: Op = functionOp({
  name: "ComplexSqrt",
  meaning: "z^(1/2)",
  example: {
    formula: "ComplexSqrt(z)",
    data: { z: [3, 4, -4, 0] },
    value: [2, 1, 0, 2],
  },
  expand: (a, b) => complexFrom(realOfSqrt(a, b), imagOfSqrt(a, b)),
});

/** The largest power that is written as products. */
const MOST_PRODUCTS = 64;

/**
 * Powers of each component. An exponent of dimension 1 is a real number, any
 * other one is complex. Integer powers are products; other ones take the
 * principal logarithm.
 */
export const complexPow: Op = derivedOp({
  name: "ComplexPow",
  meaning: "z^w",
  dims: "2 D or 2, 2 D or 2 or 1 -> 2 D",
  example: {
    formula: "ComplexPow(z, w)",
    data: { z: [0, 1], w: [2] },
    value: [-1, 0],
  },
  inputs: 2,
  domain: {
    cases: [{ dims: [6, 6] }, { dims: [6, 2] }, { dims: [2, 6] }, {
      dims: [6, 1],
    }],
    ranges: [[0.3, 1]],
  },
  expand: ([z, w]) => {
    const dim = complexDim("ComplexPow", z);
    const exponent = realExponent(w);
    if (exponent === undefined) {
      checkExponent(z, w);
      return general(z, w);
    }
    if (exponent.dim !== 1 && dim !== 1 && exponent.dim !== dim) {
      checkExponent(z, w);
    }
    const n = literal(exponent);
    return n !== undefined && Number.isInteger(n) &&
        Math.abs(n) <= MOST_PRODUCTS
      ? products(z, n)
      : realPower(z, exponent);
  },
});

/** The exponent as a real vector, if it has no imaginary part. */
function realExponent(w: Formula): Formula | undefined {
  if (w.dim === 1) return w;
  if (w.op !== complexFrom) return undefined;
  const [re, im] = w.args;
  return im.op === zero || literal(im) === 0 ? re : undefined;
}

function checkExponent(z: Formula, w: Formula): void {
  complexDim("ComplexPow", w);
  if (z.dim === w.dim || z.dim === 2 || w.dim === 2) return;
  throw new ShapeError(
    `Cannot apply "ComplexPow" to complex vectors of dimensions ${z.dim} and ${w.dim}: they must be equal, or 2`,
  );
}

/** Integer powers, by squares and products. */
function products(z: Formula, n: number): Formula {
  const [x, y] = [complexReal(z), complexImag(z)];
  const dim = x.dim;
  let power: [Formula, Formula] | undefined;
  for (const bit of Math.abs(n).toString(2)) {
    if (power !== undefined) {
      const [a, b]: [Formula, Formula] = power;
      power = [mul(sub(a, b), add(a, b)), mul(2, mul(a, b))];
    }
    if (bit === "0") continue;
    if (power === undefined) power = [x, y];
    else {
      const [a, b]: [Formula, Formula] = power;
      power = [
        sub(mul(a, x), mul(b, y)),
        add(mul(a, y), mul(b, x)),
      ];
    }
  }
  if (power === undefined) return complexFrom(replicate(1, dim), zero(dim));
  const [a, b] = power;
  if (n > 0) return complexFrom(a, b);
  const norm = add(square(a), square(b));
  return complexFrom(div(a, norm), neg(div(b, norm)));
}

/** Real powers: moduli are raised, angles are scaled. */
function realPower(z: Formula, w: Formula): Formula {
  const [a, b] = [complexReal(z), complexImag(z)];
  const radius = powf(add(square(a), square(b)), mul(0.5, w));
  const angle = mul(w, atan2(b, a));
  return complexFrom(mul(radius, cos(angle)), mul(radius, sin(angle)));
}

/** `e^(w log z)`. */
function general(z: Formula, w: Formula): Formula {
  const l = complexLog(z);
  const [a, b, c, d] = [
    complexReal(l),
    complexImag(l),
    complexReal(w),
    complexImag(w),
  ];
  return complexExp(
    complexFrom(sub(mul(a, c), mul(b, d)), add(mul(a, d), mul(b, c))),
  );
}
