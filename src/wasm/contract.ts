/**
 * Contractions of a row and a column, for some groups of lanes.
 *
 * @module
 */

import type { Statement } from "../program/ir.ts";
import type { Expr } from "./code.ts";
import type { Lanes } from "./lanes.ts";
import { OP } from "./opcodes.ts";

/** A contraction. */
export type Contraction = Extract<Statement, { kind: "contract" }>;

/** Components of a vector that a contraction reads. */
export interface Source {
  /** The component of a group that is `k` further than the position. */
  at(group: number, k: number): Expr;
  /** How far components are apart in memory; 0 where they are no memory. */
  readonly step: number;
  /** Where the position is, in bytes, if the components are in memory. */
  position?: Expr;
}

/** Contractions of at most this length are written term by term. */
export const UNROLLED = 16;

/** How many terms are written in a turn of a loop. */
const TERMS = 4;

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
  { form, length }: Contraction,
  groups: readonly number[],
  { row, columns, weights }: Sides,
): Expr[][] {
  const { code } = l;
  const locals = columns.map(() => groups.map(() => code.local("v128")));
  const sums = locals.map((all) => all.map((n): Expr => () => code.get(n)));
  const clear = () => {
    for (const local of locals.flat()) {
      l.float(0)();
      code.set(local);
    }
  };
  const add = (k: number, first: boolean) =>
    code.scope(() => {
      const w = weights && l.keep(weights.at(0, k));
      const ys = columns.map((column) => l.keep(column.at(0, k)));
      groups.forEach((g, place) => {
        code.scope(() => {
          const x = l.keep(row.at(g, k));
          ys.forEach((y, u) => {
            code.scope(() => {
              const [p, q] = factors(l, form, x, y, w);
              const sum = sums[u][place];
              (first ? l.mul(p, q) : l.madd(p, q, sum))();
            });
            code.set(locals[u][place]);
          });
        });
      });
    });
  const all = [row, ...columns, ...(weights ? [weights] : [])];
  if (length <= UNROLLED || all.some((s) => s.step === 0)) {
    if (length === 0) clear();
    for (let k = 0; k < length; k++) add(k, k === 0);
    return sums;
  }
  clear();
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
  for (let k = 0; k < TERMS; k++) add(k, false);
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
  for (let k = 0; k < length % TERMS; k++) add(k, false);
  return sums;
}

/** Two factors of a term. */
function factors(
  l: Lanes,
  form: Contraction["form"],
  x: Expr,
  y: Expr,
  w: Expr | undefined,
): [Expr, Expr] {
  if (form === "dot") return [x, w ? l.mul(w, y) : y];
  const d = l.keep(l.sub(x, y));
  return [w ? l.mul(w, d) : d, d];
}
