/**
 * Contractions of long vectors, for all columns of a block: register tiles of
 * a few groups of rows and a few columns, whose sums go to memory.
 *
 * @module
 */

import type { Contraction } from "../program/stages.ts";
import type { Expr } from "./code.ts";
import { contraction } from "./contract.ts";
import type { Contractions } from "./contractions.ts";
import { VECTOR, vectorBytes } from "./layout.ts";
import { MISC, OP } from "./opcodes.ts";
import { ahead, Pointer, repeat, takeAll } from "./pointer.ts";
import type { Columns, Context } from "./setting.ts";
import { valueBytes } from "./stage_places.ts";

/**
 * Longer vectors are cut into pieces, so that those of rows stay in cache, and
 * so that errors are those of short sums.
 */
const LONGEST = 48;
const PIECE = 32;

/** The terms that are added up in a row, and the sums of pieces. */
export function longestChain(length: number): number {
  if (length <= LONGEST) return length;
  return PIECE + Math.ceil(length / PIECE);
}

/** A part of the components. */
interface Piece {
  readonly length: number;
  /** The first component. */
  readonly from?: Expr;
  /** The sums of other pieces are in memory already. */
  readonly adds: boolean;
}

/** Writes long contractions. */
export class LongContractions {
  readonly #at: Context;
  readonly #contractions: Contractions;

  /**
   * @param at where statements run
   * @param contractions where the vectors of contractions are
   */
  constructor(at: Context, contractions: Contractions) {
    this.#at = at;
    this.#contractions = contractions;
  }

  /** Computes some contractions of all columns of a block. */
  write(all: readonly Contraction[], columns: Columns): void {
    this.#at.grouped();
    const { code } = this.#at;
    const cut = all.some((s) => s.length > LONGEST);
    if (cut) {
      columns.stage();
      code.i32(0);
      columns.count();
      code.i32(columns.stageBytes);
      code.op(OP.i32Mul);
      code.misc(MISC.memoryFill, 0);
    }
    all.forEach((s, slot) => this.#contraction(s, slot, columns));
  }

  #contraction(s: Contraction, slot: number, columns: Columns): void {
    const { code } = this.#at;
    const { length } = s;
    if (length <= LONGEST) {
      return this.#piece(s, slot, columns, { length, adds: false });
    }
    code.scope(() => {
      const from = new Pointer(code);
      from.set(() => code.i32(0));
      repeat(code, () => code.i32(Math.floor(length / PIECE)), () => {
        const piece = { length: PIECE, from: from.get, adds: true };
        this.#piece(s, slot, columns, piece);
        from.move(() => code.i32(PIECE));
      });
      const rest = length % PIECE;
      if (rest === 0) return;
      const piece = { length: rest, from: from.get, adds: true };
      this.#piece(s, slot, columns, piece);
    });
  }

  #piece(s: Contraction, slot: number, columns: Columns, piece: Piece): void {
    const { code, setting: { groups } } = this.#at;
    const { column } = this.#contractions.sides(s);
    // As many sums as there are registers for, and some for their terms.
    const wide = groups > 2 ? 2 : 4;
    code.scope(() => {
      const y = new Pointer(code);
      const step: Expr = () => code.i32(this.#at.lanes.bytes);
      const start = columns.start(column.operand);
      y.set(piece.from ? ahead(code, start, piece.from, step) : start);
      const out = new Pointer(code);
      out.set(columns.stage);
      const left = new Pointer(code);
      left.set(columns.count);
      for (const count of [wide, 1]) {
        takeAll(code, left, count, () => {
          this.#tile(s, slot, columns, piece, y, out, count);
          y.move(() => code.i32(count * this.#columnBytes(column.operand)));
          out.move(() => code.i32(count * columns.stageBytes));
        });
      }
    });
  }

  #columnBytes(operand: number): number {
    const { program, groups } = this.#at.setting;
    const { bits } = this.#at.lanes.dialect;
    return vectorBytes(program.operands[operand], { bits, groups });
  }

  /** The sums of some columns. */
  #tile(
    s: Contraction,
    slot: number,
    columns: Columns,
    { length, from, adds }: Piece,
    y: Pointer,
    out: Pointer,
    count: number,
  ): void {
    const l = this.#at.lanes;
    const { code, active } = this.#at;
    const { row, column, weights } = this.#contractions.sides(s);
    const moved = (source: typeof row) => {
      if (source.kind === "values" || !from) {
        return this.#contractions.source(source);
      }
      const { address, offset, step } = this.#contractions.vectors(source);
      const at = ahead(code, address, from, () => code.i32(step));
      return this.#contractions.source(source, offset, at);
    };
    const bytes = this.#columnBytes(column.operand);
    const sums = contraction(l, { form: s.form, length }, active, {
      row: moved(row),
      columns: Array.from(
        { length: count },
        (_, u) => this.#contractions.source(column, u * bytes, y.get),
      ),
      weights: weights && moved(weights),
    });
    sums.forEach((ofColumn, u) =>
      ofColumn.forEach((sum, g) => {
        const place = u * columns.stageBytes +
          slot * valueBytes(active.length) + g * VECTOR;
        const total = adds ? l.add(l.load(out.get, place), sum) : sum;
        l.store(out.get, place, total);
      })
    );
  }
}
