/**
 * Rows that are in memory together: of one block, or of many small ones.
 *
 * @module
 */

import type { Intervals, RowBlock } from "../launch/launch.ts";
import type { Rows } from "./pack.ts";
import { partsOf } from "./pieces.ts";

/** Some rows of one block. */
export interface Strip {
  /** The rows, and the first of their units. */
  readonly rows: Rows;
  /** The columns that they meet. */
  readonly intervals: Intervals;
}

/**
 * The rows of all blocks, as many at a time as there is room for: for so many
 * units, and for so many integers that tell intervals.
 */
export function* chunksOf(
  blocks: readonly RowBlock[],
  perUnit: number,
  units: number,
  integers: number,
): Generator<readonly Strip[]> {
  let strips: Strip[] = [];
  let [unit, used] = [0, 0];
  for (const { begin, end, intervals } of blocks) {
    // Intervals may be cut at the borders of tiles.
    const own = intervals.length + 2;
    for (let row = begin; row < end;) {
      if (unit === units || strips.length > 0 && used + own > integers) {
        yield strips;
        strips = [];
        [unit, used] = [0, 0];
      }
      const count = Math.min(end - row, (units - unit) * perUnit);
      strips.push({ rows: { begin: row, count, perUnit, unit }, intervals });
      unit += Math.ceil(count / perUnit);
      used += own;
      row += count;
    }
  }
  if (strips.length > 0) yield strips;
}

/** A strip with those of its columns that lie in one tile. */
export interface Part {
  /** The strip. */
  readonly strip: Strip;
  /** The columns. */
  readonly intervals: Intervals;
  /** These are the first columns of the strip. */
  readonly first: boolean;
  /** These are the last columns of the strip. */
  readonly last: boolean;
}

/** What lies in a tile of columns. */
export interface TileParts {
  /** The number of the tile. */
  readonly tile: number;
  /** The strips that meet some of its columns. */
  readonly parts: readonly Part[];
}

/** The parts of some strips, tile by tile. */
export function tilesOf(
  strips: readonly Strip[],
  tile: number,
  columns: number,
): readonly TileParts[] {
  if (columns <= tile) {
    const parts = strips.map((strip) => ({
      strip,
      intervals: strip.intervals,
      first: true,
      last: true,
    }));
    return [{ tile: 0, parts }];
  }
  const tiles = new Map<number, Part[]>();
  for (const strip of strips) {
    const cut = partsOf(strip.intervals, tile);
    cut.forEach(({ tile: index, intervals }, k) => {
      const part = {
        strip,
        intervals,
        first: k === 0,
        last: k === cut.length - 1,
      };
      const parts = tiles.get(index);
      if (parts === undefined) tiles.set(index, [part]);
      else parts.push(part);
    });
  }
  return [...tiles].sort(([a], [b]) => a - b)
    .map(([index, parts]) => ({ tile: index, parts }));
}
