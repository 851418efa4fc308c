/**
 * The LazyTensor: a formula with its data, never computed for all pairs at
 * once.
 *
 * @module
 */

import { LazyEvaluation } from "./evaluation.ts";
import { blockState } from "./block.ts";
import { remade, stateOfLazy } from "./base.ts";

/**
 * A symbolic array of shape `[...batch, M, N, D]`: one vector for each pair of
 * points (i, j), given by a formula of data. Only reductions compute it.
 *
 * @example Gaussian kernel density
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = Vi(new Float64Array([0, 1, 2])), y = Vj([0, 2]);
 * const density = x.sqdist(y).neg().exp().sum("j");
 * assert.deepEqual(density.shape, [3, 1]);
 * assert.ok(Math.abs(density.dataSync()[1] - 2 * Math.exp(-1)) < 1e-12);
 * ```
 */
export class LazyTensor extends LazyEvaluation {
  /**
   * A matrix of LazyTensors as one: blocks of a row have the same points i,
   * blocks of a column the same points j. Gradients go to all of them.
   *
   * @param blocks rows of blocks
   * @throws {ShapeError} where sizes or dimensions do not fit
   */
  static block(blocks: readonly (readonly LazyTensor[])[]): LazyTensor {
    const states = blocks.map((row) => row.map(stateOfLazy));
    return remade(new LazyTensor(0), blockState(states));
  }
}
