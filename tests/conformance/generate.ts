/**
 * Random data for generic reductions, the same at every run.
 *
 * @module
 */

import { DENSE } from "../dense.ts";
import { declared, type Dense, denseGenred, dimOf } from "../oracle_genred.ts";
import type { DenseRanges, GenredCase } from "../oracle_genred.ts";
import { randomNumbers } from "../evaluate.ts";
import type { Expected } from "./compare.ts";

/** A case whose data are drawn. */
export interface Drawn {
  readonly formula: string;
  readonly aliases: readonly string[];
  readonly reduction?: string;
  readonly axis?: 0 | 1;
  readonly optArg?: number;
  readonly formula2?: string;
  readonly ranges?: DenseRanges;
  /** The numbers of points, 13 and 11 by default. */
  readonly sizes?: readonly [number, number];
  /** Batch dimensions by alias, none by default. */
  readonly batches?: readonly (readonly number[])[];
  /** Where the data are drawn from, 0.1 to 0.9 by default. */
  readonly from?: readonly [number, number];
}

/** Rounded, so that it prints. */
function drawnArray(
  shape: readonly number[],
  random: () => number,
  [low, high]: readonly [number, number],
): Dense {
  const length = shape.reduce((p, d) => p * d, 1);
  const draw = () => Math.round((low + (high - low) * random()) * 1e6) / 1e6;
  return { shape, data: Array.from({ length }, draw) };
}

/** The case with data. */
export function withDrawnData(c: Drawn, seed = 1): GenredCase {
  const random = randomNumbers(seed);
  const { sizes = [13, 11], batches = [], from = [0.1, 0.9] } = c;
  const args = c.aliases.map((alias, k) => {
    const { dim, category } = declared(alias, k);
    const points = category === 2 ? [] : [sizes[category]];
    return drawnArray([...batches[k] ?? [], ...points, dim], random, from);
  });
  return { ...c, reduction: c.reduction ?? "Sum", axis: c.axis ?? 1, args };
}

/** Output shapes: batch, points, and what the reduction keeps of a row. */
function outputShape(c: GenredCase, kept: number): number[] {
  const variables = c.aliases.map(declared);
  const batches = c.args.map(({ shape }, k) =>
    shape.slice(0, variables[k].category === 2 ? -1 : -2)
  );
  const length = Math.max(...batches.map((b) => b.length));
  const batch = Array.from(
    { length },
    (_, k) => Math.max(...batches.map((b) => b[b.length - length + k] ?? 1)),
  );
  const own = variables.findIndex((v) => v.category === 1 - c.axis);
  const points = own < 0 ? 1 : c.args[own].shape.at(-2) ?? 1;
  if (!c.reduction.includes("KM")) return [...batch, points, kept];
  const k = c.optArg ?? 1;
  return [...batch, points, k, ...(kept === k ? [] : [kept / k])];
}

/** The number of components that a reduction keeps of a row. */
function keptOf(c: GenredCase): number {
  const dims = [c.formula, ...(c.formula2 == null ? [] : [c.formula2])]
    .map((f) => dimOf(c, f));
  const row = (d: number) => Array.from({ length: d }, () => [1]);
  const [values, weights = []] = dims.map(row);
  return DENSE[c.reduction](values, weights, c.optArg ?? 0)[0].length;
}

/** The case with its results by definition. */
export function withResults(c: GenredCase): Expected {
  const shape = outputShape(c, keptOf(c));
  const expected = denseGenred(c).map((data) => ({ shape, data }));
  return { ...c, expected };
}
