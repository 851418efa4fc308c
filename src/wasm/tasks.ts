/**
 * What threads do: tasks, each some units of rows with the columns that they
 * meet, dealt out in turns of about the same length.
 *
 * @module
 */

import { TABLE } from "./layout.ts";

/** Some units of rows that meet the same columns. */
export interface Task {
  /** The first unit. */
  readonly begin: number;
  /** One past the last unit. */
  readonly end: number;
  /** Address of the intervals of columns. */
  readonly intervals: number;
  /** Its end. */
  readonly intervalsEnd: number;
  /** The number of columns in all parts. */
  readonly count: number;
  /** These are the first columns of the rows. */
  readonly first: boolean;
  /** These are the last columns of the rows. */
  readonly last: boolean;
  /** About how long it takes, in nanoseconds. */
  readonly time: number;
}

/** Integers of a task in memory. */
export const TASK = 7;

/** What is set in the table for a task, in the order of its integers. */
export const TASK_PLACES: readonly number[] = [
  TABLE.intervals / 4,
  TABLE.intervalsEnd / 4,
  TABLE.count / 4,
  TABLE.first / 4,
  TABLE.last / 4,
];

/** The integers of a task: what is set in the table, then its units. */
function integers(task: Task): number[] {
  const { begin, end, intervals, intervalsEnd, count, first, last } = task;
  return [
    intervals,
    intervalsEnd,
    count,
    first ? 1 : 0,
    last ? 1 : 0,
    begin,
    end,
  ];
}

/** Writes tasks to memory, at some integer. */
export function writeTasks(
  to: Int32Array,
  at: number,
  tasks: readonly Task[],
): void {
  tasks.forEach((task, k) => to.set(integers(task), at + TASK * k));
}

/** Does the tasks from one number to another; `table` is an address. */
export function doTasks(
  memory: Int32Array,
  tasks: number,
  from: number,
  to: number,
  table: number,
  rows: (table: number, begin: number, end: number) => void,
): void {
  for (let at = tasks + TASK * from; at < tasks + TASK * to; at += TASK) {
    for (let k = 0; k < TASK_PLACES.length; k++) {
      memory[table / 4 + TASK_PLACES[k]] = memory[at + k];
    }
    rows(table, memory[at + TASK - 2], memory[at + TASK - 1]);
  }
}

/** Tasks that take no longer than they should, where a unit does not. */
export function split(task: Task, most: number): Task[] {
  const { begin, end, time } = task;
  const units = end - begin;
  const parts = Math.min(units, Math.ceil(time / most));
  if (parts <= 1) return [task];
  const at = (k: number) => begin + Math.floor(units * k / parts);
  return Array.from({ length: parts }, (_, k) => ({
    ...task,
    begin: at(k),
    end: at(k + 1),
    time: time * (at(k + 1) - at(k)) / units,
  }));
}

/** Where turns begin among tasks: each takes about so long, or is one task. */
export function turnsOf(tasks: readonly Task[], most: number): number[] {
  const turns = [0];
  let time = 0;
  tasks.forEach((task, k) => {
    if (time > 0 && time + task.time > most) {
      turns.push(k);
      time = 0;
    }
    time += task.time;
  });
  turns.push(tasks.length);
  return turns;
}
