/**
 * How the pairs of a launch are dealt out to blocks of threads.
 *
 * @module
 */

import {
  countColumns,
  type Intervals,
  type RowBlock,
} from "../launch/launch.ts";
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
  readonly work?: readonly number[];
  /** Begin and end of each interval. */
  readonly intervals?: readonly number[];
}

/** What a dealing may be told instead of choosing it. */
export interface DealingOptions {
  /** The threads of a block, a multiple of 32. */
  readonly threads?: number;
  /** The parts of the columns. */
  readonly parts?: number;
}

/** How a block of threads shares out the pairs. */
export interface Block {
  /** The number of rows of one thread. */
  readonly rows: number;
  /** The number of threads that share rows. */
  readonly across: number;
  /** The number of threads, where it is fixed. */
  readonly threads?: number;
  /** Blocks that compute different components for the same rows. */
  readonly chunks?: number;
}

/** What is known of the state of rows. */
export interface State {
  /** It can be put together from parts. */
  readonly mayMerge: boolean;
  /** Its bytes, for one row and one part. */
  readonly bytes: number;
  /** Rows change it often at first, and seldom later on. */
  readonly settles?: boolean;
}

/** A part of fewer columns is not worth its merge. */
const SHORTEST_PART = 256;

/** Parts that only let all multiprocessors end together are longer. */
const SHORTEST_FOR_BALANCE = 8192;

/** The same where each part has to find out anew what to leave aside. */
const SHORTEST_TO_SETTLE = 2 ** 20;

/** As many parts as these at most, for the merge goes through them. */
const MOST_PARTS = 256;

/** The states of all parts take at most so many bytes. */
const MOST_BYTES = 2 ** 28;

/** Deals out a reduction. */
export function deal(
  launch: CudaLaunch,
  block: Block,
  state: State,
  multiprocessors: number,
  options: DealingOptions = {},
): Dealing {
  const { blocks, rows, columns } = launch;
  const batches = launch.batch.reduce((n, d) => n * d, 1);
  const longest = blocks.reduce((n, b) => Math.max(n, b.end - b.begin), 1);
  const needed = longest * block.across / block.rows;
  const threads = block.threads ?? options.threads ??
    Math.min(THREADS, 32 * Math.ceil(needed / 32));
  const own = threads / block.across * block.rows;
  const whole = isWhole(blocks, rows, columns);
  const pieces = (b: RowBlock) => Math.ceil((b.end - b.begin) / own);
  const items = blocks.reduce((n, b) => n + pieces(b), 0);
  const fitting = Math.floor(MOST_BYTES / (batches * rows * state.bytes));
  const wanted = () =>
    partsFor(
      items * batches * (block.chunks ?? 1),
      columns,
      multiprocessors,
      state.settles ? SHORTEST_TO_SETTLE : SHORTEST_FOR_BALANCE,
    );
  const parts = state.mayMerge
    ? options.parts ?? Math.max(1, Math.min(fitting, wanted()))
    : 1;
  if (whole) return { threads, items, parts };
  return { threads, items, parts, ...listed(blocks, own, parts) };
}

/**
 * Enough parts to give every multiprocessor some blocks, and where columns
 * are many, enough for all of them to end at about the same time.
 */
function partsFor(
  blocks: number,
  columns: number,
  multiprocessors: number,
  balanced: number,
): number {
  const few = 4 * multiprocessors;
  const [wanted, shortest] = blocks < few / 2
    ? [few, SHORTEST_PART]
    : [4 * few, balanced];
  const most = Math.min(MOST_PARTS, Math.floor(columns / shortest));
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
  return { work, intervals };
}

/** One of several parts of the columns of some intervals, of equal length. */
function share(intervals: Intervals, part: number, parts: number): number[] {
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
