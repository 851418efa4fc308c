/**
 * What is defined where in a program, for its verification.
 *
 * @module
 */

import type {
  LocalArray,
  OperandSpec,
  ScalarType,
  Slot,
  Value,
  VectorSource,
} from "./ir.ts";
import type { BlockName } from "./uses.ts";

/** What is visible in a block: ids of values, slots and arrays. */
export class Scope {
  readonly #own = new Set<number>();
  readonly #outer: Scope | undefined;

  /** @param outer what is around it */
  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  /** Makes an id visible. */
  add(id: number): void {
    this.#own.add(id);
  }

  /** Whether an id is visible. */
  has(id: number): boolean {
    return this.#own.has(id) || (this.#outer?.has(id) ?? false);
  }
}

/** Where a walk through a program is. */
export interface Place {
  /** The outermost block. */
  readonly block: BlockName;
  /** What is visible. */
  readonly scope: Scope;
  /** What is here may not run. */
  readonly conditional: boolean;
}

/** The values, slots and arrays of a program. */
export class Names {
  readonly #rule: (rule: string, holds: boolean) => void;
  readonly #homes = new Map<number, BlockName>();
  readonly #types = new Map<number, ScalarType>();
  readonly #storage = new Map<number, Slot | LocalArray>();

  /** @param rule what to tell whether a rule holds */
  constructor(rule: (rule: string, holds: boolean) => void) {
    this.#rule = rule;
  }

  /** The outermost block that defines a value, or declares storage. */
  home(id: number): BlockName | undefined {
    return this.#homes.get(id);
  }

  /** Notes the definition of a value. */
  define(value: Value, { scope, block }: Place): void {
    this.#rule("results are not literals", value.literal === undefined);
    this.#rule("values are defined once", !this.#homes.has(value.id));
    this.#homes.set(value.id, block);
    this.#types.set(value.id, value.type);
    scope.add(value.id);
  }

  /** Checks the use of a value. */
  use(value: Value, { scope }: Place): void {
    if (value.literal !== undefined) return this.#literal(value);
    this.#rule(`%${value.id} is defined before its use`, scope.has(value.id));
    this.#rule(
      `%${value.id} is used with the type that it has`,
      this.#types.get(value.id) === value.type,
    );
  }

  /** Notes the declaration of a slot or an array. */
  declare(storage: Slot | LocalArray, { scope, block }: Place): void {
    this.#rule("storage is declared once", !this.#homes.has(storage.id));
    this.#homes.set(storage.id, block);
    this.#storage.set(storage.id, storage);
    scope.add(storage.id);
  }

  /** Checks the use of a slot or an array. */
  access(storage: Slot | LocalArray, { scope }: Place): void {
    const declared = this.#storage.get(storage.id) === storage &&
      scope.has(storage.id);
    this.#rule("storage is declared before its use", declared);
  }

  /** What a vector that is visible depends on. */
  side(source: VectorSource, operands: readonly OperandSpec[]): BlockName {
    switch (source.kind) {
      case "operand": {
        const { row, column } = operands[source.operand];
        if (row && column) return "pair";
        return row ? "row" : column ? "column" : "uniform";
      }
      case "array":
        return this.#homes.get(source.array.id) ?? "pair";
      case "values": {
        const homes = source.values.map((v) =>
          v.literal === undefined ? this.#homes.get(v.id) : "uniform"
        );
        if (homes.every((h) => h === "uniform")) return "uniform";
        const ofRow = homes.every((h) => h === "uniform" || h === "row");
        return ofRow ? "row" : "pair";
      }
    }
  }

  #literal({ type, literal }: Value): void {
    if (type === "float") return;
    const fits = type === "int"
      ? literal === (Number(literal) | 0)
      : literal === 0 || literal === 1;
    this.#rule(`${literal} is of type ${type}`, fits);
  }
}
