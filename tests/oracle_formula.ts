/**
 * Values of formula strings in plain JavaScript, derivatives of any order
 * included: what parsed formulas are tested against. Shares nothing with the
 * library.
 *
 * @module
 */

import * as n from "./oracle_numbers.ts";
import type { Num } from "./oracle_numbers.ts";

/** A value: a vector of numbers. */
export type Vec = readonly Num[];

/** What variables stand for, by name. */
export type Env = ReadonlyMap<string, Vec>;

/** A node of a formula. */
type Node =
  | { kind: "name"; name: string }
  | { kind: "number"; value: number }
  | { kind: "list"; items: Node[] }
  | { kind: "call"; name: string; args: Node[] };

const BINARY: Readonly<Record<string, readonly [number, string]>> = {
  "<": [1, "LessThan"],
  "<=": [1, "LessOrEqual"],
  ">": [1, "GreaterThan"],
  ">=": [1, "GreaterOrEqual"],
  "|": [2, "Scalprod"],
  "+": [3, "Add"],
  "-": [3, "Subtract"],
  "*": [4, "Mult"],
  "/": [4, "Divide"],
  "**": [6, "Pow"],
};

/** Reads a formula. */
export function read(text: string): Node {
  const tokens = text.match(/\d+\.?\d*(?:e[-+]?\d+)?|\w+|\*\*|[<>]=|\S/g) ?? [];
  let at = 0;
  const next = (wanted?: string) => {
    const token = tokens[at++];
    if (wanted !== undefined && token !== wanted) {
      throw new Error(`"${wanted}" expected in ${text}, not "${token}"`);
    }
    return token;
  };
  const items = (end: string): Node[] => {
    const found: Node[] = [];
    while (tokens[at] !== end) {
      found.push(expression(0));
      if (tokens[at] !== end) next(",");
    }
    next(end);
    return found;
  };
  const primary = (): Node => {
    const token = next();
    if (token === "-") {
      return { kind: "call", name: "Minus", args: [expression(5)] };
    }
    if (token === "(") {
      const inside = expression(0);
      next(")");
      return inside;
    }
    if (token === "[") return { kind: "list", items: items("]") };
    if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
    if (tokens[at] !== "(") return { kind: "name", name: token };
    next("(");
    return { kind: "call", name: token, args: items(")") };
  };
  const expression = (least: number): Node => {
    let left = primary();
    while (at < tokens.length) {
      const [level, name] = BINARY[tokens[at]] ?? [-1, ""];
      if (level < least || level < 0) break;
      next();
      const right = expression(name === "Pow" ? level : level + 1);
      left = { kind: "call", name, args: [left, right] };
    }
    return left;
  };
  const whole = expression(0);
  if (at < tokens.length) throw new Error(`End expected in ${text}`);
  return whole;
}

const sum = (x: Vec): Num => x.reduce((s, v) => n.add(s, v), 0);
const wide = (x: Vec, d: number): Vec =>
  x.length === d ? x : Array<Num>(d).fill(x[0]);

type Op = (args: readonly Vec[], params: readonly Param[]) => Vec;
type Param = number | readonly number[];

/** By component, with broadcasting; numbers come last. */
const each = (f: (...x: Num[]) => Num): Op => (args, params) => {
  const d = Math.max(...args.map((a) => a.length));
  return Array.from(
    { length: d },
    (_, k) => f(...args.map((a) => wide(a, d)[k]), ...params as number[]),
  );
};
const zip = (f: (a: Num, b: Num) => Num, x: Vec, y: Vec): Vec =>
  each(f)([x, y], []);
const dot = (x: Vec, y: Vec): Num => sum(zip(n.mul, x, y));
const minus = (x: Vec, y: Vec): Vec => zip(n.sub, x, y);
const square = (x: Num) => n.mul(x, x);
const truth = (f: (a: number, b: number) => boolean): Op =>
  each((a, b) => f(n.primal(a), n.primal(b)) ? 1 : 0);

