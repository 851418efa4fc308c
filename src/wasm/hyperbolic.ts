/**
 * Functions made of exponentials: `e^x - 1` and the hyperbolic ones, for
 * lanes of 64 bits.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import { EXPM1, SINH, TANH } from "./coefficients.ts";
import { exp } from "./exponential.ts";
import type { Lanes } from "./lanes.ts";

const LN2_HIGH = Math.round(Math.LN2 * 2 ** 40) / 2 ** 40;
const LN2_LOW = Math.LN2 - LN2_HIGH + 2.319046813846299e-17;

/** `e^x - 1`, accurate for small x. */
export function expm1(l: Lanes, x: Expr): Expr {
  const c = (value: number) => l.float(value);
  return l.steps(() => {
    const kept = l.keep(x);
    // Further out, 1 is nothing beside the exponential, or it beside 1.
    const inner = l.keep(l.pmax(l.pmin(kept, c(40)), c(-40)));
    const k = l.keep(l.nearest(l.mul(inner, c(Math.LOG2E))));
    const first = l.keep(l.nmadd(k, c(LN2_HIGH), inner));
    const r = l.keep(l.nmadd(k, c(LN2_LOW), first));
    const lost = l.nmadd(k, c(LN2_LOW), l.sub(first, r));
    const series = l.polynomial(r, EXPM1);
    const most = l.keep(l.madd(l.mul(r, r), series, lost));
    const small = l.keep(l.add(r, most));
    const power = l.keep(
      l.shl(l.add(k, c(1.5 * 2 ** 52 + 1023)), 52),
    );
    const shifted = l.madd(power, small, l.sub(power, c(1)));
    const near = l.select(l.eq(k, c(0)), small, shifted);
    const result = l.select(l.lt(c(40), kept), exp(l, kept), near);
    // The sign of 0 stays.
    return l.select(l.eq(kept, c(0)), kept, result);
  });
}

/** `x + x^3 p(x^2)`; both must be kept. */
function odd(l: Lanes, x: Expr, z: Expr, series: readonly number[]): Expr {
  return l.madd(l.mul(x, z), l.polynomial(z, series), x);
}

/** `|a|` with the sign of `b`. */
export function withSign(l: Lanes, a: Expr, b: Expr): Expr {
  const sign = l.int64(-(2n ** 63n));
  return l.or(l.abs(a), l.and(b, sign));
}

/** The hyperbolic sine. */
export function sinh(l: Lanes, x: Expr): Expr {
  return l.steps(() => {
    const kept = l.keep(x);
    const size = l.keep(l.abs(kept));
    const z = l.keep(l.mul(kept, kept));
    const half = l.keep(exp(l, size, true));
    const far = l.sub(half, l.div(l.float(0.25), half));
    const near = odd(l, kept, z, SINH);
    return l.select(
      l.lt(size, l.float(1)),
      near,
      withSign(l, far, kept),
    );
  });
}

/** The hyperbolic cosine. */
export function cosh(l: Lanes, x: Expr): Expr {
  return l.steps(() => {
    const half = l.keep(exp(l, l.abs(x), true));
    return l.add(half, l.div(l.float(0.25), half));
  });
}

/** The hyperbolic tangent. */
export function tanh(l: Lanes, x: Expr): Expr {
  return l.steps(() => {
    const kept = l.keep(x);
    const size = l.keep(l.abs(kept));
    const z = l.keep(l.mul(kept, kept));
    const grown = exp(l, l.add(size, size));
    const rest = l.div(l.float(2), l.add(grown, l.float(1)));
    const far = l.sub(l.float(1), rest);
    const near = odd(l, size, z, TANH);
    const result = l.select(l.lt(size, l.float(0.6)), near, far);
    return withSign(l, result, kept);
  });
}
