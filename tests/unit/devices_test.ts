import { assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import {
  type Device,
  devices,
  doctor,
  setDefaultDevice,
} from "../../src/devices.ts";
import { type BackendName, backendNamed } from "../../src/engine/backends.ts";
import { ArgumentError, DeviceUnavailableError } from "../../src/errors.ts";

Deno.test({
  name: "the CPU is there without any permission",
  permissions: "none",
  fn() {
    const [cpu] = devices();
    assertEquals(cpu.name, "cpu");
    assertEquals(cpu.kind, "cpu");
    assertEquals(cpu.threads, navigator.hardwareConcurrency);
    assertEquals(cpu.backends, ["wasm", "js", "reference"]);
    assertStringIncludes(doctor(), `cpu: ${cpu.threads} thread`);
    assertStringIncludes(doctor(), "default device: cpu");
  },
});

Deno.test("the default device must be there", () => {
  setDefaultDevice("cpu");
  assertThrows(
    () => setDefaultDevice("cuda"),
    DeviceUnavailableError,
    `Cannot use the device "cuda"`,
  );
  assertThrows(
    () => setDefaultDevice("cpus" as Device),
    ArgumentError,
    `Cannot use the device "cpus" (did you mean "cpu"?): "cpu", "cuda" or "cuda:<number>" is wanted`,
  );
});

Deno.test("backends go by name", () => {
  assertEquals(backendNamed("auto").name, "wasm");
  assertEquals(backendNamed("js").name, "js");
  assertEquals(backendNamed("reference").name, "reference");
  assertEquals(backendNamed("wasm").name, "wasm");
  assertThrows(
    () => backendNamed("refrence" as BackendName),
    ArgumentError,
    `Cannot use the backend "refrence" (did you mean "reference"?): one of "auto", "reference", "js", "wasm", "cuda" is wanted`,
  );
});
