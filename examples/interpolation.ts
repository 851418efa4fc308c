/**
 * Interpolation of scattered values by kernels: radial basis functions,
 * Kriging, thin-plate splines.
 *
 * All three solve a linear system with the matrix of all pairs of points,
 * which is never stored, and sum up kernels at the points asked for.
 *
 * Run it with `deno run --allow-write=out examples/interpolation.ts [points]`.
 *
 * @module
 */

import {
  type LazyTensor,
  ones,
  rand,
  randn,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../mod.ts";
import {
  contours,
  field,
  gridPoints,
  page,
  type Panel,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** Values `[N, 1]` of points `[N, D]`, and where they are wanted, `[M, D]`. */
export interface Scattered {
  /** Where values are known. */
  readonly x: Tensor;
  /** The values. */
  readonly values: Tensor;
  /** Where they are wanted. */
  readonly at: Tensor;
}

/** Gaussians of one width; `alpha` smooths. */
export function gaussians(
  { x, values, at }: Scattered,
  width: number,
  alpha: number,
): Tensor {
  const kernel = (a: Tensor, b: Tensor) =>
    Vi(a).sqdist(Vj(b)).mul(-1 / (2 * width ** 2)).exp();
  return kernel(at, x).matmul(
    kernel(x, x).solve(values, { alpha, eps: 1e-8, rank: 300 }),
  );
}

/**
 * Ordinary Kriging: the best linear guess for a random field of unknown mean
 * and covariance `exp(-|x - y| / reach)`, seen with noise of variance `nugget`.
 */
export function kriging(
  { x, values, at }: Scattered,
  reach: number,
  nugget: number,
): Tensor {
  const kernel = (a: Tensor, b: Tensor) =>
    Vi(a).sqdist(Vj(b)).sqrt().mul(-1 / reach).exp();
  const one = ones(values.shape, { dtype: x.dtype });
  const both = kernel(x, x).solve(values.concat([one], 1), { alpha: nugget });
  const [w, v] = [0, 1].map((k) => both.slice([0, k], [undefined, k + 1]));
  const mean = w.sum().div(v.sum());
  return kernel(at, x).matmul(w.sub(v.mul(mean))).add(mean);
}

/** A triangle of points far from one another. */
function triangle(x: Tensor): Tensor {
  const far = (from: Tensor) =>
    Vi(x).sqdist(Vj(from)).sqrt().sum("j").argmax(0);
  const first = x.gather(far(x.mean(0, { keepDims: true })));
  const second = x.gather(far(first));
  const side = second.sub(first);
  const normal = side.gather([1, 0], 1).mul(
    tensor([1, -1], [1, 2], { dtype: x.dtype }),
  );
  const third = x.gather(
    x.sub(first).mul(normal).sum(1).abs().argmax(0).reshape([1]),
  );
  return first.concat([second, third]);
}

/**
 * The thin-plate spline through the values: of all functions with these values
 * the one whose second derivatives have the least square norm (Duchon 1977).
 *
 * Its kernel `r^2 log r` is positive only for weights that are orthogonal to
 * the affine functions. Taking away its affine interpolation on a triangle in
 * both arguments makes it positive for all weights (Wendland, "Scattered Data
 * Approximation", 2005, section 10.3): then conjugate gradients solve it.
 */
export function thinPlate({ x, values, at }: Scattered): Tensor {
  const corners = triangle(x);
  const phi = (a: Tensor, b: Tensor) => Vi(a).sqdist(Vj(b)).xlogx().mul(0.5);
  const dense = (k: LazyTensor) => k.dense().squeeze(-1);
  const between = dense(phi(corners, corners));
  const [[ax, ay], [bx, by], [cx, cy]] = corners.arraySync() as number[][];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  // The weights of the corners are affine: rows for 1, the first and the
  // second coordinate.
  const affine = tensor(
    [
      [bx * cy - by * cx, cx * ay - cy * ax, ax * by - ay * bx],
      [by - cy, cy - ay, ay - by],
      [cx - bx, ax - cx, bx - ax],
    ],
    undefined,
    { dtype: x.dtype },
  ).div(area);
  const features = (a: Tensor) => {
    const one = ones([a.shape[0], 1], { dtype: a.dtype });
    const p = one.concat([a], 1).matmul(affine);
    const v = dense(phi(a, corners)).sub(p.matmul(between).mul(0.5));
    return {
      p,
      left: p.concat([v, p], 1),
      right: v.neg().concat([p.neg(), p], 1),
    };
  };
  const [ofX, ofAt] = [features(x), features(at)];
  const weights = phi(x, x).add(Vi(ofX.left).dot(Vj(ofX.right)))
    .solve(values, { alpha: 0, eps: 1e-8, rank: 300 });
  return phi(at, x).add(Vi(ofAt.left).dot(Vj(ofX.right))).matmul(weights);
}

/** Franke's function (1979), two hills and a dip in the unit square. */
export function franke(points: Tensor): Tensor {
  const [x, y] = [0, 1].map((k) =>
    points.slice([0, k], [undefined, k + 1]).mul(9)
  );
  const bump = (a: Tensor, b: Tensor, height: number) =>
    a.add(b).neg().exp().mul(height);
  const square = (t: Tensor, from: number, by: number) =>
    t.sub(from).square().div(by);
  return bump(square(x, 2, 4), square(y, 2, 4), 0.75)
    .add(bump(square(x, -1, 49), y.add(1).div(10), 0.75))
    .add(bump(square(x, 7, 4), square(y, 3, 4), 0.5))
    .sub(bump(square(x, 4, 1), square(y, 7, 1), 0.2));
}

if (import.meta.main) {
  const count = sizeOr(1200);
  const dtype = "float64";
  const grid = { x: [0, 1], y: [0, 1], columns: 150, rows: 150 } as const;
  const at = tensor(gridPoints(grid), undefined, { dtype });
  const truth = franke(at);
  const x = rand([count, 2], { seed: 1, dtype });
  const exact = { x, values: franke(x), at };
  // Fewer points, seen with errors.
  const few = x.slice([0], [Math.ceil(count / 2)]);
  const errors = randn([few.shape[0], 1], { seed: 2, dtype }).mul(0.03);
  const noisy = { x: few, values: franke(few).add(errors), at };
  const methods = [
    ["Gaussians", count, () => gaussians(exact, 0.1, 1e-6)],
    ["thin-plate spline", count, () => thinPlate(exact)],
    ["Kriging of noisy values", few.shape[0], () => kriging(noisy, 0.5, 0.02)],
  ] as const;
  const levels = [0.1, 0.3, 0.5, 0.7, 0.9, 1.1];
  const shown = (title: string, values: Tensor, points: Tensor): Panel => {
    const data = values.dataSync();
    return panel(
      { ...grid, width: 300, height: 322, title },
      field(grid, data, { range: [0, 1.22] }),
      contours(grid, data, levels),
      scatter(
        points.slice([0], [Math.min(400, points.shape[0])])
          .arraySync() as number[][],
        { fill: "#000", size: 0.9, opacity: 0.6 },
      ),
    );
  };
  const panels = methods.map(([name, points, method]) => {
    const found = timed(`${name}, ${points} points`, method);
    const error = found.sub(truth).square().mean().sqrt().item();
    console.log(`  root mean square error ${error.toExponential(2)}`);
    return shown(
      `${name}, error ${error.toExponential(0)}`,
      found,
      x.slice([0], [points]),
    );
  });
  save(
    "interpolation",
    page(
      "Franke's function from scattered values",
      "points are where values are known; 400 of them are shown",
      [
        [shown("The function", truth, x.slice([0], [1])), panels[0]],
        panels.slice(1),
      ],
    ),
  );
}
