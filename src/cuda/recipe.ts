/**
 * What a launch asked for, to be asked for again: a call like one before packs
 * nothing and chooses nothing, it puts other addresses into the same arguments.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import type { Launch, RowBlock } from "../launch/launch.ts";
import type { CudaDevice } from "./context.ts";
import { onDevice } from "./copies.ts";
import { DeviceBuffer } from "./device_buffer.ts";
import type { DeviceKernel } from "./kernels.ts";
import type { Piece } from "./memory.ts";

/** What an address in an argument belongs to. */
export interface Place {
  /** Whether the call brings it, gets it, or has it to itself. */
  readonly of: "operand" | "output" | "piece";
  /** Which one. */
  readonly index: number;
  /** The bytes before what is meant. */
  readonly offset: number;
}

/** An address in an argument. */
export interface Patch extends Place {
  /** Which word of the argument it is. */
  readonly word: number;
}

/** One launch of a kernel. */
interface Step {
  readonly kernel: DeviceKernel;
  readonly blocks: number;
  readonly threads: number;
  /** The argument, with the addresses of the last call. */
  readonly words: BigUint64Array<ArrayBuffer>;
  readonly patches: readonly Patch[];
}

/** Notes what a call asks for. */
export class Recording {
  readonly #pieces: number[] = [];
  readonly #steps: Step[] = [];
  #isComplete = true;

  /** Memory for the call alone; gives its number. */
  piece(bytes: number): number {
    return this.#pieces.push(bytes) - 1;
  }

  /** A launch; without patches it cannot be asked for again. */
  step(
    step: Omit<Step, "patches">,
    patches: readonly Patch[] | undefined,
  ): void {
    if (patches === undefined) this.spoil();
    else this.#steps.push({ ...step, patches });
  }

  /** What follows is not noted: another call needs more than launches. */
  spoil(): void {
    this.#isComplete = false;
  }

  /** All that was asked for; undefined where something was not noted. */
  recipe(device: CudaDevice, launch: Launch): Recipe | undefined {
    return this.#isComplete
      ? new Recipe(device, launch, this.#pieces, this.#steps)
      : undefined;
  }
}

/** What a recipe depends on of an operand. */
interface OperandFacts {
  readonly dtype: DType;
  readonly strides: readonly number[];
}

/** What the addresses of a launch are taken from. */
interface Addresses {
  readonly operand: readonly DeviceBuffer[];
  readonly output: readonly DeviceBuffer[];
  readonly piece: readonly Piece[];
}

/** What launches of the same shape ask for. */
export class Recipe {
  readonly #device: CudaDevice;
  readonly #launch: Pick<
    Launch,
    "dtype" | "batch" | "rows" | "columns" | "accurate" | "direct" | "fast"
  >;
  readonly #blocks: readonly RowBlock[];
  readonly #operands: readonly OperandFacts[];
  readonly #pieces: readonly number[];
  readonly #steps: readonly Step[];

