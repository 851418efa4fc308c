/**
 * What kernels that compute contractions by matrix units are made of, and how
 * digits lie in shared memory.
 *
 * @module
 */

import { CHUNK } from "./digits_prepare.ts";
import type { Lines, StateHoles } from "./walk.ts";

/** The threads of a block. */
export const DIGITS_THREADS = 128;

/** The threads of a warp that share rows. */
export const DIGITS_ACROSS = 4;

/** The form of a contraction. */
export interface DigitsForm {
  /** It is a squared distance, else a scalar product. */
  readonly squared: boolean;
  /** The number of terms. */
  readonly length: number;
  /** The digits of a coordinate: 2 or 3. */
  readonly pieces: number;
}

/** Long vectors that pairs add to. */
export interface DigitsWideHoles {
  /** The number of chunks of components, one a block of threads. */
  readonly chunks: number;
  /** Vectors of columns in shared memory: their names. */
  readonly tiles: Lines;
  /** The components of one. */
  readonly width: number;
  /** Fills the vectors of the columns of a tile. */
  readonly stage: Lines;
  /** What long vectors take from each pair: `pairs` and a number. */
  readonly scalars: number;
  /** Adds column t to row r, which `pair` and a number is known of. */
  readonly add: Lines;
}

/** What the skeleton is filled with. */
export interface DigitsHoles extends DigitsForm, StateHoles {
  /** The name of the kernel. */
  readonly name: "rows" | "parts";
  /** The name of the results. */
  readonly result: string;
  /** Rows of a warp, by 16. */
  readonly rowTiles: number;
  /** Columns that a warp takes in at a time, by 8. */
  readonly columnTiles: number;
  /** The columns that are in shared memory at a time. */
  readonly columns: number;
  /** Entries of one column that are in shared memory beside the digits. */
  readonly width: number;
  /** Long vectors, if any. */
  readonly wide?: DigitsWideHoles;
  /** Finds the batch and computes what all rows share. */
  readonly uniform: Lines;
  /** Declares what a thread keeps for each of its rows. */
  readonly declarations: Lines;
  /** Begins a row. */
  readonly row: Lines;
  /** Fills `tile`: `n` columns from `j0` on. */
  readonly stage: Lines;
  /** Points at the vectors of column j that are not in the tile. */
  readonly column: Lines;
  /** Takes in a pair. */
  readonly pair: Lines;
  /** Ends a row, or stores its state. */
  readonly finish: Lines;
}

/** Bytes from the digits of one column to the next, in shared memory. */
export function digitsStride(
  { length, pieces }: Pick<DigitsForm, "length" | "pieces">,
): number {
  const bytes = chunksOf(length) * pieces * CHUNK;
  // Then 8 columns lie in different banks.
  return bytes % 64 === 0 ? bytes + 32 : bytes;
}

/** The number of chunks that so many terms come in. */
export function chunksOf(length: number): number {
  return Math.ceil(length / CHUNK);
}
