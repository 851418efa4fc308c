/**
 * What a program runs on: data, strides, sizes and the domain of the pairs.
 *
 * @module
 */

import type { Program } from "../program/ir.ts";
import type { DType, TypedArray } from "../dtypes.ts";

/** Where the vectors of one operand lie; strides are in entries. */
export interface OperandData {
  /** The entries. */
  readonly data: TypedArray;
  /** The first entry that is used. */
  readonly offset: number;
  /** Strides of the batch dimensions; 0 where broadcast. */
  readonly batch: readonly number[];
  /** From one row to the next. */
  readonly row: number;
  /** From one column to the next. */
  readonly column: number;
  /** From one component to the next. */
  readonly component: number;
}

/** The columns that a block of rows reduces. */
export interface RowBlock {
  /** The first row. */
  readonly begin: number;
  /** One past the last row. */
  readonly end: number;
  /** Begin and end of each interval of columns, ascending. */
  readonly intervals: Int32Array;
}

/** One run of a program. */
export interface Launch {
  /** The dtype of results; operands that are plain numbers have none. */
  readonly dtype: DType;
  /** One an operand that is not a temporary. */
  readonly operands: readonly OperandData[];
  /** One an output: `[...batch, rows, ...shape]`, contiguous. */
  readonly outputs: readonly TypedArray[];
  /** The batch dimensions. */
  readonly batch: readonly number[];
  /** The number of rows. */
  readonly rows: number;
  /** The number of columns. */
  readonly columns: number;
  /** Sums must be accumulated in float64, whatever the type of the data. */
  readonly accurate?: boolean;
  /** Which columns each row reduces; every row is in one block. */
  readonly blocks: readonly RowBlock[];
}

/** A program made ready to run. */
export interface Kernel {
  /** The generated source, where there is one. */
  readonly source: string;
  /** Fills the outputs. */
  run(launch: Launch): void;
}

/** A way to run programs. */
export interface Backend {
  /** `"reference"`, `"js"` ... */
  readonly name: string;
  /** Makes a program ready to run. */
  prepare(program: Program, title: string): Kernel;
}

/** The offsets of all operands, for each index of the batch. */
export function* batches(
  launch: Launch,
): Generator<{ readonly index: number; readonly offsets: number[] }> {
  const { batch, operands } = launch;
  const total = batch.reduce((n, d) => n * d, 1);
  for (let index = 0; index < total; index++) {
    const offsets = operands.map((o) => o.offset);
    let rest = index;
    for (let d = batch.length - 1; d >= 0; d--) {
      const at = rest % batch[d];
      rest = (rest - at) / batch[d];
      operands.forEach((o, k) => offsets[k] += at * o.batch[d]);
    }
    yield { index, offsets };
  }
}

/** The number of entries of one row of an output. */
export function width(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * d, 1);
}

/** The number of columns in a list of intervals. */
export function countColumns(intervals: Int32Array): number {
  let count = 0;
  for (let q = 0; q < intervals.length; q += 2) {
    count += intervals[q + 1] - intervals[q];
  }
  return count;
}
