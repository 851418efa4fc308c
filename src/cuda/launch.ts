/**
 * Runs the kernels of a program on entries in device memory.
 *
 * @module
 */

import { VERDICT_THREADS } from "../../kernels/digits_verdict.ts";
import { bytesOfEntry } from "../dtypes.ts";
import { ArgumentError } from "../errors.ts";
import type { Program } from "../program/ir.ts";
import { fieldsOf, packed } from "./arguments.ts";
import type { CudaDevice } from "./context.ts";
import { digitsOf } from "./digits.ts";
import { digitsPay, hasDigits, prepareDigits } from "./digits_run.ts";
import { digitsShape, piecesFor } from "./digits_shape.ts";
import type { CudaLaunch } from "./entries.ts";
import { needsWide } from "./indices.ts";
import { collapsed, deal, type DealingOptions } from "./layout.ts";
import { bytesOf } from "./device_buffer.ts";
import type { Place } from "./recipe.ts";
import type { Usage } from "./usage.ts";
import { mergingPart } from "./blocks.ts";
import { isSearch } from "./guard.ts";
import { blockOf, type Walk } from "./scheme.ts";
import type { Compute } from "./spelling.ts";
import { stateSizes } from "./states.ts";
import { type Scheme, THREADS, type Variant } from "./variant.ts";

/** The source of a kernel. */
export type SourceOf = (variant: Variant, scheme: Scheme) => string;

/** The most blocks of threads of a launch. */
const MOST_BLOCKS = 2 ** 31 - 1;

/** What kind of program it is, which decides on the kernels. */
export function kindOf(program: Program): "pairs" | "map" | "reduction" {
  if (program.outputs.some((o) => o.perPair)) return "pairs";
  return program.state.length === 0 && program.pair.length === 0
    ? "map"
    : "reduction";
}

/** What of a launch the source depends on. */
export function variantOf(
  program: Program,
  launch: CudaLaunch,
  choose: (compute: Compute, launch: CudaLaunch) => Walk,
  { wide = needsWide(program, launch) }: RunOptions = {},
): Variant {
  const outputs = launch.outputs.map((o) => o.dtype);
  const inputs = launch.operands.map((o) => o.data.dtype);
  // Plain numbers are stored in float64 whatever they are used with; an int32
  // is exact in a double alone.
  const double = launch.accurate === true ||
    launch.dtype === "float64" || launch.dtype === "int32";
  const compute = double ? "double" : "float";
  return {
    compute,
    storage: inputs,
    outputs,
    unit: program.operands.map((o, k) =>
      o.temporary || o.dim === 1 || launch.operands[k].component === 1
    ),
    batch: collapsed(launch).sizes.length,
    ...choose(compute, launch),
    ...(wide ? { wide } : {}),
  };
}

/** What a run may be told instead of choosing it. */
export interface RunOptions extends DealingOptions {
  /**
   * Matrix units compute contractions wherever they can, or nowhere; where
   * they pay if left out.
   */
  readonly digits?: boolean;
  /** Indices have 64 bits; only where they must if left out. */
  readonly wide?: boolean;
}

/** One run of a program on a device. */
export class Run {
  readonly #device: CudaDevice;
  readonly #program: Program;
  readonly #launch: CudaLaunch;
  readonly #variant: Variant;
  readonly #source: SourceOf;
  readonly #usage: Usage;
  readonly #values: Record<string, number | bigint> = {};
  /** What the addresses among them belong to. */
  readonly #places = new Map<string, Place>();
  readonly #batches: number;

  /**
   * @param device where it runs
   * @param program what runs
   * @param launch on what
   * @param variant what the source is specialised to
   * @param source tells the source of a kernel
   * @param usage keeps what the launches use
   */
  constructor(
    device: CudaDevice,
    program: Program,
    launch: CudaLaunch,
    variant: Variant,
    source: SourceOf,
    usage: Usage,
  ) {
    this.#device = device;
    this.#program = program;
    this.#launch = launch;
    this.#variant = variant;
    this.#source = source;
    this.#usage = usage;
    this.#batches = launch.batch.reduce((n, d) => n * d, 1);
  }

  /** Asks for all that fills the outputs of the launch. */
  run(options: RunOptions): void {
    const { outputs, rows, columns } = this.#launch;
    if (outputs.every((o) => o.length === 0)) return;
    this.#sizes();
    this.#inputs();
    outputs.forEach((o, k) => {
      this.#values[`out${k}`] = o.address;
      this.#places.set(`out${k}`, { of: "output", index: k, offset: 0 });
    });
    if (this.#program.operands.some((o) => o.temporary) && columns > 0) {
      this.#one("columns", this.#batches * columns);
    }
    const kind = kindOf(this.#program);
    if (kind === "pairs") this.#one("pairs", this.#batches * rows * columns);
    else if (kind === "map") this.#one("map", this.#batches * rows);
    else this.#reduce(options);
  }

  /** Memory for this run alone. */
  #take(name: string, bytes: number): void {
    const { address, index } = this.#usage.take(bytes);
    this.#values[name] = address;
    this.#places.set(name, { of: "piece", index, offset: 0 });
  }

