/**
 * Where statements run, and for which rows.
 *
 * @module
 */

import type { Program, Value } from "../program/ir.ts";
import type { Code, Expr } from "./code.ts";
import type { Lanes } from "./lanes.ts";
import type { ArrayPlaces } from "./layout.ts";
import type { ModuleWriter } from "./module.ts";
import { Values } from "./values.ts";

/** How the components of some vectors lie in memory. */
export interface Vectors {
  /** Where the first component is, but for the offset. */
  readonly address: Expr;
  /** How many bytes after the address it is. */
  readonly offset: number;
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

/** Some columns whose pairs are computed in stages. */
export interface Columns {
  /** The number of columns. */
  readonly count: Expr;
  /** Where the values of the pairs of the first column are. */
  readonly stage: Expr;
  /** From one column to the next, in bytes. */
  readonly stageBytes: number;
  /** Where the first column of an operand is. */
  start(operand: number): Expr;
}

/** What is known at one point of the statements. */
export class Context {
  /** Where values are. */
  readonly values: Values;
  /** What instructions are written with. */
  readonly lanes: Lanes;
  /** Where instructions go. */
  readonly code: Code;
  /** Where statements run. */
  readonly setting: Setting;
  /** The groups of lanes that statements are written for. */
  active: readonly number[] = [0];
  /** What is written is the same for all rows. */
  shared = true;
  /** Where a group has lanes that are off, those that are on. */
  readonly masks: (Expr | undefined)[] = [];

  /**
   * @param lanes what instructions are written with
   * @param setting where statements run
   */
  constructor(lanes: Lanes, setting: Setting) {
    this.lanes = lanes;
    this.code = lanes.code;
    this.setting = setting;
    this.values = new Values(lanes);
  }

  /** What follows is the same for all rows. */
  uniform(): void {
    this.shared = true;
    this.active = [0];
  }

  /** What follows differs by row. */
  grouped(): void {
    this.shared = false;
    this.active = Array.from({ length: this.setting.groups }, (_, g) => g);
  }

  /** Runs `write` for each active group. */
  each(write: (group: number) => void): void {
    for (const g of this.active) this.code.scope(() => write(g));
  }

  /** A value where the lanes of a group are on, what was `before` elsewhere. */
  masked(group: number, value: Expr, before: Expr): Expr {
    const mask = this.masks[group];
    return mask ? this.lanes.select(mask, value, before) : value;
  }

  /** Notes a result, for each group or for all of them. */
  define(
    to: Value,
    shared: boolean,
    make: (group: number) => Expr,
    inline: boolean,
  ): void {
    if (shared || this.shared) {
      const expr = this.lanes.keep(make(0));
      this.values.hold(to, { kind: "shared", expr });
      return;
    }
    const exprs: Expr[] = [];
    for (const g of this.active) {
      exprs[g] = inline ? make(g) : this.lanes.keep(make(g));
    }
    this.values.hold(to, { kind: "groups", exprs });
  }
}
