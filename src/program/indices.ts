/**
 * The values that integers of a program take, where loops alone decide.
 *
 * @module
 */

import type { Primitive, Statement, Value } from "./ir.ts";
import { SCALARS } from "./scalars.ts";

/** How an integer comes about. */
type Origin =
  | { readonly kind: "loop"; readonly count: number }
  | {
    readonly kind: "apply";
    readonly primitive: Primitive;
    readonly args: readonly Value[];
    /** The loops that it depends on. */
    readonly loops: readonly number[];
  };

/** Loops of at most this many turns, all together, are gone through. */
const MOST = 1 << 16;

/** Integers that depend on nothing but the turns of loops. */
export class IndexRanges {
  readonly #origins = new Map<number, Origin>();

  /** Notes the index of a loop. */
  loop(index: Value, count: number): void {
    this.#origins.set(index.id, { kind: "loop", count });
  }

  /** Notes the result of a statement, if loops alone decide on it. */
  define(to: Value, s: Statement): void {
    if (s.kind !== "apply") return;
    const { primitive, args } = s;
    const loops = args.map((x) => this.#loops(x));
    if (loops.includes(undefined)) return;
    const own = [...new Set(loops.flatMap((l) => l ?? []))];
    this.#origins.set(to.id, { kind: "apply", primitive, args, loops: own });
  }

  /** All values of an integer; none where data decide on it. */
  all(index: Value): number[] {
    const loops = this.#loops(index);
    if (loops === undefined) return [];
    const turns = loops.map((l) =>
      Array.from({ length: this.#count(l) }, (_, k) => k)
    );
    return this.#values(index, loops, turns);
  }

  /**
   * The values of an integer at the first, second and last turns of the
   * loops that it depends on; `undefined` where data decide on it.
   */
  corners(index: Value): number[] | undefined {
    const loops = this.#loops(index);
    if (loops === undefined) return undefined;
    const turns = loops.map((l) => {
      const last = this.#count(l) - 1;
      return [...new Set([0, Math.min(1, last), last])];
    });
    return this.#values(index, loops, turns);
  }

  #loops(value: Value): readonly number[] | undefined {
    if (value.literal !== undefined) return [];
    const origin = this.#origins.get(value.id);
    return origin?.kind === "loop" ? [value.id] : origin?.loops;
  }

  #count(loop: number): number {
    const origin = this.#origins.get(loop);
    return origin?.kind === "loop" ? origin.count : 0;
  }

  #values(
    index: Value,
    loops: readonly number[],
    turns: readonly (readonly number[])[],
  ): number[] {
    const total = turns.reduce((n, t) => n * t.length, 1);
    const values: number[] = [];
    for (let point = 0; point < Math.min(total, MOST); point++) {
      const at = new Map<number, number>();
      let rest = point;
      turns.forEach((t, k) => {
        at.set(loops[k], t[rest % t.length]);
        rest = Math.floor(rest / t.length);
      });
      values.push(this.#value(index, at));
    }
    return values;
  }

  #value(value: Value, at: Map<number, number>): number {
    if (value.literal !== undefined) return value.literal;
    const known = at.get(value.id);
    if (known !== undefined) return known;
    const origin = this.#origins.get(value.id);
    if (origin?.kind !== "apply") return NaN;
    const [a, b, c] = origin.args.map((x) => this.#value(x, at));
    const result = SCALARS[origin.primitive](a, b, c);
    at.set(value.id, result);
    return result;
  }
}
