/**
 * Gaussian process regression (Rasmussen and Williams 2006): a curve from
 * noisy points with a gap, and a landscape from scattered heights, each with
 * what is not known of it. The parameters are those that make the observations
 * most likely.
 *
 * Run it with `deno run --allow-write=out examples/gaussian_process.ts
 * [points]`.
 *
 * @module
 */

import {
  type ConditionedProcess,
  type CovarianceKernel,
  gaussianKernel,
  gaussianProcess,
  maternKernel,
  rand,
  randn,
  type Tensor,
  tensor,
} from "../mod.ts";
import { franke } from "./interpolation.ts";
import {
  contours,
  curve,
  field,
  gridPoints,
  page,
  type Panel,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** Points `[N, D]` and what was observed there, `[N]`. */
export interface Observed {
  /** The points. */
  readonly x: Tensor;
  /** The observations. */
  readonly y: Tensor;
}

/** A sine with noise, seen everywhere but from 4 to 6. */
export function wave(count: number): Observed {
  const dtype = "float64";
  const places = rand([count, 1], { seed: 1, dtype }).mul(6);
  const x = places.add(places.gt(4).mul(2));
  const noise = randn([count], { seed: 2, dtype }).mul(0.15);
  return { x, y: x.reshape([count]).mul(1.5).sin().add(noise) };
}

/** Heights of Franke's landscape with noise. */
export function landscape(count: number): Observed {
  const dtype = "float64";
  const x = rand([count, 2], { seed: 3, dtype });
  const noise = randn([count], { seed: 4, dtype }).mul(0.05);
  return { x, y: franke(x).reshape([count]).add(noise) };
}

/** The process that makes the observations most likely. */
export function learned(
  { x, y }: Observed,
  kernel: CovarianceKernel,
): ConditionedProcess {
  return gaussianProcess({ kernel, noise: 0.1 }).fit(x, y);
}

function described(title: string, process: ConditionedProcess): void {
  const { value, error } = process.logMarginalLikelihood();
  const short = (v: number | number[]) =>
    [v].flat().map((x) => x.toPrecision(3)).join(", ");
  const parameters = Object.entries(process.parameters)
    .map(([name, v]) => `${name} ${short(v)}`);
  console.log(
    `  ${title}: ${parameters.join("; ")}; log-likelihood ${
      value.item().toFixed(2)
    } +- ${error.toFixed(2)}`,
  );
}

/** Mean and two standard deviations along a line. */
function along(title: string, data: Observed, kernel: CovarianceKernel): Panel {
  const process = timed(title, () => learned(data, kernel));
  described(title, process);
  const fine = Array.from({ length: 200 }, (_, k) => k / 24.8);
  const at = tensor(Float64Array.from(fine), [fine.length, 1]);
  const { mean, variance } = process.predict(at);
  const [m, v] = [mean.dataSync(), variance.dataSync()];
  const edge = (sign: number) =>
    fine.map((t, k) => [t, m[k] + sign * 2 * Math.sqrt(v[k])]);
  const seen = data.y.dataSync();
  const points = Array.from(data.x.dataSync(), (t, k) => [t, seen[k]]);
  return panel(
    { x: [0, 8], y: [-2.6, 2.6], width: 420, height: 300, title },
    ...[-1, 1].map((sign) => curve(edge(sign), { fill: "#9db8d9", size: 1.2 })),
    curve(fine.map((t, k) => [t, m[k]]), { size: 1.6 }),
    scatter(points, { fill: "#e8743b", size: 1.8 }),
  );
}

/** Mean and standard deviation in the unit square. */
function across(data: Observed): Panel[] {
  const process = timed(
    `landscape, ${data.y.size} points`,
    () => learned(data, gaussianKernel({ lengthScale: [0.5, 0.5] })),
  );
  described("landscape", process);
  const grid = { x: [0, 1], y: [0, 1], columns: 60, rows: 60 } as const;
  const at = tensor(gridPoints(grid), undefined, { dtype: "float64" });
  const { mean, variance } = timed(
    "3600 predictions",
    () => process.predict(at),
  );
  const error = mean.sub(franke(at).reshape([at.shape[0]]));
  console.log(
    `  root mean square error ${
      error.square().mean().sqrt().item().toExponential(2)
    }, typical deviation ${variance.mean().sqrt().item().toExponential(2)}`,
  );
  const points = data.x.arraySync() as number[][];
  const size = { width: 420, height: 442 };
  return [
    panel(
      { ...grid, ...size, title: "Mean, and where it was seen" },
      field(grid, mean.dataSync()),
      contours(grid, mean.dataSync(), [0.1, 0.3, 0.5, 0.7, 0.9, 1.1]),
      scatter(points, { fill: "#000", size: 1, opacity: 0.6 }),
    ),
    panel(
      { ...grid, ...size, title: "Standard deviation" },
      field(grid, variance.sqrt().dataSync()),
      scatter(points, { fill: "#000", size: 1, opacity: 0.6 }),
    ),
  ];
}

if (import.meta.main) {
  const count = sizeOr(200);
  const data = wave(80);
  save(
    "gaussian_process",
    page(
      "Gaussian processes",
      "observations, the mean of the process, two standard deviations",
      [
        [
          along("Gaussian kernel", data, gaussianKernel()),
          along(
            "Matern kernel of smoothness 1/2",
            data,
            maternKernel({ smoothness: 0.5 }),
          ),
        ],
        across(landscape(count)),
      ],
    ),
  );
}
