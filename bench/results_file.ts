/**
 * Results of benchmarks with the machine and the date they were taken on, part
 * by part.
 *
 * @module
 */

import { cpus } from "node:os";

/** Seconds that a computation takes; it has to read its result. */
export function seconds<T>(f: () => T): { result: T; time: number } {
  const start = performance.now();
  const result = f();
  const time = Number(((performance.now() - start) / 1000).toFixed(2));
  return { result, time };
}

/** When, on what and with what results are taken. */
export function takenNow(): {
  date: string;
  machine: { cpu: string; cores: number; os: string; arch: string };
  deno: string;
} {
  const list = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: list[0]?.model ?? "unknown",
      cores: list.length,
      os: Deno.build.os,
      arch: Deno.build.arch,
    },
    deno: Deno.version.deno,
  };
}

/** Puts one part into a file of results; the others stay as they are. */
export function keepPart(name: string, part: string, values: object): void {
  const file = new URL(`results/${name}.json`, import.meta.url);
  let parts: Record<string, object> = {};
  try {
    parts = JSON.parse(Deno.readTextFileSync(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  parts[part] = { ...takenNow(), ...values };
  Deno.writeTextFileSync(file, JSON.stringify(parts, null, 2) + "\n");
  console.log(JSON.stringify(values, null, 2));
}