function weighted(s: Vec, x: Vec): Vec {
  const d = x.length;
  if (s.length === 1) return [n.mul(s[0], dot(x, x))];
  if (s.length === d) return [dot(s, x.map(square))];
  return [
    sum(x.flatMap((a, k) => x.map((b, l) => n.mul(s[k * d + l], n.mul(a, b))))),
  ];
}

function best(x: Vec, better: (a: number, b: number) => boolean): number {
  return x.reduce<number>(
    (at, v, k) => better(n.primal(v), n.primal(x[at])) ? k : at,
    0,
  );
}
const more = (a: number, b: number) => a > b;
const less = (a: number, b: number) => a < b;

/** Pairs of real and imaginary parts. */
type Complex = readonly [Num, Num];
const complexes = (x: Vec): Complex[] =>
  Array.from({ length: x.length / 2 }, (_, k) => [x[2 * k], x[2 * k + 1]]);
const complexEach = (f: (...z: Complex[]) => readonly Num[]): Op => (args) => {
  const lists = args.map(complexes);
  const d = Math.max(...lists.map((z) => z.length));
  return Array.from(
    { length: d },
    (_, k) => f(...lists.map((z) => z[z.length === 1 ? 0 : k])),
  ).flat();
};
const cmul = ([a, b]: Complex, [c, d]: Complex): Complex => [
  n.sub(n.mul(a, c), n.mul(b, d)),
  n.add(n.mul(a, d), n.mul(b, c)),
];
const cabs2 = ([a, b]: Complex): Num => n.add(square(a), square(b));
const cis = (t: Num): Complex => [n.cos(t), n.sin(t)];
const realScale = (f: Vec, g: Vec): Vec =>
  complexes(g).flatMap(([a, b]) => [n.mul(f[0], a), n.mul(f[0], b)]);

/** All indices of a tensor, the last one fastest. */
const positions = (dims: readonly number[]): number[][] =>
  dims.reduce<number[][]>(
    (all, d) =>
      all.flatMap((p) => Array.from({ length: d }, (_, k) => [...p, k])),
    [[]],
  );
const flatIndex = (dims: readonly number[], p: readonly number[]) =>
  p.reduce((at, k, axis) => at * dims[axis] + k, 0);

const tensordot: Op = ([f, g], params) => {
  const [df, dg, cf, cg, permute = []] = params as (readonly number[])[];
  const kf = [...df.keys()].filter((k) => !cf.includes(k));
  const kg = [...dg.keys()].filter((k) => !cg.includes(k));
  const kept = [...kf.map((k) => df[k]), ...kg.map((k) => dg[k])];
  const target = permute.length ? permute : [...kept.keys()];
  const put = (x: readonly number[]) => {
    const out = [...x];
    x.forEach((v, k) => out[target[k]] = v);
    return out;
  };
  const dims = put(kept);
  const out = Array<Num>(dims.reduce((p, d) => p * d, 1)).fill(0);
  for (const p of positions(df)) {
    for (const q of positions(dg)) {
      if (cf.some((k, m) => p[k] !== q[cg[m]])) continue;
      const at = flatIndex(
        dims,
        put([...kf.map((k) => p[k]), ...kg.map((k) => q[k])]),
      );
      const term = n.mul(f[flatIndex(df, p)], g[flatIndex(dg, q)]);
      out[at] = n.add(out[at], term);
    }
  }
  return out;
};

const kron: Op = ([f, g], params) => {
  const [df, dg] = params as (readonly number[])[];
  return positions(df.map((d, k) => d * dg[k])).map((p) =>
    n.mul(
      f[flatIndex(df, p.map((x, k) => Math.floor(x / dg[k])))],
      g[flatIndex(dg, p.map((x, k) => x % dg[k]))],
    )
  );
};

const matrix = (a: Vec, columns: number): Vec[] =>
  Array.from(
    { length: a.length / columns },
    (_, k) => a.slice(k * columns, (k + 1) * columns),
  );

