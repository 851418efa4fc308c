/**
 * Comparisons, logic, rounding and clamping. Truth is 1, falsehood 0. These
 * are piecewise constant or piecewise linear: their derivatives hold away
 * from the jumps.
 *
 * @module
 */

import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import { roundHalfAway } from "../program/special.ts";
import { div, neg, sub } from "./arithmetic.ts";
import { derivedOp, scalarOp } from "./define.ts";
import type { Domain, Op } from "./op.ts";
import { choiceOp, where } from "./select.ts";

export { ifelse, where } from "./select.ts";

const ALL = [-1, 1] as const;
const PAIRS: Domain = {
  cases: [{ dims: [3, 3] }, { dims: [3, 1] }, { dims: [1, 3] }],
  ranges: [ALL],
};

const truth = (b: Builder, condition: Value): Value =>
  b.apply("select", condition, b.float(1), b.float(0));

const flat = () => [undefined, undefined];

/** Whether components are equal; not a number equals nothing. */
export const eq: Op = scalarOp({
  name: "Equal",
  meaning: "1 where f = g, else 0",
  example: {
    formula: "Equal(f, g)",
    data: { f: [1, 2, NaN], g: [1, 3, NaN] },
    value: [1, 0, 0],
  },
  domain: [ALL, ALL],
  lower: (b, [x, y]) => truth(b, b.apply("eq", x, y)),
  partials: flat,
});

/** Whether components differ; not a number differs from everything. */
export const ne: Op = scalarOp({
  name: "NotEqual",
  meaning: "1 where f != g, else 0",
  example: {
    formula: "NotEqual(f, g)",
    data: { f: [1, 2, NaN], g: [1, 3, NaN] },
    value: [0, 1, 1],
  },
  domain: [ALL, ALL],
  lower: (b, [x, y]) => truth(b, b.apply("not", b.apply("eq", x, y))),
  partials: flat,
});

/** Whether components are less; false for what is not a number. */
export const lt: Op = scalarOp({
  name: "LessThan",
  meaning: "1 where f < g, else 0",
  example: {
    formula: "LessThan(f, g)",
    data: { f: [1, 2, 3], g: [2] },
    value: [1, 0, 0],
  },
  domain: [ALL, ALL],
  lower: (b, [x, y]) => truth(b, b.apply("lt", x, y)),
  partials: flat,
});

/** Whether components are less or equal; false for what is not a number. */
export const le: Op = scalarOp({
  name: "LessOrEqual",
  meaning: "1 where f <= g, else 0",
  example: {
    formula: "LessOrEqual(f, g)",
    data: { f: [1, 2, 3], g: [2] },
    value: [1, 1, 0],
  },
  domain: [ALL, ALL],
  lower: (b, [x, y]) => truth(b, b.apply("le", x, y)),
  partials: flat,
});

/** Whether components are greater; false for what is not a number. */
export const gt: Op = derivedOp({
  name: "GreaterThan",
  meaning: "1 where f > g, else 0",
  dims: "D or 1, D or 1 -> D",
  example: {
    formula: "GreaterThan(f, g)",
    data: { f: [1, 2, 3], g: [2] },
    value: [0, 0, 1],
  },
  inputs: 2,
  domain: PAIRS,
  expand: ([f, g]) => lt(g, f),
});

/** Whether components are greater or equal; false for what is not a number. */
export const ge: Op = derivedOp({
  name: "GreaterOrEqual",
  meaning: "1 where f >= g, else 0",
  dims: "D or 1, D or 1 -> D",
  example: {
    formula: "GreaterOrEqual(f, g)",
    data: { f: [1, 2, 3], g: [2] },
    value: [0, 1, 1],
  },
  inputs: 2,
  domain: PAIRS,
  expand: ([f, g]) => le(g, f),
});

/** Whether a component is not 0; what is not a number is not 0 either. */
const holds = (b: Builder, x: Value): Value =>
  b.apply("not", b.apply("eq", x, b.float(0)));

/** Whether both components are not 0. */
export const logicalAnd: Op = scalarOp({
  name: "LogicalAnd",
  meaning: "1 where f != 0 and g != 0, else 0",
  example: {
    formula: "LogicalAnd(f, g)",
    data: { f: [0, 2, 3], g: [1, 0, 4] },
    value: [0, 0, 1],
  },
  domain: [ALL, ALL],
  lower: (b, [x, y]) => truth(b, b.apply("and", holds(b, x), holds(b, y))),
  partials: flat,
});

/** Whether a component of either is not 0. */
export const logicalOr: Op = scalarOp({
  name: "LogicalOr",
  meaning: "1 where f != 0 or g != 0, else 0",
  example: {
    formula: "LogicalOr(f, g)",
    data: { f: [0, 2, 0], g: [0, 0, 4] },
    value: [0, 1, 1],
  },
  domain: [ALL, ALL],
  lower: (b, [x, y]) => truth(b, b.apply("or", holds(b, x), holds(b, y))),
  partials: flat,
});

/** Whether components are 0. */
export const logicalNot: Op = scalarOp({
  name: "LogicalNot",
  meaning: "1 where f = 0, else 0",
  example: { formula: "LogicalNot(f)", data: { f: [0, 2] }, value: [1, 0] },
  domain: [ALL],
  lower: (b, [x]) => truth(b, b.apply("eq", x, b.float(0))),
  partials: flat,
});

