/**
 * How the pairs of a launch are dealt out to blocks of threads.
 *
 * @module
 */

import { countColumns, type RowBlock } from "../engine/launch.ts";
import type { CudaLaunch } from "./entries.ts";
import { THREADS } from "./variant.ts";

/** How a reduction is dealt out. */
export interface Dealing {
  /** The threads of a block. */
  readonly threads: number;
  /** The pieces of the rows. */
  readonly items: number;
  /** The parts of the columns. */
  readonly parts: number;
  /**
   * Begin, end, first and last interval of each piece, part after part; none
   * where all rows meet all columns.
   */
  readonly work?: Int32Array<ArrayBuffer>;
  /** Begin and end of each interval. */
  readonly intervals?: Int32Array<ArrayBuffer>;
}

/** What a dealing may be told instead of choosing it. */
export interface DealingOptions {
  /** The threads of a block, a multiple of 32. */
  readonly threads?: number;
  /** The parts of the columns. */
  readonly parts?: number;
}

/** A part of fewer columns is not worth its merge. */
const SHORTEST_PART = 256;

/** As many parts as these at most, for the merge goes through them. */
const MOST_PARTS = 256;

/** Deals out a reduction with so many rows a thread. */
export function deal(
  launch: CudaLaunch,
  rowsPerThread: number,
  mayMerge: boolean,
  multiprocessors: number,
  options: DealingOptions = {},
): Dealing {
  const { blocks, rows, columns } = launch;
  const batches = launch.batch.reduce((n, d) => n * d, 1);
  const longest = blocks.reduce((n, b) => Math.max(n, b.end - b.begin), 1);
  const threads = options.threads ??
    Math.min(THREADS, 32 * Math.ceil(longest / rowsPerThread / 32));
  const own = threads * rowsPerThread;
  const whole = isWhole(blocks, rows, columns);
  const pieces = (b: RowBlock) => Math.ceil((b.end - b.begin) / own);
  const items = blocks.reduce((n, b) => n + pieces(b), 0);
  const parts = mayMerge
    ? options.parts ?? partsFor(items * batches, columns, multiprocessors)
    : 1;
  if (whole) return { threads, items, parts };
  return { threads, items, parts, ...listed(blocks, own, parts) };
}

/** Enough parts to give every multiprocessor some blocks. */
function partsFor(
  blocks: number,
  columns: number,
  multiprocessors: number,
): number {
  const wanted = 4 * multiprocessors;
  if (blocks >= wanted / 2) return 1;
  const most = Math.min(MOST_PARTS, Math.floor(columns / SHORTEST_PART));
  return Math.max(1, Math.min(Math.ceil(wanted / blocks), most));
}

function isWhole(
  blocks: readonly RowBlock[],
  rows: number,
  columns: number,
): boolean {
  if (blocks.length !== 1) return false;
  const [{ begin, end, intervals }] = blocks;
  return begin === 0 && end === rows &&
    (intervals.length === 2
      ? intervals[0] === 0 && intervals[1] === columns
      : intervals.length === 0 && columns === 0);
}

function listed(
  blocks: readonly RowBlock[],
  own: number,
  parts: number,
): Pick<Required<Dealing>, "work" | "intervals"> {
  const work: number[] = [];
  const intervals: number[] = [];
  for (let part = 0; part < parts; part++) {
    for (const block of blocks) {
      const first = intervals.length / 2;
      for (const x of share(block.intervals, part, parts)) intervals.push(x);
      const last = intervals.length / 2;
      for (let begin = block.begin; begin < block.end; begin += own) {
        const end = Math.min(begin + own, block.end);
        work.push(begin, end, first, last);
      }
    }
  }
  return { work: Int32Array.from(work), intervals: Int32Array.from(intervals) };
}

/** One of several parts of the columns of some intervals, of equal length. */
function share(intervals: Int32Array, part: number, parts: number): number[] {
  const total = countColumns(intervals);
  const from = Math.floor(total * part / parts);
  const to = Math.floor(total * (part + 1) / parts);
  const result: number[] = [];
  let before = 0;
  for (let q = 0; q < intervals.length; q += 2) {
    const [begin, end] = [intervals[q], intervals[q + 1]];
    const first = Math.max(begin, begin + from - before);
    const last = Math.min(end, begin + to - before);
    if (first < last) result.push(first, last);
    before += end - begin;
  }
  return result;
}

/** The batch dimensions that remain when neighbours are taken together. */
export function collapsed(
  launch: CudaLaunch,
): { readonly sizes: number[]; readonly strides: number[][] } {
  const sizes: number[] = [];
  const strides: number[][] = launch.operands.map(() => []);
  launch.batch.forEach((size, d) => {
    if (size === 1) return;
    const last = sizes.length - 1;
    // The dimension before goes on where this one ends, for all operands.
    const joins = last >= 0 &&
      launch.operands.every((o, k) => strides[k][last] === o.batch[d] * size);
    if (joins) sizes[last] *= size;
    else sizes.push(size);
    const at = sizes.length - 1;
    launch.operands.forEach((o, k) => strides[k][at] = o.batch[d]);
  });
  return { sizes, strides };
}
