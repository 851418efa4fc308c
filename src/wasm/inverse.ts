/**
 * Inverse circular functions for lanes of 64 bits.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import { ASIN, ATAN } from "./coefficients.ts";
import { withSign } from "./hyperbolic.ts";
import type { Lanes } from "./lanes.ts";
import { SIMD } from "./opcodes.ts";

/** What float64 lacks of `pi / 4`. */
const QUARTER_LOW = 3.061616997868383e-17;

/**
 * `atan2(y, x)`. The quotient of the smaller and the larger size is turned
 * by 45 degrees where it is above `tan(pi / 8)`; then multiples of 45 degrees
 * are added, in two parts.
 */
export function atan2(l: Lanes, y: Expr, x: Expr): Expr {
  const c = (value: number) => l.float(value);
  return l.steps(() => {
    const [up, across] = [l.keep(y), l.keep(x)];
    // Sums of sizes must neither overflow nor hang on to denormals.
    const [a0, b0] = [l.keep(l.abs(up)), l.keep(l.abs(across))];
    const top = l.keep(l.pmax(a0, b0));
    const huge = l.keep(l.lt(c(2 ** 1000), top));
    const small = l.keep(l.lt(top, c(2 ** -900)));
    const scale = l.keep(
      l.select(huge, c(2 ** -60), l.select(small, c(2 ** 100), c(1))),
    );
    const [a1, b1] = [l.keep(l.mul(a0, scale)), l.keep(l.mul(b0, scale))];
    // Two infinities are as far from each axis.
    const both = l.keep(l.and(
      l.eq(a0, c(Infinity)),
      l.eq(b0, c(Infinity)),
    ));
    const a = l.keep(l.select(both, c(1), a1));
    const b = l.keep(l.select(both, c(1), b1));
    const steep = l.keep(l.lt(b, a));
    const low = l.keep(l.select(steep, b, a));
    const high = l.keep(l.select(steep, a, b));
    const turned = l.keep(
      l.lt(l.mul(high, c(Math.SQRT2 - 1)), low),
    );
    const numerator = l.keep(l.select(turned, l.sub(low, high), low));
    const denominator = l.keep(l.select(turned, l.add(low, high), high));
    const nothing = l.eq(high, c(0));
    const t = l.keep(
      l.select(nothing, c(0), l.div(numerator, denominator)),
    );
    // What the quotient lost; its products overflow where it is no number.
    const z = l.keep(l.mul(t, t));
    const series = l.mul(l.mul(t, z), l.polynomial(z, ATAN));
    // The angle is q pi / 4 + s atan(t).
    const left = l.keep(l.shift(SIMD.i64ShrS, across, 63));
    const mirrored = l.keep(l.xor(left, steep));
    const quarter = l.and(turned, c(1));
    const near = l.select(
      steep,
      l.sub(c(2), quarter),
      quarter,
    );
    const q = l.keep(l.select(left, l.sub(c(4), near), near));
    const flip = l.keep(l.and(mirrored, l.int64(-(2n ** 63n))));
    const angle = l.add(
      l.mul(q, c(Math.PI / 4)),
      l.add(
        l.xor(t, flip),
        l.madd(q, c(QUARTER_LOW), l.xor(series, flip)),
      ),
    );
    const signed = withSign(l, angle, up);
    const valid = l.and(l.eq(up, up), l.eq(across, across));
    return l.select(valid, signed, c(NaN));
  });
}

/** The inverse tangent. */
export function atan(l: Lanes, x: Expr): Expr {
  return atan2(l, x, l.float(1));
}

/** What asin and acos have in common. */
interface Arc {
  /** |x| > 1/2 */
  readonly outer: Expr;
  /** x, or `sqrt((1 - |x|) / 2)` where it is outer. */
  readonly s: Expr;
  /** What the root lost. */
  readonly lost: Expr;
  /** `asin(s) - s` */
  readonly rest: Expr;
}

function arc(l: Lanes, x: Expr): Arc {
  const c = (value: number) => l.float(value);
  const size = l.keep(l.abs(x));
  const outer = l.keep(l.lt(c(0.5), size));
  const outerZ = l.keep(l.mul(l.sub(c(1), size), c(0.5)));
  const root = l.keep(l.sqrt(outerZ));
  // The first half of the digits of the root has an exact square.
  const cut = l.keep(l.and(root, l.int64(-(2n ** 27n))));
  const sum = l.add(root, cut);
  const under = l.div(l.sub(outerZ, l.mul(cut, cut)), sum);
  const exact = l.sub(under, l.sub(root, cut));
  const finite = l.lt(c(0), root);
  const lost = l.keep(l.and(l.and(outer, finite), exact));
  const z = l.keep(l.select(outer, outerZ, l.mul(x, x)));
  const s = l.keep(l.select(outer, root, x));
  const rest = l.keep(l.mul(l.mul(s, z), l.polynomial(z, ASIN)));
  return { outer, s, lost, rest };
}

/** The inverse sine. */
export function asin(l: Lanes, x: Expr): Expr {
  const c = (value: number) => l.float(value);
  return l.steps(() => {
    const kept = l.keep(x);
    const { outer, s, lost, rest } = arc(l, kept);
    const near = l.add(s, rest);
    // pi / 4 - 2 s is exact enough to leave the rest to the end.
    const quarter = c(Math.PI / 4);
    const low = l.add(rest, l.sub(lost, c(QUARTER_LOW)));
    const inner = l.sub(l.sub(quarter, l.add(s, s)), l.add(low, low));
    const far = l.add(quarter, inner);
    return l.select(outer, withSign(l, far, kept), near);
  });
}

/** The inverse cosine. */
export function acos(l: Lanes, x: Expr): Expr {
  const c = (value: number) => l.float(value);
  return l.steps(() => {
    const kept = l.keep(x);
    const { outer, s, lost, rest } = arc(l, kept);
    const low = l.keep(l.add(rest, lost));
    const right = l.mul(c(2), l.add(s, low));
    const left = l.sub(
      c(Math.PI),
      l.mul(c(2), l.add(s, l.sub(low, c(2 * QUARTER_LOW)))),
    );
    const middle = l.sub(
      c(Math.PI / 2),
      l.add(s, l.sub(rest, c(2 * QUARTER_LOW))),
    );
    const ends = l.select(l.lt(kept, c(0)), left, right);
    return l.select(outer, ends, middle);
  });
}
