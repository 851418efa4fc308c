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
import type {
  Block,
  LocalArray,
  Program,
  Slot,
  Statement,
  Value,
  VectorSource,
} from "../program/ir.ts";
import { countUses, inlinable } from "../program/inline.ts";
import { BLOCKS } from "../program/uses.ts";
import type { Code, Expr } from "./code.ts";
import { type Contraction, contraction, type Source } from "./contract.ts";
import { exp, expOfNegative } from "./exponential.ts";
import type { Lanes } from "./lanes.ts";
import { type ArrayPlaces, VECTOR } from "./layout.ts";
import type { ModuleWriter } from "./module.ts";
import { OP, SIMD } from "./opcodes.ts";
import { Signs } from "./signs.ts";
import { LANES, SCALARS_OF_INTS } from "./primitives.ts";
import { Values } from "./values.ts";

/** How the components of some vectors lie in memory. */
export interface Vectors {
  /** Where the first component is. */
  readonly address: Expr;
  /** From one component to the next, in bytes. */
  readonly step: number;
  /**
   * From one lane to the next: next to each other, all the same, or so many
   * bytes apart.
   */
  readonly lanes: "contiguous" | "same" | number;
  /** Each group has its own, next to each other. */
  readonly grouped: boolean;
}

/** Where statements run. */
export interface Setting {
  /** What is written. */
  readonly program: Program;
  /** Functions that are called. */
  readonly module: ModuleWriter;
  /** The number of groups of lanes. */
  readonly groups: number;
  /** Where local arrays are. */
  readonly arrays: ArrayPlaces;
  /** The address of the first local array. */
  readonly arraysBase: Expr;
  /** The vectors of an operand, at the current point. */
  operand(index: number): Vectors;
  /** The results of an output, at the current point. */
  output(index: number): Vectors;
}

/** Writes statements. */
export class Statements {
  /** Where values are. */
  readonly values: Values;
  readonly #lanes: Lanes;
  readonly #code: Code;
  readonly #setting: Setting;
  readonly #uses: Map<number, number>;
  readonly #slots = new Map<number, number[]>();
  readonly #sharedSlots = new Set<number>();
  readonly #products = new Set<number>();
  readonly #signs = new Signs();
  readonly #preloaded = new Map<string, Expr[]>();
  readonly #masks: (Expr | undefined)[] = [];
  readonly #ahead = new Map<number, Expr[][]>();
  #taken: number | undefined;
  #active: readonly number[] = [0];
  #shared = true;

  /**
   * @param lanes what instructions are written with
   * @param setting where statements run
   */
  constructor(lanes: Lanes, setting: Setting) {
    this.#lanes = lanes;
    this.#code = lanes.code;
    this.#setting = setting;
    this.#uses = countUses(BLOCKS.map((name) => setting.program[name]));
    this.values = new Values(lanes);
  }

  /** Writes what is the same for all rows. */
  uniform(block: Block): void {
    this.#shared = true;
    this.#active = [0];
    this.#block(block);
  }

  /** Writes what differs by row. */
  grouped(block: Block): void {
    this.#shared = false;
    this.#active = Array.from({ length: this.#setting.groups }, (_, g) => g);
    this.#block(block);
  }

