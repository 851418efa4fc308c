/**
 * Loops over the components of a pair, for all columns of a block: register
 * tiles of a few groups of rows and a few components, which all columns pass.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { inlinable } from "../program/inline.ts";
import type { Statement, Value } from "../program/ir.ts";
import type { Loop } from "../program/stages.ts";
import type { Access } from "./access.ts";
import type { Arithmetic } from "./arithmetic.ts";
import type { Expr } from "./code.ts";
import { VECTOR } from "./layout.ts";
import { ahead, Pointer, repeat, takeAll } from "./pointer.ts";
import type { Columns, Context, Vectors } from "./setting.ts";
import { valueBytes } from "./stage_places.ts";

/** How many columns are written in a turn of a loop. */
const COLUMNS = 2;

/** A tile: some components of some groups, from a component on. */
interface Tile {
  readonly loop: Loop;
  readonly groups: readonly number[];
  readonly count: number;
  readonly from: Expr;
}

/** Entries in registers: by storage, component and group. */
type Registers = Map<string, Expr[][]>;

/** Writes loops over components. */
export class WideLoops {
  readonly #at: Context;
  readonly #access: Access;
  readonly #arithmetic: Arithmetic;
  readonly #uses: ReadonlyMap<number, number>;

  /**
   * @param at where statements run
   * @param access what reads vectors
   * @param arithmetic what writes primitives
   * @param uses how often each value is used
   */
  constructor(
    at: Context,
    access: Access,
    arithmetic: Arithmetic,
    uses: ReadonlyMap<number, number>,
  ) {
    this.#at = at;
    this.#access = access;
    this.#arithmetic = arithmetic;
    this.#uses = uses;
  }

  /**
   * Runs a loop for all columns of a block.
   *
   * @param kept the values of pairs that were written to memory, by place
   */
  write(loop: Loop, kept: ReadonlyMap<number, number>, columns: Columns): void {
    this.#at.grouped();
    const { active, code } = this.#at;
    const [groups, components] = this.#size(loop);
    for (let first = 0; first < active.length; first += groups) {
      const some = active.slice(first, first + groups);
      const tile = (count: number, from: Expr) =>
        this.#tile({ loop, groups: some, count, from }, kept, columns);
      code.scope(() => {
        const from = new Pointer(code);
        from.set(() => code.i32(0));
        const turns = Math.floor(loop.count / components);
        if (turns > 0) {
          repeat(code, () => code.i32(turns), () => {
            tile(components, from.get);
            from.move(() => code.i32(components));
          });
        }
        const rest = loop.count % components;
        if (rest > 0) tile(rest, from.get);
      });
    }
    this.#at.grouped();
  }

