/**
 * Kernels of one device: compiled at most once, loaded when they first run.
 *
 * @module
 */

import type { Bytes, Cuda } from "../../ffi/cuda.ts";
import { CudaError } from "../errors.ts";
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

/** A kernel of one device. */
export class DeviceKernel implements LoadableKernel {
  readonly #cuda: Cuda;
  readonly #source: Source;
  readonly #architecture: number;
  readonly #guarded: Guard;
  #handle: bigint | undefined;

  /**
   * @param cuda the driver
   * @param source what to compile
   * @param architecture of the device
   * @param guarded runs work that may break the context of the device
   */
  constructor(
    cuda: Cuda,
    source: Source,
    architecture: number,
    guarded: Guard,
  ) {
    this.#cuda = cuda;
    this.#source = source;
    this.#architecture = architecture;
    this.#guarded = guarded;
  }

  ready(): bigint | undefined {
    if (this.#handle !== undefined) return this.#handle;
    const image = keptImage(this.#source, this.#architecture);
    return image && this.#loaded(image);
  }

  load(): bigint {
    return this.#handle ??
      this.#loaded(imageOf(this.#source, this.#architecture));
  }

  async loadLater(): Promise<bigint> {
    if (this.#handle !== undefined) return this.#handle;
    const image = await imageLater(this.#source, this.#architecture);
    return this.#handle ?? this.#loaded(image);
  }

  #loaded(image: Bytes): bigint {
    return this.#handle = this.#guarded(() =>
      this.#cuda.kernel(this.#module(image), this.#source.name)
    );
  }

  /** Machine code, or, where the driver does not take it, PTX. */
  #module(image: Bytes): bigint {
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
