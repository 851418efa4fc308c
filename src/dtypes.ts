/**
 * Data types of arrays.
 *
 * @module
 */

import { BFloat16Array } from "./bfloat16.ts";

/**
 * The data types: storage of the entries of a tensor. Those of 16 bits are
 * computed in float32, and rounded when they are stored.
 */
export type DType = "float32" | "float64" | "float16" | "bfloat16" | "int32";

/** A typed array of one of the data types. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Float16Array
  | BFloat16Array
  | Int32Array;

/**
 * The binary digits of numbers of each type: integers of so many are exact,
 * and rounding changes the last one. Those of `int32` are never rounded.
 */
export const DIGITS: Readonly<Record<DType, number>> = {
  float32: 24,
  float64: 53,
  float16: 11,
  bfloat16: 8,
  int32: Infinity,
};

/** A new array of zeros. */
export function allocateArray(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "float16":
      return new Float16Array(length);
    case "bfloat16":
      return new BFloat16Array(length);
    case "int32":
      return new Int32Array(length);
  }
}

/** A new array of numbers, each rounded once. */
export function arrayOf(dtype: DType, numbers: ArrayLike<number>): TypedArray {
  const result = allocateArray(dtype, numbers.length);
  result.set(numbers);
  return result;
}

/** The data type of a typed array, if it is one of ours. */
export function dtypeOfArray(data: TypedArray): DType;
export function dtypeOfArray(data: object): DType | undefined;
export function dtypeOfArray(data: object): DType | undefined {
  if (data instanceof BFloat16Array) return "bfloat16";
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  return data instanceof Float16Array ? "float16" : undefined;
}

/** The bytes of one entry, where entries are packed: on a GPU. */
export function bytesOfEntry(dtype: DType): number {
  return dtype === "float64" ? 8 : dtype.endsWith("16") ? 2 : 4;
}
