/**
 * What each op computes, written as its definition reads: what the ops of the
 * library are tested against. Nothing here is shared with the library.
 *
 * @module
 */

import type { Param } from "../src/formula/formula.ts";

/** The value of an op, from the components of its operands. */
export type Oracle = (
  args: readonly (readonly number[])[],
  params: readonly Param[],
) => number[];

type Vec = readonly number[];

/** By component, with broadcasting; static arguments come last. */
const each = (f: (...x: number[]) => number): Oracle => (args, params) =>
  Array.from(
    { length: Math.max(...args.map((a) => a.length)) },
    (_, k) =>
      f(...args.map((a) => a[a.length === 1 ? 0 : k]), ...params as number[]),
  );

/** A scalar of whole vectors. */
const one = (f: (...x: Vec[]) => number): Oracle => (args) => [f(...args)];

const total = (x: Vec) => x.reduce((s, v) => s + v, 0);
const wide = (x: Vec, n: number): number[] =>
  x.length === n ? [...x] : Array(n).fill(x[0]);
const zip = (f: (a: number, b: number) => number) => (x: Vec, y: Vec) => {
  const n = Math.max(x.length, y.length);
  const [a, b] = [wide(x, n), wide(y, n)];
  return a.map((v, k) => f(v, b[k]));
};
const minus = zip((a, b) => a - b);
const inner = (x: Vec, y: Vec) => total(zip((a, b) => a * b)(x, y));

/** Simpson's rule. */
function integral(f: (t: number) => number, a: number, b: number): number {
  const n = 2000;
  const h = (b - a) / n;
  const weight = (k: number) => k === 0 || k === n ? 1 : k % 2 ? 4 : 2;
  const points = Array.from({ length: n + 1 }, (_, k) => k);
  return total(points.map((k) => weight(k) * f(a + k * h))) * h / 3;
}

/** Stirling's series far out, brought back by the recurrence. */
function logGamma(x: number): number {
  if (x < 40) return logGamma(x + 1) - Math.log(Math.abs(x));
  const stirling = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + stirling;
}

/** Derivatives of the logarithm of the gamma function, in the same way. */
function psi(x: number, n: number): number {
  const up = (from: number, count: number) =>
    Array.from({ length: count }, (_, k) => from + k).reduce(
      (p, v) => p * v,
      1,
    );
  const sign = n % 2 ? 1 : -1;
  if (x < 60) return psi(x + 1, n) + sign * up(1, n) / x ** (n + 1);
  // The n-th derivative of x^-p is (-1)^n p (p + 1) ... x^(-p - n).
  const terms = [1 / 6, -1 / 30, 1 / 42].map((b, k) => {
    const p = 2 * k + 2;
    return b / p * up(p, n) / x ** (p + n);
  });
  const main = n === 0 ? -Math.log(x) : up(1, n - 1) / x ** n;
  return sign * (main + up(1, n) / (2 * x ** (n + 1)) + total(terms));
}

/** The n-th derivative of sin(x) / x. */
const sincDerivative = (x: number, n: number) =>
  integral((t) => t ** n * Math.cos(x * t + n * Math.PI / 2), 0, 1);

const roundAway = (x: number) => Math.sign(x) * Math.round(Math.abs(x));

/** The i-th B-spline of degree k. */
function spline(t: Vec, x: number, i: number, k: number): number {
  if (k === 0) return t[i] <= x && x < t[i + 1] ? 1 : 0;
  const over = (a: number, b: number) => b === 0 ? 0 : a / b;
  return over(x - t[i], t[i + k] - t[i]) * spline(t, x, i, k - 1) +
    over(t[i + k + 1] - x, t[i + k + 1] - t[i + 1]) *
      spline(t, x, i + 1, k - 1);
}

/** Soft dynamic time warping by its recurrence. */
function softDtw(x: Vec, y: Vec, gamma: number): number {
  const row = () => Array<number>(y.length + 1).fill(Infinity);
  const r = Array.from({ length: x.length + 1 }, row);
  r[0][0] = 0;
  for (let i = 1; i <= x.length; i++) {
    for (let j = 1; j <= y.length; j++) {
      const cells = [r[i - 1][j - 1], r[i - 1][j], r[i][j - 1]];
      const least = Math.min(...cells);
      const sum = total(cells.map((c) => Math.exp((least - c) / gamma)));
      const soft = least - gamma * Math.log(sum);
      r[i][j] = (x[i - 1] - y[j - 1]) ** 2 + soft;
    }
  }
  return r[x.length][y.length];
}

