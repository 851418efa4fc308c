/**
 * Kernels that users write themselves.
 *
 * @module
 */

import { compiler } from "../cuda/compile.ts";
import { type CudaDevice, cudaDevice } from "../cuda/context.ts";
import { onDevice } from "../cuda/copies.ts";
import { DeviceBuffer, making, ordinalOf } from "../cuda/device_buffer.ts";
import { Usage } from "../cuda/usage.ts";
import type { Device } from "../devices.ts";
import type { DType } from "../dtypes.ts";
import { MOST_INDEX } from "../launch/launch.ts";
import { deviceOf } from "../engine/place.ts";
import { ArgumentError, counted, ShapeError } from "../errors.ts";
import { makeTensor, memoryOf, TensorBase } from "../tensor/base.ts";
import { checkDType } from "../tensor/convert.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * One parameter of a kernel. A dtype is a pointer to the entries of a tensor
 * of this dtype, which the kernel only reads (`const float*`, `const double*`,
 * `const unsigned short*` for the bits of float16 and bfloat16, `const int*`); the others are
 * numbers, passed by value: `"int"`, `"long"` (64 bits), `"float"`, `"double"`.
 */
export type KernelParameter = DType | "int" | "long" | "float" | "double";

/** What a kernel is called with: a tensor or a number for each parameter. */
export type KernelArguments<P extends readonly KernelParameter[]> = {
  [K in keyof P]: P[K] extends DType ? Tensor : number;
};

/** One result of a kernel. */
export interface KernelOutput {
  /** Its sizes along each axis. */
  readonly shape: readonly number[];
  /** The type of its entries; `"float32"` by default. */
  readonly dtype?: DType | undefined;
}

/** The number of blocks, or of threads of a block: along x, y and z. */
export type LaunchExtent =
  | number
  | readonly [x: number, y?: number, z?: number];

/** How a kernel is called and launched. */
export interface CudaKernelOptions<P extends readonly KernelParameter[]> {
  /** The name of the kernel in the source, declared `extern "C"`. */
  readonly name: string;
  /** What it takes, in the order of its declaration, without the results. */
  readonly parameters: P;
  /**
   * Its results: pointers to their entries follow the other parameters. What
   * is in them before the kernel runs is not known.
   */
  readonly outputs: (...args: KernelArguments<P>) => readonly KernelOutput[];
  /** The number of blocks. */
  readonly grid: (...args: KernelArguments<P>) => LaunchExtent;
  /** The number of threads of a block; 256 by default. */
  readonly block?: LaunchExtent | undefined;
  /** Bytes of dynamic shared memory of a block. */
  readonly shared?: ((...args: KernelArguments<P>) => number) | undefined;
  /** Further options of NVRTC, as on the command line of nvcc. */
  readonly options?: readonly string[] | undefined;
}

/** A kernel that can be called. */
export type CudaKernel<P extends readonly KernelParameter[]> = (
  ...args: KernelArguments<P>
) => Tensor[];

/** Bytes of the numbers. */
const NUMBERS = { int: 4, long: 8, float: 4, double: 8 } as const;

function isNumber(p: KernelParameter): p is keyof typeof NUMBERS {
  return Object.hasOwn(NUMBERS, p);
}

/**
 * A kernel of your own, in CUDA C++, on tensors of a GPU. It is compiled at
 * the first call, for the device of the tensors, and kept like all kernels.
 * Launches follow all that was asked for before, and nobody waits for them.
 * Within `customOp` a kernel has derivatives.
 *
 * @param source CUDA C++; no header is needed
 * @param options name, parameters, results and launch
 * @returns a function of tensors and numbers that gives the results
 * @throws {ArgumentError} by the call, for arguments of the wrong kind, dtype
 * or device
 * @throws {CompileError} by the first call, with numbered source and log
 * @throws {DeviceUnavailableError} by the call, where there is no GPU
 *
 * @example A scaled sum, with its derivative
 * ```ts
 * import { cudaKernel, customOp, devices, grad, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const source = `
 * extern "C" __global__ void axpy(
 *     float a, const float* x, const float* y, int n, float* out) {
 *   int i = blockIdx.x * blockDim.x + threadIdx.x;
 *   if (i < n) out[i] = a * x[i] + y[i];
 * }`;
 * const axpy = cudaKernel(source, {
 *   name: "axpy",
 *   parameters: ["float", "float32", "float32", "int"],
 *   outputs: (_a, x) => [{ shape: x.shape }],
 *   grid: (_a, x) => Math.ceil(x.size / 256),
 * });
 * const triple = customOp({
 *   forward: (x, y) => axpy(3, x, y, x.size)[0],
 *   backward: (g) => [g.mul(3), g],
 * });
 *
 * if (devices().some(({ name }) => name === "cuda")) {
 *   const x = tensor([1, 2], [2], { device: "cuda" }).requiresGrad();
 *   const y = tensor([10, 20], [2], { device: "cuda" });
 *   const z = triple(x, y);
 *   assert.deepEqual(z.arraySync(), [13, 26]);
 *   assert.deepEqual(grad(z.sum(), [x])[0].arraySync(), [3, 3]);
 * }
 * ```
 */
