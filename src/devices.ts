/**
 * Where tensors can live, and what is there.
 *
 * @module
 */

import { cudaFacts, cudaReport, cudaWorks } from "./cuda/report.ts";
import { availableBackends } from "./engine/backends.ts";
import { cudaDevice } from "./cuda/context.ts";
import { nameOf, ordinalOf } from "./cuda/device_buffer.ts";
import type { Device } from "./launch/device.ts";
import { ArgumentError, DeviceUnavailableError, suggestion } from "./errors.ts";

export type { Device } from "./launch/device.ts";

/** What is known of a device. */
export interface DeviceInfo {
  /** The name to ask for it with. */
  readonly name: Device;
  /** What kind of device it is. */
  readonly kind: "cpu" | "cuda";
  /** The number of threads that run at once; of multiprocessors on a GPU. */
  readonly threads: number;
  /** The backends that run on it, the fastest first. */
  readonly backends: readonly string[];
}

/** What was set, or found at the first question. */
let defaultDevice: Device | undefined;

/**
 * The devices that can be used here.
 *
 * @returns one entry a device, the CPU first
 *
 * @example Ask what is there
 * ```ts
 * import { devices } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.equal(devices()[0].name, "cpu");
 * ```
 */
export function devices(): DeviceInfo[] {
  const gpus = cudaFacts().map(({ multiprocessors }, k): DeviceInfo => ({
    name: k === 0 ? "cuda" : `cuda:${k}`,
    kind: "cuda",
    threads: multiprocessors,
    backends: ["cuda"],
  }));
  return [{
    name: "cpu",
    kind: "cpu",
    threads: threadCount(),
    backends: availableBackends(),
  }, ...gpus];
}

function threadCount(): number {
  // Some runtimes have no navigator, and some browsers hide the number.
  const { navigator } = globalThis as {
    navigator?: { hardwareConcurrency?: number };
  };
  return navigator?.hardwareConcurrency ?? 1;
}

/**
 * Sets where new tensors live unless they are told.
 *
 * @param device a device that is there
 *
 * @example Back to the CPU
 * ```ts
 * import { setDefaultDevice, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * setDefaultDevice("cpu");
 * assert.equal(tensor([1, 2]).device, "cpu");
 * ```
 */
export function setDefaultDevice(device: Device): void {
  defaultDevice = checkDevice(device);
}

/**
 * A report on what can be used here and what cannot, and why. It asks for no
 * permission.
 *
 * @returns a text of a few lines
 *
 * @example Print it
 * ```ts
 * import { doctor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.match(doctor(), /cpu: \d+ threads?/);
 * ```
 */
export function doctor(): string {
  const threads = threadCount();
  return [
    `cpu: ${threads} thread${threads === 1 ? "" : "s"}, backends ${
      availableBackends().join(", ")
    }`,
    ...cudaReport(),
    `default device: ${currentDevice()}${whyDefault()}`,
  ].join("\n");
}

/** Why the default device is what it is. */
function whyDefault(): string {
  if (currentDevice() !== "cpu") return "";
  return cudaWorks()
    ? " (set by setDefaultDevice)"
    : " (CUDA does not work here: see above)";
}

/**
 * The device to use where none is named: what was set, else the first GPU
 * where CUDA works, else the CPU.
 */
export function currentDevice(): Device {
  return defaultDevice ??= cudaWorks() ? "cuda" : "cpu";
}

/** Whether a string looks like the name of a device. */
export function isDeviceName(name: string): name is Device {
  return name === "cpu" || /^cuda(:\d+)?$/.test(name);
}

/** The device itself, by its usual name; throws where it is not there. */
export function checkDevice(device: Device): Device {
  if (!isDeviceName(device)) {
    throw new ArgumentError(
      `Cannot use the device "${device}"${
        suggestion(String(device), ["cpu", "cuda"])
      }: "cpu", "cuda" or "cuda:<number>" is wanted`,
    );
  }
  const ordinal = ordinalOf(device);
  if (ordinal === undefined) return device;
  try {
    return nameOf(cudaDevice(ordinal));
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError)) throw error;
    const [message] = error.message.split("\n");
    throw new DeviceUnavailableError(
      message.replace("Cannot use CUDA", `Cannot use the device "${device}"`),
      error.tried,
    );
  }
}