/**
 * Derivatives by differences of steps h, 2 h and 3 h: the error is of sixth
 * order.
 */
function slopes(
  f: (args: readonly Vec[]) => number,
  args: readonly Vec[],
  h: number,
): number[] {
  return args.flatMap((a, k) =>
    a.map((_, m) => {
      const at = (t: number) =>
        f(args.map((v, l) => l === k ? v.with(m, v[m] + t) : v));
      const d = (t: number) => (at(t) - at(-t)) / (2 * t);
      return 1.5 * d(h) - 0.6 * d(2 * h) + 0.1 * d(3 * h);
    })
  );
}

const warp = ([x, y, [gamma]]: readonly Vec[]) => softDtw(x, y, gamma);

/** Second derivatives times a vector. */
const warpHessian: Oracle = ([x, y, gamma, u]) =>
  slopes((p) => inner(slopes(warp, p, 1e-2), u), [x, y, gamma], 1e-2);

const quadratic = (s: Vec, f: Vec) =>
  total(f.map((u, k) => total(f.map((v, l) => s[k * f.length + l] * u * v))));
const weighted = (s: Vec, f: Vec) =>
  s.length === 1
    ? s[0] * inner(f, f)
    : s.length === f.length
    ? total(f.map((v, k) => s[k] * v * v))
    : quadratic(s, f);

const clamp = (x: number, a: number, b: number) => x < a ? a : x > b ? b : x;
const bit = (c: boolean) => c ? 1 : 0;
const zeros = (n: number) => Array<number>(n).fill(0);
const best = (x: Vec, sign: number) =>
  x.reduce(
    (at, v, k) =>
      !Number.isNaN(v) && (at < 0 || sign * v > sign * x[at]) ? k : at,
    -1,
  );

