/**
 * The elementary functions of lanes.
 *
 * Exponentials and logarithms have forms for 32 bits. The others are
 * computed with 64 bits, two lanes at a time, and rounded.
 *
 * @module
 */

import type { Primitive } from "../program/ir.ts";
import { cos, laneByLane, sin, tan } from "./circular.ts";
import type { Expr } from "./code.ts";
import { exp, exp2 } from "./exponential.ts";
import { cosh, expm1, sinh, tanh } from "./hyperbolic.ts";
import { shuffled, upper } from "./integers.ts";
import { acos, asin, atan, atan2 } from "./inverse.ts";
import { Lanes } from "./lanes.ts";
import { log, log1p } from "./logarithm.ts";
import type { ModuleWriter } from "./module.ts";
import { SIMD } from "./opcodes.ts";

/** The elementary functions: primitives that are no instructions. */
export type Elementary =
  & Primitive
  & (
    | "pow"
    | "atan2"
    | "exp"
    | "exp2"
    | "expm1"
    | "log"
    | "log1p"
    | "sin"
    | "cos"
    | "tan"
    | "asin"
    | "acos"
    | "atan"
    | "sinh"
    | "cosh"
    | "tanh"
  );

type Definition = (m: ModuleWriter, l: Lanes, a: Expr, b: Expr) => Expr;

/** The functions for lanes of 64 bits. */
const WIDE: { readonly [E in Elementary]: Definition } = {
  pow: (m, l, a, b) => laneByLane(m, l, "pow", [a, b]),
  atan2: (_, l, a, b) => atan2(l, a, b),
  exp: (_, l, a) => exp(l, a),
  exp2: (_, l, a) => exp2(l, a),
  expm1: (_, l, a) => expm1(l, a),
  log: (_, l, a) => log(l, a),
  log1p: (_, l, a) => log1p(l, a),
  sin,
  cos,
  tan,
  asin: (_, l, a) => asin(l, a),
  acos: (_, l, a) => acos(l, a),
  atan: (_, l, a) => atan(l, a),
  sinh: (_, l, a) => sinh(l, a),
  cosh: (_, l, a) => cosh(l, a),
  tanh: (_, l, a) => tanh(l, a),
};

/** The functions that have forms for lanes of 32 bits. */
const NARROW: { readonly [E in Elementary]?: Definition } = {
  exp: (_, l, a) => exp(l, a),
  exp2: (_, l, a) => exp2(l, a),
  log: (_, l, a) => log(l, a),
  log1p: (_, l, a) => log1p(l, a),
};

/** An elementary function of lanes. */
export function elementary(
  module: ModuleWriter,
  lanes: Lanes,
  name: Elementary,
  args: readonly Expr[],
): Expr {
  // Exponentials are short, and in most inner loops.
  if (name === "exp") return exp(lanes, args[0]);
  if (name === "exp2") return exp2(lanes, args[0]);
  return module.helper(lanes, name, args, (l, [a, b]) => {
    if (l.dialect.bits === 64) return WIDE[name](module, l, a, b);
    const narrow = NARROW[name];
    if (narrow) return narrow(module, l, a, b);
    return viaWide(module, l, name, args.length === 1 ? [a] : [a, b]);
  });
}

/** A function of lanes of 32 bits, computed with 64. */
function viaWide(
  module: ModuleWriter,
  l: Lanes,
  name: Elementary,
  args: readonly Expr[],
): Expr {
  const wide = new Lanes(l.code, { ...l.dialect, bits: 64 });
  const promote = (x: Expr) => l.simd(SIMD.promote, x);
  const half = (own: readonly Expr[]): Expr =>
    l.simd(
      SIMD.demote,
      name === "pow"
        ? module.helper(wide, "pow of floats", own, powOfFloats(module))
        : elementary(module, wide, name, own),
    );
  const low = half(args.map(promote));
  const high = half(args.map((a) => promote(upper(l, a))));
  return shuffled(l, low, high, [0, 1, 4, 5]);
}

/**
 * Powers that are to be rounded to 32 bits: logarithms are exact enough,
 * except for bases that have none.
 */
function powOfFloats(module: ModuleWriter) {
  return (l: Lanes, [x, y]: readonly Expr[]): Expr =>
    l.steps(() => {
      const { code } = l;
      const result = code.local("v128");
      const plain = l.and(
        l.and(l.lt(l.float(0), x), l.lt(x, l.float(Infinity))),
        l.lt(l.abs(y), l.float(Infinity)),
      );
      const special = () => {
        l.not(plain)();
        code.simd(SIMD.anyTrue);
      };
      code.if(special, () => {
        laneByLane(module, l, "pow", [x, y])();
        code.set(result);
      }, () => {
        exp(l, l.mul(y, elementary(module, l, "log", [x])))();
        code.set(result);
      });
      return () => code.get(result);
    });
}
