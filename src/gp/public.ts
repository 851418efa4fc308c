/**
 * Gaussian processes: what of them is public.
 *
 * @module
 */

export type { FitOptions } from "./fit.ts";
export {
  ConditionedProcess,
  GaussianProcess,
  gaussianProcess,
  type GaussianProcessOptions,
  type Observations,
  type Prediction,
  type PredictOptions,
} from "./gaussian_process.ts";
export {
  type CovarianceKernel,
  gaussianKernel,
  maternKernel,
  type MaternOptions,
  type PositiveParameter,
  rationalQuadraticKernel,
  type RationalQuadraticOptions,
  type StationaryOptions,
} from "./kernels.ts";
export type { Parameters, ParameterValues } from "./parameters.ts";
