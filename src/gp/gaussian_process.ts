/**
 * Gaussian process regression.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { stateOfLazy } from "../lazy/base.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import type { LazyData } from "../lazy/state.ts";
import { kernelMap } from "../operator/kernel_map.ts";
import type { PreconditionerName } from "../solve/options.ts";
import type { Estimate } from "../spectral/estimate.ts";
import { type LogdetOptions, quadraticAndLogdet } from "../spectral/logdet.ts";
import { tensor } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type FitOptions, fitted } from "./fit.ts";
import type { CovarianceKernel } from "./kernels.ts";
import {
  asTensors,
  asValues,
  type Parameters,
  type ParameterValues,
} from "./parameters.ts";

/** What a Gaussian process is, and how its systems are solved. */
export interface GaussianProcessOptions {
  /** The covariance function. */
  readonly kernel: CovarianceKernel;
  /** The variance of the noise of observations; 0.1 where not given. */
  readonly noise?: number | Tensor | undefined;
  /**
   * The mean of the process: a number, or `"sample"` for that of the
   * observations; 0 where not given.
   */
  readonly mean?: number | "sample" | undefined;
  /**
   * With fewer points, the covariance matrix is written out and factored, which
   * is cheaper and exact; 1000 where not given.
   */
  readonly exactBelow?: number | undefined;
  /** Random vectors of log-determinants; 10 where not given. */
  readonly probes?: number | undefined;
  /** Of random vectors and subsets; 0 where not given. */
  readonly seed?: number | undefined;
  /** The residual of systems in a likelihood; 1e-3 where not given. */
  readonly eps?: number | undefined;
  /** What makes the steps of solvers few; as for systems. */
  readonly preconditioner?: Exclude<PreconditionerName, "jacobi"> | undefined;
  /** The largest rank of the preconditioner. */
  readonly rank?: number | undefined;
  /** How products are computed: backend, tolerance ... */
  readonly products?: ReduceOptions | undefined;
}

/** What is predicted at new points. */
export interface Prediction {
  /** The mean of the process, `[M]`. */
  readonly mean: Tensor;
  /** Its variance, `[M]`; that of a new observation has the noise added. */
  readonly variance: Tensor;
}

/** How {@linkcode ConditionedProcess.predict} computes. */
export interface PredictOptions {
  /**
   * The residual of the systems that the variances take; 1e-4 where not given.
   * Errors of variances are about its square.
   */
  readonly eps?: number | undefined;
  /** How many variances are computed at a time; 64 where not given. */
  readonly block?: number | undefined;
}

/**
 * A Gaussian process, to be conditioned on observations.
 *
 * Likelihoods and predictions are exact but for the tolerance of the solvers
 * and for the log-determinant, which is estimated with an error bar where there
 * are many points; memory stays linear in their number.
 *
 * @param options the kernel, the noise, how to solve
 * @throws {ArgumentError} where a parameter is not positive
 *
 * @example A sine from 40 noisy points
 * ```ts
 * import { gaussianKernel, gaussianProcess, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor(Float64Array.from({ length: 40 }, (_, k) => k / 4), [40, 1]);
 * const wobble = x.mul(37).sin().mul(0.05);
 * const y = x.sin().add(wobble).reshape([40]);
 *
 * const process = gaussianProcess({ kernel: gaussianKernel(), noise: 0.01 });
 * const fitted = process.fit(x, y);
 * const { mean, variance } = fitted.predict([[1.1], [20]]);
 * const [near, far] = mean.dataSync();
 * assert.ok(Math.abs(near - Math.sin(1.1)) < 0.05);
 * const [known, unknown] = variance.dataSync();
 * assert.ok(known < 0.01 && unknown > 0.1 && Math.abs(far) < 1);
 * ```
 */
export function gaussianProcess(
  options: GaussianProcessOptions,
): GaussianProcess {
  return new GaussianProcess(options);
}

/** A Gaussian process before anything was observed. */
export class GaussianProcess {
  readonly #options: GaussianProcessOptions;

