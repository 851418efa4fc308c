/**
 * Systems with one matrix and many right-hand sides, block after block.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import type { LinearMap } from "../operator/map.ts";
import { blockConjugateGradients } from "../solve/block_cg.ts";
import { chosenPreconditioners } from "../solve/choice.ts";
import type { IterationOptions } from "../solve/options.ts";
import type { Preconditioner } from "../solve/preconditioner.ts";
import { deviceOfMap, norm, Products } from "../solve/products.ts";
import { addScaled } from "../solve/small.ts";
import { Watch } from "../solve/watch.ts";
import { isTracked } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Solves `(A + alpha Id) x = b` as exactly as quadratic forms of x need it: the
 * residual is that of the steps, and is not computed anew. The preconditioner is
 * made once.
 */
export class BlockSolver {
  readonly #map: LinearMap;
  readonly #alpha: Tensor;
  readonly #options: IterationOptions;
  #preconditioners: (Preconditioner | undefined)[] | undefined;

  /**
   * A solver for one matrix.
   *
   * @param map A, symmetric and positive
   * @param alpha what is added to the diagonal
   * @param options the preconditioner and its rank
   */
  constructor(map: LinearMap, alpha: Tensor, options: IterationOptions) {
    this.#map = map;
    this.#alpha = alpha;
    this.#options = options;
  }

  /**
   * The solutions for the columns of b; `undefined` where they are to be
   * differentiated, or the data are on a device that has a solver of its own.
   */
  solve(b: Tensor, eps: number): Tensor | undefined {
    const map = this.#map;
    const tracked = isTracked([b, this.#alpha, ...map.inputs]);
    if (tracked || deviceOfMap(map, [b]) !== "cpu") return undefined;
    return withRecording(false, () => this.#solved(b, eps));
  }

  #solved(b: Tensor, eps: number): Tensor {
    const alpha = this.#alpha.item();
    const { tolerance, within } = this.#map;
    // Errors of products add up in the residual.
    const map = tolerance === undefined || within === undefined
      ? this.#map
      : within(Math.min(tolerance, eps) / 10);
    const products = new Products(map, b.shape);
    const { columns: size } = products;
    const preconditioners = this.#preconditioners ??= chosenPreconditioners(
      map,
      products,
      alpha,
      this.#options,
    );
    const right = products.read(b);
    const multiply = (vectors: readonly Float64Array[][]) => {
      const images = products.multiply(vectors);
      images.forEach((list, k) =>
        list.forEach((y, c) => addScaled(y, alpha, vectors[k][c]))
      );
      return images;
    };
    const round = (v: Float64Array) => products.round(v);
    return products.write(blockConjugateGradients(
      { size, multiply, round, preconditioners },
      right,
      right.map((list) => list.map(norm)),
      new Watch({ eps, maxIterations: 10 * size + 100 }, size),
    ));
  }
}
