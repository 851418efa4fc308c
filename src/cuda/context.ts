/**
 * The devices: a context, a stream and a pool of memory each.
 *
 * @module
 */

import { Cuda } from "../../ffi/cuda.ts";
import { CudaError, DeviceUnavailableError } from "../errors.ts";
import type { Source } from "./compile.ts";
import { fetchOldest } from "./fetched_buffer.ts";
import { DeviceKernel, type SharedModule } from "./kernels.ts";
import { Pool } from "./memory.ts";
import { LaunchQueue } from "./queue.ts";
import { Staging } from "./staging.ts";

let driver: Cuda | undefined;
const devices = new Map<number, CudaDevice>();

/** The oldest version of CUDA whose drivers have all that is called. */
const OLDEST = [11, 2] as const;

/**
 * The driver; it is looked for at the first call.
 *
 * @throws {DeviceUnavailableError} where there is none, it is too old, or it
 * knows no device
 */
export function cudaDriver(): Cuda {
  if (driver !== undefined) return driver;
  const found = new Cuda();
  try {
    const [major, minor] = found.version();
    if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) {
      throw tooOld(found, `${major}.${minor}`);
    }
    found.init();
    if (found.deviceCount() > 0) return driver = found;
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    throw noDevice(found, error.message);
  }
  throw noDevice(found, "it knows no device");
}

function tooOld(cuda: Cuda, version: string): DeviceUnavailableError {
  return new DeviceUnavailableError(
    `Cannot use CUDA: the NVIDIA driver is too old, it knows CUDA ${version}, ${
      OLDEST.join(".")
    } or later is wanted: update the driver. Tried:`,
    [{ path: cuda.path, reason: `CUDA ${version}` }],
  );
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
  if (known?.isThere()) return known;
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
  ...[214, 220, 700, 702, 710, 714, 715, 716, 717, 718, 719, 999],
]);

/** The context is gone: another thread of this process lost the device. */
const GONE: ReadonlySet<number> = new Set([201, 709]);

/** The kernels of a source, by their names. */
interface Kernels {
  readonly module: SharedModule;
  readonly byName: Map<string, DeviceKernel>;
}

/** A device with what is kept on it. */
export class CudaDevice {
  /** The driver. */
  readonly cuda: Cuda;
  /** What the device is called. */
  readonly name: string;
  /** The number of the device. */
  readonly ordinal: number;
  /** Its architecture: 90 for compute capability 9.0. */
  readonly architecture: number;
  /** The number of its multiprocessors. */
  readonly multiprocessors: number;
  /** Its memory. */
  readonly pool: Pool;
  /** The way in and out. */
  readonly staging: Staging;
  /** Launches whose kernels are not compiled yet. */
  readonly queue: LaunchQueue = new LaunchQueue();
  /** All work of this device goes here, in order. */
  readonly stream: bigint;
  /** The handle of its context. */
  readonly context: bigint;
  readonly #handle: number;
  readonly #kernels = new Map<string, Kernels>();
  #lost: CudaError | undefined;
  #mark: bigint | undefined;

  /**
   * @param cuda the driver
   * @param ordinal the number of the device
   */
  constructor(cuda: Cuda, ordinal: number) {
    this.cuda = cuda;
    this.ordinal = ordinal;
    this.#handle = cuda.device(ordinal);
    const fact = (name: Parameters<Cuda["attribute"]>[0]) =>
      cuda.attribute(name, this.#handle);
    this.name = cuda.deviceName(this.#handle);
    this.architecture = 10 * fact("major") + fact("minor");
    this.multiprocessors = fact("multiprocessors");
    this.context = cuda.primaryContext(this.#handle);
    this.use();
    this.stream = cuda.createStream();
    this.pool = new Pool(
      cuda,
      ordinal === 0 ? "cuda" : `cuda:${ordinal}`,
      () => this.#relieve(),
    );
    this.staging = new Staging(cuda, this.stream);
  }

  /** Calls that follow are for this device. */
  use(): void {
    this.cuda.useContext(this.context);
  }

  /**
   * An event that is reached after all that was asked for so far. It is the
   * same one each time: a stream that waits for it waits for its last record.
   */
  mark(): bigint {
    this.#mark ??= this.cuda.createEvent();
    this.cuda.record(this.#mark, this.stream);
    return this.#mark;
  }

  /** Why the device cannot be used any more; its memory is gone. */
  get lost(): CudaError | undefined {
    return this.#lost;
  }

  /**
   * The kernel of a source, compiled and loaded when it first runs. Kernels
   * of the same source share a module.
   */
  kernel(source: Source): DeviceKernel {
    const { text, name, options } = source;
    // Without options the key is the text that the caller keeps: no new text
    // is made, and looked through, for each launch.
    const key = options?.length ? [...options, text].join("|") : text;
    let kernels = this.#kernels.get(key);
    if (kernels === undefined) {
      this.#kernels.set(key, kernels = { module: {}, byName: new Map() });
    }
    let kernel = kernels.byName.get(name);
    if (kernel === undefined) {
      kernel = new DeviceKernel(
        this.cuda,
        source,
        this.architecture,
        (work) => this.guarded(work),
        kernels.module,
      );
      kernels.byName.set(name, kernel);
    }
    return kernel;
  }

  /**
   * Runs some work. Where it breaks the context, that is given up with all
   * memory in it, so that the next call begins anew.
   */
  guarded<T>(work: () => T): T {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      this.use();
      return work();
    } catch (error) {
      const code = error instanceof CudaError ? error.code : 0;
      if (FATAL.has(code) || GONE.has(code)) this.#lose(error as CudaError);
      throw error;
    }
  }

  /** Whether it still works, as far as is known; later calls are for it. */
  isThere(): boolean {
    try {
      this.guarded(() => {});
    } catch (error) {
      if (this.#lost === undefined) throw error;
    }
    return this.#lost === undefined;
  }

  /**
   * What launches that wait for their kernels hold comes back when they are
   * asked for, and results that are wanted on the host when they are fetched.
   */
  #relieve(): void {
    this.queue.flush();
    fetchOldest(0);
    // They may be those of another device.
    this.use();
  }

  #lose(error: CudaError): void {
    this.#lost = error;
    if (devices.get(this.ordinal) === this) devices.delete(this.ordinal);
    // Others may have a new one already.
    if (!GONE.has(error.code)) this.cuda.resetContext(this.#handle);
  }
}
