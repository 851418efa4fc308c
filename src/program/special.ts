/**
 * Special functions that are no primitives, written once for all backends:
 * branches are selections, so that nothing depends on control flow.
 *
 * Sources: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions",
 * cited as A&S with the number of the formula.
 *
 * @module
 */

import { algebra, chebyshev, horner } from "./algebra.ts";
import type { Builder } from "./builder.ts";
import type { Value } from "./ir.ts";

/** The nearest integer; halves go away from 0. */
export function roundHalfAway(b: Builder, x: Value): Value {
  const { abs, add, le, lt, select, sub, trunc } = algebra(b);
  const whole = trunc(x);
  const away = select(lt(x, 0), -1, 1);
  // The fractional part is exact; adding 1/2 to x would not be.
  return select(le(0.5, abs(sub(x, whole))), add(whole, away), whole);
}

/**
 * The error function: its power series up to 1 (A&S 7.1.5), beyond that
 * `1 - e^{-x^2} u c(u)` with `u = 1 / (x + 2)` and a Chebyshev series `c`.
 */
export function erf(b: Builder, x: Value): Value {
  const { abs, add, div, exp, lt, mul, neg, select, sub } = algebra(b);
  const size = abs(x);
  const square = mul(x, x);
  const near = mul(x, horner(b, erfSeries(), square));
  const u = div(1, add(size, 2));
  const tail = mul(
    exp(neg(square)),
    mul(u, chebyshev(b, ERFC_SCALED, sub(mul(6, u), 1))),
  );
  const far = sub(1, tail);
  return select(lt(size, 1), near, select(lt(x, 0), neg(far), far));
}

/** Coefficients of `erf(x) / x` in powers of `x^2`; enough for `|x| < 1`. */
function erfSeries(): number[] {
  const series: number[] = [];
  let factor = 2 / Math.sqrt(Math.PI);
  for (let k = 0; k < 18; k++) {
    series.push(factor / (2 * k + 1));
    factor /= -(k + 1);
  }
  return series;
}

/**
 * Chebyshev coefficients of `erfc(x) e^{x^2} (x + 2)`, x from 1 to infinity,
 * in `6 / (x + 2) - 1`: interpolated at 60 nodes with 50 digits.
 */
const ERFC_SCALED: readonly number[] = [
  0.8729157054171973,
  0.3555511305804189,
  0.050737486582005484,
  0.0037966249169716693,
  -0.0001822975102919753,
  -6.846288402612613e-05,
  -7.806808180192698e-07,
  1.3104989676498947e-06,
  4.298345018165655e-08,
  -3.1536606310698375e-08,
  -7.747247675751262e-10,
  9.1191378339104e-10,
  -1.12264067079056e-11,
  -2.8649084355703225e-11,
  2.139450152010609e-12,
  8.614015969881048e-13,
  -1.5027972571909991e-13,
  -1.9441944588880066e-14,
  8.000967519476264e-15,
  -7.22820140428839e-17,
  -3.35500676266329e-16,
  4.5688044465269794e-17,
];

/**
 * The n-th derivative of `sin(x) / x`. Its power series near 0; elsewhere
 * `x s_n = sin(x + n pi / 2) - n s_{n-1}`, which follows from the n-th
 * derivative of `x s = sin x`.
 */
export function sincDerivative(b: Builder, x: Value, n: number): Value {
  const { abs, cos, div, lt, mul, neg, select, sin, sub } = algebra(b);
  const limit = Math.max(1, n / 2);
  const waves = [sin(x), cos(x), neg(sin(x)), neg(cos(x))];
  let far = div(waves[0], x);
  for (let k = 1; k <= n; k++) {
    far = div(sub(waves[k % 4], mul(k, far)), x);
  }
  const even = horner(b, sincSeries(n, limit), mul(x, x));
  const near = n % 2 === 0 ? even : mul(x, even);
  return select(lt(abs(x), limit), near, far);
}

/**
 * Coefficients of the n-th derivative of `sin(x) / x` in powers of `x^2`,
 * divided by x for odd n; enough up to `limit`.
 */
function sincSeries(n: number, limit: number): number[] {
  const series: number[] = [];
  const odd = n % 2;
  // x^d / d!, of the first term d = odd, then of those that follow
  let factorial = 1;
  let size = 1;
  for (let d = odd; size > 1e-18 || d < limit; d += 2) {
    const sign = (d + n) % 4 === 0 ? 1 : -1;
    series.push(sign / (factorial * (d + n + 1)));
    factorial *= (d + 1) * (d + 2);
    size = limit ** (d + 2) / factorial;
  }
  return series;
}
