/**
 * Solvers by name, for operators.
 *
 * @module
 */

import type { IterationOptions } from "../solve/options.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { linearOperator } from "./create.ts";
import type { LinearOperatorLike } from "./linear_operator.ts";
import type { OperatorData } from "./operands.ts";

/** How a solver with a name goes on. */
export type SolverOptions = Omit<IterationOptions, "method">;

/**
 * Solves a symmetric positive definite system by block conjugate gradients:
 * all columns of b share their products and help one another.
 *
 * @param A an operator, a matrix, or a LazyTensor of scalars
 * @param b `[n, E]`, or `[n]`
 * @param options `alpha`, `eps`, `maxIterations`, `preconditioner` ...
 * @returns x, of the shape of b, with derivatives in b and in A
 * @throws {ConvergenceError} where A is not positive definite, or the residual
 * stays large
 *
 * @example Two unknowns
 * ```ts
 * import { cg, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const A = tensor([[2, 1], [1, 2]], undefined, { dtype: "float64" });
 * const x = cg(A, [3, 3]);
 * assert.ok(Math.abs(x.dataSync()[0] - 1) < 1e-9);
 * ```
 */
export function cg(
  A: LinearOperatorLike,
  b: OperatorData,
  options: SolverOptions = {},
): Tensor {
  return linearOperator(A).solve(b, { ...options, method: "cg" });
}

/**
 * Solves a symmetric system of any signs by MINRES (Paige and Saunders 1975).
 *
 * @param A an operator, a matrix, or a LazyTensor of scalars
 * @param b `[n, E]`, or `[n]`
 * @param options `alpha`, `eps`, `maxIterations`, the preconditioner
 * `"jacobi"` ...
 * @returns x, of the shape of b, with derivatives in b and in A
 * @throws {ConvergenceError} where nothing solves the system, or the residual
 * stays large
 *
 * @example A saddle point
 * ```ts
 * import { minres, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const A = tensor([[1, 1], [1, 0]], undefined, { dtype: "float64" });
 * const x = minres(A, [3, 1]);
 * assert.ok(Math.abs(x.dataSync()[1] - 2) < 1e-9);
 * ```
 */
export function minres(
  A: LinearOperatorLike,
  b: OperatorData,
  options: SolverOptions = {},
): Tensor {
  return linearOperator(A).solve(b, { ...options, method: "minres" });
}

/**
 * The x that makes `|A x - b|^2 + damp^2 |x|^2` smallest, the shortest of
 * several, by LSMR (Fong and Saunders 2011). A has any shape.
 *
 * Derivatives hold for changes of A that keep its rank.
 *
 * @param A an operator, a matrix, or a LazyTensor of scalars
 * @param b `[rows, E]`, or `[rows]`
 * @param options `damp`, `eps`, `maxIterations` ...
 * @returns x, `[columns, E]` or `[columns]`, with derivatives in b and in A
 * @throws {ConvergenceError} where the residual stays large
 *
 * @example A line through three points
 * ```ts
 * import { lsmr, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const A = tensor([[1, 0], [1, 1], [1, 2]], undefined, { dtype: "float64" });
 * const [offset, slope] = lsmr(A, [1, 2, 6]).dataSync();
 * assert.ok(Math.abs(offset - 0.5) < 1e-9 && Math.abs(slope - 2.5) < 1e-9);
 * ```
 */
export function lsmr(
  A: LinearOperatorLike,
  b: OperatorData,
  options: SolverOptions = {},
): Tensor {
  return linearOperator(A).solve(b, { ...options, method: "lsmr" });
}
