/**
 * Device memory that is kept for the next call.
 *
 * @module
 */

import type { Cuda } from "../../ffi/cuda.ts";
import { bytesText, OutOfMemoryError } from "../errors.ts";

/** A piece of device memory. */
export interface Piece {
  /** Where it begins. */
  readonly address: bigint;
  /** How long it is: at least what was asked for. */
  readonly bytes: number;
}

/** The smallest piece; all pieces begin at a multiple of it. */
const SMALLEST = 512;

/**
 * Device memory in pieces of a few lengths. What is given back is kept, since
 * asking the driver takes longer than many a kernel, and makes all streams
 * wait.
 */
export class Pool {
  readonly #cuda: Cuda;
  readonly #idle = new Map<number, bigint[]>();
  #held = 0;
  #used = 0;

  /** @param cuda the driver, with the right context in use */
  constructor(cuda: Cuda) {
    this.#cuda = cuda;
  }

  /** All bytes that were taken from the device. */
  get held(): number {
    return this.#held;
  }

  /** The bytes that are in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * A piece of at least so many bytes.
   *
   * @throws {OutOfMemoryError} where the device has not got them, even after
   * all idle pieces were given back to it
   */
  take(bytes: number): Piece {
    const length = roundedUp(bytes);
    const idle = this.#idle.get(length)?.pop();
    const address = idle ?? this.#allocate(length);
    this.#used += length;
    return { address, bytes: length };
  }

  /** Gives a piece back: work that was launched before may still use it. */
  give({ address, bytes }: Piece): void {
    const idle = this.#idle.get(bytes) ?? [];
    this.#idle.set(bytes, idle);
    idle.push(address);
    this.#used -= bytes;
  }

  /** Gives idle pieces back to the device. */
  trim(): void {
    for (const [bytes, addresses] of this.#idle) {
      for (const address of addresses) {
        this.#cuda.free(address);
        this.#held -= bytes;
      }
    }
    this.#idle.clear();
  }

  #allocate(length: number): bigint {
    let address = this.#cuda.tryAllocate(length);
    if (address === undefined) {
      this.trim();
      address = this.#cuda.tryAllocate(length);
    }
    if (address === undefined) {
      const { free, total } = this.#cuda.memory();
      const [a, f, t, h] = [length, free, total, this.#held].map(bytesText);
      throw new OutOfMemoryError(
        `Cannot allocate ${a} on the device: ${f} of ${t} are free, allpairs holds ${h}; dispose of tensors, or use smaller batches`,
        length,
        free,
      );
    }
    this.#held += length;
    return address;
  }
}

/** Four lengths for each power of two: at most a quarter is wasted. */
function roundedUp(bytes: number): number {
  let power = SMALLEST;
  while (power < bytes) power *= 2;
  const step = power / 8;
  return power === SMALLEST ? power : Math.ceil(bytes / step) * step;
}
