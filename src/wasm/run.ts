/**
 * One launch of a program in linear memory.
 *
 * @module
 */

import {
  batches,
  countColumns,
  type HostLaunch,
  type Intervals,
  MOST_INDEX,
  width,
} from "../launch/launch.ts";
import type { Pace } from "../launch/flight.ts";
import type { Program } from "../program/ir.ts";
import { giveMemory, takeMemory, viewsOf } from "./arena.ts";
import type { Geometry } from "./geometry.ts";
import { sideOf, TABLE, unitRows } from "./layout.ts";
import {
  packColumns,
  packPairs,
  packRows,
  unpackPairs,
  unpackRows,
  type View,
} from "./pack.ts";
import type { Limits, Pieces } from "./pieces.ts";
import type { Places } from "./places.ts";
import { jobSteps } from "./pool.ts";
import { chunksOf, type Part, type Strip, tilesOf } from "./strips.ts";
import { split, type Task, turnsOf, writeTasks } from "./tasks.ts";
import { type Times, timesOf } from "./time.ts";

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

/** Nanoseconds that a turn takes at least, where there are many small tasks. */
const SHORTEST_TURN = 2e4;

/** How often each thread should find work, so that all end together. */
const TURNS = 8;

/** Columns that are brought in or prepared without a pause. */
const COLUMNS_AT_ONCE = 2 ** 14;

/** Computes all results; yields the fraction that is done, at some pace. */
export function* runSteps(
  program: Program,
  launch: HostLaunch,
  geometry: Geometry<SharedModule>,
  limits: Limits,
  pace: Pace,
): Generator<number, void> {
  const memory = takeMemory(geometry.places.bytes);
  try {
    const run = new Run(program, launch, geometry, limits, memory, pace);
    yield* run.steps();
  } finally {
    giveMemory(memory);
  }
}

/** One launch. */
class Run {
  readonly #program: Program;
  readonly #launch: HostLaunch;
  readonly #pieces: Pieces;
  readonly #places: Places;
  readonly #perUnit: number;
  readonly #times: Times;
  readonly #limits: Limits;
  readonly #module: SharedModule;
  readonly #memory: WebAssembly.Memory;
  readonly #functions: Functions;
  readonly #table: Int32Array;
  readonly #floats: Float32Array | Float64Array;
  readonly #narrow: boolean;
  readonly #pace: Pace;
  #packed: readonly number[] = [];
  /** Nanoseconds that all takes. */
  readonly #all: number;
  /** Nanoseconds that are done. */
  #done = 0;

  constructor(
    program: Program,
    launch: HostLaunch,
    { shape, module, pieces, places, time }: Geometry<SharedModule>,
    limits: Limits,
    memory: WebAssembly.Memory,
    pace: Pace,
  ) {
    this.#program = program;
    this.#launch = launch;
    this.#pieces = pieces;
    this.#places = places;
    this.#perUnit = unitRows(shape);
    this.#times = timesOf(program, shape.bits);
    this.#all = time;
    this.#limits = limits;
    this.#module = module;
    this.#memory = memory;
    this.#pace = pace;
    this.#functions = module.functionsIn(memory);
    const views = viewsOf(memory);
    this.#table = views.int32;
    this.#narrow = shape.bits === 32;
    this.#floats = this.#narrow ? views.float32 : views.float64;
    if (pieces.threads > 1) views.uint8.set(module.bytes, places.module);
    places.write(this.#table);
  }

  *steps(): Generator<number, void> {
    const { rows, columns } = this.#launch;
    const { resident, units, intervals } = this.#pieces;
    for (const { index, offsets, blocks } of batches(this.#launch)) {
      if (resident) yield* this.#packShared(offsets, 0, columns);
      for (const strips of chunksOf(blocks, this.#perUnit, units, intervals)) {
        yield* this.#chunk(strips, offsets, index * rows);
      }
    }
  }

  /** About how long some rows take with some columns. */
  #time(rows: number, columns: number): number {
    return rows * (columns * this.#times.pair + this.#times.row);
  }

  /** Lets others use this thread, where it is time to. */
  *#pause(): Generator<number, void> {
    const { until } = this.#pace;
    if (until === Infinity || performance.now() <= until) return;
    yield this.#done / this.#all;
  }

  #set(place: number, value: number): void {
    this.#table[place / 4] = value;
  }

  /** The first entry of an operand or output. */
  #at(k: number): number {
    return this.#places.bases[k] / this.#floats.BYTES_PER_ELEMENT;
  }

