/**
 * Tensors put together.
 *
 * @module
 */

import * as move from "./move.ts";
import type { TensorLike } from "./operands.ts";
import type { Tensor } from "./tensor.ts";
// Tensors are made by their last class: it must be there.
import "./tensor.ts";

/**
 * Tensors one after the other along an axis.
 *
 * @param tensors at least one; all other sizes, and dtypes, must be equal
 * @param axis the axis; negative ones count from the last
 * @returns a tensor of that dtype
 * @throws {ShapeError} where sizes or dtypes do not fit
 *
 * @example Two vectors
 * ```ts
 * import { concat, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const both = concat([tensor([1, 2]), tensor([3])]);
 * assert.deepEqual(both.arraySync(), [1, 2, 3]);
 * ```
 */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  return move.concat(tensors, axis);
}

/**
 * Tensors of one shape, one after the other along a new axis.
 *
 * @param tensors at least one; shapes and dtypes must be equal
 * @param axis where the new axis will be; negative ones count from the last
 * @returns a tensor with one axis more
 * @throws {ShapeError} where shapes or dtypes differ
 *
 * @example Two rows
 * ```ts
 * import { stack, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const rows = stack([tensor([1, 2]), tensor([3, 4])]);
 * assert.deepEqual(rows.arraySync(), [[1, 2], [3, 4]]);
 * ```
 */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  return move.stack(tensors, axis);
}
