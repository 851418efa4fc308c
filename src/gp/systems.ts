/**
 * The systems that a conditioned Gaussian process solves.
 *
 * @module
 */

import type { LazyTensor } from "../lazy/lazy_tensor.ts";
import { stateOfLazy } from "../lazy/base.ts";
import { kernelMap } from "../operator/kernel_map.ts";
import type { LinearMap } from "../operator/map.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { BlockSolver } from "./block_solver.ts";
import type { GaussianProcessOptions } from "./options.ts";
import type { Parameters } from "./parameters.ts";

/** Systems with the matrix `A = K + noise Id` of some points. */
export class ProcessSystems {
  /** The kernel and how to solve. */
  readonly options: GaussianProcessOptions;
  /** The points, `[N, D]`. */
  readonly x: Tensor;
  /** The parameters. */
  readonly tensors: Parameters;
  #solver: BlockSolver | undefined;

  /**
   * The systems of a process.
   *
   * @param options the kernel and how to solve
   * @param x the points
   * @param tensors the parameters
   */
  constructor(options: GaussianProcessOptions, x: Tensor, tensors: Parameters) {
    this.options = options;
    this.x = x;
    this.tensors = tensors;
  }

  /** The covariances of points i and points j. */
  covariance(x: Tensor, y: Tensor): LazyTensor {
    return this.options.kernel.covariance(x, y, this.tensors);
  }

  /** The variances of the process at points before anything was observed. */
  prior(points: Tensor): Tensor {
    return this.covariance(points, points).diag().reshape([points.shape[0]]);
  }

  /** K as a linear map. */
  map(): LinearMap {
    const { x, options } = this;
    return kernelMap(
      stateOfLazy(this.covariance(x, x)),
      options.products ?? {},
    );
  }

  /** `A v`, as exact as solutions of a residual. */
  product(v: Tensor, eps: number): Tensor {
    const { x, options: { products = {} } } = this;
    const tol = products.tol && Math.min(products.tol, eps) / 10;
    return this.covariance(x, x).matmul(v, { ...products, tol })
      .add(v.mul(this.tensors.noise));
  }

  /** The solutions for the columns of b, `[N, E]`. */
  solve(b: Tensor, eps: number): Tensor {
    const { x, options: { preconditioner, rank, products } } = this;
    const least = b.dtype === "float64" ? eps : undefined;
    return this.covariance(x, x).solve(b, {
      ...products,
      alpha: this.tensors.noise,
      eps: least,
      preconditioner,
      rank,
    });
  }

  /** Solutions for quadratic forms, which square their errors. */
  nearly(b: Tensor, eps: number): Tensor {
    const { preconditioner, rank } = this.options;
    this.#solver ??= new BlockSolver(this.map(), this.tensors.noise, {
      preconditioner,
      rank,
    });
    return this.#solver.solve(b, eps) ?? this.solve(b, eps);
  }
}
