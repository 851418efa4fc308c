/**
 * The principal square root of complex numbers, as real and imaginary part.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import { add, mul, neg, rsqrt, square } from "./arithmetic.ts";
import { scalarOp } from "./define.ts";
import type { Op } from "./op.ts";

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
  example: {
    formula: "RealOfSqrt(f, g)",
    data: { f: [3, -4], g: [4, 0] },
    value: [2, 0],
  },
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
  example: {
    formula: "ImagOfSqrt(f, g)",
    data: { f: [3, -4], g: [4, 0] },
    value: [1, 2],
  },
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
