/**
 * The functions of a module while it is written.
 *
 * @module
 */

import { Code, type Expr } from "./code.ts";
import { type Definition, encodeModule, type Import } from "./encode.ts";
import { type Dialect, Lanes } from "./lanes.ts";
import type { Type } from "./opcodes.ts";

/** The name of one of {@linkcode GIVEN}. */
export type Given = "pow" | "sin" | "cos" | "tan";

/** Functions of numbers that lanes are handed to one by one. */
export const GIVEN: {
  readonly [G in Given]: (x: number, y: number) => number;
} = { pow: Math.pow, sin: Math.sin, cos: Math.cos, tan: Math.tan };

const ARITY: { readonly [G in Given]: number } = {
  pow: 2,
  sin: 1,
  cos: 1,
  tan: 1,
};

const NAMES = Object.keys(GIVEN) as Given[];

const IMPORTS: readonly Import[] = NAMES.map((name) => ({
  name,
  takes: Array.from({ length: ARITY[name] }, (): Type => "f64"),
  gives: ["f64"],
}));

/** A module while it is written. */
export class ModuleWriter {
  /** Whether instructions may be used that round as they like. */
  readonly relaxed: boolean;
  readonly #shared: boolean;
  readonly #functions: Partial<Definition>[] = [];
  readonly #helpers = new Map<string, number>();

  /**
   * @param relaxed whether instructions may be used that round freely
   * @param shared whether several threads work on the memory
   */
  constructor(relaxed: boolean, shared: boolean) {
    this.relaxed = relaxed;
    this.#shared = shared;
  }

  /** Writes a function that others can call, of integers. */
  export(name: string, arity: number, write: (code: Code) => void): void {
    const code = new Code(arity);
    write(code);
    this.#functions.push({
      exported: name,
      takes: Array.from({ length: arity }, (): Type => "i32"),
      gives: [],
      body: code.body(),
    });
  }

  /** Calls a function of lanes, which is written at its first use. */
  helper(
    lanes: Lanes,
    name: string,
    args: readonly Expr[],
    write: (lanes: Lanes, args: readonly Expr[]) => Expr,
  ): Expr {
    const { dialect } = lanes;
    const key = `${name} ${dialect.bits}`;
    let index = this.#helpers.get(key);
    if (index === undefined) {
      index = this.#define(dialect, args.length, write);
      this.#helpers.set(key, index);
    }
    const target = index;
    return () => {
      for (const a of args) a();
      lanes.code.call(target);
    };
  }

  #define(
    dialect: Dialect,
    arity: number,
    write: (lanes: Lanes, args: readonly Expr[]) => Expr,
  ): number {
    const code = new Code(arity);
    const args = Array.from({ length: arity }, (_, k) => () => code.get(k));
    write(new Lanes(code, dialect), args)();
    const takes = args.map((): Type => "v128");
    this.#functions.push({ takes, gives: ["v128"], body: code.body() });
    return IMPORTS.length + this.#functions.length - 1;
  }

  /** The index of a function that is given. */
  given(name: Given): number {
    return NAMES.indexOf(name);
  }

  /** The module, when all is written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return encodeModule({
      shared: this.#shared,
      imports: IMPORTS,
      functions: this.#functions as Definition[],
    });
  }
}
