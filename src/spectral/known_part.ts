/**
 * What preconditioners know of the derivatives of a log-determinant.
 *
 * @module
 */

import { grad } from "../autodiff/grad.ts";
import { withRecording } from "../autodiff/graph.ts";
import { scope } from "../autodiff/scope.ts";
import type { Gradients, LinearMap } from "../operator/map.ts";
import { rowsBeside, rowsOf } from "../solve/products.ts";
import { cholesky, inverseLower } from "../solve/small.ts";
import { isTracked } from "../tensor/base.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Begun } from "./logdet_process.ts";

/** Entries of a factor at most; with more, fewer of its columns are used. */
const ENTRIES = 2 ** 25;

/**
 * Derivatives of `tr(P^-1 dK)` less those of its estimate from the same vectors
 * of signs, for `K = C M^-1 C^T`: some columns C of the matrix, and those rows M
 * of them that are its pivots. Their mean is 0, and the better P is, the less
 * is random in the derivatives that they are added to (Gardner, Pleiss, Bindel,
 * Weinberger and Wilson 2018 compute what P knows apart, too).
 */
export interface KnownPart {
  /** The derivative in C, `[n, r]`. */
  readonly columns: Tensor;
  /** The derivative in M, `[r, r]`. */
  readonly square: Tensor;
  /** The derivative in alpha. */
  readonly alpha: number;
  /** Which columns. */
  readonly pivots: readonly number[];
}

/**
 * What the preconditioner of a process knows.
 *
 * @param start of the process
 * @param v the vectors, `[n, p]`, which `tr(u^T dA v)` was estimated with
 * @param w `A u`
 * @returns undefined where it knows nothing
 */
export function knownPart(
  { part, alpha, map, base }: Begun,
  v: Tensor,
  w: Tensor,
): KnownPart | undefined {
  if (part?.pivots === undefined || base.entries?.columns === undefined) {
    return undefined;
  }
  const { rows: n, dtype } = map;
  const most = Math.max(1, Math.floor(ENTRIES / n));
  const pivots = part.pivots.slice(0, most);
  const vectors = part.vectors.slice(0, most);
  // What is not known counts as the least of what is, as in the spectrum.
  const rest = alpha +
    (part.values[Math.min(most, part.values.length) - 1] ?? 0);
  return scope(() => {
    // With the factor L and its rows L_z: C = L L_z^T, M = L_z L_z^T,
    // P = L L^T + rest Id, P^-1 L = L H.
    const transposed = rowsBeside(vectors, map);
    const factor = transposed.transpose();
    const gram = transposed.matmul(factor);
    const shifted = rowsOf(gram);
    shifted.forEach((row, k) => row[k] += rest);
    const small = cholesky(shifted);
    if (small.pivot !== undefined) return undefined;
    const half = rowsBeside(inverseLower(small.lower), map);
    const H = half.transpose().matmul(half);
    const own = pivots.map((at) => Float64Array.from(vectors, (l) => l[at]));
    const T = rowsBeside(inverseLower(own), map);
    const HT = H.matmul(T);
    const p = v.shape[1];
    const right = v.to("float64");
    const given = w.to("float64").mul(p);
    const left = given.sub(factor.matmul(H.matmul(transposed.matmul(given))))
      .div(rest);
    // C M^-1 = L T.
    const base = factor.matmul(T).transpose();
    const a = base.matmul(left);
    const b = base.matmul(right);
    const columns = factor.matmul(HT).mul(2).sub(
      left.matmul(b.transpose()).add(right.matmul(a.transpose())).div(p),
    );
    const cross = a.matmul(b.transpose());
    const square = cross.add(cross.transpose()).div(2 * p)
      .sub(T.transpose().matmul(gram.matmul(HT)));
    const trace = (n - H.mul(gram).sum().item()) / rest;
    return {
      columns: columns.to(dtype),
      square: square.to(dtype),
      alpha: trace - left.mul(right).sum().item() / p,
      pivots,
    };
  });
}

/** The derivatives of what is known in the inputs of the map. */
export function pullKnown(
  { columns, square, alpha, pivots }: KnownPart,
  map: LinearMap,
  data: readonly Tensor[],
  scale: Tensor,
  wanted: readonly boolean[],
): Gradients {
  const tracked = isTracked([scale, ...data]);
  const own = tracked ? data : data.map((t) => t.detach().requiresGrad());
  const sum = withRecording(true, () => {
    const again = map.madeOf(own);
    const base = again.shift?.of ?? again;
    const C = base.entries?.columns?.(pivots);
    if (C === undefined || base.entries === undefined) return undefined;
    const { device } = C;
    const M = C.gather(tensor(Int32Array.from(pivots), undefined, { device }));
    const known = C.mul(columns).sum().add(M.mul(square).sum());
    if (again === base || again.entries === undefined) return known;
    // What is added to the diagonal is that of one map less that of the other.
    const first = again.entries.diagonal().sub(base.entries.diagonal())
      .slice([0], [1]).sum();
    return known.add(first.mul(alpha));
  });
  if (sum === undefined) return wanted.map(() => undefined);
  const inputs = own.filter((_, k) => wanted[k]);
  const found = grad(sum, inputs, { createGraph: tracked });
  let next = 0;
  return wanted.map((w) => w ? found[next++].mul(scale) : undefined);
}
