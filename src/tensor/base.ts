/**
 * What every tensor has: shape, entries, life time, place in the graph.
 *
 * @module
 */

import {
  isRecording,
  leaf,
  newNode,
  type Variable,
  type Vjp,
} from "../autodiff/graph.ts";
import { register } from "../autodiff/scopes.ts";
import { checkDevice, type Device, isDeviceName } from "../devices.ts";
import type { DType, TypedArray } from "../dtypes.ts";
import { asBuffer, type Buffer, type WaitOptions } from "../launch/buffer.ts";
import { converted } from "../engine/moves.ts";
import { movedTo } from "../engine/place.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { checkDType, convert } from "./convert.ts";
import { htmlTable, nested, type NestedArray, summary } from "./display.ts";
import { type Shape, shapeText, sizeOf } from "./shape.ts";
import { Memory } from "./memory.ts";
import type { Tensor } from "./tensor.ts";

interface Internals {
  memory(tensor: TensorBase): Memory;
  variable(tensor: TensorBase): Variable | undefined;
  setVariable(tensor: TensorBase, variable: Variable): void;
}
let internals: Internals;
let construct: (
  memory: Memory,
  shape: Shape,
  variable?: Variable,
) => Tensor;

/** What a {@linkcode Tensor} is before it can compute. */
export abstract class TensorBase implements Disposable {
  /** Sizes along each axis. */
  readonly shape: readonly number[];
  /** The type of the entries. */
  readonly dtype: DType;
  /** Where the entries are. */
  readonly device: Device;
  #memory: Memory | undefined;
  #variable: Variable | undefined;

