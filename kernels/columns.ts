/**
 * What depends on a column alone, once for each column: one thread a column.
 *
 * @module
 */

import { cuda } from "./template.ts";
import { batchOf } from "./walk.ts";

/** What the skeleton is filled with. */
export interface ColumnsHoles {
  /** The most threads of a block. */
  readonly threads: number;
  /** There are batches. */
  readonly batched: boolean;
  /** Computes what all columns of a batch share. */
  readonly uniform: readonly string[];
  /** Fills the temporaries of one column. */
  readonly column: readonly string[];
}

/** The skeleton. */
export function columnsKernel(h: ColumnsHoles): string {
  return cuda`
extern "C" __global__ void __launch_bounds__(${h.threads})
columns(const Arguments args) {
  const index_t place = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.batches * args.columns) return;
  ${batchOf(h.batched, "place", "columns", "j")}
  ${h.uniform}
  ${h.column}
}`;
}
