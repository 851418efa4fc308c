/**
 * A small program's worth of CUDA for the emulator's tests: compile, copy,
 * launch, with the codes of failed calls as errors.
 *
 * @module
 */

import { emulatorLibraries } from "./build.ts";
import {
  addressOf,
  cString,
  type Cuda,
  type Nvrtc,
  openLibraries,
  readCString,
} from "./table.ts";

/** A call that gave a code other than 0. */
export class CallError extends Error {
  readonly call: string;
  readonly code: number;
  constructor(call: string, code: number, text = "") {
    super(`${call} gave ${code}${text ? `: ${text}` : ""}`);
    this.call = call;
    this.code = code;
  }
}

const libraries = openLibraries(await emulatorLibraries());
export const cuda: Cuda = libraries.cuda;
export const nvrtc: Nvrtc = libraries.nvrtc;

/** Throws unless the code is 0. */
export function check(call: string, code: number): void {
  if (code !== 0) throw new CallError(call, code);
}

/** The number that a call leaves behind. */
export function output(
  call: string,
  f: (cell: BigUint64Array<ArrayBuffer>) => number,
): bigint {
  const cell = new BigUint64Array(1);
  check(call, f(cell));
  return cell[0];
}

/** What the emulator found since this was last asked. */
export function report(): string {
  return readCString(cuda.allpairsEmulatorReport());
}

/** Begins anew: settings of the emulator, and a fresh context of device 0. */
export function start(settings: Record<string, string> = {}): bigint {
  for (const name of Object.keys(Deno.env.toObject())) {
    if (name.startsWith("ALLPAIRS_EMULATOR_")) Deno.env.delete(name);
  }
  Deno.env.set("ALLPAIRS_EMULATOR_QUIET", "1");
  for (const [name, value] of Object.entries(settings)) {
    Deno.env.set(`ALLPAIRS_EMULATOR_${name}`, value);
  }
  check("cuInit", cuda.cuInit(0));
  check("cuDevicePrimaryCtxReset", cuda.cuDevicePrimaryCtxReset_v2(0));
  const context = output(
    "cuDevicePrimaryCtxRetain",
    (cell) => cuda.cuDevicePrimaryCtxRetain(cell, 0),
  );
  check("cuCtxSetCurrent", cuda.cuCtxSetCurrent(context));
  report();
  return context;
}

/** What a compilation gave. */
export interface Compilation {
  code: number;
  log: string;
  ptx: Uint8Array<ArrayBuffer>;
  cubin: Uint8Array<ArrayBuffer>;
  /** The symbol names of name expressions, in their order. */
  lowered: string[];
}

/** Compiles a source; never throws on errors in it. */
export function compile(
  source: string,
  options: string[] = [],
  expressions: string[] = [],
): Compilation {
  const cell = new BigUint64Array(1);
  check(
    "nvrtcCreateProgram",
    nvrtc.nvrtcCreateProgram(
      cell,
      cString(source),
      cString("k.cu"),
      0,
      null,
      null,
    ),
  );
  const program = cell[0];
  for (const expression of expressions) {
    check(
      "nvrtcAddNameExpression",
      nvrtc.nvrtcAddNameExpression(program, cString(expression)),
    );
  }
  const texts = options.map(cString);
  const code = nvrtc.nvrtcCompileProgram(
    program,
    options.length,
    new BigUint64Array(texts.map(addressOf)),
  );
  const read = (
    size: "nvrtcGetPTXSize" | "nvrtcGetCUBINSize" | "nvrtcGetProgramLogSize",
    get: "nvrtcGetPTX" | "nvrtcGetCUBIN" | "nvrtcGetProgramLog",
  ) => {
    const bytes = output(size, (cell) => nvrtc[size](program, cell));
    const text = new Uint8Array(Number(bytes));
    if (bytes > 0n) check(get, nvrtc[get](program, text));
    return text;
  };
  const log = new TextDecoder()
    .decode(read("nvrtcGetProgramLogSize", "nvrtcGetProgramLog"))
    .replace(/\0$/, "");
  const ptx = read("nvrtcGetPTXSize", "nvrtcGetPTX");
  const cubin = read("nvrtcGetCUBINSize", "nvrtcGetCUBIN");
  const lowered = code !== 0 ? [] : expressions.map((expression) => {
    const name = output(
      "nvrtcGetLoweredName",
      (cell) => nvrtc.nvrtcGetLoweredName(program, cString(expression), cell),
    );
    return readCString(Deno.UnsafePointer.create(name));
  });
  check("nvrtcDestroyProgram", nvrtc.nvrtcDestroyProgram(cell));
  return { code, log, ptx, cubin, lowered };
}

