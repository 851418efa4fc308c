/**
 * Runs programs as WebAssembly, on one thread.
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
import { hasRelaxed } from "./platform.ts";
import { renderModule } from "./render.ts";

/** What the module of a program exports. */
interface Functions {
  rows(begin: number, end: number): void;
  columns(): void;
}

/** A program rendered for one shape of units. */
interface Variant {
  readonly module: WebAssembly.Module;
  memory?: WebAssembly.Memory;
  functions?: Functions;
}

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
            const bytes = renderModule(program, { ...shape, relaxed });
            variant = { module: new WebAssembly.Module(bytes) };
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

/** Lanes of 64 bits where any data are; few groups where there are few rows. */
function shapeOf(
  program: Program,
  { operands, outputs, blocks }: Launch,
): Shape {
  const wide = [...operands.map((o) => o.data), ...outputs]
    .some((data) => data instanceof Float64Array);
  const bits: Bits = wide ? 64 : 32;
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
  readonly #functions: Functions;
  readonly #table: Int32Array;
  readonly #floats: Float32Array | Float64Array;
  readonly #intervals: number;
  readonly #unitBytes: number;
  readonly #unitsAtOnce: number;
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
    this.#perUnit = unitRows(shape);
    const { operands, outputs } = program;
    const { columns, blocks } = launch;
    let next = tableBytes(program);
    const place = (bytes: number): number => {
      const at = next;
      next += Math.ceil(bytes / VECTOR) * VECTOR;
      return at;
    };
    const most = Math.max(0, ...blocks.map((b) => b.intervals.length));
    this.#intervals = place(4 * most);
    const arrays = place(Math.max(
      rowArrays(program, shape.groups).bytes,
      columnArrays(program).bytes,
    ));
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
    this.#unitsAtOnce = this.#chunk();
    for (const [k, bytes] of byUnit) {
      if (bytes > 0 || k >= operands.length) {
        this.#bases[k] = place(bytes * this.#unitsAtOnce);
      }
    }
    const memory = reserve(next);
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
  }

  run(): void {
    const { blocks, rows } = this.#launch;
    const temporaries = this.#program.operands.some((o) => o.temporary);
    for (const { index, offsets } of batches(this.#launch)) {
      this.#packShared(offsets);
      if (temporaries) this.#functions.columns();
      for (const block of blocks) this.#block(block, offsets, index * rows);
    }
  }

  /** How many units of rows go in one call. */
  #chunk(): number {
    const { blocks } = this.#launch;
    const { flops, calls } = costOfPair(this.#program);
    const lanes = 128 / this.#shape.bits;
    const pair = (flops + CALL_COST * calls + 4) / (lanes * SPEED);
    const most = blocks.reduce((n, b) => Math.max(n, b.end - b.begin), 0);
    const columns = blocks.reduce(
      (n, b) => Math.max(n, countColumns(b.intervals)),
      1,
    );
    const units = Math.min(
      Math.ceil(most / this.#perUnit),
      CHUNK_BYTES / Math.max(this.#unitBytes, 1),
      CALL_TIME / (pair * columns * this.#perUnit),
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
      this.#functions.rows(0, Math.ceil(count / this.#perUnit));
      this.#unpack(rows, first + start);
    }
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
