/**
 * Do two samples come from one distribution? The maximum mean discrepancy of
 * Gretton et al. (JMLR 13, 2012) with a Gaussian kernel,
 *
 *     MMD^2 = mean k(x, x') - 2 mean k(x, y) + mean k(y, y') = s^T K s
 *
 * beside what it is for samples that were mixed at random: all of them are
 * columns of one product.
 *
 * Run it with `deno run --allow-write=out examples/two_sample.ts [points]`.
 *
 * @module
 */

import { randn, Random, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { shuffled } from "./helpers/data.ts";
import {
  aroundSquare,
  contours,
  curve,
  diverging,
  field,
  gridPoints,
  page,
  panel,
  scatter,
  words,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

const kernel = (x: Tensor, y: Tensor, width: number) =>
  Vi(x).sqdist(Vj(y)).mul(-1 / (2 * width ** 2)).exp();

/** The median distance of some pairs, a usual width. */
export function medianDistance(z: Tensor, pairs = 500): number {
  const some = z.slice([0], [Math.min(pairs, z.shape[0])]);
  const distances = Vi(some).sqdist(Vj(some)).sqrt().dense().dataSync();
  return distances.toSorted()[Math.floor(distances.length / 2)];
}

/** `s^T K s` for each column s of weights, `[P]`. */
export function discrepancies(
  z: Tensor,
  weights: Tensor,
  width: number,
): Tensor {
  return kernel(z, z, width).matmul(weights).mul(weights).sum(0);
}

/**
 * Weights `[M + N, mixtures + 1]` of samples of M and N points: the first
 * column is of the samples as they are, the others are of random ones.
 */
export function mixtures(
  m: number,
  n: number,
  count: number,
  seed: number,
): Tensor {
  const data = new Float64Array((m + n) * (count + 1));
  for (let c = 0; c <= count; c++) {
    const order = c === 0 ? undefined : shuffled(m + n, seed + c);
    for (let k = 0; k < m + n; k++) {
      const at = order?.[k] ?? k;
      data[at * (count + 1) + c] = k < m ? 1 / m : -1 / n;
    }
  }
  return tensor(data, [m + n, count + 1]);
}

/** What the test found. */
export interface Verdict {
  /** The squared discrepancy of the samples. */
  readonly statistic: number;
  /** Those of the mixed samples. */
  readonly mixed: readonly number[];
  /** The part of all that is not below it. */
  readonly pValue: number;
}

/** The test with random mixtures. */
export function twoSampleTest(
  x: Tensor,
  y: Tensor,
  width: number,
  count = 200,
  seed = 0,
): Verdict {
  const z = x.concat([y]);
  const weights = mixtures(x.shape[0], y.shape[0], count, seed).to(z.dtype);
  const [statistic, ...mixed] = discrepancies(z, weights, width).dataSync();
  const above = mixed.filter((m) => m >= statistic).length;
  return { statistic, mixed, pValue: (1 + above) / (1 + count) };
}

/** How far the densities of both samples are apart, at points a. */
export function witness(
  x: Tensor,
  y: Tensor,
  a: Tensor,
  width: number,
): Tensor {
  return kernel(a, x, width).mean("j").sub(kernel(a, y, width).mean("j"));
}

/** Points of the Laplace distribution with the variance of a normal one. */
function laplace(count: number, dim: number, seed: number): Tensor {
  const random = new Random(seed);
  const data = Float32Array.from({ length: count * dim }, () => {
    const u = random.uniform() - 0.5;
    return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u)) / Math.SQRT2;
  });
  return tensor(data, [count, dim]);
}

/** A histogram, and a line at one value. */
function histogram({ statistic, mixed, pValue }: Verdict, title: string) {
  const high = 1.25 * Math.max(statistic, ...mixed);
  const bins = new Array(60).fill(0);
  mixed.forEach((m) => bins[Math.min(59, Math.floor(m / high * 60))]++);
  const top = 1.15 * Math.max(...bins);
  return panel(
    {
      x: [0, 1e4 * high],
      y: [0, top],
      width: 360,
      height: 240,
      title: `${title}: p = ${pValue.toFixed(3)}`,
      axes: { x: "10⁴ MMD²", y: "mixtures" },
    },
    ...bins.map((b, k) => {
      const [l, r] = [k, k + 1].map((t) => 1e4 * t * high / 60);
      return curve([[l, 0], [r, 0], [r, b], [l, b]], { closed: true });
    }),
    curve([[1e4 * statistic, 0], [1e4 * statistic, top]], {
      fill: "#d02040",
      size: 2,
    }),
    words([1e4 * statistic, 0.9 * top], " samples", "#d02040"),
  );
}

if (import.meta.main) {
  const count = sizeOr(4000);
  const [x, y] = [1, 2].map((seed) => randn([count, 2], { seed }));
  const other = laplace(count, 2, 3);
  const width = medianDistance(x);
  const [same, different] = [y, other].map((sample) => {
    const verdict = timed(
      `two samples of ${count} points, 500 mixtures`,
      () => twoSampleTest(x, sample, width, 500, 7),
    );
    console.log(
      `  MMD^2 ${verdict.statistic.toExponential(3)}, p ${
        verdict.pValue.toFixed(3)
      }`,
    );
    return verdict;
  });
  const shown = [x, other].map((t) =>
    t.slice([0], [Math.min(count, 1500)]).arraySync() as number[][]
  );
  const range = aroundSquare(shown[0], 0.2);
  const grid = { ...range, columns: 120, rows: 120 };
  const apart = witness(other, x, tensor(gridPoints(grid)), width).dataSync();
  const most = Math.max(...apart.map(Math.abs));
  save(
    "two_sample",
    page(
      "Two samples: normal, and Laplace of the same mean and variance",
      `${count.toLocaleString("en")} points each; 500 random mixtures`,
      [
        [
          histogram(same, "Normal, normal"),
          histogram(different, "Normal, Laplace"),
        ],
        [
          panel(
            { ...range, title: "Both samples" },
            scatter(shown[0], { size: 1.1, opacity: 0.7 }),
            scatter(shown[1], { size: 1.1, opacity: 0.7, fill: "#e8743b" }),
          ),
          panel(
            { ...range, title: "Where their densities differ" },
            field(grid, apart, { range: [-most, most], ink: diverging }),
            contours(grid, apart, [0], { fill: "#555" }),
          ),
        ],
      ],
    ),
  );
}
