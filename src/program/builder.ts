/**
 * Writes the blocks of a program.
 *
 * @module
 */

import { withoutDead } from "./dead.ts";
import { Expressions } from "./expressions.ts";
import type {
  Block,
  LocalArray,
  OutputSpec,
  Program,
  Slot,
  Statement,
  StatePiece,
  Storage,
  Value,
} from "./ir.ts";
import { type Region, region } from "./region.ts";
import { withSunk } from "./sink.ts";

/** Writes the blocks of one program. */
export class Builder extends Expressions {
  #outputs: OutputSpec[] = [];
  #state: StatePiece[] = [];

  /** A mutable scalar, set to `initial` here. */
  slot(name: string, type: "float" | "int", initial: Value): Slot {
    const slot: Slot = { id: this.newId(), type, name };
    this.#write({ kind: "slot", slot, initial: this.use(initial) });
    return slot;
  }

  /** The present value of a slot. */
  read(slot: Slot): Value {
    const to = this.result(slot.type, this.current);
    this.#write({ kind: "read", to, slot });
    return to;
  }

  /** Sets a slot. */
  write(slot: Slot, value: Value): void {
    this.#write({ kind: "write", slot, value: this.use(value) });
  }

  /** Storage for `length` scalars, not initialised. */
  array(name: string, type: "float" | "int", length: number): LocalArray {
    const array: LocalArray = { id: this.newId(), type, length, name };
    this.#write({ kind: "array", array });
    return array;
  }

  /**
   * Notes that storage is a piece of the state of a row.
   *
   * @param own what the row block declares
   * @returns what holds the same of another part of the row, for `merge`
   */
  statePiece<S extends Storage>(own: S): S {
    const other = { ...own, id: this.newId(), name: `${own.name}Other` };
    this.#state.push({ own, other });
    return other;
  }

  /** One entry of an array. */
  get(array: LocalArray, index: Value): Value {
    const to = this.result(array.type, this.current);
    this.#write({ kind: "get", to, array, index: this.use(index) });
    return to;
  }

  /** Sets one entry of an array. */
  put(array: LocalArray, index: Value, value: Value): void {
    this.#write({
      kind: "put",
      array,
      index: this.use(index),
      value: this.use(value),
    });
  }

  /** Runs `body` for 0 ... count - 1; unrolled when short. */
  for(count: number, body: (index: Value) => void): void {
    if (count <= this.options.unroll) {
      for (let k = 0; k < count; k++) body(this.int(k));
      return;
    }
    const inner = region("loop", this.current);
    const index = this.result("int", inner);
    this.within(inner, () => body(index));
    this.#write({ kind: "for", index, count, body: inner.block });
  }

  /** Runs `body` where the condition holds. */
  if(condition: Value, body: () => void): void {
    if (condition.literal !== undefined) {
      if (condition.literal !== 0) body();
      return;
    }
    const used = this.use(condition);
    const inner = region("if", this.current);
    this.within(inner, body);
    this.#write({ kind: "if", condition: used, body: inner.block });
  }

  /** Declares a result; its components are written with `store`. */
  output(
    shape: readonly number[],
    type: "float" | "int",
    perPair = false,
  ): number {
    return this.#outputs.push({ shape, type, perPair }) - 1;
  }

  /** Writes one component of an output, for the current row or pair. */
  store(output: number, component: Value, value: Value): void {
    this.#write({
      kind: "store",
      output,
      component: this.use(component),
      value: this.use(value),
    });
  }

  /** Writes one component of a temporary, for the current column. */
  stash(operand: number, component: Value, value: Value): void {
    this.#write({
      kind: "stash",
      operand,
      component: this.use(component),
      value: this.use(value),
    });
  }

  /** The program, when all is written. */
  program(): Program {
    const block = (r: Region): Block => r.block;
    const program = withoutDead({
      operands: this.operands,
      outputs: this.#outputs,
      uniform: block(this.uniform),
      column: block(this.column),
      row: block(this.row),
      pair: block(this.pair),
      flush: block(this.flush),
      merge: block(this.merge),
      finish: block(this.finish),
      state: this.#state,
      columnIndex: this.columnIndex,
      columnCount: this.columnCount,
    });
    return this.options.hoist ? withSunk(program) : program;
  }

  #write(statement: Statement): void {
    this.current.block.push(statement);
  }
}
