/**
 * What has to fit into integers of 32 bits: indices that are stored, or given
 * back. Sizes themselves may be larger.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { countUses } from "../program/inline.ts";
import type { Block, Program } from "../program/ir.ts";
import { BLOCKS, usedBy } from "../program/uses.ts";
import { MOST_INDEX } from "./launch.ts";

/** Refuses to find, or to count, among more columns than an index can say. */
export function checkPositions(program: Program, columns: number): void {
  if (columns <= MOST_INDEX) return;
  const uses = countUses(BLOCKS.map((name) => program[name]));
  const integers = program.outputs.some((o) => o.type === "int");
  if (!integers && !uses.has(program.columnIndex.id)) return;
  throw tooMany(`Cannot find or count some of ${columns} points`);
}

/** Refuses places among more vectors than an index can say. */
export function checkPlaces(what: string, vectors: number): void {
  if (vectors <= MOST_INDEX) return;
  throw tooMany(`Cannot ${what} of ${vectors} vectors`);
}

function tooMany(what: string): ArgumentError {
  return new ArgumentError(
    `${what}: positions are int32, so at most ${MOST_INDEX} are possible; compute in parts`,
  );
}

/** Whether it matters how many columns there are, and not if there are any. */
export function countsColumns({ finish, columnCount }: Program): boolean {
  const counts = (block: Block): boolean =>
    block.some((s) => {
      if ((s.kind === "for" || s.kind === "if") && counts(s.body)) return true;
      const isTest = s.kind === "apply" && s.primitive === "ieq" &&
        s.args[1].literal === 0;
      return !isTest && usedBy(s).some(({ id }) => id === columnCount.id);
    });
  return counts(finish);
}
