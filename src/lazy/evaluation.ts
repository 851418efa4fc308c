/**
 * What a LazyTensor can do beside reductions: products, dense arrays, linear
 * systems, explanations.
 *
 * @module
 */

import { made, stateOfLazy, variableNames } from "./base.ts";
import { ShapeError } from "../errors.ts";
import { Category, rewrite } from "../formula/formula.ts";
import { printFormula } from "../language/print.ts";
import { variable } from "../ops/core.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { differentiableDense, differentiableReduce } from "./gradient.ts";
import { explain } from "./explain.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { ReduceOptions } from "./evaluate.ts";
import { LazyPoints } from "./points.ts";
import { type SolveOptions, solveState } from "./solve.ts";
import { entriesOf, type LazyData, pointColumns } from "./state.ts";

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
    const formula = rewrite(state.formula, (node) => {
      if (node.op !== variable) return undefined;
      const [index, dim, category] = node.params;
      return category === Category.J
        ? variable(index, dim, Category.I)
        : undefined;
    });
    const rows = state.with({
      formula,
      m: m ?? n,
      n: undefined,
      settings: {},
    });
    const job = { reduction: sumReduction, states: [rows] };
    return differentiableReduce([job], "j", options)[0][0];
  }

  /**
   * Solves `(alpha Id + K) x = b` for this symmetric positive kernel matrix K,
   * by conjugate gradients.
   *
   * @param b `[..., N, E]` or `[N]`
   * @param options `alpha`, `eps`, `maxIterations`, and how to compute products
   * @returns x, of the shape of b
   * @throws {ShapeError} where K is no square of scalars, or b does not fit
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