function spline(t: Vec, x: Num, i: number, k: number): Num {
  if (k === 0) {
    const [a, b, v] = [t[i], t[i + 1], x].map(n.primal);
    return a <= v && v < b ? 1 : 0;
  }
  const part = (top: Num, bottom: Num, i: number) =>
    n.primal(bottom) === 0
      ? 0
      : n.mul(n.div(top, bottom), spline(t, x, i, k - 1));
  return n.add(
    part(n.sub(x, t[i]), n.sub(t[i + k], t[i]), i),
    part(n.sub(t[i + k + 1], x), n.sub(t[i + k + 1], t[i + 1]), i + 1),
  );
}

function softDtw(x: Vec, y: Vec, gamma: Num): Num {
  const row = () => Array<Num>(y.length + 1).fill(Infinity);
  const r = Array.from({ length: x.length + 1 }, row);
  r[0][0] = 0;
  for (let i = 1; i <= x.length; i++) {
    for (let j = 1; j <= y.length; j++) {
      const cells = [r[i - 1][j - 1], r[i - 1][j], r[i][j - 1]]
        .filter((c) => n.primal(c) < Infinity);
      const least = Math.min(...cells.map(n.primal));
      const terms = cells.map((c) => n.exp(n.div(n.sub(least, c), gamma)));
      const soft = n.sub(least, n.mul(gamma, n.log(sum(terms))));
      r[i][j] = n.add(square(n.sub(x[i - 1], y[j - 1])), soft);
    }
  }
  return r[x.length][y.length];
}

const at = (value: Vec, start: number, size: number): Vec =>
  Array.from({ length: size }, (_, k) => value[k - start] ?? 0);

