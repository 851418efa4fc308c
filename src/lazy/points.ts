/**
 * LazyTensors on other points: transposed, some of them, blocks of pairs,
 * data given later.
 *
 * @module
 */

import { made, stateOfLazy } from "./base.ts";
import { ArgumentError } from "../errors.ts";
import { AXIS_I, AXIS_J, Category, rewrite } from "../formula/formula.ts";
import { type Ranges, swapRanges } from "../engine/ranges.ts";
import { variable } from "../ops/core.ts";
import { bind, filled, placeholders } from "./bind.ts";
import { LazyKExtrema } from "./k_extrema.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { type Indices, selectPoints } from "./rows.ts";
import type { LazyData } from "./data_states.ts";

/** Category of a variable after i and j are exchanged. */
const SWAPPED: Partial<Record<number, Category>> = {
  [Category.I]: Category.J,
  [Category.J]: Category.I,
};

/** The same formula on other points; the results stay lazy. */
export abstract class LazyPoints extends LazyKExtrema {
  /**
   * The same values with i and j exchanged, ranges too.
   *
   * @returns a LazyTensor `[...batch, N, M, D]`
   * @throws {ArgumentError} where an operand is an array of pairs
   *
   * @example Sums over i as sums over j
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * const columns = kernel.t().sum("j");
   * assert.deepEqual(columns.arraySync(), [[3], [30]]);
   * assert.deepEqual(columns.arraySync(), kernel.sum("i").arraySync());
   * ```
   */
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
    const { ranges, ...rest } = state.settings;
    return made(
      this,
      state.with({
        formula,
        inner: state.inner,
        m: state.n,
        n: state.m,
        settings: ranges ? { ...rest, ranges: swapRanges(ranges) } : rest,
      }),
    );
  }

  /**
   * Some of the points i, in the given order; gradients go back to all of them.
   *
   * @param indices integers from 0 on; they may repeat
   * @returns a LazyTensor `[...batch, K, N, D]`
   * @throws {ArgumentError} for indices that are not there, or placeholders
   *
   * @example The second row, twice
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * const twice = kernel.rows([1, 1]);
   * assert.deepEqual(twice.matmul([1, 1]).arraySync(), [22, 22]);
   * ```
   */
  rows(indices: Indices): LazyTensor {
    return made(this, selectPoints(stateOfLazy(this), AXIS_I, indices));
  }

  /**
   * Some of the points j, in the given order; gradients go back to all of them.
   *
   * @param indices integers from 0 on; they may repeat
   * @returns a LazyTensor `[...batch, M, K, D]`
   * @throws {ArgumentError} for indices that are not there, or placeholders
   *
   * @example The second column
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * assert.deepEqual(kernel.cols([1]).sum("j").arraySync(), [[10], [20]]);
   * ```
   */
  cols(indices: Indices): LazyTensor {
    return made(this, selectPoints(stateOfLazy(this), AXIS_J, indices));
  }

  /**
   * This formula, reduced on some of the pairs only. `dense()` and `diag()`
   * are no reductions: they give values of all pairs.
   *
   * @param ranges a domain such as `causal()`, or ranges as in KeOps
   * @returns a LazyTensor of the same shape
   *
   * @example Each row meets one column
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const kernel = Vi([1, 2]).mul(Vj([1, 10])); // [[1, 10], [2, 20]]
   * const blocks = { ranges: [[0, 1], [1, 2]], ends: [1, 2] };
   * const sparse = kernel.withRanges({
   *   ranges_i: blocks.ranges,
   *   slices_i: blocks.ends,
   *   redranges_j: blocks.ranges,
   *   ranges_j: blocks.ranges,
   *   slices_j: blocks.ends,
   *   redranges_i: blocks.ranges,
   * });
   * assert.deepEqual(sparse.sum("j").arraySync(), [[1], [20]]);
   * ```
   */
  withRanges(ranges: Ranges): LazyTensor {
    const state = stateOfLazy(this);
    return made(this, state.with({ settings: { ...state.settings, ranges } }));
  }

  /**
   * This formula with data in the place of its placeholders.
   *
   * @param data one for each placeholder, in the order of their numbers
   * @throws {ArgumentError} where data are missing
   * @throws {ShapeError} where their dimensions do not fit
   *
   * @example The same formula on two sets of points
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const product = Vi(0, 1).mul(Vj(1, 1));
   * const two = product.bind([[1], [2]], [[1], [10]]);
   * assert.deepEqual(two.sum("j").arraySync(), [[11], [22]]);
   * const one = product.bind([[3]], [[1], [2], [3]]);
   * assert.deepEqual(one.sum("j").arraySync(), [[18]]);
   * ```
   */
  bind(...data: LazyData[]): LazyTensor {
    const state = stateOfLazy(this);
    const open = placeholders([state]);
    return made(this, filled(state, bind(open, data)));
  }
}
