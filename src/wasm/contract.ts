/**
 * Contractions of a row and a column, for some groups of lanes.
 *
 * @module
 */

import type { Expr } from "./code.ts";
import { type Contraction, UNROLLED } from "../program/stages.ts";
import type { Lanes } from "./lanes.ts";
import { OP } from "./opcodes.ts";

/** Components of a vector that a contraction reads. */
export interface Source {
  /** The component of a group that is `k` further than the position. */
  at(group: number, k: number): Expr;
  /** Components from `k` on, as many as there are lanes, if all rows share them. */
  several?(k: number): Expr;
  /** How far components are apart in memory; 0 where they are no memory. */
  readonly step: number;
  /** Where the position is, in bytes, if the components are in memory. */
  position?: Expr;
}

/** How many terms are written in a turn of a loop. */
const TERMS = 8;

/** The two sides of a contraction. */
export interface Sides {
  /** The vector of the rows. */
  readonly row: Source;
  /** The vectors of one or more columns. */
  readonly columns: readonly Source[];
  /** Weights, the same for all. */
  readonly weights: Source | undefined;
}

/**
 * The sums, by column and group. What is loaded of a row serves all columns,
 * and what is loaded of a column all groups.
 */
export function contraction(
  l: Lanes,
  { form, length }: Pick<Contraction, "form" | "length">,
  groups: readonly number[],
  sides: Sides,
): Expr[][] {
  const { code } = l;
  const { row, columns, weights } = sides;
  const locals = columns.map(() => groups.map(() => code.local("v128")));
  const sums = locals.map((all) => all.map((n): Expr => () => code.get(n)));
  const add = (count: number, first: boolean) => {
    const [w, ...ys] = [weights, ...columns].map((s) => new Reader(l, s));
    for (let k = 0; k < count; k++) {
      if (k % l.count === 0) { for (const r of [w, ...ys]) r.turn(k, count); }
      code.scope(() => {
        const weight = weights && l.keep(w.at(k));
        const xs = groups.map((g) => l.keep(row.at(g, k)));
        ys.forEach((reader, u) => {
          code.scope(() => {
            const y = l.keep(reader.at(k));
            const write = ([p, q]: readonly [Expr, Expr], place: number) => {
              const start = first && k === 0;
              (start ? l.mul(p, q) : l.madd(p, q, sums[u][place]))();
              code.set(locals[u][place]);
            };
            if (columns.length === 1) {
              factors(l, form, xs, y, weight).forEach(write);
            } else {
              xs.forEach((x, place) =>
                code.scope(() => {
                  const [both] = factors(l, form, [x], y, weight);
                  write(both, place);
                })
              );
            }
          });
        });
      });
    }
  };
  const clear = () => {
    for (const local of locals.flat()) {
      l.float(0)();
      code.set(local);
    }
  };
  const all = [row, ...columns, ...(weights ? [weights] : [])];
  if (length <= UNROLLED || all.some((s) => s.step === 0)) {
    if (length === 0) clear();
    code.scope(() => add(length, true));
    return sums;
  }
  clear();
  code.scope(() => {
    const moving = all.map((source) => {
      const local = code.local("i32");
      (source.position as Expr)();
      code.set(local);
      source.position = () => code.get(local);
      return { local, step: source.step };
    });
    const turns = code.local("i32");
    code.i32(Math.floor(length / TERMS));
    code.set(turns);
    code.op(OP.loop, 0x40);
    code.scope(() => add(TERMS, false));
    for (const { local, step } of moving) {
      code.get(local);
      code.i32(TERMS * step);
      code.op(OP.i32Add);
      code.set(local);
    }
    code.get(turns);
    code.i32(1);
    code.op(OP.i32Sub);
    code.tee(turns);
    code.op(OP.brIf, 0, OP.end);
    code.scope(() => add(length % TERMS, false));
  });
  return sums;
}

/**
 * Reads the components of a vector that all rows share, a few at a time:
 * V8 checks each access to memory, which costs more than to move lanes.
 */
class Reader {
  readonly #lanes: Lanes;
  readonly #source: Source | undefined;
  #several: Expr | undefined;

  constructor(lanes: Lanes, source: Source | undefined) {
    this.#lanes = lanes;
    this.#source = source;
  }

  /** Loads components from `k` on, if that many are wanted. */
  turn(k: number, count: number): void {
    const whole = k + this.#lanes.count <= count;
    const several = whole ? this.#source?.several?.(k) : undefined;
    this.#several = several && this.#lanes.keep(several);
  }

  /** One component. */
  at(k: number): Expr {
    if (this.#several) {
      return this.#lanes.spread(this.#several, k % this.#lanes.count);
    }
    return this.#source?.at(0, k) ?? this.#lanes.float(1);
  }
}

/**
 * Two factors of the term of each group. Each step is written for all groups
 * before the next: what has to wait for it is then further away.
 */
function factors(
  l: Lanes,
  form: Contraction["form"],
  xs: readonly Expr[],
  y: Expr,
  w: Expr | undefined,
): (readonly [Expr, Expr])[] {
  if (form === "dot") {
    const other = w ? l.keep(l.mul(w, y)) : y;
    return xs.map((x) => [x, other]);
  }
  const differences = xs.map((x) => l.keep(l.sub(x, y)));
  return differences.map((d) => [w ? l.mul(w, d) : d, d]);
}
