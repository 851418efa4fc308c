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
  /** All groups have the same. */
  readonly shared: boolean;
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

/** The sums, by group. */
export function contraction(
  l: Lanes,
  { form, length }: Contraction,
  groups: readonly number[],
  a: Source,
  b: Source,
  weights: Source | undefined,
): Expr[] {
  const { code } = l;
  const sums = new Map(groups.map((g) => [g, code.local("v128")]));
  const sumOf = (g: number): Expr => () => code.get(sums.get(g) as number);
  const add = (k: number, first: boolean) =>
    code.scope(() => {
      const once = (s: Source): Source => {
        if (!s.shared) return s;
        const kept = l.keep(s.at(0, k));
        return { ...s, at: () => kept };
      };
      const [x, y, w] = [once(a), once(b), weights && once(weights)];
      for (const g of groups) {
        code.scope(() => {
          const [p, q] = factors(l, form, x.at(g, k), y.at(g, k), w?.at(g, k));
          const sum = first ? l.mul(p, q) : l.madd(p, q, sumOf(g));
          sum();
        });
        code.set(sums.get(g) as number);
      }
    });
  const inMemory = [a, b, ...(weights ? [weights] : [])]
    .every((s) => s.step > 0);
  if (length <= UNROLLED || !inMemory) {
    if (length === 0) {
      for (const g of groups) zero(l, sums.get(g) as number);
    }
    for (let k = 0; k < length; k++) add(k, k === 0);
    return groups.map(sumOf);
  }
  for (const g of groups) zero(l, sums.get(g) as number);
  const moving = [a, b, ...(weights ? [weights] : [])].map((source) => {
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
  return groups.map(sumOf);
}

function zero(l: Lanes, local: number): void {
  l.float(0)();
  l.code.set(local);
}

/** Two factors of a term. */
function factors(
  l: Lanes,
  form: Contraction["form"],
  a: Expr,
  b: Expr,
  w: Expr | undefined,
): [Expr, Expr] {
  if (form === "dot") return [a, w ? l.mul(w, b) : b];
  const d = l.keep(l.sub(a, b));
  return [w ? l.mul(w, d) : d, d];
}
