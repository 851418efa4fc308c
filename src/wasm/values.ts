/**
 * Values while a function is written.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import type { Value } from "../program/ir.ts";
import type { Code, Expr } from "./code.ts";
import { type IntegerLanes, integerLanes } from "./integers.ts";
import type { Lanes } from "./lanes.ts";
import { OP, SIMD } from "./opcodes.ts";

/** Where a value is. */
export type Held =
  /** An int or a bool that is the same everywhere: one scalar. */
  | { readonly kind: "scalar"; readonly expr: Expr }
  /** The same for all rows: one vector. */
  | { readonly kind: "shared"; readonly expr: Expr }
  /** One vector for each group of lanes. */
  | {
    readonly kind: "groups";
    readonly exprs: Expr[];
    /** The factors, by group, of a product that is written where it is used. */
    readonly factors?: (readonly [Expr, Expr])[];
  };

/** The values of a function, by their ids. */
export class Values {
  readonly #code: Code;
  readonly #lanes: Lanes;
  /** Operations on integers. */
  readonly integers: IntegerLanes;
  readonly #held = new Map<number, Held>();

  /** @param lanes what instructions are written with */
  constructor(lanes: Lanes) {
    this.#code = lanes.code;
    this.#lanes = lanes;
    this.integers = integerLanes(lanes);
  }

  /** Notes where a value is. */
  hold(value: Value, held: Held): void {
    this.#held.set(value.id, held);
  }

  /** Where a value is. */
  held(value: Value): Held {
    const { literal, type } = value;
    if (literal !== undefined) {
      return type === "float"
        ? { kind: "shared", expr: this.#lanes.float(literal) }
        : { kind: "scalar", expr: () => this.#code.i32(literal) };
    }
    const held = this.#held.get(value.id);
    if (held === undefined) throw new InternalError("A value was never made");
    return held;
  }

  /** Whether a value is the same for all rows. */
  isShared(value: Value): boolean {
    return this.held(value).kind !== "groups";
  }

  /** A value as a scalar, if it is one. */
  scalar(value: Value): Expr | undefined {
    const held = this.held(value);
    return held.kind === "scalar" ? held.expr : undefined;
  }

  /** A value as the vector of one group. */
  lane(value: Value, group: number): Expr {
    const held = this.held(value);
    switch (held.kind) {
      case "groups":
        return held.exprs[group];
      case "shared":
        return held.expr;
      case "scalar":
        return this.#spread(value, held.expr);
    }
  }

  /** The factors of a product that was not computed yet. */
  factors(value: Value, group: number): readonly [Expr, Expr] | undefined {
    const held = this.held(value);
    return held.kind === "groups" ? held.factors?.[group] : undefined;
  }

  #spread({ type, literal }: Value, scalar: Expr): Expr {
    const { integers } = this;
    if (type === "int") {
      return literal === undefined
        ? integers.splat(scalar)
        : integers.constant(literal);
    }
    if (literal !== undefined) return this.#lanes.int32(literal === 0 ? 0 : -1);
    return () => {
      this.#code.i32(0);
      scalar();
      this.#code.op(OP.i32Sub);
      this.#code.simd(SIMD.i32Splat);
    };
  }
}