/** The largest integer that is not above each component. */
export const floor: Op = scalarOp({
  name: "Floor",
  meaning: "floor f",
  example: { formula: "Floor(f)", data: { f: [1.5, -1.5] }, value: [1, -2] },
  domain: [[-3, 3]],
  lower: (b, [x]) => b.apply("floor", x),
  partials: flat,
});

/**
 * Each component rounded to `decimals` digits after the point, halves away
 * from 0; a negative number of decimals rounds to tens, hundreds ...
 */
export const round: Op = scalarOp({
  name: "Round",
  meaning: "f rounded to decimals after the point, halves away from 0",
  example: {
    formula: "Round(f, 0)",
    data: { f: [0.5, 2.5, -2.5] },
    value: [1, 3, -3],
  },
  params: [{ name: "decimals", kind: "int", default: 0 }],
  domain: [[-30, 30]],
  cases: [[0], [1], [-1]],
  lower: (b, [x], [decimals]) => rounded(b, x, decimals as number),
  partials: flat,
});

/** From here on, numbers in double precision have no digits to round. */
const ALL_INTEGERS = 2 ** 52;

function rounded(b: Builder, x: Value, decimals: number): Value {
  const scale = b.float(10 ** Math.abs(decimals));
  const [up, down] = decimals < 0
    ? ["div", "mul"] as const
    : ["mul", "div"] as const;
  const scaled = b.apply(up, x, scale);
  const whole = roundHalfAway(b, scaled);
  // A scale beyond all numbers must not meet a 0.
  const isZero = b.apply("eq", whole, b.float(0));
  const result = b.apply("select", isZero, whole, b.apply(down, whole, scale));
  const size = b.apply("abs", scaled);
  const digits = b.apply("lt", size, b.float(ALL_INTEGERS));
  return b.apply("select", digits, result, x);
}

/** The remainder of each component in `[d, d + n)`, or `(d + n, d]`. */
export const mod: Op = scalarOp({
  name: "Mod",
  meaning: "f - n floor((f - d) / n)",
  example: {
    formula: "Mod(f, n, d)",
    data: { f: [5, -1, 7], n: [3], d: [0] },
    value: [2, 2, 1],
  },
  domain: [[-3, 3], [0.6, 1.4], [-0.3, 0.3]],
  lower: (b, [x, n, d]) => {
    const turns = b.apply("floor", b.apply("div", b.apply("sub", x, d), n));
    return b.apply("sub", x, b.apply("mul", n, turns));
  },
  partials: (_, f, n, d) => [1, neg(floor(div(sub(f, d), n))), undefined],
});

/**
 * Each component clamped between two bounds: the lower one where it is below
 * that, else the upper one where it is above that, else itself. The bounds
 * may be in the wrong order.
 */
export const clamp: Op = choiceOp({
  name: "Clamp",
  meaning: "a where f < a, else b where f > b, else f",
  example: {
    formula: "Clamp(f, a, b)",
    data: { f: [-2, 0.5, 3], a: [-1], b: [1] },
    value: [-1, 0.5, 1],
  },
  conditions: 0,
  ranges: [[-1, 1], [-0.7, -0.3], [0.3, 0.7]],
  lower: (b, [x, low, high]) => clamped(b, x, low, high),
  choose: ({ args: [x, low, high] }, [whenInside, whenLow, whenHigh]) =>
    where(lt(x, low), whenLow, where(lt(high, x), whenHigh, whenInside)),
});

function clamped(b: Builder, x: Value, low: Value, high: Value): Value {
  const above = b.apply("select", b.apply("lt", high, x), high, x);
  return b.apply("select", b.apply("lt", x, low), low, above);
}

const BOUNDS = [
  { name: "low", kind: "int" },
  { name: "high", kind: "int" },
] as const;

/** Each component clamped between two integers, in the order of `Clamp`. */
export const clampInt: Op = scalarOp({
  name: "ClampInt",
  meaning: "low where f < low, else high where f > high, else f",
  example: {
    formula: "ClampInt(f, -1, 2)",
    data: { f: [-2, 0.5, 3] },
    value: [-1, 0.5, 2],
  },
  params: BOUNDS,
  domain: [[-3, 3]],
  cases: [[-1, 2], [1, -1]],
  lower: (b, [x], [low, high]) =>
    clamped(b, x, b.float(low as number), b.float(high as number)),
  partials: ({ params: [low, high] }, f) => [
    diffClampInt.build([f], [low, high]),
  ],
});

/** The slope of `ClampInt`: 1 between the bounds and at them. */
export const diffClampInt: Op = scalarOp({
  name: "DiffClampInt",
  meaning: "1 where low <= f <= high, else 0",
  example: {
    formula: "DiffClampInt(f, -1, 2)",
    data: { f: [-2, -1, 3] },
    value: [0, 1, 0],
  },
  params: BOUNDS,
  domain: [[-3, 3]],
  cases: [[-1, 2], [1, -1]],
  lower: (b, [x], [low, high]) =>
    truth(
      b,
      b.apply(
        "and",
        b.apply("le", b.float(low as number), x),
        b.apply("le", x, b.float(high as number)),
      ),
    ),
  partials: flat,
});
