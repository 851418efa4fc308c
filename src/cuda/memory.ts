/**
 * Device memory that is kept for the next call.
 *
 * @module
 */

import type { Cuda } from "../../ffi/cuda.ts";
import { bytesText, counted, OutOfMemoryError } from "../errors.ts";

/** What a piece of memory is for: messages tell what holds the memory. */
export type Purpose = "tensor" | "temporary";

/** A piece of device memory. */
export interface Piece {
  /** Where it begins. */
  readonly address: bigint;
  /** How long it is: at least what was asked for. */
  readonly bytes: number;
  /** What it is for. */
  readonly purpose: Purpose;
}

/** The smallest piece; all pieces begin at a multiple of it. */
const SMALLEST = 512;

/**
 * Device memory in pieces of a few lengths. What is given back is kept, since
 * asking the driver takes longer than many a kernel, and makes all streams
 * wait. Pieces are given and taken in the order of one stream: what is given
 * back may still be read by work that was asked for before.
 */
export class Pool {
  readonly #cuda: Cuda;
  readonly #name: string;
  readonly #idle = new Map<number, bigint[]>();
  readonly #holders = {
    tensor: { count: 0, bytes: 0 },
    temporary: { count: 0, bytes: 0 },
  };
  readonly #relieve: () => void;
  #held = 0;

  /**
   * @param cuda the driver, with the right context in use
   * @param name of the device, for messages
   * @param relieve makes others give back what they can do without
   */
  constructor(cuda: Cuda, name: string, relieve: () => void = () => {}) {
    this.#cuda = cuda;
    this.#name = name;
    this.#relieve = relieve;
  }

  /** All bytes that were taken from the device. */
  get held(): number {
    return this.#held;
  }

  /** The bytes that are in use. */
  get used(): number {
    const { tensor, temporary } = this.#holders;
    return tensor.bytes + temporary.bytes;
  }

  /** How many pieces tensors hold. */
  get tensors(): number {
    return this.#holders.tensor.count;
  }

  /**
   * A piece of at least so many bytes; nobody knows what is in it.
   *
   * @throws {OutOfMemoryError} where the device has not got them, even after
   * all idle pieces were given back to it
   */
  take(bytes: number, purpose: Purpose = "temporary"): Piece {
    const length = roundedUp(bytes);
    const idle = this.#idle.get(length)?.pop();
    const address = idle ?? this.#allocate(length);
    const holder = this.#holders[purpose];
    holder.count++;
    holder.bytes += length;
    return { address, bytes: length, purpose };
  }

  /** Gives a piece back: work that was launched before may still use it. */
  give({ address, bytes, purpose }: Piece): void {
    const idle = this.#idle.get(bytes);
    if (idle === undefined) this.#idle.set(bytes, [address]);
    else idle.push(address);
    const holder = this.#holders[purpose];
    holder.count--;
    holder.bytes -= bytes;
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
      // Tensors that nobody holds any more come back at the next turn of the
      // event loop; with --expose-gc they can be found at once.
      (globalThis as { gc?: () => void }).gc?.();
      this.#relieve();
      this.trim();
      address = this.#cuda.tryAllocate(length);
    }
    if (address === undefined) throw this.#outOfMemory(length);
    this.#held += length;
    return address;
  }

  #outOfMemory(length: number): OutOfMemoryError {
    const { free, total } = this.#cuda.memory();
    const { tensor, temporary } = this.#holders;
    const others = total - free - this.#held;
    const [a, f, t, x, y, z] = [
      length,
      free,
      total,
      tensor.bytes,
      temporary.bytes,
      Math.max(0, others),
    ].map(bytesText);
    return new OutOfMemoryError(
      `Cannot allocate ${a} on the device "${this.#name}": ${f} of ${t} are free, ${x} are held by ${
        counted(tensor.count, "tensor")
      }, ${y} by this call, ${z} by others; dispose of tensors (scope() does it for temporary ones), or use smaller batches`,
      length,
      free,
    );
  }
}

/** Four lengths for each power of two: at most a quarter is wasted. */
function roundedUp(bytes: number): number {
  let power = SMALLEST;
  while (power < bytes) power *= 2;
  const step = power / 8;
  return power === SMALLEST ? power : Math.ceil(bytes / step) * step;
}
