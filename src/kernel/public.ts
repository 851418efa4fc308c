/**
 * What users write in CUDA C++, and compiled kernels.
 *
 * @module
 */

export { exportKernels, importKernels } from "./compiled.ts";
export {
  type CudaKernel,
  cudaKernel,
  type CudaKernelOptions,
  type KernelArguments,
  type KernelOutput,
  type KernelParameter,
  type LaunchExtent,
} from "./cuda_kernel.ts";
