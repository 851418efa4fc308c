/**
 * Runs programs as WebAssembly, large ones on all threads.
 *
 * @module
 */

import {
  type Backend,
  batches,
  countColumns,
  type Kernel,
  type Launch,
  type RowBlock,
  width,
} from "../engine/launch.ts";
import { costOfPair } from "../program/cost.ts";
import type { Program } from "../program/ir.ts";
import { printProgram } from "../program/print.ts";
import { release, reserve } from "./arena.ts";
import type { Bits } from "./lanes.ts";
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
import { GIVEN } from "./module.ts";
import {
  packColumns,
  packPairs,
  packRows,
  type Rows,
  unpackPairs,
  unpackRows,
  type View,
} from "./pack.ts";
import { canShare, hasRelaxed } from "./platform.ts";
import { runJob, threads } from "./pool.ts";
import { renderModule } from "./render.ts";

/** What the module of a program exports. */
interface Functions {
  rows(table: number, begin: number, end: number): void;
  columns(table: number): void;
}

/** A program rendered for one shape of units. */
interface Variant {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly module: WebAssembly.Module;
  memory?: WebAssembly.Memory;
  functions?: Functions;
}

let nextId = 0;

/** How a backend may compute. */
export interface WasmOptions {
  /** Every platform gives the same bits: no relaxed instructions. */
  readonly strict: boolean;
}

/** Runs programs as WebAssembly. */
export const wasmBackend: Backend = wasmBackendWith({ strict: false });

/** A backend that runs programs as WebAssembly. */
export function wasmBackendWith({ strict }: WasmOptions): Backend {
  return {
    name: strict ? "wasm strict" : "wasm",
    prepare(program: Program, title: string): Kernel {
      const variants = new Map<string, Variant>();
      const comment = title.split("\n").map((t) => `; ${t}\n`).join("");
      return {
        source: comment + printProgram(program),
        run(launch) {
          const shape = shapeOf(program, launch);
          const key = `${shape.bits} ${shape.groups}`;
          let variant = variants.get(key);
          if (variant === undefined) {
            const relaxed = !strict && hasRelaxed();
            const shared = canShare();
            const bytes = renderModule(program, { ...shape, relaxed, shared });
            const module = new WebAssembly.Module(bytes);
            variant = { id: nextId++, bytes, module };
            variants.set(key, variant);
          }
          try {
            new Run(program, launch, shape, variant).run();
          } finally {
            release();
          }
        },
      };
    },
  };
}

/** Lanes as wide as results; few groups where there are few rows. */
function shapeOf(program: Program, { dtype, blocks }: Launch): Shape {
  const bits: Bits = dtype === "float64" ? 64 : 32;
  const rows = Math.max(1, ...blocks.map((b) => b.end - b.begin));
  const full = Math.ceil(rows * bits / 128);
  return {
    bits,
    groups: full >= 3 && program.pair.length > 0 ? 4 : Math.min(full, 2),
  };
}

/** About how long one call into the module should take, in nanoseconds. */
const CALL_TIME = 5e5;
/** Bytes of rows and results that are in memory at a time. */
const CHUNK_BYTES = 1 << 20;
/** Work of fewer nanoseconds is not worth a second thread. */
const PARALLEL_FROM = 1e6;
/** How many times each thread should find work, so that all end together. */
const TURNS = 8;
/** Operations of one lane in a nanosecond, roughly. */
const SPEED = 6;
const CALL_COST = 20;

/** One launch. */
class Run {
  readonly #program: Program;
  readonly #launch: Launch;
  readonly #shape: Shape;
  readonly #perUnit: number;
  readonly #bases: number[] = [];
  readonly #variant: Variant;
  readonly #functions: Functions;
  readonly #memory: WebAssembly.Memory;
  readonly #threads: number;
  readonly #moduleAt: number;
  readonly #arrayBytes: number;
  readonly #table: Int32Array;
  readonly #floats: Float32Array | Float64Array;
  readonly #intervals: number;
  readonly #unitBytes: number;
  readonly #unitsAtOnce: number;
  readonly #unitsACall: number;
  #previous: readonly number[] = [];

