/**
 * Where kernels find the vectors of operands.
 *
 * @module
 */

import type { TermsHoles } from "../../kernels/tiles.ts";
import type { Block, OperandSpec, Program } from "../program/ir.ts";
import type { BlockName } from "../program/uses.ts";
import { range } from "./arguments.ts";
import { loaded, STORED } from "./spelling.ts";
import { keptRows, operandsOf, type Tile, type Variant } from "./variant.ts";

/** Nothing of the columns is in shared memory. */
export const NO_TILE: Tile = { offsets: new Map(), width: 0, columns: 0 };

/** Vectors of rows of at most this length are copied without a loop. */
const UNROLLED = 128;

/** Ends a kernel that runs where digits do not do, if they do. */
export function leaving({ instead }: Variant): string[] {
  return instead ? ["if (args.verdicts[batch] != 0) return;"] : [];
}

/** Where one kernel finds the vectors of its operands. */
export class Places {
  readonly #program: Program;
  readonly #variant: Variant;
  readonly #tile: Tile;
  readonly #kept: ReadonlySet<number>;

  /**
   * @param program what the kernel runs, and nothing else
   * @param variant what it is specialised to
   * @param tile what of the columns is in shared memory; kernels with a tile
   * keep copies of the vectors of rows
   */
  constructor(program: Program, variant: Variant, tile?: Tile) {
    this.#program = program;
    this.#variant = variant;
    this.#tile = tile ?? NO_TILE;
    this.#kept = tile === undefined ? new Set() : keptRows(program);
  }

  /** The text of one entry of an operand, as seen from a block. */
  entry = (operand: number, component: string, block: BlockName): string => {
    const { name, temporary } = this.#program.operands[operand];
    if (block === "pair" && this.#kept.has(operand)) {
      return `${name}_row${this.#variant.rows > 1 ? "[r]" : ""}[${component}]`;
    }
    const offset = this.#tile.offsets.get(operand);
    if (block === "pair" && offset !== undefined) {
      return this.#tiled(offset, component);
    }
    const text = this.#raw(operand, component);
    return temporary ? text : this.#loaded(operand, text);
  };

