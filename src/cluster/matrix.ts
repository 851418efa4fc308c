/**
 * Ranges from a matrix of clusters.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Domain } from "../engine/domain.ts";
import {
  type BlockRanges,
  type Integers,
  integersOf,
  type RangesTuple,
  swapRanges,
} from "../engine/ranges.ts";
import { type Keep, type Kept, keptOf, transposedKept } from "./points.ts";

/**
 * The ranges of a reduction over the pairs of clusters that are kept.
 *
 * @param rangesI begin and end of each cluster of points i, `[Ci, 2]`
 * @param rangesJ begin and end of each cluster of points j, `[Cj, 2]`
 * @param keep a matrix `[Ci, Cj]`: true, or not 0, for the pairs to keep;
 * `dense()` of a formula of centroids will do, and so will the lists that
 * `radiusSearch` of centroids gives
 * @returns ranges for `withRanges` and the option `ranges`
 * @throws {ShapeError} where the matrix does not fit the clusters
 *
 * @example Near clusters only
 * ```ts
 * import { fromMatrix, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const clusters = [[0, 2], [2, 3]];
 * const ranges = fromMatrix(clusters, clusters, [[true, false], [true, true]]);
 * assert.deepEqual([...ranges.slices_i as Int32Array], [1, 3]);
 * const ones = Vi([1, 1, 1]).mul(Vj([1, 1, 1]));
 * const counts = ones.withRanges(ranges).sum("j");
 * assert.deepEqual(counts.arraySync(), [[2], [2], [3]]);
 * ```
 */
export function fromMatrix(
  rangesI: Integers,
  rangesJ: Integers,
  keep: Keep,
): BlockRanges {
  const i = pairs(rangesI, "rangesI");
  const j = pairs(rangesJ, "rangesJ");
  const kept = keptOf(keep, i.length / 2, j.length / 2, true);
  const [slicesI, reducedJ] = reach(kept, j);
  const [slicesJ, reducedI] = reach(transposedKept(kept, j.length / 2), i);
  return {
    ranges_i: i,
    slices_i: slicesI,
    redranges_j: reducedJ,
    ranges_j: j,
    slices_j: slicesJ,
    redranges_i: reducedI,
  };
}

/**
 * The same domain with i and j exchanged.
 *
 * @param ranges ranges, or a domain
 * @returns what `K.t()` reduces on where K reduces on `ranges`
 *
 * @example A triangle
 * ```ts
 * import { causal, swapAxes, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const ones = Vi([1, 1, 1]).mul(Vj([1, 1, 1]));
 * const later = ones.withRanges(swapAxes(causal()));
 * assert.deepEqual(later.sum("j").arraySync(), [[3], [2], [1]]);
 * ```
 */
export function swapAxes(ranges: Domain): Domain;
/**
 * The same ranges with i and j exchanged.
 *
 * @param ranges ranges as in KeOps
 * @returns the last three parts first
 */
export function swapAxes(ranges: BlockRanges | RangesTuple): BlockRanges;
export function swapAxes(
  ranges: BlockRanges | RangesTuple | Domain,
): BlockRanges | Domain {
  return swapRanges(ranges);
}

function pairs(ranges: Integers, name: string): Int32Array {
  const flat = integersOf(ranges, name);
  if (flat.length % 2 === 0) return Int32Array.from(flat);
  throw new ShapeError(
    `Cannot use "${name}" with ${flat.length} numbers: pairs of begin and end are wanted`,
  );
}

/** The intervals that each cluster meets: their ends, and themselves. */
function reach(
  { offsets, indices }: Kept,
  others: Int32Array,
): [Int32Array, Int32Array] {
  const intervals = new Int32Array(2 * indices.length);
  indices.forEach((b, k) => {
    intervals[2 * k] = others[2 * b];
    intervals[2 * k + 1] = others[2 * b + 1];
  });
  return [offsets.slice(1), intervals];
}
