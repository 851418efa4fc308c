/**
 * The square norm of a sum of Dirac masses in the space of a Gaussian kernel,
 * `H(q, p) = 1/2 <p, K_q p>` with `(K_q)_ij = exp(-|q_i - q_j|^2 / (2 s^2))`,
 * and its gradients in positions and weights.
 *
 * Run it with `deno run examples/hamiltonian.ts`.
 *
 * @module
 */

import { grad, randn, type Tensor, Vi, Vj } from "../mod.ts";

/** The energy of positions q, `(N, D)`, and weights or momenta p, `(N, E)`. */
export function hamiltonian(q: Tensor, p: Tensor, sigma = 1): Tensor {
  const kernel = Vi(q).sqdist(Vj(q)).mul(-0.5 / sigma ** 2).exp();
  return kernel.matmul(p).mul(p).sum().mul(0.5);
}

/** The gradients in row i by their formulas, one pair after the other. */
export function gradientsOfRow(
  q: readonly number[][],
  p: readonly number[][],
  i: number,
  sigma = 1,
): { inQ: number[]; inP: number[] } {
  const inQ = q[i].map(() => 0);
  const inP = p[i].map(() => 0);
  q.forEach((qj, j) => {
    const u = q[i].map((x, d) => x - qj[d]);
    const square = u.reduce((s, x) => s + x * x, 0);
    const k = Math.exp(-square / (2 * sigma ** 2));
    const pp = p[i].reduce((s, x, e) => s + x * p[j][e], 0);
    u.forEach((x, d) => inQ[d] -= k * pp * x / sigma ** 2);
    p[j].forEach((x, e) => inP[e] += k * x);
  });
  return { inQ, inP };
}

/** Energy and gradients of random points; the largest error on some rows. */
export function run(
  count: number,
  rows: readonly number[],
): { energy: number; error: number } {
  const q = randn([count, 3], { seed: 1, dtype: "float64" }).requiresGrad();
  const p = randn([count, 3], { seed: 2, dtype: "float64" }).requiresGrad();
  const energy = hamiltonian(q, p);
  const [inQ, inP] = grad(energy, [q, p]);
  const lists = [q, p, inQ, inP].map((t) => t.arraySync() as number[][]);
  const errors = rows.flatMap((i) => {
    const exact = gradientsOfRow(lists[0], lists[1], i);
    return [
      ...exact.inQ.map((x, d) => Math.abs(x - lists[2][i][d])),
      ...exact.inP.map((x, e) => Math.abs(x - lists[3][i][e])),
    ];
  });
  return { energy: energy.item(), error: Math.max(...errors) };
}

if (import.meta.main) {
  const start = performance.now();
  const { energy, error } = run(5000, [0, 1, 2500, 4999]);
  const seconds = (performance.now() - start) / 1000;
  console.log(`energy of 5000 points: ${energy}`);
  console.log(`largest error of the gradients on four rows: ${error}`);
  console.log(`${seconds.toFixed(2)} s`);
}
