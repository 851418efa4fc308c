/**
 * Computations that are done when their results are first needed.
 *
 * @module
 */

import type { Device } from "./device.ts";
import type { DType, TypedArray } from "../dtypes.ts";
import { InternalError } from "../errors.ts";
import { Buffer, type WaitOptions } from "./buffer.ts";
import { Flight, type Pace, type Steps } from "./flight.ts";

/** What a computation gives. */
export interface ResultSpec {
  /** The type of the entries. */
  readonly dtype: DType;
  /** The number of entries. */
  readonly length: number;
}

/** What is to be done. */
export interface Work {
  /** What it reads. */
  readonly inputs: readonly Buffer[];
  /** What it gives. */
  readonly results: readonly ResultSpec[];
  /** Where its results will be. */
  readonly device: Device;
  /** About how long it takes, in nanoseconds. */
  readonly cost: number;
  /** What has to be computed before, where that is not all that it reads. */
  first?(): readonly Buffer[];
  /** Does it. */
  run(): readonly Buffer[];
  /** Does it in steps, where that is possible. */
  steps?: ((pace: Pace) => Steps<readonly Buffer[]>) | undefined;
}

/** Longer chains of computations are done at once. */
const LONGEST_CHAIN = 16;

/** One computation that may be done already. */
class Pending {
  readonly depth: number;
  readonly cost: number;
  #work: Work | undefined;
  #results: readonly Buffer[] = [];
  #flight: Flight<readonly Buffer[]> | undefined;
  #wanted: number;

  constructor(work: Work) {
    this.#work = work;
    this.cost = work.cost;
    for (const input of work.inputs) {
      input.hold();
      if (input instanceof PendingBuffer) input.readers++;
    }
    this.depth = 1 + Math.max(0, ...work.inputs.map((b) => b.depth));
    this.#wanted = work.results.length;
  }

  get done(): boolean {
    return this.#work === undefined;
  }

  /** What is to be done, where nobody does it. */
  get work(): Work | undefined {
    return this.#flight === undefined ? this.#work : undefined;
  }

  /** Computes the results in steps. */
  *stepwise(pace: Pace): Steps<void> {
    const work = this.#work;
    if (work === undefined) return;
    this.land(yield* work.steps?.(pace) ?? inOneStep(work));
  }

  /** A result; all of them are computed. */
  result(index: number): Buffer {
    if (this.#flight !== undefined) this.#flight.finish();
    else if (this.#work !== undefined) this.land(this.#work.run());
    return this.#results[index];
  }

  /** What is to be done before this, and this: in a possible order. */
  unfinished(found: Set<Pending> = new Set()): Set<Pending> {
    if (this.#work === undefined || found.has(this)) return found;
    for (const input of this.#work.first?.() ?? this.#work.inputs) {
      if (input instanceof PendingBuffer) input.of.unfinished(found);
    }
    return found.add(this);
  }

  /** Resolves when this is computed; what it reads should be. */
  wait(options: WaitOptions): Promise<void> {
    if (this.#work === undefined) return Promise.resolve();
    this.#flight ??= this.#start(this.#work);
    return this.#flight.wait(options);
  }

  #start(work: Work): Flight<readonly Buffer[]> {
    return new Flight(
      (pace) => work.steps?.(pace) ?? inOneStep(work),
      (results) => this.land(results),
      () => this.#flight = undefined,
    );
  }

  /** One result is not needed any more; without any, nothing is computed. */
  drop(index: number): void {
    this.#results[index]?.release();
    if (--this.#wanted > 0) return;
    this.#flight?.leave();
    this.#letGo();
  }

  /** Takes the results, if they are not there. */
  land(results: readonly Buffer[]): void {
    if (this.#work === undefined) return;
    this.#results = results;
    for (const result of results) result.hold();
    this.#letGo();
  }

  #letGo(): void {
    const inputs = this.#work?.inputs ?? [];
    this.#work = undefined;
    for (const input of inputs) {
      if (input instanceof PendingBuffer) input.readers--;
      input.release();
    }
  }
}

/** Work that cannot be interrupted, begun when it is its turn. */
function* inOneStep(work: Work): Steps<readonly Buffer[]> {
  yield 0;
  return work.run();
}

/** A result of a computation that may not be done yet. */
class PendingBuffer extends Buffer {
  override readonly dtype: DType;
  override readonly length: number;
  override readonly device: Device;
  readonly of: Pending;
  readonly #index: number;
  /** How many computations are going to read it. */
  readers = 0;
  #freed = false;

  constructor(of: Pending, index: number, spec: ResultSpec, device: Device) {
    super();
    this.of = of;
    this.#index = index;
    this.dtype = spec.dtype;
    this.length = spec.length;
    this.device = device;
  }

  override get pending(): boolean {
    return !this.of.done;
  }

  override get depth(): number {
    return this.pending ? this.of.depth : 0;
  }

  override value(): Buffer {
    if (this.#freed) throw new InternalError("Freed memory read");
    return this.of.result(this.#index).value();
  }

  override host(): TypedArray {
    return this.value().host();
  }

  override async ready(options: WaitOptions = {}): Promise<void> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    const works = [...this.of.unfinished()];
    const all = works.reduce((sum, work) => sum + work.cost, 0);
    let done = 0;
    for (const work of works) {
      await work.wait({
        signal,
        onProgress: onProgress &&
          ((fraction) => onProgress((done + fraction * work.cost) / all)),
      });
      done += work.cost;
      signal?.throwIfAborted();
    }
    await this.value().ready(options);
  }

  protected override free(): void {
    this.#freed = true;
    this.of.drop(this.#index);
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

/** The work that gives a buffer, where nobody has begun it. */
export function pendingWork(buffer: Buffer): Work | undefined {
  return buffer instanceof PendingBuffer ? buffer.of.work : undefined;
}

/** Computes a buffer in steps. */
export function* stepwise(buffer: Buffer, pace: Pace): Steps<void> {
  if (buffer instanceof PendingBuffer) yield* buffer.of.stepwise(pace);
}

/** Gives the results of the work behind a buffer, which came up elsewhere. */
export function settle(buffer: Buffer, results: readonly Buffer[]): void {
  if (buffer instanceof PendingBuffer) buffer.of.land(results);
}

/**
 * Whether others than so many readers are going to need a buffer: other
 * computations, or several tensors. One tensor may have been forgotten, as
 * those in the middle of a chain are; where it was not, it is computed anew.
 */
export function wantedBeside(buffer: Buffer, readers: number): boolean {
  if (!(buffer instanceof PendingBuffer)) return false;
  const tensors = buffer.holders - buffer.readers;
  return buffer.readers > readers || tensors > 1;
}
