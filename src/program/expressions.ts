/**
 * Pure statements, each in the outermost region where its operands are known,
 * so that what depends on i, on j or on parameters alone leaves the pair loop
 * without any further pass. Equal statements are written once.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { BUILD_OPTIONS, type BuildOptions } from "./build_options.ts";
import { fold } from "./fold.ts";
import {
  type ContractionForm,
  type OperandSpec,
  type Primitive,
  PRIMITIVES,
  type ScalarType,
  type Statement,
  type Value,
  type VectorSource,
} from "./ir.ts";
import { keyOf, sourceKey } from "./keys.ts";
import { type Region, region, sees } from "./region.ts";

/** Writes pure statements. */
export class Expressions {
  /** How this program is built. */
  readonly options: BuildOptions;
  /** Values of parameters. */
  readonly uniform: Region = region("uniform");
  /** Values of one row. */
  readonly row: Region;
  /** Values of one column. */
  readonly column: Region;
  /** Values of one pair. */
  readonly pair: Region;
  /** What runs between blocks of columns. */
  readonly flush: Region;
  /** What takes in the state of another part of a row. */
  readonly merge: Region;
  /** What runs after the last column. */
  readonly finish: Region;
  /** The position of the current column. */
  readonly columnIndex: Value;
  /** The number of columns that the current row reduces. */
  readonly columnCount: Value;

  /** What the program reads. */
  protected readonly operands: OperandSpec[];
  #current: Region;
  #nextId = 0;
  #regions = new Map<number, Region>();
  #loads = new Map<number, { operand: number; component: Value }>();
  #stashed = new Map<number, number>();

  /**
   * @param operands what the program reads
   * @param options how to build it
   */
  constructor(
    operands: readonly OperandSpec[],
    options: BuildOptions = BUILD_OPTIONS,
  ) {
    this.options = options;
    this.operands = [...operands];
    this.row = region("row", this.uniform);
    this.column = region("column", this.uniform);
    this.pair = region("pair", this.row, this.column);
    this.flush = region("flush", this.row);
    this.merge = region("merge", this.row);
    this.finish = region("finish", this.row);
    this.#current = this.pair;
    this.columnIndex = this.result("int", this.pair);
    this.columnCount = this.result("int", this.finish);
  }

  /** Where statements that are not pure are written. */
  get current(): Region {
    return this.#current;
  }

  /** Runs `write` with statements going to `target`. */
  within<T>(target: Region, write: () => T): T {
    const before = this.#current;
    this.#current = target;
    try {
      return write();
    } finally {
      this.#current = before;
    }
  }

  /** The region of values with the given dependencies. */
  regionOf(row: boolean, column: boolean): Region {
    if (!this.options.hoist) return this.#current;
    if (row && column) return this.pair;
    return row ? this.row : column ? this.column : this.uniform;
  }

  /** Whether a value can be used in the current region as it is. */
  visible(value: Value): boolean {
    return value.literal !== undefined ||
      sees(this.#current, this.#home(value));
  }

  /** A float literal. */
  float(literal: number): Value {
    return { id: -1, type: "float", literal };
  }

  /** An int literal. */
  int(literal: number): Value {
    return { id: -1, type: "int", literal };
  }

  /** The result of a scalar primitive. */
  apply(primitive: Primitive, ...args: Value[]): Value {
    const folded = fold(primitive, args);
    if (folded !== undefined) return folded;
    const types: readonly ScalarType[] = PRIMITIVES[primitive];
    const type = types[types.length - 1];
    const [home, used] = this.#place(args);
    return this.#pure(
      home,
      `${primitive}(${used.map(keyOf).join()})`,
      type,
      (to) => ({ kind: "apply", to, primitive, args: used }),
    );
  }

