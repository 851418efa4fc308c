/**
 * One launch of a program in linear memory.
 *
 * @module
 */

import {
  batches,
  countColumns,
  type HostLaunch,
  type RowBlock,
  width,
} from "../engine/launch.ts";
import type { Program } from "../program/ir.ts";
import { reserve } from "./arena.ts";
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
  unitRows,
  VECTOR,
  vectorBytes,
} from "./layout.ts";
import {
  packColumns,
  packPairs,
  packRows,
  type Rows,
  unpackPairs,
  unpackRows,
  type View,
} from "./pack.ts";
import { cut, type Limits, partsOf, type Pieces, sizesOf } from "./pieces.ts";
import { runJob, threads } from "./pool.ts";

/** What the module of a program exports; the table says where data are. */
export interface Functions {
  /** Reduces some units of rows. */
  rows(table: number, begin: number, end: number): void;
  /** Fills the temporaries. */
  columns(table: number): void;
}

/** The module of a program, for all threads. */
export interface SharedModule {
  /** A number of its own. */
  readonly id: number;
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its functions, working in a memory. */
  functionsIn(memory: WebAssembly.Memory): Functions;
}

/** One launch. */
export class Run {
  readonly #program: Program;
  readonly #launch: HostLaunch;
  readonly #shape: Shape;
  readonly #pieces: Pieces;
  readonly #perUnit: number;
  /** Addresses of operands, then of outputs. */
  readonly #bases: number[] = [];
  readonly #intervals: number;
  readonly #module: SharedModule;
  readonly #moduleAt: number;
  readonly #arrayBytes: number;
  readonly #memory: WebAssembly.Memory;
  readonly #functions: Functions;
  readonly #table: Int32Array;
  readonly #floats: Float32Array | Float64Array;
  #packed: readonly number[] = [];

