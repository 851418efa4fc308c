/**
 * Which values need no name in generated source.
 *
 * @module
 */

import type { Block } from "./ir.ts";
import { usedBy } from "./uses.ts";

/** How often some blocks, with the blocks inside them, use each value. */
export function countUses(blocks: readonly Block[]): Map<number, number> {
  const uses = new Map<number, number>();
  const count = (block: Block): void => {
    for (const s of block) {
      for (const { id } of usedBy(s)) uses.set(id, (uses.get(id) ?? 0) + 1);
      if (s.kind === "for" || s.kind === "if") count(s.body);
    }
  };
  blocks.forEach(count);
  return uses;
}

/** Pure results that are used once, by a statement of the same block. */
export function inlinable(
  block: Block,
  uses: ReadonlyMap<number, number>,
): Set<number> {
  const pure = new Set(
    block.flatMap((s) =>
      s.kind === "apply" || s.kind === "load" ? [s.to.id] : []
    ),
  );
  const inline = new Set<number>();
  for (const s of block) {
    // A contraction may spell an operand more than once.
    if (s.kind === "contract") continue;
    for (const { id } of usedBy(s)) {
      if (pure.has(id) && uses.get(id) === 1) inline.add(id);
    }
  }
  return inline;
}