  /** Groups and components of a tile: as many as there are registers for. */
  #size(loop: Loop): [groups: number, components: number] {
    const held = this.#storages(loop).filter((key) => !this.#moves(key)).length;
    return held === 1 ? [2, 4] : held === 2 ? [1, 4] : [1, 2];
  }

  /** What a loop touches: operands and arrays. */
  #storages({ body }: Loop): string[] {
    const keys = body.flatMap((s) =>
      s.kind === "load" || s.kind === "get" || s.kind === "put"
        ? [keyOf(s)]
        : []
    );
    return [...new Set(keys)];
  }

  /** Whether something differs by column. */
  #moves(key: string): boolean {
    const [kind, id] = key.split(" ");
    return kind === "operand" &&
      this.#at.setting.program.operands[Number(id)].column;
  }

  #vectors(key: string, { body }: Loop): Vectors {
    for (const s of body) {
      if (s.kind === "load" && keyOf(s) === key) {
        return this.#at.setting.operand(s.operand);
      }
      if ((s.kind === "get" || s.kind === "put") && keyOf(s) === key) {
        return this.#access.array(s.array);
      }
    }
    throw new InternalError("A loop does not touch what it touches");
  }

  #tile(
    tile: Tile,
    kept: ReadonlyMap<number, number>,
    columns: Columns,
  ): void {
    const { code } = this.#at;
    const { loop, groups } = tile;
    this.#at.active = groups;
    const storages = this.#storages(loop);
    code.scope(() => {
      const registers: Registers = new Map();
      const stores = storages.filter((key) => !this.#moves(key))
        .map((key) => this.#held(key, tile, registers));
      const moving = storages.filter((key) => this.#moves(key)).map((key) => {
        const operand = Number(key.split(" ")[1]);
        const pointer = new Pointer(code);
        const start = columns.start(operand);
        const { step } = this.#at.setting.operand(operand);
        pointer.set(ahead(code, start, tile.from, () => code.i32(step)));
        const { dim } = this.#at.setting.program.operands[operand];
        return { key, pointer, bytes: dim * step };
      });
      const stage = new Pointer(code);
      stage.set(columns.stage);
      const left = new Pointer(code);
      left.set(columns.count);
      for (const some of [COLUMNS, 1]) {
        takeAll(code, left, some, () => {
          for (let u = 0; u < some; u++) {
            code.scope(() => {
              this.#load(tile, kept, stage.get, u * columns.stageBytes);
              for (const { key, pointer, bytes } of moving) {
                registers.set(key, this.#column(tile, pointer.get, u * bytes));
              }
              this.#body(tile, registers);
            });
          }
          for (const { pointer, bytes } of moving) {
            pointer.move(() => code.i32(some * bytes));
          }
          stage.move(() => code.i32(some * columns.stageBytes));
        });
      }
      for (const store of stores) store();
    });
  }

  /** Brings what all columns share into registers; gives what takes it back. */
  #held(key: string, tile: Tile, registers: Registers): () => void {
    const { lanes: l, code } = this.#at;
    const { loop, groups, count, from } = tile;
    const vectors = this.#vectors(key, loop);
    const address = code.keep(
      "i32",
      ahead(code, vectors.address, from, () => code.i32(vectors.step)),
    );
    const place = (k: number, g: number) =>
      vectors.offset + k * vectors.step + (vectors.grouped ? g * VECTOR : 0);
    const locals = Array.from({ length: count }, (_, k) => {
      const own: number[] = [];
      for (const g of groups) {
        own[g] = code.local("v128");
        const load = vectors.lanes === "same"
          ? l.loadSplat(address, place(k, g))
          : l.load(address, place(k, g));
        load();
        code.set(own[g]);
      }
      return own;
    });
    registers.set(
      key,
      locals.map((own) => own.map((local): Expr => () => code.get(local))),
    );
    this.#locals.set(key, locals);
    if (!loop.body.some((s) => s.kind === "put" && keyOf(s) === key)) {
      return () => {};
    }
    return () =>
      locals.forEach((own, k) => {
        for (const g of groups) {
          l.store(address, place(k, g), () => code.get(own[g]));
        }
      });
  }

  readonly #locals = new Map<string, number[][]>();

  /** Loads what the loop reads of the pairs of one column. */
  #load(
    { loop, groups }: Tile,
    kept: ReadonlyMap<number, number>,
    stage: Expr,
    offset: number,
  ): void {
    const l = this.#at.lanes;
    const { groups: all } = this.#at.setting;
    for (const [id, place] of kept) {
      const value = usedIn(loop).find((v) => v.id === id);
      if (value === undefined) continue;
      const exprs: Expr[] = [];
      for (const g of groups) {
        const at = offset + place * valueBytes(all) + g * VECTOR;
        exprs[g] = l.keep(l.load(stage, at));
      }
      this.#at.values.hold(value, { kind: "groups", exprs });
    }
  }

  /** Components of one column, a vector of them at a time where there is one. */
  #column({ count, groups }: Tile, at: Expr, offset: number): Expr[][] {
    const l = this.#at.lanes;
    let several: Expr | undefined;
    return Array.from({ length: count }, (_, k) => {
      const lane = k % l.count;
      if (lane === 0) {
        const whole = k + l.count <= count;
        several = whole ? l.keep(l.load(at, offset + k * l.bytes)) : undefined;
      }
      const expr = several
        ? l.spread(several, lane)
        : l.loadSplat(at, offset + k * l.bytes);
      const exprs: Expr[] = [];
      for (const g of groups) exprs[g] = expr;
      return exprs;
    });
  }

  /** The body, for each component. */
  #body({ loop: { body }, count, groups }: Tile, registers: Registers): void {
    const { code, values } = this.#at;
    const inline = inlinable(body, this.#uses);
    const entry = (s: Statement, k: number): Expr[] =>
      (registers.get(keyOf(s)) as Expr[][])[k];
    for (let k = 0; k < count; k++) {
      code.scope(() => {
        for (const s of body) {
          this.#arithmetic.note(s);
          switch (s.kind) {
            case "apply":
              this.#arithmetic.write(s, inline.has(s.to.id));
              break;
            case "load":
            case "get": {
              const exprs = entry(s, k);
              const same = s.kind === "load" &&
                !this.#at.setting.program.operands[s.operand].row;
              this.#at.define(
                s.to,
                same,
                (g) => exprs[same ? groups[0] : g],
                false,
              );
              break;
            }
            case "put": {
              const locals = this.#locals.get(keyOf(s)) as number[][];
              for (const g of groups) {
                values.lane(s.value, g)();
                code.set(locals[k][g]);
              }
            }
          }
        }
      });
    }
  }
}

/** The storage that a statement touches. */
function keyOf(s: Statement): string {
  if (s.kind === "load") return `operand ${s.operand}`;
  if (s.kind === "get" || s.kind === "put") return `array ${s.array.id}`;
  throw new InternalError("A statement touches no storage");
}

/** The values that the body of a loop reads. */
function usedIn({ body }: Loop): Value[] {
  return body.flatMap((s) => {
    switch (s.kind) {
      case "apply":
        return [...s.args];
      case "put":
        return [s.value];
      default:
        return [];
    }
  });
}