  /** One component of an operand, at the current row, column or pair. */
  load(operand: number, component: Value): Value {
    const { row, column } = this.operands[operand];
    const point = this.regionOf(row, column);
    const home = this.#join(point, this.#home(component));
    const value = this.#pure(
      home,
      `load ${operand} ${keyOf(component)}`,
      "float",
      (to) => ({ kind: "load", to, operand, component }),
    );
    this.#loads.set(value.id, { operand, component });
    return value;
  }

  /** The sum over k of `form(a_k, b_k)`, times weights. */
  contract(
    form: ContractionForm,
    a: VectorSource,
    b: VectorSource,
    weights: VectorSource | undefined,
    length: number,
  ): Value {
    const key = [a, b, ...(weights ? [weights] : [])].map(sourceKey).join();
    const home = this.options.hoist ? this.pair : this.#current;
    return this.#pure(home, `${form}(${key})`, "float", (to) => ({
      kind: "contract",
      to,
      form,
      a,
      b,
      ...(weights ? { weights } : {}),
      length,
    }));
  }

  /** Declares a vector that is computed once per column. */
  temporary(dim: number): number {
    const name = `t${this.operands.length}`;
    return this.operands.push(
      { name, row: false, column: true, dim, temporary: true },
    ) - 1;
  }

  /** A number that nothing else of this program has. */
  protected newId(): number {
    return this.#nextId++;
  }

  /** A new value of a region. */
  protected result(type: ScalarType, home: Region): Value {
    const value: Value = { id: this.newId(), type };
    this.#regions.set(value.id, home);
    return value;
  }

  #home(value: Value): Region {
    if (value.literal !== undefined) {
      return this.uniform;
    }
    const home = this.#regions.get(value.id);
    if (home === undefined) throw new InternalError("A value has no region");
    return home;
  }

  /** The innermost of two regions, or the pair of a row and a column. */
  #join(a: Region, b: Region): Region {
    if (sees(a, b)) return a;
    if (sees(b, a)) return b;
    if (sees(this.#current, a) && sees(this.#current, b)) {
      return sees(this.pair, a) && sees(this.pair, b)
        ? this.pair
        : this.#current;
    }
    throw new InternalError(
      `Values of "${a.name}" and "${b.name}" meet in "${this.#current.name}"`,
    );
  }

  /** Where a pure statement goes, and its operands as seen from there. */
  #place(args: readonly Value[]): [Region, Value[]] {
    if (!this.options.hoist) return [this.#current, [...args]];
    const home = args.map((a) => this.#home(a))
      .reduce((a, b) => this.#join(a, b), this.uniform);
    return [home, args.map((a) => this.#seenFrom(home, a))];
  }

  /** A value for use by a statement of the current region. */
  protected use(value: Value): Value {
    return this.#seenFrom(this.#current, value);
  }

  /**
   * Pairs see values of columns through memory: a raw load is repeated,
   * anything else is computed once per column and stashed.
   */
  #seenFrom(user: Region, value: Value): Value {
    const home = this.#home(value);
    const crosses = home !== this.uniform && sees(home, this.column) &&
      !sees(home, this.pair) && sees(user, this.pair);
    if (!crosses) {
      if (sees(user, home)) return value;
      throw new InternalError(
        `A value of "${home.name}" is not visible in "${user.name}"`,
      );
    }
    const { operand, component } = this.#loads.get(value.id) ??
      this.#stash(value, home);
    const loaded = this.#pure(
      this.pair,
      `load ${operand} ${keyOf(component)}`,
      "float",
      (to) => ({ kind: "load", to, operand, component }),
    );
    return this.within(this.pair, () => this.#retyped(loaded, value.type));
  }

  /** A number as a float, an int or a truth value. */
  #retyped(value: Value, type: ScalarType): Value {
    if (value.type === type) return value;
    if (type === "int") return this.apply("toInt", value);
    if (type === "bool") return this.apply("lt", this.float(0), value);
    return value.type === "int"
      ? this.apply("toFloat", value)
      : this.apply("select", value, this.float(1), this.float(0));
  }

  #stash(value: Value, home: Region): { operand: number; component: Value } {
    if (home !== this.column) {
      throw new InternalError(`A value of "${home.name}" cannot be stashed`);
    }
    const component = this.int(0);
    let operand = this.#stashed.get(value.id);
    if (operand === undefined) {
      operand = this.temporary(1);
      this.#stashed.set(value.id, operand);
      const kept = this.#retyped(value, "float");
      home.block.push({ kind: "stash", operand, component, value: kept });
    }
    return { operand, component };
  }

  #pure(
    home: Region,
    key: string,
    type: ScalarType,
    statement: (to: Value) => Statement,
  ): Value {
    for (let r: Region | undefined = home; r; r = r.parents[0]) {
      const known = r.known.get(key);
      if (known !== undefined) return known;
    }
    const to = this.result(type, home);
    home.known.set(key, to);
    home.block.push(statement(to));
    return to;
  }
}
