/**
 * Writes scalar primitives for groups of lanes.
 *
 * @module
 */

import type { Statement, Value } from "../program/ir.ts";
import type { Expr } from "./code.ts";
import { exps, expsOfNegative, powersOf2 } from "./exponential.ts";
import { LANES, SCALARS_OF_INTS } from "./primitives.ts";
import type { Context } from "./setting.ts";
import { Signs } from "./signs.ts";

/** Writes the results of primitives. */
export class Arithmetic {
  readonly #products = new Set<number>();
  readonly #signs = new Signs();
  readonly #at: Context;

  /** @param at where statements run */
  constructor(at: Context) {
    this.#at = at;
  }

  /** Notes a statement that others may be simplified by. */
  note(s: Statement): void {
    this.#signs.note(s);
  }

  /** What a truth value is the opposite of. */
  oppositeOf(value: Value): Value | undefined {
    const s = this.#signs.originOf(value);
    return s?.kind === "apply" && s.primitive === "not" ? s.args[0] : undefined;
  }

  /** Writes the result of a primitive. */
  write(
    { to, primitive, args }: Extract<Statement, { kind: "apply" }>,
    inline: boolean,
  ): void {
    const { values } = this.#at;
    if (primitive === "mul") this.#products.add(to.id);
    const scalars = args.map((a) => values.scalar(a));
    const spelled = SCALARS_OF_INTS[primitive];
    if (spelled && !scalars.includes(undefined)) {
      const [a, b, c] = scalars as Expr[];
      const expr = this.#at.code.keep(
        "i32",
        () => spelled(this.#at.code, a, b, c),
      );
      return values.hold(to, { kind: "scalar", expr });
    }
    const shared = this.#at.shared || args.every((a) => values.isShared(a));
    const tools = {
      l: this.#at.lanes,
      i: values.integers,
      module: this.#at.setting.module,
    };
    if (primitive === "exp" || primitive === "exp2") {
      return this.#exponentials(to, primitive, args[0], shared);
    }
    const extremum = this.#extremum(primitive, args);
    const make = (g: number): Expr => {
      if (extremum) return extremum(g);
      const fused = this.#fused(primitive, args, g);
      if (fused) return fused;
      const [a, b, c] = args.map((x) => values.lane(x, g));
      return LANES[primitive](tools, a, b, c);
    };
    if (!shared && inline && primitive === "mul") {
      const exprs: Expr[] = [];
      const factors: (readonly [Expr, Expr])[] = [];
      for (const g of this.#at.active) {
        exprs[g] = make(g);
        factors[g] = [values.lane(args[0], g), values.lane(args[1], g)];
      }
      return values.hold(to, { kind: "groups", exprs, factors });
    }
    this.#at.define(to, shared, make, inline);
  }

  /** `a < b ? a : b` and `a < b ? b : a` are one instruction. */
  #extremum(
    primitive: string,
    [condition, x, y]: readonly Value[],
  ): ((g: number) => Expr) | undefined {
    if (primitive !== "select") return undefined;
    const s = this.#signs.originOf(condition);
    if (s?.kind !== "apply" || s.primitive !== "lt") return undefined;
    const [a, b] = s.args;
    const { values, lanes: l } = this.#at;
    const lane = (v: Value, g: number) => values.lane(v, g);
    if (same(a, x) && same(b, y)) {
      return (g) => l.pmin(lane(b, g), lane(a, g));
    }
    if (same(a, y) && same(b, x)) {
      return (g) => l.pmax(lane(a, g), lane(b, g));
    }
    return undefined;
  }

  /** All groups at once: the steps of each wait for one another. */
  #exponentials(
    to: Value,
    primitive: "exp" | "exp2",
    x: Value,
    shared: boolean,
  ): void {
    const { active, lanes, values } = this.#at;
    const negative = this.#signs.isNegative(x);
    const groups = shared ? [0] : active;
    const xs = groups.map((g) => values.lane(x, g));
    const found = primitive === "exp2"
      ? powersOf2(lanes, xs, negative)
      : negative
      ? expsOfNegative(lanes, xs)
      : exps(lanes, xs);
    if (shared) return values.hold(to, { kind: "shared", expr: found[0] });
    const exprs: Expr[] = [];
    groups.forEach((g, k) => exprs[g] = found[k]);
    values.hold(to, { kind: "groups", exprs });
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
    const { values } = this.#at;
    if (primitive !== "add" && primitive !== "sub") return undefined;
    const [p, q] = [values.factors(a, g), values.factors(b, g)];
    if ((p === undefined) === (q === undefined)) return undefined;
    if (this.#products.has((p ? b : a).id)) return undefined;
    const l = this.#at.lanes;
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
}

/** Whether two values are the same result, or the same literal. */
function same(a: Value, b: Value): boolean {
  return a.literal === undefined
    ? a.id === b.id && b.literal === undefined
    : Object.is(a.literal, b.literal) && a.type === b.type;
}
