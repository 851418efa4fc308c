/**
 * New tensors from numbers.
 *
 * @module
 */

import { checkDevice, currentDevice, type Device } from "../devices.ts";
import { allocateArray, type DType, type TypedArray } from "../dtypes.ts";
import { asBuffer, type Buffer } from "../launch/buffer.ts";
import { repeated } from "../engine/moves.ts";
import { movedTo } from "../engine/place.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { makeTensor } from "./base.ts";
import { checkDType, convert } from "./convert.ts";
import { type ArrayObject, type Entries, readEntries } from "./entries.ts";
import type { NestedArray } from "./display.ts";
import { checkShape, type Shape, shapeText, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
// Tensors are made by their last class: it must be there.
import "./tensor.ts";

export type { NestedArray } from "./display.ts";
export type { ArrayObject } from "./entries.ts";

/** How a new tensor is made. */
export interface TensorOptions {
  /** The type of its entries. */
  readonly dtype?: DType | undefined;
  /** Where it lives. */
  readonly device?: Device | undefined;
  /** Whether operations on it are recorded for derivatives. */
  readonly requiresGrad?: boolean | undefined;
}

/** What tensors can be made from. */
export type TensorData =
  | NestedArray
  | TypedArray
  | ArrayBufferView
  | ArrayObject;

/**
 * A tensor with a copy of the given numbers.
 *
 * Plain numbers become `float32` unless a dtype is asked for; typed arrays
 * keep their type. Objects with `data` and `shape`, as arrays of other
 * libraries are, are taken as they are, strides included.
 *
 * @param data a number, nested arrays, a typed array, or `{ data, shape }`
 * @param shape sizes along each axis; by default those of the nesting
 * @param options dtype, device, and whether to record for derivatives
 * @returns a new tensor
 * @throws {ShapeError} for ragged arrays and shapes that do not fit
 * @throws {ArgumentError} for what is not a number, or not exact in the dtype
 * @throws {DeviceUnavailableError} where the device is not there
 *
 * @example Points of the plane
 * ```ts
 * import { tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([[0, 1], [2, 3], [4, 5]]);
 * assert.deepEqual(x.shape, [3, 2]);
 * assert.equal(x.dtype, "float32");
 * assert.equal(tensor(new Float64Array(6), [2, 3]).dtype, "float64");
 * ```
 */
export function tensor(
  data: TensorData,
  shape?: readonly number[],
  options: TensorOptions = {},
): Tensor {
  const entries = readEntries(data);
  if (shape !== undefined && shape !== null) checkShape(shape);
  return fromEntries(entries, shape ?? entries.shape, options);
}

function fromEntries(
  { data, dtype: given }: Entries,
  shape: Shape,
  options: TensorOptions,
): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `Cannot make a tensor of shape ${shapeText(shape)} from ${
        counted(data.length)
      }: ${sizeOf(shape)} ${sizeOf(shape) === 1 ? "is" : "are"} wanted`,
    );
  }
  const dtype = checkDType(options.dtype ?? given ?? "float32");
  const copy = convert(data, dtype, given === "int32");
  return finish(copy, shape, options);
}

function counted(n: number): string {
  return `${n} number${n === 1 ? "" : "s"}`;
}

function finish(
  data: TypedArray,
  shape: Shape,
  options: TensorOptions,
): Tensor {
  const place = checkDevice(options.device ?? currentDevice());
  return made(movedTo(asBuffer(data), place), shape, options);
}

function made(
  entries: Buffer,
  shape: Shape,
  { requiresGrad }: TensorOptions,
): Tensor {
  const result = makeTensor(entries, [...shape]);
  return requiresGrad ? result.requiresGrad() : result;
}

/**
 * A tensor of one repeated number.
 *
 * @param shape sizes along each axis
 * @param value the number
 * @param options dtype (`float32` by default), device, recording
 * @returns a new tensor
 *
 * @example Sevens
 * ```ts
 * import { full } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(full([2], 7).arraySync(), [7, 7]);
 * ```
 */
