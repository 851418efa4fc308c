/**
 * Conversion between data types: rounding where it is asked for, never a
 * silent loss of integers.
 *
 * @module
 */

import { allocateArray, type DType, type TypedArray } from "../dtypes.ts";
import { ArgumentError, suggestion } from "../errors.ts";

const DTYPES: readonly DType[] = ["float32", "float64", "float16", "int32"];

/** Up to which magnitude all integers are exact. */
const EXACT_UP_TO: Record<DType, number> = {
  float16: 2 ** 11,
  float32: 2 ** 24,
  float64: 2 ** 53,
  int32: 2 ** 31,
};

/** Whether a string names a data type. */
export function isDType(name: string): name is DType {
  return (DTYPES as readonly string[]).includes(name);
}

/** The data type itself; throws where there is none of this name. */
export function checkDType(dtype: DType): DType {
  if (isDType(dtype)) return dtype;
  throw new ArgumentError(
    `Cannot use the dtype "${dtype}"${
      suggestion(String(dtype), DTYPES)
    }: one of ${DTYPES.map((d) => `"${d}"`).join(", ")} is wanted`,
  );
}

/** The data type of a typed array, if it is one of ours. */
export function dtypeOf(data: object): DType | undefined {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  return data instanceof Float16Array ? "float16" : undefined;
}

/**
 * A new array of another type. Floats are rounded; integers must be exact in
 * a float type, and numbers must be integers in `int32`.
 */
export function convert(
  data: ArrayLike<number>,
  dtype: DType,
  fromIntegers: boolean,
): TypedArray {
  const result = allocateArray(dtype, data.length);
  if (dtype === "int32") checkIntegers(data);
  else if (fromIntegers) checkExact(data, dtype);
  result.set(data);
  return result;
}

/** Throws where a number is no `int32`. */
function checkIntegers(data: ArrayLike<number>): void {
  for (let k = 0; k < data.length; k++) {
    if (data[k] === (data[k] | 0)) continue;
    throw new ArgumentError(
      `Cannot convert ${
        data[k]
      } to int32: integers from -2147483648 to 2147483647 are wanted`,
    );
  }
}

/** Throws where an integer would be rounded. */
export function checkExact(data: ArrayLike<number>, dtype: DType): void {
  const bound = EXACT_UP_TO[dtype];
  if (dtype === "float64" || dtype === "int32") return;
  for (let k = 0; k < data.length; k++) {
    if (Math.abs(data[k]) <= bound) continue;
    throw new ArgumentError(
      `Cannot convert the integer ${
        data[k]
      } to ${dtype} without rounding: at most ${bound} in magnitude is wanted; use .to("float64")`,
    );
  }
}