/** Compiles and loads a source that has no errors. */
export function load(source: string, options: string[] = []): bigint {
  const { code, log, ptx } = compile(source, options);
  if (code !== 0) throw new CallError("nvrtcCompileProgram", code, log);
  return output("cuModuleLoadData", (cell) => cuda.cuModuleLoadData(cell, ptx));
}

/** A kernel of a module. */
export function kernelOf(module: bigint, name: string): bigint {
  return output(
    "cuModuleGetFunction",
    (cell) => cuda.cuModuleGetFunction(cell, module, cString(name)),
  );
}

type Numbers =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Device memory of so many bytes. */
export function allocate(bytes: number): bigint {
  return output(
    "cuMemAlloc",
    (cell) => cuda.cuMemAlloc_v2(cell, BigInt(bytes)),
  );
}

/** Device memory with these numbers. */
export function upload(numbers: Numbers): bigint {
  const memory = allocate(numbers.byteLength);
  check(
    "cuMemcpyHtoD",
    cuda.cuMemcpyHtoD_v2(memory, numbers, BigInt(numbers.byteLength)),
  );
  return memory;
}

/** Fills an array from device memory. */
export function download<T extends Numbers>(memory: bigint, into: T): T {
  check(
    "cuMemcpyDtoH",
    cuda.cuMemcpyDtoH_v2(into, memory, BigInt(into.byteLength)),
  );
  return into;
}

/** Gives device memory back. */
export function free(...memories: bigint[]): void {
  for (const memory of memories) check("cuMemFree", cuda.cuMemFree_v2(memory));
}

/** An argument of a kernel, as a typed array of one element, or an address. */
export type Argument = bigint | Numbers;

/** An `int` argument. */
export function int(value: number): Int32Array<ArrayBuffer> {
  return new Int32Array([value]);
}

/** A `float` argument. */
export function float(value: number): Float32Array<ArrayBuffer> {
  return new Float32Array([value]);
}

/** Where a launch runs. */
export interface Shape {
  grid: number | [number, number, number];
  block: number | [number, number, number];
  shared?: number;
  stream?: bigint;
}

/** Launches a kernel and gives the code, which tells nothing of its faults. */
export function tryLaunch(
  kernel: bigint,
  shape: Shape,
  ...args: Argument[]
): number {
  const [gx, gy, gz] = triple(shape.grid);
  const [bx, by, bz] = triple(shape.block);
  const cells = args.map((argument) =>
    typeof argument === "bigint" ? new BigUint64Array([argument]) : argument
  );
  const addresses = new BigUint64Array(cells.map(addressOf));
  return cuda.cuLaunchKernel(
    kernel,
    gx,
    gy,
    gz,
    bx,
    by,
    bz,
    shape.shared ?? 0,
    shape.stream ?? 0n,
    addresses,
    null,
  );
}

function triple(
  size: number | [number, number, number],
): [number, number, number] {
  return typeof size === "number" ? [size, 1, 1] : size;
}

/** Launches a kernel, waits for it, and throws what went wrong. */
export function launch(
  kernel: bigint,
  shape: Shape,
  ...args: Argument[]
): void {
  check("cuLaunchKernel", tryLaunch(kernel, shape, ...args));
  check("cuCtxSynchronize", cuda.cuCtxSynchronize());
}
