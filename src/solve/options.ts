/**
 * How linear systems are solved.
 *
 * @module
 */

import { ArgumentError, suggestion } from "../errors.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";

/** Preconditioners by name. */
export type PreconditionerName =
  | "auto"
  | "none"
  | "jacobi"
  | "cholesky"
  | "nystrom";

/** What is known after a step of a solver. */
export interface SolveProgress {
  /** How many steps were done. */
  readonly step: number;
  /**
   * The norm of the residual over that of the right-hand side, the largest of
   * all columns.
   */
  readonly residual: number;
}

/** How a linear system is solved. */
export interface SolveOptions extends ReduceOptions {
  /** What is added to the diagonal; 1e-10 where not given. */
  readonly alpha?: number | undefined;
  /**
   * The norm of the residual over that of the right-hand side, for each
   * column; 1e-6 in float32 and 1e-10 in float64 where not given.
   */
  readonly eps?: number | undefined;
  /** The largest number of steps; 10 N + 100 where not given. */
  readonly maxIterations?: number | undefined;
  /**
   * What makes the steps fewer:
   *
   * - `"jacobi"` divides by the diagonal;
   * - `"cholesky"` takes a part of the matrix from its columns: those that a
   *   Cholesky factorisation with pivots takes first;
   * - `"nystrom"` takes a part of it from its product with random vectors;
   * - `"auto"`, where not given, is `"cholesky"` from 100 unknowns on, where it
   *   can be had, and `"none"` elsewhere.
   */
  readonly preconditioner?: PreconditionerName | undefined;
  /**
   * The largest rank of the preconditioners `"cholesky"` and `"nystrom"`; where
   * not given, 100 or a quarter of the number of unknowns.
   */
  readonly rank?: number | undefined;
  /** Called after each step. */
  readonly onProgress?: ((progress: SolveProgress) => void) | undefined;
  /**
   * Stops the solver between two steps, by throwing its reason. The solver does
   * not give way to other tasks: `onProgress` may abort.
   */
  readonly signal?: AbortSignal | undefined;
}

const NAMES: readonly PreconditionerName[] = [
  "auto",
  "none",
  "jacobi",
  "cholesky",
  "nystrom",
];

/** Throws where an option is out of its range. */
export function checkOptions(options: SolveOptions): void {
  const { alpha = 0, eps = 1, maxIterations = 1, rank = 1 } = options;
  const positive = [["eps", eps], ["maxIterations", maxIterations]] as const;
  for (const [name, x] of positive) {
    if (x > 0) continue;
    throw new ArgumentError(
      `Cannot solve with ${name} = ${x}: a positive number is wanted`,
    );
  }
  if (!(alpha >= 0)) {
    throw new ArgumentError(
      `Cannot solve with alpha = ${alpha}: a number from 0 on is wanted`,
    );
  }
  if (!Number.isInteger(rank) || rank < 1) {
    throw new ArgumentError(
      `Cannot solve with rank = ${rank}: a positive integer is wanted`,
    );
  }
  const { preconditioner = "auto" } = options;
  if (NAMES.includes(preconditioner)) return;
  throw new ArgumentError(
    `Cannot use the preconditioner "${preconditioner}"${
      suggestion(String(preconditioner), NAMES)
    }: one of ${NAMES.map((n) => `"${n}"`).join(", ")} is wanted`,
  );
}

/** Options of the products; the others are those of the iteration. */
export function productOptions(options: SolveOptions): ReduceOptions {
  const { sumScheme, dtypeAcc, precision, backend, ranges } = options;
  return { sumScheme, dtypeAcc, precision, backend, ranges };
}
