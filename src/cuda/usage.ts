/**
 * What launches use: it must stay until the last of them was asked for.
 *
 * @module
 */

import type { CudaDevice } from "./context.ts";
import type { DeviceBuffer } from "./device_buffer.ts";
import type { DeviceKernel } from "./kernels.ts";
import type { Piece } from "./memory.ts";
import type { Patch, Recording } from "./recipe.ts";

/** Buffers and memory in use by some launches of one call. */
export class Usage {
  readonly #device: CudaDevice;
  readonly #inputs: readonly DeviceBuffer[];
  readonly #outputs: readonly DeviceBuffer[];
  readonly #pieces: Piece[] = [];
  readonly #recording: Recording | undefined;
  // The call itself counts until it ends.
  #users = 1;

  /**
   * @param device where they run
   * @param inputs what they read
   * @param outputs what they fill
   * @param recording notes what is asked for
   */
  constructor(
    device: CudaDevice,
    inputs: readonly DeviceBuffer[],
    outputs: readonly DeviceBuffer[],
    recording?: Recording,
  ) {
    this.#device = device;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#recording = recording;
    for (const input of inputs) input.hold();
    for (const output of outputs) output.beginWriting();
  }

  /** Memory for these launches alone, and which one it is. */
  take(bytes: number): { readonly address: bigint; readonly index: number } {
    const { address } = this.#taken(bytes);
    return { address, index: this.#pieces.length - 1 };
  }

  #taken(bytes: number): Piece {
    const piece = this.#device.pool.take(bytes);
    this.#pieces.push(piece);
    this.#recording?.piece(bytes);
    return piece;
  }

  /** Asks for more than launches: the next call has to ask for it anew. */
  doOnce(): void {
    this.#recording?.spoil();
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

  /**
   * Asks for so many blocks of so many threads with one argument.
   *
   * @param patches the addresses in it, where they are all that differs the
   * next time
   */
  launch(
    kernel: DeviceKernel,
    blocks: number,
    threads: number,
    words: BigUint64Array<ArrayBuffer>,
    patches?: readonly Patch[],
  ): void {
    const { cuda, stream } = this.#device;
    this.#recording?.step({ kernel, blocks, threads, words }, patches);
    this.submit(
      kernel,
      (handle) => cuda.launchOne(handle, blocks, threads, words, stream),
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
