/**
 * The density of points by Gaussians around them, and the way of each point
 * uphill to a mode of it: mean-shift (Fukunaga and Hostetler 1975; Cheng 1995).
 *
 * Run it with `deno run --allow-write=out examples/density.ts [points]`.
 *
 * @module
 */

import { randn, scope, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import {
  aroundSquare,
  colouredBy,
  contours,
  curve,
  field,
  gridPoints,
  page,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { progress, save, sizeOr, timed } from "./helpers/report.ts";

/** `-|a_i - x_j|^2 / (2 h^2)`. */
const exponents = (a: Tensor, x: Tensor, width: number) =>
  Vi(a).sqdist(Vj(x)).mul(-1 / (2 * width ** 2));

/** The logarithm of the density of points x at points a, `[M, 1]`. */
export function logDensity(x: Tensor, a: Tensor, width: number): Tensor {
  const [count, dim] = x.shape;
  return exponents(a, x, width).logsumexp("j")
    .sub(Math.log(count) + dim / 2 * Math.log(2 * Math.PI * width ** 2));
}

/** Each point becomes the mean of the points x, weighted by their Gaussians. */
export function shifted(x: Tensor, a: Tensor, width: number): Tensor {
  return exponents(a, x, width).sumsoftmaxweight(Vj(x), "j");
}

/** What mean-shift found. */
export interface Modes {
  /** Where each point has gone, `[N, D]`. */
  readonly places: Tensor;
  /** The first point that went to the same mode, `[N]`, int32. */
  readonly labels: Tensor;
  /** The number of steps. */
  readonly steps: number;
}

/** Shifts all points until none moves by more than `tolerance * width`. */
export function meanShift(
  x: Tensor,
  width: number,
  options: {
    readonly tolerance?: number;
    readonly steps?: number;
    readonly onStep?: (step: number, longest: number, places: Tensor) => void;
  } = {},
): Modes {
  const { tolerance = 1e-4, steps = 1000, onStep } = options;
  let places = x;
  let step = 0;
  for (let longest = Infinity; longest > tolerance && step < steps; step++) {
    const next = shifted(x, places, width);
    longest = scope(() =>
      next.sub(places).square().sum(1).sqrt().max().item() / width
    );
    places = next;
    onStep?.(step, longest, places);
  }
  const near = Vi(places).sqdist(Vj(places)).lt((width / 2) ** 2);
  // The first largest entry of a row of zeros and ones.
  return {
    places,
    labels: near.argmax("j").reshape([x.shape[0]]),
    steps: step,
  };
}

/** Five groups of different sizes. */
export function groups(count: number, dtype: "float32" | "float64"): Tensor {
  const noise = randn([count, 2], { seed: 5, dtype });
  const centres = [[0, 0], [3, 0.5], [1.2, 2.6], [-2, 2], [-1, -2.4]];
  const rows = Array.from({ length: count }, (_, k) => centres[k % 5]);
  const sizes = Array.from({ length: count }, (_, k) => [0.4 + 0.1 * (k % 5)]);
  return noise.mul(tensor(sizes, undefined, { dtype }))
    .add(tensor(rows, undefined, { dtype }));
}

if (import.meta.main) {
  const count = sizeOr(8000);
  const width = 0.35;
  const x = groups(count, "float32");
  const report = progress("mean-shift", 1000);
  // The ways of a few points.
  const walkers = Array.from({ length: 150 }, (_, k) => k);
  const ways = (x.gather(walkers).arraySync() as number[][]).map((p) => [p]);
  const { labels, places, steps } = timed(
    `mean-shift, ${count} points`,
    () =>
      meanShift(x, width, {
        onStep: (step, longest, now) => {
          report(step, `moves of ${longest.toExponential(1)} widths`);
          (now.gather(walkers).arraySync() as number[][])
            .forEach((p, k) => ways[k].push(p));
        },
      }),
  );
  const first = [...new Set(labels.dataSync())].sort((a, b) => a - b);
  console.log(`  ${first.length} modes after ${steps} steps`);
  const points = x.arraySync() as number[][];
  const range = aroundSquare(points);
  const grid = { ...range, columns: 200, rows: 200 };
  const density = timed(
    "density at 40000 places",
    () => logDensity(x, tensor(gridPoints(grid)), width).exp().dataSync(),
  );
  const top = Math.max(...density);
  const modes = places.gather(first).arraySync() as number[][];
  const size = { width: 420, height: 442 };
  save(
    "density",
    page(
      "Density and modes",
      `${count.toLocaleString("en")} points, ${steps} steps of mean-shift`,
      [[
        panel(
          { ...range, ...size, title: "Density, and the ways of 150 points" },
          field(grid, density),
          contours(
            grid,
            density,
            [0.1, 0.25, 0.4, 0.6, 0.8].map((t) => t * top),
          ),
          ...ways.map((way) =>
            curve(way, { fill: "#000", size: 0.6, opacity: 0.5 })
          ),
          scatter(modes, { fill: "#fff", size: 4.5 }),
          scatter(modes, { fill: "#d02040", size: 3 }),
        ),
        panel(
          { ...range, ...size, title: "Points in the colours of their modes" },
          scatter(points, {
            fill: colouredBy(
              [...labels.dataSync()].map((l) => first.indexOf(l)),
            ),
            size: 1.1,
          }),
        ),
      ]],
    ),
  );
}
