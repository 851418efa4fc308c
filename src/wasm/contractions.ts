/**
 * Writes the contractions of a program, and what is loaded ahead for them.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import type { Value, VectorSource } from "../program/ir.ts";
import type { Access } from "./access.ts";
import type { Expr } from "./code.ts";
import { type Contraction, contraction, type Source } from "./contract.ts";
import { VECTOR } from "./layout.ts";
import type { Context } from "./setting.ts";

/** Writes contractions. */
export class Contractions {
  readonly #at: Context;
  readonly #access: Access;
  readonly #preloaded = new Map<string, Expr[]>();
  readonly #ahead = new Map<number, Expr[][]>();
  #taken: number | undefined;

  /**
   * @param at where statements run
   * @param access what reads vectors
   */
  constructor(at: Context, access: Access) {
    this.#at = at;
    this.#access = access;
  }

  /** Loads one component of an operand, for all that read it later. */
  preload(operand: number, component: number): void {
    const key = `${operand} ${component}`;
    if (this.#preloaded.has(key)) return;
    const index: Value = { id: -1, type: "int", literal: component };
    const vectors = this.#at.setting.operand(operand);
    const exprs = Array.from(
      { length: this.#at.setting.groups },
      (_, g) =>
        this.#at.lanes.keep(this.#access.load(vectors, index, Infinity, g)),
    );
    this.#preloaded.set(key, exprs);
  }

  /** The contractions of some columns in a row, for {@linkcode take}. */
  ahead(all: readonly Contraction[], columns: number): void {
    this.#at.grouped();
    for (const s of all) {
      const { row, column, weights } = this.#sides(s);
      const { operand } = column;
      const bytes = this.#at.setting.program.operands[operand].dim *
        this.#at.lanes.bytes;
      const sums = contraction(this.#at.lanes, s, this.#at.active, {
        row: this.#source(row),
        columns: Array.from(
          { length: columns },
          (_, u) => this.#source(column, u * bytes),
        ),
        weights: weights && this.#source(weights),
      });
      this.#ahead.set(s.to.id, sums);
    }
  }

  /** Takes one of the columns that were computed ahead. */
  take(column: number | undefined): void {
    this.#taken = column;
  }

  /** Writes a contraction of the current column. */
  write(s: Contraction): void {
    const known = this.#taken === undefined
      ? undefined
      : this.#ahead.get(s.to.id)?.[this.#taken];
    if (known) {
      return this.#at.values.hold(s.to, { kind: "groups", exprs: known });
    }
    const { row, column, weights } = this.#sides(s);
    const groups = this.#at.active;
    const [sums] = contraction(this.#at.lanes, s, groups, {
      row: this.#source(row),
      columns: [this.#source(column)],
      weights: weights && this.#source(weights),
    });
    const exprs: Expr[] = [];
    groups.forEach((g, k) => exprs[g] = sums[k]);
    this.#at.values.hold(s.to, { kind: "groups", exprs });
  }

  /** The vectors of a contraction, by what they belong to. */
  #sides({ a, b, weights }: Contraction): {
    row: VectorSource;
    column: Extract<VectorSource, { kind: "operand" }>;
    weights: VectorSource | undefined;
  } {
    const isColumn = (x: VectorSource) =>
      x.kind === "operand" &&
      this.#at.setting.program.operands[x.operand].column;
    const [row, column] = isColumn(a) ? [b, a] : [a, b];
    if (column.kind !== "operand") {
      throw new InternalError("A contraction has no column");
    }
    return { row, column, weights };
  }

  /** A vector of a contraction, some bytes further on. */
  #source(source: VectorSource, ahead = 0): Source {
    const { values } = this.#at;
    if (source.kind === "values") {
      return { step: 0, at: (g, k) => values.lane(source.values[k], g) };
    }
    const vectors = source.kind === "operand"
      ? this.#at.setting.operand(source.operand)
      : this.#access.array(source.array);
    const l = this.#at.lanes;
    const result: Source = {
      step: vectors.step,
      position: vectors.address,
      at: (g, k) => {
        const known = source.kind === "operand"
          ? this.#preloaded.get(`${source.operand} ${k}`)
          : undefined;
        if (known) return known[g];
        const address = result.position as Expr;
        const offset = ahead + k * vectors.step;
        return vectors.lanes === "same"
          ? l.loadSplat(address, offset)
          : l.load(address, offset + (vectors.grouped ? g * VECTOR : 0));
      },
    };
    return result;
  }
}
