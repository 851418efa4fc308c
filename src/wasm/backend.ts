/**
 * Runs programs as WebAssembly, large ones on all threads.
 *
 * @module
 */

import {
  type Backend,
  type Kernel,
  type Launch,
  onHost,
  resultsOf,
} from "../engine/launch.ts";
import { factsOfAll } from "../engine/domain_facts.ts";
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
import { timeOf } from "./time.ts";

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
        cost: (launch) => timeOf(program, launch, bitsOf(launch)),
        run(launch) {
          const shape = shapeOf(program, launch);
          const key = `${shape.bits} ${shape.groups}`;
          const known = variants.get(key);
          const relaxed = !strict && hasRelaxed();
          const options = { ...shape, relaxed, shared: canShare() };
          const variant = known ?? new Variant(program, options);
          if (known === undefined) variants.set(key, variant);
          try {
            const host = onHost(launch);
            new Run(program, host, shape, variant, limits).run();
            return resultsOf(host);
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
 * integers, which floats of 32 bits do not hold.
 */
function bitsOf({ dtype, accurate, operands }: Launch): Bits {
  const wide = dtype === "float64" || dtype === "int32" || accurate === true ||
    operands.some(({ data }) => data.dtype === "int32");
  return wide ? 64 : 32;
}

/** Few groups for few rows. */
function shapeOf(program: Program, launch: Launch): Shape {
  const bits = bitsOf(launch);
  const rows = Math.max(1, factsOfAll(launch.domains, 1).rows);
  const full = Math.ceil(rows * bits / 128);
  return {
    bits,
    groups: full >= 3 && program.pair.length > 0 ? 4 : Math.min(full, 2),
  };
}
