/**
 * What depends on a column alone, once for each column: one thread a column.
 *
 * @module
 */

import { cuda } from "./template.ts";

/** What the skeleton is filled with. */
export interface ColumnsHoles {
  /** The most threads of a block. */
  readonly threads: number;
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
  const long long place = (long long) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.batches * args.columns) return;
  const long long batch = place / args.columns;
  const int j = (int) (place % args.columns);
  ${h.uniform}
  ${h.column}
}`;
}
