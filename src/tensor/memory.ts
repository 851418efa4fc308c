/**
 * Where the entries of tensors are. Package-internal.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import type { DType, TypedArray } from "../dtypes.ts";
import { InternalError } from "../errors.ts";

/**
 * Entries on a device, never written after they are made: identity is enough
 * to know them again. Several tensors may hold the same memory.
 */
export class Memory {
  /** The type of the entries. */
  readonly dtype: DType;
  /** Where they are. */
  readonly device: Device;
  /** The number of entries. */
  readonly length: number;
  #data: TypedArray | undefined;
  #holders = 0;

  /**
   * @param data the entries; the memory owns them
   * @param dtype their type
   * @param device where they are
   */
  constructor(data: TypedArray, dtype: DType, device: Device = "cpu") {
    this.#data = data;
    this.dtype = dtype;
    this.device = device;
    this.length = data.length;
  }

  /** The entries, row-major and contiguous; not to be written to. */
  get data(): TypedArray {
    if (this.#data === undefined) throw new InternalError("Freed memory read");
    return this.#data;
  }

  /** One more holder. */
  hold(): void {
    this.#holders++;
  }

  /** One holder less; the last one frees the memory. */
  release(): void {
    if (--this.#holders === 0) this.#data = undefined;
  }
}
