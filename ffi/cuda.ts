/**
 * The CUDA driver: its functions, and thin wrappers with types.
 *
 * @module
 */

import { CudaError } from "../src/errors.ts";
import { addressOf, cString, fromCString } from "./address.ts";
import { CUDA_FUNCTIONS } from "./cuda_functions.ts";
import { openLibrary } from "./libraries.ts";
import { CUDA_HINTS, CUDA_STATUS } from "./status.ts";

type Functions = Deno.DynamicLibrary<typeof CUDA_FUNCTIONS>["symbols"];

/** Facts of a device, with the numbers that the driver knows them by. */
const ATTRIBUTES: Readonly<
  Record<Attribute, number>
> = { multiprocessors: 16, major: 75, minor: 76 };

/** The name of a fact of a device; `major` and `minor` are its architecture. */
export type Attribute = "multiprocessors" | "major" | "minor";

/** Bytes that a call reads or fills. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The CUDA driver; every call that fails throws a {@linkcode CudaError}. */
export class Cuda {
  /** Where the library was found. */
  readonly path: string;
  readonly #f: Functions;

  /** @throws {DeviceUnavailableError} where there is no driver */
  constructor() {
    const { symbols, path } = openLibrary("cuda", CUDA_FUNCTIONS);
    this.#f = symbols;
    this.path = path;
  }

