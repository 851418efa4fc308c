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
import { flagsOf, type Keep } from "./points.ts";

/**
 * The ranges of a reduction over the pairs of clusters that are kept.
 *
 * @param rangesI begin and end of each cluster of points i, `[Ci, 2]`
 * @param rangesJ begin and end of each cluster of points j, `[Cj, 2]`
 * @param keep a matrix `[Ci, Cj]`: true, or not 0, for the pairs to keep;
 * `dense()` of a formula of centroids will do
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
  const { flags, columns } = flagsOf(keep, i.length / 2, j.length / 2, true);
  const kept = (a: number, b: number) => flags[a * columns + b] !== 0;
  const [slicesI, reducedJ] = reach(i, j, kept);
  const [slicesJ, reducedI] = reach(j, i, (b, a) => kept(a, b));
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
  own: Int32Array,
  others: Int32Array,
  kept: (own: number, other: number) => boolean,
): [Int32Array, Int32Array] {
  const slices = new Int32Array(own.length / 2);
  const intervals: number[] = [];
  for (let a = 0; a < slices.length; a++) {
    for (let b = 0; b < others.length / 2; b++) {
      if (kept(a, b)) intervals.push(others[2 * b], others[2 * b + 1]);
    }
    slices[a] = intervals.length / 2;
  }
  return [slices, Int32Array.from(intervals)];
}
