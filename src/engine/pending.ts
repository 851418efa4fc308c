/**
 * Computations that are done when their results are first needed.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import type { DType, TypedArray } from "../dtypes.ts";
import { InternalError } from "../errors.ts";
import { Buffer, type WaitOptions } from "./buffer.ts";

/** What a computation gives. */
export interface ResultSpec {
  /** The type of the entries. */
  readonly dtype: DType;
  /** The number of entries. */
  readonly length: number;
}

/**
 * A computation in short steps: each gives the fraction that is done, the last
 * one returns the results. To leave it early (`return`) gives up what it uses.
 */
export type Steps = Generator<number, readonly Buffer[]>;

/** What is to be done. */
export interface Work {
  /** What it reads. */
  readonly inputs: readonly Buffer[];
  /** What it gives. */
  readonly results: readonly ResultSpec[];
  /** Where its results will be. */
  readonly device: Device;
  /** Does it. */
  run(): readonly Buffer[];
}

/** Longer chains of computations are done at once. */
const LONGEST_CHAIN = 16;

/** One computation that may be done already. */
class Pending {
  readonly depth: number;
  #work: Work | undefined;
  #results: readonly Buffer[] = [];
  #wanted: number;

  constructor(work: Work) {
    this.#work = work;
    for (const input of work.inputs) input.hold();
    this.depth = 1 + Math.max(0, ...work.inputs.map((b) => b.depth));
    this.#wanted = work.results.length;
  }

  get done(): boolean {
    return this.#work === undefined;
  }

  /** A result; all of them are computed. */
  result(index: number): Buffer {
    if (this.#work !== undefined) {
      this.#finish(this.#work, this.#work.run());
    }
    return this.#results[index];
  }

  #finish(work: Work, results: readonly Buffer[]): void {
    this.#results = results;
    for (const result of results) result.hold();
    this.#letGo(work);
  }

  /** One result is not needed any more; without any, nothing is computed. */
  drop(index: number): void {
    this.#results[index]?.release();
    if (--this.#wanted === 0 && this.#work) this.#letGo(this.#work);
  }

  #letGo(work: Work): void {
    this.#work = undefined;
    for (const input of work.inputs) input.release();
  }
}

/** A result of a computation that may not be done yet. */
class PendingBuffer extends Buffer {
  override readonly dtype: DType;
  override readonly length: number;
  override readonly device: Device;
  readonly #of: Pending;
  readonly #index: number;
  #freed = false;

  constructor(of: Pending, index: number, spec: ResultSpec, device: Device) {
    super();
    this.#of = of;
    this.#index = index;
    this.dtype = spec.dtype;
    this.length = spec.length;
    this.device = device;
  }

  override get pending(): boolean {
    return !this.#of.done;
  }

  override get depth(): number {
    return this.pending ? this.#of.depth : 0;
  }

  override value(): Buffer {
    if (this.#freed) throw new InternalError("Freed memory read");
    return this.#of.result(this.#index).value();
  }

  override host(): TypedArray {
    return this.value().host();
  }

  override ready(_options?: WaitOptions): Promise<void> {
    return new Promise((resolve) => {
      this.value();
      resolve();
    });
  }

  protected override free(): void {
    this.#freed = true;
    this.#of.drop(this.#index);
  }
}

/** The results of some work, which is done when one of them is needed. */
export function later(work: Work): Buffer[] {
  for (const input of work.inputs) {
    if (input.depth >= LONGEST_CHAIN) input.value();
  }
  const pending = new Pending(work);
  return work.results.map((spec, k) =>
    new PendingBuffer(pending, k, spec, work.device)
  );
}

/** The results of some work, done now where all that it reads is there. */
export function nowOrLater(work: Work): readonly Buffer[] {
  return work.inputs.some((b) => b.pending) ? later(work) : work.run();
}
