/**
 * Centres and weights of clusters.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { countOf, labelsOf, pointsTensor } from "./points.ts";
import { clusterRanges } from "./ranges.ts";

/**
 * The mean of the points of each cluster, with weights. Gradients go to points
 * and weights. The labels need not be sorted.
 *
 * @param x points `[N, D]` or `[N]`
 * @param labels a label for each point, `[N]`
 * @param count the number of clusters; one more than the largest label where
 * not given
 * @param weights a weight for each point, `[N]`; ones where not given
 * @returns `[C, D]`; NaN for clusters of weight 0
 * @throws {ShapeError} where there are not as many labels and weights as points
 *
 * @example Two clusters of the line
 * ```ts
 * import { clusterCentroids } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const means = clusterCentroids([[0], [2], [9]], [0, 0, 1]);
 * assert.deepEqual(means.arraySync(), [[1], [9]]);
 * ```
 */
export function clusterCentroids(
  x: LazyData,
  labels: LazyData,
  count?: number,
  weights?: LazyData | null,
): Tensor {
  const points = pointsTensor(x);
  const own = labelsOf(labels, points.shape[0]);
  const clusters = countOf(own, count);
  return centred(points, own, clusters, weightsOf(points, weights))[0];
}

/**
 * Begin and end, mean and total weight of each cluster of sorted points.
 *
 * @param x points `[N, D]` or `[N]`, in the order of their labels
 * @param labels ascending labels, `[N]`
 * @param weights a weight for each point, `[N]`; ones where not given
 * @returns ranges `[C, 2]` (int32), centroids `[C, D]`, weights `[C]`
 * @throws {ArgumentError} where the labels are not sorted
 *
 * @example Clusters with weights
 * ```ts
 * import { clusterRangesCentroids } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const [ranges, means, weights] = clusterRangesCentroids(
 *   [[0], [4], [9]],
 *   [0, 0, 1],
 *   [1, 3, 5],
 * );
 * assert.deepEqual(ranges.arraySync(), [[0, 2], [2, 3]]);
 * assert.deepEqual(means.arraySync(), [[3], [9]]);
 * assert.deepEqual(weights.arraySync(), [4, 5]);
 * ```
 */
export function clusterRangesCentroids(
  x: LazyData,
  labels: LazyData,
  weights?: LazyData | null,
): [Tensor, Tensor, Tensor] {
  const points = pointsTensor(x);
  const own = labelsOf(labels, points.shape[0]);
  const ranges = clusterRanges(own);
  const [means, totals] = centred(
    points,
    own,
    ranges.shape[0],
    weightsOf(points, weights),
  );
  return [ranges, means, totals.reshape([totals.size])];
}

/** A weight for each point, `[N, 1]`. */
function weightsOf(points: Tensor, weights?: LazyData | null): Tensor {
  const { shape: [n], dtype, device } = points;
  if (weights == null) {
    return tensor(new Float64Array(n).fill(1), [n, 1], { dtype, device });
  }
  const given = weights instanceof Tensor
    ? weights
    : tensor(weights, undefined, { dtype, device });
  if (given.size === n && given.shape[0] === n) return given.reshape([n, 1]);
  throw new ShapeError(
    `Cannot use weights of shape [${given.shape}] for ${n} points: [${n}] is wanted`,
  );
}

/** Means `[C, D]` and total weights `[C, 1]`. */
function centred(
  points: Tensor,
  labels: Int32Array,
  clusters: number,
  weights: Tensor,
): [Tensor, Tensor] {
  const totals = weights.scatterAdd(labels, clusters);
  const sums = points.mul(weights).scatterAdd(labels, clusters);
  return [sums.div(totals), totals];
}
