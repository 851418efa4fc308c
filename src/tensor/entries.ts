/**
 * Numbers out of what users hand over: nested arrays, typed arrays, arrays of
 * other libraries.
 *
 * @module
 */

import { type DType, dtypeOfArray } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import {
  checkShape,
  type Shape,
  shapeText,
  sizeOf,
  stridesOf,
} from "./shape.ts";

/** An array of another library, as far as it is read. */
export interface ArrayObject {
  /** The entries, or a function that promises them. */
  readonly data: unknown;
  /** Sizes along each axis. */
  readonly shape: readonly number[];
  /** The entries at once, where `data` is a function. */
  readonly dataSync?: () => unknown;
  /** Strides, in entries. */
  readonly strides?: readonly number[];
  /** The first entry. */
  readonly offset?: number;
  /** `"column-major"` where the first index is the fastest one. */
  readonly order?: string;
  /** Whether the first index is the fastest one. */
  readonly fortranOrder?: boolean;
}

/** Numbers with a shape, row by row. */
export interface Entries {
  /** The numbers; not to be written to. */
  readonly data: ArrayLike<number>;
  /** Sizes along each axis. */
  readonly shape: Shape;
  /** The dtype of typed data; plain numbers have none. */
  readonly dtype: DType | undefined;
}

/** The numbers in what a user handed over. */
export function readEntries(given: unknown): Entries {
  if (typeof given === "number") {
    return { data: [given], shape: [], dtype: undefined };
  }
  if (Array.isArray(given)) return fromNested(given);
  if (ArrayBuffer.isView(given)) return fromTyped(given);
  if (isArrayObject(given)) return fromObject(given);
  throw new ArgumentError(
    `Cannot make a tensor from ${
      kindOf(given)
    }: a number, nested arrays, a typed array or { data, shape } is wanted`,
  );
}

function kindOf(given: unknown): string {
  if (given === null || given === undefined) return `${given}`;
  if (given instanceof Promise) return "a promise: await it first";
  if (typeof given === "string") return `the string "${given}"`;
  if (typeof given === "object") return "an object without data and shape";
  return typeof given === "function"
    ? "a function"
    : `the ${typeof given} ${String(given)}`;
}

/** Nested arrays must be as long as their neighbours, all the way down. */
function fromNested(given: readonly unknown[]): Entries {
  const shape: number[] = [];
  for (
    let part: unknown = given;
    Array.isArray(part) || ArrayBuffer.isView(part);
    part = (part as unknown as ArrayLike<unknown>)[0]
  ) {
    shape.push((part as unknown as ArrayLike<unknown>).length);
    if (shape.at(-1) === 0) break;
  }
  const data: number[] = [];
  const walk = (part: unknown, path: number[]): void => {
    const axis = path.length;
    if (axis === shape.length) return void data.push(numberAt(part, path));
    const list = part as ArrayLike<unknown>;
    if (!(Array.isArray(part) || ArrayBuffer.isView(part))) {
      throw ragged(path, `is ${kindText(part)}`, shape[axis]);
    }
    if (list.length !== shape[axis]) {
      throw ragged(path, `has ${list.length} entries`, shape[axis]);
    }
    for (let k = 0; k < list.length; k++) walk(list[k], [...path, k]);
  };
  walk(given, []);
  return { data, shape, dtype: undefined };
}

function numberAt(part: unknown, path: readonly number[]): number {
  if (typeof part === "number") return part;
  if (Array.isArray(part) || ArrayBuffer.isView(part)) {
    throw new ShapeError(
      `Cannot make a tensor from a ragged array: ${
        place(path)
      } is an array where a number is wanted`,
    );
  }
  throw new ArgumentError(
    `Cannot make a tensor from nested arrays: ${place(path)} is ${
      kindText(part)
    }: a number is wanted`,
  );
}

function kindText(part: unknown): string {
  if (typeof part === "string") return `"${part}"`;
  return typeof part === "object" && part !== null
    ? "an object"
    : `${String(part)}`;
}

function ragged(
  path: readonly number[],
  found: string,
  wanted: number,
): ShapeError {
  return new ShapeError(
    `Cannot make a tensor from a ragged array: ${
      place(path)
    } ${found} where ${wanted} entries are wanted`,
  );
}

function place(path: readonly number[]): string {
  return `entry [${path.join("][")}]`;
}

/** Small integers of other types are exact as `int32`. */
function fromTyped(given: ArrayBufferView): Entries {
  if (given instanceof DataView) throw notNumbers("a DataView");
  if (given instanceof BigInt64Array || given instanceof BigUint64Array) {
    throw notNumbers("big integers");
  }
  const data = given as unknown as ArrayLike<number>;
  return { data, shape: [data.length], dtype: dtypeOfArray(given) ?? "int32" };
}

function notNumbers(what: string): ArgumentError {
  return new ArgumentError(
    `Cannot make a tensor from ${what}: an array of numbers is wanted`,
  );
}

function isArrayObject(given: unknown): given is ArrayObject {
  return typeof given === "object" && given !== null && "data" in given &&
    "shape" in given;
}

function fromObject(given: ArrayObject): Entries {
  const shape = Array.from(given.shape);
  checkShape(shape);
  const source = typeof given.data === "function"
    ? given.dataSync?.()
    : given.data;
  if (source instanceof Promise || typeof source === "undefined") {
    throw new ArgumentError(
      "Cannot make a tensor from a promise of data: await the data first",
    );
  }
  const isNumbers = Array.isArray(source) || ArrayBuffer.isView(source);
  if (!isNumbers) throw notNumbers(`{ data, shape } with ${kindOf(source)}`);
  const { data, dtype } = ArrayBuffer.isView(source)
    ? fromTyped(source)
    : fromNested(source);
  const { strides, offset } = layoutOf(given, shape);
  return { data: gathered(data, shape, strides, offset), shape, dtype };
}

function layoutOf(
  given: ArrayObject,
  shape: Shape,
): { strides: readonly number[]; offset: number } {
  const columnMajor = given.fortranOrder === true ||
    given.order === "column-major";
  const strides = Array.isArray(given.strides) && given.strides.length > 0
    ? given.strides
    : columnMajor
    ? stridesOf(shape.toReversed()).reverse()
    : stridesOf(shape);
  return {
    strides: shape.length === 0 ? [] : strides,
    offset: typeof given.offset === "number" ? given.offset : 0,
  };
}

/** Entries row by row, wherever they lie. */
function gathered(
  data: ArrayLike<number>,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): ArrayLike<number> {
  const plain = stridesOf(shape);
  const size = sizeOf(shape);
  if (offset === 0 && strides.every((s, k) => s === plain[k])) return data;
  const result = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    let at = offset;
    for (let d = 0, rest = k; d < shape.length; d++) {
      at += Math.floor(rest / plain[d]) * strides[d];
      rest %= plain[d];
    }
    if (!(at >= 0 && at < data.length)) {
      throw new ShapeError(
        `Cannot read an array of shape ${shapeText(shape)} with strides ${
          shapeText(strides)
        } and offset ${offset} from ${data.length} numbers: entry ${at} is not there`,
      );
    }
    result[k] = data[at];
  }
  return result;
}
