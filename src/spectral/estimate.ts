/**
 * Means of samples with their errors.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { Random } from "../train/random.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A number that was estimated. */
export interface Estimate {
  /** The estimate, a tensor without axes, with derivatives. */
  readonly value: Tensor;
  /**
   * How far it may be off: half of the interval that holds the number with a
   * probability of 95 %; 0 where it was computed.
   */
  readonly error: number;
}

/** What estimates from random vectors have in common. */
export interface ProbeOptions {
  /** The number of random vectors. */
  readonly probes?: number | undefined;
  /** Of the random vectors; 0 where not given. */
  readonly seed?: number | undefined;
}

/** Throws where there are not enough probes to tell an error. */
export function checkProbes(doing: string, probes: number): void {
  if (Number.isInteger(probes) && probes >= 2) return;
  throw new ArgumentError(
    `Cannot ${doing} with probes = ${probes}: an integer from 2 on is wanted`,
  );
}

/** Vectors of random signs. */
export function signs(
  size: number,
  count: number,
  seed: number,
): Float64Array[] {
  const random = new Random(seed);
  return Array.from(
    { length: count },
    () =>
      Float64Array.from({ length: size }, () => random.uint32() & 1 ? 1 : -1),
  );
}

/** The mean of samples, and half of its interval of 95 %. */
export function meanOf(
  samples: readonly number[],
): { mean: number; error: number } {
  const n = samples.length;
  const mean = samples.reduce((s, x) => s + x, 0) / n;
  const square = samples.reduce((s, x) => s + (x - mean) ** 2, 0) / (n - 1);
  return { mean, error: quantile(n - 1) * Math.sqrt(square / n) };
}

/**
 * The 97.5 % quantile of Student's distribution, by the first terms of its
 * expansion about that of the normal one (Fisher and Cornish 1960); exact for
 * one and two degrees of freedom.
 */
function quantile(freedom: number): number {
  if (freedom === 1) return 12.706;
  if (freedom === 2) return 4.303;
  const z = 1.959964;
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return z + (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3);
}
