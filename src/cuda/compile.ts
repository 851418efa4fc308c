/**
 * Compiles generated source, and keeps what comes of it: in memory, and in
 * files for the next process.
 *
 * @module
 */

import type { Bytes } from "../../ffi/cuda.ts";
import { type Compiled, Nvrtc } from "../../ffi/nvrtc.ts";
import { DeviceUnavailableError } from "../errors.ts";
import { readKernel, removeKernel, writeKernel } from "./kernel_cache.ts";
import type { KernelFile, KernelKey } from "./kernel_files.ts";

/** What is compiled. */
export interface Source {
  /** CUDA C++. */
  readonly text: string;
  /** The name of the kernel; it stands for the file in messages, too. */
  readonly name: string;
  /** Options of the compiler besides those that all sources get. */
  readonly options?: readonly string[];
}

/** The oldest NVRTC that takes these sources. */
const OLDEST = [11, 2] as const;

let nvrtc: Nvrtc | undefined;

/**
 * The compiler; it is looked for at the first call.
 *
 * @throws {DeviceUnavailableError} where there is none, or it is too old
 */
export function compiler(): Nvrtc {
  if (nvrtc !== undefined) return nvrtc;
  const found = new Nvrtc();
  const [major, minor] = found.version();
  if (major < OLDEST[0] || major === OLDEST[0] && minor < OLDEST[1]) {
    throw new DeviceUnavailableError(
      `Cannot use CUDA: NVRTC ${major}.${minor} is too old, ${
        OLDEST.join(".")
      } or later is wanted: pip install nvidia-cuda-nvrtc. Tried:`,
      [{ path: found.path, reason: `version ${major}.${minor}` }],
    );
  }
  return nvrtc = found;
}

/** Images by what they were compiled from, the compiler's version aside. */
const images = new Map<string, KernelFile>();
const underWay = new Map<string, Promise<Bytes>>();

function memoryKey({ text, options }: Source, architecture: number): string {
  return `${architecture}|${options?.join("|") ?? ""}|${text}`;
}

function keyOf({ text, options }: Source, architecture: number): KernelKey {
  return {
    source: text,
    architecture,
    options: options ?? [],
    // Libraries of one version may still differ, as those of an emulator do.
    compiler: `${compiler().version().join(".")} ${compiler().path}`,
  };
}

/**
 * The image of a source that was compiled before, in this process or, as far
 * as files may be read, in a former one.
 */
export function keptImage(
  source: Source,
  architecture: number,
): Bytes | undefined {
  const name = memoryKey(source, architecture);
  const known = images.get(name);
  if (known !== undefined) return known.image;
  const file = readKernel(keyOf(source, architecture));
  if (file !== undefined) images.set(name, file);
  return file?.image;
}

/**
 * Machine code for a device, or PTX where the compiler is older than the
 * device.
 *
 * @param source what to compile
 * @param architecture of the device, as 90
 */
export function imageOf(source: Source, architecture: number): Bytes {
  return keptImage(source, architecture) ??
    keep(source, architecture, compile(source, architecture));
}

/** The same on another thread; once for all who ask at the same time. */
export function imageLater(
  source: Source,
  architecture: number,
): Promise<Bytes> {
  const kept = keptImage(source, architecture);
  if (kept !== undefined) return Promise.resolve(kept);
  const name = memoryKey(source, architecture);
  let promise = underWay.get(name);
  if (promise === undefined) {
    promise = compiler()
      .compileLater(
        source.text,
        fileOf(source),
        optionsFor(source, architecture),
      )
      .then((compiled) => keep(source, architecture, compiled))
      .finally(() => underWay.delete(name));
    underWay.set(name, promise);
  }
  return promise;
}

function keep(
  source: Source,
  architecture: number,
  { image }: Compiled,
): Bytes {
  const file = { ...keyOf(source, architecture), image };
  images.set(memoryKey(source, architecture), file);
  writeKernel(file);
  return image;
}

/** Compiles without keeping anything. */
export function compile(
  source: Source,
  architecture: number,
  options: readonly string[] = [],
): Compiled {
  return compiler().compile(source.text, fileOf(source), [
    ...optionsFor(source, architecture),
    ...options,
  ]);
}

function fileOf({ name }: Source): string {
  return `${name}.cu`;
}

function optionsFor(source: Source, architecture: number): string[] {
  const target = targetFor(architecture, compiler().architectures());
  return [
    `--gpu-architecture=${target}`,
    "--std=c++17",
    ...source.options ?? (canBeMinimal() ? ["--minimal"] : []),
  ];
}

/**
 * Whether the compiler may leave out what generated source does not use, such
 * as textures: that alone takes as long as a small kernel.
 */
function canBeMinimal(): boolean {
  return compiler().version()[0] >= 13;
}

/**
 * PTX in the place of machine code that the driver does not load, as where
 * the compiler is newer than the driver: the driver compiles it itself.
 */
export function portableImage(source: Source, architecture: number): Bytes {
  const key = keyOf(source, architecture);
  removeKernel(key);
  const older = compiler().architectures().filter((a) => a <= architecture);
  const { image } = compiler().compile(source.text, fileOf(source), [
    ...optionsFor(source, architecture).slice(1),
    `--gpu-architecture=compute_${older.at(-1) ?? architecture}`,
  ]);
  images.set(memoryKey(source, architecture), { ...key, image });
  return image;
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

/** All kernels that this process has compiled, or had compiled for it. */
export function compiledKernels(): KernelFile[] {
  return [...images.values()];
}

/** Takes kernels that were compiled elsewhere. */
export function adoptKernels(files: readonly KernelFile[]): void {
  for (const file of files) {
    const { source, architecture, options } = file;
    const own = { text: source, name: "", options };
    images.set(memoryKey(own, architecture), file);
  }
}

/** Whether kernels are at hand without a compiler. */
export function hasKernels(): boolean {
  return images.size > 0;
}

/** Forgets what is in memory: for tests of what is in files. */
export function forgetKernels(): void {
  images.clear();
}
