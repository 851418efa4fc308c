/**
 * What there is of CUDA, and what is missing.
 *
 * @module
 */

import { CudaError, DeviceUnavailableError } from "../errors.ts";
import { compiler } from "./compile.ts";
import { cudaDevice, cudaDriver } from "./context.ts";
import { cachePlace, cacheTrouble } from "./kernel_cache.ts";

/** What is known of a GPU without using it. */
export interface CudaFacts {
  /** What it is called. */
  readonly name: string;
  /** Its compute capability. */
  readonly capability: readonly [major: number, minor: number];
  /** The number of its multiprocessors. */
  readonly multiprocessors: number;
}

/** The GPUs that can be used here: none where anything is missing. */
export function cudaFacts(): CudaFacts[] {
  try {
    compiler();
    return facts();
  } catch (error) {
    reasonOf(error);
    return [];
  }
}

/** A few lines on the driver, the compiler and the GPUs. */
export function cudaReport(): string[] {
  return [
    ...part("cuda driver", () => {
      const cuda = cudaDriver();
      return [`CUDA ${cuda.version().join(".")}, ${cuda.path}`];
    }),
    ...part("cuda compiler", () => {
      const nvrtc = compiler();
      return [`NVRTC ${nvrtc.version().join(".")}, ${nvrtc.path}`];
    }),
    ...part("cuda kernels", () => {
      compiler();
      const place = cachePlace();
      if ("reason" in place) {
        return [`compiled by each process: ${place.reason}`];
      }
      const { folder } = place;
      const trouble = cacheTrouble(folder);
      return [
        trouble === undefined
          ? `kept in ${folder}`
          : `compiled by each process: cannot write to ${folder}: ${trouble}`,
      ];
    }, true),
    ...part(
      "cuda",
      () =>
        facts().map(({ name, capability, multiprocessors }) =>
          `${name}, compute capability ${
            capability.join(".")
          }, ${multiprocessors} multiprocessors`
        ),
      true,
    ),
    ...part("cuda", () => {
      compiler();
      const trouble = cudaTrouble();
      return trouble === undefined ? [] : [`cannot be used: ${trouble}`];
    }, true),
  ];
}

/** Why the first GPU cannot be used, where the driver knows it. */
export function cudaTrouble(): string | undefined {
  if (cudaFacts().length === 0) return undefined;
  try {
    cudaDevice(0);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Whether the first GPU works, as far as can be told without a kernel. */
export function cudaWorks(): boolean {
  return cudaFacts().length > 0 && cudaTrouble() === undefined;
}

function facts(): CudaFacts[] {
  const cuda = cudaDriver();
  return Array.from({ length: cuda.deviceCount() }, (_, k) => {
    const device = cuda.device(k);
    return {
      name: cuda.deviceName(device),
      capability: [
        cuda.attribute("major", device),
        cuda.attribute("minor", device),
      ],
      multiprocessors: cuda.attribute("multiprocessors", device),
    };
  });
}

/** Lines with a title, or the reason why there are none. */
function part(
  title: string,
  lines: () => string[],
  counted = false,
): string[] {
  try {
    return lines().map((line, k) =>
      `${title}${counted && k > 0 ? `:${k}` : ""}: ${line}`
    );
  } catch (error) {
    // What the driver misses was said in the line before.
    return counted ? [] : [`${title}: not available: ${reasonOf(error)}`];
  }
}

/** Why something is missing; any other error is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof DeviceUnavailableError || error instanceof CudaError) {
    return error.message.replace(/^Cannot use CUDA: /, "");
  }
  throw error;
}
