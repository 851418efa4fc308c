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
} from "../launch/launch.ts";
import type { Buffer } from "../launch/buffer.ts";
import type { Pace, Steps } from "../launch/flight.ts";
import type { Program } from "../program/ir.ts";
import { printProgram } from "../program/print.ts";
import { UNROLLED } from "../program/stages.ts";
import { longestChain } from "./long_contractions.ts";
import { GIVEN } from "./module.ts";
import { LIMITS, type Limits } from "./pieces.ts";
import { canShare, hasRelaxed } from "./platform.ts";
import { renderModule } from "./render.ts";
import type { RenderOptions } from "./render_options.ts";
import { type Functions, runSteps, type SharedModule } from "./run.ts";
import { movingTime } from "./time.ts";
import { Geometries } from "./geometry.ts";

/** A program rendered for one shape of units. */
class Variant implements SharedModule {
  static #next = 0;

  readonly id: number = Variant.#next++;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #module: WebAssembly.Module;
  readonly #instances = new WeakMap<WebAssembly.Memory, Functions>();

  constructor(program: Program, options: RenderOptions) {
    this.bytes = renderModule(program, options);
    this.#module = new WebAssembly.Module(this.bytes);
  }

  functionsIn(memory: WebAssembly.Memory): Functions {
    const known = this.#instances.get(memory);
    if (known !== undefined) return known;
    const imports = { env: { memory }, math: GIVEN };
    const instance = new WebAssembly.Instance(this.#module, imports);
    const functions = instance.exports as unknown as Functions;
    this.#instances.set(memory, functions);
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
    expanded: { least: UNROLLED + 1, chain: longestChain },
    prepare(program: Program, title: string): Kernel {
      const variants = new Map<string, Variant>();
      const comment = title.split("\n").map((t) => `; ${t}\n`).join("");
      const geometries = new Geometries(program, limits, (shape) => {
        const key = `${shape.bits} ${shape.groups}`;
        let variant = variants.get(key);
        if (variant === undefined) {
          const relaxed = !strict && hasRelaxed();
          const options = { ...shape, relaxed, shared: canShare() };
          variants.set(key, variant = new Variant(program, options));
        }
        return variant;
      });
      function* stepsOf(launch: Launch, pace: Pace): Steps<readonly Buffer[]> {
        const geometry = geometries.of(launch);
        const host = onHost(launch);
        yield* runSteps(program, host, geometry, limits, pace);
        return resultsOf(host);
      }
      return {
        source: comment + printProgram(program),
        cost: (launch) => geometries.of(launch).time + movingTime(launch),
        run(launch) {
          const steps = stepsOf(launch, { until: Infinity });
          for (;;) {
            const { done, value } = steps.next();
            if (done) return value;
          }
        },
        steps: stepsOf,
      };
    },
  };
}
