/**
 * Where the data of a program lie in linear memory.
 *
 * Rows come in units of a few groups of lanes. A vector of a row operand is
 * stored for all rows of a unit at once, component by component, so that
 * lanes are next to each other; vectors of columns and parameters are plain.
 * Where everything begins is said in a table at the start of the memory.
 *
 * @module
 */

import type { Block, LocalArray, OperandSpec, Program } from "../program/ir.ts";
import { width } from "../launch/launch.ts";
import type { Bits } from "./lanes.ts";

/** The shape of the work of one unit. */
export interface Shape {
  /** Bits of a lane. */
  readonly bits: Bits;
  /** Groups of lanes in a unit of rows. */
  readonly groups: number;
}

/** Bytes of a vector register. */
export const VECTOR = 16;

/** Places in the table, in bytes. */
export const TABLE = {
  /** The list of intervals of columns. */
  intervals: 0,
  /** Its end. */
  intervalsEnd: 4,
  /** The number of columns of a row. */
  count: 8,
  /** Local arrays. */
  arrays: 12,
  /** The number of columns that are prepared. */
  columns: 16,
  /** Where states are between two parts of the columns. */
  states: 20,
  /** Whether these are the first columns of the rows. */
  first: 24,
  /** Whether these are the last columns of the rows. */
  last: 28,
} as const;

const ENTRIES = 32;

/** Where the table says at what address an operand or an output begins. */
export function baseAt(index: number): number {
  return ENTRIES + 8 * index;
}

/** Where the table says how far units of rows are apart. */
export function stepAt(index: number): number {
  return ENTRIES + 8 * index + 4;
}

/** The number of bytes of the table. */
export function tableBytes(program: Program): number {
  const entries = program.operands.length + program.outputs.length;
  return Math.ceil(baseAt(entries) / VECTOR) * VECTOR;
}

/** What the vectors of an operand belong to. */
export type Side = "uniform" | "row" | "column" | "pair";

/** What the vectors of an operand belong to. */
export function sideOf({ row, column }: OperandSpec): Side {
  if (row && column) return "pair";
  return row ? "row" : column ? "column" : "uniform";
}

/** The number of rows in a unit. */
export function unitRows({ bits, groups }: Shape): number {
  return groups * 128 / bits;
}

/** Bytes of one vector; of all rows of a unit where it belongs to rows. */
export function vectorBytes(spec: OperandSpec, shape: Shape): number {
  return spec.dim * (spec.row ? shape.groups * VECTOR : shape.bits / 8);
}

/** Bytes of one result of all rows of a unit. */
export function resultBytes(
  outputShape: readonly number[],
  { groups }: Shape,
): number {
  return width(outputShape) * groups * VECTOR;
}

/** Where the local arrays of some blocks are, by their ids. */
export class ArrayPlaces {
  readonly #offsets = new Map<number, number>();
  readonly #copies = new Map<number, number>();
  #bytes = 0;

  /** Makes room for the arrays of a block, one copy for all rows. */
  addShared(block: Block): void {
    this.#add(block, 0);
  }

  /** Makes room for the arrays of a block, one copy a group of lanes. */
  addGrouped(block: Block, groups: number): void {
    this.#add(block, groups);
  }

  #add(block: Block, copies: number): void {
    for (const s of block) {
      if (s.kind === "for" || s.kind === "if") this.#add(s.body, copies);
      if (s.kind !== "array") continue;
      this.#offsets.set(s.array.id, this.#bytes);
      this.#copies.set(s.array.id, copies);
      this.#bytes += s.array.length * Math.max(copies, 1) * VECTOR;
    }
  }

  /** All bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The first byte of an array. */
  offset({ id }: LocalArray): number {
    return this.#offsets.get(id) ?? 0;
  }

  /** How many groups of lanes have an entry each; 0 if all share it. */
  copies({ id }: LocalArray): number {
    return this.#copies.get(id) ?? 0;
  }
}

/** Places of the arrays that rows need. */
export function rowArrays(program: Program, groups: number): ArrayPlaces {
  const places = new ArrayPlaces();
  places.addShared(program.uniform);
  for (const block of ["row", "pair", "flush", "finish"] as const) {
    places.addGrouped(program[block], groups);
  }
  return places;
}

/** Bytes of the slots of rows; the state is these and the local arrays. */
export function slotBytes(program: Program, groups: number): number {
  const slots = program.row.filter((s) => s.kind === "slot");
  return slots.length * groups * VECTOR;
}

/** Places of the arrays that columns need. */
export function columnArrays(program: Program): ArrayPlaces {
  const places = new ArrayPlaces();
  places.addShared(program.uniform);
  places.addGrouped(program.column, 1);
  return places;
}
