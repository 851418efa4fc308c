/**
 * Runs programs as WebAssembly, large ones on all threads.
 *
 * @module
 */

import type { Backend, Kernel, Launch } from "../engine/launch.ts";
import type { Program } from "../program/ir.ts";
import { printProgram } from "../program/print.ts";
import { release } from "./arena.ts";
import type { Bits } from "./lanes.ts";
import type { Shape } from "./layout.ts";
import { GIVEN } from "./module.ts";
import { LIMITS, type Limits } from "./pieces.ts";
import { canShare, hasRelaxed } from "./platform.ts";
import { renderModule } from "./render.ts";
import type { RenderOptions } from "./render_options.ts";
import { type Functions, Run, type SharedModule } from "./run.ts";

/** A program rendered for one shape of units. */
class Variant implements SharedModule {
  static #next = 0;

  readonly id: number = Variant.#next++;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #module: WebAssembly.Module;
  #memory: WebAssembly.Memory | undefined;
  #functions: Functions | undefined;

  constructor(program: Program, options: RenderOptions) {
    this.bytes = renderModule(program, options);
    this.#module = new WebAssembly.Module(this.bytes);
  }

  functionsIn(memory: WebAssembly.Memory): Functions {
    if (this.#memory === memory && this.#functions) return this.#functions;
    const imports = { env: { memory }, math: GIVEN };
    const instance = new WebAssembly.Instance(this.#module, imports);
    const functions = instance.exports as unknown as Functions;
    [this.#memory, this.#functions] = [memory, functions];
    return functions;
  }
}

/** How a backend may compute. */
export interface WasmOptions {
  /** Every platform gives the same bits: no relaxed instructions. */
  readonly strict: boolean;
  /** How large the pieces of a computation may be. */
  readonly limits?: Limits;
}

/** Runs programs as WebAssembly. */
export const wasmBackend: Backend = wasmBackendWith({ strict: false });

/** A backend that runs programs as WebAssembly. */
export function wasmBackendWith(
  { strict, limits = LIMITS }: WasmOptions,
): Backend {
  const sizes = limits === LIMITS ? [] : Object.values(limits);
  return {
    name: ["wasm", ...(strict ? ["strict"] : []), ...sizes].join(" "),
    prepare(program: Program, title: string): Kernel {
      const variants = new Map<string, Variant>();
      const comment = title.split("\n").map((t) => `; ${t}\n`).join("");
      return {
        source: comment + printProgram(program),
        run(launch) {
          const shape = shapeOf(program, launch);
          const key = `${shape.bits} ${shape.groups}`;
          const known = variants.get(key);
          const relaxed = !strict && hasRelaxed();
          const options = { ...shape, relaxed, shared: canShare() };
          const variant = known ?? new Variant(program, options);
          if (known === undefined) variants.set(key, variant);
          try {
            new Run(program, launch, shape, variant, limits).run();
          } finally {
            release();
          }
        },
      };
    },
  };
}

/**
 * Lanes of 64 bits for float64, where sums are to be that accurate, and for
 * integers, which floats of 32 bits do not hold; few groups for few rows.
 */
function shapeOf(program: Program, launch: Launch): Shape {
  const { dtype, accurate, operands, blocks } = launch;
  const wide = dtype === "float64" || dtype === "int32" || accurate === true ||
    operands.some(({ data }) => data instanceof Int32Array);
  const bits: Bits = wide ? 64 : 32;
  // There may be as many blocks as rows: too many for a list of arguments.
  const rows = blocks.reduce((n, b) => Math.max(n, b.end - b.begin), 1);
  const full = Math.ceil(rows * bits / 128);
  return {
    bits,
    groups: full >= 3 && program.pair.length > 0 ? 4 : Math.min(full, 2),
  };
}
