/**
 * Matrices of LazyTensors.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { AXIS_I, AXIS_J, Category } from "../formula/formula.ts";
import { sub } from "../ops/arithmetic.ts";
import { ifelse } from "../ops/comparison.ts";
import { selectPoints } from "./rows.ts";
import { numberState, pointState } from "./data_states.ts";
import { applyOp, type LazyState } from "./state.ts";

/** The formula that is each block on its own points. */
export function blockState(
  blocks: readonly (readonly LazyState[])[],
): LazyState {
  const columns = blocks[0]?.length ?? 0;
  if (columns === 0 || blocks.some((row) => row.length !== columns)) {
    throw new ArgumentError(
      "Cannot make a block LazyTensor of rows of different lengths, or of none",
    );
  }
  const heights = blocks.map((row, r) =>
    common(row.map((b) => b.m), `points i in row ${r}`)
  );
  const widths = blocks[0].map((_, c) =>
    common(blocks.map((row) => row[c].n), `points j in column ${c}`)
  );
  const first = blocks[0][0];
  for (const b of blocks.flat()) {
    if (b.formula.dim === first.formula.dim && b.complex === first.complex) {
      continue;
    }
    throw new ShapeError(
      `Cannot put blocks of dimensions ${first.formula.dim} and ${b.formula.dim} together: they must be equal`,
    );
  }
  const wide = blocks.map((row, r) =>
    row.map((b, c) => spread(b, heights, r, widths, c))
  );
  const rows = wide.map((row) => chosen(row, widths, Category.J));
  return chosen(rows, heights, Category.I).with({
    inner: first.inner,
    complex: first.complex,
  });
}

function common(sizes: readonly (number | undefined)[], what: string): number {
  const known = sizes.filter((s) => s !== undefined);
  if (known.length > 0 && known.every((s) => s === known[0])) return known[0];
  throw new ShapeError(
    `Cannot put blocks together: the number of ${what} is ${
      sizes.map((s) => s ?? "unknown").join(" and ")
    }; it must be known and the same`,
  );
}

/**
 * A block on all points: outside of its own it sees its first point, so that
 * what is computed there, and thrown away, is as regular as inside.
 */
function spread(
  block: LazyState,
  heights: readonly number[],
  r: number,
  widths: readonly number[],
  c: number,
): LazyState {
  const state = selectPoints(block, AXIS_I, positions(heights, r));
  return selectPoints(state, AXIS_J, positions(widths, c));
}

/** For each of all points, its position in one block; 0 in the others. */
function positions(sizes: readonly number[], own: number): Int32Array {
  const all = sizes.flatMap((size, k) =>
    Array.from({ length: size }, (_, p) => k === own ? p : 0)
  );
  return Int32Array.from(all);
}

/** The block that the position of a point says. */
function chosen(
  states: readonly LazyState[],
  sizes: readonly number[],
  category: Category,
): LazyState {
  const blockOf = sizes.flatMap((size, k) => Array(size).fill(k));
  const position = pointState(blockOf, category);
  return states.slice(0, -1).reduceRight(
    (rest, state, k) => {
      const inside = applyOp(sub, [numberState(k), position]);
      return applyOp(ifelse, [inside, state, rest]);
    },
    states[states.length - 1],
  );
}
