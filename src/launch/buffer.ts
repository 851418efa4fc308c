/**
 * Where entries of tensors are: on the host, on a device, or nowhere yet.
 *
 * @module
 */

import type { Device } from "./device.ts";
import { BFloat16Array, roundEntries } from "../bfloat16.ts";
import { type DType, dtypeOfArray, type TypedArray } from "../dtypes.ts";
import { InternalError } from "../errors.ts";

/** How to wait for results. */
export interface WaitOptions {
  /** Stops the computation; the wait fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told from time to time which fraction is done, from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * Entries of one dtype, never written after they are there. Tensors hold
 * them, and so do computations that have yet to read them; the last one that
 * lets go frees them.
 */
export abstract class Buffer {
  /** The type of the entries. */
  abstract readonly dtype: DType;
  /** The number of entries. */
  abstract readonly length: number;
  /** Where they are, or will be. */
  abstract readonly device: Device;
  /** Whether these are numbers that go wherever they are needed. */
  readonly loose: boolean = false;
  #holders = 0;

  /** Whether the entries have yet to be computed. */
  get pending(): boolean {
    return false;
  }

  /** The longest chain of computations that are to be done first. */
  get depth(): number {
    return 0;
  }

  /** The entries in an array, not to be written to; waits for them. */
  abstract host(): TypedArray;

  /** What holds the entries: of a pending buffer its result, computed. */
  value(): Buffer {
    return this;
  }

  /** Resolves when the entries are there, and lets others run meanwhile. */
  ready(options: WaitOptions = {}): Promise<void> {
    return new Promise((resolve) => {
      options.signal?.throwIfAborted();
      options.onProgress?.(1);
      resolve();
    });
  }

  /** How many tensors and computations hold it. */
  get holders(): number {
    return this.#holders;
  }

  /** One more holder. */
  hold(): this {
    this.#holders++;
    return this;
  }

  /** One holder less; the last one frees the entries. */
  release(): void {
    if (--this.#holders === 0) this.free();
  }

  /** Gives the memory back. */
  protected abstract free(): void;
}

/** Entries in an array, which the garbage collector sees. */
export class HostBuffer extends Buffer {
  override readonly dtype: DType;
  override readonly length: number;
  override readonly device: Device = "cpu";
  #data: TypedArray | undefined;

  override readonly loose: boolean;

  /**
   * @param data the entries; the buffer owns them
   * @param loose whether they go wherever they are needed
   */
  constructor(data: TypedArray, loose = false) {
    super();
    this.loose = loose;
    if (data instanceof BFloat16Array) roundEntries(data);
    this.#data = data;
    this.dtype = dtypeOfArray(data);
    this.length = data.length;
  }

  override host(): TypedArray {
    if (this.#data === undefined) throw new InternalError("Freed memory read");
    return this.#data;
  }

  protected override free(): void {
    this.#data = undefined;
  }
}

/**
 * Entries as a buffer: arrays are not copied. They belong to no device as long
 * as nobody says so.
 */
export function asBuffer(entries: TypedArray | Buffer): Buffer {
  return entries instanceof Buffer ? entries : new HostBuffer(entries, true);
}
