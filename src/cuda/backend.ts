/**
 * Runs programs on a GPU.
 *
 * @module
 */

import type { Device } from "../launch/device.ts";
import type { Buffer } from "../launch/buffer.ts";
import type { Backend, Kernel, Launch } from "../launch/launch.ts";
import type { Program } from "../program/ir.ts";
import { type CudaDevice, cudaDevice } from "./context.ts";
import { onDevice } from "./copies.ts";
import { DeviceBuffer, making, ordinalOf } from "./device_buffer.ts";
import { FetchedBuffer } from "./fetched_buffer.ts";
import { type CudaLaunch, entriesOf } from "./entries.ts";
import { digitsOf } from "./digits.ts";
import { piecesFor } from "./digits_shape.ts";
import { digitsNotes } from "./digits_run.ts";
import { kindOf, Run, type RunOptions, variantOf } from "./launch.ts";
import { renderCuda } from "./render.ts";
import { type Walk, walkOf } from "./scheme.ts";
import type { Compute } from "./spelling.ts";
import { runSmallMap } from "./small_maps.ts";
import { joined, shareOf, sharesOf } from "./shares.ts";
import { Recipes, Recording } from "./recipe.ts";
import type { Scheme, Variant } from "./variant.ts";
import { variantKey } from "./variant.ts";
import { Usage } from "./usage.ts";

/** How programs are run, where it is not chosen for each of them. */
export interface CudaOptions extends RunOptions {
  /** The number of rows that one thread reduces. */
  readonly rows?: number;
  /** Each map has a kernel of its own, those of few entries, too. */
  readonly ownMaps?: boolean;
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
  const recipes = new Recipes();
  const walk = (compute: Compute, launch?: CudaLaunch) =>
    walkOf(program, compute, options, launch);
  return {
    get source() {
      const kind = kindOf(program);
      const scheme = kind === "reduction" ? "rows" : kind;
      return source(usualVariant(program, walk("float")), scheme);
    },
    notes(precision) {
      const digits = precision === "high" || kindOf(program) !== "reduction"
        ? undefined
        : digitsOf(program, usualVariant(program, walk("float")));
      return digits ? digitsNotes(digits, piecesFor(precision === "fast")) : [];
    },
    run(launch) {
      const place = launch.device ?? "cpu";
      const start =
        (device: CudaDevice) => (entry: CudaLaunch, usage: Usage) => {
          if (!options.ownMaps && runSmallMap(device, program, entry, usage)) {
            return;
          }
          const variant = variantOf(program, entry, walk, options);
          new Run(device, program, entry, variant, source, usage).run(options);
        };
      const { devices = [] } = launch;
      const home = ordinalOf(place) ?? ordinalOf(devices[0] ?? "cpu") ??
        options.device ?? 0;
      const device = cudaDevice(home);
      const results = devices.length > 0 && launch.rows > 0
        ? runShared(program, device, devices, launch, start)
        : runOn(device, launch, start(device), recipes);
      return place === "cpu"
        ? results.map((r) => new FetchedBuffer(r))
        : results;
    },
  };
}

/** Runs launches on a device. */
type Start = (device: CudaDevice) => (entry: CudaLaunch, usage: Usage) => void;

/**
 * Brings the operands to a device and asks for the launches there, as the last
 * time where there was one like this.
 */
function runOn(
  device: CudaDevice,
  launch: Launch,
  start: ReturnType<Start>,
  recipes?: Recipes,
): DeviceBuffer[] {
  return making(device, () => {
    // What is pending may ask for launches that wait for their kernels.
    for (const { data } of launch.operands) data.value();
    const recipe = recipes?.find(device, launch);
    if (recipe !== undefined) return recipe.run(launch);
    const recording = new Recording();
    const copies = new Map<Buffer, DeviceBuffer>();
    const placed = (data: Buffer): DeviceBuffer => {
      const known = copies.get(data) ?? onDevice(device, data, "temporary");
      copies.set(data, known);
      return known;
    };
    const operands = launch.operands.map((o) => ({
      ...o,
      data: placed(o.data),
    }));
    const outputs = launch.outputs.map(({ dtype, length }) =>
      new DeviceBuffer(device, dtype, length)
    );
    const inputs = [...copies.values()];
    const usage = new Usage(device, inputs, outputs, recording);
    try {
      for (const entry of entriesOf({ ...launch, operands, outputs })) {
        start(entry, usage);
      }
    } finally {
      usage.end();
    }
    if (launch.domains.length === 1) {
      recipes?.keep(recording.recipe(device, launch));
    }
    return outputs;
  });
}

/** Some of the rows on each device; all results come to one of them. */
function runShared(
  program: Program,
  home: CudaDevice,
  devices: readonly Device[],
  launch: Launch,
  start: Start,
): DeviceBuffer[] {
  const shares = sharesOf(
    launch,
    devices.map((name) => cudaDevice(ordinalOf(name) ?? 0)),
  );
  return making(home, () => {
    const parts = shares.map((share) =>
      runOn(share.device, shareOf(launch, program, share), start(share.device))
    );
    return joined(home, launch, shares, parts);
  });
}

/** For contiguous float32 data without batches. */
function usualVariant(program: Program, walk: Walk): Variant {
  return {
    compute: "float",
    storage: program.operands.map(() => "float32"),
    outputs: program.outputs.map(({ type }) =>
      type === "int" ? "int32" : "float32"
    ),
    unit: program.operands.map(() => true),
    batch: 0,
    ...walk,
  };
}
