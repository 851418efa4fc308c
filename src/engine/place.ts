/**
 * Where computations take place: where their data are.
 *
 * @module
 */

import { cudaDevice, cudaDriver } from "../cuda/context.ts";
import { onDevice } from "../cuda/copies.ts";
import { making, nameOf, ordinalOf } from "../cuda/device_buffer.ts";
import { checkDevice, currentDevice, type Device } from "../devices.ts";
import { ArgumentError } from "../errors.ts";
import { type BackendName, backendNamed } from "./backends.ts";
import { type Buffer, HostBuffer } from "../launch/buffer.ts";
import type { Backend } from "../launch/launch.ts";

/** Where a computation takes place, and what computes there. */
export interface Place {
  /** Where its results are. */
  readonly device: Device;
  /** What computes. */
  readonly backend: Backend;
  /** The GPUs that share the rows, where there are to be several. */
  readonly devices?: readonly Device[];
}

/**
 * The device that data are on; undefined where all of them are numbers that
 * go wherever they are needed.
 *
 * @throws {ArgumentError} where they are on several devices
 */
export function deviceOf(buffers: Iterable<Buffer>): Device | undefined {
  let device: Device | undefined;
  for (const buffer of buffers) {
    if (buffer.loose || buffer.device === device) continue;
    if (device !== undefined) throw mixedDevices(device, buffer.device);
    device = buffer.device;
  }
  return device;
}

function mixedDevices(a: Device, b: Device): ArgumentError {
  return new ArgumentError(
    `Cannot compute with tensors on "${a}" and on "${b}": all must be on one device; move the others with .to("${a}") or .to("${b}")`,
  );
}

/**
 * Where to compute with some data.
 *
 * @param buffers the data
 * @param name what is asked for; `"auto"` computes where the data are
 * @throws {ArgumentError} where data are on several devices, or on a GPU that
 * a backend of the CPU is asked for
 */
export function placeFor(
  buffers: Iterable<Buffer>,
  name: BackendName = "auto",
): Place {
  const given = deviceOf(buffers);
  if (name === "auto" || name === "cuda") {
    const device = given ?? currentDevice();
    const backend = backendNamed(device === "cpu" ? name : "cuda");
    return { device, backend };
  }
  if (given !== undefined && given !== "cpu") {
    throw new ArgumentError(
      `Cannot use the backend "${name}" with tensors on "${given}": it computes on the CPU; use .to("cpu") first, or the backend "cuda"`,
    );
  }
  return { device: "cpu", backend: backendNamed(name) };
}

/**
 * Where to compute with some data on several GPUs.
 *
 * @param buffers the data
 * @param devices `"all"`, or some by name
 * @param name what is asked for: CUDA, or nothing
 * @throws {ArgumentError} for a list without a GPU, or another backend
 * @throws {DeviceUnavailableError} where one of the GPUs is not there
 */
export function sharedPlace(
  buffers: Iterable<Buffer>,
  devices: "all" | readonly Device[],
  name: BackendName,
): Place {
  const given = typeof devices === "string" ? devices : `[${devices}]`;
  if (name !== "auto" && name !== "cuda") {
    throw new ArgumentError(
      `Cannot use the devices ${given} with the backend "${name}": it computes on the CPU; use the backend "cuda"`,
    );
  }
  if (devices !== "all" && !Array.isArray(devices)) {
    throw new ArgumentError(
      `Cannot use the devices ${given}: "all", or a list such as ["cuda", "cuda:1"] is wanted`,
    );
  }
  const place = placeFor(buffers, "cuda");
  const backend = backendNamed("cuda");
  const names = devices === "all" ? allGpus() : devices.map(checkDevice);
  if (names.length === 0 || names.includes("cpu")) {
    throw new ArgumentError(
      `Cannot share rows out over the devices ${given}: one or more GPUs are wanted`,
    );
  }
  return { device: place.device, backend, devices: names };
}

function allGpus(): Device[] {
  const count = cudaDriver().deviceCount();
  return Array.from({ length: count }, (_, k) => nameOf(cudaDevice(k)));
}

/**
 * Entries on a device: the same buffer where they are there already.
 *
 * @throws {DeviceUnavailableError} where the device is not there
 */
export function movedTo(buffer: Buffer, device: Device): Buffer {
  const ordinal = ordinalOf(device);
  if (ordinal !== undefined) {
    const target = cudaDevice(ordinal);
    return making(target, () => onDevice(target, buffer));
  }
  if (buffer.device === "cpu" && !buffer.loose) return buffer.value();
  return new HostBuffer(buffer.host());
}
