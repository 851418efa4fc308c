/**
 * What examples print and write: times, progress, pictures.
 *
 * @module
 */

import { Tensor } from "../../mod.ts";

/** The result of f; prints how long it took, with all its tensors computed. */
export function timed<T>(name: string, f: () => T): T {
  const start = performance.now();
  const result = f();
  compute(result);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(48)} ${seconds.toFixed(2).padStart(8)} s`);
  return result;
}

/** Tensors may be computed as late as they are read: reads them. */
function compute(result: unknown): void {
  if (result instanceof Tensor) result.dataSync();
  else if (Array.isArray(result)) result.forEach(compute);
  else if (result !== null && typeof result === "object") {
    if (!ArrayBuffer.isView(result)) Object.values(result).forEach(compute);
  }
}

/** Prints steps of long work, at most one line each two seconds. */
export function progress(name: string, total: number) {
  let last = performance.now();
  return (step: number, note = ""): void => {
    const now = performance.now();
    if (now - last < 2000) return;
    last = now;
    console.log(`  ${name}: ${step} of ${total}${note && `, ${note}`}`);
  };
}

/** Writes a picture to `out/`, where the program may write. */
export function save(name: string, text: string): void {
  Deno.mkdirSync("out", { recursive: true });
  const file = `out/${name}.svg`;
  Deno.writeTextFileSync(file, text);
  console.log(`${file}, ${(text.length / 1024).toFixed(0)} kB`);
}

/** A size from the command line, the first one or another. */
export function sizeOr(size: number, at = 0): number {
  return Number(Deno.args[at] ?? size);
}
