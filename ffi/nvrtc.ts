/**
 * NVRTC, the run-time compiler of CUDA C++: thin wrappers with types.
 *
 * @module
 */

import type { Bytes } from "./cuda.ts";
import { CompileError, CudaError, InternalError } from "../src/errors.ts";
import { addressOf, cString, fromCString } from "./address.ts";
import { openLibrary } from "./libraries.ts";
import { NVRTC_FUNCTIONS } from "./nvrtc_functions.ts";
import { NVRTC_STATUS } from "./status.ts";

type Functions = Deno.DynamicLibrary<typeof NVRTC_FUNCTIONS>["symbols"];

/** What comes of a compilation. */
export interface Compiled {
  /** Machine code of one architecture, or PTX that ends with a zero. */
  readonly image: Bytes;
  /** What the compiler said: warnings, registers where asked for. */
  readonly log: string;
}

/** NVRTC. */
export class Nvrtc {
  /** Where the library was found. */
  readonly path: string;
  readonly #f: Functions;

  /** @throws {DeviceUnavailableError} where there is no NVRTC */
  constructor() {
    const { symbols, path } = openLibrary("nvrtc", NVRTC_FUNCTIONS);
    this.#f = symbols;
    this.path = path;
  }

  /** Its version, as `[13, 0]`. */
  version(): [number, number] {
    const [major, minor] = [new Int32Array(1), new Int32Array(1)];
    check(this.#f.nvrtcVersion(major, minor), "nvrtcVersion");
    return [major[0], minor[0]];
  }

  /** The architectures that it makes code for, as 90 for sm_90, ascending. */
  architectures(): number[] {
    const { nvrtcGetNumSupportedArchs: count, nvrtcGetSupportedArchs: list } =
      this.#f;
    if (count === null || list === null) return [];
    const out = new Int32Array(1);
    check(count(out), "nvrtcGetNumSupportedArchs");
    const all = new Int32Array(out[0]);
    check(list(all), "nvrtcGetSupportedArchs");
    return [...all].sort((a, b) => a - b);
  }

  /**
   * Compiles CUDA C++.
   *
   * @param source the text
   * @param name stands for the file in messages
   * @param options as on the command line
   * @returns machine code where the options name a real architecture
   * (`sm_90`), PTX where they name a virtual one (`compute_90`)
   * @throws {CompileError} with the source and what the compiler said
   */
  compile(source: string, name: string, options: readonly string[]): Compiled {
    const program = this.#program(source, name);
    try {
      const list = this.#list(options);
      const status = this.#f.nvrtcCompileProgram(
        program,
        options.length,
        list.addresses,
      );
      return this.#compiled(program, status, source, name);
    } finally {
      this.#destroy(program);
    }
  }

  /** The same on another thread, while this one goes on. */
  async compileLater(
    source: string,
    name: string,
    options: readonly string[],
  ): Promise<Compiled> {
    const program = this.#program(source, name);
    try {
      const list = this.#list(options);
      const status = await this.#f.nvrtcCompileProgramLater(
        program,
        options.length,
        list.addresses,
      );
      // The texts had to stay until now.
      if (list.texts.length !== options.length) throw new InternalError("List");
      return this.#compiled(program, status, source, name);
    } finally {
      this.#destroy(program);
    }
  }

  #program(source: string, name: string): bigint {
    const program = new BigUint64Array(1);
    check(
      this.#f.nvrtcCreateProgram(
        program,
        cString(source),
        cString(name),
        0,
        null,
        null,
      ),
      "nvrtcCreateProgram",
    );
    return program[0];
  }

  #destroy(program: bigint): void {
    this.#f.nvrtcDestroyProgram(new BigUint64Array([program]));
  }

  /** Texts and where they lie. */
  #list(options: readonly string[]) {
    const texts = options.map(cString);
    const addresses = new BigUint64Array(
      texts.map((t) => addressOf(t, this.#f.memmove)),
    );
    return { texts, addresses };
  }

  #compiled(
    program: bigint,
    status: number,
    source: string,
    name: string,
  ): Compiled {
    const log = this.#log(program);
    if (status === COMPILATION) {
      throw new CompileError(`Cannot compile ${name}`, source, log);
    }
    check(status, "nvrtcCompileProgram", log);
    return { image: this.#image(program), log };
  }

  #log(program: bigint): string {
    const log = this.#text(
      (size) => this.#f.nvrtcGetProgramLogSize(program, size),
      (out) => this.#f.nvrtcGetProgramLog(program, out),
      "nvrtcGetProgramLog",
    );
    return fromCString(log).trim();
  }

  /** Machine code where there is any, else PTX. */
  #image(program: bigint): Bytes {
    const { nvrtcGetCUBINSize: size, nvrtcGetCUBIN: cubin } = this.#f;
    if (size !== null && cubin !== null) {
      const code = this.#text(
        (out) => size(program, out),
        (out) => cubin(program, out),
        "nvrtcGetCUBIN",
      );
      if (code.length > 0) return code;
    }
    return this.#text(
      (out) => this.#f.nvrtcGetPTXSize(program, out),
      (out) => this.#f.nvrtcGetPTX(program, out),
      "nvrtcGetPTX",
    );
  }

  #text(
    measure: (size: BigUint64Array<ArrayBuffer>) => number,
    get: (out: Bytes) => number,
    name: string,
  ): Bytes {
    const size = new BigUint64Array(1);
    check(measure(size), `${name}Size`);
    const out = new Uint8Array(Number(size[0]));
    if (out.length > 0) check(get(out), name);
    return out;
  }
}

const COMPILATION = 6;

function check(status: number, call: string, hint = ""): void {
  if (status === 0) return;
  const name = NVRTC_STATUS[status] ?? `nvrtcResult ${status}`;
  throw new CudaError(status, name, call, hint);
}
