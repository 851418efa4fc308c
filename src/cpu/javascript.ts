/**
 * Renders programs to JavaScript. Arithmetic is float64 throughout; results
 * are rounded once, when they are stored.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import {
  type Block,
  FLUSH_EVERY,
  type LocalArray,
  type Program,
  type Slot,
  type Statement,
  type Value,
  type VectorSource,
} from "../program/ir.ts";
import { countUses, inlinable } from "../program/inline.ts";
import { SourceLines } from "../program/lines.ts";
import { width } from "../launch/launch.ts";
import { literalText, SPELLING } from "./spelling.ts";

/** Contractions of at most this length are written as one expression. */
const INLINE_CONTRACTION = 16;

/** The source of two functions, `columns` and `rows`, for a program. */
export function renderJavaScript(
  program: Program,
  title: string,
  unit: readonly boolean[],
): string {
  return new Renderer(program, unit).render(title);
}

class Renderer {
  readonly #program: Program;
  readonly #unit: readonly boolean[];
  readonly #uses: Map<number, number>;
  readonly #texts = new Map<number, string>();
  readonly #lines = new SourceLines();

  constructor(program: Program, unit: readonly boolean[]) {
    this.#program = program;
    this.#unit = unit;
    const { uniform, column, row, pair, flush, finish } = program;
    this.#uses = countUses([uniform, column, row, pair, flush, finish]);
  }

