/**
 * What the threads of the pool run: a program of its own, as text, so that it
 * needs no file and no permission.
 *
 * @module
 */

import { TASK, TASK_PLACES } from "./tasks.ts";

/** Places in the control array that the threads share. */
export const CONTROL = {
  /** Counts jobs: threads that wait are woken when it changes. */
  job: 0,
  /** 1 while there is work. */
  open: 1,
  /** The next turn that nobody has taken. */
  next: 2,
  /** The number of turns. */
  end: 3,
  /** Where it says at which task each turn begins: the index of an integer. */
  turns: 4,
  /** How many threads of the pool are at work. */
  inside: 5,
  /** The number of the module. */
  module: 6,
  /** Where its bytes are. */
  bytes: 7,
  /** How many they are. */
  length: 8,
  /** The table of the first thread. */
  table: 9,
  /** How far the tables of threads are apart. */
  tableStep: 10,
  /** 1 where a thread failed. */
  failed: 11,
  /** 1 when all threads shall end. */
  quit: 12,
  /** Threads from this number on stay out. */
  threads: 13,
  /** Where the tasks are: the index of an integer. */
  tasks: 14,
  /** For how many milliseconds threads wait for the next job. */
  idle: 15,
  /** From here on, 1 for each thread that is alive. */
  alive: 16,
} as const;

/** Modules that a thread keeps. */
const KEPT = 64;

/**
 * The program of a thread. It is told of the memories once, and then waits on
 * the control array: a thread that waits there takes no messages, so modules
 * come through the memory, too.
 */
export const WORKER_SOURCE: string = `"use strict";
const C = ${JSON.stringify(CONTROL)};
const PLACES = ${JSON.stringify(TASK_PLACES)};
const doTasks = (memory, tasks, from, to, table, rows) => {
  for (let at = tasks + ${TASK} * from; at < tasks + ${TASK} * to; at += ${TASK}) {
    for (let k = 0; k < PLACES.length; k++) {
      memory[table / 4 + PLACES[k]] = memory[at + k];
    }
    rows(table, memory[at + ${TASK - 2}], memory[at + ${TASK - 1}]);
  }
};
const math = { pow: Math.pow, sin: Math.sin, cos: Math.cos, tan: Math.tan };
self.onmessage = ({ data: { control, memory, index } }) => {
  const modules = new Map();
  const integers = new Int32Array(memory.buffer);
  const rowsOf = () => {
    const id = control[C.module];
    let rows = modules.get(id);
    if (rows === undefined) {
      const from = control[C.bytes];
      const bytes = new Uint8Array(memory.buffer).slice(from, from + control[C.length]);
      const module = new WebAssembly.Module(bytes);
      rows = new WebAssembly.Instance(module, { env: { memory }, math }).exports.rows;
      if (modules.size >= ${KEPT}) modules.clear();
      modules.set(id, rows);
    }
    return rows;
  };
  const work = () => {
    const rows = rowsOf();
    const table = control[C.table] + index * control[C.tableStep];
    const end = control[C.end], turns = control[C.turns];
    for (;;) {
      const turn = Atomics.add(control, C.next, 1);
      if (turn >= end) return;
      const [from, to] = [integers[turns + turn], integers[turns + turn + 1]];
      doTasks(integers, control[C.tasks], from, to, table, rows);
    }
  };
  let seen = Atomics.load(control, C.job) - 1;
  for (;;) {
    const job = Atomics.load(control, C.job);
    if (job === seen) {
      if (Atomics.wait(control, C.job, seen, control[C.idle]) === "timed-out") break;
      continue;
    }
    seen = job;
    if (Atomics.load(control, C.quit) === 1) break;
    Atomics.add(control, C.inside, 1);
    try {
      const open = Atomics.load(control, C.open) === 1;
      if (open && index < control[C.threads]) work();
    } catch {
      Atomics.store(control, C.failed, 1);
    }
    Atomics.sub(control, C.inside, 1);
    Atomics.notify(control, C.inside);
  }
  Atomics.store(control, C.alive + index, 0);
  self.close();
};
`;
