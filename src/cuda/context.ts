/**
 * The devices: a context, a stream and a pool of memory each.
 *
 * @module
 */

import { Cuda } from "../../ffi/cuda.ts";
import { CudaError, DeviceUnavailableError } from "../errors.ts";
import { imageOf } from "./compile.ts";
import { Pool } from "./memory.ts";

let driver: Cuda | undefined;
const devices = new Map<number, CudaDevice>();

/**
 * The driver; it is looked for at the first call.
 *
 * @throws {DeviceUnavailableError} where there is none, or no device
 */
export function cudaDriver(): Cuda {
  if (driver !== undefined) return driver;
  const found = new Cuda();
  try {
    found.init();
    if (found.deviceCount() > 0) return driver = found;
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    throw noDevice(found, error.message);
  }
  throw noDevice(found, "it knows no device");
}

function noDevice(cuda: Cuda, reason: string): DeviceUnavailableError {
  return new DeviceUnavailableError(
    "Cannot use CUDA: the driver is there, but no device. Tried:",
    [{ path: cuda.path, reason }],
  );
}

/**
 * A device by its number.
 *
 * @throws {DeviceUnavailableError} where there is none
 */
export function cudaDevice(ordinal: number): CudaDevice {
  const known = devices.get(ordinal);
  if (known !== undefined) {
    known.use();
    return known;
  }
  const cuda = cudaDriver();
  const count = cuda.deviceCount();
  if (ordinal >= count) {
    throw new DeviceUnavailableError(
      `Cannot use the device "cuda:${ordinal}": there ${
        count === 1 ? "is 1 device" : `are ${count} devices`
      }, counted from 0`,
    );
  }
  const device = new CudaDevice(cuda, ordinal);
  devices.set(ordinal, device);
  return device;
}

/** Errors after which nothing runs in a context any more. */
const FATAL: ReadonlySet<number> = new Set([
  ...[214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999],
]);

/** A device with what is kept on it. */
export class CudaDevice {
  /** The driver. */
  readonly cuda: Cuda;
  /** What the device is called. */
  readonly name: string;
  /** Its architecture: 90 for compute capability 9.0. */
  readonly architecture: number;
  /** The number of its multiprocessors. */
  readonly multiprocessors: number;
  /** Its memory. */
  readonly pool: Pool;
  /** All work of this device goes here, in order. */
  readonly stream: bigint;
  readonly #handle: number;
  readonly #ordinal: number;
  readonly #context: bigint;
  readonly #kernels = new Map<string, bigint>();

  /**
   * @param cuda the driver
   * @param ordinal the number of the device
   */
  constructor(cuda: Cuda, ordinal: number) {
    this.cuda = cuda;
    this.#ordinal = ordinal;
    this.#handle = cuda.device(ordinal);
    const fact = (name: Parameters<Cuda["attribute"]>[0]) =>
      cuda.attribute(name, this.#handle);
    this.name = cuda.deviceName(this.#handle);
    this.architecture = 10 * fact("major") + fact("minor");
    this.multiprocessors = fact("multiprocessors");
    this.#context = cuda.primaryContext(this.#handle);
    this.use();
    this.stream = cuda.createStream();
    this.pool = new Pool(cuda);
  }

  /** Calls that follow are for this device. */
  use(): void {
    this.cuda.useContext(this.#context);
  }

  /** The kernel of a source, compiled and loaded at the first call. */
  kernel(source: string, name: string): bigint {
    let kernel = this.#kernels.get(source);
    if (kernel === undefined) {
      const image = imageOf(source, name, this.architecture);
      kernel = this.cuda.kernel(this.cuda.loadModule(image), name);
      this.#kernels.set(source, kernel);
    }
    return kernel;
  }

  /**
   * Runs some work. Where it breaks the context, that is given up, so that
   * the next call begins anew.
   */
  guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof CudaError && FATAL.has(error.code)) {
        devices.delete(this.#ordinal);
        this.cuda.resetContext(this.#handle);
      }
      throw error;
    }
  }
}
