/**
 * Data types of arrays.
 *
 * @module
 */

/** The data types: storage of the entries of a tensor. */
export type DType = "float32" | "float64" | "float16" | "int32";

/** A typed array of one of the data types. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Float16Array
  | Int32Array;

/** A new array of zeros. */
export function allocateArray(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(length);
    case "float64":
      return new Float64Array(length);
    case "float16":
      return new Float16Array(length);
    case "int32":
      return new Int32Array(length);
  }
}

/** The data type of a typed array. */
export function dtypeOfArray(data: TypedArray): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  return data instanceof Int32Array ? "int32" : "float16";
}

/** The bytes of one entry. */
export function bytesOfEntry(dtype: DType): number {
  return dtype === "float64" ? 8 : dtype === "float16" ? 2 : 4;
}