export function cudaKernel<const P extends readonly KernelParameter[]>(
  source: string,
  options: CudaKernelOptions<P>,
): CudaKernel<P> {
  const { name, parameters } = options;
  const code = { text: source, name, options: options.options ?? [] };
  return (...args) => {
    const given: readonly (Tensor | number)[] = args;
    checkArguments(name, parameters, given);
    const tensors = given.filter((a) => typeof a !== "number");
    const device = targetOf(name, tensors);
    // Source of the user's own is compiled by the call, which is at fault.
    const kernel = device.kernel(code);
    if (kernel.ready() === undefined) {
      compiler();
      kernel.load();
    }
    const outputs = options.outputs(...args).map((o) => specOf(name, o));
    const grid = extents(name, "blocks", options.grid(...args));
    const block = extents(name, "threads", options.block ?? 256);
    const shared = options.shared?.(...args) ?? 0;
    return making(device, () => {
      const inputs = new Map(
        tensors.map((t) => [t, onDevice(device, memoryOf(t).buffer)]),
      );
      const results = outputs.map(({ dtype, shape }) =>
        new DeviceBuffer(device, dtype, sizeOf(shape))
      );
      const words = [
        ...given.map((a, k) =>
          typeof a === "number"
            ? wordOf(parameters[k], a)
            : (inputs.get(a) as DeviceBuffer).address
        ),
        ...results.map((r) => r.address),
      ];
      const usage = new Usage(device, [...new Set(inputs.values())], results);
      usage.submit(kernel, (handle) => {
        if (shared > USUAL_SHARED) device.cuda.allowShared(handle, shared);
        device.cuda.launch(
          handle,
          grid,
          block,
          new BigUint64Array(words),
          words.map((_, k) => k),
          device.stream,
          shared,
        );
      });
      usage.end();
      // The launch itself may have been refused.
      results.forEach((r) => r.check());
      return results.map((r, k) => makeTensor(r, outputs[k].shape));
    });
  };
}

/** A block may have so much shared memory without asking for it. */
const USUAL_SHARED = 48 * 1024;

function checkArguments(
  name: string,
  parameters: readonly KernelParameter[],
  args: readonly (Tensor | number)[],
): void {
  if (args.length !== parameters.length) {
    throw new ArgumentError(
      `Cannot run the kernel "${name}" with ${
        counted(args.length, "argument")
      }: ${parameters.length} are wanted (${parameters.join(", ")})`,
    );
  }
  args.forEach((a, k) => {
    const wanted = parameters[k];
    const given = a instanceof TensorBase
      ? `a tensor of dtype ${a.dtype}`
      : typeof a === "number"
      ? `the number ${a}`
      : String(a);
    const fits = isNumber(wanted)
      ? typeof a === "number" && isOf(wanted, a)
      : a instanceof TensorBase && a.dtype === checkDType(wanted);
    if (fits) return;
    throw new ArgumentError(
      `Cannot run the kernel "${name}" with ${given} as argument ${k}: ${
        isNumber(wanted)
          ? `a number (${wanted})`
          : `a tensor of dtype ${wanted}`
      } is wanted`,
    );
  });
}

/** Whether nothing is lost of a number but digits of a float. */
function isOf(type: keyof typeof NUMBERS, x: number): boolean {
  if (type === "int") return Int32Array.of(x)[0] === x;
  return type !== "long" || Number.isSafeInteger(x);
}

/** The GPU that all tensors are on; the first one where there are none. */
function targetOf(name: string, tensors: readonly Tensor[]): CudaDevice {
  const device: Device = tensors.length === 0
    ? "cuda"
    : deviceOf(tensors.map((t) => memoryOf(t).buffer)) ?? "cpu";
  const ordinal = ordinalOf(device);
  if (ordinal !== undefined) return cudaDevice(ordinal);
  throw new ArgumentError(
    `Cannot run the kernel "${name}" on tensors on "cpu": a GPU is wanted; use .to("cuda")`,
  );
}

function specOf(name: string, { shape, dtype }: KernelOutput) {
  checkShape(shape);
  if (sizeOf(shape) === 0) {
    throw new ShapeError(
      `Cannot run the kernel "${name}" for a result without entries: do not call it then`,
    );
  }
  return { shape: [...shape], dtype: checkDType(dtype ?? "float32") };
}

function extents(
  name: string,
  what: string,
  given: LaunchExtent,
): [number, number, number] {
  const [x, y = 1, z = 1] = typeof given === "number" ? [given] : given;
  const all: [number, number, number] = [x, y, z];
  const fits = (n: number) => Number.isInteger(n) && 0 < n && n <= MOST_INDEX;
  if (all.every(fits)) return all;
  throw new ArgumentError(
    `Cannot launch the kernel "${name}" with (${all}) ${what}: integers from 1 to ${MOST_INDEX} are wanted`,
  );
}

/** A number as the first bytes of a word. */
function wordOf(type: KernelParameter, value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (type === "int") view.setInt32(0, value, true);
  else if (type === "long") view.setBigInt64(0, BigInt(value), true);
  else if (type === "float") view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return view.getBigUint64(0, true);
}
