/**
 * What a block of threads that computes with matrix units has room for.
 *
 * @module
 */

import {
  DIGITS_ACROSS,
  DIGITS_THREADS,
  digitsBytes,
  digitsStride,
  levelsOf,
} from "../../kernels/digits_form.ts";
import type { Program } from "../program/ir.ts";
import { SHARED_BYTES, type Wide } from "./tiling.ts";
import { keptRows, operandsOf, type Tile } from "./variant.ts";
import { wideChunks, type WideLayout, wideWidth } from "./wide.ts";

/** The sizes of what a warp and its threads compute at a time. */
export interface DigitsShape {
  /** Rows, by 16. */
  readonly rowTiles: number;
  /** Columns, by 8. */
  readonly columnTiles: number;
  /** The digits of a coordinate. */
  readonly pieces: 2 | 3;
  /** The components of long vectors that one thread has. */
  readonly components: number;
}

/**
 * What may be lost where fast forms are asked for: as much as points lose that
 * are rounded to float16.
 */
export const FAST_TOLERANCE: number = 2 ** -10;

/** Digits of a coordinate, by what may be lost. */
export function piecesFor(fast: boolean | undefined): DigitsShape["pieces"] {
  return fast ? 2 : 3;
}

/** Vectors of columns of at most so many components go to shared memory. */
const SHORT = 16;

/** The columns that are in shared memory at a time, at most. */
const COLUMNS: readonly number[] = [128, 64, 32];

/** With long vectors a thread takes all of them in between two flushes. */
const WIDE_COLUMNS: readonly number[] = COLUMNS.slice(1);

/** The registers that a thread may take, as they are reckoned here. */
const REGISTERS = 244;

/** Those that hold something else than is counted here. */
const OTHER_REGISTERS = 32;

/** The components of long vectors that one thread has, at most. */
const COMPONENTS: readonly number[] = [16, 12, 8, 4];

/** Neighbours that a thread reads at once. */
function neighbours({ components }: DigitsShape): number {
  return components % 4 === 0 ? 4 : 2;
}

/** The best shape for a program, if there is any. */
export function digitsShape(
  program: Program,
  wide: Wide | undefined,
  length: number,
  pieces: DigitsShape["pieces"],
): DigitsShape | undefined {
  const shapes = [2, 1].flatMap((rowTiles) =>
    componentsOf(wide).map((components) => ({
      rowTiles,
      columnTiles: 2,
      pieces,
      components,
    }))
  );
  // Few blocks for the same rows first, then many rows.
  const blocks = (s: DigitsShape) => wide ? wideChunks(wide, side(s)) : 1;
  return shapes
    .filter((s) => digitsRoom(program, wide, length, s) !== undefined)
    .sort((a, b) => blocks(a) - blocks(b) || b.rowTiles - a.rowTiles)[0];
}

function componentsOf(wide: Wide | undefined): number[] {
  if (wide === undefined) return [0];
  const least = wide.count / DIGITS_ACROSS;
  const step = least > 8 ? 4 : 2;
  const needed = Math.ceil(least / step) * step;
  return [...new Set(COMPONENTS.map((most) => Math.min(most, needed)))];
}

/** The columns that fit into shared memory, where registers suffice. */
export function digitsRoom(
  program: Program,
  wide: Wide | undefined,
  length: number,
  shape: DigitsShape,
): { readonly columns: number } | undefined {
  const { pieces, rowTiles, columnTiles, components } = shape;
  const { operands, state } = program;
  const levels = levelsOf({ length, pieces });
  // Digits, what sums begin with, sums.
  let kept = digitsBytes({ length, pieces }) / 16 + (wide ? 1 : 2) * pieces +
    2 * columnTiles * levels;
  for (const { own } of state) {
    if (!("length" in own)) kept++;
    else kept += wide?.arrays.has(own.id) ? components : own.length;
  }
  const pair = pairsBeside(program, wide);
  for (const k of keptRows({ ...program, pair })) kept += operands[k].dim;
  if (wide) {
    kept += components * wide.rows.length;
    kept += 2 * columnTiles * wide.scalars.length;
  }
  if (2 * rowTiles * kept + OTHER_REGISTERS > REGISTERS) return undefined;
  const entries = shortColumns({ ...program, pair }).width + 4 +
    (wide ? wide.columns.length * wideWidth(side(shape)) : 0);
  const bytes = 2 * (digitsStride({ length, pieces }) + 4 * entries);
  const columns = (wide ? WIDE_COLUMNS : COLUMNS)
    .find((n) => n * bytes <= SHARED_BYTES);
  return columns === undefined ? undefined : { columns };
}

/** What pairs do beside the contraction and long vectors. */
function pairsBeside({ pair }: Program, wide: Wide | undefined) {
  return pair.filter((s) => s.kind !== "contract" && !wide?.loops.has(s));
}

function side({ components }: DigitsShape) {
  return { side: DIGITS_ACROSS, components };
}

/** How the threads that share rows share out long vectors. */
export function digitsLayout(shape: DigitsShape, columns: number): WideLayout {
  return {
    ...side(shape),
    together: neighbours(shape),
    rows: 2 * shape.rowTiles,
    columns,
    threads: DIGITS_THREADS,
  };
}

/** What of the columns goes through shared memory beside digits. */
export function shortColumns(
  { operands, pair }: Pick<Program, "operands" | "pair">,
): Tile {
  const offsets = new Map<number, number>();
  let width = 0;
  for (const k of operandsOf(pair)) {
    const { row, column, dim } = operands[k];
    if (row || !column || dim > SHORT) continue;
    offsets.set(k, width);
    width += dim;
  }
  // Columns that start at a multiple of 16 bytes are read four at a time.
  if (width > 2) width = Math.ceil(width / 4) * 4;
  return { offsets, width, columns: 0 };
}
