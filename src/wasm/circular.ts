/**
 * Sine, cosine and tangent for lanes of 64 bits.
 *
 * `x = n pi / 2 + r`, with `pi / 2` in three parts of which the first two
 * times n are exact (W. J. Cody, W. Waite, "Software Manual for the
 * Elementary Functions"); the quadrant says which function of r it is. Where
 * |x| is very large, the platform's function is called lane by lane.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import { COS, SIN } from "./coefficients.ts";
import type { Lanes } from "./lanes.ts";
import type { Given, ModuleWriter } from "./module.ts";
import { SIMD } from "./opcodes.ts";

/** `pi / 2`: 33 binary places, 32 more, and the rest. */
const HALF_PI = [
  1.5707963267341256,
  6.077100506303966e-11,
  2.0222662487959506e-21,
] as const;

/** Beyond this, products with the parts of `pi / 2` are not exact. */
const LARGE = 2 ** 20;

/** `r + tail` and the quadrant. */
interface Reduced {
  readonly r: Expr;
  readonly tail: Expr;
  /** `n`, plus a large number that leaves it in the lowest bits. */
  readonly quadrant: Expr;
}

function reduce(l: Lanes, x: Expr): Reduced {
  const magic = l.float(1.5 * 2 ** 52);
  const quadrant = l.keep(l.madd(x, l.float(2 / Math.PI), magic));
  const n = l.keep(l.sub(quadrant, magic));
  const [p1, p2, p3] = HALF_PI.map((p) => l.float(p));
  const first = l.keep(l.nmadd(n, p1, x));
  const step = l.keep(l.mul(n, p2));
  const second = l.keep(l.sub(first, step));
  // What the second subtraction lost (D. E. Knuth's two-sum).
  const back = l.keep(l.sub(second, first));
  const lost = l.sub(
    l.sub(first, l.sub(second, back)),
    l.add(step, back),
  );
  const rest = l.keep(l.nmadd(n, p3, lost));
  const r = l.keep(l.add(second, rest));
  const tail = l.keep(l.add(l.sub(second, r), rest));
  return { r, tail, quadrant };
}

function sineOf(l: Lanes, { r, tail }: Reduced, z: Expr, half: Expr): Expr {
  const correction = l.nmadd(tail, half, tail);
  return l.add(
    r,
    l.madd(l.mul(z, r), l.polynomial(z, SIN), correction),
  );
}

function cosineOf(l: Lanes, { r, tail }: Reduced, z: Expr, half: Expr): Expr {
  const one = l.float(1);
  const most = l.keep(l.sub(one, half));
  const lost = l.sub(l.sub(one, most), half);
  const series = l.nmadd(
    r,
    tail,
    l.mul(l.mul(z, z), l.polynomial(z, COS)),
  );
  return l.add(most, l.add(lost, series));
}

/** Sine and cosine of r. */
function bothOf(l: Lanes, reduced: Reduced): readonly [Expr, Expr] {
  const z = l.keep(l.mul(reduced.r, reduced.r));
  const half = l.keep(l.mul(z, l.float(0.5)));
  return [
    l.keep(sineOf(l, reduced, z, half)),
    l.keep(cosineOf(l, reduced, z, half)),
  ];
}

/** A bit of the quadrant, in all bits of the lane. */
function bit(l: Lanes, quadrant: Expr, place: number): Expr {
  return l.shift(SIMD.i64ShrS, l.shl(quadrant, 63 - place), 63);
}

/** One of the platform's functions, for both lanes. */
export function laneByLane(
  module: ModuleWriter,
  l: Lanes,
  name: Given,
  args: readonly Expr[],
): Expr {
  const { code } = l;
  const lane = (at: number) => {
    for (const a of args) {
      a();
      code.simd(SIMD.f64Extract, at);
    }
    code.call(module.given(name));
  };
  return () => {
    lane(0);
    code.simd(SIMD.f64Splat);
    lane(1);
    code.simd(SIMD.f64Replace, 1);
  };
}

/** Writes a function that is right up to a limit. */
function limited(
  module: ModuleWriter,
  l: Lanes,
  name: Given,
  x: Expr,
  write: (x: Expr) => Expr,
): Expr {
  return l.steps(() => {
    const { code } = l;
    const kept = l.keep(x);
    const result = code.local("v128");
    const far = () => {
      l.lt(l.float(LARGE), l.abs(kept))();
      code.simd(SIMD.anyTrue);
    };
    code.if(far, () => {
      laneByLane(module, l, name, [kept])();
      code.set(result);
    }, () => {
      code.scope(() => write(kept)());
      code.set(result);
    });
    return () => code.get(result);
  });
}

/** The sine. */
export function sin(module: ModuleWriter, l: Lanes, x: Expr): Expr {
  return limited(module, l, "sin", x, (kept) => {
    const reduced = reduce(l, kept);
    const [s, c] = bothOf(l, reduced);
    const turned = l.select(bit(l, reduced.quadrant, 0), c, s);
    const negative = l.and(bit(l, reduced.quadrant, 1), signBit(l));
    // The sign of 0 stays.
    const zero = l.eq(kept, l.float(0));
    return l.select(zero, kept, l.xor(turned, negative));
  });
}

/** The cosine. */
export function cos(module: ModuleWriter, l: Lanes, x: Expr): Expr {
  return limited(module, l, "cos", x, (kept) => {
    const reduced = reduce(l, kept);
    const [s, c] = bothOf(l, reduced);
    const turned = l.select(bit(l, reduced.quadrant, 0), s, c);
    const next = l.simd(SIMD.i64Add, reduced.quadrant, l.int64(1n));
    const negative = l.and(bit(l, next, 1), signBit(l));
    return l.xor(turned, negative);
  });
}

/** The tangent. */
export function tan(module: ModuleWriter, l: Lanes, x: Expr): Expr {
  return limited(module, l, "tan", x, (kept) => {
    const reduced = reduce(l, kept);
    const [s, c] = bothOf(l, reduced);
    const odd = l.keep(bit(l, reduced.quadrant, 0));
    const quotient = l.div(
      l.select(odd, c, s),
      l.select(odd, s, c),
    );
    const signed = l.xor(quotient, l.and(odd, signBit(l)));
    return l.select(l.eq(kept, l.float(0)), kept, signed);
  });
}

function signBit(l: Lanes): Expr {
  return l.int64(-(2n ** 63n));
}
