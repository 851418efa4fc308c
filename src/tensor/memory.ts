/**
 * Where the entries of tensors are. Package-internal.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import type { DType, TypedArray } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import { InternalError } from "../errors.ts";

/**
 * Entries that tensors share, never written after they are made: identity is
 * enough to know them again. Several tensors may hold the same memory.
 */
export class Memory {
  /** The type of the entries. */
  readonly dtype: DType;
  /** Where they are. */
  readonly device: Device;
  /** The number of entries. */
  readonly length: number;
  #buffer: Buffer | undefined;
  #holders = 0;

  /** @param buffer the entries */
  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.dtype = buffer.dtype;
    this.device = buffer.device;
    this.length = buffer.length;
  }

  /** The entries, row-major and contiguous; perhaps not computed yet. */
  get buffer(): Buffer {
    if (this.#buffer === undefined) {
      throw new InternalError("Freed memory read");
    }
    return this.#buffer;
  }

  /** The entries in an array, not to be written to; waits for them. */
  get data(): TypedArray {
    return this.buffer.host();
  }

  /** One more holder. */
  hold(): void {
    this.#holders++;
    this.buffer.hold();
  }

  /** One holder less; the last one lets the entries go. */
  release(): void {
    this.#buffer?.release();
    if (--this.#holders === 0) this.#buffer = undefined;
  }
}
