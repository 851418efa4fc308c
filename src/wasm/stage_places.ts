/**
 * Where the values of pairs are between the stages of a block of columns.
 *
 * @module
 */

import { FLUSH_EVERY, type Program } from "../program/ir.ts";
import { stagesOf } from "../program/stages.ts";
import { VECTOR } from "./layout.ts";

/** Bytes of one value of a column, for all groups of lanes. */
export function valueBytes(groups: number): number {
  return groups * VECTOR;
}

/** Bytes of all values of a column: contractions, then what loops read. */
export function stageBytes(program: Program, groups: number): number {
  const { contractions, kept } = stagesOf(program);
  return (contractions.length + kept.length) * valueBytes(groups);
}

/** Bytes of a block of columns. */
export function scratchBytes(program: Program, groups: number): number {
  return FLUSH_EVERY * stageBytes(program, groups);
}

/** Whether a program has stages beside the body of its pairs. */
export function isStaged(program: Program): boolean {
  const { contractions, loops } = stagesOf(program);
  return contractions.length + loops.length > 0;
}
