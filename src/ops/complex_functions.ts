/**
 * Elementary functions of complex vectors, as formulas of their parts.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import {
  add,
  div,
  exp,
  log,
  mul,
  neg,
  powf,
  rsqrt,
  square,
  sub,
} from "./arithmetic.ts";
import {
  complexDim,
  complexFrom,
  complexImag,
  complexReal,
} from "./complex_parts.ts";
import { replicate, zero } from "./core.ts";
import { derivedOp, scalarOp } from "./define.ts";
import { atan2, cos, cosh, sin, sinh } from "./elementary.ts";
import { type Domain, literal, type Op } from "./op.ts";

const DOMAIN: Domain = {
  cases: [{ dims: [6] }, { dims: [2] }],
  ranges: [[0.3, 1]],
};

function functionOp(
  name: string,
  meaning: string,
  expand: (re: Formula, im: Formula) => Formula,
): Op {
  return derivedOp({
    name,
    meaning,
    inputs: 1,
    domain: DOMAIN,
    expand: ([z]) => {
      complexDim(name, z);
      return expand(complexReal(z), complexImag(z));
    },
  });
}

/** The exponential of each component. */
export const complexExp: Op = functionOp("ComplexExp", "e^z", (a, b) => {
  const radius = exp(a);
  return complexFrom(mul(radius, cos(b)), mul(radius, sin(b)));
});

/** The points of the unit circle at the given real angles. */
export const complexExp1j: Op = derivedOp({
  name: "ComplexExp1j",
  meaning: "e^(i f), f real",
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => complexFrom(cos(f), sin(f)),
});

/** The principal logarithm of each component: angles from -pi to pi. */
export const complexLog: Op = functionOp(
  "ComplexLog",
  "log z",
  (a, b) =>
    complexFrom(
      mul(0.5, log(add(square(a), square(b)))),
      atan2(b, a),
    ),
);

/** The sine of each component. */
export const complexSin: Op = functionOp(
  "ComplexSin",
  "sin z",
  (a, b) => complexFrom(mul(sin(a), cosh(b)), mul(cos(a), sinh(b))),
);

/** The cosine of each component. */
export const complexCos: Op = functionOp(
  "ComplexCos",
  "cos z",
  (a, b) => complexFrom(mul(cos(a), cosh(b)), neg(mul(sin(a), sinh(b)))),
);

/** Half of |z| + |Re z|, under a root, and |Im z| over twice that. */
function rootParts(b: Builder, x: Value, y: Value): [Value, Value] {
  const norm = b.apply(
    "sqrt",
    b.apply("add", b.apply("mul", x, x), b.apply("mul", y, y)),
  );
  const total = b.apply("add", norm, b.apply("abs", x));
  const large = b.apply("sqrt", b.apply("mul", b.float(0.5), total));
  const ratio = b.apply(
    "div",
    b.apply("abs", y),
    b.apply("mul", b.float(2), large),
  );
  const zero = b.apply("eq", large, b.float(0));
  return [large, b.apply("select", zero, b.float(0), ratio)];
}

/** The derivatives of both parts of the root, for one of its arguments. */
function rootSlopes(x: Formula, y: Formula): [Formula, Formula] {
  const scale = mul(0.5, rsqrt(add(square(x), square(y))));
  return [mul(scale, realOfSqrt(x, y)), mul(scale, imagOfSqrt(x, y))];
}

/** The real part of the principal root of f + i g, without cancellation. */
export const realOfSqrt: Op = scalarOp({
  name: "RealOfSqrt",
  meaning: "Re sqrt(f + i g)",
  domain: [[-1, 1], [0.3, 1]],
  costly: true,
  lower: (b, [x, y]) => {
    const [large, small] = rootParts(b, x, y);
    return b.apply("select", b.apply("lt", x, b.float(0)), small, large);
  },
  partials: (_, f, g) => rootSlopes(f, g),
});

/** The imaginary part of the principal root of f + i g. */
export const imagOfSqrt: Op = scalarOp({
  name: "ImagOfSqrt",
  meaning: "Im sqrt(f + i g)",
  domain: [[-1, 1], [0.3, 1]],
  costly: true,
  lower: (b, [x, y]) => {
    const [large, small] = rootParts(b, x, y);
    const left = b.apply("lt", x, b.float(0));
    const size = b.apply("select", left, large, small);
    const below = b.apply("lt", y, b.float(0));
    return b.apply("select", below, b.apply("neg", size), size);
  },
  partials: (_, f, g) => {
    const [re, im] = rootSlopes(f, g);
    return [neg(im), re];
  },
});

/** The principal square root of each component: real parts are positive. */
export const complexSqrt: Op = functionOp(
  "ComplexSqrt",
  "z^(1/2)",
  (a, b) => complexFrom(realOfSqrt(a, b), imagOfSqrt(a, b)),
);

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
