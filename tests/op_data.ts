/**
 * The ops that tests go through, with random operands of their domains.
 *
 * @module
 */

import type { Param } from "../src/formula/formula.ts";
import type { Op } from "../src/ops/op.ts";
import { OPS } from "../src/ops/registry.ts";
import { randomNumbers } from "./evaluate.ts";

/** One op at some dimensions. */
export interface OpCase {
  /** The op. */
  readonly op: Op;
  /** The dimensions of its operands. */
  readonly dims: readonly number[];
  /** Its static arguments. */
  readonly params: readonly Param[];
  /** The word for it in messages. */
  readonly title: string;
}

/** All cases of the domains of the ops that `wanted` holds. */
export function opCases(wanted: (op: Op) => boolean): OpCase[] {
  return [...OPS.values()].filter(wanted).flatMap((op) =>
    op.domain.cases.map(({ dims, params = [] }) => ({
      op,
      dims,
      params,
      title: `${op.name}, dimensions [${dims}], parameters [${params}]`,
    }))
  );
}

/** Vectors for operand `k`: `count` of them. */
export function randomOperand(
  { op, dims }: OpCase,
  k: number,
  count: number,
  seed: number,
): number[][] {
  const random = randomNumbers(seed + 7919 * k + 31 * dims[k]);
  const { ranges } = op.domain;
  const [low, high] = ranges[k] ?? ranges[ranges.length - 1];
  const ascending = op.name === "BSpline" && k === 0;
  return Array.from(
    { length: count },
    () =>
      Array.from({ length: dims[k] }, (_, c) => {
        const r = ascending ? (c + 0.5 * random()) / dims[k] : random();
        return low + (high - low) * r;
      }),
  );
}