  /** Loads one component of an operand, for all that read it later. */
  preload(operand: number, component: number): void {
    const key = `${operand} ${component}`;
    if (this.#preloaded.has(key)) return;
    const index: Value = { id: -1, type: "int", literal: component };
    const vectors = this.#setting.operand(operand);
    const exprs = Array.from(
      { length: this.#setting.groups },
      (_, g) => this.#lanes.keep(this.#load(vectors, index, Infinity, g)),
    );
    this.#preloaded.set(key, exprs);
  }

  /** Writes the slots of rows to memory. */
  saveSlots(address: Expr): void {
    this.#rowSlots().forEach((local, k) =>
      this.#lanes.store(address, k * VECTOR, () => this.#code.get(local))
    );
  }

  /** Reads the slots of rows from memory. */
  restoreSlots(address: Expr): void {
    this.#rowSlots().forEach((local, k) => {
      this.#lanes.load(address, k * VECTOR)();
      this.#code.set(local);
    });
  }

  #rowSlots(): number[] {
    return this.#setting.program.row.flatMap((s) =>
      s.kind === "slot" ? this.#localsOf(s.slot) : []
    );
  }

  #block(block: Block): void {
    const inline = inlinable(block, this.#uses);
    for (const s of block) this.#statement(s, inline);
  }

  /** Notes a result, for each group or for all of them. */
  #define(
    to: Value,
    shared: boolean,
    make: (group: number) => Expr,
    inline: boolean,
  ): void {
    if (shared || this.#shared) {
      this.values.hold(to, { kind: "shared", expr: this.#lanes.keep(make(0)) });
      return;
    }
    const exprs: Expr[] = [];
    for (const g of this.#active) {
      exprs[g] = inline ? make(g) : this.#lanes.keep(make(g));
    }
    this.values.hold(to, { kind: "groups", exprs });
  }

  #statement(s: Statement, inline: ReadonlySet<number>): void {
    this.#signs.note(s);
    switch (s.kind) {
      case "apply":
        return this.#apply(s, inline.has(s.to.id));
      case "load": {
        const { row, column, dim } = this.#setting.program.operands[s.operand];
        const vectors = this.#setting.operand(s.operand);
        const shared = vectors.lanes === "same" || !row && !column;
        const same = shared && this.values.isShared(s.component);
        return this.#define(
          s.to,
          same,
          (g) => this.#load(vectors, s.component, dim, g),
          inline.has(s.to.id),
        );
      }
      case "contract":
        return this.#contract(s);
      case "slot":
        return this.#slot(s.slot, s.initial);
      case "read": {
        const locals = this.#localsOf(s.slot);
        const get = (g: number): Expr => () =>
          this.#code.get(locals[g] ?? locals[0]);
        return this.#define(s.to, this.#sharedSlots.has(s.slot.id), get, false);
      }
      case "write": {
        const locals = this.#localsOf(s.slot);
        return this.#each((g) => {
          const value = this.values.lane(s.value, g);
          this.#masked(g, value, () => this.#code.get(locals[g]))();
          this.#code.set(locals[g]);
        });
      }
      case "array":
        return;
      case "get": {
        const { array, index } = s;
        const vectors = this.#array(array);
        const same = !vectors.grouped && this.values.isShared(index);
        return this.#define(
          s.to,
          same,
          (g) => this.#load(vectors, index, array.length, g),
          false,
        );
      }
      case "put": {
        const vectors = this.#array(s.array);
        return this.#each(
          (g) => this.#store(vectors, s.index, s.array.length, s.value, g),
        );
      }
      case "for":
        return this.#for(s.index, s.count, s.body);
      case "if":
        return this.#if(s.condition, s.body);
      case "stash": {
        const { dim } = this.#setting.program.operands[s.operand];
        const vectors = this.#setting.operand(s.operand);
        return this.#store(vectors, s.component, dim, s.value, 0);
      }
      case "store": {
        const vectors = this.#setting.output(s.output);
        return this.#each(
          (g) => this.#store(vectors, s.component, Infinity, s.value, g),
        );
      }
    }
  }

  /** Runs `write` for each active group. */
  #each(write: (group: number) => void): void {
    for (const g of this.#active) this.#code.scope(() => write(g));
  }

  #masked(group: number, value: Expr, before: Expr): Expr {
    const mask = this.#masks[group];
    return mask ? this.#lanes.select(mask, value, before) : value;
  }

  #apply(
    { to, primitive, args }: Extract<Statement, { kind: "apply" }>,
    inline: boolean,
  ): void {
    const { values } = this;
    if (primitive === "mul") this.#products.add(to.id);
    const scalars = args.map((a) => values.scalar(a));
    const spelled = SCALARS_OF_INTS[primitive];
    if (spelled && !scalars.includes(undefined)) {
      const [a, b, c] = scalars as Expr[];
      const expr = this.#code.keep("i32", () => spelled(this.#code, a, b, c));
      return values.hold(to, { kind: "scalar", expr });
    }
    const shared = this.#shared || args.every((a) => values.isShared(a));
    const tools = {
      l: this.#lanes,
      i: values.integers,
      module: this.#setting.module,
    };
    if (primitive === "exp") {
      const negative = this.#signs.isNegative(args[0]);
      const write = negative ? expOfNegative : exp;
      const lane = (g: number) => write(this.#lanes, values.lane(args[0], g));
      return this.#define(to, shared, lane, inline);
    }
    const make = (g: number): Expr => {
      const fused = this.#fused(primitive, args, g);
      if (fused) return fused;
      const [a, b, c] = args.map((x) => values.lane(x, g));
      return LANES[primitive](tools, a, b, c);
    };
    if (!shared && inline && primitive === "mul") {
      const exprs: Expr[] = [];
      const factors: (readonly [Expr, Expr])[] = [];
      for (const g of this.#active) {
        exprs[g] = make(g);
        factors[g] = [values.lane(args[0], g), values.lane(args[1], g)];
      }
      return values.hold(to, { kind: "groups", exprs, factors });
    }
    this.#define(to, shared, make, inline);
  }

  /**
   * A sum of a product and something that is no product. Sums of two
   * products stay symmetric: differences of equal ones must be 0.
   */
  #fused(
    primitive: string,
    [a, b]: readonly Value[],
    g: number,
  ): Expr | undefined {
    const { values } = this;
    if (primitive !== "add" && primitive !== "sub") return undefined;
    const [p, q] = [values.factors(a, g), values.factors(b, g)];
    if ((p === undefined) === (q === undefined)) return undefined;
    if (this.#products.has((p ? b : a).id)) return undefined;
    const l = this.#lanes;
    if (q) {
      const rest = values.lane(a, g);
      return primitive === "add"
        ? l.madd(q[0], q[1], rest)
        : l.nmadd(q[0], q[1], rest);
    }
    const [x, y] = p as readonly [Expr, Expr];
    const rest = values.lane(b, g);
    return l.madd(x, y, primitive === "add" ? rest : l.neg(rest));
  }

  #slot(slot: Slot, initial: Value): void {
    const groups = this.#active;
    if (this.#shared) this.#sharedSlots.add(slot.id);
    const locals: number[] = [];
    for (const g of groups) locals[g] = this.#code.local("v128");
    this.#slots.set(slot.id, locals);
    for (const g of groups) {
      this.#code.scope(this.values.lane(initial, g));
      this.#code.set(locals[g]);
    }
  }

  #localsOf(slot: Slot): number[] {
    const locals = this.#slots.get(slot.id);
    if (locals === undefined) throw new InternalError("No such slot");
    return locals;
  }

  #array(array: LocalArray): Vectors {
    const { arrays, arraysBase } = this.#setting;
    const offset = arrays.offset(array);
    const copies = arrays.copies(array);
    return {
      address: () => {
        arraysBase();
        this.#code.i32(offset);
        this.#code.op(OP.i32Add);
      },
      step: Math.max(copies, 1) * VECTOR,
      lanes: "contiguous",
      grouped: copies > 0,
    };
  }

  /** An index of one lane, kept inside: lanes that are off may hold any. */
  #clamped(index: Value, length: number, group: number, lane: number): Expr {
    const { integers } = this.values;
    const code = this.#code;
    return code.keep("i32", () => {
      const at = code.keep(
        "i32",
        integers.extract(this.values.lane(index, group), lane),
      );
      at();
      code.i32(length - 1);
      at();
      code.i32(length);
      code.op(OP.i32LtU, OP.select, 1, 0x7f);
    });
  }

  /** The address of a component whose index is a scalar. */
  #address(
    { address, step }: Vectors,
    index: Value,
  ): { address: Expr; offset: number } {
    if (index.literal !== undefined) {
      return { address, offset: index.literal * step };
    }
    const scalar = this.values.scalar(index) as Expr;
    return { address: this.#moved(address, scalar, step), offset: 0 };
  }

  #moved(address: Expr, index: Expr, step: number): Expr {
    return () => {
      address();
      index();
      this.#code.i32(step);
      this.#code.op(OP.i32Mul, OP.i32Add);
    };
  }

  #load(
    vectors: Vectors,
    index: Value,
    length: number,
    group: number,
  ): Expr {
    const l = this.#lanes;
    const { lanes } = vectors;
    const shift = vectors.grouped ? group * VECTOR : 0;
    const apart = lanes === "contiguous"
      ? l.bytes
      : lanes === "same"
      ? 0
      : lanes;
    if (this.values.scalar(index) === undefined) {
      return l.gather((lane) => {
        const at = this.#clamped(index, length, group, lane);
        const address = this.#moved(vectors.address, at, vectors.step);
        return { address, offset: shift + lane * apart };
      });
    }
    const { address, offset } = this.#address(vectors, index);
    if (lanes === "same") return l.loadSplat(address, offset);
    if (lanes === "contiguous") return l.load(address, offset + shift);
    return l.steps(() => {
      const start = this.#code.keep("i32", address);
      return l.gather((lane) => ({
        address: start,
        offset: offset + lane * apart,
      }));
    });
  }

  #store(
    vectors: Vectors,
    index: Value,
    length: number,
    value: Value,
    group: number,
  ): void {
    const l = this.#lanes;
    const shift = vectors.grouped ? group * VECTOR : 0;
    const lanes = vectors.lanes;
    const mask = this.#masks[group];
    const known = this.values.scalar(index) !== undefined;
    if (known && lanes === "contiguous") {
      const { address, offset } = this.#address(vectors, index);
      const stored = this.#masked(
        group,
        this.values.lane(value, group),
        l.load(address, offset + shift),
      );
      return l.store(address, offset + shift, stored);
    }
    const apart = lanes === "contiguous" ? l.bytes : Number(lanes);
    const kept = l.keep(this.values.lane(value, group));
    for (let lane = 0; lane < l.count; lane++) {
      const write = () => {
        const at = known
          ? this.values.scalar(index) as Expr
          : this.#clamped(index, length, group, lane);
        const address = this.#moved(vectors.address, at, vectors.step);
        l.storeLane(address, shift + lane * apart, kept, lane);
      };
      if (mask === undefined) this.#code.scope(write);
      else this.#code.if(this.#laneOf(mask, lane), write);
    }
  }

  /** Whether a mask has ones in a lane. */
  #laneOf(mask: Expr, lane: number): Expr {
    const place = lane * this.#lanes.bytes / 4;
    return () => {
      mask();
      this.#code.simd(SIMD.i32Extract, place);
    };
  }

  #for(index: Value, count: number, body: Block): void {
    const code = this.#code;
    code.scope(() => {
      const turn = code.local("i32");
      const get: Expr = () => code.get(turn);
      this.values.hold(index, { kind: "scalar", expr: get });
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
    const code = this.#code;
    const scalar = this.values.scalar(condition);
    if (scalar) return code.if(scalar, () => this.#block(body));
    if (this.values.isShared(condition)) {
      const any = this.#any(this.values.lane(condition, 0));
      return code.if(any, () => this.#block(body));
    }
    code.scope(() => this.#ifLanes(condition, body));
  }

  /** Most often no lane of any group is set: that is asked first. */
  #ifLanes(condition: Value, body: Block): void {
    const l = this.#lanes;
    const [active, outer] = [this.#active, [...this.#masks]];
    const masks: Expr[] = [];
    for (const g of active) {
      const own = this.values.lane(condition, g);
      const around = outer[g];
      masks[g] = l.keep(around ? l.and(around, own) : own);
    }
    const bodies = () => {
      for (const g of active) {
        this.#active = [g];
        this.#masks[g] = masks[g];
        this.#code.if(this.#any(masks[g]), () => this.#block(body));
        this.#masks[g] = outer[g];
      }
      this.#active = active;
    };
    if (active.length === 1) return bodies();
    const all = active.map((g) => masks[g]).reduce((a, b) => l.or(a, b));
    this.#code.if(this.#any(all), bodies);
  }

  #any(mask: Expr): Expr {
    return () => {
      mask();
      this.#code.simd(SIMD.anyTrue);
    };
  }

  /** The contractions of some columns in a row, for {@linkcode take}. */
  ahead(all: readonly Contraction[], columns: number): void {
    this.#active = Array.from({ length: this.#setting.groups }, (_, g) => g);
    for (const s of all) {
      const { row, column, weights } = this.#sides(s);
      const { operand } = column;
      const bytes = this.#setting.program.operands[operand].dim *
        this.#lanes.bytes;
      const sums = contraction(this.#lanes, s, this.#active, {
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

  #contract(s: Contraction): void {
    const known = this.#taken === undefined
      ? undefined
      : this.#ahead.get(s.to.id)?.[this.#taken];
    if (known) {
      return this.values.hold(s.to, { kind: "groups", exprs: known });
    }
    const { row, column, weights } = this.#sides(s);
    const groups = this.#active;
    const [sums] = contraction(this.#lanes, s, groups, {
      row: this.#source(row),
      columns: [this.#source(column)],
      weights: weights && this.#source(weights),
    });
    const exprs: Expr[] = [];
    groups.forEach((g, k) => exprs[g] = sums[k]);
    this.values.hold(s.to, { kind: "groups", exprs });
  }

  /** The vectors of a contraction, by what they belong to. */
  #sides({ a, b, weights }: Contraction): {
    row: VectorSource;
    column: Extract<VectorSource, { kind: "operand" }>;
    weights: VectorSource | undefined;
  } {
    const isColumn = (x: VectorSource) =>
      x.kind === "operand" &&
      this.#setting.program.operands[x.operand].column;
    const [row, column] = isColumn(a) ? [b, a] : [a, b];
    if (column.kind !== "operand") {
      throw new InternalError("A contraction has no column");
    }
    return { row, column, weights };
  }

  /** A vector of a contraction, some bytes further on. */
  #source(source: VectorSource, ahead = 0): Source {
    const { values } = this;
    if (source.kind === "values") {
      return { step: 0, at: (g, k) => values.lane(source.values[k], g) };
    }
    const vectors = source.kind === "operand"
      ? this.#setting.operand(source.operand)
      : this.#array(source.array);
    const l = this.#lanes;
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
