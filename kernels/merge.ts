/**
 * Puts the parts of each row together and finishes the rows: one thread a
 * row.
 *
 * @module
 */

import { cuda } from "./template.ts";
import { batchOf } from "./walk.ts";

/** What the skeleton is filled with. */
export interface MergeHoles {
  /** The most threads of a block. */
  readonly threads: number;
  /** There are batches. */
  readonly batched: boolean;
  /** Computes what all rows of a batch share. */
  readonly uniform: readonly string[];
  /** The parts that are read in one turn. */
  readonly unroll: number;
  /** Begins a row. */
  readonly row: readonly string[];
  /** Reads the state of a part. */
  readonly read: readonly string[];
  /** Takes it in. */
  readonly merge: readonly string[];
  /** Ends a row. */
  readonly finish: readonly string[];
}

/** The skeleton. */
export function mergeKernel(h: MergeHoles): string {
  return cuda`
extern "C" __global__ void __launch_bounds__(${h.threads})
merge(const Arguments args) {
  const long long points = args.batches * args.rows;
  const index_t point = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= points) return;
  ${batchOf(h.batched, "point", "rows", "i")}
  ${h.uniform}
  ${h.row}
  index_t count = 0;
  #pragma unroll ${h.unroll}
  for (long long part = 0; part < args.parts; part++) {
    ${h.read}
    ${h.merge}
  }
  ${h.finish}
}`;
}