  /** Parameters and columns; what has not moved since the last time stays. */
  *#packShared(
    offsets: readonly number[],
    begin: number,
    count: number,
  ): Generator<number, void> {
    const { operands } = this.#program;
    let changed = false;
    const packed: number[] = [];
    for (const [k, operand] of this.#launch.operands.entries()) {
      const { row, column, dim } = operands[k];
      const offset = offsets[k] + (column ? begin * operand.column : 0);
      packed.push(offset);
      if (row || this.#packed[k] === offset) continue;
      changed = true;
      const all = column ? count : 1;
      for (let j = 0; j < all; j += COLUMNS_AT_ONCE) {
        const n = Math.min(COLUMNS_AT_ONCE, all - j);
        const from = offset + j * operand.column;
        const at = this.#at(k) + j * dim;
        packColumns(this.#floats, at, operand, from, dim, n);
        if (n === COLUMNS_AT_ONCE) yield* this.#pause();
      }
    }
    this.#packed = packed;
    const temporaries = operands.some((o) => o.temporary);
    if (!temporaries || !changed) return;
    this.#places.begin(this.#table, 0);
    for (let j = 0; j < count; j += COLUMNS_AT_ONCE) {
      this.#set(TABLE.columns, Math.min(COLUMNS_AT_ONCE, count - j));
      this.#places.columnsFrom(this.#table, j);
      this.#functions.columns(0);
      yield* this.#pause();
    }
  }

  /** Rows that are in memory together. */
  *#chunk(
    strips: readonly Strip[],
    offsets: readonly number[],
    first: number,
  ): Generator<number, void> {
    for (const { rows } of strips) this.#packRows(rows, offsets);
    const { columns } = this.#launch;
    const { tile, resident } = this.#pieces;
    for (const { tile: index, parts } of tilesOf(strips, tile, columns)) {
      const begin = index * tile;
      const count = Math.min(tile, columns - begin);
      if (!resident) yield* this.#packShared(offsets, begin, count);
      // Larger positions are counted from the tile on: nobody stores them.
      const origin = columns > MOST_INDEX ? begin : 0;
      this.#places.begin(this.#table, begin - origin);
      for (const { strip } of parts) {
        this.#packPairs(strip.rows, offsets, begin, count);
      }
      yield* this.#compute(this.#tasks(parts, origin));
      for (const { strip } of parts) {
        this.#unpackPairs(strip.rows, first, begin, count);
      }
    }
    for (const { rows } of strips) this.#unpackRows(rows, first);
  }

  /** Tasks for some parts of the columns, whose intervals are written. */
  #tasks(parts: readonly Part[], origin: number): Task[] {
    let at = this.#places.intervals;
    let [written, begins]: [Intervals | undefined, number] = [undefined, at];
    return parts.map(({ strip, intervals, first, last }) => {
      if (intervals !== written) {
        begins = at;
        const own = origin === 0 ? intervals : intervals.map((j) => j - origin);
        this.#table.set(own, at / 4);
        at += 4 * intervals.length;
        written = intervals;
      }
      const { unit, count } = strip.rows;
      return {
        begin: unit,
        end: unit + Math.ceil(count / this.#perUnit),
        intervals: begins,
        intervalsEnd: begins + 4 * intervals.length,
        count: Math.min(countColumns(strip.intervals), MOST_INDEX),
        first,
        last,
        time: this.#time(count, countColumns(intervals)),
      };
    });
  }

  /** Does tasks, on all threads where that is worth it. */
  *#compute(tasks: readonly Task[]): Generator<number, void> {
    const { threads } = this.#pieces;
    const time = tasks.reduce((sum, task) => sum + task.time, 0);
    const most = Math.min(
      this.#limits.time,
      threads === 1
        ? Infinity
        : Math.max(SHORTEST_TURN, time / (TURNS * threads)),
    );
    const pieces = tasks.flatMap((task) => split(task, most));
    const turns = threads === 1 ? [] : turnsOf(pieces, most);
    if (turns.length <= 2) yield* this.#alone(pieces);
    else yield* this.#together(pieces, turns, time);
    this.#done += time;
  }

  *#alone(tasks: readonly Task[]): Generator<number, void> {
    const { rows } = this.#functions;
    for (const task of tasks) {
      this.#set(TABLE.intervals, task.intervals);
      this.#set(TABLE.intervalsEnd, task.intervalsEnd);
      this.#set(TABLE.count, task.count);
      this.#set(TABLE.first, task.first ? 1 : 0);
      this.#set(TABLE.last, task.last ? 1 : 0);
      rows(0, task.begin, task.end);
      yield* this.#pause();
    }
  }

  *#together(
    tasks: readonly Task[],
    turns: readonly number[],
    time: number,
  ): Generator<number, void> {
    const places = this.#places;
    writeTasks(this.#table, places.tasks / 4, tasks);
    this.#table.set(turns, places.turns / 4);
    places.copyTable(this.#table);
    const all = turns.length - 1;
    const job = jobSteps({
      memory: this.#memory,
      module: this.#module.id,
      bytes: places.module,
      length: this.#module.bytes.length,
      threads: this.#pieces.threads,
      table: 0,
      tableStep: places.tableBytes,
      tasks: places.tasks / 4,
      turnsAt: places.turns / 4,
      turns: all,
      rows: this.#functions.rows,
    }, this.#pace);
    for (const taken of job) {
      yield (this.#done + time * taken / all) / this.#all;
    }
  }

  #packPairs(
    rows: Strip["rows"],
    offsets: readonly number[],
    begin: number,
    count: number,
  ): void {
    const room = this.#pieces.tile;
    this.#launch.operands.forEach((operand, k) => {
      const spec = this.#program.operands[k];
      if (sideOf(spec) !== "pair") return;
      const offset = offsets[k] + begin * operand.column;
      const [to, at, { dim }] = [this.#floats, this.#at(k), spec];
      packPairs(to, at, operand, offset, dim, rows, count, room);
    });
  }

  /** Takes out results of pairs. */
  #unpackPairs(
    rows: Strip["rows"],
    first: number,
    begin: number,
    count: number,
  ): void {
    const { columns: all, outputs } = this.#launch;
    const part = { begin, count, perUnit: this.#pieces.tile, all };
    this.#program.outputs.forEach(({ shape, perPair }, o) => {
      if (!perPair) return;
      const [from, at] = this.#results(o);
      unpackPairs(from, at, outputs[o], first, width(shape), rows, part);
    });
  }

  #packRows(rows: Strip["rows"], offsets: readonly number[]): void {
    this.#launch.operands.forEach((operand, k) => {
      const spec = this.#program.operands[k];
      if (sideOf(spec) !== "row") return;
      const [to, at] = [this.#floats, this.#at(k)];
      packRows(to, at, operand, offsets[k], spec.dim, rows);
    });
  }

  #unpackRows(rows: Strip["rows"], first: number): void {
    this.#program.outputs.forEach(({ shape, perPair }, o) => {
      if (perPair) return;
      const [from, at] = this.#results(o);
      unpackRows(from, at, this.#launch.outputs[o], first, width(shape), rows);
    });
  }

  /** Where an output is: integers beside floats of 32 bits are integers. */
  #results(o: number): [View, number] {
    const { operands, outputs } = this.#program;
    const integers = outputs[o].type === "int" && this.#narrow;
    const from = integers ? this.#table : this.#floats;
    return [from, this.#at(operands.length + o)];
  }
}
