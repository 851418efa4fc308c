/**
 * Exponential functions of lanes.
 *
 * `x = 2 m log 2 + r`, |r| <= log 2, so `e^x = e^r 2^m 2^m`: both factors
 * are ordinary numbers wherever the result is finite, denormal or 0, and
 * nothing depends on a branch.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import {
  EXP2_32,
  EXP2_64,
  EXP_32,
  EXP_64,
  EXP_NARROW_32,
  EXP_NARROW_64,
} from "./coefficients.ts";
import type { Lanes } from "./lanes.ts";

/** What depends on the number of bits. */
interface Facts {
  /** Beyond these, results are 0 or infinite. */
  readonly least: number;
  readonly most: number;
  /** Adding it leaves an integer, plus the bias, in the lowest bits. */
  readonly magic: number;
  readonly mantissa: number;
  /** Binary places of the first part of `2 log 2`: its products are exact. */
  readonly places: number;
  readonly coefficients: readonly number[];
  /** The same for half as large a remainder. */
  readonly narrow: readonly number[];
  /** The same for powers of 2. */
  readonly power: readonly number[];
  /** Binary places between the least ordinary number and the least of all. */
  readonly denormal: number;
}

/** What float64 lacks of `2 log 2`. */
const TWO_LN2_LOW = 4.638093627692598e-17;

const FACTS: { readonly [B in 32 | 64]: Facts } = {
  32: {
    least: -105,
    most: 90,
    magic: 1.5 * 2 ** 23 + 127,
    mantissa: 23,
    places: 15,
    coefficients: EXP_32,
    narrow: EXP_NARROW_32,
    power: EXP2_32,
    denormal: 25,
  },
  64: {
    least: -746,
    most: 711,
    magic: 1.5 * 2 ** 52 + 1023,
    mantissa: 52,
    places: 40,
    coefficients: EXP_64,
    narrow: EXP_NARROW_64,
    power: EXP2_64,
    denormal: 54,
  },
};

/** `2 log 2`, cut after some binary places, and the rest. */
function split(places: number): readonly [number, number] {
  const high = Math.round(2 * Math.LN2 * 2 ** places) / 2 ** places;
  return [high, 2 * Math.LN2 - high + TWO_LN2_LOW];
}

/** `e^x`, or `e^x / 2` without overflow on the way. */
export function exp(l: Lanes, x: Expr, halved = false): Expr {
  return l.steps(() => exps(l, [x], halved)[0]);
}

/** `2^x`, 0 where that is not much above the least ordinary number. */
export function exp2(l: Lanes, x: Expr): Expr {
  return l.steps(() => powersOf2(l, [x], false)[0]);
}

/**
 * Some values, computed now. What is the same step for all of them is written
 * next to each other: then processors find enough to do while they wait.
 */
function results(
  l: Lanes,
  count: number,
  write: () => readonly Expr[],
): Expr[] {
  const locals = Array.from({ length: count }, () => l.code.local("v128"));
  l.code.scope(() => {
    write().forEach((value, k) => {
      value();
      l.code.set(locals[k]);
    });
  });
  return locals.map((local) => () => l.code.get(local));
}

/** The polynomial with these coefficients, the constant one first, of each x. */
function polynomials(
  l: Lanes,
  xs: readonly Expr[],
  coefficients: readonly number[],
): Expr[] {
  const [last, ...rest] = [...coefficients].reverse();
  return rest.reduce<Expr[]>(
    (sums, c) => sums.map((p, k) => l.keep(l.madd(p, xs[k], l.float(c)))),
    xs.map(() => l.float(last)),
  );
}

/** `e^x` of each x, or half of it. */
export function exps(l: Lanes, xs: readonly Expr[], halved = false): Expr[] {
  const { bits } = l.dialect;
  const f = FACTS[bits];
  const [high, low] = split(f.places);
  const c = (value: number) => l.float(value);
  const top = halved ? f.most + 1 : f.most;
  return results(l, xs.length, () => {
    const clamped = xs.map((x) =>
      l.keep(l.pmax(l.pmin(x, c(top)), c(f.least)))
    );
    const shifted = clamped.map((x) =>
      l.keep(l.madd(x, c(1 / (2 * Math.LN2)), c(f.magic)))
    );
    const m = shifted.map((s) => l.keep(l.sub(s, c(f.magic))));
    const r = m.map((n, k) =>
      l.keep(l.nmadd(n, c(low), l.nmadd(n, c(high), clamped[k])))
    );
    const p = polynomials(l, r, [1, ...f.coefficients]);
    const power = shifted.map((s) => l.keep(l.shl(s, f.mantissa)));
    return power.map((q, k) =>
      l.mul(l.mul(p[k], q), halved ? l.mul(q, c(0.5)) : q)
    );
  });
}

/**
 * `e^x` of numbers that are not positive, `x = n log 2 + r`: with no overflow
 * to heed, one power of 2 is enough, times another one that is constant.
 */
export function expsOfNegative(l: Lanes, xs: readonly Expr[]): Expr[] {
  const f = FACTS[l.dialect.bits];
  const [high, low] = split(f.places).map((part) => part / 2);
  const c = (value: number) => l.float(value);
  const magic = c(f.magic + f.denormal);
  return results(l, xs.length, () => {
    const clamped = xs.map((x) => l.keep(l.pmax(x, c(f.least))));
    const shifted = clamped.map((x) => l.keep(l.madd(x, c(Math.LOG2E), magic)));
    const n = shifted.map((s) => l.keep(l.sub(s, magic)));
    const r = n.map((m, k) =>
      l.keep(l.nmadd(m, c(low), l.nmadd(m, c(high), clamped[k])))
    );
    const p = polynomials(l, r, [1, ...f.narrow]);
    const power = shifted.map((s) => l.keep(l.shl(s, f.mantissa)));
    return p.map((q, k) => l.mul(l.mul(q, power[k]), c(2 ** -f.denormal)));
  });
}

/**
 * `2^x = 2^n 2^r`, |r| <= 1/2, in as few steps as can be: the bits of `2^n`
 * are all 0 from the least exponent on, and those of infinity from the most.
 * `2^(n - 1)` is made, so that nothing overflows too early.
 */
export function powersOf2(
  l: Lanes,
  xs: readonly Expr[],
  negative: boolean,
): Expr[] {
  const { bits } = l.dialect;
  const f = FACTS[bits];
  const c = (value: number) => l.float(value);
  const magic = c(f.magic - 1);
  const most = bits === 32 ? 129 : 1025;
  return results(l, xs.length, () => {
    const clamped = xs.map((x) => l.keep(x)).map((x) => {
      const below = negative ? x : l.pmin(x, c(most));
      return l.keep(l.pmax(below, c(3 - most)));
    });
    const shifted = clamped.map((x) => l.keep(l.add(x, magic)));
    const n = shifted.map((s) => l.keep(l.sub(s, magic)));
    const r = n.map((m, k) => l.keep(l.sub(clamped[k], m)));
    const doubled = [1, ...f.power].map((a) => 2 * a);
    const p = polynomials(l, r, doubled);
    const power = shifted.map((s) => l.keep(l.shl(s, f.mantissa)));
    return p.map((q, k) => l.mul(q, power[k]));
  });
}
