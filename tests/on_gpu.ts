/**
 * Runs the tests that run on the emulator on a real GPU instead, and says
 * SKIPPED and why where there is none. Each file is a process of its own, with
 * 5 minutes: one that fails, hangs or loses the device does not keep the
 * others from being run. Those that tell most of kernels come first.
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
  "tests/emulator_digits_test.ts",
  "tests/emulator_guard_test.ts",
  "tests/small_maps_test.ts",
  "tests/emulator_sizes_test.ts",
  "tests/device_test.ts",
  "tests/device_systems_test.ts",
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
/** Seconds that one file has: some compile hundreds of kernels. */
const PATIENCE = 300;

const failed: string[] = [];
for (const file of FILES) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "--allow-all", "--v8-flags=--expose-gc", file],
    env: { ALLPAIRS_TEST_BACKEND: "cuda" },
  }).spawn();
  const end = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  // Whoever ends this program ends the tests, too.
  const ended = () => {
    end();
    Deno.exit(1);
  };
  const listens = Deno.build.os !== "windows";
  if (listens) Deno.addSignalListener("SIGTERM", ended);
  const timer = setTimeout(end, 1e3 * PATIENCE);
  const { code, signal } = await child.status;
  clearTimeout(timer);
  if (listens) Deno.removeSignalListener("SIGTERM", ended);
  if (code !== 0) {
    failed.push(signal ? `${file}: ended after ${PATIENCE} s` : file);
  }
}
console.log(
  failed.length === 0
    ? `All ${FILES.length} files passed.`
    : `${failed.length} of ${FILES.length} files failed:\n${failed.join("\n")}`,
);
Deno.exit(failed.length === 0 ? 0 : 1);
