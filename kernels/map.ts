/**
 * Maps: one result a row, or one a pair, and nothing to reduce.
 *
 * @module
 */

import { cuda } from "./template.ts";
import { batchOf } from "./walk.ts";

/** What the skeletons are filled with. */
export interface MapHoles {
  /** The most threads of a block. */
  readonly threads: number;
  /** There are batches. */
  readonly batched: boolean;
  /** Computes what all rows of a batch share. */
  readonly uniform: readonly string[];
  /** Computes and stores the result of one row or pair. */
  readonly body: readonly string[];
}

/** The skeleton of maps over rows: one thread a row. */
export function mapKernel(h: MapHoles): string {
  return cuda`
extern "C" __global__ void __launch_bounds__(${h.threads})
map(const Arguments args) {
  const index_t point = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= args.batches * args.rows) return;
  ${batchOf(h.batched, "point", "rows", "i")}
  const index_t count = (index_t) args.columns;
  ${h.uniform}
  ${h.body}
}`;
}

/** The skeleton of maps over pairs: one thread a pair. */
export function pairsKernel(h: MapHoles): string {
  return cuda`
extern "C" __global__ void __launch_bounds__(${h.threads})
pairs(const Arguments args) {
  const index_t pair = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (pair >= args.batches * args.rows * args.columns) return;
  const index_t columns = (index_t) args.columns;
  const index_t point = pair / columns;
  const index_t j = pair % columns;
  ${batchOf(h.batched, "point", "rows", "i")}
  ${h.uniform}
  ${h.body}
}`;
}
