/**
 * Integers in lanes: of 32 bits beside floats of 32 bits; beside floats of
 * 64 bits they are held as such floats, exactly.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import type { Lanes } from "./lanes.ts";
import { MISC, OP, SIMD } from "./opcodes.ts";

/** Operations on integers in lanes. */
export interface IntegerLanes {
  /** The same literal in all lanes. */
  constant(value: number): Expr;
  /** The same integer, from a scalar, in all lanes. */
  splat(value: Expr): Expr;
  add(a: Expr, b: Expr): Expr;
  sub(a: Expr, b: Expr): Expr;
  mul(a: Expr, b: Expr): Expr;
  div(a: Expr, b: Expr): Expr;
  mod(a: Expr, b: Expr): Expr;
  min(a: Expr, b: Expr): Expr;
  max(a: Expr, b: Expr): Expr;
  lt(a: Expr, b: Expr): Expr;
  eq(a: Expr, b: Expr): Expr;
  toFloat(a: Expr): Expr;
  fromFloat(a: Expr): Expr;
  /** One lane as a scalar of 32 bits. */
  extract(a: Expr, lane: number): Expr;
}

/** Integers beside the floats of `lanes`. */
export function integerLanes(lanes: Lanes): IntegerLanes {
  return lanes.dialect.bits === 32 ? narrow(lanes) : wide(lanes);
}

function narrow(l: Lanes): IntegerLanes {
  const { code } = l;
  const div = (a: Expr, b: Expr) =>
    l.steps(() => {
      const [x, y] = [l.keep(a), l.keep(b)];
      const low = quotients(l, x, y);
      const high = quotients(l, upper(l, x), upper(l, y));
      return shuffled(l, low, high, [0, 1, 4, 5]);
    });
  return {
    constant: (value) => l.int32(value),
    splat: (value) => () => {
      value();
      code.simd(SIMD.i32Splat);
    },
    add: (a, b) => l.simd(SIMD.i32Add, a, b),
    sub: (a, b) => l.simd(SIMD.i32Sub, a, b),
    mul: (a, b) => l.simd(SIMD.i32Mul, a, b),
    div,
    mod: (a, b) =>
      l.steps(() => {
        const [x, y] = [l.keep(a), l.keep(b)];
        return l.simd(SIMD.i32Sub, x, l.simd(SIMD.i32Mul, div(x, y), y));
      }),
    min: (a, b) => l.simd(SIMD.i32MinS, a, b),
    max: (a, b) => l.simd(SIMD.i32MaxS, a, b),
    lt: (a, b) => l.simd(SIMD.i32LtS, a, b),
    eq: (a, b) => l.simd(SIMD.i32Eq, a, b),
    toFloat: (a) => l.simd(SIMD.f32ConvertI32, a),
    fromFloat: (a) => l.simd(SIMD.i32TruncSatF32, a),
    extract: (a, lane) => () => {
      a();
      code.simd(SIMD.i32Extract, lane);
    },
  };
}

function wide(l: Lanes): IntegerLanes {
  const { code } = l;
  const div = (a: Expr, b: Expr) => l.floor(l.div(a, b));
  const limit = 2 ** 31;
  return {
    constant: (value) => l.float(value),
    splat: (value) => () => {
      value();
      code.op(OP.f64ConvertI32);
      code.simd(SIMD.f64Splat);
    },
    add: l.add,
    sub: l.sub,
    mul: l.mul,
    div,
    mod: (a, b) =>
      l.steps(() => {
        const [x, y] = [l.keep(a), l.keep(b)];
        return l.sub(x, l.mul(div(x, y), y));
      }),
    min: l.pmin,
    max: l.pmax,
    lt: l.lt,
    eq: l.eq,
    toFloat: (a) => a,
    // NaN is 0, as it is for 32 bits; integers stay where they are exact.
    fromFloat: (a) =>
      l.steps(() => {
        const x = l.keep(l.trunc(a));
        const inside = l.pmax(
          l.pmin(x, l.float(limit - 1)),
          l.float(-limit),
        );
        return l.and(inside, l.eq(x, x));
      }),
    extract: (a, lane) => () => {
      a();
      code.simd(SIMD.f64Extract, lane);
      code.misc(MISC.i32TruncSatF64);
    },
  };
}

function quotients(l: Lanes, a: Expr, b: Expr): Expr {
  const exact = (x: Expr) => l.simd(SIMD.f64ConvertLowI32, x);
  const quotient = l.simd(SIMD.f64Div, exact(a), exact(b));
  return l.simd(SIMD.i32TruncSatF64Zero, quotient);
}

/** The last two places of 32 bits, moved to the front. */
export function upper(l: Lanes, a: Expr): Expr {
  return l.steps(() => {
    const x = l.keep(a);
    return shuffled(l, x, x, [2, 3, 2, 3]);
  });
}

/** Places of 32 bits, the first four of `a`, the others of `b`. */
export function shuffled(
  l: Lanes,
  a: Expr,
  b: Expr,
  places: readonly number[],
): Expr {
  const bytes = places.flatMap((p) => [0, 1, 2, 3].map((b) => 4 * p + b));
  return () => {
    a();
    b();
    l.code.simd(SIMD.shuffle, ...bytes);
  };
}
