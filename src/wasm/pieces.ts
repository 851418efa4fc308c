/**
 * How a launch is cut into calls: none takes long, and what is in memory at
 * a time is bounded.
 *
 * WebAssembly starts in a slow tier and moves to the fast one between calls,
 * so the first calls must be short ones.
 *
 * @module
 */

import { factsOf, factsOfAll } from "../launch/domain_facts.ts";
import { type Intervals, MOST_INDEX, type RowBlock } from "../launch/launch.ts";
import { FLUSH_EVERY, type Program } from "../program/ir.ts";
import {
  resultBytes,
  rowArrays,
  type Shape,
  slotBytes,
  unitRows,
  vectorBytes,
} from "./layout.ts";
import { timesOf } from "./time.ts";

/** Limits of the pieces. */
export interface Limits {
  /** About how long a call takes, in nanoseconds. */
  readonly time: number;
  /** Bytes of columns that are in memory at a time. */
  readonly columnBytes: number;
  /** Bytes of rows, pairs and results that are in memory at a time. */
  readonly rowBytes: number;
}

/** The limits that are used unless others are given. */
export const LIMITS: Limits = {
  time: 5e5,
  columnBytes: 2 ** 28,
  rowBytes: 2 ** 21,
};

/** Work of fewer nanoseconds is not worth a second thread. */
const PARALLEL_FROM = 1e6;

/** Integers of intervals that are in memory at a time, or those of a block. */
const INTERVALS = 2 ** 16;

/** Columns of a part, at most. */
const MOST_COLUMNS = 2 ** 30;

/** How a launch is cut. */
export interface Pieces {
  /** Columns of a part. */
  readonly tile: number;
  /** All columns are in memory at once. */
  readonly resident: boolean;
  /** Units of rows that are in memory at a time. */
  readonly units: number;
  /** Integers that tell the intervals of these rows. */
  readonly intervals: number;
  /** Threads that share the units. */
  readonly threads: number;
}

/** Bytes of what a program keeps, by what it is kept for. */
export interface Sizes {
  /** Of one column. */
  readonly column: number;
  /** Of one unit of rows, results and state included. */
  readonly unit: number;
  /** Of one column for a unit of rows. */
  readonly pair: number;
  /** Of the state of a unit between two parts. */
  readonly state: number;
}

/** Bytes of what a program keeps. */
export function sizesOf(program: Program, shape: Shape): Sizes {
  let [column, unit, pair] = [0, 0, 0];
  for (const spec of program.operands) {
    const bytes = vectorBytes(spec, shape);
    if (spec.row && spec.column) pair += bytes;
    else if (spec.row) unit += bytes;
    else if (spec.column) column += bytes;
  }
  for (const output of program.outputs) {
    const bytes = resultBytes(output.shape, shape);
    if (output.perPair) pair += bytes;
    else unit += bytes;
  }
  const { groups } = shape;
  const state = slotBytes(program, groups) + rowArrays(program, groups).bytes;
  return { column, unit: unit + state, pair, state };
}

/** The sizes of a launch. */
export interface Extent {
  /** Which columns each row reduces. */
  readonly domains: readonly (readonly RowBlock[])[];
  /** All columns. */
  readonly columns: number;
  /** Entries of the batch. */
  readonly entries: number;
}

/** Cuts a launch into pieces. */
export function cut(
  program: Program,
  { domains, columns, entries }: Extent,
  shape: Shape,
  limits: Limits,
  available: number,
): Pieces {
  const sizes = sizesOf(program, shape);
  const times = timesOf(program, shape.bits);
  const rows = unitRows(shape);
  /** Time of one column and one unit. */
  const step = rows * times.pair;
  const facts = factsOfAll(domains, entries);
  const resident = columns * sizes.column <= limits.columnBytes;
  const fits = Math.min(
    limits.time / step,
    limits.rowBytes / sizes.pair,
    resident ? Infinity : limits.columnBytes / sizes.column,
  );
  // Blocks that meet few columns need no tiles, wherever these columns are.
  const few = resident && sizes.pair === 0 && facts.columns <= fits;
  const most = few ? Infinity : Math.max(FLUSH_EVERY, fits);
  const tile = Math.max(1, Math.floor(Math.min(columns, MOST_COLUMNS, most)));
  const allRows = domains.reduce((n, d) => Math.max(n, factsOf(d).allRows), 0);
  // Entries of a batch are computed one after the other.
  const time = facts.pairs / entries * times.pair + allRows * times.row;
  const threads = time < PARALLEL_FROM ? 1 : available;
  const inMemory = threads * limits.rowBytes /
    (sizes.unit + sizes.pair * tile);
  // No block has more units than rows, and no more than one is not full.
  const all = domains.reduce(
    (n, d) => Math.max(n, Math.ceil(factsOf(d).allRows / rows) + d.length),
    0,
  );
  const longest = facts.longest + 2;
  return {
    tile,
    resident,
    units: Math.max(1, Math.floor(Math.min(all, inMemory))),
    intervals: Math.max(
      2 * longest,
      Math.min(INTERVALS, 2 * facts.intervals + 2),
    ),
    threads,
  };
}

/**
 * The parts of some intervals that lie in each tile of columns; at least one,
 * since rows without columns have results too.
 */
export function partsOf(
  intervals: Intervals,
  tile: number,
): { readonly tile: number; readonly intervals: Intervals }[] {
  const last = intervals.length === 0 ? 0 : intervals[intervals.length - 1];
  if (last <= tile) return [{ tile: 0, intervals }];
  const parts = new Map<number, number[]>();
  for (let q = 0; q < intervals.length; q += 2) {
    const end = intervals[q + 1];
    for (let begin = intervals[q]; begin < end;) {
      const index = Math.floor(begin / tile);
      const stop = Math.min(end, (index + 1) * tile);
      const part = parts.get(index) ?? [];
      part.push(begin, stop);
      parts.set(index, part);
      begin = stop;
    }
  }
  return [...parts].map(([index, part]) => ({
    tile: index,
    intervals: last > MOST_INDEX
      ? Float64Array.from(part)
      : Int32Array.from(part),
  }));
}
