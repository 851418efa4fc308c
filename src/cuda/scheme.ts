/**
 * Chooses how a program is run.
 *
 * @module
 */

import { DIGITS_ACROSS, DIGITS_THREADS } from "../../kernels/digits_form.ts";
import type { CudaLaunch } from "./entries.ts";
import type { Program } from "../program/ir.ts";
import { isSearch } from "./guard.ts";
import type { Block } from "./layout.ts";
import type { Compute } from "./spelling.ts";
import { chunksOf } from "./tiles.ts";
import { SIDE, type TileShape, tileShape, tilingOf, wideOf } from "./tiling.ts";
import { keptRows, type Variant } from "./variant.ts";
import { wideChunks } from "./wide.ts";

/** How a thread walks its pairs. */
export interface Walk {
  /** The number of its rows. */
  readonly rows: number;
  /** Pairs are computed tile by tile, of this shape. */
  readonly tiles?: TileShape;
}

/** What not to choose for each program. */
export interface WalkOptions {
  /** The number of rows that one thread reduces; no tiles. */
  readonly rows?: number;
}

/** Tiles have so many rows that fewer of them leave most threads idle. */
const FEWEST_TILED = 32;

/**
 * Chooses how threads walk their pairs.
 *
 * @param launch the sizes; many rows where it is left out
 */
export function walkOf(
  program: Program,
  compute: Compute,
  options: WalkOptions,
  launch?: CudaLaunch,
): Walk {
  const { rows } = options;
  if (rows !== undefined) return { rows };
  const tiling = (launch?.rows ?? Infinity) < FEWEST_TILED
    ? undefined
    : tilingOf(program, compute);
  if (tiling !== undefined) {
    const tiles = tileShape(program, tiling, compute);
    return { rows: tiles.rows, tiles };
  }
  return { rows: rowsPerThread(program, launch) };
}

/** How a block of threads shares out its pairs. */
export function blockOf(program: Program, variant: Variant): Block {
  const { rows, tiles, digits } = variant;
  if (digits !== undefined) {
    const rows = 2 * digits.rowTiles;
    const wide = wideOf(program);
    return {
      rows,
      across: DIGITS_ACROSS,
      threads: DIGITS_THREADS,
      chunks: wide ? wideChunks(wide, { side: DIGITS_ACROSS, ...digits }) : 1,
    };
  }
  if (tiles === undefined) return { rows, across: 1 };
  const chunks = chunksOf(program, variant);
  return { rows, across: SIDE, threads: SIDE * SIDE, chunks };
}

/** What one row of a thread may keep, in scalars, for a number of rows. */
const ROOM: readonly (readonly [rows: number, scalars: number])[] = [
  [4, 16],
  [2, 32],
];

/** The same where pairs seldom touch the state. */
const ROOM_OF_SEARCHES: typeof ROOM = [[4, 24], [2, 48]];

/** Fewer rows than this are spread over as many threads as possible. */
const FEW_ROWS = 2048;

/**
 * The number of rows that one thread reduces: several where their values fit
 * into registers, since what is read of a column then serves all of them.
 *
 * @param launch the sizes; many rows where it is left out
 */
function rowsPerThread(program: Program, launch?: CudaLaunch): number {
  if (launch !== undefined && launch.rows < FEW_ROWS) return 1;
  const { operands, state } = program;
  const vectors = [...keptRows(program)]
    .reduce((n, k) => n + operands[k].dim, 0);
  const search = isSearch(program.pair);
  const kept = state.reduce(
    (n, { own }) => n + ("length" in own ? search ? 0 : Infinity : 1),
    vectors,
  );
  return (search ? ROOM_OF_SEARCHES : ROOM).find(([, scalars]) =>
    kept <= scalars
  )?.[0] ?? 1;
}
