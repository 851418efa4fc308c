/**
 * Whether two lists of blocks, by rows and by columns, have the same pairs.
 *
 * @module
 */

import type { RowBlock } from "../launch/launch.ts";

/** A pair that only one of two domains has. */
export interface OddPair {
  readonly i: number;
  readonly j: number;
  /** Whether the blocks of rows have it, and not those of columns. */
  readonly inRows: boolean;
}

/**
 * The first pair, row by row, that only one of two domains has.
 *
 * A union of rectangles that do not overlap is known by its corners, the upper
 * left and lower right ones counted as 1, the others as -1: sums of them from
 * the upper left give back which pairs are in it. So two unions are equal where
 * the corners of one less those of the other cancel, and the first that remains
 * is a pair of one alone. That sorts the corners and never looks at the pairs.
 *
 * @param byRows blocks of rows with intervals of columns
 * @param byColumns blocks of columns with intervals of rows
 */
export function firstOddPair(
  byRows: readonly RowBlock[],
  byColumns: readonly RowBlock[],
  rows: number,
  columns: number,
): OddPair | undefined {
  const width = columns + 1;
  // As many rows at once as have numbers for their corners.
  const height = Math.floor(Number.MAX_SAFE_INTEGER / width);
  for (let top = 0; top <= rows; top += height) {
    const plus: number[] = [];
    const minus: number[] = [];
    const add = (to: number[], i: number, j: number) => {
      if (top <= i && i < top + height) to.push((i - top) * width + j);
    };
    for (const { begin, end, intervals } of byRows) {
      for (let q = 0; q < intervals.length; q += 2) {
        add(plus, begin, intervals[q]);
        add(minus, begin, intervals[q + 1]);
        add(minus, end, intervals[q]);
        add(plus, end, intervals[q + 1]);
      }
    }
    for (const { begin, end, intervals } of byColumns) {
      for (let q = 0; q < intervals.length; q += 2) {
        add(minus, intervals[q], begin);
        add(plus, intervals[q], end);
        add(plus, intervals[q + 1], begin);
        add(minus, intervals[q + 1], end);
      }
    }
    const [p, m] = [plus, minus].map((l) => new Float64Array(l).sort());
    for (let k = 0; k < Math.max(p.length, m.length); k++) {
      if (p[k] === m[k]) continue;
      const [a, b] = [p[k] ?? Infinity, m[k] ?? Infinity];
      const first = Math.min(a, b);
      return {
        i: top + Math.floor(first / width),
        j: first % width,
        inRows: a < b,
      };
    }
  }
  return undefined;
}