  /** The batch, and the first vector of each operand in it. */
  bases(): string[] {
    const { batch } = this.#variant;
    const { uniform, column, row, pair, flush, merge, finish } = this.#program;
    const used = operandsOf(uniform, column, row, pair, flush, merge, finish);
    const lines = range(batch).map((d) => {
      // The last dimension changes fastest.
      const inner = range(batch).slice(d + 1).map((e) => `args.size${e}`);
      const rest = inner.length === 0
        ? "batch"
        : `batch / (index_t) (${inner.join(" * ")})`;
      const at = d === 0 ? rest : `${rest} % (index_t) args.size${d}`;
      return `const long long b${d} = ${at};`;
    });
    this.#program.operands.forEach((o, k) => {
      if (!used.has(k)) return;
      const steps = o.temporary
        ? [`batch * args.columns * ${o.dim}`]
        : range(batch).map((d) => `b${d} * args.${o.name}_b${d}`);
      const from = [`args.${o.name}`, ...steps].join(" + ");
      lines.push(`${this.#pointer(o, k)} ${o.name} = ${from};`);
    });
    return lines;
  }

  /** Points at the vectors of row i that some blocks read. */
  rows(...blocks: readonly Block[]): string[] {
    return this.#rows(operandsOf(...blocks), (k) => !this.#kept.has(k));
  }

  /** As {@linkcode Places.rows}, and at those that pairs read. */
  rowsWithKept(...blocks: readonly Block[]): string[] {
    const used = operandsOf(...blocks);
    const { pair } = this.#program;
    const pairs = this.#variant.rows === 1 ? operandsOf(pair) : this.#kept;
    return this.#rows(new Set([...used, ...pairs]), () => true);
  }

  /** Where the vectors of rows or columns lie. */
  terms(operand: number): TermsHoles {
    const spec = this.#program.operands[operand];
    const { name, row, temporary } = spec;
    return {
      pointer: this.#pointer(spec, operand),
      base: name,
      stride: row ? `args.${name}_i` : this.#stride(operand),
      step: temporary || this.#variant.unit[operand] ? "1" : `args.${name}_k`,
      load: (text) => temporary ? text : this.#loaded(operand, text),
    };
  }

  /** One entry of the vector of row i. */
  own(operand: number, component: string): string {
    return this.#loaded(operand, this.#raw(operand, component));
  }

  /** The name of an operand. */
  name(operand: number): string {
    return this.#program.operands[operand].name;
  }

  /** Declares the copies of vectors of rows. */
  keptDeclarations(): string[] {
    const { rows, compute } = this.#variant;
    return [...this.#kept].map((k) => {
      const { name, dim } = this.#program.operands[k];
      const many = rows > 1 ? `[${rows}]` : "";
      return `${compute} ${name}_row${many}[${dim}];`;
    });
  }

  /** Copies the vectors of row i that pairs read. */
  keep(): string[] {
    return [...this.#kept].flatMap((k) => {
      const { name, dim } = this.#program.operands[k];
      const to = `${name}_row${this.#variant.rows > 1 ? "[r]" : ""}`;
      const copy = (c: string) =>
        `${to}[${c}] = ${this.#loaded(k, this.#raw(k, c))};`;
      if (dim === 1) return [copy("0")];
      return [
        `#pragma unroll ${dim <= UNROLLED ? dim : 1}`,
        `for (int k = 0; k < ${dim}; k++) ${copy("k")}`,
      ];
    });
  }

  /** Fills the tile with `n` columns from `j0` on. */
  stage(): string[] {
    return [...this.#tile.offsets].flatMap(([k, offset]) => {
      const { name, dim } = this.#program.operands[k];
      const [t, c] = dim === 1 ? ["t", "0"] : [`(t / ${dim})`, `t % ${dim}`];
      const { width } = this.#tile;
      const column = width === 1 ? t : `${t} * ${width}`;
      const to = [column, ...(offset > 0 ? [offset] : [])]
        .concat(c === "0" ? [] : [c]).join(" + ");
      const step = this.#step(k, c);
      const from = `${name}[(long long) (j0 + ${t}) * ${this.#stride(k)}${
        step === "0" ? "" : ` + ${step}`
      }]`;
      const { temporary } = this.#program.operands[k];
      const count = dim === 1 ? "n" : `n * ${dim}`;
      return [
        `for (int t = threadIdx.x; t < ${count}; t += blockDim.x) {`,
        `  tile[${to}] = ${temporary ? from : this.#loaded(k, from)};`,
        "}",
      ];
    });
  }

  /** Points at the vectors of column j that a block reads or writes. */
  columns(block: Block, all: boolean): string[] {
    const used = operandsOf(block);
    return this.#program.operands.flatMap((o, k) => {
      const staged = !all && this.#tile.offsets.has(k);
      if (!used.has(k) || !o.column || o.row || staged) return [];
      return [
        `${this.#pointer(o, k)} ${o.name}_j = ${o.name} + (long long) j * ${
          this.#stride(k)
        };`,
      ];
    });
  }

  /** Points at the vectors of pair (i, j) that a block reads. */
  pairs(block: Block): string[] {
    const used = operandsOf(block);
    return this.#program.operands.flatMap((o, k) => {
      if (!used.has(k) || !o.column || !o.row) return [];
      const { name } = o;
      return [
        `${
          this.#pointer(o, k)
        } ${name}_ij = ${name} + (long long) i * args.${name}_i + (long long) j * args.${name}_j;`,
      ];
    });
  }

  #rows(used: ReadonlySet<number>, also: (k: number) => boolean): string[] {
    return this.#program.operands.flatMap((o, k) => {
      if (!used.has(k) || !o.row || o.column || !also(k)) return [];
      const { name } = o;
      return [
        `${
          this.#pointer(o, k)
        } ${name}_i = ${name} + (long long) i * args.${name}_i;`,
      ];
    });
  }

  #pointer({ temporary }: OperandSpec, k: number): string {
    const { compute, storage } = this.#variant;
    return temporary ? `${compute}*` : `const ${STORED[storage[k]]}*`;
  }

  #stride(k: number): string {
    const { name, temporary, dim } = this.#program.operands[k];
    return temporary ? `${dim}` : `args.${name}_j`;
  }

  #loaded(k: number, text: string): string {
    const { storage, compute } = this.#variant;
    return loaded(text, storage[k], compute);
  }

  #step(k: number, component: string): string {
    const { name, temporary } = this.#program.operands[k];
    return component === "0" || temporary || this.#variant.unit[k]
      ? component
      : `${
        /^\w+$/.test(component) ? component : `(${component})`
      } * args.${name}_k`;
  }

  #raw(k: number, component: string): string {
    const { name, row, column } = this.#program.operands[k];
    const point = row && column ? "_ij" : row ? "_i" : column ? "_j" : "";
    return `${name}${point}[${this.#step(k, component)}]`;
  }

  #tiled(offset: number, component: string): string {
    const { width } = this.#tile;
    const column = width === 1 ? "t" : `t * ${width}`;
    const fixed = /^\d+$/.test(component)
      ? `${offset + Number(component)}`
      : offset === 0
      ? component
      : `${offset} + ${component}`;
    return `tile[${fixed === "0" ? column : `${column} + ${fixed}`}]`;
  }
}
