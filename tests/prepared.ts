/** Which programs a backend is given. */

import type { Backend } from "../src/launch/launch.ts";

/** A program that a backend was given. */
export interface Prepared {
  /** What it is called. */
  readonly title: string;
  /** How many results it has. */
  readonly outputs: number;
}

/** The programs that a backend is given for the first time. */
export function prepared(backend: Backend, f: () => void): Prepared[] {
  const made: Prepared[] = [];
  const { prepare } = backend;
  const spied = backend as { prepare: typeof prepare };
  spied.prepare = (program, title) => {
    made.push({ title, outputs: program.outputs.length });
    return prepare(program, title);
  };
  try {
    f();
  } finally {
    spied.prepare = prepare;
  }
  return made;
}
