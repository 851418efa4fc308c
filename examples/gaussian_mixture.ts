/**
 * A mixture of Gaussians, fitted by Adam on its log-likelihood:
 *
 *     log p(x_i) = log sum_k w_k |A_k| exp(-|A_k (x_i - m_k)|^2 / 2) + const
 *
 * Every component has its mean m, its triangular factor A of the inverse
 * covariance, and its weight w: all of them learn.
 *
 * Run it with `deno run --allow-write=out examples/gaussian_mixture.ts [points]`.
 *
 * @module
 */

import {
  adam,
  type AdamOptions,
  type Tensor,
  tensor,
  type TrainingResult,
  Vi,
  Vj,
  zeros,
} from "../mod.ts";
import {
  aroundSquare,
  contours,
  curve,
  field,
  gridPoints,
  page,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { progress, save, sizeOr, timed } from "./helpers/report.ts";
import { spiral } from "./kmeans.ts";

/** Means `[K, 2]`, factors `[K, 3]` and logarithms of weights `[K, 1]`. */
export type Mixture = readonly [Tensor, Tensor, Tensor];

/** The matrices `[[exp a, 0], [b, exp c]]` of rows (a, b, c), `[K, 4]`. */
export function matrices(factors: Tensor): Tensor {
  const [a, b, c] = [0, 1, 2].map((k) =>
    factors.slice([0, k], [undefined, k + 1])
  );
  return a.exp().concat([b.mul(0), b, c.exp()], 1);
}

/** The logarithm of the density at points x, `[N, 1]`. */
export function logDensity(
  x: Tensor,
  [means, factors, logits]: Mixture,
): Tensor {
  const whitened = Vj(matrices(factors)).matvecmult(Vi(x).sub(Vj(means)));
  const volumes = factors.slice([0, 0], [undefined, 1])
    .add(factors.slice([0, 2]));
  const heights = logits.sub(logits.logsumexp()).add(volumes);
  return whitened.sqnorm2().mul(-0.5).add(Vj(heights)).logsumexp("j")
    .sub(Math.log(2 * Math.PI));
}

/** Round components of one size at the given places. */
export function roundMixture(means: Tensor, size: number): Mixture {
  const { shape: [count], dtype } = means;
  const inverse = -Math.log(size);
  const rows = Array.from({ length: count }, () => [inverse, 0, inverse]);
  return [
    means,
    tensor(rows, undefined, { dtype }),
    zeros([count, 1], { dtype }),
  ];
}

/** Makes the mean of the negative log-likelihood small. */
export function fit(
  x: Tensor,
  start: Mixture,
  options: AdamOptions,
): TrainingResult {
  return adam(
    (...mixture: [Tensor, Tensor, Tensor]) =>
      logDensity(x, mixture).mean().neg(),
    [...start] as [Tensor, Tensor, Tensor],
    options,
  );
}

/** Ellipses of one standard deviation. */
function ellipses([means, factors]: Mixture) {
  const centres = means.arraySync() as number[][];
  const inverse = matrices(factors).arraySync() as number[][];
  return centres.map(([x, y], k) => {
    const [a, , b, c] = inverse[k];
    const ring = Array.from({ length: 49 }, (_, t) => {
      const [u, v] = [Math.cos(t * Math.PI / 24), Math.sin(t * Math.PI / 24)];
      return [x + u / a, y + (v - b * u / a) / c];
    });
    return curve(ring, { fill: "#fff", size: 1.2 });
  });
}

if (import.meta.main) {
  const count = sizeOr(50000);
  const [components, steps] = [25, 400];
  const x = spiral(count, "float32");
  const start = roundMixture(x.slice([0], [components]), 1);
  const report = progress("Adam", steps);
  const { parameters, history } = timed(
    `${steps} steps, ${count} points, ${components} components`,
    () =>
      fit(x, start, {
        rate: 0.03,
        steps,
        onStep: ({ step, value }) => report(step, value.toFixed(4)),
      }),
  );
  const mixture = parameters as unknown as Mixture;
  console.log(
    `  mean log-likelihood ${(-history[0]).toFixed(4)} -> ${
      (-history[steps]).toFixed(4)
    }`,
  );
  const shown = x.slice([0], [Math.min(count, 4000)]).arraySync() as number[][];
  const range = aroundSquare(shown);
  const grid = { ...range, columns: 200, rows: 200 };
  const density = logDensity(tensor(gridPoints(grid)), mixture).exp();
  const values = density.dataSync();
  const top = density.max().item();
  const size = { width: 420, height: 442 };
  save(
    "gaussian_mixture",
    page(
      "A mixture of Gaussians",
      `${components} components, fitted to ${
        count.toLocaleString("en")
      } points by Adam`,
      [[
        panel(
          { ...range, ...size, title: "Points" },
          scatter(shown, { size: 1 }),
        ),
        panel(
          { ...range, ...size, title: "Density" },
          field(grid, values, { range: [0, 0.8 * top] }),
          contours(grid, values, [0.1, 0.3, 0.5, 0.7].map((t) => t * top), {
            fill: "#000",
            opacity: 0.35,
          }),
          ...ellipses(mixture),
        ),
      ]],
    ),
  );
}
