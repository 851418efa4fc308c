/**
 * Gaussian processes that were conditioned on observations.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { ShapeError } from "../errors.ts";
import { stateOfLazy } from "../lazy/base.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { kernelMap } from "../operator/kernel_map.ts";
import type { Estimate } from "../spectral/estimate.ts";
import { quadraticAndLogdet } from "../spectral/logdet.ts";
import type { LogdetOptions } from "../spectral/logdet_process.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BlockSolver } from "./block_solver.ts";
import { asPoints, type Observations } from "./observations.ts";
import {
  EXACT,
  type GaussianProcessOptions,
  type Prediction,
  type PredictOptions,
} from "./options.ts";
import {
  asValues,
  type Parameters,
  type ParameterValues,
} from "./parameters.ts";

/** A Gaussian process with observations. */
export class ConditionedProcess {
  /** The likelihood after each step of a fit, over the number of points. */
  readonly history: readonly number[];
  /** The points and the observations. */
  readonly observations: Observations;
  /** The parameters as tensors. */
  readonly tensors: Parameters;
  readonly #options: GaussianProcessOptions;
  #weights: Tensor | undefined;
  #solver: BlockSolver | undefined;

  /**
   * What `condition` and `fit` give.
   *
   * @param options the kernel and how to solve
   * @param observations points and values
   * @param tensors the parameters
   * @param history of a fit
   */
  constructor(
    options: GaussianProcessOptions,
    observations: Observations,
    tensors: Parameters,
    history: readonly number[],
  ) {
    this.#options = options;
    this.observations = observations;
    this.tensors = tensors;
    this.history = history;
  }

  /** The parameters, by name; `noise` is the variance of the noise. */
  get parameters(): ParameterValues {
    return asValues(this.tensors);
  }

  /** The same process with other parameters. */
  with(
    tensors: Parameters,
    history: readonly number[] = [],
  ): ConditionedProcess {
    return new ConditionedProcess(
      this.#options,
      this.observations,
      tensors,
      history,
    );
  }

  /**
   * The same process with observations and parameters of another dtype.
   *
   * @param dtype a dtype of floats
   */
  to(dtype: DType): ConditionedProcess {
    const { x, y } = this.observations;
    const tensors = Object.entries(this.tensors)
      .map(([name, t]) => [name, t.to(dtype)] as const);
    return this.on({ x: x.to(dtype), y: y.to(dtype) })
      .with(Object.fromEntries(tensors));
  }

  /** The same process on other observations. */
  on(observations: Observations): ConditionedProcess {
    return new ConditionedProcess(
      this.#options,
      observations,
      this.tensors,
      [],
    );
  }

