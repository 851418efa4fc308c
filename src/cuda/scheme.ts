/**
 * Chooses how a program is run.
 *
 * @module
 */

import type { CudaLaunch } from "./entries.ts";
import type { Program } from "../program/ir.ts";
import { keptRows } from "./variant.ts";

/** What one row of a thread may keep, in scalars, for a number of rows. */
const ROOM: readonly (readonly [rows: number, scalars: number])[] = [
  [4, 16],
  [2, 32],
];

/** Fewer rows than this are spread over as many threads as possible. */
const FEW_ROWS = 2048;

/**
 * The number of rows that one thread reduces: several where their values fit
 * into registers, since what is read of a column then serves all of them.
 *
 * @param launch the sizes; many rows where it is left out
 */
export function rowsPerThread(program: Program, launch?: CudaLaunch): number {
  if (launch !== undefined && launch.rows < FEW_ROWS) return 1;
  const { operands, state } = program;
  const vectors = [...keptRows(program)]
    .reduce((n, k) => n + operands[k].dim, 0);
  const kept = state.reduce(
    (n, { own }) => n + ("length" in own ? Infinity : 1),
    vectors,
  );
  return ROOM.find(([, scalars]) => kept <= scalars)?.[0] ?? 1;
}
