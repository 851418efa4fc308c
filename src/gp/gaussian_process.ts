/**
 * Gaussian process regression.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { Tensor } from "../tensor/tensor.ts";
import { ConditionedProcess } from "./conditioned_process.ts";
import { type FitOptions, fitted } from "./fit.ts";
import { checkedData } from "./observations.ts";
import { EXACT, type GaussianProcessOptions } from "./options.ts";
import { asTensors } from "./parameters.ts";

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