  constructor(
    program: Program,
    launch: Launch,
    shape: Shape,
    variant: Variant,
  ) {
    this.#program = program;
    this.#launch = launch;
    this.#shape = shape;
    this.#variant = variant;
    this.#perUnit = unitRows(shape);
    const { operands, outputs } = program;
    const { columns, blocks } = launch;
    const unitTime = this.#unitTime();
    const total = unitTime * launch.rows / this.#perUnit;
    this.#threads = total < PARALLEL_FROM ? 1 : threads();
    let next = tableBytes(program) * this.#threads;
    const place = (bytes: number): number => {
      const at = next;
      next += Math.ceil(bytes / VECTOR) * VECTOR;
      return at;
    };
    const most = Math.max(0, ...blocks.map((b) => b.intervals.length));
    this.#intervals = place(4 * most);
    const arrayBytes = Math.max(
      rowArrays(program, shape.groups).bytes,
      columnArrays(program).bytes,
    );
    const arrays = place(arrayBytes * this.#threads);
    this.#moduleAt = this.#threads > 1 ? place(variant.bytes.length) : 0;
    // Columns are prepared a few at a time.
    const padded = columns + 128 / shape.bits;
    operands.forEach((spec, k) => {
      if (spec.row) return;
      const count = spec.column ? padded : 1;
      this.#bases[k] = place(count * vectorBytes(spec, shape));
    });
    const byUnit: [number, number][] = [
      ...operands.map((spec, k): [number, number] => [
        k,
        spec.row ? vectorBytes(spec, shape) * (spec.column ? columns : 1) : 0,
      ]),
      ...outputs.map(({ shape: s, perPair }, o): [number, number] => [
        operands.length + o,
        resultBytes(s, shape) * (perPair ? columns : 1),
      ]),
    ];
    this.#unitBytes = byUnit.reduce((sum, [, bytes]) => sum + bytes, 0);
    this.#unitsACall = Math.max(1, Math.floor(CALL_TIME / unitTime));
    this.#unitsAtOnce = this.#chunk();
    for (const [k, bytes] of byUnit) {
      if (bytes > 0 || k >= operands.length) {
        this.#bases[k] = place(bytes * this.#unitsAtOnce);
      }
    }
    const memory = reserve(next);
    this.#memory = memory;
    this.#functions = functionsOf(variant, memory);
    this.#table = new Int32Array(memory.buffer);
    this.#floats = shape.bits === 32
      ? new Float32Array(memory.buffer)
      : new Float64Array(memory.buffer);
    this.#table[TABLE.arrays / 4] = arrays;
    this.#table[TABLE.columns / 4] = columns;
    this.#table[TABLE.intervals / 4] = this.#intervals;
    this.#bases.forEach((base, k) => this.#table[baseAt(k) / 4] = base);
    for (const [k, bytes] of byUnit) this.#table[stepAt(k) / 4] = bytes;
    if (this.#threads > 1) {
      new Uint8Array(memory.buffer).set(variant.bytes, this.#moduleAt);
    }
    this.#arrayBytes = arrayBytes;
  }

  run(): void {
    const { blocks, rows } = this.#launch;
    const temporaries = this.#program.operands.some((o) => o.temporary);
    for (const { index, offsets } of batches(this.#launch)) {
      this.#packShared(offsets);
      if (temporaries) this.#functions.columns(0);
      for (const block of blocks) this.#block(block, offsets, index * rows);
    }
  }

  /** About how long one unit of rows takes, in nanoseconds. */
  #unitTime(): number {
    const { flops, calls } = costOfPair(this.#program);
    const lanes = 128 / this.#shape.bits;
    const pair = (flops + CALL_COST * calls + 4) / (lanes * SPEED);
    const columns = this.#launch.blocks.reduce(
      (n, b) => Math.max(n, countColumns(b.intervals)),
      1,
    );
    return pair * columns * this.#perUnit;
  }

  /** How many units of rows are in memory at a time. */
  #chunk(): number {
    const most = this.#launch.blocks.reduce(
      (n, b) => Math.max(n, b.end - b.begin),
      0,
    );
    const bytes = CHUNK_BYTES * this.#threads;
    const units = Math.min(
      Math.ceil(most / this.#perUnit),
      bytes / Math.max(this.#unitBytes, 1),
    );
    return Math.max(1, Math.floor(units));
  }

  /** Parameters and columns; what has not moved since the last batch stays. */
  #packShared(offsets: readonly number[]): void {
    const { operands, columns } = this.#launch;
    operands.forEach((operand, k) => {
      const spec = this.#program.operands[k];
      if (spec.row || this.#previous[k] === offsets[k]) return;
      const at = this.#bases[k] / this.#floats.BYTES_PER_ELEMENT;
      const count = spec.column ? columns : 1;
      packColumns(this.#floats, at, operand, offsets[k], spec.dim, count);
    });
    this.#previous = offsets;
  }

  #block(
    { begin, end, intervals }: RowBlock,
    offsets: readonly number[],
    first: number,
  ): void {
    this.#table.set(intervals, this.#intervals / 4);
    this.#table[TABLE.intervalsEnd / 4] = this.#intervals +
      4 * intervals.length;
    this.#table[TABLE.count / 4] = countColumns(intervals);
    const step = this.#unitsAtOnce * this.#perUnit;
    for (let start = begin; start < end; start += step) {
      const count = Math.min(step, end - start);
      const rows = { begin: start, count, perUnit: this.#perUnit };
      this.#pack(rows, offsets);
      this.#compute(Math.ceil(count / this.#perUnit));
      this.#unpack(rows, first + start);
    }
  }

  /** Computes units of rows, a few at a time, on all threads. */
  #compute(units: number): void {
    const { rows } = this.#functions;
    const bytes = tableBytes(this.#program);
    const share = Math.ceil(units / (TURNS * this.#threads));
    const step = Math.min(this.#unitsACall, share);
    if (this.#threads === 1 || units <= step) {
      for (let k = 0; k < units; k += this.#unitsACall) {
        rows(0, k, Math.min(k + this.#unitsACall, units));
      }
      return;
    }
    for (let t = 1; t < this.#threads; t++) {
      const to = t * bytes / 4;
      this.#table.copyWithin(to, 0, bytes / 4);
      this.#table[to + TABLE.arrays / 4] += t * this.#arrayBytes;
    }
    runJob({
      memory: this.#memory,
      module: this.#variant.id,
      bytes: this.#moduleAt,
      length: this.#variant.bytes.length,
      threads: this.#threads,
      table: 0,
      tableStep: bytes,
      units,
      step,
      rows,
    });
  }

  #pack(rows: Rows, offsets: readonly number[]): void {
    const { operands, columns } = this.#launch;
    operands.forEach((operand, k) => {
      const spec = this.#program.operands[k];
      const side = sideOf(spec);
      const at = this.#bases[k] / this.#floats.BYTES_PER_ELEMENT;
      const to = this.#floats;
      if (side === "row") {
        packRows(to, at, operand, offsets[k], spec.dim, rows);
      } else if (side === "pair") {
        packPairs(to, at, operand, offsets[k], spec.dim, rows, columns);
      }
    });
  }

  #unpack(rows: Rows, first: number): void {
    const { operands, outputs } = this.#program;
    outputs.forEach(({ shape, type, perPair }, o) => {
      const narrowInts = type === "int" && this.#shape.bits === 32;
      const from: View = narrowInts ? this.#table : this.#floats;
      const at = this.#bases[operands.length + o] / from.BYTES_PER_ELEMENT;
      const to = this.#launch.outputs[o];
      const wide = width(shape);
      if (perPair) {
        unpackPairs(from, at, to, first, wide, rows, this.#launch.columns);
      } else {
        unpackRows(from, at, to, first, wide, rows);
      }
    });
  }
}

/** The functions of a variant, working on this memory. */
function functionsOf(
  variant: Variant,
  memory: WebAssembly.Memory,
): Functions {
  if (variant.memory !== memory || variant.functions === undefined) {
    const instance = new WebAssembly.Instance(variant.module, {
      env: { memory },
      math: GIVEN,
    });
    variant.memory = memory;
    variant.functions = instance.exports as unknown as Functions;
  }
  return variant.functions;
}
