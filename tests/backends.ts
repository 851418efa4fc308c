/**
 * The backends that tests run on: those of the CPU, or, where
 * `ALLPAIRS_TEST_BACKEND=cuda` asks for it, CUDA's.
 *
 * @module
 */

import { javascriptBackend } from "../src/cpu/backend.ts";
import { cudaBackend, makeCudaBackend } from "../src/cuda/backend.ts";
import type { BackendName } from "../src/engine/backends.ts";
import type { Backend } from "../src/engine/launch.ts";
import { referenceBackend } from "../src/reference/interpret.ts";
import { wasmBackend } from "../src/wasm/backend.ts";

const WORD = "ALLPAIRS_TEST_BACKEND";

/** Whether tests run on CUDA, be it a device or the emulator. */
export const ON_CUDA: boolean = (() => {
  const { state } = Deno.permissions.querySync({ name: "env", variable: WORD });
  return state === "granted" && Deno.env.get(WORD) === "cuda";
})();

/** For formulas; the reference comes first. */
export const FORMULA_BACKENDS: readonly Backend[] = [
  referenceBackend,
  ...(ON_CUDA ? [cudaBackend] : [javascriptBackend, wasmBackend]),
];

/** For reductions: on CUDA with whole and with split columns. */
export const REDUCTION_BACKENDS: readonly Backend[] = ON_CUDA
  ? [
    referenceBackend,
    makeCudaBackend("cuda of one row", { rows: 1, parts: 1 }),
    makeCudaBackend("cuda in parts", { rows: 2, parts: 3, threads: 32 }),
  ]
  : [referenceBackend, javascriptBackend, wasmBackend];

/** By name, for what the library is asked for by its users. */
export const NAMED_BACKENDS: readonly BackendName[] = ON_CUDA
  ? ["cuda"]
  : ["wasm", "js", "reference"];

const SHARE = "ALLPAIRS_TEST_SHARE";

/** Which part of long lists is tested: the k-th of n. */
const [PART, PARTS] = (() => {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: SHARE,
  });
  const text = state === "granted" ? Deno.env.get(SHARE) : undefined;
  return text ? text.split("/").map(Number) : [0, 1];
})();

/**
 * The cases of a long list that are tested: all of them, or the share that
 * `ALLPAIRS_TEST_SHARE=3/8` asks for, every eighth one from the third on.
 */
export function shareOf<T>(cases: readonly T[]): T[] {
  return cases.filter((_, k) => k % PARTS === PART);
}

/** How many random cases are tested, where `runs` are tested in all. */
export function shareOfRuns(runs: number): number {
  return Math.ceil(runs / PARTS);
}
