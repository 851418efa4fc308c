/**
 * Pairs that seldom change much: what they test is tested for several columns
 * together.
 *
 * @module
 */

import type { Block, Statement, Value } from "../program/ir.ts";
import { definedBy, usedBy } from "../program/uses.ts";

/** A block that has one `if`, with nothing but arithmetic before it. */
export interface Guarded {
  /** What comes before; it writes nothing. */
  readonly before: Block;
  /** The condition. */
  readonly condition: Value;
  /** What comes after. */
  readonly after: Block;
  /** What comes after needs of what comes before. */
  readonly kept: readonly Value[];
}

/**
 * The parts of a block. If the conditions of several columns do not hold in
 * the same state, none of them holds when its turn comes: what comes after
 * does not write what they depend on.
 */
export function guardedOf(pair: Block): Guarded | undefined {
  const at = pair.findIndex((s) => s.kind === "if");
  if (at < 0) return undefined;
  const [before, s, after] = [pair.slice(0, at), pair[at], pair.slice(at + 1)];
  if (s.kind !== "if" || s.condition.literal !== undefined) return undefined;
  const pure = ["apply", "load", "contract", "read"];
  if (!before.every((b) => pure.includes(b.kind))) return undefined;
  if (!after.every((b) => b.kind === "write" || pure.includes(b.kind))) {
    return undefined;
  }
  const read = new Set(
    before.flatMap((b) => b.kind === "read" ? [b.slot.id] : []),
  );
  const written = after.some((b) => b.kind === "write" && read.has(b.slot.id));
  if (written) return undefined;
  const made = new Map(
    before.flatMap((b): [number, Value][] => {
      const to = definedBy(b);
      return to ? [[to.id, to]] : [];
    }),
  );
  const used = new Set(after.flatMap((b: Statement) => usedBy(b)));
  const kept = new Map<number, Value>();
  for (const { id } of used) {
    const value = made.get(id);
    if (value) kept.set(id, value);
  }
  return { before, condition: s.condition, after, kept: [...kept.values()] };
}
