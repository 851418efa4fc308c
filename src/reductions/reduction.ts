/**
 * What a reduction is: a monoid that combines the values of a row.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import type { Builder } from "../program/builder.ts";
import type { LocalArray, OutputSpec, Slot, Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";

/** Mutable storage of a reduction, one entry a component. */
export interface Cells {
  /** The number of entries. */
  readonly length: number;
  /** The present value of an entry. */
  at(index: Value): Value;
  /** Sets an entry. */
  set(index: Value, value: Value): void;
  /** Where the entries are. */
  readonly storage: readonly Slot[] | LocalArray;
}

/** One piece of the state of a reduction. */
export interface CellSpec {
  /** The word for it in generated source. */
  readonly name: string;
  /** The type of its entries. */
  readonly type: "float" | "int";
  /** The number of entries. */
  readonly length: number;
  /** What each entry starts with: the neutral element. */
  readonly initial: number;
}

/** How terms are added up. */
export type SumScheme = "direct" | "block" | "kahan";

/** What one use of a reduction is made with. */
export interface ReductionSetup {
  /** Dimensions of the formulas that are reduced. */
  readonly dims: readonly number[];
  /** The number of values that the k-min family keeps. */
  readonly k: number;
  /** How terms are added up. */
  readonly sumScheme: SumScheme;
}

/** What the derivative of a reduction is written with. */
export interface ReductionVjp {
  /** What is reduced, for each pair. */
  readonly formulas: readonly Formula[];
  /** Gradients of the outputs, for each row; `undefined` stands for zero. */
  readonly cotangents: readonly (Formula | undefined)[];
  /** The outputs, for each row. */
  readonly results: readonly Formula[];
  /** What the reduction was made with. */
  readonly setup: ReductionSetup;
  /** The first output of another reduction of the same rows. */
  also(reduction: Reduction, formulas: readonly Formula[]): Formula;
}

/** A reduction, for use in place of its name. */
export interface NamedReduction {
  /** The name, as in KeOps where it has one. */
  readonly name: string;
}

/** Results of a reduction that a reader can check. */
export interface ReductionExample {
  /** What is reduced over the points j. */
  readonly formulas: readonly string[];
  /** The points j of each variable: numbers, or vectors. */
  readonly data: Readonly<
    Record<string, readonly (number | readonly number[])[]>
  >;
  /** The number of values that the k-min family keeps. */
  readonly k?: number;
  /** The results of the one row. */
  readonly results: readonly (readonly number[])[];
}

/** A reduction over one axis. */
export interface Reduction extends NamedReduction {
  /** What it computes, in mathematical notation. */
  readonly meaning?: string;
  /** Results that a reader can check; documentation and tests show them. */
  readonly example?: ReductionExample;
  /** The least and largest number of formulas it takes. */
  readonly inputs: readonly [number, number];
  /** It keeps `k` values per component. */
  readonly needsK?: boolean;
  /** It adds up, so that sum schemes and accumulation types apply. */
  readonly sums?: boolean;
  /**
   * Gradients of the formulas, for each pair; `undefined` stands for zero.
   * Reductions without it, and without `selects`, cannot be differentiated.
   */
  readonly vjp?: (
    context: ReductionVjp,
  ) => readonly (Formula | undefined)[];
  /** The results are values of pairs: where this reduction finds them. */
  readonly selects?: Reduction;
  /** Throws a `ShapeError` where dimensions do not fit. */
  check?(setup: ReductionSetup): void;
  /** Shapes and types of the results. */
  outputs(setup: ReductionSetup): readonly OutputSpec[];
  /** What is kept while a row is reduced. */
  state(setup: ReductionSetup): readonly CellSpec[];
  /** Takes in the values of one pair. */
  combine(
    b: Builder,
    state: readonly Cells[],
    values: readonly Vector[],
    index: Value,
    setup: ReductionSetup,
  ): void;
  /** Runs between blocks of columns. */
  flush?(b: Builder, state: readonly Cells[], setup: ReductionSetup): void;
  /** Takes in the state of another part of the same row. */
  merge(
    b: Builder,
    state: readonly Cells[],
    other: readonly Cells[],
    setup: ReductionSetup,
  ): void;
  /** The results; `count` is the number of columns, an int. */
  finish(
    b: Builder,
    state: readonly Cells[],
    count: Value,
    setup: ReductionSetup,
  ): readonly Vector[];
}

/** Declares and initialises the state of a reduction. */
export function allocate(b: Builder, specs: readonly CellSpec[]): Cells[] {
  return specs.map((spec) => {
    const { name, type, length } = spec;
    const initial = type === "int"
      ? b.int(spec.initial)
      : b.float(spec.initial);
    if (length <= b.options.unroll) return slots(b, spec, initial);
    const array = b.array(name, type, length);
    b.for(length, (k) => b.put(array, k, initial));
    return cellsOfArray(b, array);
  });
}

/** The same state of another part of the row, for the merge block. */
export function counterpart(b: Builder, { storage }: Cells): Cells {
  return "id" in storage
    ? cellsOfArray(b, b.statePiece(storage))
    : cellsOfSlots(b, storage.map((slot) => b.statePiece(slot)));
}

function cellsOfArray(b: Builder, array: LocalArray): Cells {
  return {
    length: array.length,
    at: (k) => b.get(array, k),
    set: (k, v) => b.put(array, k, v),
    storage: array,
  };
}

/** A few entries, each a scalar of its own. */
function slots(b: Builder, spec: CellSpec, initial: Value): Cells {
  const { name, type, length } = spec;
  const all = Array.from(
    { length },
    (_, k) => b.slot(length === 1 ? name : `${name}${k}`, type, initial),
  );
  return cellsOfSlots(b, all);
}

function cellsOfSlots(b: Builder, all: readonly Slot[]): Cells {
  const slot = (index: Value) => {
    if (index.literal === undefined) {
      throw new RangeError("A short state is addressed by literals");
    }
    return all[index.literal];
  };
  return {
    length: all.length,
    at: (index) => b.read(slot(index)),
    set: (index, value) => b.write(slot(index), value),
    storage: all,
  };
}

/** Copies a piece of state into a vector of present values. */
export function valuesOf(b: Builder, cells: Cells): Vector {
  return {
    dim: cells.length,
    at: (index) =>
      index.literal === undefined && cells.length <= b.options.unroll
        ? choose(b, cells, index)
        : cells.at(index),
  };
}

function choose(b: Builder, cells: Cells, index: Value): Value {
  let chosen = cells.at(b.int(0));
  for (let k = 1; k < cells.length; k++) {
    chosen = b.apply(
      chosen.type === "int" ? "iselect" : "select",
      b.apply("ilt", index, b.int(k)),
      chosen,
      cells.at(b.int(k)),
    );
  }
  return chosen;
}

/** One vector after another. */
export function joined(b: Builder, first: Vector, second: Vector): Vector {
  const { dim } = first;
  return {
    dim: dim + second.dim,
    at(index) {
      if (index.literal !== undefined) {
        return index.literal < dim
          ? first.at(index)
          : second.at(b.int(index.literal - dim));
      }
      // Both are read, so both indices must be inside.
      const before = first.at(b.apply("imin", index, b.int(dim - 1)));
      const after = second.at(
        b.apply("imax", b.apply("isub", index, b.int(dim)), b.int(0)),
      );
      const early = b.apply("ilt", index, b.int(dim));
      return b.apply("select", early, before, after);
    },
  };
}
