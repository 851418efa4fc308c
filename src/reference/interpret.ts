/**
 * The reference evaluator: it walks a program statement by statement, pair by
 * pair, in float64. Slow and obvious: the definition of what is right.
 *
 * @module
 */

import {
  type Backend,
  type BatchEntry,
  batches,
  countColumns,
  type HostLaunch,
  type Intervals,
  type Kernel,
  onHost,
  resultsOf,
  width,
} from "../launch/launch.ts";
import {
  type Block,
  FLUSH_EVERY,
  type Program,
  type Value,
  type VectorSource,
} from "../program/ir.ts";
import { SCALARS } from "../program/scalars.ts";
import type { TypedArray } from "../dtypes.ts";

/** Evaluates programs by walking them. */
export const referenceBackend: Backend = {
  name: "reference",
  prepare(program: Program): Kernel {
    return {
      source: "",
      run: (launch) => {
        const host = onHost(launch);
        for (const entry of batches(host)) {
          new Machine(program, host, entry).run();
        }
        return resultsOf(host);
      },
    };
  },
};

/** One batch of a launch. */
class Machine {
  readonly #program: Program;
  readonly #launch: HostLaunch;
  readonly #entry: BatchEntry;
  readonly #values: number[] = [];
  readonly #slots: number[] = [];
  readonly #arrays: Float64Array[] = [];
  readonly #temporaries: (TypedArray | undefined)[];
  #row = 0;
  #column = 0;

  constructor(
    program: Program,
    launch: HostLaunch,
    entry: BatchEntry,
  ) {
    this.#program = program;
    this.#launch = launch;
    this.#entry = entry;
    this.#temporaries = program.operands.map((o) =>
      o.temporary ? new Float64Array(o.dim * launch.columns) : undefined
    );
  }

  run(): void {
    const { uniform, column, row, finish } = this.#program;
    this.#walk(uniform);
    const columns = column.length > 0 ? this.#launch.columns : 0;
    for (this.#column = 0; this.#column < columns; this.#column++) {
      this.#walk(column);
    }
    for (const { begin, end, intervals } of this.#entry.blocks) {
      for (this.#row = begin; this.#row < end; this.#row++) {
        this.#walk(row);
        this.#reduce(intervals);
        this.#values[this.#program.columnCount.id] = countColumns(intervals);
        this.#walk(finish);
      }
    }
  }

  #reduce(intervals: Intervals): void {
    const { pair, flush, columnIndex } = this.#program;
    let count = 0;
    for (let q = 0; q < intervals.length; q += 2) {
      for (let j = intervals[q]; j < intervals[q + 1]; j++) {
        this.#column = this.#values[columnIndex.id] = j;
        this.#walk(pair);
        if (++count % FLUSH_EVERY === 0) this.#walk(flush);
      }
    }
    this.#walk(flush);
  }

  #value(value: Value): number {
    return value.literal ?? this.#values[value.id];
  }

  #load(operand: number, component: number): number {
    const spec = this.#program.operands[operand];
    const temporary = this.#temporaries[operand];
    if (temporary) return temporary[this.#column * spec.dim + component];
    const o = this.#launch.operands[operand];
    const at = this.#entry.offsets[operand] + component * o.component +
      (spec.row ? this.#row * o.row : 0) +
      (spec.column ? this.#column * o.column : 0);
    return o.data[at];
  }

  #component(source: VectorSource, k: number): number {
    switch (source.kind) {
      case "operand":
        return this.#load(source.operand, k);
      case "array":
        return this.#arrays[source.array.id][k];
      case "values":
        return this.#value(source.values[k]);
    }
  }

  #walk(block: Block): void {
    const values = this.#values;
    for (const s of block) {
      switch (s.kind) {
        case "apply": {
          const [a, b, c] = s.args.map((x) => this.#value(x));
          values[s.to.id] = SCALARS[s.primitive](a, b, c);
          break;
        }
        case "load":
          values[s.to.id] = this.#load(s.operand, this.#value(s.component));
          break;
        case "contract": {
          let sum = 0;
          for (let k = 0; k < s.length; k++) {
            const a = this.#component(s.a, k);
            const b = this.#component(s.b, k);
            const term = s.form === "dot" ? a * b : (a - b) ** 2;
            sum += s.weights ? this.#component(s.weights, k) * term : term;
          }
          values[s.to.id] = sum;
          break;
        }
        case "slot":
          this.#slots[s.slot.id] = this.#value(s.initial);
          break;
        case "read":
          values[s.to.id] = this.#slots[s.slot.id];
          break;
        case "write":
          this.#slots[s.slot.id] = this.#value(s.value);
          break;
        case "array":
          this.#arrays[s.array.id] ??= new Float64Array(s.array.length);
          break;
        case "get":
          values[s.to.id] = this.#arrays[s.array.id][this.#value(s.index)];
          break;
        case "put":
          this.#arrays[s.array.id][this.#value(s.index)] = this.#value(s.value);
          break;
        case "for":
          for (let k = 0; k < s.count; k++) {
            values[s.index.id] = k;
            this.#walk(s.body);
          }
          break;
        case "if":
          if (this.#value(s.condition) !== 0) this.#walk(s.body);
          break;
        case "stash": {
          const { dim } = this.#program.operands[s.operand];
          const at = this.#column * dim + this.#value(s.component);
          (this.#temporaries[s.operand] as TypedArray)[at] = this.#value(
            s.value,
          );
          break;
        }
        case "store": {
          const { shape, perPair } = this.#program.outputs[s.output];
          const row = this.#entry.index * this.#launch.rows + this.#row;
          const at = perPair ? row * this.#launch.columns + this.#column : row;
          this.#launch.outputs[s.output][
            at * width(shape) + this.#value(s.component)
          ] = this.#value(s.value);
          break;
        }
      }
    }
  }
}
