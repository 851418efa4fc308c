/**
 * A Gaussian sum over 10^5 points of the plane, without the pairs that are too
 * far apart to matter:
 *
 *     a_i = sum_j exp(-|x_i - x_j|^2 / (2 s^2)) b_j
 *
 * Points are sorted into cells; two cells meet where points of them may be
 * nearer than a cutoff. What is left out is at most `exp(-cutoff^2 / (2 s^2))`
 * times the weights further away.
 *
 * Run it with `deno run examples/block_sparse.ts [points]`.
 *
 * @module
 */

import {
  blocks,
  clusterCentroids,
  type Domain,
  gridCluster,
  radiusSearch,
  rand,
  sortClusters,
  type Tensor,
  Vi,
  Vj,
} from "../mod.ts";

/** The width of the Gaussian; the points fill the unit square. */
const WIDTH = 0.02;
/** Pairs beyond it weigh less than 3.4e-4. */
const CUTOFF = 4 * WIDTH;
const CELL = WIDTH;

/** The sum at each point, over the pairs of a domain. */
export function gaussianSum(x: Tensor, b: Tensor, domain?: Domain): Tensor {
  const kernel = Vi(x).sqdist(Vj(x)).mul(-1 / (2 * WIDTH ** 2)).exp();
  return kernel.matmul(b, { ranges: domain });
}

/** The pairs of cells that may hold points nearer than the cutoff. */
export function nearCells(x: Tensor, labels: Tensor): Domain {
  const centres = clusterCentroids(x, labels);
  // How far the points of a cell are from their centre.
  const radius = x.sub(centres.gather(labels)).square().sum(1).sqrt().max();
  const reach = CUTOFF + 2 * radius.item();
  return blocks(labels, labels, radiusSearch(centres, centres, reach));
}

/** Points sorted by cells, with weights and labels. */
export function sortedPoints(count: number): [Tensor, Tensor, Tensor] {
  const points = rand([count, 2], { seed: 1 });
  const weights = rand([count, 1], { seed: 2 });
  const [[x, b], labels] = sortClusters(
    [points, weights],
    gridCluster(points, CELL),
  );
  return [x, b, labels];
}

/** The largest difference, relative to the largest value. */
export function relativeError(found: Tensor, expected: Tensor): number {
  const scale = expected.abs().max().item();
  return found.sub(expected).abs().max().item() / scale;
}

function timed(name: string, f: () => Tensor): [Tensor, number] {
  const start = performance.now();
  const result = f();
  result.dataSync();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(24)} ${seconds.toFixed(3)} s`);
  return [result, seconds];
}

if (import.meta.main) {
  const count = Number(Deno.args[0] ?? 1e5);
  const [x, b, labels] = sortedPoints(count);
  // The first call of a formula writes its code.
  gaussianSum(x.slice(0, 100), b.slice(0, 100));
  const ratios: number[] = [];
  for (let round = 1; round <= 2; round++) {
    const [full, slow] = timed("all pairs", () => gaussianSum(x, b));
    const [pruned, fast] = timed(
      "near cells, with search",
      () => gaussianSum(x, b, nearCells(x, labels)),
    );
    ratios.push(slow / fast);
    console.log(`relative error           ${relativeError(pruned, full)}`);
  }
  console.log(
    `${count} points: ${
      ratios.map((r) => r.toFixed(1)).join(" and ")
    } times faster`,
  );
}
