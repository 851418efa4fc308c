/**
 * Runs the tests that run on the emulator on a real GPU instead, and says
 * SKIPPED and why where there is none.
 *
 *     deno task test:gpu
 *
 * @module
 */

import { cudaDevice } from "../src/cuda/context.ts";
import { doctor } from "../src/devices.ts";
import { backendNamed } from "../src/engine/backends.ts";
import { DeviceUnavailableError } from "../src/errors.ts";

const FILES = [
  "tests/emulator_test.ts",
  "tests/emulator_tiles_test.ts",
  "tests/emulator_sizes_test.ts",
  "tests/device_test.ts",
  "tests/flat_test.ts",
  "tests/several_devices_test.ts",
  "tests/unit/cuda_cache_test.ts",
  "tests/conformance/genred_test.ts",
  "tests/conformance/lazy_test.ts",
  "tests/unit/reductions_test.ts",
  "tests/unit/ops_values_test.ts",
  "tests/unit/ops_compositions_test.ts",
];

function missing(): string | undefined {
  try {
    backendNamed("cuda");
    return undefined;
  } catch (error) {
    if (error instanceof DeviceUnavailableError) return error.message;
    throw error;
  }
}

const reason = missing();
if (reason !== undefined) {
  console.log(`SKIPPED: tests on a GPU: ${reason}`);
  Deno.exit(0);
}
console.log(doctor());
if (/emulator/.test(cudaDevice(0).name)) {
  console.log("This is the emulator, not a GPU.");
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["test", "--allow-all", "--v8-flags=--expose-gc", ...FILES],
  env: { ALLPAIRS_TEST_BACKEND: "cuda" },
}).spawn().status;
Deno.exit(code);
