/**
 * Computations that run while their callers wait: a few milliseconds at a
 * time, so that timers and other events come in between.
 *
 * They run one after the other, since each uses all threads.
 *
 * @module
 */

import type { WaitOptions } from "./buffer.ts";

/** How long a computation may use this thread. */
export interface Pace {
  /** It stops for a moment when `performance.now()` is beyond. */
  until: number;
}

/**
 * A computation in short steps: each gives the fraction that is done, the last
 * one returns the results. To leave it early (`return`) gives up what it uses.
 */
export type Steps<Result> = Generator<number, Result>;

/** Milliseconds that a computation uses this thread without a pause. */
const SLICE = 4;

/** Who waits for a flight. */
interface Waiter {
  readonly options: WaitOptions;
  /** Ends the wait; with what went wrong, if anything. */
  end(...error: readonly unknown[]): void;
}

/** A computation that some callers wait for. */
export class Flight<Result> {
  readonly #pace: Pace = { until: 0 };
  readonly #steps: Steps<Result>;
  readonly #landed: (result: Result) => void;
  readonly #ended: () => void;
  readonly #waiters = new Set<Waiter>();
  #over = false;

  /**
   * @param start begins the computation
   * @param landed is given the result
   * @param ended is called when it is over, whatever came of it
   */
  constructor(
    start: (pace: Pace) => Steps<Result>,
    landed: (result: Result) => void,
    ended: () => void,
  ) {
    this.#steps = start(this.#pace);
    this.#landed = landed;
    this.#ended = ended;
    enqueue(this);
  }

  /** Whether it is done, failed, or given up. */
  get over(): boolean {
    return this.#over;
  }

  /** Resolves when it is done; without anybody who waits it is given up. */
  wait(options: WaitOptions): Promise<void> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      const aborted = () => {
        waiter.end(signal?.reason);
        this.#leaveIfUnwanted();
      };
      const waiter: Waiter = {
        options,
        end: (...error) => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener("abort", aborted);
          if (error.length > 0) reject(error[0]);
          else resolve();
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", aborted);
    });
  }

  /** Goes on for a few milliseconds. */
  turn(): void {
    if (this.#over) return;
    this.#pace.until = performance.now() + SLICE;
    try {
      const { done, value } = this.#steps.next();
      if (done) this.#land(value);
      else this.#tell(value);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Goes on to the end, at once. */
  finish(): void {
    this.#pace.until = Infinity;
    try {
      while (!this.#over) {
        const { done, value } = this.#steps.next();
        if (done) this.#land(value);
      }
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Gives the computation up. */
  leave(): void {
    if (this.#over) return;
    this.#end();
    this.#steps.return(undefined as never);
  }

  #land(result: Result): void {
    this.#end();
    this.#landed(result);
    for (const waiter of [...this.#waiters]) waiter.end();
  }

  #fail(error: unknown): void {
    if (!this.#over) this.#end();
    for (const waiter of [...this.#waiters]) waiter.end(error);
  }

  #end(): void {
    this.#over = true;
    this.#ended();
  }

  /** Who does not want to be told any more does not want to wait, either. */
  #tell(fraction: number): void {
    for (const waiter of [...this.#waiters]) {
      try {
        waiter.options.onProgress?.(fraction);
      } catch (error) {
        waiter.end(error);
        this.#leaveIfUnwanted();
      }
    }
  }

  #leaveIfUnwanted(): void {
    if (this.#waiters.size === 0) this.leave();
  }
}

/** What has its turn after others. */
interface Turner {
  readonly over: boolean;
  turn(): void;
}

const queue: Turner[] = [];

/** Puts a flight behind the others. */
function enqueue(flight: Turner): void {
  queue.push(flight);
  if (queue.length === 1) soon(turn);
}

/** The first one in the queue has its turn. */
function turn(): void {
  while (queue[0]?.over) queue.shift();
  queue[0]?.turn();
  while (queue[0]?.over) queue.shift();
  if (queue.length > 0) soon(turn);
}

/**
 * Calls a function after timers and other events that are due. Messages would
 * come before them.
 */
export function soon(f: () => void): void {
  const { setImmediate } = globalThis as {
    setImmediate?: (f: () => void) => unknown;
  };
  // Browsers have none.
  if (setImmediate === undefined) setTimeout(f, 0);
  else setImmediate(f);
}
