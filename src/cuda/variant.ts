/**
 * What a program is specialised to before it is rendered.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import type { Block, Program } from "../program/ir.ts";
import { sourcesOf } from "../program/uses.ts";
import type { DigitsShape } from "./digits_shape.ts";
import type { Compute } from "./spelling.ts";
import type { TileShape } from "./tiling.ts";

/** What generated source knows of a launch; sizes and strides are arguments. */
export interface Variant {
  /** The type that floats are computed in. */
  readonly compute: Compute;
  /** How the entries of each operand are stored, those of temporaries aside. */
  readonly storage: readonly DType[];
  /** How the entries of each output are stored. */
  readonly outputs: readonly DType[];
  /** Whether the components of an operand lie side by side. */
  readonly unit: readonly boolean[];
  /** The number of batch dimensions. */
  readonly batch: number;
  /** The number of rows that one thread reduces. */
  readonly rows: number;
  /** Pairs are computed tile by tile, of this shape. */
  readonly tiles?: TileShape;
  /** Matrix units compute a contraction. */
  readonly digits?: DigitsShape;
  /** Runs where digits of the points were found not to do. */
  readonly instead?: boolean;
  /** Rows, columns and results are counted with 64 bits. */
  readonly wide?: boolean;
}

/** Which kernel of a program. */
export type Scheme =
  | "columns"
  | "rows"
  | "parts"
  | "merge"
  | "map"
  | "pairs"
  | "verdict";

/** The most threads of a block. */
export const THREADS = 256;

/** Bytes of shared memory that one block takes at most, as a rule. */
const TILE_BYTES = 24 * 1024;

/** The fewest columns that are worth a tile, and the most. */
const TILE_COLUMNS: readonly [number, number] = [16, 256];

/** The part of the columns that is in shared memory. */
export interface Tile {
  /** The first entry of each operand within the entries of a column. */
  readonly offsets: ReadonlyMap<number, number>;
  /** The entries of one column. */
  readonly width: number;
  /** The number of columns. */
  readonly columns: number;
}

/** The operands that some blocks read or write. */
export function operandsOf(...blocks: readonly Block[]): Set<number> {
  const used = new Set<number>();
  const walk = (block: Block): void => {
    for (const s of block) {
      if (s.kind === "for" || s.kind === "if") walk(s.body);
      if (s.kind === "load" || s.kind === "stash") used.add(s.operand);
      if (s.kind !== "contract") continue;
      for (const source of sourcesOf(s)) {
        if (source.kind === "operand") used.add(source.operand);
      }
    }
  };
  blocks.forEach(walk);
  return used;
}

/**
 * What of the columns goes through shared memory: all vectors of columns
 * that pairs read, the short ones first, as far as there is room.
 */
export function tileOf({ operands, pair }: Program, compute: Compute): Tile {
  const bytes = compute === "float" ? 4 : 8;
  const [fewest, most] = TILE_COLUMNS;
  const offsets = new Map<number, number>();
  const used = operandsOf(pair);
  let width = 0;
  const ofColumns = [...operands.keys()]
    .filter((k) => used.has(k) && operands[k].column && !operands[k].row)
    .sort((a, b) => operands[a].dim - operands[b].dim || a - b);
  for (const k of ofColumns) {
    const { dim } = operands[k];
    if ((width + dim + 3) * bytes * fewest > 2 * TILE_BYTES) break;
    offsets.set(k, width);
    width += dim;
  }
  // Columns that start at a multiple of 16 bytes are read four at a time.
  const step = 16 / bytes;
  if (width > step / 2) width = Math.ceil(width / step) * step;
  let columns = most;
  while (columns > fewest && columns * width * bytes > TILE_BYTES) columns /= 2;
  return { offsets, width, columns };
}

/** Vectors of rows of more components than this are read from memory. */
const LONGEST_KEPT = 1024;

/**
 * The vectors of rows that pairs read again and again by index: threads keep
 * a copy of their own.
 */
export function keptRows({ operands, pair }: Program): Set<number> {
  const used = operandsOf(pair);
  return new Set(
    [...operands.keys()].filter((k) => {
      const { row, column, dim } = operands[k];
      return used.has(k) && row && !column && dim <= LONGEST_KEPT;
    }),
  );
}

/** A text that differs wherever the generated source may. */
export function variantKey(variant: Variant): string {
  const { compute, storage, outputs, unit, batch, rows, tiles } = variant;
  const { digits, instead, wide } = variant;
  return [
    compute,
    storage.join(),
    outputs.join(),
    unit.map(Number).join(""),
    batch,
    rows,
    tiles ? Object.values(tiles).join() : "",
    digits ? Object.values(digits).join() : "",
    instead ? "instead" : "",
    wide ? "wide" : "",
  ].join("|");
}
