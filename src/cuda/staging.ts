/**
 * The way between arrays of JavaScript and device memory: through host memory
 * that the device reaches by itself, so that nobody waits for a copy but who
 * needs it.
 *
 * @module
 */

import type { Bytes, Cuda } from "../../ffi/cuda.ts";
import { OutOfMemoryError } from "../errors.ts";

/** Host memory that copies go through, and when it is free again. */
interface Chunk {
  readonly address: bigint;
  /** Reached when the last copy out of or into it is done. */
  readonly event: bigint;
  /** Whether a copy was asked for. */
  busy: boolean;
}

/** The length of a chunk. */
const CHUNK = 2 ** 22;

/** Uploads begin at multiples of it. */
const ALIGNMENT = 256;

/** Chunks that are kept: copies of one overlap with filling the next. */
const KEPT = 4;

/** Downloads that are waited for at the same time. */
const MOST_DOWNLOADS = 4;

/** Copies in and out of one device, in the order of its stream. */
export class Staging {
  readonly #cuda: Cuda;
  readonly #stream: bigint;
  // Those that were used longest ago come first.
  readonly #free: Chunk[] = [];
  /** The chunk that uploads fill, and how far they did. */
  #open: { chunk: Chunk; used: number } | undefined;
  #count = 0;
  #downloads = 0;
  /** Who waits until others have downloaded. */
  readonly #waiting: (() => void)[] = [];

  /**
   * @param cuda the driver
   * @param stream where copies go
   */
  constructor(cuda: Cuda, stream: bigint) {
    this.#cuda = cuda;
    this.#stream = stream;
  }

  /** How many pieces of host memory there are. */
  get chunks(): number {
    return this.#count;
  }

  /** Copies to the device; the bytes may be reused afterwards. */
  upload(to: bigint, bytes: Bytes): void {
    for (let at = 0; at < bytes.length;) {
      const { chunk, used } = this.#open ?? { chunk: this.#take(), used: 0 };
      const part = bytes.subarray(at, at + CHUNK - used);
      const source = chunk.address + BigInt(used);
      this.#cuda.writeHost(source, part);
      this.#cuda.copyIn(to + BigInt(at), source, part.length, this.#stream);
      at += part.length;
      // Small uploads share a chunk, or each would wait for an older one.
      const next = used + Math.ceil(part.length / ALIGNMENT) * ALIGNMENT;
      const full = next >= CHUNK;
      this.#open = full ? undefined : { chunk, used: next };
      if (full) this.#give(chunk);
    }
  }

  /**
   * Resolves when it is one's turn to download and to wait: each takes memory
   * of the host, which there is not for many at once.
   */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#downloads === MOST_DOWNLOADS) this.#waiting.push(resolve);
      else {
        this.#downloads++;
        resolve();
      }
    });
  }

  /** Ends the turn. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#downloads--;
    else next();
  }

  /**
   * Copies from the device, after all that was asked for so far.
   *
   * @returns the events to wait for: the next one may be asked for when the
   * one before was reached; at the end all bytes are there
   */
  *download(to: Bytes, from: bigint): Generator<bigint> {
    const flying: { chunk: Chunk; at: number; length: number }[] = [];
    let next = 0;
    try {
      while (next < to.length || flying.length > 0) {
        while (next < to.length && flying.length < KEPT / 2) {
          const chunk = this.#take();
          const length = Math.min(CHUNK, to.length - next);
          flying.push({ chunk, at: next, length });
          const source = from + BigInt(next);
          this.#cuda.copyOut(chunk.address, source, length, this.#stream);
          this.#cuda.record(chunk.event, this.#stream);
          next += length;
        }
        const [{ chunk, at, length }] = flying;
        yield chunk.event;
        this.#cuda.readHost(to.subarray(at, at + length), chunk.address);
        flying.shift();
        this.#free.unshift(chunk);
      }
    } finally {
      // Who stops half way leaves copies under way, unless all is lost.
      for (const { chunk } of flying) this.#giveUp(chunk);
    }
  }

  #take(): Chunk {
    const [oldest] = this.#free;
    const enough = this.#count >= KEPT && oldest !== undefined;
    if (oldest !== undefined && (enough || !this.#isBusy(oldest))) {
      this.#free.shift();
      if (oldest.busy) this.#cuda.wait(oldest.event);
      oldest.busy = false;
      return oldest;
    }
    const address = this.#cuda.tryAllocateHost(CHUNK);
    if (address === undefined) {
      throw new OutOfMemoryError(
        `Cannot allocate ${CHUNK} bytes of host memory that the device can reach: the system has no more of it`,
        CHUNK,
      );
    }
    this.#count++;
    return { address, event: this.#cuda.createEvent(), busy: false };
  }

  #giveUp(chunk: Chunk): void {
    try {
      this.#give(chunk);
    } catch {
      this.#count--;
    }
  }

  #isBusy(chunk: Chunk): boolean {
    return chunk.busy && !this.#cuda.reached(chunk.event);
  }

  #give(chunk: Chunk): void {
    this.#cuda.record(chunk.event, this.#stream);
    chunk.busy = true;
    this.#free.push(chunk);
  }
}
