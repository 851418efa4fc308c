/**
 * Parts of programs: what one kernel of several runs.
 *
 * @module
 */

import { withoutDead } from "../program/dead.ts";
import type { Program } from "../program/ir.ts";
import type { BlockName } from "../program/uses.ts";

/** Every call asks for it. */
const merging = new WeakMap<Program, Program>();

/** What puts parts together: its state is what parts must store. */
export function mergingPart(program: Program): Program {
  const known = merging.get(program) ??
    withoutDead(only(program, ["uniform", "row", "merge", "finish"]));
  merging.set(program, known);
  return known;
}

/** The program with these blocks alone. */
export function only(
  program: Program,
  blocks: readonly BlockName[],
): Program {
  const kept = Object.fromEntries(blocks.map((name) => [name, program[name]]));
  return {
    ...program,
    uniform: [],
    column: [],
    row: [],
    pair: [],
    flush: [],
    merge: [],
    finish: [],
    ...kept,
  };
}
