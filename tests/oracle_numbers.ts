/**
 * Numbers that carry derivatives of any order: `x + d e` with `e^2 = 0`, one
 * `e` for each derivative, told apart by tags. The independent derivatives
 * that formulas are tested against.
 *
 * @module
 */

/** A number, or a number with a derivative. */
export type Num = number | Dual;

/** A number with its derivative in one direction. */
export class Dual {
  /** Which derivative; those begun later have larger tags. */
  readonly tag: number;
  /** The value. */
  readonly re: Num;
  /** The derivative. */
  readonly eps: Num;

  constructor(tag: number, re: Num, eps: Num) {
    this.tag = tag;
    this.re = re;
    this.eps = eps;
  }
}

let tags = 0;

/** A tag that no other derivative has. */
export function newTag(): number {
  return ++tags;
}

/** The derivative with a tag. */
export function derivative(x: Num, tag: number): Num {
  return x instanceof Dual && x.tag === tag ? x.eps : 0;
}

/** The plain number. */
export function primal(x: Num): number {
  return x instanceof Dual ? primal(x.re) : x;
}

const tagOf = (x: Num) => x instanceof Dual ? x.tag : 0;
const split = (x: Num, tag: number): [Num, Num] =>
  x instanceof Dual && x.tag === tag ? [x.re, x.eps] : [x, 0];

function binary(
  plain: (a: number, b: number) => number,
  pair: (a: Num, da: Num, b: Num, db: Num) => Num,
): (a: Num, b: Num) => Num {
  const f = (a: Num, b: Num): Num => {
    if (typeof a === "number" && typeof b === "number") return plain(a, b);
    const tag = Math.max(tagOf(a), tagOf(b));
    const [ra, da] = split(a, tag);
    const [rb, db] = split(b, tag);
    return new Dual(tag, f(ra, rb), pair(ra, da, rb, db));
  };
  return f;
}

/** Products with a derivative that is not there are nothing, even for inf. */
const scaled = (a: Num, d: Num): Num => d === 0 ? 0 : mul(a, d);

/** a + b. */
export const add: (a: Num, b: Num) => Num = binary(
  (a, b) => a + b,
  (_a, da, _b, db) => da === 0 ? db : db === 0 ? da : add(da, db),
);
/** a b. */
export const mul: (a: Num, b: Num) => Num = binary(
  (a, b) => a * b,
  (a, da, b, db) => add(scaled(b, da), scaled(a, db)),
);
/** -a. */
export const neg = (a: Num): Num => mul(-1, a);
/** a - b. */
export const sub = (a: Num, b: Num): Num => add(a, neg(b));

/** A function of one number from its value and its derivative. */
export function unary(
  plain: (x: number) => number,
  slope: (x: Num) => Num,
): (x: Num) => Num {
  const f = (x: Num): Num =>
    x instanceof Dual
      ? new Dual(x.tag, f(x.re), x.eps === 0 ? 0 : mul(slope(x.re), x.eps))
      : plain(x);
  return f;
}

const flat = (plain: (x: number) => number) => unary(plain, () => 0);

/** 1 / x. */
export const inv: (x: Num) => Num = unary(
  (x) => 1 / x,
  (x) => neg(inv(mul(x, x))),
);
/** a / b. */
export const div = (a: Num, b: Num): Num =>
  typeof a === "number" && typeof b === "number" ? a / b : mul(a, inv(b));
/** x^n for an integer n. */
export const power = (x: Num, n: number): Num =>
  unary((v) => v ** n, (v) => mul(n, power(v, n - 1)))(x);
/** x^y. */
export const powf = (x: Num, y: Num): Num =>
  typeof x === "number" && typeof y === "number" ? x ** y : exp(mul(y, log(x)));