  /**
   * @param device where it runs
   * @param launch one of those that it is for
   * @param pieces the bytes of what each call has to itself
   * @param steps what is launched
   */
  constructor(
    device: CudaDevice,
    launch: Launch,
    pieces: readonly number[],
    steps: readonly Step[],
  ) {
    this.#device = device;
    const { dtype, batch, rows, columns, accurate, direct, fast } = launch;
    this.#launch = {
      ...{ dtype, batch, rows, columns },
      accurate: accurate === true,
      direct: direct === true,
      fast: fast === true,
    };
    [this.#blocks] = launch.domains;
    this.#operands = launch.operands.map((o) => ({
      dtype: o.data.dtype,
      strides: [o.offset, o.row, o.column, o.component, ...o.batch],
    }));
    this.#pieces = pieces;
    this.#steps = steps;
  }

  /** Whether nothing is to be waited for: neither launches nor kernels. */
  get isReady(): boolean {
    return this.#device.queue.empty &&
      this.#steps.every((s) => s.kernel.handle !== undefined);
  }

  /** Whether a launch has the shape that it is for. */
  fits(device: CudaDevice, launch: Launch): boolean {
    const own = this.#launch;
    return device === this.#device && launch.domains.length === 1 &&
      launch.domains[0] === this.#blocks &&
      launch.rows === own.rows && launch.columns === own.columns &&
      launch.dtype === own.dtype &&
      (launch.accurate === true) === own.accurate &&
      (launch.direct === true) === own.direct &&
      (launch.fast === true) === own.fast &&
      sameNumbers(launch.batch, own.batch) && this.#fitOperands(launch);
  }

  #fitOperands({ operands }: Launch): boolean {
    for (let k = 0; k < operands.length; k++) {
      const { data, offset, row, column, component, batch } = operands[k];
      const { dtype, strides } = this.#operands[k];
      const same = data.dtype === dtype && offset === strides[0] &&
        row === strides[1] && column === strides[2] && component === strides[3];
      if (!same) return false;
      for (let d = 0; d < batch.length; d++) {
        if (batch[d] !== strides[4 + d]) return false;
      }
    }
    return true;
  }

  /** Runs a launch that fits; what was pending is computed. */
  run(launch: Launch): DeviceBuffer[] {
    const device = this.#device;
    const inputs: DeviceBuffer[] = [];
    let copies: Map<Buffer, DeviceBuffer> | undefined;
    const pieces: Piece[] = [];
    try {
      for (const { data } of launch.operands) {
        const value = data.value();
        if (value instanceof DeviceBuffer && value.on === device) {
          inputs.push(value);
          continue;
        }
        copies ??= new Map();
        const known = copies.get(data);
        const copy = known ?? onDevice(device, data, "temporary").hold();
        if (known === undefined) copies.set(data, copy);
        inputs.push(copy);
      }
      const outputs = launch.outputs.map(({ dtype, length }) =>
        new DeviceBuffer(device, dtype, length)
      );
      for (const bytes of this.#pieces) pieces.push(device.pool.take(bytes));
      // Copies from other GPUs may wait for what they copy.
      device.queue.flush();
      this.#start({ operand: inputs, output: outputs, piece: pieces });
      return outputs;
    } finally {
      // Launches that use them later on come later on the stream, too.
      if (device.lost === undefined) {
        for (const piece of pieces) device.pool.give(piece);
        if (copies) { for (const copy of copies.values()) copy.release(); }
      }
    }
  }

  /** Asks for the launches; who reads the results is told what goes wrong. */
  #start(at: Addresses): void {
    try {
      // What was not computed must not be computed with.
      for (const input of at.operand) input.check();
      this.#launchAll(at);
    } catch (error) {
      for (const output of at.output) output.fail(error);
    }
  }

  #launchAll(at: Addresses): void {
    const device = this.#device;
    const { cuda, stream } = device;
    for (const { kernel, blocks, threads, words, patches } of this.#steps) {
      for (const { word, of, index, offset } of patches) {
        const { address } = at[of][index];
        words[word] = offset === 0 ? address : address + BigInt(offset);
      }
      const handle = kernel.load();
      device.guarded(() =>
        cuda.launchOne(handle, blocks, threads, words, stream)
      );
    }
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** So many shapes of launches are kept for each program. */
const KEPT = 8;

/** The recipes of a program, the last used one first. */
export class Recipes {
  readonly #kept: Recipe[] = [];

  /** One that a launch may be run by. */
  find(device: CudaDevice, launch: Launch): Recipe | undefined {
    const kept = this.#kept;
    for (let k = 0; k < kept.length; k++) {
      const recipe = kept[k];
      if (!recipe.fits(device, launch)) continue;
      kept.splice(k, 1);
      if (!recipe.isReady) return undefined;
      kept.unshift(recipe);
      return recipe;
    }
    return undefined;
  }

  /** Keeps another one. */
  keep(recipe: Recipe | undefined): void {
    if (recipe === undefined) return;
    this.#kept.unshift(recipe);
    if (this.#kept.length > KEPT) this.#kept.pop();
  }
}