  /** Must come first. */
  init(): void {
    check(this.#f.cuInit(0), "cuInit");
  }

  /** The newest version of CUDA that the driver knows, as `[13, 0]`. */
  version(): [number, number] {
    const version = int(
      (out) => this.#f.cuDriverGetVersion(out),
      "cuDriverGetVersion",
    );
    return [Math.floor(version / 1000), Math.floor(version % 1000 / 10)];
  }

  /** The number of devices. */
  deviceCount(): number {
    return int((out) => this.#f.cuDeviceGetCount(out), "cuDeviceGetCount");
  }

  /** The handle of a device, counted from 0. */
  device(ordinal: number): number {
    return int((out) => this.#f.cuDeviceGet(out, ordinal), "cuDeviceGet");
  }

  /** The name of a device. */
  deviceName(device: number): string {
    const name = new Uint8Array(256);
    check(
      this.#f.cuDeviceGetName(name, name.length, device),
      "cuDeviceGetName",
    );
    return fromCString(name);
  }

  /** A fact of a device. */
  attribute(name: Attribute, device: number): number {
    return int(
      (out) => this.#f.cuDeviceGetAttribute(out, ATTRIBUTES[name], device),
      "cuDeviceGetAttribute",
    );
  }

  /** The context that all users of a device in this process share. */
  primaryContext(device: number): bigint {
    return handle(
      (out) => this.#f.cuDevicePrimaryCtxRetain(out, device),
      "cuDevicePrimaryCtxRetain",
    );
  }

  /** Destroys the context of a device, broken or not, with all in it. */
  resetContext(device: number): void {
    this.#f.cuDevicePrimaryCtxReset_v2?.(device);
  }

  /** Later calls of this thread are for this context. */
  useContext(context: bigint): void {
    check(this.#f.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  /** A stream that does not wait for others. */
  createStream(): bigint {
    const nonBlocking = 1;
    return handle(
      (out) => this.#f.cuStreamCreate(out, nonBlocking),
      "cuStreamCreate",
    );
  }

  /** Waits until all work of a stream is done. */
  synchronize(stream: bigint): void {
    check(this.#f.cuStreamSynchronize(stream), "cuStreamSynchronize");
  }

  /** Device memory, or `undefined` where it does not suffice. */
  tryAllocate(bytes: number): bigint | undefined {
    const out = new BigUint64Array(1);
    const status = this.#f.cuMemAlloc_v2(out, BigInt(bytes));
    if (status === OUT_OF_MEMORY) return undefined;
    check(status, "cuMemAlloc");
    return out[0];
  }

  /** Gives device memory back. */
  free(address: bigint): void {
    check(this.#f.cuMemFree_v2(address), "cuMemFree");
  }

  /** Bytes of the device: those that are free, and all. */
  memory(): { free: number; total: number } {
    const [free, total] = [new BigUint64Array(1), new BigUint64Array(1)];
    check(this.#f.cuMemGetInfo_v2(free, total), "cuMemGetInfo");
    return { free: Number(free[0]), total: Number(total[0]) };
  }

  /** Copies to the device; the bytes may be reused afterwards. */
  copyIn(to: bigint, from: Bytes, stream: bigint): void {
    check(
      this.#f.cuMemcpyHtoDAsync_v2(to, from, BigInt(from.length), stream),
      "cuMemcpyHtoDAsync",
    );
  }

  /** Copies from the device; the bytes are there once the stream is done. */
  copyOut(to: Bytes, from: bigint, stream: bigint): void {
    check(
      this.#f.cuMemcpyDtoHAsync_v2(to, from, BigInt(to.length), stream),
      "cuMemcpyDtoHAsync",
    );
  }

  /** Loads compiled code: a cubin, or PTX that ends with a zero. */
  loadModule(image: Bytes): bigint {
    return handle(
      (out) => this.#f.cuModuleLoadData(out, image),
      "cuModuleLoadData",
    );
  }

  /** A kernel of a module. */
  kernel(module: bigint, name: string): bigint {
    const text = cString(name);
    return handle(
      (out) => this.#f.cuModuleGetFunction(out, module, text),
      "cuModuleGetFunction",
    );
  }

  /** Drops a module. */
  unloadModule(module: bigint): void {
    check(this.#f.cuModuleUnload(module), "cuModuleUnload");
  }

  /**
   * Runs a kernel of one parameter, a struct.
   *
   * @param kernel what to run
   * @param grid the number of blocks
   * @param block the number of threads of a block
   * @param argument the bytes of the struct; they may be reused afterwards
   * @param stream which stream it is for
   */
  launch(
    kernel: bigint,
    grid: number,
    block: number,
    argument: BigUint64Array<ArrayBuffer>,
    stream: bigint,
  ): void {
    const parameters = new BigUint64Array([
      addressOf(argument, this.#f.memmove),
    ]);
    check(
      this.#f.cuLaunchKernel(
        kernel,
        grid,
        1,
        1,
        block,
        1,
        1,
        0,
        stream,
        parameters,
        null,
      ),
      "cuLaunchKernel",
    );
  }

  /** Something to measure time by. */
  createEvent(): bigint {
    return handle((out) => this.#f.cuEventCreate(out, 0), "cuEventCreate");
  }

  /** Notes when a stream gets here. */
  record(event: bigint, stream: bigint): void {
    check(this.#f.cuEventRecord(event, stream), "cuEventRecord");
  }

  /** The milliseconds between two events; waits for the second one. */
  elapsed(from: bigint, to: bigint): number {
    check(this.#f.cuEventSynchronize(to), "cuEventSynchronize");
    const out = new Float32Array(1);
    check(this.#f.cuEventElapsedTime(out, from, to), "cuEventElapsedTime");
    return out[0];
  }
}

const OUT_OF_MEMORY = 2;

/** The name of a status code of the driver. */
export function cudaStatusName(status: number): string {
  return CUDA_STATUS[status] ?? `CUresult ${status}`;
}

function check(status: number, call: string): void {
  if (status === 0) return;
  throw new CudaError(status, cudaStatusName(status), call, CUDA_HINTS[status]);
}

function handle(
  call: (out: BigUint64Array<ArrayBuffer>) => number,
  name: string,
): bigint {
  const out = new BigUint64Array(1);
  check(call(out), name);
  return out[0];
}

function int(
  call: (out: Int32Array<ArrayBuffer>) => number,
  name: string,
): number {
  const out = new Int32Array(1);
  check(call(out), name);
  return out[0];
}
