/**
 * Threads that share the rows of a computation with the one that asks for it.
 *
 * They are started when there is work for them, which goes on meanwhile, and
 * end soon after it: nothing keeps a program from ending. Whoever is first
 * takes the next few rows, so that slow threads delay nobody.
 *
 * @module
 */

import { ArgumentError, InternalError } from "../errors.ts";
import { canShare } from "./platform.ts";
import { CONTROL, WORKER_SOURCE } from "./worker.ts";

/** The most threads that can be asked for. */
const MOST = 256;

let program: string | undefined;

/** Where threads find their program: a blob, for which no one must ask. */
function programUrl(): string {
  program ??= URL.createObjectURL(
    new Blob([WORKER_SOURCE], { type: "text/javascript" }),
  );
  return program;
}

let wanted: number | undefined;
let pool: Pool | undefined;

/** The number of processors, as far as it is known. */
function processors(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Whether this thread may wait for others. */
function mayWait(): boolean {
  return canShare() && typeof Worker === "function" &&
    !("document" in globalThis);
}

/** The number of threads that computations use. */
export function threads(): number {
  return mayWait() ? Math.min(wanted ?? processors(), MOST) : 1;
}

/**
 * Sets the number of threads that computations on the CPU use; by default all
 * processors.
 *
 * @param count 1 computes on the calling thread alone
 * @throws {ArgumentError} where it is no positive integer
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new ArgumentError(
      `Cannot use ${count} threads: an integer from 1 to ${MOST} is wanted`,
    );
  }
  wanted = count;
}

/** Units of rows to be computed. */
export interface Job {
  /** The memory that all threads work on. */
  readonly memory: WebAssembly.Memory;
  /** A number that is the module's own. */
  readonly module: number;
  /** Where the bytes of the module are in memory. */
  readonly bytes: number;
  /** How many they are. */
  readonly length: number;
  /** The number of threads that have a table. */
  readonly threads: number;
  /** The tables of the threads. */
  readonly table: number;
  /** How far they are apart. */
  readonly tableStep: number;
  /** The number of units. */
  readonly units: number;
  /** How many are taken at a time. */
  readonly step: number;
  /** Computes units on this thread. */
  rows(table: number, begin: number, end: number): void;
}

/** Computes units of rows on all threads; returns when all are done. */
export function runJob(job: Job): void {
  if (pool?.memory !== job.memory) {
    pool?.quit();
    pool = new Pool(job.memory);
  }
  pool.run(job);
}

/** Threads that work on one memory. */
class Pool {
  readonly memory: WebAssembly.Memory;
  readonly #control = new Int32Array(
    new SharedArrayBuffer(4 * (CONTROL.alive + MOST)),
  );

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
  }

  run(job: Job): void {
    const control = this.#control;
    const { units, step, table } = job;
    control[CONTROL.next] = 0;
    control[CONTROL.end] = units;
    control[CONTROL.step] = step;
    control[CONTROL.module] = job.module;
    control[CONTROL.bytes] = job.bytes;
    control[CONTROL.length] = job.length;
    control[CONTROL.table] = table;
    control[CONTROL.tableStep] = job.tableStep;
    control[CONTROL.threads] = job.threads;
    Atomics.store(control, CONTROL.open, 1);
    Atomics.add(control, CONTROL.job, 1);
    Atomics.notify(control, CONTROL.job);
    this.#start(Math.min(job.threads, Math.ceil(units / step)));
    try {
      for (;;) {
        const first = Atomics.add(control, CONTROL.next, step);
        if (first >= units) break;
        job.rows(table, first, Math.min(first + step, units));
      }
    } finally {
      this.#close();
    }
    if (Atomics.exchange(control, CONTROL.failed, 0) === 1) {
      throw new InternalError("A thread could not compute its rows");
    }
  }

  /** Tells all threads to end. */
  quit(): void {
    Atomics.store(this.#control, CONTROL.quit, 1);
    Atomics.add(this.#control, CONTROL.job, 1);
    Atomics.notify(this.#control, CONTROL.job);
  }

  /** Lets nobody in any more, and waits until nobody is inside. */
  #close(): void {
    const control = this.#control;
    Atomics.store(control, CONTROL.open, 0);
    for (;;) {
      const inside = Atomics.load(control, CONTROL.inside);
      if (inside === 0) return;
      Atomics.wait(control, CONTROL.inside, inside);
    }
  }

  /** Starts the threads that are not there; thread 0 is the one that asks. */
  #start(count: number): void {
    for (let index = 1; index < count; index++) {
      const place = CONTROL.alive + index;
      if (Atomics.compareExchange(this.#control, place, 0, 1) === 1) continue;
      const worker = new Worker(programUrl(), { type: "module" });
      worker.postMessage({
        control: this.#control,
        memory: this.memory,
        index,
      });
    }
  }
}
