/**
 * Renders the blocks of a program to CUDA C++.
 *
 * @module
 */

import { width } from "../launch/launch.ts";
import { InternalError } from "../errors.ts";
import { countUses, inlinable } from "../program/inline.ts";
import type {
  Block,
  LocalArray,
  Program,
  Slot,
  Statement,
  Storage,
  Value,
  VectorSource,
} from "../program/ir.ts";
import { SourceLines } from "../program/lines.ts";
import { type BlockName, BLOCKS, definedBy } from "../program/uses.ts";
import { applied, literalText, stored, typeName } from "./spelling.ts";
import type { Variant } from "./variant.ts";

/** Contractions of at most this length are written as one expression. */
const INLINE_CONTRACTION = 16;

/** Loops over longer arrays are not unrolled as a whole. */
export const LONGEST_UNROLLED = 64;

/** Loops of at most this many turns, over vectors, are unrolled. */
const UNROLLED = 128;

/** Long vectors of the state that the threads across a block share out. */
export interface Shared {
  /** Loops over their components: each thread runs those of its own. */
  readonly loops: ReadonlySet<Statement>;
  /** The arrays. */
  readonly arrays: ReadonlySet<number>;
  /** How many components there are. */
  readonly count: number;
  /** How many of them one thread has. */
  readonly components: number;
  /** The component that is number `e` of a thread. */
  readonly component: string;
  /** Holds for the one thread that stores what is not shared out. */
  readonly first: string;
}

/** The text of one entry of an operand, as seen from a block. */
export type Entry = (
  operand: number,
  component: string,
  block: BlockName,
) => string;

/** Renders the blocks of one kernel. */
export class BlockRenderer {
  readonly #program: Program;
  readonly #variant: Variant;
  readonly #entry: Entry;
  readonly #uses: Map<number, number>;
  readonly #texts = new Map<number, string>();
  readonly #names = new Set<string>();
  /** What a thread keeps once for each of its rows. */
  readonly #perRow = new Set<number>();
  readonly #shared: Shared | undefined;
  /** Inside a loop over components of one's own. */
  #sharing = false;
  #block: BlockName = "uniform";
  #lines = new SourceLines();

  /**
   * @param program what the kernel runs, and nothing else
   * @param variant what it is specialised to
   * @param entry the text of an entry of an operand
   * @param shared what the threads across a block share out
   */
  constructor(
    program: Program,
    variant: Variant,
    entry: Entry,
    shared?: Shared,
  ) {
    this.#program = program;
    this.#shared = shared;
    this.#variant = variant;
    this.#entry = entry;
    this.#uses = countUses(BLOCKS.map((name) => program[name]));
    this.#texts.set(program.columnIndex.id, variant.wide ? "(int) j" : "j");
    this.#texts.set(program.columnCount.id, "count");
    if (variant.rows > 1) this.#spread();
  }

