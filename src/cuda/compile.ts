/**
 * Compiles generated source, and keeps what comes of it.
 *
 * @module
 */

import type { Bytes } from "../../ffi/cuda.ts";
import { type Compiled, Nvrtc } from "../../ffi/nvrtc.ts";

let nvrtc: Nvrtc | undefined;

/**
 * The compiler; it is looked for at the first call.
 *
 * @throws {DeviceUnavailableError} where there is none
 */
export function compiler(): Nvrtc {
  return nvrtc ??= new Nvrtc();
}

const images = new Map<string, Bytes>();

/**
 * Machine code for a device, or PTX where the compiler is older than the
 * device.
 *
 * @param source CUDA C++
 * @param name stands for the file in messages
 * @param architecture of the device, as 90
 */
export function imageOf(
  source: string,
  name: string,
  architecture: number,
): Bytes {
  const key = `${architecture}|${source}`;
  let image = images.get(key);
  if (image === undefined) {
    images.set(key, image = compile(source, name, architecture).image);
  }
  return image;
}

/** Compiles without keeping anything. */
export function compile(
  source: string,
  name: string,
  architecture: number,
  options: readonly string[] = [],
): Compiled {
  const target = targetFor(architecture, compiler().architectures());
  return compiler().compile(source, `${name}.cu`, [
    `--gpu-architecture=${target}`,
    "--std=c++17",
    ...options,
  ]);
}

/** The real architecture where it is known, else the nearest virtual one. */
export function targetFor(
  architecture: number,
  known: readonly number[],
): string {
  if (known.includes(architecture)) return `sm_${architecture}`;
  const older = known.filter((a) => a < architecture);
  return `compute_${older.at(-1) ?? architecture}`;
}
