/**
 * What kernels that compute contractions by matrix units are made of, and how
 * digits lie in shared memory.
 *
 * @module
 */

import type { Lines, StateHoles } from "./walk.ts";

/** The threads of a block. */
export const DIGITS_THREADS = 128;

/** The threads of a warp that share rows. */
export const DIGITS_ACROSS = 4;

/** Components that matrix units multiply at a time. */
export const CHUNK = 32;

/** They take half the time for half as many. */
export const HALF = 16;

/** Where the largest norms of rows begin; those of columns follow. */
export const NORMS = 2;

/** How many norms there are of either. */
export const NORM_COUNT = 5;

/** Where the centre begins among the facts. */
export const CENTRE: number = NORMS + 2 * NORM_COUNT;

/** How many facts there are of points of some dimension. */
export function factCount(length: number): number {
  return CENTRE + length;
}

/** What the largest coordinate becomes: 127 for the highest digit. */
export function largestInteger(pieces: number): number {
  return 127 * 256 ** (pieces - 1);
}

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
  /** What results are multiplied with; it is the same for all pairs. */
  readonly factor?: string;
  /** So many blocks shall find room on one multiprocessor, if that is said. */
  readonly blocks?: number;
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

/** Bytes of the digits of one point. */
export function digitsBytes(
  { length, pieces }: Pick<DigitsForm, "length" | "pieces">,
): number {
  return CHUNK * pieces * wholeChunks(length) +
    (hasHalf(length) ? 16 * wordsOfHalf(pieces) : 0);
}

/** Bytes from the digits of one column to the next, in shared memory. */
export function digitsStride(
  form: Pick<DigitsForm, "length" | "pieces">,
): number {
  const bytes = digitsBytes(form);
  // Then 8 columns lie in different banks, or 2 of which 16 bytes are read.
  return bytes % 64 === 0 && wholeChunks(form.length) > 0 ? bytes + 32 : bytes;
}

/** The number of chunks that so many terms come in, a half one aside. */
export function wholeChunks(length: number): number {
  return hasHalf(length)
    ? Math.floor(length / CHUNK)
    : Math.ceil(length / CHUNK);
}

/** Whether half of the last chunk holds what is in it. */
export function hasHalf(length: number): boolean {
  return length % CHUNK > 0 && length % CHUNK <= HALF;
}

/**
 * Words of 4 bytes that a thread has of half a chunk: its digits lie side by
 * side, the middle ones twice, so that any two that are multiplied together
 * are neighbours.
 */
export function wordsOfHalf(pieces: number): 2 | 4 {
  return pieces === 3 ? 4 : 2;
}

/**
 * How many weights products of digits have that are taken: of short points, one
 * more costs little.
 */
export function levelsOf(
  { length, pieces }: Pick<DigitsForm, "length" | "pieces">,
): number {
  return pieces === 3 && length <= HALF ? 4 : pieces;
}
