/**
 * Clusters that are the leaves of a balanced tree.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkFinite, type Cloud, cloudOf } from "./points.ts";

/**
 * A label for each point: its leaf in a k-d tree. Boxes are halved, by the
 * number of points, across their widest side until they hold at most
 * `leafSize` points: there are as few leaves as can be, and their sizes differ
 * by 1 at most, wherever the points are. Leaves are numbered from left to right: those of one box follow one
 * another.
 *
 * @param x points `[N, D]` or `[N]`
 * @param leafSize the largest number of points in a leaf
 * @returns labels `[N]`, int32
 * @throws {ArgumentError} for a leaf size that is no positive integer, and
 * points that are not finite
 *
 * @example Pairs of neighbours
 * ```ts
 * import { treeCluster } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const labels = treeCluster([[8], [1], [9], [0]], 2);
 * assert.deepEqual(labels.arraySync(), [1, 0, 1, 0]);
 * ```
 */
export function treeCluster(x: LazyData, leafSize: number): Tensor {
  const cloud = cloudOf(x);
  if (!Number.isInteger(leafSize) || leafSize < 1) {
    throw new ArgumentError(
      `Cannot make leaves of ${leafSize} points: a positive integer is wanted`,
    );
  }
  checkFinite(cloud);
  const order = Int32Array.from({ length: cloud.count }, (_, k) => k);
  const labels = new Int32Array(cloud.count);
  const leaves = boxesOf(cloud, order, leafSize).filter((b) => b.size === 1);
  leaves.forEach(({ begin, end }, leaf) => {
    for (let k = begin; k < end; k++) labels[order[k]] = leaf;
  });
  return tensor(labels);
}

/** A box of a tree. */
export interface Box {
  /** The place of its first point in the order. */
  readonly begin: number;
  /** One past the place of its last point. */
  readonly end: number;
  /** How many boxes it is made of, itself among them: 1 for a leaf. */
  readonly size: number;
}

/**
 * A tree of boxes, each before its left half, and that before the right one.
 *
 * @param cloud the coordinates
 * @param order the points, by their places in the cloud; it is sorted
 * @param leafSize the largest number of points in a leaf
 * @param isSorted whether the order is to stay as it is
 */
export function boxesOf(
  cloud: Cloud,
  order: Int32Array,
  leafSize: number,
  isSorted = false,
): Box[] {
  const boxes: Box[] = [];
  const leaves = Math.max(1, Math.ceil(order.length / leafSize));
  // Boxes yet to be split; the leftmost one is the last.
  const open = [{ begin: 0, end: order.length, leaves }];
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    const { begin, end, leaves } = box;
    boxes.push({ begin, end, size: 2 * leaves - 1 });
    if (leaves === 1) continue;
    const left = (leaves + 1) >> 1;
    const middle = begin + Math.ceil((end - begin) * left / leaves);
    if (!isSorted) {
      const key = widest(cloud, order, begin, end);
      select(cloud, order, begin, end - 1, middle, key);
    }
    open.push(
      { begin: middle, end, leaves: leaves - left },
      { begin, end: middle, leaves: left },
    );
  }
  return boxes;
}

/** The coordinate in which some points spread most. */
function widest(
  { data, dim }: Cloud,
  order: Int32Array,
  begin: number,
  end: number,
): number {
  let [best, most] = [0, -1];
  for (let d = 0; d < dim; d++) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = begin; k < end; k++) {
      const value = data[order[k] * dim + d];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (high - low > most) [best, most] = [d, high - low];
  }
  return best;
}

/** Moves the points before place k by a coordinate before it (Hoare 1961). */
function select(
  { data, dim }: Cloud,
  order: Int32Array,
  first: number,
  last: number,
  k: number,
  d: number,
): void {
  const value = (place: number) => data[order[place] * dim + d];
  let [low, high] = [first, last];
  while (low < high) {
    // The middle is a good pivot for points that are sorted already.
    const pivot = value((low + high) >> 1);
    let [a, b] = [low, high];
    while (a <= b) {
      while (value(a) < pivot) a++;
      while (value(b) > pivot) b--;
      if (a <= b) {
        [order[a], order[b]] = [order[b], order[a]];
        a++;
        b--;
      }
    }
    if (k <= b) high = b;
    else if (k >= a) low = a;
    else return;
  }
}
