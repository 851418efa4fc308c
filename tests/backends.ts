/**
 * The backends that tests run on: those of the CPU, or, where
 * `ALLPAIRS_TEST_BACKEND=cuda` asks for it, CUDA's.
 *
 * @module
 */

import { javascriptBackend } from "../src/cpu/backend.ts";
import { cudaBackend, makeCudaBackend } from "../src/cuda/backend.ts";
import type { BackendName } from "../src/engine/backends.ts";
import type { Backend } from "../src/launch/launch.ts";
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
  ...(ON_CUDA
    ? [cudaBackend, makeCudaBackend("cuda, own maps", { ownMaps: true })]
    : [javascriptBackend, wasmBackend]),
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

/**
 * How many random cases are tested, of `runs` in all: where compilers are slow
 * `ALLPAIRS_TEST_SHARE=20` asks for a twentieth.
 */
export function shareOfRuns(runs: number): number {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: SHARE,
  });
  const share = state === "granted" ? Number(Deno.env.get(SHARE) ?? 1) : 1;
  return Math.ceil(runs / share);
}
