/**
 * What a LazyTensor can do beside reductions: products, rows, dense arrays,
 * linear systems, explanations.
 *
 * @module
 */

import { made, stateOfLazy, variableNames } from "./base.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { AXIS_I, AXIS_J, Category, rewrite } from "../formula/formula.ts";
import { printFormula } from "../language/print.ts";
import { type Ranges, swapRanges } from "../engine/ranges.ts";
import { variable } from "../ops/core.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bind, filled, placeholders } from "./bind.ts";
import { differentiableDense, differentiableReduce } from "./gradient.ts";
import { explain } from "./explain.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { ReduceOptions } from "./evaluate.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { LazyKExtrema } from "./k_extrema.ts";
import { type Indices, selectPoints } from "./rows.ts";
import { type SolveOptions, solveState } from "./solve.ts";
import { entriesOf, type LazyData, pointColumns } from "./state.ts";

/** Category of a variable after i and j are exchanged. */
const SWAPPED: Partial<Record<number, Category>> = {
  [Category.I]: Category.J,
  [Category.J]: Category.I,
};

/** Products, rows, dense arrays and linear systems. */
export abstract class LazyEvaluation extends LazyKExtrema {
  /** The same values with i and j exchanged, ranges too. */
  t(): LazyTensor {
    const state = stateOfLazy(this);
    const formula = rewrite(state.formula, (node) => {
      if (node.op !== variable) return undefined;
      const [index, dim, category] = node.params as [number, number, Category];
      if (category === Category.PAIR) {
        throw new ArgumentError("Cannot transpose an array of pairs");
      }
      const swapped = SWAPPED[category];
      return swapped === undefined ? undefined : variable(index, dim, swapped);
    });
    const { ranges } = state.settings;
    return made(
      this,
      state.with({
        formula,
        inner: state.inner,
        m: state.n,
        n: state.m,
        settings: ranges ? { ranges: swapRanges(ranges) } : {},
      }),
    );
  }

  /**
   * The product of this kernel matrix (a scalar formula) with b.
   *
   * @param b `[..., N, E]`, or `[N]`
   * @returns `[..., M, E]`, or `[M]`
   * @throws {ShapeError} where shapes do not fit, or the formula is no scalar
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

  /** The values of all pairs, as a tensor `[...batch, M, N, D]`. */
  dense(options: ReduceOptions = {}): Tensor {
    const state = stateOfLazy(this).with({ settings: {} });
    return differentiableDense(state, { ...options, ranges: undefined });
  }

  /** The values of the pairs (i, i), as a tensor `[...batch, M, D]`. */
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

  /** The LazyTensor of some of the points i, in the given order. */
  rows(indices: Indices): LazyTensor {
    return made(this, selectPoints(stateOfLazy(this), AXIS_I, indices));
  }

  /** The LazyTensor of some of the points j, in the given order. */
  cols(indices: Indices): LazyTensor {
    return made(this, selectPoints(stateOfLazy(this), AXIS_J, indices));
  }

  /**
   * This formula, reduced on some of the pairs only. `dense()` and `diag()`
   * are no reductions: they give values of all pairs.
   *
   * @param ranges a domain such as `causal()`, or ranges as in KeOps
   */
  withRanges(ranges: Ranges): LazyTensor {
    return made(this, stateOfLazy(this).with({ settings: { ranges } }));
  }

  /** This formula with data in the place of its placeholders, in order. */
  bind(...data: LazyData[]): LazyTensor {
    const state = stateOfLazy(this);
    const open = placeholders([state]);
    return made(this, filled(state, bind(open, data)));
  }

  /**
   * Solves `(alpha Id + K) x = b` for this symmetric positive kernel matrix K,
   * by conjugate gradients.
   *
   * @param b `[..., N, E]` or `[N]`
   * @returns x, of the shape of b
   * @throws {ConvergenceError} where the residual stays large
   */
  solve(b: LazyData, options: SolveOptions = {}): Tensor {
    return solveState(stateOfLazy(this), b, options);
  }

  /** What a reduction computes and how: formula, program, source, costs. */
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
