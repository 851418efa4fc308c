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

/** Runs `body` so many times; at least once. */
export function repeat(code: Code, turns: Expr, body: () => void): void {
  code.scope(() => {
    const left = code.local("i32");
    code.scope(turns);
    code.set(left);
    code.op(OP.loop, 0x40);
    code.scope(body);
    code.get(left);
    code.i32(1);
    code.op(OP.i32Sub);
    code.tee(left);
    code.op(OP.brIf, 0, OP.end);
  });
}

/** Takes `some` of what is `left` as often as there are that many. */
export function takeAll(
  code: Code,
  left: Pointer,
  some: number,
  body: () => void,
): void {
  const enough: Expr = () => {
    left.get();
    code.i32(some);
    code.op(OP.i32GeS);
  };
  code.while(enough, () => {
    body();
    left.move(() => code.i32(-some));
  });
}
