/**
 * Writes the statements of a program for some groups of lanes.
 *
 * Values that all rows share are computed once for all groups. Where a
 * condition differs by lane, its block runs if any lane of a group fulfils
 * it, and changes storage in those lanes alone.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import type { Block, Slot, Statement, Value } from "../program/ir.ts";
import { countUses, inlinable } from "../program/inline.ts";
import { BLOCKS } from "../program/uses.ts";
import { Access } from "./access.ts";
import { Arithmetic } from "./arithmetic.ts";
import type { Expr } from "./code.ts";
import { Contractions } from "./contractions.ts";
import type { Lanes } from "./lanes.ts";
import { VECTOR } from "./layout.ts";
import { OP, SIMD } from "./opcodes.ts";
import { LongContractions } from "./long_contractions.ts";
import { valueBytes } from "./stage_places.ts";
import { Context, type Setting } from "./setting.ts";
import type { Values } from "./values.ts";
import { WideLoops } from "./wide_loops.ts";

/** Writes statements. */
export class Statements {
  /** Where values are. */
  readonly values: Values;
  /** Contractions that are loaded or computed ahead. */
  readonly contractions: Contractions;
  /** Contractions of all columns of a block. */
  readonly long: LongContractions;
  /** Loops for all columns of a block. */
  readonly wide: WideLoops;
  readonly #at: Context;
  readonly #access: Access;
  readonly #arithmetic: Arithmetic;
  readonly #uses: Map<number, number>;
  readonly #slots = new Map<number, number[]>();
  readonly #sharedSlots = new Set<number>();

  /**
   * @param lanes what instructions are written with
   * @param setting where statements run
   */
  constructor(lanes: Lanes, setting: Setting) {
    this.#at = new Context(lanes, setting);
    this.values = this.#at.values;
    this.#access = new Access(this.#at);
    this.#arithmetic = new Arithmetic(this.#at);
    this.contractions = new Contractions(this.#at, this.#access);
    this.#uses = countUses(BLOCKS.map((name) => setting.program[name]));
    this.long = new LongContractions(this.#at, this.contractions);
    this.wide = new WideLoops(
      this.#at,
      this.#access,
      this.#arithmetic,
      this.#uses,
    );
  }

  /** Writes what is the same for all rows. */
  uniform(block: Block): void {
    this.#at.uniform();
    this.#block(block);
  }

  /** Writes what differs by row. */
  grouped(block: Block): void {
    this.#at.grouped();
    this.#block(block);
  }

  /** Writes values of a pair to memory, for later stages. */
  keepValues(all: readonly Value[], stage: Expr, first: number): void {
    const { groups } = this.#at.setting;
    all.forEach((value, k) =>
      this.#at.each((g) => {
        const place = (first + k) * valueBytes(groups) + g * VECTOR;
        this.#at.lanes.store(stage, place, this.values.lane(value, g));
      })
    );
  }

