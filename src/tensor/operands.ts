/**
 * What operations take besides tensors: numbers and arrays, in the dtype of
 * the tensors beside them.
 *
 * @module
 */

import { type DType, dtypeOfArray, type TypedArray } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { makeTensor, memoryOf, record, TensorBase } from "./base.ts";
import { convert } from "./convert.ts";
import type { NestedArray } from "./display.ts";
import { readEntries } from "./entries.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor, or numbers that become one beside a tensor. */
export type TensorLike = Tensor | NestedArray | TypedArray;

/** What operations take: they need no more of a tensor than its entries. */
export type Operand = TensorBase | NestedArray | TypedArray;

/** Operands as tensors of one float dtype. */
export interface Promoted {
  /** The operands. */
  readonly tensors: readonly TensorBase[];
  /** Their dtype. */
  readonly dtype: DType;
}

/**
 * Brings operands to one float dtype: numbers and arrays take that of the
 * tensors, integers are converted where they are exact.
 *
 * @throws {ShapeError} where two float dtypes meet
 */
export function promote(
  name: string,
  operands: readonly Operand[],
): Promoted {
  const dtype = commonFloat(name, operands);
  const tensors = operands.map((x) =>
    x instanceof TensorBase ? asFloat(x, dtype) : fromNumbers(x, dtype)
  );
  return { tensors, dtype };
}

/** The float dtype that operands share; `float32` where none has any. */
function commonFloat(name: string, operands: readonly Operand[]): DType {
  let common: DType | undefined;
  for (const x of operands) {
    const dtype = givenDType(x);
    if (dtype === undefined || dtype === "int32" || dtype === common) continue;
    if (common !== undefined) throw mixed(name, common, dtype);
    common = dtype;
  }
  return common ?? "float32";
}

/** Numbers and nested arrays have no dtype of their own. */
function givenDType(x: Operand): DType | undefined {
  if (x instanceof TensorBase) return x.dtype;
  return typeof x === "object" ? dtypeOfArray(x) : undefined;
}

/** The error for operands of two dtypes. */
export function mixed(name: string, a: DType, b: DType): ShapeError {
  return new ShapeError(
    `Cannot apply "${name}" to ${a} and ${b}: dtypes must be equal; convert one of them with .to("${b}") or .to("${a}")`,
  );
}

function fromNumbers(x: Exclude<Operand, TensorBase>, dtype: DType): Tensor {
  const { data, shape, dtype: given } = readEntries(x);
  return makeTensor(convert(data, dtype, given === "int32"), shape);
}

/** A tensor in a float dtype; integers must be exact in it. */
function asFloat(x: TensorBase, dtype: DType): TensorBase {
  return x.dtype === dtype ? x : x.to(dtype);
}

/** A tensor from operands that may be numbers, in their own dtype. */
export function asTensor(x: Operand, dtype: DType = "float32"): Tensor {
  if (x instanceof TensorBase) return x as Tensor;
  return fromNumbers(x, dtypeOfArray(Object(x)) ?? dtype);
}

/** Indices as integers below `size`; throws for any other. */
export function readIndices(
  name: string,
  indices: Operand,
  size: number,
): { readonly data: Int32Array; readonly shape: readonly number[] } {
  const tensor = indices instanceof TensorBase
    ? indices
    : fromNumbers(indices, "int32");
  if (tensor.dtype !== "int32") {
    throw new ShapeError(
      `Cannot apply "${name}" with indices of dtype ${tensor.dtype}: int32 is wanted; convert them with .to("int32")`,
    );
  }
  const data = memoryOf(tensor).data as Int32Array;
  for (let k = 0; k < data.length; k++) {
    if (data[k] >= 0 && data[k] < size) continue;
    throw new ArgumentError(
      `Cannot apply "${name}" with the index ${data[k]}: ${
        size === 0 ? "there are no entries" : `0 to ${size - 1} is wanted`
      }`,
    );
  }
  return { data, shape: tensor.shape };
}

/** A new tensor with its rule in one step, for operations on one operand. */
export function derived(
  name: string,
  input: TensorBase,
  data: TypedArray | Buffer,
  shape: readonly number[],
  adjoint: (gradient: Tensor) => Tensor,
): Tensor {
  const result = makeTensor(data, shape);
  record([result], [input], name, ([g]) => [g && adjoint(g)]);
  return result;
}
