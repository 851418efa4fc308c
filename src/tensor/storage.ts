/**
 * The entries of tensors, for the rest of the library: package-internal.
 *
 * @module
 */

import type { TypedArray } from "../dtypes.ts";
import { makeTensor, memoryOf } from "./base.ts";
import { dtypeOf } from "./convert.ts";
import type { Shape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
// Tensors are made by their last class: it must be there.
import "./tensor.ts";

export { alias, isTracked, record, variableOf } from "./base.ts";

/**
 * The entries of a tensor, row-major and contiguous. They are never written
 * to: equal identity means equal entries.
 *
 * @throws {ReferenceError} where the tensor was disposed of
 */
export function storageOf(tensor: Tensor): TypedArray {
  return memoryOf(tensor).data;
}

/** A new tensor over entries that nobody else writes to. */
export function fromStorage(data: TypedArray, shape: Shape): Tensor {
  return makeTensor(data, [...shape], dtypeOf(data) ?? "float32");
}
