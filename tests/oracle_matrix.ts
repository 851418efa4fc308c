/**
 * Matrix, tensor and complex ops on plain arrays, as their definitions read.
 *
 * @module
 */

import type { Oracle } from "./check_op.ts";

type Dims = readonly number[];

/** All indices of a tensor, the last one fastest. */
function positions(dims: Dims): number[][] {
  return dims.reduce<number[][]>(
    (all, d) => all.flatMap((p) => [...Array(d).keys()].map((k) => [...p, k])),
    [[]],
  );
}

/** Where an index lies in a flat tensor. */
function flat(dims: Dims, position: Dims): number {
  return position.reduce((at, k, axis) => at * dims[axis] + k, 0);
}

/** Every pair of entries, added where it belongs. */
const tensordot: Oracle = ([f, g], params) => {
  const [dimf, dimg, contf, contg, permute] = params as Dims[];
  const keptf = [...dimf.keys()].filter((k) => !contf.includes(k));
  const keptg = [...dimg.keys()].filter((k) => !contg.includes(k));
  const sizes = [...keptf.map((k) => dimf[k]), ...keptg.map((k) => dimg[k])];
  const order = permute?.length ? permute : [...sizes.keys()];
  const place = <T>(x: readonly T[]): T[] =>
    x.map((_, p) => x[order.indexOf(p)]);
  const dims = place(sizes);
  const out = Array(dims.reduce((n, d) => n * d, 1)).fill(0);
  for (const p of positions(dimf)) {
    for (const q of positions(dimg)) {
      if (contf.some((k, m) => p[k] !== q[contg[m]])) continue;
      const at = place([...keptf.map((k) => p[k]), ...keptg.map((k) => q[k])]);
      out[flat(dims, at)] += f[flat(dimf, p)] * g[flat(dimg, q)];
    }
  }
  return out;
};

const kron: Oracle = ([f, g], params) => {
  const [dimf, dimg] = params as Dims[];
  const dims = dimf.map((d, k) => d * dimg[k]);
  return positions(dims).map((p) => {
    const a = flat(dimf, p.map((x, k) => Math.floor(x / dimg[k])));
    const b = flat(dimg, p.map((x, k) => x % dimg[k]));
    return f[a] * g[b];
  });
};

const matvecmult: Oracle = ([a, v]) => {
  const rows = a.length / v.length;
  return Array.from(
    { length: rows },
    (_, k) => v.reduce((s, x, l) => s + a[k * v.length + l] * x, 0),
  );
};

const vecmatmult: Oracle = ([v, a]) => {
  const columns = a.length / v.length;
  return Array.from(
    { length: columns },
    (_, l) => v.reduce((s, x, k) => s + x * a[k * columns + l], 0),
  );
};

/** Values of matrix and tensor ops, by name in formula strings. */
export const MATRIX_ORACLE: ReadonlyMap<string, Oracle> = new Map([
  ["MatVecMult", matvecmult],
  ["VecMatMult", vecmatmult],
  ["TensorProd", ([a, b]) => a.flatMap((x) => b.map((y) => x * y))],
  ["TensorDot", tensordot],
  ["Kron", kron],
]);

/** A complex number. */
type Complex = readonly [number, number];

/** The complex numbers of an interleaved vector. */
function numbers(flat: readonly number[]): Complex[] {
  return Array.from(
    { length: flat.length / 2 },
    (_, k) => [flat[2 * k], flat[2 * k + 1]],
  );
}

const times = ([a, b]: Complex, [c, d]: Complex): Complex => [
  a * c - b * d,
  a * d + b * c,
];
const plus = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
const opposite = ([a, b]: Complex): Complex => [-a, -b];
const inverse = ([a, b]: Complex): Complex => {
  const norm = a * a + b * b;
  return [a / norm, -b / norm];
};
const polar = (radius: number, angle: number): Complex => [
  radius * Math.cos(angle),
  radius * Math.sin(angle),
];
const exponential = ([a, b]: Complex): Complex => polar(Math.exp(a), b);
const logarithm = ([a, b]: Complex): Complex => [
  Math.log(Math.hypot(a, b)),
  Math.atan2(b, a),
];
/** By Euler's formula: (e^(iz) + s e^(-iz)) / 2. */
const euler = (z: Complex, s: number): Complex => {
  const [u, v] = [times([0, 1], z), times([0, -1], z)].map(exponential);
  return times([0.5, 0], plus(u, times([s, 0], v)));
};

const every = (f: (z: Complex) => readonly number[]): Oracle => ([z]) =>
  numbers(z).flatMap(f);

/** By component; a single number goes with all. */
const both = (f: (z: Complex, w: Complex) => Complex): Oracle => ([x, y]) => {
  const [z, w] = [numbers(x), numbers(y)];
  return Array.from(
    { length: Math.max(z.length, w.length) },
    (_, k) => f(z[z.length === 1 ? 0 : k], w[w.length === 1 ? 0 : k]),
  ).flat();
};

const product = both(times);
const sum: Oracle = ([z]) => [...numbers(z).reduce(plus)];
const powers: Oracle = ([z, w]) =>
  both((a, b) => exponential(times(b, logarithm(a))))(
    [z, w.length === 1 ? [w[0], 0] : w],
    [],
  );
const onlyReal: Oracle = ([f]) => f.flatMap((x) => [x, 0]);

/** Values of complex ops, by name in formula strings. */
export const COMPLEX_ORACLE: ReadonlyMap<string, Oracle> = new Map([
  ["ComplexReal", every(([a]) => [a])],
  ["ComplexImag", every(([, b]) => [b])],
  [
    "ComplexFrom",
    ([f, g]) =>
      Array.from({ length: Math.max(f.length, g.length) }, (_, k) => [
        f[f.length === 1 ? 0 : k],
        g[g.length === 1 ? 0 : k],
      ]).flat(),
  ],
  ["Real2Complex", onlyReal],
  ["Imag2Complex", ([f]) => f.flatMap((x) => [0, x])],
  ["ComplexAdd", both(plus)],
  ["ComplexSubtract", both((z, w) => plus(z, opposite(w)))],
  ["ComplexMult", product],
  ["ComplexDivide", both((z, w) => times(z, inverse(w)))],
  ["ComplexRealScal", ([f, g]) => {
    const [s, z] = f.length === 1 ? [f, g] : [g, f];
    return z.map((x) => s[0] * x);
  }],
  ["Conj", every(([a, b]) => [a, -b])],
  ["ComplexAbs", every(([a, b]) => [Math.hypot(a, b)])],
  ["ComplexSquareAbs", every(([a, b]) => [a ** 2 + b ** 2])],
  ["ComplexAngle", every(([a, b]) => [Math.atan2(b, a)])],
  ["ComplexSum", sum],
  [
    "ComplexSumT",
    ([z], [dim]) => Array.from({ length: dim as number }, (_, k) => z[k % 2]),
  ],
  ["ComplexDot", ([z, w]) => sum([product([z, w], [])], [])],
  ["ComplexExp", every(exponential)],
  ["ComplexExp1j", ([f]) => f.flatMap((x) => polar(1, x))],
  ["ComplexLog", every(logarithm)],
  ["ComplexSqrt", every((z) => exponential(times([0.5, 0], logarithm(z))))],
  ["ComplexSin", every((z) => times([0, -1], euler(z, -1)))],
  ["ComplexCos", every((z) => euler(z, 1))],
  ["ComplexPow", powers],
]);
