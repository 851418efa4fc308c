/**
 * Adding up many terms: directly, by blocks, or with compensation.
 *
 * @module
 */

import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Cells, CellSpec, SumScheme } from "./reduction.ts";

/**
 * The state of `length` sums. Blocks keep a second accumulator that is
 * flushed into the total after a few terms, with Kahan's compensation, so
 * that errors are those of one block however many there are. Kahan's scheme
 * compensates every addition: it keeps what the last one added in excess of
 * its term.
 */
export function accumulatorState(
  name: string,
  length: number,
  scheme: SumScheme,
): CellSpec[] {
  const cells = (word: string): CellSpec => ({
    name: word,
    type: "float",
    length,
    initial: 0,
  });
  switch (scheme) {
    case "direct":
      return [cells(name)];
    case "block":
      return [cells(name), cells(`${name}Block`), cells(`${name}Lost`)];
    case "kahan":
      return [cells(name), cells(`${name}Lost`)];
  }
}

/** Adds one term to one sum. */
export function accumulate(
  b: Builder,
  [total, second]: readonly Cells[],
  scheme: SumScheme,
  k: Value,
  term: Value,
): void {
  if (scheme === "kahan") return compensate(b, total, second, k, term);
  const target = scheme === "block" ? second : total;
  target.set(k, b.apply("add", target.at(k), term));
}

/**
 * Kahan's step. Where the sum is infinite or not a number, nothing was lost:
 * the difference of infinities must not turn the sum into a NaN.
 */
function compensate(
  b: Builder,
  total: Cells,
  lost: Cells,
  k: Value,
  term: Value,
): void {
  const before = total.at(k);
  const corrected = b.apply("sub", term, lost.at(k));
  const after = b.apply("add", before, corrected);
  const missing = b.apply("sub", b.apply("sub", after, before), corrected);
  const finite = b.apply("eq", b.apply("sub", after, after), b.float(0));
  lost.set(k, b.apply("select", finite, missing, b.float(0)));
  total.set(k, after);
}

/** Multiplies one sum by a factor. */
export function rescale(
  b: Builder,
  state: readonly Cells[],
  k: Value,
  factor: Value,
): void {
  for (const cells of state) {
    cells.set(k, b.apply("mul", cells.at(k), factor));
  }
}

/** Moves blocks into the totals. */
export function flushBlocks(
  b: Builder,
  [total, block, lost]: readonly Cells[],
  scheme: SumScheme,
): void {
  if (scheme !== "block") return;
  b.for(total.length, (k) => {
    compensate(b, total, lost, k, block.at(k));
    block.set(k, b.float(0));
  });
}

/**
 * Adds the sums of another part of the same row, scaled by `factor`. Totals
 * go to totals and blocks to blocks, so that parts may be merged before or
 * after a flush; what Kahan's scheme lost in the other part is made good.
 */
export function mergeSums(
  b: Builder,
  state: readonly Cells[],
  other: readonly Cells[],
  scheme: SumScheme,
  k: Value,
  factor?: Value,
): void {
  const scaled = (x: Value) => factor ? b.apply("mul", x, factor) : x;
  const parts = other.map((cells) => scaled(cells.at(k)));
  const add = (cells: Cells, x: Value) =>
    cells.set(k, b.apply("add", cells.at(k), x));
  if (scheme === "direct") return add(state[0], parts[0]);
  const [total, lost] = [state[0], state[state.length - 1]];
  compensate(b, total, lost, k, b.apply("neg", parts[parts.length - 1]));
  compensate(b, total, lost, k, parts[0]);
  if (scheme === "block") add(state[1], parts[1]);
}