  /**
   * Makes a launch ready.
   *
   * @param module what computes
   * @param limits how large the pieces may be
   */
  constructor(
    program: Program,
    launch: HostLaunch,
    shape: Shape,
    module: SharedModule,
    limits: Limits,
  ) {
    this.#program = program;
    this.#launch = launch;
    this.#shape = shape;
    this.#perUnit = unitRows(shape);
    this.#module = module;
    this.#pieces = cut(program, launch, shape, limits, threads());
    let next = tableBytes(program) * this.#pieces.threads;
    const place = (bytes: number): number => {
      const at = next;
      next += Math.ceil(bytes / VECTOR) * VECTOR;
      return at;
    };
    // A part has as many intervals as all columns, or one a column.
    let most = 2;
    for (const blocks of launch.domains) {
      for (const b of blocks) most = Math.max(most, b.intervals.length);
    }
    this.#intervals = place(4 * most);
    this.#arrayBytes = Math.max(
      rowArrays(program, shape.groups).bytes,
      columnArrays(program).bytes,
    );
    const arrays = place(this.#arrayBytes * this.#pieces.threads);
    this.#moduleAt = this.#pieces.threads > 1 ? place(module.bytes.length) : 0;
    const { units } = this.#pieces;
    const states = place(units * sizesOf(program, shape).state);
    for (const bytes of this.#bytes()) this.#bases.push(place(bytes));
    const memory = reserve(next);
    this.#memory = memory;
    this.#functions = module.functionsIn(memory);
    if (this.#pieces.threads > 1) {
      new Uint8Array(memory.buffer).set(module.bytes, this.#moduleAt);
    }
    this.#table = new Int32Array(memory.buffer);
    this.#floats = shape.bits === 32
      ? new Float32Array(memory.buffer)
      : new Float64Array(memory.buffer);
    this.#set(TABLE.arrays, arrays);
    this.#set(TABLE.states, states);
    this.#set(TABLE.intervals, this.#intervals);
  }

  /** Computes all results. */
  run(): void {
    const { rows } = this.#launch;
    const { resident } = this.#pieces;
    for (const { index, offsets, blocks } of batches(this.#launch)) {
      if (resident) this.#packShared(offsets, 0, this.#launch.columns);
      for (const block of blocks) {
        const { intervals } = block;
        this.#set(TABLE.count, countColumns(intervals));
        const parts = partsOf(intervals, this.#pieces.tile);
        this.#block(block, parts, offsets, index * rows);
      }
    }
  }

  #set(place: number, value: number): void {
    this.#table[place / 4] = value;
  }

  /** The first entry of an operand or output. */
  #at(k: number): number {
    return this.#bases[k] / this.#floats.BYTES_PER_ELEMENT;
  }

  /** Bytes of one point of an operand or output. */
  #pointBytes(k: number): number {
    const { operands, outputs } = this.#program;
    return k < operands.length
      ? vectorBytes(operands[k], this.#shape)
      : resultBytes(outputs[k - operands.length].shape, this.#shape);
  }

  /** Bytes of operands, then of outputs. */
  #bytes(): number[] {
    const { operands, outputs } = this.#program;
    const { resident, tile, units } = this.#pieces;
    const columns = resident ? this.#launch.columns : tile;
    // Temporaries are computed for some columns at a time.
    const padded = columns + 128 / this.#shape.bits;
    const counts = [
      ...operands.map((spec) => {
        const counts = {
          uniform: 1,
          row: units,
          column: padded,
          pair: units * tile,
        };
        return counts[sideOf(spec)];
      }),
      ...outputs.map(({ perPair }) => perPair ? units * tile : units),
    ];
    return counts.map((n, k) => n * this.#pointBytes(k));
  }

  /**
   * Tells where operands and outputs are; positions count from the first
   * column of all, so what holds a part of the columns begins before it.
   */
  #place(skipped: number): void {
    const { operands, outputs } = this.#program;
    const { resident, tile } = this.#pieces;
    this.#bases.forEach((base, k) => {
      const spec = operands[k];
      const ofPair = spec
        ? spec.row && spec.column
        : outputs[k - operands.length].perPair === true;
      const moves = ofPair || spec?.column && !resident;
      const bytes = this.#pointBytes(k);
      this.#set(baseAt(k), moves ? base - skipped * bytes : base);
      this.#set(stepAt(k), ofPair ? tile * bytes : bytes);
    });
  }