  static {
    internals = {
      memory: (t) => t.#alive(),
      variable: (t) => t.#variable,
      setVariable: (t, variable) => t.#variable = variable,
    };
    // Declared here, as computed names have no place in isolated declarations.
    showAs(this.prototype, "Deno.customInspect", (t) => t.toString());
    showAs(this.prototype, "Jupyter.display", (t) => ({
      "text/plain": t.toString(),
      "text/html": htmlTable(t.#memory?.data, t),
    }));
  }

  /**
   * Tensors are made by `tensor` and by operations, not by `new`.
   *
   * @ignore
   */
  protected constructor(
    memory: Memory,
    shape: readonly number[],
    variable: Variable | undefined,
  ) {
    this.shape = shape;
    this.dtype = memory.dtype;
    this.device = memory.device;
    this.#memory = memory;
    this.#variable = variable;
    memory.hold();
  }

  /** The number of entries. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Whether operations on this tensor are recorded for derivatives. */
  get tracked(): boolean {
    return this.#variable !== undefined;
  }

  /** Whether the tensor was disposed of. */
  get disposed(): boolean {
    return this.#memory === undefined;
  }

  /**
   * A copy of the entries, row by row, when they are there. What has yet to be
   * computed is computed on all threads meanwhile; this one goes on with other
   * events every few milliseconds.
   *
   * @param options `signal` stops the computation, `onProgress` is told which
   * fraction is done
   * @returns a typed array of the tensor's dtype
   * @throws the signal's reason, where it stops the computation: the tensor
   * stays as it was, and can be asked again
   *
   * @example How far it is, and a way to stop it
   * ```ts
   * import { randn, Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const [x, y] = [randn([2000, 3]), randn([3000, 3])];
   * const sums = Vi(x).sqdist(Vj(y)).neg().exp().sum("j");
   * const told: number[] = [];
   * const data = await sums.data({
   *   signal: AbortSignal.timeout(60_000),
   *   onProgress: (fraction) => told.push(fraction),
   * });
   * assert.equal(data.length, 2000);
   * assert.equal(told.at(-1), 1);
   * ```
   */
  data(options: WaitOptions = {}): Promise<TypedArray> {
    return waited(this.#alive().buffer, options, (data) => data.slice());
  }

  /**
   * A copy of the entries, row by row. It waits for them.
   *
   * @returns a typed array of the tensor's dtype
   */
  dataSync(): TypedArray {
    return this.#alive().data.slice();
  }

  /**
   * The entries as nested arrays, when they are there.
   *
   * @param options `signal` and `onProgress`, as for {@linkcode TensorBase.data}
   * @returns a number for a tensor without axes
   */
  array(options: WaitOptions = {}): Promise<NestedArray> {
    const { shape } = this;
    return waited(this.#alive().buffer, options, (data) => nested(data, shape));
  }

  /**
   * The entries as nested arrays. It waits for them.
   *
   * @returns a number for a tensor without axes
   */
  arraySync(): NestedArray {
    return nested(this.#alive().data, this.shape);
  }

  /**
   * The one entry of a tensor.
   *
   * @throws {ShapeError} where there is not exactly one entry
   */
  item(): number {
    if (this.size === 1) return this.#alive().data[0];
    throw new ShapeError(
      `Cannot take the item of a tensor of shape ${
        shapeText(this.shape)
      }: one entry is wanted`,
    );
  }

  /**
   * The tensor on another device or with another dtype. Floats are rounded;
   * to and from `"int32"` every entry must be exact.
   *
   * @param deviceOrDtype a device or a dtype
   * @returns this tensor where nothing changes
   * @throws {ArgumentError} where an entry would not be exact
   * @throws {DeviceUnavailableError} where the device is not there
   */
  to(deviceOrDtype: Device | DType): Tensor {
    const memory = this.#alive();
    if (isDeviceName(deviceOrDtype) || /^(cpu|cuda|gpu)/i.test(deviceOrDtype)) {
      return this.#moved(deviceOrDtype as Device);
    }
    const dtype = checkDType(deviceOrDtype);
    if (dtype === memory.dtype) return this.#self();
    const data = converted(
      memory.buffer,
      dtype,
      (data) => convert(data, dtype, memory.dtype === "int32"),
    );
    const result = makeTensor(data, this.shape);
    if (dtype !== "int32") {
      record([result], [this], "to", ([g]) => [g?.to(this.dtype)]);
    }
    return result;
  }

  #moved(to: Device): Tensor {
    checkDevice(to);
    const { buffer } = this.#alive();
    // What is pending may stay so.
    if (to === buffer.device && !buffer.loose) return this.#self();
    const there = movedTo(buffer, to);
    if (there === buffer.value()) return this.#self();
    const result = makeTensor(there, this.shape);
    const { device } = this;
    record([result], [this], "to", ([g]) => [g?.to(device)]);
    return result;
  }

  /** The same entries, of which nothing is known to derivatives. */
  detach(): Tensor {
    return register(construct(this.#alive(), this.shape));
  }

  /**
   * Asks that operations on this tensor be recorded, so that `grad` can
   * differentiate in it; or no longer, for a tensor that was not computed.
   *
   * @param on whether to record
   * @returns this tensor
   * @throws {ArgumentError} for integers, and where a computed tensor is to
   * forget its past: `detach` does that
   */
  requiresGrad(on = true): Tensor {
    this.#alive();
    if (on && this.dtype === "int32") {
      throw new ArgumentError(
        "Cannot differentiate in a tensor of dtype int32: a float dtype is wanted",
      );
    }
    if (!on && this.#variable?.node !== undefined) {
      throw new ArgumentError(
        `Cannot switch off the gradient of a computed tensor ("${this.#variable.node.name}"): use detach()`,
      );
    }
    this.#variable = on ? this.#variable ?? leaf(this.shape) : undefined;
    return this.#self();
  }

  /**
   * Gives the memory back at once. Any later use of this tensor throws a
   * `ReferenceError`; what was computed from it stays.
   */
  dispose(): void {
    this.#memory?.release();
    this.#memory = undefined;
    this.#variable = undefined;
  }

  /** As {@linkcode TensorBase.dispose}: for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Shape, dtype and the first entries. */
  toString(): string {
    return summary(this.#memory?.data, this);
  }

  #alive(): Memory {
    if (this.#memory !== undefined) return this.#memory;
    throw new ReferenceError(
      `Cannot use a tensor of shape ${
        shapeText(this.shape)
      }: it was disposed of`,
    );
  }

  /** There is one class of tensors: the last of the chain. */
  #self(): Tensor {
    return this as unknown as Tensor;
  }
}

/** What becomes of entries when they are there, whoever disposes of them. */
async function waited<T>(
  buffer: Buffer,
  options: WaitOptions,
  then: (data: TypedArray) => T,
): Promise<T> {
  buffer.hold();
  try {
    await buffer.ready(options);
    return then(buffer.host());
  } finally {
    buffer.release();
  }
}

/** Adds a method that consoles and notebooks look for. */
function showAs(
  prototype: TensorBase,
  hook: string,
  show: (tensor: TensorBase) => unknown,
): void {
  Object.defineProperty(prototype, Symbol.for(hook), {
    value(this: TensorBase) {
      return show(this);
    },
  });
}

/** Tells how tensors are made: the last class of the chain calls it. */
export function defineTensor(make: typeof construct): void {
  construct = make;
}

/** The memory of a tensor; throws where it was disposed of. */
export function memoryOf(tensor: TensorBase): Memory {
  return internals.memory(tensor);
}

/** What a tensor is in the graph, if anything. */
export function variableOf(tensor: TensorBase): Variable | undefined {
  return internals.variable(tensor);
}

/** Whether operations on these tensors would be recorded now. */
export function isTracked(tensors: readonly TensorBase[]): boolean {
  return isRecording() && tensors.some((t) => variableOf(t) !== undefined);
}

/** A new tensor over entries that nobody else writes to. */
export function makeTensor(
  entries: TypedArray | Buffer,
  shape: Shape,
): Tensor {
  return register(construct(new Memory(asBuffer(entries)), shape));
}

/** Another tensor over the same entries, with a shape of the same size. */
export function reshaped(tensor: TensorBase, shape: Shape): Tensor {
  return register(construct(memoryOf(tensor), shape));
}

/**
 * The same tensor as a new object, in the same place of the graph, that stays
 * when the first one is disposed of. No scope knows of it.
 */
export function alias(tensor: TensorBase): Tensor {
  return construct(memoryOf(tensor), tensor.shape, variableOf(tensor));
}

/**
 * Puts an operation into the graph, where an input is tracked.
 *
 * @param outputs what was computed
 * @param inputs what it was computed from
 * @param name the word for it in messages
 * @param vjp its rule
 * @param saved tensors to keep for the rule, whatever their owner does
 */
export function record(
  outputs: readonly TensorBase[],
  inputs: readonly TensorBase[],
  name: string,
  vjp: Vjp,
  saved: readonly TensorBase[] = [],
): void {
  if (!isTracked(inputs)) return;
  const variables = newNode(
    name,
    inputs.map(variableOf),
    outputs.map((t) => t.shape),
    vjp,
    [],
  );
  outputs.forEach((t, k) => internals.setVariable(t, variables[k]));
  const node = variables[0].node;
  // Outputs among them are saved with their new place in the graph.
  if (node !== undefined) node.saved = saved.map(alias);
}
