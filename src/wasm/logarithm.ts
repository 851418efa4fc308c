/**
 * Logarithms of lanes.
 *
 * `x = 2^k (1 + f)` with `1 + f` between sqrt(1/2) and sqrt(2); with
 * `s = f / (2 + f)`, `log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + R(s^2))`.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import { LOG_32, LOG_64 } from "./coefficients.ts";
import type { Lanes } from "./lanes.ts";
import { SIMD } from "./opcodes.ts";

/** `log 2` with so few places that small integers times it are exact. */
const LN2_HIGH: { readonly [B in 32 | 64]: number } = {
  32: Math.round(Math.LN2 * 2 ** 15) / 2 ** 15,
  64: Math.round(Math.LN2 * 2 ** 40) / 2 ** 40,
};
/** What float64 lacks of `log 2`. */
const LN2_REST = 2.319046813846299e-17;

/** A number as a power of 2 and what remains. */
interface Parts {
  /** The power, as a float. */
  readonly k: Expr;
  /** `x 2^-k - 1` */
  readonly f: Expr;
}

/** Parts of positive, finite numbers; `x` must be kept. */
function partsOf(l: Lanes, x: Expr): Parts {
  const { bits } = l.dialect;
  return bits === 32 ? narrowParts(l, x) : wideParts(l, x);
}

const ROOT_32 = 0x3f3504f3;
const ROOT_64 = 0x3fe6a09e667f3bcdn;

function narrowParts(l: Lanes, x: Expr): Parts {
  const tiny = l.keep(l.lt(x, l.float(2 ** -126)));
  const scaled = l.keep(l.select(tiny, l.mul(x, l.float(2 ** 23)), x));
  const above = l.keep(l.simd(SIMD.i32Sub, scaled, l.int32(ROOT_32)));
  const power = l.simd(
    SIMD.i32Add,
    l.shift(SIMD.i32ShrS, above, 23),
    l.and(tiny, l.int32(-23)),
  );
  const mantissa = l.simd(
    SIMD.i32Add,
    l.and(above, l.int32(0x7fffff)),
    l.int32(ROOT_32),
  );
  return {
    k: l.keep(l.simd(SIMD.f32ConvertI32, power)),
    f: l.keep(l.sub(mantissa, l.float(1))),
  };
}

function wideParts(l: Lanes, x: Expr): Parts {
  const tiny = l.keep(l.lt(x, l.float(2 ** -1022)));
  const scaled = l.keep(l.select(tiny, l.mul(x, l.float(2 ** 52)), x));
  const above = l.keep(l.simd(SIMD.i64Sub, scaled, l.int64(ROOT_64)));
  // Small integers become floats in the lowest bits of a large one.
  const magic = 1.5 * 2 ** 52;
  const power = l.simd(
    SIMD.i64Add,
    l.shift(SIMD.i64ShrS, above, 52),
    l.float(magic),
  );
  const k = l.sub(
    l.sub(power, l.float(magic)),
    l.and(tiny, l.float(52)),
  );
  const mantissa = l.simd(
    SIMD.i64Add,
    l.and(above, l.int64(0xfffffffffffffn)),
    l.int64(ROOT_64),
  );
  return { k: l.keep(k), f: l.keep(l.sub(mantissa, l.float(1))) };
}

/** `log((1 + f) 2^k) + c`, for a small `c`. */
function combine(l: Lanes, { k, f }: Parts, c: Expr | undefined): Expr {
  const { bits } = l.dialect;
  const high = LN2_HIGH[bits];
  const low = Math.LN2 - high + LN2_REST;
  const s = l.keep(l.div(f, l.add(f, l.float(2))));
  const z = l.keep(l.mul(s, s));
  const half = l.keep(l.mul(l.mul(f, l.float(0.5)), f));
  const series = l.polynomial(z, bits === 32 ? LOG_32 : LOG_64);
  const rest = l.madd(series, z, half);
  const small = l.madd(k, l.float(low), c ?? l.float(0));
  const corrected = l.madd(s, rest, small);
  return l.madd(k, l.float(high), l.sub(f, l.sub(half, corrected)));
}

/** Puts in what is not positive and finite; `x` must be kept. */
function atEdges(l: Lanes, x: Expr, least: number, result: Expr): Expr {
  const c = (value: number) => l.float(value);
  const top = l.select(l.eq(x, c(Infinity)), c(Infinity), result);
  const bottom = l.select(l.eq(x, c(least)), c(-Infinity), top);
  return l.select(l.le(c(least), x), bottom, c(NaN));
}

/** The natural logarithm. */
export function log(l: Lanes, x: Expr): Expr {
  return l.steps(() => {
    const kept = l.keep(x);
    const result = combine(l, partsOf(l, kept), undefined);
    return atEdges(l, kept, 0, result);
  });
}

/** `log(1 + x)`, accurate for small x. */
export function log1p(l: Lanes, x: Expr): Expr {
  return l.steps(() => {
    const kept = l.keep(x);
    const u = l.keep(l.add(kept, l.float(1)));
    const { k, f } = partsOf(l, u);
    // What the addition of 1 lost, relative to the sum; where the sum is
    // next to 1, x itself is what exceeds it.
    const near = l.keep(l.eq(k, l.float(0)));
    const large = l.lt(l.float(1), kept);
    const lost = l.keep(l.select(
      large,
      l.sub(l.float(1), l.sub(u, kept)),
      l.sub(kept, l.sub(u, l.float(1))),
    ));
    const c = l.keep(l.select(near, l.float(0), l.div(lost, u)));
    const exact = l.keep(l.select(near, kept, f));
    const result = l.keep(combine(l, { k, f: exact }, c));
    // The sign of 0 stays.
    const signed = l.select(l.eq(kept, l.float(0)), kept, result);
    return atEdges(l, kept, -1, signed);
  });
}
