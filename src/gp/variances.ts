/**
 * Variances of predictions, from solutions.
 *
 * @module
 */

import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { PredictOptions } from "./options.ts";
import type { ProcessSystems } from "./systems.ts";

/** Variances that are not below the exact ones, and how far above they may be. */
export interface BoundedVariances {
  /** The variances, `[M]`. */
  readonly variance: Tensor;
  /** The exact ones are less by at most this, `[M]`. */
  readonly error: Tensor;
}

/**
 * Variances, each from a solution s of `A s = b`, where b are the covariances
 * with the observations. `2 b^T s - s^T A s` is no more than `b^T A^-1 b`, and
 * less by `r^T A^-1 r` with `r = b - A s`: by at most `|r|^2 / noise`.
 *
 * @param systems of the process
 * @param points `[M, D]`
 * @param options `eps` and `block`
 */
export function solvedVariances(
  systems: ProcessSystems,
  points: Tensor,
  { eps = 1e-4, block = 64 }: PredictOptions,
): BoundedVariances {
  const { x, tensors: { noise } } = systems;
  const [m] = points.shape;
  const parts: BoundedVariances[] = [];
  for (let first = 0; first < m; first += block) {
    const some = points.slice([first], [Math.min(m, first + block)]);
    const b = systems.covariance(x, some).dense()
      .reshape([x.shape[0], some.shape[0]]);
    const s = systems.nearly(b, eps);
    const image = systems.product(s, eps);
    // The error of this form is the square of that of the solution.
    const q = b.mul(s).mul(2).sub(s.mul(image)).sum(0);
    parts.push({
      variance: systems.prior(some).sub(q).relu(),
      error: b.sub(image).square().sum(0).div(noise),
    });
  }
  return joined(parts);
}

/** Variances of all points out of those of some. */
export function joined(parts: readonly BoundedVariances[]): BoundedVariances {
  if (parts.length === 1) return parts[0];
  return {
    variance: concat(parts.map((part) => part.variance)),
    error: concat(parts.map((part) => part.error)),
  };
}
