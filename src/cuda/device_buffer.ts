/**
 * Entries in the memory of a GPU.
 *
 * @module
 */

import type { Bytes } from "../../ffi/cuda.ts";
import type { Device } from "../launch/device.ts";
import { BFloat16Array } from "../bfloat16.ts";
import {
  allocateArray,
  bytesOfEntry,
  type DType,
  dtypeOfArray,
  type TypedArray,
} from "../dtypes.ts";
import { Buffer, type WaitOptions } from "../launch/buffer.ts";
import { soon } from "../launch/flight.ts";
import { InternalError } from "../errors.ts";
import type { CudaDevice } from "./context.ts";
import type { Piece, Purpose } from "./memory.ts";

/** Gives back what nobody disposed of, some time after it is out of reach. */
const net = new FinalizationRegistry<[CudaDevice, Piece]>(giveBack);

function giveBack([device, piece]: [CudaDevice, Piece]): void {
  // The memory of a device that was lost is gone.
  if (device.lost === undefined) device.pool.give(piece);
}

/** The name of a device. */
export function nameOf({ ordinal }: CudaDevice): Device {
  return ordinal === 0 ? "cuda" : `cuda:${ordinal}`;
}

/** The number of a GPU by its name; undefined for another device. */
export function ordinalOf(device: Device): number | undefined {
  if (device === "cpu") return undefined;
  return device === "cuda" ? 0 : Number(device.slice("cuda:".length));
}

/** What the call under way has made; nobody else has it yet. */
let made: DeviceBuffer[] | undefined;

/**
 * Runs work on a device that makes buffers. Where it fails, those that nobody
 * holds are freed at once: the garbage collector would find them when it is
 * too late for who tries again.
 */
export function making<T>(device: CudaDevice, work: () => T): T {
  const before = made;
  const own: DeviceBuffer[] = made = [];
  try {
    const result = device.guarded(work);
    for (const buffer of own) before?.push(buffer);
    return result;
  } catch (error) {
    for (const buffer of own) buffer.abandon();
    throw error;
  } finally {
    made = before;
  }
}

/** Entries in pooled memory of a GPU; launches that fill it may be under way. */
export class DeviceBuffer extends Buffer {
  override readonly dtype: DType;
  override readonly length: number;
  /** The device itself. */
  readonly on: CudaDevice;
  readonly #piece: Piece;
  #freed = false;
  /** Calls that have yet to ask for launches that fill it. */
  #writers = 0;
  /** Who waits for them. */
  readonly #waiters: (() => void)[] = [];
  #failure: unknown;
  #arrived: TypedArray | undefined;