/** The ops by their names in formula strings. */
export const ORACLE: ReadonlyMap<string, Oracle> = new Map<string, Oracle>([
  ["Const", (_, [c]) => [c as number]],
  ["IntCst", (_, [c]) => [c as number]],
  ["IntInv", (_, [c]) => [1 / (c as number)]],
  ["RatCst", (_, [p, q]) => [(p as number) / (q as number)]],
  ["Zero", (_, [n]) => zeros(n as number)],
  ["Sum", one(total)],
  ["SumT", ([f], [n]) => wide(f, n as number)],
  // arithmetic
  ["Add", each((f, g) => f + g)],
  ["Subtract", each((f, g) => f - g)],
  ["Mult", each((f, g) => f * g)],
  ["Divide", each((f, g) => f / g)],
  ["Minus", each((f) => -f)],
  ["Inv", each((f) => 1 / f)],
  ["Square", each((f) => f ** 2)],
  ["Pow", each((f, m) => f ** m)],
  ["Powf", each((f, g) => f ** g)],
  ["Sqrt", each((f) => Math.sqrt(f))],
  ["Rsqrt", each((f) => f === 0 ? 0 : f ** -0.5)],
  ["Exp", each((f) => Math.exp(f))],
  ["Log", each((f) => Math.log(f))],
  ["Abs", each((f) => Math.abs(f))],
  ["Sign", each((f) => Math.sign(f))],
  ["Step", each((f) => f < 0 ? 0 : 1)],
  ["ReLU", each((f) => f < 0 ? 0 : f)],
  ["InvOrZero", each((f) => f === 0 ? 0 : 1 / f)],
  // elementary functions
  ["XLogX", each((f) => f === 0 ? 0 : f * Math.log(f))],
  ["Sin", each((f) => Math.sin(f))],
  ["Cos", each((f) => Math.cos(f))],
  ["Tan", each((f) => Math.tan(f))],
  ["Asin", each((f) => Math.asin(f))],
  ["Acos", each((f) => Math.acos(f))],
  ["Atan", each((f) => Math.atan(f))],
  ["Atan2", each((f, g) => Math.atan2(f, g))],
  ["Sinh", each((f) => Math.sinh(f))],
  ["Cosh", each((f) => Math.cosh(f))],
  ["Tanh", each((f) => Math.tanh(f))],
  ["Expm1", each((f) => Math.expm1(f))],
  ["Log1p", each((f) => Math.log1p(f))],
  ["SinXDivX", each((f) => f === 0 ? 1 : Math.sin(f) / f)],
  ["SinXDivXDerivative", each(sincDerivative)],
  ["Sinc", each((f) => f === 0 ? 1 : Math.sin(Math.PI * f) / (Math.PI * f))],
  [
    "Erf",
    each((f) =>
      2 / Math.sqrt(Math.PI) * integral((t) => Math.exp(-t * t), 0, f)
    ),
  ],
  ["LGamma", each(logGamma)],
  ["Polygamma", each(psi)],
  // comparisons
  ["Equal", each((f, g) => bit(f === g))],
  ["NotEqual", each((f, g) => bit(f !== g))],
  ["LessThan", each((f, g) => bit(f < g))],
  ["LessOrEqual", each((f, g) => bit(f <= g))],
  ["GreaterThan", each((f, g) => bit(f > g))],
  ["GreaterOrEqual", each((f, g) => bit(f >= g))],
  ["LogicalAnd", each((f, g) => bit(f !== 0 && g !== 0))],
  ["LogicalOr", each((f, g) => bit(f !== 0 || g !== 0))],
  ["LogicalNot", each((f) => bit(f === 0))],
  ["IfElse", each((f, g, h) => f >= 0 ? g : h)],
  ["Where", each((f, g, h) => f !== 0 ? g : h)],
  ["Floor", each((f) => Math.floor(f))],
  ["Round", each((f, d) => roundAway(f * 10 ** d) / 10 ** d)],
  ["Mod", each((f, n, d) => f - n * Math.floor((f - d) / n))],
  ["Clamp", each(clamp)],
  ["ClampInt", each(clamp)],
  ["DiffClampInt", each((f, a, b) => bit(a <= f && f <= b))],
  // vectors
  ["Scalprod", one(inner)],
  ["SqDist", one((f, g) => inner(minus(f, g), minus(f, g)))],
  ["SqNorm2", one((f) => inner(f, f))],
  ["Norm2", one((f) => Math.sqrt(inner(f, f)))],
  ["Normalize", ([f]) => f.map((v) => v / Math.sqrt(inner(f, f)))],
  ["SqNormIso", one(weighted)],
  ["SqNormDiag", one(weighted)],
  ["SymSqNorm", one(weighted)],
  ["WeightedSqNorm", one(weighted)],
  ["WeightedSqDist", one((s, f, g) => weighted(s, minus(f, g)))],
  ["SqDistDiag", one((f, g, s) => weighted(s, minus(f, g)))],
  ["Max", one((f) => Math.max(...f))],
  ["Min", one((f) => Math.min(...f))],
  ["ArgMax", one((f) => best(f, 1))],
  ["ArgMin", one((f) => best(f, -1))],
  ["Elem", ([f], [m]) => [f[m as number]]],
  ["ElemT", ([[f]], [n, m]) => zeros(n as number).with(m as number, f)],
  [
    "Extract",
    ([f], [s, d]) => f.slice(s as number, (s as number) + (d as number)),
  ],
  [
    "ExtractT",
    ([f], [s, d]) =>
      f.reduce((z, v, k) => z.with((s as number) + k, v), zeros(d as number)),
  ],
  ["Concat", ([f, g]) => [...f, ...g]],
  [
    "OneHot",
    ([[f]], [n]) => zeros(n as number).map((_, k) => bit(roundAway(f) === k)),
  ],
  ["LogSumExpComponents", one((f) => Math.log(total(f.map(Math.exp))))],
  // splines and time warping
  [
    "BSpline",
    ([t, [x]], [k]) =>
      t.slice((k as number) + 1).map((_, i) => spline(t, x, i, k as number)),
  ],
  ["SoftDTW_SqDist", one((x, y, [gamma]) => softDtw(x, y, gamma))],
  ["GradSoftDTW_SqDist", (args) => slopes(warp, args, 1e-3)],
  ["HessianSoftDTW_SqDist", warpHessian],
]);
