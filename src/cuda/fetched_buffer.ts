/**
 * Results of a GPU that are wanted on the host.
 *
 * @module
 */

import type { DType, TypedArray } from "../dtypes.ts";
import { InternalError } from "../errors.ts";
import { Buffer, type WaitOptions } from "../launch/buffer.ts";
import type { Device } from "../launch/device.ts";

/**
 * Results that nobody fetched yet: as nobody disposes of tensors of the host,
 * those that were computed longest ago are fetched, lest they fill the device.
 */
const unfetched = new Set<FetchedBuffer>();
const MOST_UNFETCHED = 32;

/** Fetches the oldest ones, until no more than some are left. */
export function fetchOldest(left: number = MOST_UNFETCHED): void {
  while (unfetched.size > left) {
    const [oldest] = unfetched;
    unfetched.delete(oldest);
    try {
      oldest.host();
    } catch {
      // Whoever reads it is told.
    }
  }
}

/** Results of a device that are wanted on the host: fetched when needed. */
export class FetchedBuffer extends Buffer {
  override readonly dtype: DType;
  override readonly length: number;
  override readonly device: Device = "cpu";
  #source: Buffer | undefined;
  #data: TypedArray | undefined;

  /** @param source where the entries are, or will be */
  constructor(source: Buffer) {
    super();
    this.dtype = source.dtype;
    this.length = source.length;
    this.#source = source.hold();
    unfetched.add(this);
    fetchOldest();
  }

  override get pending(): boolean {
    return this.#data === undefined;
  }

  override get depth(): number {
    return this.pending ? 1 : 0;
  }

  override host(): TypedArray {
    if (this.#data === undefined) {
      if (this.#source === undefined) throw new InternalError("Freed memory");
      this.#data = this.#source.host();
      this.#letGo();
    }
    return this.#data;
  }

  override async ready(options?: WaitOptions): Promise<void> {
    await this.#source?.ready(options);
    this.host();
  }

  protected override free(): void {
    this.#letGo();
    this.#data = undefined;
  }

  #letGo(): void {
    unfetched.delete(this);
    this.#source?.release();
    this.#source = undefined;
  }
}
