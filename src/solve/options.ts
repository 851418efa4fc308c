/**
 * How linear systems are solved.
 *
 * @module
 */

import { ArgumentError, suggestion } from "../errors.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import type { Tensor } from "../tensor/tensor.ts";

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

/** Solvers by name. */
export type SolveMethod = "auto" | "cg" | "minres" | "lsmr";

/** How the solution of a linear system is found. */
export interface IterationOptions {
  /**
   * How the system is solved:
   *
   * - `"cg"`, conjugate gradients, for symmetric positive definite matrices;
   * - `"minres"` for symmetric matrices of any signs;
   * - `"lsmr"` for any matrix, and the least squares solution of least length;
   * - `"auto"`, where not given, is `"cg"` for as many rows as columns, and
   *   `"lsmr"` elsewhere.
   */
  readonly method?: SolveMethod | undefined;
  /**
   * What is added to the diagonal of a square matrix. Of a tensor of one entry
   * the solution has derivatives.
   */
  readonly alpha?: number | Tensor | undefined;
  /**
   * For `"lsmr"`: `|A x - b|^2 + damp^2 |x|^2` is made small; 0 where not given.
   */
  readonly damp?: number | Tensor | undefined;
  /**
   * The norm of the residual over that of the right-hand side, for each
   * column, which is computed anew from the solution: an error tells where
   * rounding does not let it become so small. Where not given, it is 1e-6 in
   * float32 and 1e-10 in float64, or the tolerance of the matrix, or what
   * rounding leaves, whichever is the largest. For `"lsmr"` the lesser of that
   * and `|A^T r| / (|A| |r|)`.
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

/** How a linear system is solved, and its products are computed. */
export interface SolveOptions extends ReduceOptions, IterationOptions {}

const METHODS: readonly SolveMethod[] = ["auto", "cg", "minres", "lsmr"];
const NAMES: readonly PreconditionerName[] = [
  "auto",
  "none",
  "jacobi",
  "cholesky",
  "nystrom",
];

/** Options without those that are null, which are as good as not given. */
export function givenOptions<T extends object>(options: T): T {
  const given = Object.entries(options).filter(([, value]) => value != null);
  return Object.fromEntries(given) as T;
}

/** Throws where an option is out of its range. */
export function checkOptions(options: IterationOptions): void {
  const { eps = 1, maxIterations = 1, rank = 1, damp = 0 } = options;
  const positive = [["eps", eps], ["maxIterations", maxIterations]] as const;
  for (const [name, x] of positive) {
    if (x > 0) continue;
    throw new ArgumentError(
      `Cannot solve with ${name} = ${x}: a positive number is wanted`,
    );
  }
  if (!Number.isInteger(rank) || rank < 1) {
    throw new ArgumentError(
      `Cannot solve with rank = ${rank}: a positive integer is wanted`,
    );
  }
  const { preconditioner = "auto", method = "auto" } = options;
  checkName("the preconditioner", preconditioner, NAMES);
  checkName("the method", method, METHODS);
  const number = scaleOf("damp", damp);
  if (number < 0 || !Number.isFinite(number)) {
    throw new ArgumentError(
      `Cannot solve with damp = ${number}: a number from 0 on is wanted`,
    );
  }
}

function checkName(
  what: string,
  given: string,
  names: readonly string[],
): void {
  if (names.includes(given)) return;
  throw new ArgumentError(
    `Cannot use ${what} "${given}"${suggestion(String(given), names)}: one of ${
      names.map((n) => `"${n}"`).join(", ")
    } is wanted`,
  );
}

/** How a system is solved. */
export type Method = Exclude<SolveMethod, "auto">;

/** The solver that options ask for; throws where they do not go together. */
export function methodOf(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  options: IterationOptions,
): Method {
  const { method = "auto", alpha, damp, preconditioner = "auto" } = options;
  const chosen = method !== "auto" ? method : rows === columns ? "cg" : "lsmr";
  const wrong = (text: string) => {
    throw new ArgumentError(`Cannot solve by "${chosen}" ${text}`);
  };
  if (chosen !== "lsmr" && rows !== columns) {
    wrong(
      `with ${rows} rows and ${columns} columns: a square matrix is wanted; use method: "lsmr"`,
    );
  }
  if (rows !== columns && alpha !== undefined && alpha !== 0) {
    wrong(
      `with alpha and ${rows} rows, ${columns} columns: only square matrices have an identity; use damp`,
    );
  }
  if (chosen !== "lsmr" && damp !== undefined && damp !== 0) {
    wrong('with damp: use alpha, or method: "lsmr"');
  }
  if (chosen === "lsmr" && !["auto", "none"].includes(preconditioner)) {
    wrong(`with the preconditioner "${preconditioner}": it takes none`);
  }
  if (chosen === "minres" && preconditioner === "cholesky") {
    wrong(
      'with the preconditioner "cholesky": it is for positive definite matrices; use "jacobi" or "none"',
    );
  }
  if (chosen === "minres" && preconditioner === "nystrom") {
    wrong(
      'with the preconditioner "nystrom": it is for positive definite matrices; use "jacobi" or "none"',
    );
  }
  const shift = scaleOf("alpha", alpha ?? 0);
  if (chosen === "cg" ? !(shift >= 0) : !Number.isFinite(shift)) {
    throw new ArgumentError(
      `Cannot solve with alpha = ${shift}: a ${
        chosen === "cg" ? "number from 0 on" : "finite number"
      } is wanted`,
    );
  }
  return chosen;
}

/** The number behind an option. */
function scaleOf(name: string, given: number | Tensor): number {
  if (typeof given === "number") return given;
  if (given.size === 1) return given.item();
  throw new ArgumentError(
    `Cannot solve with ${name} of shape [${given.shape}]: one number is wanted`,
  );
}

/** Options of the products; the others are those of the iteration. */
export function productOptions(options: SolveOptions): ReduceOptions {
  const { sumScheme, dtypeAcc, precision, backend, ranges, tol } = options;
  return { sumScheme, dtypeAcc, precision, backend, ranges, tol };
}