  /**
   * The logarithm of the marginal likelihood of the observations,
   * `-(y^T A^-1 y + log det A + N log 2 pi) / 2` with `A = K + noise Id`.
   *
   * @param options how the log-determinant is estimated
   * @returns the value, with derivatives in parameters that are tensors, and
   * half of its interval of 95 %: 0 where the matrix was factored
   * @throws {ConvergenceError} where the matrix is not positive definite
   */
  logMarginalLikelihood(
    options: Pick<LogdetOptions, "probes" | "seed" | "eps" | "exactBelow"> = {},
  ): Estimate {
    const { x } = this.observations;
    const [n] = x.shape;
    const { exactBelow = EXACT, probes = 10, seed = 0, eps = 1e-3 } =
      this.#options;
    const { preconditioner, rank } = this.#options;
    const { quadratic, logdet, error } = quadraticAndLogdet(
      kernelMap(
        stateOfLazy(this.#covariance(x, x)),
        this.#options.products ?? {},
      ),
      this.#centred(),
      {
        exactBelow,
        probes,
        seed,
        eps,
        preconditioner,
        rank,
        ...options,
        alpha: this.tensors.noise,
      },
    );
    const value = quadratic.add(logdet).add(n * Math.log(2 * Math.PI))
      .mul(-0.5);
    return { value, error: error / 2 };
  }

  /**
   * Mean and variance of the process at new points. Each variance is a system
   * of its own; `meanAt` does without.
   *
   * @param x points, `[M, D]` or `[M]`
   * @param options how the variances are computed
   * @throws {ShapeError} where points have another dimension
   */
  predict(x: LazyData, options: PredictOptions = {}): Prediction {
    const points = this.#points(x);
    const mean = this.meanAt(points);
    const { eps = 1e-4, block = 64 } = options;
    const [m] = points.shape;
    const parts: Tensor[] = [];
    for (let first = 0; first < m; first += block) {
      const some = points.slice([first], [Math.min(m, first + block)]);
      const cross = this.#covariance(this.observations.x, some).dense();
      const columns = cross.reshape([...cross.shape.slice(0, 2)]);
      const solved = this.#nearly(columns, eps);
      const own = this.#covariance(some, some).diag().reshape([some.shape[0]]);
      // The error of this form is the square of that of the solution.
      parts.push(own.sub(this.#quadratic(columns, solved, eps)).relu());
    }
    return { mean, variance: parts.length === 1 ? parts[0] : concat(parts) };
  }

  /**
   * The mean of the process at new points.
   *
   * @param x points, `[M, D]` or `[M]`
   * @returns `[M]`, with derivatives in x
   */
  meanAt(x: LazyData): Tensor {
    const points = this.#points(x);
    this.#weights ??= this.#solve(this.#centred(), 1e-6);
    return this.#covariance(points, this.observations.x)
      .matmul(this.#weights, this.#options.products)
      .reshape([points.shape[0]]).add(this.#mean());
  }

  /** `2 b^T x - x^T A x` for each column: twice as exact as x. */
  #quadratic(b: Tensor, x: Tensor, eps: number): Tensor {
    const { x: points } = this.observations;
    const { products = {} } = this.#options;
    // Variances are small differences: products are as exact as solutions.
    const tol = products.tol && Math.min(products.tol, eps) / 10;
    const image = this.#covariance(points, points)
      .matmul(x, { ...products, tol })
      .add(x.mul(this.tensors.noise));
    return b.mul(x).mul(2).sub(x.mul(image)).sum(0);
  }

  /** Solutions for quadratic forms. */
  #nearly(b: Tensor, eps: number): Tensor {
    const { x } = this.observations;
    const { noise } = this.tensors;
    const { preconditioner, rank, products = {} } = this.#options;
    this.#solver ??= new BlockSolver(
      kernelMap(stateOfLazy(this.#covariance(x, x)), products),
      noise,
      { preconditioner, rank },
    );
    return this.#solver.solve(b, eps) ?? this.#solve(b, eps);
  }

  #solve(b: Tensor, eps: number): Tensor {
    const { x } = this.observations;
    const { preconditioner, rank, products } = this.#options;
    const least = b.dtype === "float64" ? eps : undefined;
    return this.#covariance(x, x).solve(b, {
      ...products,
      alpha: this.tensors.noise,
      eps: least,
      preconditioner,
      rank,
    });
  }

  #covariance(x: Tensor, y: Tensor) {
    return this.#options.kernel.covariance(x, y, this.tensors);
  }

  #mean(): number {
    const { mean = 0 } = this.#options;
    return mean === "sample" ? this.observations.y.mean().item() : mean;
  }

  /** Observations less the mean, `[N, 1]`. */
  #centred(): Tensor {
    const { y } = this.observations;
    return y.sub(this.#mean()).reshape([y.size, 1]);
  }

  #points(x: LazyData): Tensor {
    const { x: known } = this.observations;
    const points = asPoints(x, known);
    if (points.shape[1] === known.shape[1] && points.dtype === known.dtype) {
      return points;
    }
    throw new ShapeError(
      `Cannot predict at points of shape [${points.shape}] and dtype ${points.dtype}: [M, ${
        known.shape[1]
      }] of ${known.dtype} is wanted`,
    );
  }
}
