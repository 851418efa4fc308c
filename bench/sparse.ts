/**
 * Gaussian sums on clouds of 1e5 points in the plane and in space, without the
 * pairs of cells that are too far apart to matter, against all pairs in turn,
 * A B A B. Writes `bench/results/sparse.json`.
 *
 * Run it with `deno task bench:sparse`, alone on the machine.
 *
 * @module
 */

import {
  blocks,
  clusterCentroids,
  type Domain,
  gridCluster,
  type LazyTensor,
  radiusSearch,
  rand,
  randn,
  sortClusters,
  type Tensor,
  Vi,
  Vj,
} from "../mod.ts";
import { takenNow } from "./results_file.ts";
import { median } from "./works.ts";

const FILE = new URL("./results/sparse.json", import.meta.url);
const POINTS = 1e5;
const ROUNDS = 3;
/** Pairs of cells further apart than so many widths are left out. */
const CUTOFF = 4;

interface Cloud {
  readonly name: string;
  /** The width of the Gaussian, and the length of cells. */
  readonly width: number;
  readonly points: (seed: number) => Tensor;
}

const CLOUDS: readonly Cloud[] = [
  {
    name: "unit square",
    width: 0.02,
    points: (seed) => rand([POINTS, 2], { seed }),
  },
  {
    name: "unit cube",
    width: 0.05,
    points: (seed) => rand([POINTS, 3], { seed }),
  },
  {
    name: "sphere",
    width: 0.05,
    points: (seed) => {
      const x = randn([POINTS, 3], { seed });
      return x.div(x.square().sum(1).sqrt().reshape([POINTS, 1]));
    },
  },
];

function gaussian(x: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
}

/** The pairs of cells that may hold points nearer than the cutoff. */
function nearCells(x: Tensor, labels: Tensor, cutoff: number): Domain {
  const centres = clusterCentroids(x, labels);
  // How far the points of a cell are from their centre.
  const radius = x.sub(centres.gather(labels)).square().sum(1).sqrt().max();
  const reach = cutoff + 2 * radius.item();
  return blocks(labels, labels, radiusSearch(centres, centres, reach));
}

function seconds<T>(f: () => T): [T, number] {
  const start = performance.now();
  const result = f();
  return [result, (performance.now() - start) / 1000];
}

/** The largest difference over the largest entry. */
function relativeError(found: Tensor, exact: Tensor): number {
  const scale = exact.abs().max().item();
  return found.sub(exact).abs().max().item() / scale;
}

function measured({ name, width, points }: Cloud) {
  const [full, pruned, first, errors]: number[][] = [[], [], [], []];
  let pairs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const cloud = points(10 * round + 1);
    const signal = rand([POINTS, 1], { seed: 10 * round + 2 });
    const whole = (x: Tensor, b: Tensor, ranges?: Domain) => {
      const result = gaussian(x, width).matmul(b, { ranges });
      result.dataSync();
      return result;
    };
    const [exact, slow] = seconds(() => whole(cloud, signal));
    const [{ sums, domain, x, b, order }, all] = seconds(() => {
      const labels = gridCluster(cloud, width);
      const [[x, b], sorted, order] = sortClusters([cloud, signal], labels);
      const domain = nearCells(x, sorted, CUTOFF * width);
      return { sums: whole(x, b, domain), domain, x, b, order };
    });
    const [, again] = seconds(() => whole(x, b, domain));
    full.push(slow);
    first.push(all);
    pruned.push(again);
    errors.push(relativeError(sums, exact.gather(order)));
    pairs = 0;
    for (const { begin, end, intervals } of domain.blocks(POINTS, POINTS)) {
      for (let q = 0; q < intervals.length; q += 2) {
        pairs += (end - begin) * (intervals[q + 1] - intervals[q]);
      }
    }
  }
  const row = {
    cloud: name,
    points: POINTS,
    width,
    partOfPairs: pairs / POINTS ** 2,
    fullSeconds: median(full),
    withClustersSeconds: median(first),
    prunedSeconds: median(pruned),
    speedupWithClusters: median(full.map((t, k) => t / first[k])),
    speedup: median(full.map((t, k) => t / pruned[k])),
    largestError: Math.max(...errors),
  };
  console.log(
    `${name}: all pairs ${row.fullSeconds.toFixed(2)} s, with clusters ${
      row.withClustersSeconds.toFixed(3)
    } s (${row.speedupWithClusters.toFixed(1)} x), pruned ${
      row.prunedSeconds.toFixed(3)
    } s (${row.speedup.toFixed(1)} x), error ${
      row.largestError.toExponential(1)
    }`,
  );
  return row;
}

if (import.meta.main) {
  // The first call of a formula writes its code and starts threads.
  gaussian(rand([20000, 3], { seed: 1 }), 1).matmul(rand([20000, 1]))
    .dataSync();
  const clouds = CLOUDS.map(measured);
  const report = {
    ...takenNow(),
    threads: navigator.hardwareConcurrency,
    notes:
      `float32; cells as long as the width, those further apart than ${CUTOFF} widths are left out; with clusters: grid, sorting, search of near cells and the sum; pruned: the sum alone; medians of ${ROUNDS} rounds, A B A B; errors relative to the largest result, over all rows`,
    clouds,
  };
  Deno.writeTextFileSync(FILE, JSON.stringify(report, null, 2) + "\n");
}
