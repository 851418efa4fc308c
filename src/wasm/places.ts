/**
 * Where everything is in the memory of a launch.
 *
 * @module
 */

import type { Program } from "../program/ir.ts";
import {
  baseAt,
  columnArrays,
  resultBytes,
  rowArrays,
  type Shape,
  sideOf,
  stepAt,
  TABLE,
  tableBytes,
  VECTOR,
  vectorBytes,
} from "./layout.ts";
import { type Pieces, sizesOf } from "./pieces.ts";
import { scratchBytes } from "./stage_places.ts";
import { TASK } from "./tasks.ts";

/** Columns are prepared a few at a time; there is room for the last of them. */
const PADDING = 128;

/** The addresses of a launch. */
export class Places {
  /** Addresses of operands, then of outputs. */
  readonly bases: readonly number[];
  /** Bytes of one point of each. */
  readonly points: readonly number[];
  /** The list of intervals. */
  readonly intervals: number;
  /** The tasks, and after them where turns begin. */
  readonly tasks: number;
  /** Where turns begin. */
  readonly turns: number;
  /** The bytes of the module, for threads. */
  readonly module: number;
  /** Local arrays of the first thread. */
  readonly arrays: number;
  /** How far those of threads are apart. */
  readonly arrayBytes: number;
  /** How far the tables of threads are apart. */
  readonly tableBytes: number;
  /** States of rows between two parts of their columns. */
  readonly states: number;
  /** All bytes. */
  readonly bytes: number;
  readonly #program: Program;
  readonly #pieces: Pieces;

  /**
   * @param columns the number of columns
   * @param moduleBytes the length of the module
   */
  constructor(
    program: Program,
    shape: Shape,
    pieces: Pieces,
    columns: number,
    moduleBytes: number,
  ) {
    this.#program = program;
    this.#pieces = pieces;
    const { operands, outputs } = program;
    const { resident, tile, units, threads } = pieces;
    this.tableBytes = tableBytes(program);
    let next = this.tableBytes * threads;
    const place = (bytes: number): number => {
      const at = next;
      next += Math.ceil(bytes / VECTOR) * VECTOR;
      return at;
    };
    this.arrayBytes = Math.max(
      rowArrays(program, shape.groups).bytes +
        scratchBytes(program, shape.groups),
      columnArrays(program).bytes,
    );
    this.arrays = place(this.arrayBytes * threads);
    this.intervals = place(4 * pieces.intervals);
    const shared = threads > 1;
    this.tasks = shared ? place(4 * TASK * units) : 0;
    this.turns = shared ? place(4 * (units + 1)) : 0;
    this.module = shared ? place(moduleBytes) : 0;
    this.states = place(
      tile < columns ? units * sizesOf(program, shape).state : 0,
    );
    const padded = (resident ? columns : tile) + PADDING / shape.bits;
    const pairs = units * tile;
    const counts = {
      uniform: 1,
      row: units,
      column: padded,
      pair: pairs,
    };
    this.points = [
      ...operands.map((spec) => vectorBytes(spec, shape)),
      ...outputs.map((output) => resultBytes(output.shape, shape)),
    ];
    this.bases = this.points.map((bytes, k) => {
      const count = k < operands.length
        ? counts[sideOf(operands[k])]
        : outputs[k - operands.length].perPair
        ? pairs
        : units;
      return place(count * bytes);
    });
    this.bytes = next;
  }

  /** Writes what does not change into the table of the first thread. */
  write(table: Int32Array): void {
    table[TABLE.arrays / 4] = this.arrays;
    table[TABLE.states / 4] = this.states;
  }

  /**
   * Tells where operands and outputs are; positions count from the first
   * column of all, so what holds a part of the columns begins before it.
   */
  begin(table: Int32Array, skipped: number): void {
    const { operands, outputs } = this.#program;
    const { resident, tile } = this.#pieces;
    this.bases.forEach((base, k) => {
      const spec = operands[k];
      const ofPair = spec
        ? spec.row && spec.column
        : outputs[k - operands.length].perPair === true;
      const moves = ofPair || spec?.column && !resident;
      const bytes = this.points[k];
      table[baseAt(k) / 4] = moves ? base - skipped * bytes : base;
      table[stepAt(k) / 4] = ofPair ? tile * bytes : bytes;
    });
  }

  /** Tells where columns are, from one of those that are in memory on. */
  columnsFrom(table: Int32Array, first: number): void {
    this.#program.operands.forEach((spec, k) => {
      if (sideOf(spec) !== "column") return;
      table[baseAt(k) / 4] = this.bases[k] + first * this.points[k];
    });
  }

  /** Gives every thread a table of its own. */
  copyTable(table: Int32Array): void {
    const length = this.tableBytes / 4;
    for (let t = 1; t < this.#pieces.threads; t++) {
      table.copyWithin(t * length, 0, length);
      table[t * length + TABLE.arrays / 4] += t * this.arrayBytes;
    }
  }
}
