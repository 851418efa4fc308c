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
  const { bits } = l.dialect;
  const f = FACTS[bits];
  const [high, low] = split(f.places);
  return l.steps(() => {
    const c = (value: number) => l.float(value);
    const top = halved ? f.most + 1 : f.most;
    const clamped = l.keep(l.pmax(l.pmin(x, c(top)), c(f.least)));
    const shifted = l.keep(
      l.madd(clamped, c(1 / (2 * Math.LN2)), c(f.magic)),
    );
    const m = l.keep(l.sub(shifted, c(f.magic)));
    const r = l.keep(
      l.nmadd(m, c(low), l.nmadd(m, c(high), clamped)),
    );
    const p = l.polynomial(r, [1, ...f.coefficients]);
    const power = l.keep(l.shl(shifted, f.mantissa));
    const last = halved ? l.mul(power, c(0.5)) : power;
    return l.mul(l.mul(p, power), last);
  });
}

/**
 * `e^x` of numbers that are not positive, `x = n log 2 + r`: with no overflow
 * to heed, one power of 2 is enough, times another one that is constant.
 */
export function expOfNegative(l: Lanes, x: Expr): Expr {
  const f = FACTS[l.dialect.bits];
  const [high, low] = split(f.places).map((part) => part / 2);
  return l.steps(() => {
    const c = (value: number) => l.float(value);
    const magic = c(f.magic + f.denormal);
    const clamped = l.keep(l.pmax(x, c(f.least)));
    const shifted = l.keep(l.madd(clamped, c(Math.LOG2E), magic));
    const n = l.keep(l.sub(shifted, magic));
    const r = l.keep(l.nmadd(n, c(low), l.nmadd(n, c(high), clamped)));
    const p = l.polynomial(r, [1, ...f.narrow]);
    const power = l.shl(shifted, f.mantissa);
    return l.mul(l.mul(p, power), c(2 ** -f.denormal));
  });
}
