/**
 * From labels to sorted points and to the ranges of clusters.
 *
 * @module
 */

import type { LazyData } from "../lazy/data_states.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkSorted, countOf, labelsOf } from "./points.ts";

/**
 * Begin and end of each cluster of sorted points.
 *
 * @param labels ascending labels, `[N]`
 * @param count the number of clusters; one more than the largest label where
 * not given
 * @returns `[C, 2]`, int32; empty clusters have an end equal to their begin
 * @throws {ArgumentError} where the labels are not sorted
 *
 * @example Two clusters
 * ```ts
 * import { clusterRanges } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(clusterRanges([0, 0, 0, 1]).arraySync(), [[0, 3], [3, 4]]);
 * ```
 */
export function clusterRanges(labels: LazyData, count?: number): Tensor {
  const own = labelsOf(labels);
  checkSorted(own);
  const clusters = countOf(own, count);
  const ranges = new Int32Array(2 * clusters);
  for (let c = 0, begin = 0; c < clusters; c++) {
    let end = begin;
    while (end < own.length && own[end] === c) end++;
    ranges[2 * c] = begin;
    ranges[2 * c + 1] = end;
    begin = end;
  }
  return tensor(ranges, [clusters, 2]);
}

/**
 * Points in the order of their labels; those of a cluster keep their order.
 * Gradients go through.
 *
 * @param x points `[N, ...]`, or a list of such arrays (tensors or typed arrays)
 * @param labels a label for each point, `[N]`
 * @returns the sorted points, the sorted labels, and the old position of each
 * point
 *
 * @example Points and weights
 * ```ts
 * import { sortClusters, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const [x, w] = [tensor([[5], [6], [7]]), tensor([1, 2, 3])];
 * const [[sorted, weights], labels, order] = sortClusters([x, w], [1, 0, 0]);
 * assert.deepEqual(sorted.arraySync(), [[6], [7], [5]]);
 * assert.deepEqual(weights.arraySync(), [2, 3, 1]);
 * assert.deepEqual(labels.arraySync(), [0, 0, 1]);
 * assert.deepEqual(order.arraySync(), [1, 2, 0]);
 * ```
 */
export function sortClusters(
  x: readonly (Tensor | ArrayBufferView)[],
  labels: LazyData,
): [Tensor[], Tensor, Tensor];
/**
 * Points in the order of their labels.
 *
 * @param x points `[N, ...]`
 * @param labels a label for each point, `[N]`
 * @returns the sorted points, the sorted labels, and the old position of each
 * point
 */
export function sortClusters(
  x: LazyData,
  labels: LazyData,
): [Tensor, Tensor, Tensor];
export function sortClusters(
  x: LazyData | readonly (Tensor | ArrayBufferView)[],
  labels: LazyData,
): [Tensor | Tensor[], Tensor, Tensor] {
  const many = isList(x);
  const arrays = (many ? x : [x]).map((a) =>
    a instanceof Tensor ? a : tensor(a)
  );
  const own = labelsOf(labels, arrays[0]?.shape[0]);
  for (const a of arrays) labelsOf(labels, a.shape[0] ?? -1);
  const order = orderOf(own);
  const positions = tensor(order);
  const sorted = arrays.map((a) => a.gather(positions));
  return [
    many ? sorted : sorted[0],
    tensor(order.map((k) => own[k])),
    positions,
  ];
}

/** The positions of labels in ascending order; equal ones keep theirs. */
function orderOf(labels: Int32Array): Int32Array {
  const count = countOf(labels);
  const order = Int32Array.from(labels, (_, k) => k);
  // Labels with large gaps would take too many counters.
  if (count > 4 * labels.length) {
    return order.sort((a, b) => labels[a] - labels[b] || a - b);
  }
  const next = new Int32Array(count + 1);
  for (const label of labels) next[label + 1]++;
  for (let c = 0; c < count; c++) next[c + 1] += next[c];
  labels.forEach((label, k) => order[next[label]++] = k);
  return order;
}

/** Whether an array is a list of arrays, and not one nested array. */
function isList(
  x: LazyData | readonly (Tensor | ArrayBufferView)[],
): x is readonly (Tensor | ArrayBufferView)[] {
  return Array.isArray(x) && x.length > 0 &&
    x.every((a) => a instanceof Tensor || ArrayBuffer.isView(a));
}