  /** Parameters and columns; what has not moved since the last time stays. */
  #packShared(
    offsets: readonly number[],
    begin: number,
    count: number,
  ): void {
    let changed = false;
    this.#launch.operands.forEach((operand, k) => {
      const spec = this.#program.operands[k];
      if (spec.row) return;
      const offset = offsets[k] + (spec.column ? begin * operand.column : 0);
      if (this.#packed[k] === offset) return;
      changed = true;
      const n = spec.column ? count : 1;
      packColumns(this.#floats, this.#at(k), operand, offset, spec.dim, n);
    });
    this.#packed = this.#launch.operands.map(({ column }, k) =>
      offsets[k] + (this.#program.operands[k].column ? begin * column : 0)
    );
    const temporaries = this.#program.operands.some((o) => o.temporary);
    if (!temporaries || !changed) return;
    this.#set(TABLE.columns, count);
    this.#place(0);
    this.#functions.columns(0);
  }

  #block(
    { begin, end }: RowBlock,
    parts: ReturnType<typeof partsOf>,
    offsets: readonly number[],
    first: number,
  ): void {
    const { units } = this.#pieces;
    const step = units * this.#perUnit;
    for (let start = begin; start < end; start += step) {
      const count = Math.min(step, end - start);
      const rows = { begin: start, count, perUnit: this.#perUnit };
      this.#packRows(rows, offsets);
      parts.forEach(({ tile, intervals }, k) => {
        this.#set(TABLE.first, k === 0 ? 1 : 0);
        this.#set(TABLE.last, k === parts.length - 1 ? 1 : 0);
        this.#enter(tile, intervals, rows, offsets);
        this.#compute(Math.ceil(count / this.#perUnit));
        this.#leave(tile, rows, first + start);
      });
      this.#unpackRows(rows, first + start);
    }
  }

  /** Computes units of rows, a few at a time, on all threads. */
  #compute(units: number): void {
    const { unitsPerCall: step, threads } = this.#pieces;
    const { rows } = this.#functions;
    if (threads === 1 || units <= step) {
      for (let u = 0; u < units; u += step) {
        rows(0, u, Math.min(units, u + step));
      }
      return;
    }
    const bytes = tableBytes(this.#program);
    for (let t = 1; t < threads; t++) {
      const to = t * bytes / 4;
      this.#table.copyWithin(to, 0, bytes / 4);
      this.#table[to + TABLE.arrays / 4] += t * this.#arrayBytes;
    }
    runJob({
      memory: this.#memory,
      module: this.#module.id,
      bytes: this.#moduleAt,
      length: this.#module.bytes.length,
      threads,
      table: 0,
      tableStep: bytes,
      units,
      step,
      rows,
    });
  }

  /** The columns of a tile. */
  #columnsOf(tile: number): { readonly begin: number; readonly count: number } {
    const begin = tile * this.#pieces.tile;
    const count = Math.min(this.#pieces.tile, this.#launch.columns - begin);
    return { begin, count };
  }

  /** Brings in what belongs to a part of the columns. */
  #enter(
    tile: number,
    intervals: Int32Array,
    rows: Rows,
    offsets: readonly number[],
  ): void {
    const { begin, count } = this.#columnsOf(tile);
    if (!this.#pieces.resident) this.#packShared(offsets, begin, count);
    this.#place(begin);
    this.#table.set(intervals, this.#intervals / 4);
    this.#set(
      TABLE.intervalsEnd,
      this.#intervals + intervals.byteLength,
    );
    this.#launch.operands.forEach((operand, k) => {
      const { row, column, dim } = this.#program.operands[k];
      if (!row || !column) return;
      const offset = offsets[k] + begin * operand.column;
      const perUnit = this.#pieces.tile;
      packPairs(
        this.#floats,
        this.#at(k),
        operand,
        offset,
        dim,
        rows,
        count,
        perUnit,
      );
    });
  }

  /** Takes out results of pairs. */
  #leave(tile: number, rows: Rows, first: number): void {
    const { begin, count } = this.#columnsOf(tile);
    this.#program.outputs.forEach(({ shape, perPair }, o) => {
      if (!perPair) return;
      const [from, at] = this.#results(o);
      unpackPairs(
        from,
        at,
        this.#launch.outputs[o],
        first,
        width(shape),
        rows,
        {
          begin,
          count,
          perUnit: this.#pieces.tile,
          all: this.#launch.columns,
        },
      );
    });
  }

  #packRows(rows: Rows, offsets: readonly number[]): void {
    this.#launch.operands.forEach((operand, k) => {
      const spec = this.#program.operands[k];
      if (sideOf(spec) !== "row") return;
      packRows(
        this.#floats,
        this.#at(k),
        operand,
        offsets[k],
        spec.dim,
        rows,
      );
    });
  }

  #unpackRows(rows: Rows, first: number): void {
    this.#program.outputs.forEach(({ shape, perPair }, o) => {
      if (perPair) return;
      const [from, at] = this.#results(o);
      unpackRows(from, at, this.#launch.outputs[o], first, width(shape), rows);
    });
  }

  /** Where an output is: integers beside floats of 32 bits are integers. */
  #results(o: number): [View, number] {
    const { operands, outputs } = this.#program;
    const narrow = outputs[o].type === "int" && this.#shape.bits === 32;
    const from = narrow ? this.#table : this.#floats;
    return [from, this.#at(operands.length + o)];
  }
}
