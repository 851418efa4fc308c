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
