/**
 * What a program runs on: data, strides, sizes and the domain of the pairs.
 *
 * @module
 */

import type { Device } from "./device.ts";
import type { Program } from "../program/ir.ts";
import {
  allocateArray,
  arrayOf,
  type DType,
  type TypedArray,
} from "../dtypes.ts";
import { type Buffer, HostBuffer } from "./buffer.ts";
import type { Pace, Steps } from "./flight.ts";
import type { ResultSpec } from "./pending.ts";

/** How exact and how fast a backend computes expanded distances. */
export interface ExpandedForm {
  /** Vectors with fewer components are faster directly. */
  readonly least: number;
  /** The terms that a dot product adds up in a row. */
  chain(length: number): number;
}

/** Where the vectors of one operand lie; strides are in entries. */
export interface OperandData<Data = TypedArray | Buffer> {
  /** The entries; nobody writes to them any more. */
  readonly data: Data;
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

/** The most that an index which is stored, and given back, may be. */
export const MOST_INDEX: number = 2 ** 31 - 1;

/** The columns that a block of rows reduces. */
export interface RowBlock {
  /** The first row. */
  readonly begin: number;
  /** One past the last row. */
  readonly end: number;
  /**
   * Begin and end of each interval of columns, ascending; floats where there
   * are too many columns for integers.
   */
  readonly intervals: Int32Array | Float64Array;
}

/** Begin and end of each of some intervals of columns. */
export type Intervals = RowBlock["intervals"];

/** One run of a program, on buffers or on arrays. */
export interface Launch<Data = Buffer, Result = ResultSpec> {
  /** The dtype of results; operands that are plain numbers have none. */
  readonly dtype: DType;
  /** One an operand that is not a temporary. */
  readonly operands: readonly OperandData<Data>[];
  /** One an output: `[...batch, rows, ...shape]`, contiguous. */
  readonly outputs: readonly Result[];
  /** Where the results are to be; on the host if left out. */
  readonly device?: Device;
  /** The GPUs that share the rows, where there are to be several. */
  readonly devices?: readonly Device[] | undefined;
  /** The batch dimensions. */
  readonly batch: readonly number[];
  /** The number of rows. */
  readonly rows: number;
  /** The number of columns. */
  readonly columns: number;
  /** Sums must be accumulated in float64, whatever the type of the data. */
  readonly accurate?: boolean;
  /** Contractions are computed as they are written: no faster form. */
  readonly direct?: boolean;
  /** Results may be as inexact as those of points rounded to float16. */
  readonly fast?: boolean;
  /**
   * Which columns each row reduces, in all of the batch or in each entry of
   * it; every row is in one block.
   */
  readonly domains: readonly (readonly RowBlock[])[];
}

/** A run on arrays, into arrays. */
export type HostLaunch = Launch<TypedArray, TypedArray>;

/** The same run on arrays; what is pending is computed. */
export function onHost(launch: Launch): HostLaunch {
  return {
    ...launch,
    operands: launch.operands.map((o) => ({ ...o, data: o.data.host() })),
    // No array rounds to bfloat16 what is written into it: that comes later.
    outputs: launch.outputs.map(({ dtype, length }) =>
      allocateArray(dtype === "bfloat16" ? "float64" : dtype, length)
    ),
  };
}

/** What a run on arrays gave, as buffers. */
export function resultsOf({ outputs, dtype }: HostLaunch): Buffer[] {
  return outputs.map((data) =>
    new HostBuffer(
      dtype === "bfloat16" && data instanceof Float64Array
        ? arrayOf(dtype, data)
        : data,
    )
  );
}

/** A program made ready to run. */
export interface Kernel {
  /** The generated source, where there is one. */
  readonly source: string;
  /** Computes the results; those of a device may still be under way. */
  run(launch: Launch): readonly Buffer[];
  /** What there is to say on how it runs, where its source does not tell. */
  notes?(precision: "default" | "high" | "fast"): readonly string[];
  /** About how long a run takes on the host, in nanoseconds. */
  cost?(launch: Launch): number;
  /** A run in steps, between which others may use this thread. */
  steps?(launch: Launch, pace: Pace): Steps<readonly Buffer[]>;
}

/** A way to run programs. */
export interface Backend {
  /** `"reference"`, `"js"` ... */
  readonly name: string;
  /** Where expanded distances are faster than direct ones, and how exact. */
  readonly expanded?: ExpandedForm;
  /** Makes a program ready to run. */
  prepare(program: Program, title: string): Kernel;
}

/** One entry of a batch. */
export interface BatchEntry {
  /** Its position. */
  readonly index: number;
  /** The offsets of all operands. */
  readonly offsets: number[];
  /** The columns of its rows. */
  readonly blocks: readonly RowBlock[];
}

/** The entries of the batch of a launch. */
export function* batches<Data, Result>(
  { batch, operands, domains }: Launch<Data, Result>,
): Generator<BatchEntry> {
  const total = width(batch);
  for (let index = 0; index < total; index++) {
    const offsets = operands.map((o) => o.offset);
    let rest = index;
    for (let d = batch.length - 1; d >= 0; d--) {
      const at = rest % batch[d];
      rest = (rest - at) / batch[d];
      operands.forEach((o, k) => offsets[k] += at * o.batch[d]);
    }
    const blocks = domains[domains.length === 1 ? 0 : index];
    yield { index, offsets, blocks };
  }
}

/** The number of entries of one row of an output. */
export function width(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * d, 1);
}

/** The number of columns in a list of intervals. */
export function countColumns(intervals: Intervals): number {
  let count = 0;
  for (let q = 0; q < intervals.length; q += 2) {
    count += intervals[q + 1] - intervals[q];
  }
  return count;
}