  /** Indices, for kernels to read. */
  #copyIn(list: readonly number[]): bigint {
    const data = this.#variant.wide
      ? BigInt64Array.from(list, BigInt)
      : Int32Array.from(list);
    const { address } = this.#usage.take(data.byteLength);
    this.#device.staging.upload(address, bytesOf(data));
    this.#usage.doOnce();
    return address;
  }

  #sizes(): void {
    const { rows, columns } = this.#launch;
    Object.assign(this.#values, {
      rows,
      columns,
      batches: this.#batches,
      items: 0,
      parts: 1,
      work: 0,
      intervals: 0,
      floats: 0,
      ints: 0,
    });
  }

  #inputs(): void {
    const values = this.#values;
    const { operands, columns } = this.#launch;
    const { sizes, strides } = collapsed(this.#launch);
    sizes.forEach((size, d) => values[`size${d}`] = size);
    const bytes = this.#variant.compute === "float" ? 4 : 8;
    this.#program.operands.forEach(({ name, temporary, dim }, k) => {
      if (temporary) {
        const entries = this.#batches * columns * dim;
        this.#take(name, entries * bytes);
        return;
      }
      const o = operands[k];
      const { address, dtype } = o.data;
      const offset = o.offset * bytesOfEntry(dtype);
      values[name] = address + BigInt(offset);
      this.#places.set(name, { of: "operand", index: k, offset });
      values[`${name}_i`] = o.row;
      values[`${name}_j`] = o.column;
      values[`${name}_k`] = o.component;
      strides[k].forEach((s, d) => values[`${name}_b${d}`] = s);
    });
  }

  #reduce(options: RunOptions): void {
    const { rows } = this.#launch;
    const merging = mergingPart(this.#program);
    const { floats, ints } = stateSizes(merging, this.#variant);
    const bytes = this.#variant.compute === "float" ? 4 : 8;
    const state = {
      mayMerge: merging.state.length > 0,
      bytes: floats * bytes + ints * 4,
      settles: isSearch(this.#program.pair),
    };
    const values = this.#values;
    // Two kernels store the same states; a verdict tells which of them runs.
    const variants = this.#variants(options);
    let parts = options.parts;
    for (const variant of variants) {
      const block = blockOf(this.#program, variant);
      const dealt = deal(
        this.#launch,
        block,
        state,
        this.#device.multiprocessors,
        { ...options, ...(parts === undefined ? {} : { parts }) },
      );
      const { work, intervals, items, threads } = dealt;
      const blocks = items * this.#batches * (block.chunks ?? 1);
      values.items = items;
      if (work !== undefined && intervals !== undefined) {
        values.work = this.#copyIn(work);
        values.intervals = this.#copyIn(intervals);
      }
      if (values.parts !== dealt.parts) {
        const states = dealt.parts * this.#batches * rows;
        this.#take("floats", floats * states * bytes);
        this.#take("ints", ints * states * 4);
      }
      values.parts = parts = dealt.parts;
      const scheme = parts === 1 ? "rows" : "parts";
      this.#start(scheme, blocks * parts, threads, variant);
    }
    if (parts !== 1) this.#one("merge", this.#batches * rows);
  }

  /** The kernels that compute pairs: matrix units first, if they may. */
  #variants({ digits: wanted }: RunOptions): Variant[] {
    const { architecture } = this.#device;
    const program = this.#program;
    const launch = this.#launch;
    const variant = this.#variant;
    // Digits of that many points would fill any device.
    const never = wanted === false || launch.direct || variant.wide;
    if (never || !hasDigits(architecture)) return [variant];
    const digits = digitsOf(program, variant);
    if (digits === undefined) return [variant];
    const { wide, statement: { length } } = digits;
    const pieces = piecesFor(launch.fast);
    const shape = digitsShape(program, wide, length, pieces);
    if (shape === undefined) return [variant];
    if (!wanted && !digitsPay(digits, launch, architecture)) return [variant];
    Object.assign(
      this.#values,
      prepareDigits(this.#device, digits, launch, pieces, this.#usage),
    );
    const chosen = { ...variant, digits: shape };
    const blocks = Math.ceil(this.#batches / VERDICT_THREADS);
    this.#start("verdict", blocks, VERDICT_THREADS, chosen);
    return [chosen, { ...variant, instead: true }];
  }

  /** One thread for each of so many results. */
  #one(scheme: Scheme, count: number): void {
    this.#start(scheme, Math.ceil(count / THREADS), THREADS);
  }

  #start(
    scheme: Scheme,
    blocks: number,
    threads: number,
    variant = this.#variant,
  ): void {
    if (blocks > MOST_BLOCKS) {
      throw new ArgumentError(
        `Cannot launch ${blocks} blocks of threads: at most ${MOST_BLOCKS} are possible; use smaller batches`,
      );
    }
    if (blocks === 0) return;
    const text = this.#source(variant, scheme);
    const fields = fieldsOf(this.#program, variant);
    const argument = packed(fields, this.#values);
    const kernel = this.#device.kernel({ text, name: scheme });
    const patches = fields.flatMap(({ name }, word) => {
      const place = this.#places.get(name);
      return place === undefined ? [] : [{ ...place, word }];
    });
    this.#usage.launch(kernel, blocks, threads, argument, patches);
  }
}
