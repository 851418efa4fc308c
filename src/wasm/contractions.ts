/**
 * Writes the contractions of a program, and what is loaded ahead for them.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import type { Value, VectorSource } from "../program/ir.ts";
import type { Access } from "./access.ts";
import type { Expr } from "./code.ts";
import type { Contraction } from "../program/stages.ts";
import { contraction, type Source } from "./contract.ts";
import { VECTOR, vectorBytes } from "./layout.ts";
import { valueBytes } from "./stage_places.ts";
import type { Context, Vectors } from "./setting.ts";

/** Writes contractions. */
export class Contractions {
  readonly #at: Context;
  readonly #access: Access;
  readonly #preloaded = new Map<string, Expr[]>();
  readonly #ahead = new Map<number, () => Expr[]>();

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

  /** Notes that contractions were computed ahead, and where they are. */
  known(contractions: readonly Contraction[], stage: Expr): void {
    const { lanes: l, setting } = this.#at;
    contractions.forEach((s, slot) =>
      this.#ahead.set(
        s.to.id,
        () =>
          Array.from({ length: setting.groups }, (_, g) =>
            l.keep(
              l.load(stage, slot * valueBytes(setting.groups) + g * VECTOR),
            )),
      )
    );
  }

  /** Computes contractions of the current column and of the next. */
  ofTwo(contractions: readonly Contraction[]): (column: 0 | 1) => void {
    const { operands } = this.#at.setting.program;
    const { groups } = this.#at.setting;
    const { bits } = this.#at.lanes.dialect;
    this.#at.grouped();
    const all = contractions.map((s) => {
      const { row, column, weights } = this.sides(s);
      const bytes = vectorBytes(operands[column.operand], { bits, groups });
      return contraction(this.#at.lanes, s, this.#at.active, {
        row: this.source(row),
        columns: [this.source(column), this.source(column, bytes)],
        weights: weights && this.source(weights),
      });
    });
    return (column) =>
      contractions.forEach((s, k) =>
        this.#ahead.set(s.to.id, () => all[k][column])
      );
  }

  /** No contractions are computed ahead any more. */
  forget(): void {
    this.#ahead.clear();
  }

  /** Writes a contraction of the current column. */
  write(s: Contraction): void {
    const ahead = this.#ahead.get(s.to.id);
    if (ahead) {
      return this.#at.values.hold(s.to, { kind: "groups", exprs: ahead() });
    }
    const { row, column, weights } = this.sides(s);
    const groups = this.#at.active;
    const [sums] = contraction(this.#at.lanes, s, groups, {
      row: this.source(row),
      columns: [this.source(column)],
      weights: weights && this.source(weights),
    });
    const exprs: Expr[] = [];
    groups.forEach((g, k) => exprs[g] = sums[k]);
    this.#at.values.hold(s.to, { kind: "groups", exprs });
  }

  /** How the components of a vector lie in memory. */
  vectors(source: Exclude<VectorSource, { kind: "values" }>): Vectors {
    return source.kind === "operand"
      ? this.#at.setting.operand(source.operand)
      : this.#access.array(source.array);
  }

  /** The vectors of a contraction, by what they belong to. */
  sides({ a, b, weights }: Contraction): {
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

  /**
   * A vector of a contraction.
   *
   * @param ahead so many bytes further on than it or the position
   * @param position where it is, if it is not that of the current point
   */
  source(source: VectorSource, ahead = 0, position?: Expr): Source {
    const { values } = this.#at;
    if (source.kind === "values") {
      return { step: 0, at: (g, k) => values.lane(source.values[k], g) };
    }
    const vectors = this.vectors(source);
    const l = this.#at.lanes;
    const start = ahead + (position ? 0 : vectors.offset);
    const result: Source = {
      step: vectors.step,
      position: position ?? vectors.address,
      at: (g, k) => {
        const known = source.kind === "operand" && !position
          ? this.#preloaded.get(`${source.operand} ${k}`)
          : undefined;
        if (known) return known[g];
        const address = result.position as Expr;
        const offset = start + k * vectors.step;
        return vectors.lanes === "same"
          ? l.loadSplat(address, offset)
          : l.load(address, offset + (vectors.grouped ? g * VECTOR : 0));
      },
      ...(vectors.lanes === "same"
        ? {
          several: (k) =>
            l.load(result.position as Expr, start + k * vectors.step),
        }
        : {}),
    };
    return result;
  }
}
