/**
 * How kernels count rows, columns and results: with 32 bits, or, where there
 * are too many, with 64. Offsets of entries have 64 bits everywhere.
 *
 * @module
 */

import type { Program } from "../program/ir.ts";
import type { CudaLaunch } from "./entries.ts";

/**
 * The most that is counted with 32 bits: threads, tiles and unrolled loops go
 * a little further than the last row or column.
 */
export const MOST_NARROW: number = 2 ** 31 - 2 ** 16;

/** Whether 32 bits do not suffice for the rows, columns or results. */
export function needsWide({ operands }: Program, launch: CudaLaunch): boolean {
  const { rows, columns, outputs, batch } = launch;
  const temporaries = operands.some((o) => o.temporary);
  const batches = batch.reduce((n, d) => n * d, 1);
  return [
    rows,
    columns,
    batches * rows,
    temporaries ? batches * columns : 0,
    ...outputs.map((o) => o.length),
  ].some((count) => count > MOST_NARROW);
}
