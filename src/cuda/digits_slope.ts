/**
 * How fast an exponent changes with a squared distance: the error of the
 * distance counts that many times.
 *
 * @module
 */

import type { Block, Program, Statement, Value } from "../program/ir.ts";
import { BLOCKS, definedBy, usedBy } from "../program/uses.ts";
import { literalText } from "./spelling.ts";

/** A statement that computes a value of others. */
type Apply = Extract<Statement, { kind: "apply" }>;

/** How fast an exponent changes with a squared distance. */
export interface Slope {
  /** A number. */
  readonly literal: number;
  /** What it is multiplied with. */
  readonly factors: readonly Value[];
  /** What it is divided by. */
  readonly divisors: readonly Value[];
}

/**
 * The slope of the exponent of a power of 2 that a value goes into, and into
 * nothing else; powers of 2 are only summed.
 */
export function slopeOf(program: Program, value: Value): Slope | undefined {
  const known = new Set(
    program.uniform.flatMap((s) => definedBy(s)?.id ?? []),
  );
  const isKnown = (v: Value) => v.literal !== undefined || known.has(v.id);
  const users = usersOf(program, value);
  const [s] = users;
  if (users.length !== 1 || s.kind !== "apply") return undefined;
  const [a, b] = s.args;
  const next = () => slopeOf(program, s.to);
  const times = (by: number, slope = next()) =>
    slope && { ...slope, literal: by * slope.literal };
  switch (s.primitive) {
    case "exp2":
      return { literal: Math.LN2, factors: [], divisors: [] };
    case "neg":
      return times(-1);
    case "add":
      return next();
    case "sub":
      return times(a.id === value.id ? 1 : -1);
    case "mul": {
      const other = a.id === value.id ? b : a;
      if (!isKnown(other)) return undefined;
      if (other.literal !== undefined) return times(other.literal);
      const slope = next();
      return slope && { ...slope, factors: [...slope.factors, other] };
    }
    case "div": {
      if (a.id !== value.id || !isKnown(b)) return undefined;
      if (b.literal !== undefined) return times(1 / b.literal);
      const slope = next();
      return slope && { ...slope, divisors: [...slope.divisors, b] };
    }
    default:
      return undefined;
  }
}

/** The multiplication by what all pairs share that is all a value goes into. */
export function factorOf(
  program: Program,
  value: Value,
): { readonly statement: Apply; readonly factor: Value } | undefined {
  const [s, ...others] = usersOf(program, value);
  if (others.length > 0 || s?.kind !== "apply" || s.primitive !== "mul") {
    return undefined;
  }
  const factor = s.args.find((v) => v.id !== value.id);
  const known = factor !== undefined &&
    (factor.literal !== undefined ||
      program.uniform.some((u) => definedBy(u)?.id === factor.id));
  return known && program.pair.includes(s)
    ? { statement: s, factor }
    : undefined;
}

/** Statements that read a value, once for each time. */
function usersOf(program: Program, { id }: Value): Statement[] {
  const walk = (block: Block): Statement[] =>
    block.flatMap((s) => [
      ...usedBy(s).flatMap((v) => v.id === id ? [s] : []),
      ...(s.kind === "for" || s.kind === "if" ? walk(s.body) : []),
    ]);
  return BLOCKS.flatMap((name) => walk(program[name]));
}

/** Its text, from those of the values. */
export function slopeText(
  { literal, factors, divisors }: Slope,
  text: (value: Value) => string,
): string {
  const number = literalText({ id: -1, type: "float", literal }, "float");
  const product = [number, ...factors.map(text)].join(" * ");
  return `(${[product, ...divisors.map(text)].join(" / ")})`;
}
