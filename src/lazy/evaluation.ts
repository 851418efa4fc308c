/**
 * What a LazyTensor can do beside reductions: products, dense arrays, linear
 * systems, explanations.
 *
 * @module
 */

import { made, stateOfLazy, variableNames } from "./base.ts";
import { linearOperator } from "../operator/create.ts";
import type { LinearOperator } from "../operator/linear_operator.ts";
import { checkTolerance } from "../approximate/tolerant.ts";
import { ShapeError } from "../errors.ts";
import { printFormula } from "../language/print.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { diagonalState } from "./diagonal.ts";
import { differentiableDense, differentiableReduce } from "./gradient.ts";
import { explain } from "./explain.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { ReduceOptions } from "./evaluate.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { LazyPoints } from "./points.ts";
import { type SolveOptions, solveState } from "./solve.ts";
import { entriesOf, type LazyData, pointColumns } from "./data_states.ts";

/**
 * Products, dense arrays and linear systems. What they give is a Tensor, with
 * derivatives.
 */
export abstract class LazyEvaluation extends LazyPoints {
  /**
   * The product of this kernel matrix (a scalar formula) with b.
   *
   * @param b `[..., N, E]`, or `[N]`
   * @param options how to compute
   * @returns `[..., M, E]`, or `[M]`
   * @throws {ShapeError} where shapes do not fit, or the formula is no scalar
   *
   * @example A vector, and two columns
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * assert.deepEqual(kernel.matmul([1, 1]).arraySync(), [11, 22]);
   * const two = kernel.matmul([[1, 0], [0, 1]]);
   * assert.deepEqual(two.arraySync(), [[1, 10], [2, 20]]);
   * ```
   */
  matmul(b: LazyData, options: ReduceOptions = {}): Tensor {
    const state = stateOfLazy(this);
    if (state.formula.dim !== 1) {
      throw new ShapeError(
        `Cannot multiply a LazyTensor of shape [${this.shape}] with an array: its last dimension must be 1; use mul(Vj(b)).sum("j")`,
      );
    }
    const { column, flat } = pointColumns(b);
    if (state.n !== undefined && column.n !== state.n) {
      throw new ShapeError(
        `Cannot multiply a LazyTensor of shape [${this.shape}] with an array of shape [${
          entriesOf(b).shape
        }]: [..., ${state.n}, E] or [${state.n}] is wanted`,
      );
    }
    const product = this.mul(made(this, column)).sum("j", options);
    return flat ? product.reshape(product.shape.slice(0, -1)) : product;
  }

  /**
   * The values of all pairs: memory of the size of the matrix.
   *
   * @param options how to compute
   * @returns `[...batch, M, N, D]`
   *
   * @example A small matrix
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * assert.deepEqual(kernel.dense().arraySync(), [[[1], [10]], [[2], [20]]]);
   * ```
   */
  dense(options: ReduceOptions = {}): Tensor {
    const state = stateOfLazy(this).with({ settings: {} });
    return differentiableDense(state, { ...options, ranges: undefined });
  }

  /**
   * The values of the pairs (i, i).
   *
   * @param options how to compute
   * @returns `[...batch, M, D]`
   * @throws {ShapeError} where M and N differ
   *
   * @example Two pairs
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * assert.deepEqual(kernel.diag().arraySync(), [[1], [20]]);
   * ```
   */
  diag(options: ReduceOptions = {}): Tensor {
    const state = stateOfLazy(this);
    const { m, n } = state;
    if (m !== undefined && n !== undefined && m !== n) {
      throw new ShapeError(
        `Cannot take the diagonal of a LazyTensor of shape [${this.shape}]: M and N must be equal`,
      );
    }
    const job = { reduction: sumReduction, states: [diagonalState(state)] };
    return differentiableReduce([job], "j", options)[0][0];
  }

