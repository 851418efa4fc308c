/**
 * Gaussian processes that were conditioned on observations.
 *
 * @module
 */

import { checkTolerance } from "../approximate/tolerant.ts";
import type { DType } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import type { Estimate } from "../spectral/estimate.ts";
import { quadraticAndLogdet } from "../spectral/logdet.ts";
import { checkOptions, givenOptions } from "../solve/options.ts";
import type { LogdetOptions } from "../spectral/logdet_process.ts";
import { isTracked } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
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
import { ProcessSystems } from "./systems.ts";
import { solvedVariances } from "./variances.ts";
import { VariancesWithin } from "./variances_within.ts";

/** A Gaussian process with observations. */
export class ConditionedProcess {
  /** The likelihood after each step of a fit, over the number of points. */
  readonly history: readonly number[];
  /** The points and the observations. */
  readonly observations: Observations;
  /** The parameters as tensors. */
  readonly tensors: Parameters;
  readonly #options: GaussianProcessOptions;
  readonly #systems: ProcessSystems;
  #weights: Tensor | undefined;
  #within: VariancesWithin | undefined;

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
    this.#systems = new ProcessSystems(options, observations.x, tensors);
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
    const [n] = this.observations.x.shape;
    const { exactBelow = EXACT, probes = 10, seed = 0, eps = 1e-3 } =
      this.#options;
    const { preconditioner, rank } = this.#options;
    const { quadratic, logdet, error } = quadraticAndLogdet(
      this.#systems.map(),
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
   * of its own, or within `tol` comes from what is made once; `meanAt` does
   * without.
   *
   * @param x points, `[M, D]` or `[M]`
   * @param options how the variances are computed
   * @throws {ShapeError} where points have another dimension
   * @throws {ArgumentError} where an option is out of range
   */
  predict(x: LazyData, options: PredictOptions = {}): Prediction {
    const points = this.#points(x);
    const given = givenOptions(options);
    const { tol, eps, rank, block = 64 } = given;
    checkOptions({ eps, rank });
    if (!(Number.isInteger(block) && block > 0)) {
      throw new ArgumentError(
        `Cannot predict with block = ${block}: a positive integer is wanted`,
      );
    }
    if (tol !== undefined) checkTolerance(tol);
    const mean = this.meanAt(points);
    if (
      tol === undefined || isTracked([points, ...Object.values(this.tensors)])
    ) {
      const { variance } = solvedVariances(this.#systems, points, given);
      return { mean, variance };
    }
    this.#within ??= new VariancesWithin(this.#systems);
    const { variance, error } = this.#within.at(points, tol, given);
    return { mean, variance, varianceError: error };
  }

  /**
   * The mean of the process at new points.
   *
   * @param x points, `[M, D]` or `[M]`
   * @returns `[M]`, with derivatives in x
   */
  meanAt(x: LazyData): Tensor {
    const points = this.#points(x);
    this.#weights ??= this.#systems.solve(this.#centred(), 1e-6);
    return this.#systems.covariance(points, this.observations.x)
      .matmul(this.#weights, this.#options.products)
      .reshape([points.shape[0]]).add(this.#mean());
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