  /** Writes the slots of rows to memory. */
  saveSlots(address: Expr): void {
    this.#rowSlots().forEach((local, k) =>
      this.#at.lanes.store(address, k * VECTOR, () => this.#at.code.get(local))
    );
  }

  /** Reads the slots of rows from memory. */
  restoreSlots(address: Expr): void {
    this.#rowSlots().forEach((local, k) => {
      this.#at.lanes.load(address, k * VECTOR)();
      this.#at.code.set(local);
    });
  }

  #rowSlots(): number[] {
    return this.#at.setting.program.row.flatMap((s) =>
      s.kind === "slot" ? this.#localsOf(s.slot) : []
    );
  }

  #block(block: Block): void {
    const inline = inlinable(block, this.#uses);
    for (const s of block) this.#statement(s, inline);
  }

  #statement(s: Statement, inline: ReadonlySet<number>): void {
    this.#arithmetic.note(s);
    switch (s.kind) {
      case "apply":
        return this.#arithmetic.write(s, inline.has(s.to.id));
      case "load": {
        const { row, column, dim } =
          this.#at.setting.program.operands[s.operand];
        const vectors = this.#at.setting.operand(s.operand);
        const shared = vectors.lanes === "same" || !row && !column;
        const same = shared && this.#at.values.isShared(s.component);
        return this.#at.define(
          s.to,
          same,
          (g) => this.#access.load(vectors, s.component, dim, g),
          inline.has(s.to.id),
        );
      }
      case "contract":
        return this.contractions.write(s);
      case "slot":
        return this.#slot(s.slot, s.initial);
      case "read": {
        const locals = this.#localsOf(s.slot);
        const get = (g: number): Expr => () =>
          this.#at.code.get(locals[g] ?? locals[0]);
        return this.#at.define(
          s.to,
          this.#sharedSlots.has(s.slot.id),
          get,
          false,
        );
      }
      case "write": {
        const locals = this.#localsOf(s.slot);
        return this.#at.each((g) => {
          const value = this.#at.values.lane(s.value, g);
          this.#at.masked(g, value, () => this.#at.code.get(locals[g]))();
          this.#at.code.set(locals[g]);
        });
      }
      case "array":
        return;
      case "get": {
        const { array, index } = s;
        const vectors = this.#access.array(array);
        const same = !vectors.grouped && this.#at.values.isShared(index);
        return this.#at.define(
          s.to,
          same,
          (g) => this.#access.load(vectors, index, array.length, g),
          false,
        );
      }
      case "put": {
        const vectors = this.#access.array(s.array);
        return this.#at.each(
          (g) =>
            this.#access.store(vectors, s.index, s.array.length, s.value, g),
        );
      }
      case "for":
        return this.#for(s.index, s.count, s.body);
      case "if":
        return this.#if(s.condition, s.body);
      case "stash": {
        const { dim } = this.#at.setting.program.operands[s.operand];
        const vectors = this.#at.setting.operand(s.operand);
        return this.#access.store(vectors, s.component, dim, s.value, 0);
      }
      case "store": {
        const vectors = this.#at.setting.output(s.output);
        return this.#at.each(
          (g) => this.#access.store(vectors, s.component, Infinity, s.value, g),
        );
      }
    }
  }

  #slot(slot: Slot, initial: Value): void {
    const groups = this.#at.active;
    if (this.#at.shared) this.#sharedSlots.add(slot.id);
    const locals: number[] = [];
    for (const g of groups) locals[g] = this.#at.code.local("v128");
    this.#slots.set(slot.id, locals);
    for (const g of groups) {
      this.#at.code.scope(this.#at.values.lane(initial, g));
      this.#at.code.set(locals[g]);
    }
  }

  #localsOf(slot: Slot): number[] {
    const locals = this.#slots.get(slot.id);
    if (locals === undefined) throw new InternalError("No such slot");
    return locals;
  }

  #for(index: Value, count: number, body: Block): void {
    const code = this.#at.code;
    code.scope(() => {
      const turn = code.local("i32");
      const get: Expr = () => code.get(turn);
      this.#at.values.hold(index, { kind: "scalar", expr: get });
      code.i32(0);
      code.set(turn);
      code.op(OP.loop, 0x40);
      code.scope(() => this.#block(body));
      get();
      code.i32(1);
      code.op(OP.i32Add);
      code.tee(turn);
      code.i32(count);
      code.op(OP.i32LtS, OP.brIf, 0, OP.end);
    });
  }

  #if(condition: Value, body: Block): void {
    const code = this.#at.code;
    const scalar = this.#at.values.scalar(condition);
    if (scalar) return code.if(scalar, () => this.#block(body));
    if (this.#at.values.isShared(condition)) {
      const any = this.#any(this.#at.values.lane(condition, 0));
      return code.if(any, () => this.#block(body));
    }
    code.scope(() => this.#ifLanes(condition, body));
  }

  /** Most often no lane of any group is set: that is asked first. */
  #ifLanes(condition: Value, body: Block): void {
    const l = this.#at.lanes;
    const [active, outer] = [this.#at.active, [...this.#at.masks]];
    const own = (g: number) => this.#at.values.lane(condition, g);
    const bodies = (masks: readonly Expr[]) => {
      for (const g of active) {
        this.#at.active = [g];
        this.#at.masks[g] = masks[g];
        this.#at.code.if(this.#any(masks[g]), () => this.#block(body));
        this.#at.masks[g] = outer[g];
      }
      this.#at.active = active;
    };
    const masks: Expr[] = [];
    const opposite = this.#arithmetic.oppositeOf(condition);
    if (opposite && active.length > 1 && outer.every((m) => !m)) {
      // What stops a group is known: all of it is asked for at once.
      const stops = active.map((g) =>
        l.keep(this.#at.values.lane(opposite, g))
      );
      const some = l.not(stops.reduce((a, b) => l.and(a, b)));
      return this.#at.code.if(this.#any(some), () => {
        active.forEach((g, k) => masks[g] = l.keep(l.not(stops[k])));
        bodies(masks);
      });
    }
    for (const g of active) {
      const around = outer[g];
      masks[g] = l.keep(around ? l.and(around, own(g)) : own(g));
    }
    if (active.length === 1) return bodies(masks);
    const all = active.map((g) => masks[g]).reduce((a, b) => l.or(a, b));
    this.#at.code.if(this.#any(all), () => bodies(masks));
  }

  #any(mask: Expr): Expr {
    return () => {
      mask();
      this.#at.code.simd(SIMD.anyTrue);
    };
  }
}