  render(title: string): string {
    const { column, row, pair, flush, finish, uniform, columnIndex } =
      this.#program;
    this.#texts.set(columnIndex.id, "j");
    this.#texts.set(this.#program.columnCount.id, "count");
    this.#lines.add(`"use strict";`);
    for (const line of title.split("\n")) this.#lines.add(`// ${line}`);
    this.#lines.open("function columns(data, strides, n)");
    this.#operands();
    this.#arrays([uniform, column]);
    this.#block(uniform);
    this.#lines.open("for (let j = 0; j < n; j++)");
    this.#points("column");
    this.#block(column);
    this.#lines.close();
    this.#lines.close();
    this.#lines.open(
      "function rows(data, strides, outputs, first, begin, end, intervals, count, n)",
    );
    this.#operands();
    this.#program.outputs.forEach((_, k) =>
      this.#lines.add(`const out${k} = outputs[${k}];`)
    );
    this.#arrays([uniform, row, pair, flush, finish]);
    this.#block(uniform);
    this.#lines.open("for (let i = begin; i < end; i++)");
    this.#points("row");
    this.#block(row);
    this.#lines.open("for (let q = 0; q < intervals.length; q += 2)");
    this.#columnLoop(pair, flush);
    this.#lines.close();
    this.#block(finish);
    this.#lines.close();
    this.#lines.close();
    this.#lines.add("return { columns, rows };");
    return this.#lines.all.join("\n") + "\n";
  }

  #columnLoop(pair: Block, flush: Block): void {
    if (flush.length === 0) {
      this.#lines.open("for (let j = intervals[q]; j < intervals[q + 1]; j++)");
      this.#points("pair");
      this.#block(pair);
      return this.#lines.close();
    }
    this.#lines.open("for (let j = intervals[q]; j < intervals[q + 1];)");
    this.#lines.add(
      `const stop = Math.min(j + ${FLUSH_EVERY}, intervals[q + 1]);`,
    );
    this.#lines.open("for (; j < stop; j++)");
    this.#points("pair");
    this.#block(pair);
    this.#lines.close();
    this.#block(flush);
    this.#lines.close();
  }

  /** Names for operands and their strides. */
  #operands(): void {
    this.#program.operands.forEach(({ name, row, column }, k) => {
      this.#lines.add(`const ${name} = data[${k}];`);
      this.#lines.add(`const ${name}_0 = strides[${4 * k}];`);
      if (row) this.#lines.add(`const ${name}_i = strides[${4 * k + 1}];`);
      if (column) this.#lines.add(`const ${name}_j = strides[${4 * k + 2}];`);
      if (!this.#unit[k]) {
        this.#lines.add(`const ${name}_k = strides[${4 * k + 3}];`);
      }
    });
  }

  /** Local arrays live as long as the call. */
  #arrays(blocks: readonly Block[]): void {
    for (const block of blocks) {
      for (const { id, name, length, type } of arraysOf(block)) {
        const kind = type === "int" ? "Int32Array" : "Float64Array";
        this.#lines.add(`const ${name}_${id} = new ${kind}(${length});`);
      }
    }
  }

  /** Positions of the vectors of a row, of a column alone, or of a pair. */
  #points(where: "row" | "column" | "pair"): void {
    for (const { name, row, column } of this.#program.operands) {
      if (where === "row" && row && !column) {
        this.#lines.add(`const ${name}_p = ${name}_0 + i * ${name}_i;`);
      }
      // No row is known while columns are prepared.
      if (where === "pair" && column || where === "column" && column && !row) {
        const at = row ? ` + i * ${name}_i` : "";
        this.#lines.add(`const ${name}_p = ${name}_0${at} + j * ${name}_j;`);
      }
    }
  }

  #entry(operand: number, component: string): string {
    const { name, row, column } = this.#program.operands[operand];
    const base = `${name}_${row || column ? "p" : "0"}`;
    if (component === "0") return `${name}[${base}]`;
    const step = this.#unit[operand] ? component : `${component} * ${name}_k`;
    return `${name}[${base} + ${step}]`;
  }

  #value(value: Value): string {
    if (value.literal !== undefined) return literalText(value);
    const text = this.#texts.get(value.id);
    if (text === undefined) throw new InternalError("A value was never made");
    return text;
  }

  #component(source: VectorSource, k: string): string {
    switch (source.kind) {
      case "operand":
        return this.#entry(source.operand, k);
      case "array":
        return `${arrayName(source.array)}[${k}]`;
      case "values":
        return this.#value(source.values[Number(k)]);
    }
  }

  #block(block: Block): void {
    const inline = inlinable(block, this.#uses);
    for (const statement of block) this.#statement(statement, inline);
  }

  /** Names a result, or keeps its text for the one place that uses it. */
  #define(to: Value, text: string, inline: Set<number>): void {
    if (inline.has(to.id)) {
      this.#texts.set(to.id, text);
    } else {
      this.#texts.set(to.id, `v${to.id}`);
      this.#lines.add(`const v${to.id} = ${text};`);
    }
  }

  #statement(s: Statement, inline: Set<number>): void {
    switch (s.kind) {
      case "apply": {
        const [a, b, c] = s.args.map((x) => this.#value(x));
        return this.#define(s.to, SPELLING[s.primitive](a, b, c), inline);
      }
      case "load":
        return this.#define(
          s.to,
          this.#entry(s.operand, this.#value(s.component)),
          inline,
        );
      case "contract":
        return this.#contract(s, inline);
      case "slot":
        return this.#lines.add(
          `let ${slotName(s.slot)} = ${this.#value(s.initial)};`,
        );
      case "read":
        return this.#define(s.to, slotName(s.slot), inline);
      case "write":
        return this.#lines.add(
          `${slotName(s.slot)} = ${this.#value(s.value)};`,
        );
      case "array":
        return;
      case "get":
        return this.#define(
          s.to,
          `${arrayName(s.array)}[${this.#value(s.index)}]`,
          inline,
        );
      case "put":
        return this.#lines.add(
          `${arrayName(s.array)}[${this.#value(s.index)}] = ${
            this.#value(s.value)
          };`,
        );
      case "for": {
        const k = `k${s.index.id}`;
        this.#texts.set(s.index.id, k);
        this.#lines.open(`for (let ${k} = 0; ${k} < ${s.count}; ${k}++)`);
        this.#block(s.body);
        return this.#lines.close();
      }
      case "if":
        this.#lines.open(`if (${this.#value(s.condition)})`);
        this.#block(s.body);
        return this.#lines.close();
      case "stash":
        return this.#lines.add(
          `${this.#entry(s.operand, this.#value(s.component))} = ${
            this.#value(s.value)
          };`,
        );
      case "store": {
        const { shape, perPair } = this.#program.outputs[s.output];
        const point = perPair ? "((first + i) * n + j)" : "(first + i)";
        return this.#lines.add(
          `out${s.output}[${point} * ${width(shape)} + ${
            this.#value(s.component)
          }] = ${this.#value(s.value)};`,
        );
      }
    }
  }

  #contract(
    s: Extract<Statement, { kind: "contract" }>,
    inline: Set<number>,
  ): void {
    const { a, b, weights, form, length, to } = s;
    const term = (k: string, d: string): string => {
      const [x, y] = [this.#component(a, k), this.#component(b, k)];
      const w = weights ? `${this.#component(weights, k)} * ` : "";
      return form === "dot"
        ? `${w}${x} * ${y}`
        : `${w}(${d} = ${x} - ${y}) * ${d}`;
    };
    if (length <= INLINE_CONTRACTION) {
      const d = `d${to.id}`;
      if (form === "squaredDistance") this.#lines.add(`let ${d};`);
      const terms = Array.from({ length }, (_, k) => term(`${k}`, d));
      return this.#define(to, `(${terms.join(" + ") || "0"})`, inline);
    }
    // Four partial sums hide the latency of the addition.
    const v = `v${to.id}`;
    const parts = [0, 1, 2, 3].map((p) => `${v}_${p}`);
    this.#lines.add(`let ${parts.map((p) => `${p} = 0`).join(", ")};`);
    this.#lines.add(`let ${v}_d, ${v}_k = 0;`);
    this.#lines.open(`for (; ${v}_k < ${length - (length % 4)}; ${v}_k += 4)`);
    parts.forEach((p, k) =>
      this.#lines.add(`${p} += ${term(`(${v}_k + ${k})`, `${v}_d`)};`)
    );
    this.#lines.close();
    for (let k = length - (length % 4); k < length; k++) {
      this.#lines.add(`${parts[0]} += ${term(`${k}`, `${v}_d`)};`);
    }
    this.#texts.set(to.id, v);
    this.#lines.add(
      `const ${v} = (${parts[0]} + ${parts[1]}) + (${parts[2]} + ${parts[3]});`,
    );
  }
}

function slotName(slot: Slot): string {
  return `${slot.name}_${slot.id}`;
}

function arrayName(array: LocalArray): string {
  return `${array.name}_${array.id}`;
}

/** The local arrays that a block declares. */
function arraysOf(block: Block): LocalArray[] {
  return block.flatMap((s) =>
    s.kind === "array"
      ? [s.array]
      : s.kind === "for" || s.kind === "if"
      ? arraysOf(s.body)
      : []
  );
}
