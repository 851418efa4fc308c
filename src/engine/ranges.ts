/**
 * Block-sparse domains: which pairs a reduction runs over.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import type { RowBlock } from "./launch.ts";

/** Integers: a typed array, numbers, or a nested array of shape `(n, 2)`. */
export type Integers =
  | readonly number[]
  | readonly (readonly number[])[]
  | ArrayLike<number>;

/**
 * A block-sparse domain, as in KeOps. Block k of the rows
 * `ranges_i[k, 0] <= i < ranges_i[k, 1]` meets the columns of the intervals
 * `redranges_j[q]` for `slices_i[k - 1] <= q < slices_i[k]`; the other three
 * say the same with i and j exchanged.
 */
export interface BlockRanges {
  /** Begin and end of each block of rows i: `(blocks, 2)`. */
  readonly ranges_i: Integers;
  /** One past the last interval of each block: `(blocks)`. */
  readonly slices_i: Integers;
  /** Begin and end of each interval of columns j: `(intervals, 2)`. */
  readonly redranges_j: Integers;
  /** Begin and end of each block of columns j. */
  readonly ranges_j: Integers;
  /** One past the last interval of each block. */
  readonly slices_j: Integers;
  /** Begin and end of each interval of rows i. */
  readonly redranges_i: Integers;
}

/** The domain with i and j exchanged. */
export function swapRanges(r: BlockRanges): BlockRanges {
  return {
    ranges_i: r.ranges_j,
    slices_i: r.slices_j,
    redranges_j: r.redranges_i,
    ranges_j: r.ranges_i,
    slices_j: r.slices_i,
    redranges_i: r.redranges_j,
  };
}

/** The blocks of rows of a reduction over `reduced`, checked. */
export function rowBlocks(
  ranges: BlockRanges,
  reduced: "i" | "j",
  rows: number,
  columns: number,
): RowBlock[] {
  const r = reduced === "j" ? ranges : swapRanges(ranges);
  const [own, other] = reduced === "j" ? ["i", "j"] : ["j", "i"];
  const owned = pairsOf(r.ranges_i, `ranges_${own}`, rows);
  const reach = pairsOf(r.redranges_j, `redranges_${other}`, columns);
  const slices = integersOf(r.slices_i, `slices_${own}`);
  if (slices.length !== owned.length) {
    throw new ShapeError(
      `Cannot use ranges with ${owned.length} blocks in "ranges_${own}" and ${slices.length} in "slices_${own}": they must be equal`,
    );
  }
  const blocks = owned.map(([begin, end], k) => {
    const [from, to] = [k === 0 ? 0 : slices[k - 1], slices[k]];
    if (!(from <= to && to <= reach.length)) {
      throw new ArgumentError(
        `Cannot use slice ${from} to ${to} of "slices_${own}": it must ascend and stay within the ${reach.length} intervals of "redranges_${other}"`,
      );
    }
    return { begin, end, intervals: union(reach.slice(from, to)) };
  }).filter(({ begin, end }) => begin < end);
  return withGaps(blocks, `ranges_${own}`, rows);
}

/** Adds the rows that no block covers: they reduce nothing. */
function withGaps(
  blocks: readonly RowBlock[],
  name: string,
  rows: number,
): RowBlock[] {
  const all: RowBlock[] = [];
  let next = 0;
  const gap = (end: number) => {
    if (next < end) {
      all.push({ begin: next, end, intervals: new Int32Array() });
    }
  };
  for (const block of [...blocks].sort((a, b) => a.begin - b.begin)) {
    if (block.begin < next) {
      throw new ArgumentError(
        `Cannot use "${name}": row ${block.begin} is in two blocks; blocks must not overlap`,
      );
    }
    gap(block.begin);
    all.push(block);
    next = block.end;
  }
  gap(rows);
  return all;
}

/** Intervals in ascending order, so that ties take the first index. */
function union(intervals: readonly [number, number][]): Int32Array {
  const merged: [number, number][] = [];
  for (const [begin, end] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (begin >= end) continue;
    if (last !== undefined && begin <= last[1]) {
      last[1] = Math.max(last[1], end);
    } else {
      merged.push([begin, end]);
    }
  }
  return Int32Array.from(merged.flat());
}

function integersOf(values: Integers | undefined, name: string): number[] {
  if (values == null) {
    throw new ArgumentError(
      `Cannot use ranges without "${name}": all six parts are wanted for derivatives and transposes`,
    );
  }
  const flat = Array.from(
    values as ArrayLike<number | readonly number[]>,
  ).flat().map(Number);
  if (flat.every(Number.isInteger)) return flat;
  throw new ArgumentError(`Cannot use "${name}": integers are wanted`);
}

function pairsOf(
  values: Integers | undefined,
  name: string,
  limit: number,
): [number, number][] {
  const flat = integersOf(values, name);
  if (flat.length % 2 !== 0) {
    throw new ShapeError(
      `Cannot use "${name}" with ${flat.length} numbers: pairs of begin and end are wanted`,
    );
  }
  return Array.from({ length: flat.length / 2 }, (_, k) => {
    const [begin, end] = [flat[2 * k], flat[2 * k + 1]];
    if (0 <= begin && begin <= end && end <= limit) return [begin, end];
    throw new ArgumentError(
      `Cannot use the interval [${begin}, ${end}) of "${name}": it must ascend and stay within 0 and ${limit}`,
    );
  });
}
