/**
 * What launches use: it must stay until the last of them was asked for.
 *
 * @module
 */

import type { CudaDevice } from "./context.ts";
import type { DeviceBuffer } from "./device_buffer.ts";
import type { DeviceKernel } from "./kernels.ts";
import type { Piece } from "./memory.ts";

/** Buffers and memory in use by some launches of one call. */
export class Usage {
  readonly #device: CudaDevice;
  readonly #inputs: readonly DeviceBuffer[];
  readonly #outputs: readonly DeviceBuffer[];
  readonly #pieces: Piece[] = [];
  // The call itself counts until it ends.
  #users = 1;

  /**
   * @param device where they run
   * @param inputs what they read
   * @param outputs what they fill
   */
  constructor(
    device: CudaDevice,
    inputs: readonly DeviceBuffer[],
    outputs: readonly DeviceBuffer[],
  ) {
    this.#device = device;
    this.#inputs = inputs;
    this.#outputs = outputs;
    for (const input of inputs) input.hold();
    for (const output of outputs) output.beginWriting();
  }

  /** Memory for these launches alone. */
  take(bytes: number): Piece {
    const piece = this.#device.pool.take(bytes);
    this.#pieces.push(piece);
    return piece;
  }

  /** Asks for a launch, now or once its kernel is compiled. */
  submit(kernel: DeviceKernel, start: (handle: bigint) => void): void {
    this.#users++;
    this.#device.queue.submit({
      kernel,
      start: (handle) => {
        // What was not computed must not be computed with.
        for (const input of this.#inputs) input.check();
        this.#device.guarded(() => start(handle));
      },
      done: (error) => {
        if (error !== undefined) this.fail(error);
        this.end();
      },
    });
  }

  /** Asks for so many blocks of so many threads with one argument. */
  launch(
    kernel: DeviceKernel,
    blocks: number,
    threads: number,
    argument: BigUint64Array<ArrayBuffer>,
  ): void {
    const { cuda, stream } = this.#device;
    const [grid, block] = [[blocks, 1, 1], [threads, 1, 1]] as const;
    this.submit(
      kernel,
      (handle) => cuda.launch(handle, grid, block, argument, [0], stream),
    );
  }

  /** Notes that the outputs will not be computed. */
  fail(error: unknown): void {
    for (const output of this.#outputs) output.fail(error);
  }

  /** One user less; the last one lets go. */
  end(): void {
    if (--this.#users > 0) return;
    for (const input of this.#inputs) input.release();
    for (const output of this.#outputs) output.endWriting();
    if (this.#device.lost !== undefined) return;
    for (const piece of this.#pieces) this.#device.pool.give(piece);
  }
}
