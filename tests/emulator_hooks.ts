/**
 * What the emulator tells of itself, and how it is set up.
 *
 * @module
 */

import { ON_CUDA } from "./backends.ts";

/** Where the driver is that tests run on, if any. */
export const DRIVER: string = ON_CUDA
  ? Deno.env.get("ALLPAIRS_CUDA_LIBRARY") ?? ""
  : "";

/** Whether it is the emulator. */
export const ON_EMULATOR: boolean = DRIVER.includes("emulator");

const hooks = ON_EMULATOR
  ? Deno.dlopen(DRIVER, {
    cuInit: { parameters: ["u32"], result: "i32" },
    allpairsEmulatorCalls: { parameters: ["buffer"], result: "i64" },
    allpairsEmulatorAlive: { parameters: ["buffer"], result: "void" },
  }).symbols
  : undefined;

/** Runs something with settings of the emulator. */
export async function having(
  settings: Readonly<Record<string, string>>,
  run: () => void | Promise<void>,
): Promise<void> {
  const names = Object.keys(settings).map((n) => `ALLPAIRS_EMULATOR_${n}`);
  const before = names.map((n) => Deno.env.get(n));
  Object.values(settings).forEach((v, k) => Deno.env.set(names[k], v));
  hooks?.cuInit(0);
  try {
    await run();
  } finally {
    names.forEach((name, k) => {
      const value = before[k];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
    hooks?.cuInit(0);
  }
}

/** Device bytes, allocations, streams, events, modules, pinned, contexts. */
export function alive(): number[] {
  const counts = new BigInt64Array(7);
  hooks?.allpairsEmulatorAlive(counts);
  return Array.from(counts, Number);
}

/** How often a function of the driver was called; 0 on a device. */
export function calls(name: string): number {
  const text = new TextEncoder().encode(`${name}\0`);
  return Number(hooks?.allpairsEmulatorCalls(text) ?? 0);
}
