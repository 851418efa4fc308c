/**
 * How Gaussian processes are made, solved and predicted.
 *
 * @module
 */

import type { ReduceOptions } from "../lazy/evaluate.ts";
import type { PreconditionerName } from "../solve/options.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { CovarianceKernel } from "./kernels.ts";

/** Where not given, matrices are factored for fewer points than these. */
export const EXACT = 1000;

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
  /**
   * With `tol`: how far the variances may be above the exact ones, `[M]`; 0
   * where they were solved for.
   */
  readonly varianceError?: Tensor | undefined;
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
  /**
   * The relative error that variances may have. With it they come from a part
   * of the covariance matrix of low rank, made by the first call and kept,
   * wherever its bound shows that they are within; systems are solved for the
   * others. For many points that takes a part of the time. Exact where not
   * given, and where derivatives are recorded.
   */
  readonly tol?: number | undefined;
  /**
   * With `tol`, the largest rank of that part; 1000 where not given. It takes
   * 16 bytes a point for each.
   */
  readonly rank?: number | undefined;
}
