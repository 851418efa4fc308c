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
  /**
   * What comes after reads of slots of the pair: where the condition does not
   * hold, it is what they began with.
   */
  readonly known: readonly (readonly [read: Value, initial: Value])[];
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
  const pure = ["apply", "load", "contract", "read", "get"];
  const own = new Map<number, Value>();
  for (const b of before) {
    if (b.kind === "slot") own.set(b.slot.id, b.initial);
    else if (!pure.includes(b.kind)) return undefined;
  }
  if (!after.every((b) => b.kind === "write" || pure.includes(b.kind))) {
    return undefined;
  }
  const read = new Set(
    before.flatMap((b) =>
      b.kind === "read" ? [b.slot.id] : b.kind === "get" ? [b.array.id] : []
    ),
  );
  const written = after.some((b) =>
    b.kind === "write" && (read.has(b.slot.id) || own.has(b.slot.id))
  );
  if (written) return undefined;
  const known = after.flatMap((b): [Value, Value][] => {
    const initial = b.kind === "read" ? own.get(b.slot.id) : undefined;
    return b.kind === "read" && initial ? [[b.to, initial]] : [];
  });
  const made = new Map(
    before.flatMap((b): [number, Value][] => {
      const to = definedBy(b);
      return to ? [[to.id, to]] : [];
    }),
  );
  const used = [
    ...after.flatMap((b: Statement) => usedBy(b)),
    ...known.map(([, initial]) => initial),
  ];
  const kept = new Map<number, Value>();
  for (const { id } of used) {
    const value = made.get(id);
    if (value) kept.set(id, value);
  }
  const rest = after.filter((b) => b.kind !== "read" || !own.has(b.slot.id));
  return {
    before,
    condition: s.condition,
    after: rest,
    kept: [...kept.values()],
    known,
  };
}

/** Every call asks for it. */
const searches = new WeakMap<Block, boolean>();

/** Whether pairs change the state in one branch alone, as searches do. */
export function isSearch(pair: Block): boolean {
  const known = searches.get(pair) ?? guardedOf(pair)?.after.length === 0;
  searches.set(pair, known);
  return known;
}