/** Ops with their number of operands; static arguments come after them. */
const OPS: Readonly<Record<string, readonly [number, Op]>> = {
  Add: [2, each(n.add)],
  Subtract: [2, each(n.sub)],
  Mult: [2, each(n.mul)],
  Divide: [2, each(n.div)],
  Minus: [1, each(n.neg)],
  Inv: [1, each(n.inv)],
  Square: [1, each(square)],
  Pow: [1, each((x, m) => n.power(x, m as number))],
  Powf: [2, each(n.powf)],
  Sqrt: [1, each(n.sqrt)],
  Rsqrt: [1, each(n.rsqrt)],
  Exp: [1, each(n.exp)],
  Expm1: [1, each(n.expm1)],
  Log: [1, each(n.log)],
  Log1p: [1, each(n.log1p)],
  XLogX: [1, each(n.xlogx)],
  Sin: [1, each(n.sin)],
  Cos: [1, each(n.cos)],
  Tan: [1, each(n.tan)],
  Sinh: [1, each(n.sinh)],
  Cosh: [1, each(n.cosh)],
  Tanh: [1, each(n.tanh)],
  SinXDivX: [1, each(n.sinxdivx)],
  Asin: [1, each(n.asin)],
  Acos: [1, each(n.acos)],
  Atan: [1, each(n.atan)],
  Atan2: [2, each(n.atan2)],
  Abs: [1, each(n.abs)],
  Sign: [1, each(n.sign)],
  Step: [1, each(n.step)],
  ReLU: [1, each(n.relu)],
  Floor: [1, each(n.floor)],
  Round: [1, each((x, d) => n.round(x, d as number))],
  Mod: [3, each(n.mod)],
  Clamp: [3, each(n.clamp)],
  ClampInt: [1, each(n.clamp)],
  DiffClampInt: [
    1,
    each((x, a, b) => {
      const v = n.primal(x);
      return v < n.primal(a) || v > n.primal(b) ? 0 : 1;
    }),
  ],
  IfElse: [3, each((f, a, b) => n.primal(f) >= 0 ? a : b)],
  Equal: [2, truth((a, b) => a === b)],
  NotEqual: [2, truth((a, b) => a !== b)],
  LessThan: [2, truth((a, b) => a < b)],
  LessOrEqual: [2, truth((a, b) => a <= b)],
  GreaterThan: [2, truth((a, b) => a > b)],
  GreaterOrEqual: [2, truth((a, b) => a >= b)],
  IntCst: [0, (_, [m]) => [m as number]],
  IntInv: [0, (_, [m]) => [1 / (m as number)]],
  RatCst: [0, (_, [p, q]) => [(p as number) / (q as number)]],
  Zero: [0, (_, [d]) => Array<Num>(d as number).fill(0)],
  Sum: [1, ([x]) => [sum(x)]],
  SumT: [1, ([x], [d]) => wide(x, d as number)],
  Scalprod: [2, ([x, y]) => [dot(x, y)]],
  SqNorm2: [1, ([x]) => [dot(x, x)]],
  Norm2: [1, ([x]) => [n.sqrt(dot(x, x))]],
  Normalize: [1, ([x]) => zip(n.mul, [n.rsqrt(dot(x, x))], x)],
  SqDist: [2, ([x, y]) => [sum(minus(x, y).map(square))]],
  WeightedSqNorm: [2, ([s, x]) => weighted(s, x)],
  SqNormIso: [2, ([s, x]) => weighted(s, x)],
  SqNormDiag: [2, ([s, x]) => weighted(s, x)],
  SymSqNorm: [2, ([s, x]) => weighted(s, x)],
  WeightedSqDist: [3, ([s, x, y]) => weighted(s, minus(x, y))],
  Max: [1, ([x]) => [x[best(x, more)]]],
  Min: [1, ([x]) => [x[best(x, less)]]],
  ArgMax: [1, ([x]) => [best(x, more)]],
  ArgMin: [1, ([x]) => [best(x, less)]],
  Elem: [1, ([x], [k]) => [x[k as number]]],
  ElemT: [1, ([x], [d, k]) => at(x, k as number, d as number)],
  Extract: [
    1,
    ([x], [s, d]) => x.slice(s as number, (s as number) + (d as number)),
  ],
  ExtractT: [1, ([x], [s, d]) => at(x, s as number, d as number)],
  Concat: [2, ([x, y]) => [...x, ...y]],
  OneHot: [1, ([x], [d]) =>
    Array.from(
      { length: d as number },
      (_, k) => Math.floor(n.primal(x[0]) + 0.5) === k ? 1 : 0,
    )],
  BSpline: [2, ([t, x], [k = 0]) =>
    Array.from(
      { length: t.length - (k as number) - 1 },
      (_, i) => spline(t, x[0], i, k as number),
    )],
  SoftDTW_SqDist: [3, ([x, y, gamma]) => [softDtw(x, y, gamma[0])]],
  MatVecMult: [2, ([a, b]) => matrix(a, b.length).map((r) => dot(r, b))],
  VecMatMult: [2, ([b, a]) => {
    const rows = matrix(a, a.length / b.length);
    return rows[0].map((_, l) => dot(b, rows.map((r) => r[l])));
  }],
  TensorProd: [2, ([a, b]) => a.flatMap((x) => b.map((y) => n.mul(x, y)))],
  TensorDot: [2, tensordot],
  Kron: [2, kron],
  ComplexReal: [1, complexEach(([a]) => [a])],
  ComplexImag: [1, complexEach(([, b]) => [b])],
  Real2Complex: [1, ([x]) => x.flatMap((v) => [v, 0])],
  Imag2Complex: [1, ([x]) => x.flatMap((v) => [0, v])],
  ComplexAdd: [
    2,
    complexEach((p, q) => [n.add(p[0], q[0]), n.add(p[1], q[1])]),
  ],
  ComplexSubtract: [
    2,
    complexEach((p, q) => [n.sub(p[0], q[0]), n.sub(p[1], q[1])]),
  ],
  ComplexMult: [2, complexEach(cmul)],
  ComplexRealScal: [
    2,
    ([f, g]) => f.length === 1 ? realScale(f, g) : realScale(g, f),
  ],
  ComplexDivide: [
    2,
    complexEach((p, [c, d]) => {
      const r = n.inv(cabs2([c, d]));
      return cmul(p, [n.mul(c, r), n.neg(n.mul(d, r))]);
    }),
  ],
  Conj: [1, complexEach(([a, b]) => [a, n.neg(b)])],
  ComplexAbs: [1, complexEach((z) => [n.sqrt(cabs2(z))])],
  ComplexSquareAbs: [1, complexEach((z) => [cabs2(z)])],
  ComplexAngle: [1, complexEach(([a, b]) => [n.atan2(b, a)])],
  ComplexSum: [1, ([x]) => [
    sum(complexes(x).map(([a]) => a)),
    sum(complexes(x).map(([, b]) => b)),
  ]],
  ComplexSumT: [
    1,
    ([x], [d]) => Array.from({ length: d as number / 2 }, () => x).flat(),
  ],
  ComplexExp: [
    1,
    complexEach(([a, b]) => cmul([n.exp(a), 0], cis(b))),
  ],
  ComplexExp1j: [1, ([x]) => x.flatMap(cis)],
};

