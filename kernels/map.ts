/**
 * Maps: one result a row, or one a pair, and nothing to reduce.
 *
 * @module
 */

import { cuda } from "./template.ts";

/** What the skeletons are filled with. */
export interface MapHoles {
  /** The most threads of a block. */
  readonly threads: number;
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
  const long long point = (long long) blockIdx.x * blockDim.x + threadIdx.x;
  if (point >= args.batches * args.rows) return;
  const long long batch = point / args.rows;
  const int i = (int) (point % args.rows);
  const int count = (int) args.columns;
  ${h.uniform}
  ${h.body}
}`;
}

/** The skeleton of maps over pairs: one thread a pair. */
export function pairsKernel(h: MapHoles): string {
  return cuda`
extern "C" __global__ void __launch_bounds__(${h.threads})
pairs(const Arguments args) {
  const long long pair = (long long) blockIdx.x * blockDim.x + threadIdx.x;
  if (pair >= args.batches * args.rows * args.columns) return;
  const long long point = pair / args.columns;
  const long long batch = point / args.rows;
  const int i = (int) (point % args.rows);
  const int j = (int) (pair % args.columns);
  ${h.uniform}
  ${h.body}
}`;
}
