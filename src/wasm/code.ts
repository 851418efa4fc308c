/**
 * Writes the instructions of one WebAssembly function.
 *
 * @module
 */

import { signed, unsigned } from "./encode.ts";
import {
  MISC_PREFIX,
  OP,
  SIMD,
  SIMD_PREFIX,
  TYPE,
  type Type,
} from "./opcodes.ts";

/** Writes instructions that leave one value on the stack. */
export type Expr = () => void;

/** The instructions of one function. */
export class Code {
  #bytes: number[] = [];
  #constants: number[] = [];
  readonly #locals: Type[] = [];
  readonly #parameters: number;
  readonly #free: { [T in Type]: number[] } = {
    i32: [],
    f32: [],
    f64: [],
    v128: [],
  };
  readonly #known = new Map<string, number>();
  #scope: { readonly type: Type; readonly index: number }[] = [];

  /** @param parameters the number of arguments, which are the first locals */
  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A local for use until the end of the current scope. */
  local(type: Type): number {
    const index = this.#free[type].pop() ?? this.#newLocal(type);
    this.#scope.push({ type, index });
    return index;
  }

  #newLocal(type: Type): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  /** Locals taken by `write` are free for others afterwards. */
  scope<T>(write: () => T): T {
    const outer = this.#scope;
    this.#scope = [];
    try {
      return write();
    } finally {
      for (const { type, index } of this.#scope) this.#free[type].push(index);
      this.#scope = outer;
    }
  }

  /** Writes instructions without immediates, or with given ones. */
  op(...bytes: number[]): void {
    for (const b of bytes) this.#bytes.push(b);
  }

  /** Writes a vector instruction. */
  simd(opcode: number, ...immediates: number[]): void {
    this.op(SIMD_PREFIX, ...unsigned(opcode), ...immediates);
  }

  /** Writes an instruction of the miscellaneous group. */
  misc(opcode: number, ...immediates: number[]): void {
    this.op(MISC_PREFIX, ...unsigned(opcode), ...immediates);
  }

  /** Puts a local on the stack. */
  get(local: number): void {
    this.op(OP.get, ...unsigned(local));
  }

  /** Takes a local from the stack. */
  set(local: number): void {
    this.op(OP.set, ...unsigned(local));
  }

  /** Sets a local, and leaves the value on the stack. */
  tee(local: number): void {
    this.op(OP.tee, ...unsigned(local));
  }

  /** Puts an integer on the stack. */
  i32(value: number): void {
    this.op(OP.i32Const, ...signed(value));
  }

  /** Calls a function by its index. */
  call(index: number): void {
    this.op(OP.call, ...unsigned(index));
  }

  /** The immediates of a memory access, aligned to `2 ** align` bytes. */
  memory(align: number, offset: number): number[] {
    return [...unsigned(align), ...unsigned(offset)];
  }

  /** The value of an expression, computed here and kept in a local. */
  keep(type: Type, value: Expr): Expr {
    const local = this.local(type);
    this.scope(value);
    this.set(local);
    return () => this.get(local);
  }

  /** A vector constant; it is made once, before everything else. */
  constant(bytes: Uint8Array): Expr {
    const key = bytes.join();
    let local = this.#known.get(key);
    if (local === undefined) {
      local = this.#newLocal("v128");
      this.#known.set(key, local);
      const rest = this.#bytes;
      this.#bytes = this.#constants;
      this.simd(SIMD.const, ...bytes);
      this.set(local);
      this.#bytes = rest;
    }
    const index = local;
    return () => this.get(index);
  }

  /** Runs `body` where an integer is not 0. */
  if(condition: Expr, body: () => void, otherwise?: () => void): void {
    condition();
    this.op(OP.if, 0x40);
    this.scope(body);
    if (otherwise !== undefined) {
      this.op(OP.else);
      this.scope(otherwise);
    }
    this.op(OP.end);
  }

  /** Runs `body` as long as an integer is not 0. */
  while(condition: Expr, body: () => void): void {
    condition();
    this.op(OP.if, 0x40, OP.loop, 0x40);
    this.scope(body);
    condition();
    this.op(OP.brIf, 0x00, OP.end, OP.end);
  }

  /** Locals and instructions, as they stand in a module. */
  body(): number[] {
    const locals = this.#locals.map((t) => [1, TYPE[t]]);
    return [
      ...unsigned(locals.length),
      ...locals.flat(),
      ...this.#constants,
      ...this.#bytes,
      OP.end,
    ];
  }
}