function nameOf(node: Node): string {
  if (node.kind === "name") return node.name;
  if (node.kind === "call" && node.name === "Var") {
    return `Var(${node.args.map((a) => `${paramOf(a)}`).join()})`;
  }
  throw new Error("A variable is wanted");
}

function paramOf(node: Node): Param {
  if (node.kind === "number") return node.value;
  if (node.kind === "list") return node.items.map((x) => paramOf(x) as number);
  if (node.kind === "call" && node.name === "Minus") {
    return -(paramOf(node.args[0]) as number);
  }
  throw new Error("A number or a list of numbers is wanted");
}

/** Values with tangents for a variable: the derivative of each component. */
function along(f: Node, v: string, tangent: Vec, env: Env): Vec {
  const tag = n.newTag();
  const x = (env.get(v) as Vec).map((c, k) =>
    tangent[k] === 0 ? c : new n.Dual(tag, c, tangent[k])
  );
  const value = evaluateNode(f, new Map(env).set(v, x));
  return value.map((c) => n.derivative(c, tag));
}

const basis = (d: number, k: number): Vec =>
  Array.from({ length: d }, (_, l) => l === k ? 1 : 0);

/** The Jacobian: a row for each component of the variable. */
function jacobian(f: Node, v: string, env: Env): Vec[] {
  const d = (env.get(v) as Vec).length;
  return Array.from({ length: d }, (_, k) => along(f, v, basis(d, k), env));
}

type Calculus = (args: readonly Node[], env: Env) => Vec;

const divergence: Calculus = ([f, v], env) => [
  sum(jacobian(f, nameOf(v), env).map((row, k) => row[k])),
];

/** Symbolic calculus. */
const CALCULUS: Readonly<Record<string, Calculus>> = {
  Grad: ([f, v, e], env) => {
    const weights = evaluateNode(e, env);
    return jacobian(f, nameOf(v), env).map((row) => dot(row, weights));
  },
  Diff: ([f, v, u], env) => along(f, nameOf(v), evaluateNode(u, env), env),
  GradMatrix: ([f, v], env) => {
    const rows = jacobian(f, nameOf(v), env);
    return rows[0].flatMap((_, m) => rows.map((row) => row[m]));
  },
  Divergence: divergence,
  TraceOperator: divergence,
  Laplacian: ([f, v], env) => {
    const one: Node = { kind: "number", value: 1 };
    const inner: Node = { kind: "call", name: "Grad", args: [f, v, one] };
    return divergence([inner, v], env);
  },
  Factorize: ([f], env) => evaluateNode(f, env),
  AutoFactorize: ([f], env) => evaluateNode(f, env),
};

function evaluateNode(node: Node, env: Env): Vec {
  if (node.kind === "number") return [node.value];
  if (node.kind === "list") throw new Error("A list has no value");
  if (node.kind === "name" || node.name === "Var") {
    const found = env.get(nameOf(node));
    if (found === undefined) throw new Error(`${nameOf(node)} has no value`);
    return found;
  }
  const { name, args } = node;
  if (CALCULUS[name] !== undefined) return CALCULUS[name](args, env);
  if (OPS[name] === undefined) throw new Error(`${name} has no oracle`);
  const [count, op] = OPS[name];
  const operands = args.slice(0, count).map((a) => evaluateNode(a, env));
  return op(operands, args.slice(count).map(paramOf));
}

/** The value of a formula. */
export function valueOf(formula: Node, env: Env): number[] {
  return evaluateNode(formula, env).map(n.primal);
}
