/**
 * Reads and writes vectors in memory, where indices may differ by lane.
 *
 * @module
 */

import type { LocalArray, Value } from "../program/ir.ts";
import type { Expr } from "./code.ts";
import { VECTOR } from "./layout.ts";
import { OP, SIMD } from "./opcodes.ts";
import type { Context, Vectors } from "./setting.ts";

/** Reads and writes components of vectors. */
export class Access {
  readonly #at: Context;

  /** @param at where statements run */
  constructor(at: Context) {
    this.#at = at;
  }

  /** How the entries of a local array lie in memory. */
  array(array: LocalArray): Vectors {
    const { arrays, arraysBase } = this.#at.setting;
    const copies = arrays.copies(array);
    return {
      address: arraysBase,
      offset: arrays.offset(array),
      step: Math.max(copies, 1) * VECTOR,
      lanes: "contiguous",
      grouped: copies > 0,
    };
  }

  /** An index of one lane, kept inside: lanes that are off may hold any. */
  #clamped(index: Value, length: number, group: number, lane: number): Expr {
    const { integers } = this.#at.values;
    const code = this.#at.code;
    return code.keep("i32", () => {
      const at = code.keep(
        "i32",
        integers.extract(this.#at.values.lane(index, group), lane),
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
    { address, offset, step }: Vectors,
    index: Value,
  ): { address: Expr; offset: number } {
    if (index.literal !== undefined) {
      return { address, offset: offset + index.literal * step };
    }
    const scalar = this.#at.values.scalar(index) as Expr;
    return { address: this.#moved(address, scalar, step), offset };
  }

  #moved(address: Expr, index: Expr, step: number): Expr {
    return () => {
      address();
      index();
      this.#at.code.i32(step);
      this.#at.code.op(OP.i32Mul, OP.i32Add);
    };
  }

  /** One component for the lanes of a group. */
  load(
    vectors: Vectors,
    index: Value,
    length: number,
    group: number,
  ): Expr {
    const l = this.#at.lanes;
    const { lanes } = vectors;
    const shift = vectors.grouped ? group * VECTOR : 0;
    const apart = lanes === "contiguous"
      ? l.bytes
      : lanes === "same"
      ? 0
      : lanes;
    if (this.#at.values.scalar(index) === undefined) {
      return l.gather((lane) => {
        const at = this.#clamped(index, length, group, lane);
        const address = this.#moved(vectors.address, at, vectors.step);
        return { address, offset: vectors.offset + shift + lane * apart };
      });
    }
    const { address, offset } = this.#address(vectors, index);
    if (lanes === "same") return l.loadSplat(address, offset);
    if (lanes === "contiguous") return l.load(address, offset + shift);
    return l.steps(() => {
      const start = this.#at.code.keep("i32", address);
      return l.gather((lane) => ({
        address: start,
        offset: offset + lane * apart,
      }));
    });
  }

  /** Writes one component for the lanes of a group. */
  store(
    vectors: Vectors,
    index: Value,
    length: number,
    value: Value,
    group: number,
  ): void {
    const l = this.#at.lanes;
    const shift = vectors.grouped ? group * VECTOR : 0;
    const lanes = vectors.lanes;
    const mask = this.#at.masks[group];
    const known = this.#at.values.scalar(index) !== undefined;
    if (known && lanes === "contiguous") {
      const { address, offset } = this.#address(vectors, index);
      const stored = this.#at.masked(
        group,
        this.#at.values.lane(value, group),
        l.load(address, offset + shift),
      );
      return l.store(address, offset + shift, stored);
    }
    const apart = lanes === "contiguous" ? l.bytes : Number(lanes);
    const kept = l.keep(this.#at.values.lane(value, group));
    for (let lane = 0; lane < l.count; lane++) {
      const write = () => {
        const at = known
          ? this.#at.values.scalar(index) as Expr
          : this.#clamped(index, length, group, lane);
        const address = this.#moved(vectors.address, at, vectors.step);
        const offset = vectors.offset + shift + lane * apart;
        l.storeLane(address, offset, kept, lane);
      };
      if (mask === undefined) this.#at.code.scope(write);
      else this.#at.code.if(this.#laneOf(mask, lane), write);
    }
  }

  /** Whether a mask has ones in a lane. */
  #laneOf(mask: Expr, lane: number): Expr {
    const place = lane * this.#at.lanes.bytes / 4;
    return () => {
      mask();
      this.#at.code.simd(SIMD.i32Extract, place);
    };
  }
}
