/**
 * The logarithm of the gamma function and its derivatives, written once for
 * all backends: branches are selections.
 *
 * Sources: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions",
 * cited as A&S with the number of the formula.
 *
 * @module
 */

import { algebra, horner, power } from "./algebra.ts";
import type { Builder } from "./builder.ts";
import type { Value } from "./ir.ts";

/** The Bernoulli numbers B_2, B_4, ... (A&S 23.2). */
const BERNOULLI: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

/** `log |gamma(x)|`; `inf` at 0 and the negative integers. */
export function lgamma(b: Builder, x: Value): Value {
  const { abs, and, div, eq, floor, le, log, lt, mul, select, sin, sub } =
    algebra(b);
  const negative = lt(x, 0);
  const right = positiveLgamma(b, select(negative, sub(1, x), x));
  // Reflection, A&S 6.1.17.
  const wave = abs(sin(mul(Math.PI, offset(b, x))));
  const left = sub(log(div(Math.PI, wave)), right);
  const pole = and(le(x, 0), eq(x, floor(x)));
  return select(pole, Infinity, select(negative, left, right));
}

/** `x` minus the nearest integer, exactly. */
function offset(b: Builder, x: Value): Value {
  const { add, floor, sub } = algebra(b);
  return sub(x, floor(add(x, 0.5)));
}

/**
 * Up to 8.5, `x` is moved next to 2 with `gamma(x + 1) = x gamma(x)`; there
 * is a power series. Beyond, Stirling's series (A&S 6.1.41), in a form that
 * has no difference of infinities.
 */
function positiveLgamma(b: Builder, x: Value): Value {
  const { add, div, floor, log, lt, min, mul, neg, select, sub } = algebra(b);
  const near = min(floor(add(x, 0.5)), 8);
  const z = sub(x, near);
  const series = mul(z, horner(b, lgammaSeries(), z));
  const below = select(lt(near, 0.5), mul(x, add(x, 1)), x);
  let above = b.float(1);
  for (let k = 1; k <= 6; k++) {
    above = select(lt(near, k + 2), above, mul(above, sub(x, k)));
  }
  const isBelow = lt(near, 1.5);
  const shift = log(select(isBelow, below, above));
  const moved = add(series, select(isBelow, neg(shift), shift));
  const inverse = div(1, x);
  const stirling = BERNOULLI.slice(0, 8)
    .map((c, k) => c / ((2 * k + 2) * (2 * k + 1)));
  const correction = mul(inverse, horner(b, stirling, mul(inverse, inverse)));
  const main = mul(sub(x, 0.5), sub(log(x), 1));
  const constant = 0.5 * Math.log(2 * Math.PI) - 0.5;
  return select(lt(x, 8.5), moved, add(main, add(correction, constant)));
}

const EULER = 0.5772156649015329;

/**
 * Coefficients of `log gamma(2 + z) / z` in powers of z (A&S 6.1.33), enough
 * for `|z| <= 1/2`.
 */
function lgammaSeries(): number[] {
  const series = [1 - EULER];
  for (let k = 2; k <= 27; k++) {
    series.push((k % 2 === 0 ? 1 : -1) * zetaMinusOne(k) / k);
  }
  return series;
}

/** `zeta(s) - 1` by Euler's and Maclaurin's formula (A&S 23.2.1, 3.6.28). */
function zetaMinusOne(s: number): number {
  const from = 20;
  let tail = from ** (1 - s) / (s - 1) + from ** -s / 2;
  let factor = s * from ** (-s - 1) / 2;
  for (let k = 1; k <= 6; k++) {
    tail += BERNOULLI[k - 1] * factor;
    factor *= (s + 2 * k - 1) * (s + 2 * k) /
      (from * from * (2 * k + 1) * (2 * k + 2));
  }
  let sum = tail;
  for (let n = from - 1; n > 1; n--) sum += n ** -s;
  return sum;
}

/** The largest order of {@linkcode polygamma}: factorials stay finite. */
export const MAX_POLYGAMMA = 100;

/**
 * The n-th derivative of the logarithmic derivative of the gamma function.
 * At the negative integers, poles of odd order are `inf`, others not a
 * number.
 */
export function polygamma(b: Builder, x: Value, n: number): Value {
  const { div, cos, eq, lt, mul, select, sin, sub } = algebra(b);
  const negative = lt(x, 0);
  const right = positivePolygamma(b, select(negative, sub(1, x), x), n);
  // Reflection, A&S 6.4.7.
  const distance = offset(b, x);
  const angle = mul(Math.PI, distance);
  const cotangent = div(cos(angle), sin(angle));
  const wave = cotangentDerivative(b, cotangent, n);
  const left = sub(n % 2 === 0 ? right : mul(-1, right), wave);
  const pole = n % 2 === 0 ? NaN : Infinity;
  return select(negative, select(eq(distance, 0), pole, left), right);
}

/** The n-th derivative of `pi cot(pi x)`, from the cotangent. */
function cotangentDerivative(b: Builder, cotangent: Value, n: number): Value {
  const { mul } = algebra(b);
  // d/du p(cot u) = -(1 + cot^2 u) p'(cot u)
  let p = [0, 1];
  for (let k = 0; k < n; k++) {
    const slope = p.slice(1).map((c, d) => -c * (d + 1));
    p = Array.from(
      { length: slope.length + 2 },
      (_, d) => (slope[d] ?? 0) + (slope[d - 2] ?? 0),
    );
  }
  const odd = n % 2 === 0;
  const half = p.filter((_, d) => d % 2 === (odd ? 1 : 0));
  const scaled = half.map((c) => c * Math.PI ** (n + 1));
  const even = horner(b, scaled, mul(cotangent, cotangent));
  return odd ? mul(cotangent, even) : even;
}

/**
 * Recurrence (A&S 6.4.6) to where the asymptotic series holds (A&S 6.3.18,
 * 6.4.11).
 */
function positivePolygamma(b: Builder, x: Value, n: number): Value {
  const { add, div, log, mul, sub } = algebra(b);
  const steps = 10 + n;
  const sign = n % 2 === 0 ? -1 : 1;
  let sum = b.float(0);
  for (let k = steps - 1; k >= 0; k--) {
    sum = add(sum, power(b, div(1, add(x, k)), n + 1));
  }
  const inverse = div(1, add(x, steps));
  const series = BERNOULLI.map((c, k) => c * risingRatio(2 * k + 2, n));
  const square = mul(inverse, inverse);
  const correction = mul(square, horner(b, series, square));
  const half = mul(0.5 * factorial(n), inverse);
  const tail = n === 0 ? sub(log(add(x, steps)), add(half, correction)) : mul(
    power(b, inverse, n),
    add(add(half, correction), factorial(n - 1)),
  );
  const terms = mul(factorial(n), sum);
  return n === 0 ? sub(tail, terms) : mul(sign, add(terms, tail));
}

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** `(k + n - 1)! / k!` */
function risingRatio(k: number, n: number): number {
  if (n === 0) return 1 / k;
  let product = 1;
  for (let j = 1; j < n; j++) product *= k + j;
  return product;
}