  /**
   * Solves `(alpha Id + K) x = b` for this symmetric positive kernel matrix K,
   * by block conjugate gradients: all columns of b share their products with
   * K and help one another. A preconditioner makes the steps few where K is
   * ill-conditioned. Gradients are those of the solution.
   *
   * Other matrices have other methods: `"minres"` for symmetric ones of any
   * signs, `"lsmr"` for the least squares solution of any, such as those of
   * more rows than columns.
   *
   * @param b `[..., M, E]` or `[M]`
   * @param options `method`, `alpha`, `eps`, `maxIterations`, `preconditioner`
   * ..., and how to compute products; alpha is 1e-10 where not given for
   * conjugate gradients
   * @returns x, `[..., N, E]` or `[N]`
   * @throws {ShapeError} where K is no matrix of scalars, or b does not fit
   * @throws {ArgumentError} where an option is out of range
   * @throws {ConvergenceError} where the residual stays large
   *
   * @example Half of the identity
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const identity = Vi([0, 1]).eq(Vj([0, 1]));
   * const x = identity.solve([3, 4], { alpha: 1 });
   * assert.ok(Math.abs(x.dataSync()[1] - 2) < 1e-6);
   * ```
   */
  solve(b: LazyData, options: SolveOptions = {}): Tensor {
    return solveState(stateOfLazy(this), b, options);
  }

  /**
   * This kernel matrix as a linear operator: products, sums, solvers, extreme
   * eigenpairs, log-determinants.
   *
   * @param options how to compute products
   * @returns an operator of shape `[M, N]`
   * @throws {ShapeError} where the formula is no matrix of scalars
   * @throws {ArgumentError} for batch dimensions
   *
   * @example A vector, and the transpose
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const A = Vi([1, 2]).mul(Vj([1, 10, 100])).operator();
   * assert.deepEqual(A.matvec([1, 1, 1]).arraySync(), [111, 222]);
   * assert.deepEqual(A.T.matvec([1, 1]).arraySync(), [3, 30, 300]);
   * ```
   */
  operator(options: ReduceOptions = {}): LinearOperator {
    return linearOperator(this, options);
  }

  /**
   * This formula, summed up to a tolerance. Where positions have few
   * components and points are many, sums over far points go through few proxy
   * points (a kernel-independent fast multipole method); sums over near ones
   * stay exact. Where positions have more than four components, few columns of
   * the kernel stand for all, if its rank is low. It works for sums,
   * log-sum-exps, products with arrays and linear systems of any formula that is
   * smooth in the positions but where points meet. All else is evaluated
   * exactly, and so is what would not be faster: `explain()` says which, and
   * why.
   *
   * Some rows are evaluated exactly, too, those with the largest results among
   * them: what misses the tolerance there is refined, or given up. Gradients are
   * sums, within the same tolerance.
   *
   * @param tolerance the largest error over the largest absolute result
   * @returns the same LazyTensor with that tolerance
   * @throws {ArgumentError} where the tolerance is not between 0 and 1
   *
   * @example A Gaussian convolution with three digits
   * ```ts
   * import { rand, Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = rand([1000, 2], { seed: 1 });
   * const kernel = Vi(x).sqdist(Vj(x)).neg().exp();
   * const density = kernel.withTolerance(1e-3).sum("j");
   * assert.deepEqual(density.shape, [1000, 1]);
   * // So few pairs are summed up exactly.
   * const how = kernel.withTolerance(1e-3).explain();
   * assert.match(how, /evaluated exactly, as 1000 x 1000 pairs are few/);
   * ```
   */
  withTolerance(tolerance: number): LazyTensor {
    const state = stateOfLazy(this);
    const settings = {
      ...state.settings,
      tolerance: checkTolerance(tolerance),
    };
    return made(this, state.with({ settings }));
  }

  /**
   * What a reduction computes and how: formula, program, source, costs.
   *
   * @param reduction the name of the reduction
   * @param axis `"i"` or `"j"`
   * @param options how to compute
   * @returns lines of text
   * @throws {ArgumentError} where the reduction or an option is unknown
   *
   * @example The number of pairs
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const text = Vi([1, 2]).sub(Vj([1, 10])).square().explain("Sum", "j");
   * assert.match(text, /pairs +2 x 2/);
   * ```
   */
  explain(
    reduction = "Sum",
    axis: "i" | "j" = "j",
    options: ReduceOptions = {},
  ): string {
    return explain(stateOfLazy(this), reduction, axis, options);
  }

  /** The formula, with shape and number type. */
  override toString(): string {
    const { formula } = stateOfLazy(this);
    const sizes = this.shape.join(", ");
    const text = printFormula(formula, variableNames(formula));
    return `LazyTensor(${text}) shape [${sizes}] ${this.dtype}`;
  }
}