  /** What is declared before the rows: one of each for each row. */
  declarations(): string[] {
    const { rows } = this.#variant;
    return this.#program.row.flatMap((s) => {
      const to = definedBy(s);
      if (to !== undefined && this.#perRow.has(to.id)) {
        return [`${this.#type(to)} ${this.#plainName(s, to)}[${rows}];`];
      }
      if (rows === 1) return [];
      if (s.kind === "slot") {
        return [`${this.#type(s.slot)} ${plain(s.slot)}[${rows}];`];
      }
      if (s.kind !== "array") return [];
      const { id, length } = s.array;
      const kept = this.#shared?.arrays.has(id)
        ? this.#shared.components
        : length;
      return [`${this.#type(s.array)} ${plain(s.array)}[${rows}][${kept}];`];
    });
  }

  /** The statements of a block. */
  block(name: BlockName): string[] {
    return this.statements(this.#program[name], name);
  }

  /** Some statements of a block. */
  statements(block: Block, name: BlockName): string[] {
    this.#block = name;
    this.#lines = new SourceLines();
    this.#statements(block);
    return this.#lines.all;
  }

  /** The text of a value that was made. */
  text(value: Value): string {
    return this.#value(value);
  }

  /** Tells where a value is from here on. */
  place(value: Value, text: string): void {
    this.#texts.set(value.id, text);
  }

  /** The text of a slot or an array. */
  storage(storage: Storage): string {
    return `${plain(storage)}${this.#perRow.has(storage.id) ? "[r]" : ""}`;
  }

  /** Finds what other blocks see of the row block. */
  #spread(): void {
    const { row, pair, flush, merge, finish } = this.#program;
    const later = countUses([pair, flush, merge, finish]);
    for (const s of row) {
      if (s.kind === "slot") this.#perRow.add(s.slot.id);
      if (s.kind === "array") this.#perRow.add(s.array.id);
      const to = definedBy(s);
      if (to !== undefined && later.has(to.id)) this.#perRow.add(to.id);
    }
  }

  #type({ type }: { readonly type: Value["type"] }): string {
    return typeName(type, this.#variant.compute);
  }

  #value(value: Value): string {
    if (value.literal !== undefined) {
      return literalText(value, this.#variant.compute);
    }
    const text = this.#texts.get(value.id);
    if (text === undefined) throw new InternalError("A value was never made");
    return text;
  }

  /** A component of an operand has its name, anything else a number. */
  #plainName(s: Statement, to: Value): string {
    if (s.kind !== "load" || s.component.literal === undefined) {
      return `v${to.id}`;
    }
    const { name } = this.#program.operands[s.operand];
    return `${name}_${s.component.literal}`;
  }

  /** Names a result, or keeps its text for the one place that uses it. */
  #define(s: Statement, to: Value, text: string, inline: Set<number>): void {
    if (inline.has(to.id)) {
      this.#texts.set(to.id, text);
      return;
    }
    let name = this.#plainName(s, to);
    if (this.#perRow.has(to.id)) {
      name = `${name}[r]`;
      this.#lines.add(`${name} = ${text};`);
    } else {
      if (this.#names.has(name)) name = `v${to.id}`;
      this.#lines.add(`const ${this.#type(to)} ${name} = ${text};`);
    }
    this.#names.add(name);
    this.#texts.set(to.id, name);
  }

  #component(source: VectorSource, k: string): string {
    switch (source.kind) {
      case "operand":
        return this.#entry(source.operand, k, this.#block);
      case "array":
        return `${this.storage(source.array)}[${k}]`;
      case "values":
        return this.#value(source.values[Number(k)]);
    }
  }

  #statements(block: Block): void {
    const inline = inlinable(block, this.#uses);
    for (const id of this.#perRow) inline.delete(id);
    for (const s of block) this.#statement(s, inline);
  }

  #statement(s: Statement, inline: Set<number>): void {
    const { compute } = this.#variant;
    switch (s.kind) {
      case "apply": {
        const args = s.args.map((x) => this.#value(x));
        return this.#define(
          s,
          s.to,
          applied(s.primitive, args, compute),
          inline,
        );
      }
      case "load": {
        const component = this.#value(s.component);
        const entry = this.#entry(s.operand, component, this.#block);
        return this.#define(s, s.to, entry, inline);
      }
      case "contract":
        return this.#contract(s, inline);
      case "slot": {
        const declared = this.#perRow.has(s.slot.id)
          ? this.storage(s.slot)
          : `${this.#type(s.slot)} ${plain(s.slot)}`;
        return this.#lines.add(`${declared} = ${this.#value(s.initial)};`);
      }
      case "read":
        return this.#define(s, s.to, this.storage(s.slot), inline);
      case "write":
        return this.#lines.add(
          `${this.storage(s.slot)} = ${this.#value(s.value)};`,
        );
      case "array":
        if (this.#perRow.has(s.array.id)) return;
        return this.#lines.add(
          `${this.#type(s.array)} ${plain(s.array)}[${s.array.length}];`,
        );
      case "get":
        return this.#define(
          s,
          s.to,
          this.#element(s.array, s.index),
          inline,
        );
      case "put":
        return this.#lines.add(
          `${this.#element(s.array, s.index)} = ${this.#value(s.value)};`,
        );
      case "for": {
        if (this.#shared?.loops.has(s)) return this.#own(s, this.#shared);
        const k = `k${s.index.id}`;
        this.#texts.set(s.index.id, k);
        // Arrays that long are not for registers.
        if (s.count > LONGEST_UNROLLED) this.#lines.add("#pragma unroll 4");
        this.#lines.open(`for (int ${k} = 0; ${k} < ${s.count}; ${k}++)`);
        this.#statements(s.body);
        return this.#lines.close();
      }
      case "if":
        this.#lines.open(`if (${this.#value(s.condition)})`);
        this.#statements(s.body);
        return this.#lines.close();
      case "stash": {
        const component = this.#value(s.component);
        const entry = this.#entry(s.operand, component, this.#block);
        return this.#lines.add(`${entry} = ${this.#value(s.value)};`);
      }
      case "store": {
        const { shape, perPair } = this.#program.outputs[s.output];
        const n = width(shape);
        const component = this.#value(s.component);
        const point = perPair ? "pair" : "point";
        const at = n === 1 ? point : `${point} * ${n} + ${component}`;
        const dtype = this.#variant.outputs[s.output];
        const value = stored(this.#value(s.value), dtype, compute);
        const only = this.#shared && !this.#sharing
          ? `if (${this.#shared.first}) `
          : "";
        return this.#lines.add(`${only}args.out${s.output}[${at}] = ${value};`);
      }
    }
  }

  #element(array: LocalArray, index: Value): string {
    const own = this.#sharing && this.#shared?.arrays.has(array.id);
    return `${this.storage(array)}[${own ? "e" : this.#value(index)}]`;
  }

  /** A loop over the components of one's own. */
  #own(
    { index, body }: Extract<Statement, { kind: "for" }>,
    { count, components, component }: Shared,
  ): void {
    const k = `k${index.id}`;
    this.#texts.set(index.id, k);
    this.#sharing = true;
    this.#lines.add("#pragma unroll");
    this.#lines.open(`for (int e = 0; e < ${components}; e++)`);
    const { all } = this.#lines;
    const at = all.length;
    this.#lines.add(`const int ${k} = ${component};`);
    const outside = this.#block !== "pair" &&
      body.some((s) => s.kind === "load" || s.kind === "store");
    if (outside) this.#lines.open(`if (${k} < ${count})`);
    this.#statements(body);
    if (outside) this.#lines.close();
    // Most loops know their components by number alone.
    const used = new RegExp(`\\b${k}\\b`);
    const inner = all.slice(at + 1);
    if (!inner.some((line) => used.test(line))) all.splice(at, 1);
    this.#lines.close();
    this.#sharing = false;
  }

  #contract(
    s: Extract<Statement, { kind: "contract" }>,
    inline: Set<number>,
  ): void {
    const { compute } = this.#variant;
    const { a, b, weights, form, length, to } = s;
    const term = (k: string): string => {
      const [x, y] = [this.#component(a, k), this.#component(b, k)];
      const product = form === "dot"
        ? `${x} * ${y}`
        : `square_${compute}(${x} - ${y})`;
      return weights ? `${this.#component(weights, k)} * ${product}` : product;
    };
    const zero = literalText({ id: -1, type: "float", literal: 0 }, compute);
    if (length <= INLINE_CONTRACTION) {
      const terms = Array.from({ length }, (_, k) => term(`${k}`));
      const text = terms.length === 0 ? zero : `(${terms.join(" + ")})`;
      return this.#define(s, to, text, inline);
    }
    const v = `v${to.id}`;
    this.#lines.add(`${compute} ${v} = ${zero};`);
    this.#lines.add(`#pragma unroll ${length <= UNROLLED ? length : 8}`);
    this.#lines.open(`for (int k = 0; k < ${length}; k++)`);
    this.#lines.add(`${v} += ${term("k")};`);
    this.#lines.close();
    this.#texts.set(to.id, v);
  }
}

function plain(storage: Slot | LocalArray): string {
  return `${storage.name}_${storage.id}`;
}
