/**
 * Moves what is needed in a branch alone into the branch.
 *
 * Pure statements are written in the outermost region where their operands
 * are known, which takes them out of loops, and out of branches that are
 * rarely taken.
 *
 * @module
 */

import { countUses } from "./inline.ts";
import type { Block, Program, Statement } from "./ir.ts";
import { BLOCKS, usedBy } from "./uses.ts";

/** The program with each statement in the branch that alone needs it. */
export function withSunk(program: Program): Program {
  const uses = countUses(BLOCKS.map((name) => program[name]));
  const blocks = BLOCKS.map((name) => [name, sunk(program[name], uses)]);
  return { ...program, ...Object.fromEntries(blocks) };
}

/** A branch, with what it is known to use. */
interface Branch {
  readonly statement: Extract<Statement, { kind: "if" }>;
  readonly moved: Statement[];
  readonly uses: Map<number, number>;
}

function sunk(block: Block, uses: ReadonlyMap<number, number>): Block {
  const kept: (Statement | Branch)[] = [];
  /** The last branch that uses a value. */
  const branches = new Map<number, Branch>();
  const note = (branch: Branch, id: number, count: number) => {
    branch.uses.set(id, (branch.uses.get(id) ?? 0) + count);
    branches.set(id, branch);
  };
  for (const s of [...block].reverse()) {
    if (s.kind === "if") {
      const branch: Branch = { statement: s, moved: [], uses: new Map() };
      countUses([s.body]).forEach((count, id) => note(branch, id, count));
      kept.push(branch);
      continue;
    }
    const branch = s.kind === "apply" ? branches.get(s.to.id) : undefined;
    if (s.kind !== "apply" || !branch) {
      kept.push(s);
    } else if (branch.uses.get(s.to.id) === uses.get(s.to.id)) {
      branch.moved.push(s);
      for (const { id } of usedBy(s)) note(branch, id, 1);
    } else kept.push(s);
  }
  return kept.reverse().map((s): Statement => {
    if ("moved" in s) {
      const { statement, moved } = s;
      const body = [...moved.reverse(), ...statement.body];
      return { ...statement, body: sunk(body, uses) };
    }
    return s.kind === "for" ? { ...s, body: sunk(s.body, uses) } : s;
  });
}
