/**
 * All reductions by name.
 *
 * @module
 */

import { ArgumentError, suggestion } from "../errors.ts";
import {
  logSumExpReduction,
  logSumExpWeightReduction,
  maxSumShiftExpReduction,
  maxSumShiftExpWeightReduction,
  softMinReduction,
  sumSoftMaxWeightReduction,
} from "./exponential.ts";
import {
  argMaxReduction,
  argMinReduction,
  maxArgMaxReduction,
  maxReduction,
  minArgMinReduction,
  minReduction,
} from "./extrema.ts";
import {
  argKMaxReduction,
  argKMinReduction,
  kMaxArgKMaxReduction,
  kMaxReduction,
  kMinArgKMinReduction,
  kMinReduction,
} from "./k_extrema.ts";
import { allReduction, anyReduction, countReduction } from "./logical.ts";
import type { Reduction, ReductionSetup } from "./reduction.ts";
import { meanReduction, productReduction, sumReduction } from "./sum.ts";

/** The reductions by name; KeOps's names where it has them. */
export const REDUCTIONS: ReadonlyMap<string, Reduction> = new Map([
  ...[
    sumReduction,
    meanReduction,
    productReduction,
    logSumExpReduction,
    logSumExpWeightReduction,
    maxSumShiftExpReduction,
    maxSumShiftExpWeightReduction,
    softMinReduction,
    sumSoftMaxWeightReduction,
    minReduction,
    maxReduction,
    argMinReduction,
    argMaxReduction,
    minArgMinReduction,
    maxArgMaxReduction,
    kMinReduction,
    argKMinReduction,
    kMinArgKMinReduction,
    kMaxReduction,
    argKMaxReduction,
    kMaxArgKMaxReduction,
    anyReduction,
    allReduction,
    countReduction,
  ].map((r) => [r.name, r] as const),
  ["SoftMax", sumSoftMaxWeightReduction],
  ["Prod", productReduction],
]);

/**
 * The reduction with a name.
 *
 * @throws {ArgumentError} where there is none; it names the nearest
 */
export function reductionNamed(name: string): Reduction {
  const reduction = REDUCTIONS.get(name);
  if (reduction !== undefined) return reduction;
  throw new ArgumentError(
    `Cannot reduce by "${name}"${
      suggestion(name, REDUCTIONS.keys())
    }: known are ${[...REDUCTIONS.keys()].join(", ")}`,
  );
}

/**
 * What a reduction is made with, checked.
 *
 * @param reduction the reduction
 * @param dims dimensions of the formulas that are reduced
 * @param options `k` for the k-min family; how terms are added up, by blocks
 * unless said otherwise
 * @throws {ArgumentError} where the number of formulas, `k` or the scheme
 * does not suit the reduction
 * @throws {ShapeError} where the dimensions do not suit it
 */
export function reductionSetup(
  reduction: Reduction,
  dims: readonly number[],
  options: {
    readonly k?: number | undefined;
    readonly sumScheme?: ReductionSetup["sumScheme"] | undefined;
  } = {},
): ReductionSetup {
  const { name, inputs: [least, most], needsK = false } = reduction;
  if (dims.length < least || dims.length > most) {
    throw new ArgumentError(
      `Cannot reduce ${count(dims.length)} by "${name}": it takes ${
        least === most ? least : `${least} or ${most}`
      }`,
    );
  }
  const { k, sumScheme } = options;
  if (needsK && !(Number.isInteger(k) && Number(k) >= 1)) {
    throw new ArgumentError(
      `Cannot reduce by "${name}" with K = ${k}: a positive integer is wanted`,
    );
  }
  if (!needsK && k !== undefined) {
    throw new ArgumentError(`Cannot use K = ${k} with "${name}": it has no K`);
  }
  if (sumScheme !== undefined) checkScheme(reduction, sumScheme);
  const setup = { dims, k: k ?? 0, sumScheme: sumScheme ?? "block" };
  reduction.check?.(setup);
  return setup;
}

function checkScheme(reduction: Reduction, scheme: string): void {
  if (!reduction.sums) {
    throw new ArgumentError(
      `Cannot use the sum scheme "${scheme}" with "${reduction.name}": it adds nothing up`,
    );
  }
  if (!["direct", "block", "kahan"].includes(scheme)) {
    throw new ArgumentError(
      `Cannot use the sum scheme "${scheme}": "direct", "block" and "kahan" are known`,
    );
  }
}

function count(n: number): string {
  return n === 1 ? "1 formula" : `${n} formulas`;
}
