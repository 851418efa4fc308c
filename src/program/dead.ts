/**
 * Drops statements whose results are never used.
 *
 * @module
 */

import type { Block, Program, Statement, StatePiece, Storage } from "./ir.ts";
import { arraysReadBy, BLOCKS, definedBy, usedBy } from "./uses.ts";

/**
 * The program without what does not lead to a store or a stash: pure
 * statements, writes to storage that is never read, and blocks left empty.
 *
 * @param kept storage that is read by what comes after the program
 */
export function withoutDead(
  program: Program,
  kept: readonly Storage[] = [],
): Program {
  const alive = new Liveness(kept);
  // Storage may be read before it is written, in the turn before: marking
  // goes on until nothing is new.
  for (let before = -1; before < alive.size;) {
    before = alive.size;
    for (const name of [...BLOCKS].reverse()) alive.mark(program[name]);
    alive.markState(program.state);
  }
  const blocks = BLOCKS.map((name) => [name, alive.keep(program[name])]);
  const state = alive.keepState(program.state);
  return { ...program, ...Object.fromEntries(blocks), state };
}

/** What is used, as far as it is known. */
class Liveness {
  readonly #values = new Set<number>();
  readonly #storage: Set<number>;

  constructor(kept: readonly Storage[]) {
    this.#storage = new Set(kept.map(({ id }) => id));
  }

  /** The number of values and pieces of storage that are used. */
  get size(): number {
    return this.#values.size + this.#storage.size;
  }

  /** Marks what the statements that are alive use; true where any is. */
  mark(block: Block): boolean {
    let any = false;
    for (const s of [...block].reverse()) {
      const inner = s.kind === "for" || s.kind === "if";
      const alive = inner ? this.mark(s.body) : this.#isAlive(s);
      if (!alive) continue;
      any = true;
      for (const { id } of usedBy(s)) this.#values.add(id);
      for (const { id } of arraysReadBy(s)) this.#storage.add(id);
      if (s.kind === "read") this.#storage.add(s.slot.id);
    }
    return any;
  }

  /** What the merge block reads of another part, that part must keep. */
  markState(state: readonly StatePiece[]): void {
    for (const { own, other } of state) {
      if (this.#storage.has(other.id)) this.#storage.add(own.id);
    }
  }

  /** The pieces of the state that are alive. */
  keepState(state: readonly StatePiece[]): StatePiece[] {
    return state.filter(({ own }) => this.#storage.has(own.id));
  }

  /** The statements that are alive. */
  keep(block: Block): Block {
    return block.flatMap((s): Statement[] => {
      if (s.kind !== "for" && s.kind !== "if") {
        return this.#isAlive(s) ? [s] : [];
      }
      const body = this.keep(s.body);
      return body.length > 0 ? [{ ...s, body }] : [];
    });
  }

  #isAlive(s: Statement): boolean {
    switch (s.kind) {
      case "slot":
      case "write":
        return this.#storage.has(s.slot.id);
      case "array":
      case "put":
        return this.#storage.has(s.array.id);
      case "stash":
      case "store":
        return true;
      default: {
        const to = definedBy(s);
        return to !== undefined && this.#values.has(to.id);
      }
    }
  }
}
