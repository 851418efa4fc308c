/**
 * Gaussian processes: what of them is public.
 *
 * @module
 */

export type { FitOptions } from "./fit.ts";
export { ConditionedProcess } from "./conditioned_process.ts";
export { GaussianProcess, gaussianProcess } from "./gaussian_process.ts";
export type { Observations } from "./observations.ts";
export type {
  GaussianProcessOptions,
  Prediction,
  PredictOptions,
} from "./options.ts";
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
