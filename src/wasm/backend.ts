/**
 * Runs programs as WebAssembly, on one thread.
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
import { hasRelaxed } from "./platform.ts";
import { renderModule, type RenderOptions } from "./render.ts";
import { type Functions, Run } from "./run.ts";

/** A program rendered for one shape of units. */
interface Variant {
  readonly module: WebAssembly.Module;
  memory?: WebAssembly.Memory;
  functions?: Functions;
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
          const variant = known ?? compile(program, { ...shape, relaxed });
          if (known === undefined) variants.set(key, variant);
          const functions = (memory: WebAssembly.Memory) =>
            functionsOf(variant, memory);
          try {
            new Run(program, launch, shape, functions, limits).run();
          } finally {
            release();
          }
        },
      };
    },
  };
}

function compile(program: Program, options: RenderOptions): Variant {
  return { module: new WebAssembly.Module(renderModule(program, options)) };
}

/**
 * Lanes of 64 bits where any data are, and for integers, which floats of 32
 * bits do not hold exactly; few groups where there are few rows.
 */
function shapeOf(
  program: Program,
  { operands, outputs, blocks }: Launch,
): Shape {
  const floats = outputs.filter((_, o) => program.outputs[o].type === "float");
  const wide = [...operands.map((o) => o.data), ...floats].some((data) =>
    data instanceof Float64Array || data instanceof Int32Array
  );
  const bits: Bits = wide ? 64 : 32;
  // There may be as many blocks as rows: too many for a list of arguments.
  const rows = blocks.reduce((n, b) => Math.max(n, b.end - b.begin), 1);
  const full = Math.ceil(rows * bits / 128);
  return {
    bits,
    groups: full >= 3 && program.pair.length > 0 ? 4 : Math.min(full, 2),
  };
}

/** The functions of a variant, working on this memory. */
function functionsOf(
  variant: Variant,
  memory: WebAssembly.Memory,
): Functions {
  if (variant.memory !== memory || variant.functions === undefined) {
    const instance = new WebAssembly.Instance(variant.module, {
      env: { memory },
      math: GIVEN,
    });
    variant.memory = memory;
    variant.functions = instance.exports as unknown as Functions;
  }
  return variant.functions;
}