  /**
   * @param on the device
   * @param dtype the type of the entries
   * @param length the number of entries
   * @param purpose what it is for, in messages
   */
  constructor(
    on: CudaDevice,
    dtype: DType,
    length: number,
    purpose: Purpose = "tensor",
  ) {
    super();
    this.on = on;
    this.dtype = dtype;
    this.length = length;
    this.#piece = on.pool.take(length * bytesOfEntry(dtype), purpose);
    net.register(this, [on, this.#piece], this);
    made?.push(this);
  }

  /** A buffer with a copy of these entries. */
  static from(
    on: CudaDevice,
    data: TypedArray,
    purpose?: Purpose,
  ): DeviceBuffer {
    const dtype = dtypeOfArray(data);
    const result = new DeviceBuffer(on, dtype, data.length, purpose);
    const entries = data instanceof BFloat16Array ? data.bits() : data;
    on.staging.upload(result.address, bytesOf(entries));
    return result;
  }

  override get device(): Device {
    return nameOf(this.on);
  }

  /** Where the entries begin. */
  get address(): bigint {
    if (this.#freed) throw new InternalError("Freed memory read");
    return this.#piece.address;
  }

  /** The number of bytes. */
  get byteLength(): number {
    return this.length * bytesOfEntry(this.dtype);
  }

  /** Keeps the memory until launches that fill it were asked for. */
  beginWriting(): void {
    this.#writers++;
  }

  /** They were, or never will be. */
  endWriting(): void {
    if (--this.#writers > 0) return;
    if (this.#freed) this.#giveBack();
    for (const tell of this.#waiters.splice(0)) tell();
  }

  /** Whether all launches that fill it were asked for. */
  get isWritten(): boolean {
    return this.#writers === 0;
  }

  /** Waits until they are, or never will be. */
  whenWritten(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isWritten) resolve();
      else this.#waiters.push(resolve);
    });
  }

  /** Why the entries never were computed; throws it. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.on.lost !== undefined) throw this.on.lost;
  }

  /** Notes that the entries will not be computed. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  override host(): TypedArray {
    const arrived = this.#arrived;
    this.#arrived = undefined;
    if (arrived !== undefined) return arrived;
    this.on.queue.flush();
    this.check();
    const data = packedArray(this.dtype, this.length);
    if (data.length === 0) return unpacked(data);
    this.on.guarded(() => {
      const events = this.on.staging.download(bytesOf(data), this.address);
      for (const event of events) this.on.cuda.wait(event);
    });
    return unpacked(data);
  }

  /** Copies the entries to the host while others use this thread. */
  override async ready(
    { signal, onProgress }: WaitOptions = {},
  ): Promise<void> {
    // Nobody may free the entries in the meantime.
    this.hold();
    try {
      await this.on.queue.flushLater();
      await this.on.staging.turn();
      try {
        signal?.throwIfAborted();
        this.check();
        await this.#fetch(signal);
      } finally {
        this.on.staging.leave();
      }
    } finally {
      this.release();
    }
    onProgress?.(1);
  }

  async #fetch(signal: AbortSignal | undefined): Promise<void> {
    const { on } = this;
    if (this.length === 0 || this.#arrived !== undefined) return;
    const data = packedArray(this.dtype, this.length);
    const events = on.staging.download(bytesOf(data), this.address);
    try {
      for (;;) {
        const { value: event, done } = on.guarded(() => events.next());
        if (done) break;
        await until(() => on.guarded(() => on.cuda.reached(event)), signal);
      }
      this.#arrived = unpacked(data);
    } finally {
      events.return(undefined);
    }
  }

  /** Frees it where nobody holds it, nor will. */
  abandon(): void {
    if (this.holders === 0 && !this.#freed) this.free();
  }

  protected override free(): void {
    this.#freed = true;
    this.#arrived = undefined;
    if (this.#writers === 0) this.#giveBack();
  }

  #giveBack(): void {
    net.unregister(this);
    giveBack([this.on, this.#piece]);
  }
}

/** As long as this, waiting for the device is not worth a turn of others. */
const SPIN_MILLISECONDS = 0.1;

/**
 * A timer takes a millisecond or two, so that for as long as this others have
 * turns of a few microseconds.
 */
const TURNS_MILLISECONDS = 10;

/** Waits for the device, and lets others use this thread. */
async function until(
  reached: () => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < SPIN_MILLISECONDS) {
    if (reached()) return;
  }
  while (!reached()) {
    const patient = performance.now() - start > TURNS_MILLISECONDS;
    await new Promise<void>((resolve) => {
      if (patient) setTimeout(resolve, 0);
      else soon(resolve);
    });
    signal?.throwIfAborted();
  }
}

/** An array for entries as they lie on a device. */
function packedArray(dtype: DType, length: number): TypedArray | Uint16Array {
  return dtype === "bfloat16"
    ? new Uint16Array(length)
    : allocateArray(dtype, length);
}

/** Entries as they are on the host. */
function unpacked(data: TypedArray | Uint16Array): TypedArray {
  return data instanceof Uint16Array ? BFloat16Array.fromBits(data) : data;
}

/** The bytes of an array. */
export function bytesOf(data: ArrayBufferView): Bytes {
  return new Uint8Array(
    data.buffer as ArrayBuffer,
    data.byteOffset,
    data.byteLength,
  );
}
