/**
 * Nearest neighbours for distances that are not Euclidean: a distance is a
 * formula, so any of them will do.
 *
 * Run it with `deno run --allow-write=out examples/metrics.ts [points]`.
 *
 * @module
 */

import { type LazyTensor, rand, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import {
  COLOURS,
  gridPoints,
  image,
  mixed,
  page,
  type Panel,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** A distance of points. */
export type Metric = (x: LazyTensor, y: LazyTensor) => LazyTensor;
/** The distances that are here. */
export type MetricName =
  | "euclidean"
  | "manhattan"
  | "chebyshev"
  | "cosine"
  | "hyperbolic";

/** arccosh(1 + u), of small u without loss. */
const arccosh1p = (u: LazyTensor): LazyTensor =>
  u.add(u.mul(u.add(2)).sqrt()).add(1).log();

/** Distances by their names. */
export const METRICS: Readonly<Record<MetricName, Metric>> = {
  /** The length of the straight line. */
  euclidean: (x, y) => x.sub(y).norm2(),
  /** Along the axes. */
  manhattan: (x, y) => x.sub(y).abs().sum(),
  /** The longest of the ways along an axis. */
  chebyshev: (x, y) => x.sub(y).abs().max(),
  /** One minus the cosine of the angle at 0. */
  cosine: (x, y) => x.normalize().dot(y.normalize()).neg().add(1),
  /** In the half-space above 0 of the last coordinate (Poincare). */
  hyperbolic: (x, y) => {
    const last = x.shape[x.shape.length - 1] - 1;
    const heights = x.elem(last).mul(y.elem(last));
    return arccosh1p(x.sqdist(y).div(heights.mul(2)));
  },
};

/** The k nearest points y of each x: distances and positions, `[M, k]`. */
export function neighbours(
  metric: MetricName,
  x: Tensor,
  y: Tensor,
  k: number,
): [Tensor, Tensor] {
  return METRICS[metric](Vi(x), Vj(y)).kminArgkmin(k, "j");
}

/** Which site is nearest, everywhere in the unit square. */
function voronoi(metric: MetricName, sites: Tensor): Panel {
  const grid = { x: [0, 1], y: [0, 1], columns: 260, rows: 260 } as const;
  const places = tensor(gridPoints(grid));
  const [distance, site] = neighbours(metric, places, sites, 1)
    .map((t) => t.dataSync());
  const far = [...distance].sort((a, b) => a - b)[
    Math.floor(0.98 * distance.length)
  ];
  // Pale near a site, darker away from it.
  const ink = (k: number) =>
    mixed(
      COLOURS[site[k] % 10],
      "#ffffff",
      0.75 - 0.5 * Math.min(1, distance[k] / far),
    );
  return panel(
    { ...grid, width: 290, height: 312, title: metric },
    image(grid, ink),
    scatter(sites.arraySync() as number[][], { fill: "#fff", size: 3 }),
    scatter(sites.arraySync() as number[][], { fill: "#222", size: 2 }),
  );
}

if (import.meta.main) {
  const count = sizeOr(30000);
  const x = rand([count, 3], { seed: 1 }).add(0.01);
  const y = rand([count, 3], { seed: 2 }).add(0.01);
  const names = Object.keys(METRICS) as MetricName[];
  for (const name of names) {
    const [distances] = timed(
      `10 nearest of ${count} points, ${name}`,
      () => neighbours(name, x, y, 10),
    );
    console.log(`  mean distance ${distances.mean().item().toPrecision(5)}`);
  }
  const sites = rand([40, 2], { seed: 4 }).mul(0.96).add(0.02);
  const shown = names.filter((name) => name !== "cosine")
    .map((name) => voronoi(name, sites));
  save(
    "metrics",
    page("The nearest of 40 sites", "a distance is a formula", [
      shown.slice(0, 2),
      shown.slice(2),
    ]),
  );
}
