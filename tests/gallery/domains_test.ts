/** The example of domains against plain loops. */

import {
  attention,
  density,
  diffused,
  smoothed,
  spread,
} from "../../examples/domains.ts";
import { surface } from "../../examples/tolerance.ts";
import { tensor, Vi, Vj } from "../../mod.ts";
import type { Tensor } from "../../mod.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { generator, randomTensor } from "../tensors.ts";

const random = generator(61);
const cloud = (...shape: number[]) => randomTensor(random, shape, [0.1, 1]);
const rowsOf = (t: Tensor) => t.arraySync() as number[][];
const dot = (a: number[], b: number[]) =>
  a.reduce((sum, x, d) => sum + x * b[d], 0);
const distance = (a: number[], b: number[]) =>
  Math.hypot(...a.map((x, d) => x - b[d]));

Deno.test("causal attention sees no later key", () => {
  const [q, k, v] = [cloud(7, 4), cloud(7, 4), cloud(7, 3)];
  const [queries, keys, values] = [q, k, v].map(rowsOf);
  const expected = queries.flatMap((query, i) => {
    const seen = keys.slice(0, i + 1);
    const weights = seen.map((key) => Math.exp(dot(query, key) / 2));
    const total = weights.reduce((a, b) => a + b);
    return [0, 1, 2].map((e) =>
      weights.reduce((sum, w, j) => sum + w * values[j][e], 0) / total
    );
  });
  assertAllClose(attention(q, k, v).dataSync(), expected);
});

Deno.test("a series is smoothed within the band", () => {
  const series = cloud(9, 1);
  const values = series.dataSync();
  const expected = Array.from(values, (_, i) => {
    let [sum, total] = [0, 0];
    values.forEach((value: number, j: number) => {
      const weight = Math.max(0, 3 - Math.abs(i - j));
      sum += weight * value;
      total += weight;
    });
    return sum / total;
  });
  assertAllClose(smoothed(series, 2).dataSync(), expected, 1e-6);
});

Deno.test("densities count the particles within the radius", () => {
  const x = cloud(40, 2);
  const points = rowsOf(x);
  const expected = points.map((p) =>
    points.reduce((sum, q) => {
      const part = 1 - (distance(p, q) / 0.3) ** 2;
      return sum + (part > 0 ? part ** 3 : 0);
    }, 0)
  );
  assertAllClose(density(x, 0.3).dataSync(), expected, 1e-6);
});

Deno.test("the spread is that around the mean of each kind", () => {
  const x = cloud(12, 2);
  const kinds = Int32Array.from({ length: 12 }, (_, k) => (k * k) % 3);
  const points = rowsOf(x);
  const expected = points.map((p, i) => {
    const own = points.filter((_, j) => kinds[j] === kinds[i]);
    const mean = p.map((_, d) =>
      own.reduce((sum, q) => sum + q[d], 0) / own.length
    );
    return distance(p, mean);
  });
  const found = spread(x, tensor(kinds));
  assertAllClose(found.dataSync(), expected, 1e-6);
});

Deno.test("diffusion on a path keeps constants, and spreads the rest", () => {
  const [offsets, indices] = [[0, 1, 3, 4], [1, 0, 2, 1]];
  const constant = diffused(tensor([[2], [2], [2]]), offsets, indices, 3);
  assertEquals(constant.arraySync(), [[2], [2], [2]]);
  const bump = diffused(tensor([[0], [1], [0]]), offsets, indices, 1);
  assertEquals(bump.arraySync(), [[0.5], [0.5], [0.5]]);
});

Deno.test("a density on the bunny with three digits", () => {
  const x = surface(15000);
  assertEquals(x.shape, [15000, 3]);
  const kernel = Vi(x).sqdist(Vj(x)).sqrt().mul(-2).exp();
  const tolerant = kernel.withTolerance(1e-3);
  assert(/far field in 3 dimensions/.test(tolerant.explain()));
  const found = tolerant.sum("j").dataSync();
  const rows = Int32Array.from({ length: 300 }, (_, k) => 50 * k);
  const exact = kernel.rows(rows).sum("j").dataSync();
  let [worst, most] = [0, 0];
  rows.forEach((row, k) => {
    worst = Math.max(worst, Math.abs(found[row] - exact[k]));
    most = Math.max(most, exact[k]);
  });
  assert(worst > 0 && worst <= 1e-3 * most, `${worst / most}`);
});
