/**
 * Several reductions in one pass over the pairs.
 *
 * @module
 */

import type { NamedReduction } from "../reductions/reduction.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LazyLike, promoted } from "./base.ts";
import { asReduction, type ReduceOptions } from "./evaluate.ts";
import { differentiableReduce } from "./gradient.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/** One of several reductions. */
export interface ReductionJob {
  /** What is reduced. */
  readonly of: LazyTensor;
  /** A name as in KeOps, or a reduction of one's own. */
  readonly reduction: string | NamedReduction;
  /** The weights of a weighted reduction. */
  readonly weight?: LazyLike | undefined;
  /** The number of values that the k-min family keeps. */
  readonly k?: number | undefined;
}

/**
 * Several reductions over one axis in one pass: what their formulas share is
 * computed once.
 *
 * @param jobs what is reduced, and how
 * @param axis `"i"` or `"j"`
 * @param options how to compute
 * @returns the results of each reduction
 *
 * @example The nearest point, and the distance to all points
 * ```ts
 * import { reduceMany, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const distance = Vi([0, 10]).sub(Vj([1, 2, 7])).abs();
 * const [[nearest], [total]] = reduceMany([
 *   { of: distance, reduction: "ArgMin" },
 *   { of: distance, reduction: "Sum" },
 * ], "j");
 * assert.deepEqual(nearest.arraySync(), [[0], [2]]);
 * assert.deepEqual(total.arraySync(), [[10], [20]]);
 * ```
 */
export function reduceMany(
  jobs: readonly ReductionJob[],
  axis: "i" | "j",
  options: ReduceOptions = {},
): Tensor[][] {
  const all = jobs.map(({ of, reduction, weight, k }) => ({
    reduction: asReduction(reduction),
    states: [of, ...(weight === undefined ? [] : [weight])].map(promoted),
    k,
  }));
  return differentiableReduce(all, axis, options);
}
