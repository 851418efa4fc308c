/**
 * Conversion between data types: rounding where it is asked for, never a
 * silent loss of integers.
 *
 * @module
 */

import { arrayOf, DIGITS, type DType, type TypedArray } from "../dtypes.ts";
import { ArgumentError, suggestion } from "../errors.ts";

/** Whether a string names a data type. */
function isDType(name: string): name is DType {
  return Object.hasOwn(DIGITS, name);
}

/** The data type itself; throws where there is none of this name. */
export function checkDType(dtype: DType): DType {
  if (isDType(dtype)) return dtype;
  const names = Object.keys(DIGITS);
  throw new ArgumentError(
    `Cannot use the dtype "${dtype}"${
      suggestion(String(dtype), names)
    }: one of ${names.map((d) => `"${d}"`).join(", ")} is wanted`,
  );
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
  if (dtype === "int32") checkIntegers(data);
  else if (fromIntegers) checkExact(data, dtype);
  return arrayOf(dtype, data);
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
function checkExact(data: ArrayLike<number>, dtype: DType): void {
  if (DIGITS[dtype] > 31) return;
  const bound = 2 ** DIGITS[dtype];
  for (let k = 0; k < data.length; k++) {
    if (Math.abs(data[k]) <= bound) continue;
    throw new ArgumentError(
      `Cannot convert the integer ${
        data[k]
      } to ${dtype} without rounding: at most ${bound} in magnitude is wanted; use .to("float64")`,
    );
  }
}
