/**
 * The CUDA driver: its functions, and thin wrappers with types.
 *
 * @module
 */

import { InternalError } from "../src/errors.ts";
import { addressOf, cString, fromCString } from "./address.ts";
import { check, handle, int } from "./cuda_calls.ts";
import { CUDA_FUNCTIONS } from "./cuda_functions.ts";
import { openLibrary } from "./libraries.ts";

type Functions = Deno.DynamicLibrary<typeof CUDA_FUNCTIONS>["symbols"];

/** Facts of a device, with the numbers that the driver knows them by. */
const ATTRIBUTES: Readonly<
  Record<Attribute, number>
> = { multiprocessors: 16, major: 75, minor: 76 };

/** The name of a fact of a device; `major` and `minor` are its architecture. */
export type Attribute = "multiprocessors" | "major" | "minor";

/** The size of a launch along x, y and z. */
export type Extents = readonly [x: number, y: number, z: number];

/** Bytes that a call reads or fills. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The CUDA driver; every call that fails throws a `CudaError`. */
export class Cuda {
  /** Where the library was found. */
  readonly path: string;
  readonly #f: Functions;
  // Arguments are copied by the launch, so that one place serves all of them.
  readonly #argument = new BigUint64Array(ARGUMENT_WORDS);
  readonly #parameters = new BigUint64Array(ARGUMENT_WORDS);
  readonly #argumentAddress: bigint;
  /** Where the only argument of a kernel is. */
  readonly #first: BigUint64Array<ArrayBuffer>;

