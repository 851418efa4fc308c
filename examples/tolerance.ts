/**
 * A density on the surface of the Stanford bunny, with three digits and with
 * all of them:
 *
 *     a_i = sum_j exp(-|x_i - y_j| / s)
 *
 * `withTolerance(1e-3)` sums far points up through proxies, and checks itself
 * on some rows. Points are drawn in the triangles, as many as you like.
 *
 * Run it with `deno run examples/tolerance.ts [points]`.
 *
 * @module
 */

import bunny from "bunny";
import { rand, type Tensor, tensor, Vi, Vj } from "../mod.ts";

/** The reach of a point; the bunny is 10 wide. */
const REACH = 0.5;
const TOLERANCE = 1e-3;
/** Rows that are compared with exact sums. */
const ROWS = 500;

/** Points in the triangles of the bunny. */
export function surface(count: number): Tensor {
  const { positions, cells } = bunny;
  const draws = rand([count, 3], { seed: 1 }).dataSync();
  const points = new Float32Array(3 * count);
  for (let k = 0; k < count; k++) {
    const [a, b, c] = cells[Math.floor(draws[3 * k] * cells.length)]
      .map((corner: number): number[] => positions[corner]);
    // Evenly within the triangle.
    const root = Math.sqrt(draws[3 * k + 1]);
    const [u, v] = [1 - root, root * draws[3 * k + 2]];
    for (let d = 0; d < 3; d++) {
      points[3 * k + d] = u * a[d] + (1 - u - v) * b[d] + v * c[d];
    }
  }
  return tensor(points, [count, 3]);
}

if (import.meta.main) {
  const count = Number(Deno.args[0] ?? 30000);
  const x = surface(count);
  const kernel = Vi(x).sqdist(Vj(x)).sqrt().mul(-1 / REACH).exp();
  const tolerant = kernel.withTolerance(TOLERANCE);

  const start = performance.now();
  const density = Float64Array.from(tolerant.sum("j").dataSync());
  const seconds = (performance.now() - start) / 1000;
  console.log(/tolerance.*/.exec(tolerant.explain())?.[0]);

  const rows = Int32Array.from(
    { length: Math.min(ROWS, count) },
    (_, k) => Math.floor(k * count / ROWS),
  );
  const before = performance.now();
  const exact = kernel.rows(rows).sum("j").dataSync();
  const all = (performance.now() - before) / 1000 * count / rows.length;

  const largest = density.reduce((most, a) => Math.max(most, a), 0);
  const error = rows.reduce(
    (worst, row, k) => Math.max(worst, Math.abs(density[row] - exact[k])),
    0,
  );
  console.log(
    `${count} points: ${seconds.toFixed(2)} s, all pairs would take ${
      all.toFixed(1)
    } s; error ${(error / largest).toExponential(1)} of the largest density`,
  );
}
