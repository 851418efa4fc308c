/**
 * Kernels of one device: compiled at most once, loaded when they first run.
 *
 * @module
 */

import type { Bytes, Cuda } from "../../ffi/cuda.ts";
import { CudaError, InternalError } from "../errors.ts";
import {
  imageLater,
  imageOf,
  keptImage,
  portableImage,
  type Source,
} from "./compile.ts";
import type { LoadableKernel } from "./queue.ts";

/** Images that a driver does not know what to do with. */
const UNREADABLE: ReadonlySet<number> = new Set([200, 209]);

/** Runs work in a context, and notices where that breaks it. */
export type Guard = <T>(work: () => T) => T;

/** Code that was loaded, for all kernels in it. */
export interface SharedModule {
  /** Its handle, once it is there. */
  handle?: bigint;
}

/** A kernel of one device. */
export class DeviceKernel implements LoadableKernel {
  readonly #cuda: Cuda;
  readonly #source: Source;
  readonly #architecture: number;
  readonly #guarded: Guard;
  readonly #module: SharedModule;
  #handle: bigint | undefined;

  /**
   * @param cuda the driver
   * @param source what to compile
   * @param architecture of the device
   * @param guarded runs work that may break the context of the device
   * @param module what kernels of this source share
   */
  constructor(
    cuda: Cuda,
    source: Source,
    architecture: number,
    guarded: Guard,
    module: SharedModule,
  ) {
    this.#cuda = cuda;
    this.#source = source;
    this.#architecture = architecture;
    this.#guarded = guarded;
    this.#module = module;
  }

  /** Its handle, where it is loaded. */
  get handle(): bigint | undefined {
    return this.#handle;
  }

  ready(): bigint | undefined {
    if (this.#handle !== undefined) return this.#handle;
    if (this.#module.handle !== undefined) return this.#loaded();
    const image = keptImage(this.#source, this.#architecture);
    return image && this.#loaded(image);
  }

  load(): bigint {
    return this.ready() ??
      this.#loaded(imageOf(this.#source, this.#architecture));
  }

  async loadLater(): Promise<bigint> {
    if (this.#handle !== undefined) return this.#handle;
    const image = await imageLater(this.#source, this.#architecture);
    return this.#handle ?? this.#loaded(image);
  }

  #loaded(image?: Bytes): bigint {
    return this.#handle = this.#guarded(() => {
      if (image !== undefined) this.#module.handle ??= this.#load(image);
      const { handle } = this.#module;
      if (handle === undefined) throw new InternalError("No module");
      return this.#cuda.kernel(handle, this.#source.name);
    });
  }

  /** Machine code, or, where the driver does not take it, PTX. */
  #load(image: Bytes): bigint {
    try {
      return this.#cuda.loadModule(image);
    } catch (error) {
      if (!(error instanceof CudaError && UNREADABLE.has(error.code))) {
        throw error;
      }
      return this.#cuda.loadModule(
        portableImage(this.#source, this.#architecture),
      );
    }
  }
}
