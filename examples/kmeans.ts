/**
 * K-means by Lloyd's rounds, with Euclidean distances in the plane and with
 * angles on the sphere:
 *
 *     label_i = argmin_k d(x_i, c_k),   c_k = mean of the points of label k
 *
 * Run it with `deno run --allow-write=out examples/kmeans.ts [points]`.
 *
 * @module
 */

import { ones, rand, randn, type Tensor, Vi, Vj } from "../mod.ts";
import {
  aroundSquare,
  colouredBy,
  page,
  type Panel,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** What is made small: squares of distances, or 1 - cosine of angles. */
export type Metric = "euclidean" | "cosine";

/** What k-means found. */
export interface Clusters {
  /** The nearest centre of each point, `[N]`. */
  readonly labels: Tensor;
  /** The centres, `[K, D]`. */
  readonly centres: Tensor;
  /** The sum of what is made small, at the start of each round. */
  readonly costs: readonly number[];
}

/** Points over their norms. */
export function normalised(x: Tensor): Tensor {
  return x.div(x.norm(1, { keepDims: true }));
}

/** Rounds from given centres; empty clusters keep theirs. */
export function kmeans(
  x: Tensor,
  centres: Tensor,
  metric: Metric = "euclidean",
  rounds = 10,
): Clusters {
  const cosine = metric === "cosine";
  if (cosine) [x, centres] = [normalised(x), normalised(centres)];
  const [count, clusters] = [x.shape[0], centres.shape[0]];
  const one = ones([count, 1], { dtype: x.dtype });
  const costs: number[] = [];
  let labels = x.select(0, 1);
  for (let round = 0; round < rounds; round++) {
    const distance = cosine
      ? Vi(x).dot(Vj(centres)).neg().add(1)
      : Vi(x).sqdist(Vj(centres));
    const [least, at] = distance.minArgmin("j");
    costs.push(least.to("float64").sum().item());
    labels = at.reshape([count]);
    const sums = x.scatterAdd(labels, clusters);
    const sizes = one.scatterAdd(labels, clusters);
    const means = sums.div(sizes.clamp(1, Infinity));
    centres = sizes.eq(0).where(centres, cosine ? normalised(means) : means);
  }
  return { labels, centres, costs };
}

/** Points around a spiral. */
export function spiral(count: number, dtype: "float32" | "float64"): Tensor {
  const noise = randn([count, 2], { seed: 1, dtype });
  const turn = rand([count, 1], { seed: 2, dtype }).sqrt().mul(11);
  return turn.cos().concat([turn.sin()], 1).mul(turn).add(noise.mul(0.6));
}

function plotted(title: string, x: Tensor, clusters: Clusters): Panel {
  // More points would only hide one another.
  const shown = Math.min(x.shape[0], 12000);
  const points = x.slice([0], [shown]).arraySync() as number[][];
  const front = points.map((p) => p.length < 3 || p[2] > 0);
  const labels = [...clusters.labels.slice([0], [shown]).dataSync()];
  const centres = (clusters.centres.arraySync() as number[][])
    .filter((c) => c.length < 3 || c[2] > 0);
  return panel(
    { ...aroundSquare(points), width: 420, height: 442, title },
    scatter(points.filter((_, k) => front[k]), {
      fill: colouredBy(labels.filter((_, k) => front[k])),
      size: 1.1,
    }),
    scatter(centres, { fill: "#fff", size: 4 }),
    scatter(centres, { fill: "#222", size: 2.8 }),
  );
}

if (import.meta.main) {
  const count = sizeOr(1e5);
  const [rounds, k] = [20, 50];
  const plane = spiral(count, "float32");
  const ball = randn([count, 3], { seed: 3 });
  const found = [
    { x: plane, metric: "euclidean", title: "Squares of distances" },
    { x: normalised(ball), metric: "cosine", title: "Angles on the sphere" },
  ] as const;
  const panels = found.map(({ x, metric, title }) => {
    const clusters = timed(
      `${rounds} rounds, ${count} points, ${k} clusters, ${metric}`,
      () => kmeans(x, x.slice([0], [k]), metric, rounds),
    );
    const { costs } = clusters;
    console.log(
      `  cost ${costs[0].toFixed(1)} -> ${costs[rounds - 1].toFixed(1)}`,
    );
    return plotted(title, x, clusters);
  });
  save(
    "kmeans",
    page(
      "K-means",
      `${count.toLocaleString("en")} points, ${k} clusters, ${rounds} rounds`,
      [panels],
    ),
  );
}