export function full(
  shape: readonly number[],
  value: number,
  options: TensorOptions = {},
): Tensor {
  checkShape(shape);
  const dtype = checkDType(options.dtype ?? "float32");
  const place = checkDevice(options.device ?? currentDevice());
  const entry = convert([value], dtype, false);
  const entries = repeated(entry, sizeOf(shape), place);
  return made(entries, shape, options);
}

/**
 * A tensor of zeros.
 *
 * @param shape sizes along each axis
 * @param options dtype (`float32` by default), device, recording
 * @returns a new tensor
 *
 * @example Two zeros
 * ```ts
 * import { zeros } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(zeros([2]).arraySync(), [0, 0]);
 * ```
 */
export function zeros(
  shape: readonly number[],
  options: TensorOptions = {},
): Tensor {
  return full(shape, 0, options);
}

/**
 * A tensor of ones.
 *
 * @param shape sizes along each axis
 * @param options dtype (`float32` by default), device, recording
 * @returns a new tensor
 *
 * @example Two ones
 * ```ts
 * import { ones } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(ones([2]).arraySync(), [1, 1]);
 * ```
 */
export function ones(
  shape: readonly number[],
  options: TensorOptions = {},
): Tensor {
  return full(shape, 1, options);
}

/**
 * Numbers in steps: `start`, `start + step` ... below `stop`.
 *
 * @param start the first number; the end, from 0, where it is alone
 * @param stop the end, not included
 * @param step from one number to the next
 * @param options dtype (`float32` by default), device, recording
 * @returns a tensor with one axis
 *
 * @example Indices
 * ```ts
 * import { arange } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(arange(3).arraySync(), [0, 1, 2]);
 * assert.deepEqual(arange(1, 2, 0.5).arraySync(), [1, 1.5]);
 * ```
 */
export function arange(
  start: number,
  stop?: number,
  step = 1,
  options: TensorOptions = {},
): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!Number.isFinite(count)) {
    throw new ArgumentError(
      `Cannot count from ${from} to ${to} in steps of ${step}: a finite number of steps is wanted`,
    );
  }
  return counting(count, (k) => from + k * step, options);
}

/**
 * Numbers at equal distances, both ends included.
 *
 * @param start the first number
 * @param stop the last number
 * @param count how many
 * @param options dtype (`float32` by default), device, recording
 * @returns a tensor with one axis
 *
 * @example Five points of the unit interval
 * ```ts
 * import { linspace } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(linspace(0, 1, 5).arraySync(), [0, 0.25, 0.5, 0.75, 1]);
 * ```
 */
export function linspace(
  start: number,
  stop: number,
  count = 50,
  options: TensorOptions = {},
): Tensor {
  const last = Math.max(1, count - 1);
  return counting(
    count,
    (k) => k === count - 1 && k > 0 ? stop : start + (stop - start) * k / last,
    options,
  );
}

/**
 * The identity matrix.
 *
 * @param rows the number of rows
 * @param columns the number of columns
 * @param options dtype (`float32` by default), device, recording
 * @returns a tensor with two axes
 *
 * @example Two by two
 * ```ts
 * import { eye } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(eye(2).arraySync(), [[1, 0], [0, 1]]);
 * ```
 */
export function eye(
  rows: number,
  columns: number = rows,
  options: TensorOptions = {},
): Tensor {
  checkShape([rows, columns]);
  const dtype = checkDType(options.dtype ?? "float32");
  const data = allocateArray(dtype, rows * columns);
  for (let k = 0; k < Math.min(rows, columns); k++) data[k * columns + k] = 1;
  return finish(data, [rows, columns], options);
}

function counting(
  count: number,
  entry: (k: number) => number,
  options: TensorOptions,
): Tensor {
  checkShape([count]);
  const data = Float64Array.from({ length: count }, (_, k) => entry(k));
  const dtype = checkDType(options.dtype ?? "float32");
  return finish(convert(data, dtype, false), [count], options);
}