  /**
   * The process of {@linkcode gaussianProcess}.
   *
   * @param options the kernel, the noise, how to solve
   */
  constructor(options: GaussianProcessOptions) {
    this.#options = options;
    const { kernel, noise = 0.1 } = options;
    if (typeof kernel?.covariance !== "function") {
      throw new ArgumentError(
        "Cannot make a Gaussian process without a kernel: gaussianKernel(), maternKernel(), rationalQuadraticKernel() or a covariance function is wanted",
      );
    }
    for (const name of Object.keys(kernel.parameters)) {
      if (name !== "noise") continue;
      throw new ArgumentError(
        'Cannot use a kernel with a parameter "noise": that is the noise of observations',
      );
    }
    const dtype = noise instanceof Tensor ? noise.dtype : "float64";
    const device = noise instanceof Tensor ? noise.device : "cpu";
    asTensors({ noise }, dtype, device);
  }

  /**
   * Conditions the process on observations, with its parameters as they are.
   * Parameters that are tensors have derivatives.
   *
   * @param x points, `[N, D]` or `[N]`
   * @param y observations, `[N]`
   * @throws {ShapeError} where they do not fit together
   */
  condition(x: LazyData, y: LazyData): ConditionedProcess {
    const data = checkedData(x, y);
    const { kernel, noise = 0.1 } = this.#options;
    const { dtype, device } = data.x;
    const given = { ...kernel.parameters, noise };
    const parameters = asTensors(given, dtype, device);
    return new ConditionedProcess(this.#options, data, parameters, []);
  }

  /**
   * Finds the parameters that make the observations most likely, and conditions
   * the process on them. Logarithms of parameters are varied: with few points by
   * L-BFGS on the exact likelihood. With many, first with a random subset (Wang,
   * Pleiss, Gardner, Tyree, Weinberger and Wilson 2019), then a few steps of
   * Adam with all points.
   *
   * @param x points, `[N, D]` or `[N]`
   * @param y observations, `[N]`
   * @param options steps, subset, what stays fixed
   * @throws {ShapeError} where x and y do not fit together
   * @throws {ArgumentError} where an option is out of range
   */
  fit(
    x: LazyData,
    y: LazyData,
    options: FitOptions = {},
  ): ConditionedProcess {
    const start = this.condition(x, y);
    const { parameters, history } = fitted(
      start,
      this.#options.exactBelow ?? EXACT,
      this.#options.seed ?? 0,
      options,
    );
    return start.with(parameters, history);
  }
}

const EXACT = 1000;

/** Points and observations. */
export interface Observations {
  /** Points, `[N, D]`. */
  readonly x: Tensor;
  /** Observations, `[N]`. */
  readonly y: Tensor;
}

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
      const solved = this.#solve(columns, eps);
      const own = this.#covariance(some, some).diag().reshape([some.shape[0]]);
      // The error of this form is the square of that of the solution.
      parts.push(own.sub(this.#quadratic(columns, solved)).relu());
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
  #quadratic(b: Tensor, x: Tensor): Tensor {
    const { x: points } = this.observations;
    const image = this.#covariance(points, points)
      .matmul(x, this.#options.products)
      .add(x.mul(this.tensors.noise));
    return b.mul(x).mul(2).sub(x.mul(image)).sum(0);
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

/** Data as points `[N, D]`; plain arrays take the dtype of other data. */
function asPoints(x: LazyData, like?: Tensor): Tensor {
  const options = {
    dtype: like && !ArrayBuffer.isView(x) ? like.dtype : undefined,
    device: like?.device,
  };
  const points = x instanceof Tensor ? x : tensor(x, undefined, options);
  return points.ndim === 1 ? points.reshape([points.size, 1]) : points;
}

function checkedData(x: LazyData, y: LazyData): Observations {
  const given = [x, y].find((d) => d instanceof Tensor);
  const like = given instanceof Tensor ? given : undefined;
  const points = asPoints(x, like);
  const values = y instanceof Tensor
    ? y
    : tensor(y, undefined, { dtype: points.dtype, device: points.device });
  const flat = values.ndim === 2 && values.shape[1] === 1
    ? values.reshape([values.size])
    : values;
  const fits = points.ndim === 2 && flat.ndim === 1 && flat.size > 0 &&
    points.shape[0] === flat.size && points.dtype === flat.dtype;
  if (fits) return { x: points, y: flat };
  throw new ShapeError(
    `Cannot condition a Gaussian process on points of shape [${points.shape}] and dtype ${points.dtype} with observations of shape [${values.shape}] and dtype ${values.dtype}: [N, D] and [N] of one dtype are wanted`,
  );
}