  /** @throws {DeviceUnavailableError} where there is no driver */
  constructor() {
    const { symbols, path } = openLibrary("cuda", CUDA_FUNCTIONS);
    this.#f = symbols;
    this.path = path;
    this.#argumentAddress = addressOf(this.#argument, symbols.memmove);
    this.#first = BigUint64Array.of(this.#argumentAddress);
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

  /** Host memory that the device can reach by itself; undefined without. */
  tryAllocateHost(bytes: number): bigint | undefined {
    const out = new BigUint64Array(1);
    const status = this.#f.cuMemAllocHost_v2(out, BigInt(bytes));
    if (status === OUT_OF_MEMORY) return undefined;
    check(status, "cuMemAllocHost");
    return out[0];
  }

  /** Gives host memory back. */
  freeHost(address: bigint): void {
    check(this.#f.cuMemFreeHost(address), "cuMemFreeHost");
  }

  /** Fills host memory. */
  writeHost(to: bigint, from: Bytes): void {
    if (this.#f.copyToHost !== null) {
      this.#f.copyToHost(to, from, BigInt(from.length));
    } else {
      new Uint8Array(hostView(to, from.length)).set(from);
    }
  }

  /** Reads host memory. */
  readHost(to: Bytes, from: bigint): void {
    if (this.#f.copyFromHost !== null) {
      this.#f.copyFromHost(to, from, BigInt(to.length));
    } else {
      to.set(new Uint8Array(hostView(from, to.length)));
    }
  }

  /** Copies from host memory that stays as it is until the stream is done. */
  copyIn(to: bigint, from: bigint, bytes: number, stream: bigint): void {
    check(
      this.#f.cuMemcpyHtoDAsync_v2(to, from, BigInt(bytes), stream),
      "cuMemcpyHtoDAsync",
    );
  }

  /** Copies to host memory; the bytes are there once the stream is done. */
  copyOut(to: bigint, from: bigint, bytes: number, stream: bigint): void {
    check(
      this.#f.cuMemcpyDtoHAsync_v2(to, from, BigInt(bytes), stream),
      "cuMemcpyDtoHAsync",
    );
  }

  /** Copies within a device. */
  copy(to: bigint, from: bigint, bytes: number, stream: bigint): void {
    check(
      this.#f.cuMemcpyDtoDAsync_v2(to, from, BigInt(bytes), stream),
      "cuMemcpyDtoDAsync",
    );
  }

  /** Copies from a device to another one. */
  copyAcross(
    to: { readonly address: bigint; readonly context: bigint },
    from: { readonly address: bigint; readonly context: bigint },
    bytes: number,
    stream: bigint,
  ): void {
    check(
      this.#f.cuMemcpyPeerAsync(
        to.address,
        to.context,
        from.address,
        from.context,
        BigInt(bytes),
        stream,
      ),
      "cuMemcpyPeerAsync",
    );
  }

  /** Fills device memory with zeros. */
  clear(address: bigint, bytes: number, stream: bigint): void {
    check(
      this.#f.cuMemsetD8Async(address, 0, BigInt(bytes), stream),
      "cuMemsetD8Async",
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

  /** Lets a kernel ask for more shared memory than is usual. */
  allowShared(kernel: bigint, bytes: number): void {
    const maxDynamicSharedBytes = 8;
    check(
      this.#f.cuFuncSetAttribute(kernel, maxDynamicSharedBytes, bytes),
      "cuFuncSetAttribute",
    );
  }

  /**
   * Runs a kernel. Its arguments lie one after the other in words of 8 bytes,
   * and may be reused afterwards.
   *
   * @param kernel what to run
   * @param grid the number of blocks
   * @param block the number of threads of a block
   * @param words the bytes of all arguments
   * @param begins the word that each argument begins at
   * @param stream which stream it is for
   * @param shared the bytes of dynamic shared memory of a block
   */
  launch(
    kernel: bigint,
    grid: Extents,
    block: Extents,
    words: BigUint64Array<ArrayBuffer>,
    begins: readonly number[],
    stream: bigint,
    shared = 0,
  ): void {
    const long = words.length > ARGUMENT_WORDS;
    const base = long
      ? addressOf(words, this.#f.memmove)
      : this.#argumentAddress;
    if (!long) this.#argument.set(words);
    const parameters = begins.length > ARGUMENT_WORDS
      ? new BigUint64Array(begins.length)
      : this.#parameters;
    begins.forEach((word, k) => parameters[k] = base + BigInt(8 * word));
    check(
      this.#f.cuLaunchKernel(
        kernel,
        ...grid,
        ...block,
        shared,
        stream,
        parameters,
        null,
      ),
      "cuLaunchKernel",
    );
  }

  /**
   * Runs a kernel of one argument on a line of blocks.
   *
   * @param kernel what to run
   * @param blocks the number of blocks
   * @param threads the number of threads of a block
   * @param words the bytes of the argument; they may be reused afterwards
   * @param stream which stream it is for
   */
  launchOne(
    kernel: bigint,
    blocks: number,
    threads: number,
    words: BigUint64Array<ArrayBuffer>,
    stream: bigint,
  ): void {
    if (words.length > ARGUMENT_WORDS) {
      const [grid, block] = [[blocks, 1, 1], [threads, 1, 1]] as const;
      return this.launch(kernel, grid, block, words, [0], stream);
    }
    this.#argument.set(words);
    const status = this.#f.cuLaunchKernel(
      ...[kernel, blocks, 1, 1, threads, 1, 1, 0, stream] as const,
      this.#first,
      null,
    );
    check(status, "cuLaunchKernel");
  }

  /** Something that tells when a stream got to it. */
  createEvent(): bigint {
    const noTime = 2;
    return handle((out) => this.#f.cuEventCreate(out, noTime), "cuEventCreate");
  }

  /** Something to measure time by. */
  createTimer(): bigint {
    return handle((out) => this.#f.cuEventCreate(out, 0), "cuEventCreate");
  }

  /** Whether a stream has got to an event. */
  reached(event: bigint): boolean {
    const status = this.#f.cuEventQuery(event);
    if (status === NOT_READY) return false;
    check(status, "cuEventQuery");
    return true;
  }

  /** Waits until a stream gets to an event. */
  wait(event: bigint): void {
    check(this.#f.cuEventSynchronize(event), "cuEventSynchronize");
  }

  /** What a stream does from now on waits for an event of another one. */
  waitFor(stream: bigint, event: bigint): void {
    check(this.#f.cuStreamWaitEvent(stream, event, 0), "cuStreamWaitEvent");
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
const NOT_READY = 600;

/** Arguments of more words than this are rare. */
const ARGUMENT_WORDS = 512;

/** Host memory as an array: for libraries without memmove. */
function hostView(address: bigint, bytes: number): ArrayBuffer {
  const pointer = Deno.UnsafePointer.create(address);
  if (pointer === null) throw new InternalError("Host memory at address 0");
  return Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
}
