/**
 * Reductions over all pairs of two point sets,
 * `a_i = Reduction_j F(p, x_i, y_j)`, for any formula F, with derivatives of
 * any order and memory linear in the number of points.
 *
 * @example Gaussian convolution in three dimensions
 * ```ts
 * import { tensor, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor(new Float64Array(30).map(Math.sin), [10, 3]);
 * const y = tensor(new Float64Array(60).map(Math.cos), [20, 3]);
 * const b = tensor(new Float64Array(20).fill(1), [20, 1]);
 * const kernel = Vi(x).sqdist(Vj(y)).mul(-0.5).exp();
 * const a = kernel.matmul(b); // a_i = sum_j exp(-|x_i - y_j|^2 / 2) b_j
 * assert.deepEqual(a.shape, [10, 1]);
 * ```
 *
 * @module
 */

export {
  ArgumentError,
  ConvergenceError,
  DeviceUnavailableError,
  FormulaSyntaxError,
  InternalError,
  OutOfMemoryError,
  ShapeError,
} from "./src/errors.ts";
export { BFloat16Array } from "./src/bfloat16.ts";
export type { DType, TypedArray } from "./src/dtypes.ts";
export {
  type Device,
  type DeviceInfo,
  devices,
  doctor,
  setDefaultDevice,
} from "./src/devices.ts";
export * from "./src/autodiff/public.ts";
export * from "./src/cluster/public.ts";
export {
  graph,
  type GraphDrawing,
  type GraphOptions,
} from "./src/drawing/graph.ts";
export * from "./src/template/public.ts";
export * from "./src/kernel/public.ts";
export * from "./src/tensor/public.ts";
export * from "./src/train/public.ts";
export type { BackendName } from "./src/engine/backends.ts";
export { setThreads } from "./src/wasm/pool.ts";
export type { WaitOptions } from "./src/launch/buffer.ts";
export type { Domain } from "./src/engine/domain.ts";
export type { RowBlock } from "./src/launch/launch.ts";
export type {
  BlockRanges,
  Integers,
  IntegerTensor,
  Ranges,
  RangesTuple,
} from "./src/engine/ranges.ts";
export { LazyTensor } from "./src/lazy/lazy_tensor.ts";
// The classes that a LazyTensor is made of hold its methods.
export type { LazyArithmetic } from "./src/lazy/arithmetic.ts";
export type { LazyBase, LazyLike } from "./src/lazy/base.ts";
export type { LazyCalculus } from "./src/lazy/calculus.ts";
export type { LazyComparison } from "./src/lazy/comparison.ts";
export type { LazyComplex } from "./src/lazy/complex.ts";
export type { LazyElementary } from "./src/lazy/elementary.ts";
export type { LazyEvaluation } from "./src/lazy/evaluation.ts";
export type { LazyExtrema } from "./src/lazy/extrema.ts";
export type { LazyKExtrema } from "./src/lazy/k_extrema.ts";
export type { LazyMatrix } from "./src/lazy/matrix.ts";
export type { LazyPoints } from "./src/lazy/points.ts";
export type { LazyReductions } from "./src/lazy/reductions.ts";
export type { LazyVector } from "./src/lazy/vector.ts";
export type { ReduceOptions as LazyReduceOptions } from "./src/lazy/evaluate.ts";
export type { Reduced } from "./src/lazy/reduce.ts";
export type { LazyAxis, PointsAxis } from "./src/lazy/reductions.ts";
export { reduceMany, type ReductionJob } from "./src/lazy/many.ts";
export {
  type SumAndGrad,
  sumAndGrad,
  type SumAndGradOptions,
} from "./src/lazy/sum_and_grad.ts";
export {
  type CustomReduction,
  defineReduction,
  Scalar,
  type ScalarLike,
} from "./src/reductions/custom.ts";
export type { NamedReduction } from "./src/reductions/reduction.ts";
export type { Indices } from "./src/lazy/rows.ts";
export * from "./src/operator/public.ts";
export * from "./src/spectral/public.ts";
export * from "./src/gp/public.ts";
export type {
  IterationOptions,
  PreconditionerName,
  SolveMethod,
  SolveOptions,
  SolveProgress,
} from "./src/solve/options.ts";
export type { LazyData, PointAxis } from "./src/lazy/data_states.ts";
export { Pm, Vi, Vj } from "./src/lazy/variables.ts";
export {
  type GenericReduction,
  genred,
  type GenredOptions,
} from "./src/genred/genred.ts";
export {
  type AliasOrOptions,
  genericArgkmin,
  genericArgmin,
  genericLogsumexp,
  genericSum,
  type SingleReduction,
} from "./src/genred/generic.ts";
export {
  kernelProduct,
  type KernelVariables,
  namedKernel,
} from "./src/genred/kernel_product.ts";
export {
  kernelSolve,
  type KernelSolveOptions,
} from "./src/genred/kernel_solve.ts";
