/**
 * Threads that share the rows of a computation with the one that asks for it.
 *
 * They are started when there is work for them, which goes on meanwhile, and
 * end soon after it: nothing keeps a program from ending. Whoever is first
 * takes the next few rows, so that slow threads delay nobody.
 *
 * @module
 */

import type { Pace } from "../launch/flight.ts";
import { ArgumentError, InternalError } from "../errors.ts";
import { canShare } from "./platform.ts";
import { doTasks } from "./tasks.ts";
import { CONTROL, WORKER_SOURCE } from "./worker.ts";

/** The most threads that can be asked for. */
const MOST = 256;

/**
 * For how long threads wait for the next job before they end, in
 * milliseconds: a program whose work is done ends when they have. So it ends
 * later by a tenth of the time that it ran, and never by more than a second.
 */
const IDLE = { least: 150, most: 1000, part: 0.1 } as const;

/** For how long threads wait from now on. */
function idleTime(): number {
  const some = IDLE.part * performance.now();
  return Math.round(Math.max(IDLE.least, Math.min(some, IDLE.most)));
}

let program: string | undefined;

/** Where threads find their program: a blob, for which no one must ask. */
function programUrl(): string {
  program ??= URL.createObjectURL(
    new Blob([WORKER_SOURCE], { type: "text/javascript" }),
  );
  return program;
}

let wanted: number | undefined;
const pools = new WeakMap<WebAssembly.Memory, Pool>();

/** The number of processors, as far as it is known. */
function processors(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Whether this thread may sleep until others are done. */
function maySleep(): boolean {
  return !("document" in globalThis);
}

/** The number of threads that computations use. */
export function threads(): number {
  const some = canShare() && typeof Worker === "function";
  return some ? Math.min(wanted ?? processors(), MOST) : 1;
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

/** Tasks to be done. */
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
  /** The table of the thread that asks. */
  readonly table: number;
  /** How far tables are apart. */
  readonly tableStep: number;
  /** Where the tasks are: the index of an integer. */
  readonly tasks: number;
  /** Where it says at which task each turn begins: the index of an integer. */
  readonly turnsAt: number;
  /** The number of turns. */
  readonly turns: number;
  /** Computes units on this thread. */
  rows(table: number, begin: number, end: number): void;
}

/**
 * Does a job on all threads, this one among them; it yields the turns that
 * were taken when others shall use this thread.
 */
export function* jobSteps(job: Job, pace: Pace): Generator<number, void> {
  let pool = pools.get(job.memory);
  if (pool === undefined) {
    pools.set(job.memory, pool = new Pool(job.memory));
  }
  yield* pool.run(job, pace);
}

/** Tells that a memory is of no use any more: its threads end. */
export function endThreads(memory: WebAssembly.Memory): void {
  pools.get(memory)?.quit();
  pools.delete(memory);
}

/** Threads that work on one memory. */
class Pool {
  readonly #memory: WebAssembly.Memory;
  readonly #integers: Int32Array;
  readonly #control = new Int32Array(
    new SharedArrayBuffer(4 * (CONTROL.alive + MOST)),
  );

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#integers = new Int32Array(memory.buffer);
  }

  *run(job: Job, pace: Pace): Generator<number, void> {
    const control = this.#control;
    const { turns } = job;
    this.#open(job);
    let done = false;
    try {
      for (;;) {
        const turn = Atomics.add(control, CONTROL.next, 1);
        if (turn >= turns) break;
        this.#turn(job, turn);
        if (performance.now() > pace.until) {
          yield Math.min(turns, Atomics.load(control, CONTROL.next));
        }
      }
      Atomics.store(control, CONTROL.open, 0);
      while (
        pace.until !== Infinity && Atomics.load(control, CONTROL.inside) > 0
      ) {
        yield turns;
      }
      done = true;
    } finally {
      this.#close(done);
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

  #open(job: Job): void {
    const control = this.#control;
    control[CONTROL.next] = 0;
    control[CONTROL.end] = job.turns;
    control[CONTROL.turns] = job.turnsAt;
    control[CONTROL.tasks] = job.tasks;
    control[CONTROL.module] = job.module;
    control[CONTROL.bytes] = job.bytes;
    control[CONTROL.length] = job.length;
    control[CONTROL.table] = job.table;
    control[CONTROL.tableStep] = job.tableStep;
    control[CONTROL.threads] = job.threads;
    control[CONTROL.idle] = idleTime();
    Atomics.store(control, CONTROL.open, 1);
    Atomics.add(control, CONTROL.job, 1);
    Atomics.notify(control, CONTROL.job);
    this.#start(Math.min(job.threads, job.turns));
  }

  #turn({ tasks, turnsAt, table, rows }: Job, turn: number): void {
    const integers = this.#integers;
    const at = turnsAt + turn;
    doTasks(integers, tasks, integers[at], integers[at + 1], table, rows);
  }

  /** Lets nobody in any more, and waits until nobody is inside. */
  #close(done: boolean): void {
    const control = this.#control;
    Atomics.store(control, CONTROL.open, 0);
    // Nobody takes a turn of what is given up.
    if (!done) Atomics.store(control, CONTROL.next, control[CONTROL.end]);
    const sleeps = maySleep();
    for (;;) {
      const inside = Atomics.load(control, CONTROL.inside);
      if (inside === 0) return;
      if (sleeps) Atomics.wait(control, CONTROL.inside, inside);
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
        memory: this.#memory,
        index,
      });
    }
  }
}