/** sqrt x. */
export const sqrt: (x: Num) => Num = unary(
  Math.sqrt,
  (x) => mul(0.5, rsqrt(x)),
);
/** 1 / sqrt x, 0 at 0. */
export const rsqrt: (x: Num) => Num = unary(
  (x) => x === 0 ? 0 : 1 / Math.sqrt(x),
  (x) => mul(-0.5, power(rsqrt(x), 3)),
);
/** e^x. */
export const exp: (x: Num) => Num = unary(Math.exp, (x) => exp(x));
/** log x. */
export const log: (x: Num) => Num = unary(Math.log, inv);
/** x log x, 0 at 0. */
export const xlogx: (x: Num) => Num = unary(
  (x) => x === 0 ? 0 : x * Math.log(x),
  (x) => add(log(x), 1),
);
/** sin x. */
export const sin: (x: Num) => Num = unary(Math.sin, (x) => cos(x));
/** cos x. */
export const cos: (x: Num) => Num = unary(Math.cos, (x) => neg(sin(x)));
/** sin(x) / x; its series where the quotient would lose digits. */
export const sinxdivx = (x: Num): Num => {
  if (Math.abs(primal(x)) > 1) return div(sin(x), x);
  const square = mul(x, x);
  let value: Num = 0;
  for (let k = 12; k >= 1; k--) {
    const next = div(square, -2 * k * (2 * k + 1));
    value = mul(next, add(1, value));
  }
  return add(1, value);
};
/** tan x. */
export const tan = (x: Num): Num => div(sin(x), cos(x));
/** arcsin x. */
export const asin: (x: Num) => Num = unary(
  Math.asin,
  (x) => rsqrt(sub(1, mul(x, x))),
);
/** arccos x. */
export const acos = (x: Num): Num => sub(Math.PI / 2, asin(x));
/** arctan x. */
export const atan: (x: Num) => Num = unary(
  Math.atan,
  (x) => inv(add(1, mul(x, x))),
);
/** The angle of the point (x, y). */
export const atan2: (y: Num, x: Num) => Num = binary(
  Math.atan2,
  (y, dy, x, dx) =>
    div(sub(scaled(x, dy), scaled(y, dx)), add(mul(x, x), mul(y, y))),
);
/** sinh x. */
export const sinh: (x: Num) => Num = unary(Math.sinh, (x) => cosh(x));
/** cosh x. */
export const cosh: (x: Num) => Num = unary(Math.cosh, (x) => sinh(x));
/** tanh x. */
export const tanh: (x: Num) => Num = unary(
  Math.tanh,
  (x) => sub(1, power(tanh(x), 2)),
);
/** log(1 + x). */
export const log1p: (x: Num) => Num = unary(
  Math.log1p,
  (x) => inv(add(1, x)),
);
/** e^x - 1. */
export const expm1: (x: Num) => Num = unary(Math.expm1, exp);
/** -1, 0 or 1. */
export const sign: (x: Num) => Num = flat(Math.sign);
/** |x|. */
export const abs: (x: Num) => Num = unary(Math.abs, sign);
/** 0 below 0, 1 from there. */
export const step: (x: Num) => Num = flat((x) => x < 0 ? 0 : 1);
/** 0 below 0, x from there. */
export const relu = (x: Num): Num => primal(x) < 0 ? 0 : x;
/** The largest integer that is not larger. */
export const floor: (x: Num) => Num = flat(Math.floor);
/** Half away from zero, to a number of decimals. */
export const round = (x: Num, digits: number): Num =>
  flat((v) => {
    const s = 10 ** digits;
    return Math.sign(v) * Math.round(Math.abs(v * s)) / s;
  })(x);
/** x - n floor((x - d) / n). */
export const mod = (x: Num, n: Num, d: Num): Num =>
  sub(x, mul(n, floor(div(sub(x, d), n))));
/** low below low, high above high. */
export const clamp = (x: Num, low: Num, high: Num): Num =>
  primal(x) < primal(low) ? low : primal(x) > primal(high) ? high : x;
