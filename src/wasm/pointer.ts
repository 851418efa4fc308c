/**
 * Addresses and counters of the loops of a module.
 *
 * @module
 */

import type { Code, Expr } from "./code.ts";
import { OP } from "./opcodes.ts";

/** Arguments of the functions of a module. */
export const ARGUMENT = { table: 0, begin: 1, end: 2 };

/** Reads an entry of the table. */
export function fromTable(code: Code, place: number): Expr {
  return () => {
    code.get(ARGUMENT.table);
    code.op(OP.i32Load, ...code.memory(2, place));
  };
}

/** An address that can be moved. */
export class Pointer {
  readonly #code: Code;
  readonly #local: number;
  /** The address. */
  readonly get: Expr;

  /** @param code where instructions go */
  constructor(code: Code) {
    this.#code = code;
    this.#local = code.local("i32");
    this.get = () => code.get(this.#local);
  }

  /** Sets it. */
  set(value: Expr): void {
    this.#code.scope(value);
    this.#code.set(this.#local);
  }

  /** Moves it. */
  move(bytes: Expr): void {
    this.set(sum(this.#code, this.get, bytes));
  }
}

/** `a + b` */
export function sum(code: Code, a: Expr, b: Expr): Expr {
  return () => {
    a();
    b();
    code.op(OP.i32Add);
  };
}

/** `a + n b` */
export function ahead(code: Code, a: Expr, n: Expr, b: Expr): Expr {
  return sum(code, a, () => {
    n();
    b();
    code.op(OP.i32Mul);
  });
}

/** `a < b` */
export function less(code: Code, a: Expr, b: Expr): Expr {
  return () => {
    a();
    b();
    code.op(OP.i32LtS);
  };
}
