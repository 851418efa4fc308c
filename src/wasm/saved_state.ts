/**
 * The state of rows in memory, between two parts of the columns.
 *
 * @module
 */

import type { Program } from "../program/ir.ts";
import type { Code, Expr } from "./code.ts";
import { type ArrayPlaces, slotBytes, TABLE } from "./layout.ts";
import { MISC } from "./opcodes.ts";
import { ahead, fromTable, sum } from "./pointer.ts";
import type { Statements } from "./statements.ts";

/** Saves and restores the state of a unit of rows. */
export class SavedState {
  readonly #code: Code;
  readonly #slots: number;
  readonly #arrays: number;
  readonly #state: Expr;

  /**
   * @param code where instructions go
   * @param program whose state it is
   * @param groups groups of lanes in a unit
   * @param arrays where local arrays are
   * @param unit the number of the unit
   */
  constructor(
    code: Code,
    program: Program,
    groups: number,
    arrays: ArrayPlaces,
    unit: Expr,
  ) {
    this.#code = code;
    this.#slots = slotBytes(program, groups);
    this.#arrays = arrays.bytes;
    const bytes = this.#slots + this.#arrays;
    const base = fromTable(code, TABLE.states);
    this.#state = ahead(code, base, unit, () => code.i32(bytes));
  }

  /** Writes the state to memory. */
  save(statements: Statements): void {
    const code = this.#code;
    statements.saveSlots(code.keep("i32", this.#state));
    this.#copy(this.#savedArrays(), fromTable(code, TABLE.arrays));
  }

  /** Reads the state from memory. */
  restore(statements: Statements): void {
    const code = this.#code;
    statements.restoreSlots(code.keep("i32", this.#state));
    this.#copy(fromTable(code, TABLE.arrays), this.#savedArrays());
  }

  #savedArrays(): Expr {
    return sum(this.#code, this.#state, () => this.#code.i32(this.#slots));
  }

  /** Copies all local arrays. */
  #copy(to: Expr, from: Expr): void {
    if (this.#arrays === 0) return;
    to();
    from();
    this.#code.i32(this.#arrays);
    this.#code.misc(MISC.memoryCopy, 0, 0);
  }
}
