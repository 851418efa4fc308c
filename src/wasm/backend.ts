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
import { paddedRows } from "../engine/domain_facts.ts";
import type { Buffer } from "../engine/buffer.ts";
import type { Pace, Steps } from "../engine/flight.ts";
import type { Program } from "../program/ir.ts";
import { printProgram } from "../program/print.ts";
import type { Bits } from "./lanes.ts";
import type { Shape } from "./layout.ts";
import { GIVEN } from "./module.ts";
import { LIMITS, type Limits } from "./pieces.ts";
import { canShare, hasRelaxed } from "./platform.ts";
import { renderModule } from "./render.ts";
import type { RenderOptions } from "./render_options.ts";
import { type Functions, runSteps, type SharedModule } from "./run.ts";
import { timeOf } from "./time.ts";

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
    prepare(program: Program, title: string): Kernel {
      const variants = new Map<string, Variant>();
      const comment = title.split("\n").map((t) => `; ${t}\n`).join("");
      const variantOf = (launch: Launch): [Shape, Variant] => {
        const shape = shapeOf(program, launch);
        const key = `${shape.bits} ${shape.groups}`;
        let variant = variants.get(key);
        if (variant === undefined) {
          const relaxed = !strict && hasRelaxed();
          const options = { ...shape, relaxed, shared: canShare() };
          variants.set(key, variant = new Variant(program, options));
        }
        return [shape, variant];
      };
      function* stepsOf(launch: Launch, pace: Pace): Steps<readonly Buffer[]> {
        const [shape, module] = variantOf(launch);
        const host = onHost(launch);
        const setting = { program, launch: host, shape, module, limits };
        yield* runSteps(setting, pace);
        return resultsOf(host);
      }
      return {
        source: comment + printProgram(program),
        cost: (launch) => timeOf(program, launch, bitsOf(launch)),
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

/**
 * Lanes of 64 bits for float64, where sums are to be that accurate, and for
 * integers, which floats of 32 bits do not hold.
 */
function bitsOf({ dtype, accurate, operands }: Launch): Bits {
  const wide = dtype === "float64" || dtype === "int32" || accurate === true ||
    operands.some(({ data }) => data.dtype === "int32");
  return wide ? 64 : 32;
}

/** What a row costs in units of so many groups: loads of columns are shared. */
const COST_OF_GROUPS: ReadonlyMap<number, number> = new Map([
  [4, 1],
  [2, 1.15],
  [1, 1.6],
]);

/** As many groups of lanes as there is work for: units are filled up. */
function shapeOf(program: Program, { domains, ...launch }: Launch): Shape {
  const bits = bitsOf({ domains, ...launch });
  let [groups, least] = [1, Infinity];
  for (const [count, cost] of COST_OF_GROUPS) {
    // Without pairs there are no loads to share.
    if (count === 4 && program.pair.length === 0) continue;
    const time = cost * paddedRows(domains, count * 128 / bits);
    if (time < least) [groups, least] = [count, time];
  }
  return { bits, groups };
}
