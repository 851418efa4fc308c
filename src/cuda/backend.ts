/**
 * Runs programs on a GPU.
 *
 * @module
 */

import {
  type Backend,
  type Kernel,
  onHost,
  resultsOf,
} from "../engine/launch.ts";
import type { Program } from "../program/ir.ts";
import { cudaDevice } from "./context.ts";
import { type CudaLaunch, entriesOf } from "./entries.ts";
import type { DealingOptions } from "./layout.ts";
import { kindOf, Run, variantOf } from "./launch.ts";
import { renderCuda } from "./render.ts";
import { rowsPerThread } from "./scheme.ts";
import type { Scheme, Variant } from "./variant.ts";
import { variantKey } from "./variant.ts";

/** How programs are run, where it is not chosen for each of them. */
export interface CudaOptions extends DealingOptions {
  /** The number of rows that one thread reduces. */
  readonly rows?: number;
  /** The number of the device; 0 if left out. */
  readonly device?: number;
}

/** Runs programs on the first GPU. */
export const cudaBackend: Backend = makeCudaBackend("cuda");

/**
 * A backend that runs programs on a GPU.
 *
 * @param name of its own: plans are kept by it
 * @param options what not to choose for each program
 */
export function makeCudaBackend(
  name: string,
  options: CudaOptions = {},
): Backend {
  return { name, prepare: (program, title) => kernel(program, title, options) };
}

function kernel(program: Program, title: string, options: CudaOptions): Kernel {
  const sources = new Map<string, string>();
  const source = (variant: Variant, scheme: Scheme): string => {
    const key = `${scheme}|${variantKey(variant)}`;
    const known = sources.get(key) ??
      renderCuda(program, variant, scheme, title);
    sources.set(key, known);
    return known;
  };
  const rowsFor = (launch?: CudaLaunch) =>
    options.rows ?? rowsPerThread(program, launch);
  return {
    get source() {
      const kind = kindOf(program);
      const scheme = kind === "reduction" ? "rows" : kind;
      return source(usualVariant(program, rowsFor()), scheme);
    },
    run(launch) {
      const device = cudaDevice(options.device ?? 0);
      const host = onHost(launch);
      for (const entry of entriesOf(host)) {
        const variant = variantOf(program, entry, rowsFor(entry));
        device.guarded(() =>
          new Run(device, program, entry, variant, source).run(options)
        );
      }
      return resultsOf(host);
    },
  };
}

/** For contiguous float32 data without batches. */
function usualVariant(program: Program, rows: number): Variant {
  return {
    compute: "float",
    storage: program.operands.map(() => "float32"),
    outputs: program.outputs.map(({ type }) =>
      type === "int" ? "int32" : "float32"
    ),
    unit: program.operands.map(() => true),
    batch: 0,
    rows,
  };
}
