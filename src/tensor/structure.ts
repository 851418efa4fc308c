/**
 * Shapes and parts of tensors, and products of matrices.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { gather, scatterAdd } from "./gather.ts";
import * as move from "./move.ts";
import { asTensor, type TensorLike } from "./operands.ts";
import { dot, matmul, outer } from "./products.ts";
import { TensorReductions } from "./reductions.ts";
import { checkAxes, shapeText } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Views, parts, joins, matrices. */
export abstract class TensorStructure extends TensorReductions {
  /**
   * The same entries in another shape; they are not copied.
   *
   * @param shape sizes along each axis; one of them may be -1
   * @throws {ShapeError} where the number of entries is another
   *
   * @example Three rows
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2, 3], [4, 5, 6]]);
   * assert.deepEqual(x.reshape([3, -1]).arraySync(), [[1, 2], [3, 4], [5, 6]]);
   * ```
   */
  reshape(shape: readonly number[]): Tensor {
    return move.reshape(this, shape);
  }

  /** All entries along one axis. */
  flatten(): Tensor {
    return move.reshape(this, [this.size]);
  }

  /**
   * The axes in another order.
   *
   * @param axes the old axis for each new one; reversed without it
   * @throws {ArgumentError} where an axis is missing or named twice
   *
   * @example Columns as rows
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2, 3], [4, 5, 6]]);
   * assert.deepEqual(x.transpose().arraySync(), [[1, 4], [2, 5], [3, 6]]);
   * ```
   */
  transpose(axes?: readonly number[]): Tensor {
    return move.transpose(this, axes);
  }

  /** The transposed matrix; throws a `ShapeError` where there are not two axes. */
  get T(): Tensor {
    if (this.ndim === 2) return move.transpose(this);
    throw new ShapeError(
      `Cannot take T of a tensor of shape ${
        shapeText(this.shape)
      }: two axes are wanted; transpose() takes any number`,
    );
  }

  /**
   * A box of entries. Negative positions count from the end.
   *
   * @param starts the first position along each axis; 0 where left out
   * @param ends one past the last position; the end where left out
   * @throws {ArgumentError} where a position is not there
   *
   * @example The last two columns
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2, 3], [4, 5, 6]]);
   * assert.deepEqual(x.slice([0, -2]).arraySync(), [[2, 3], [5, 6]]);
   * ```
   */
  slice(
    starts: number | readonly number[],
    ends: number | readonly (number | undefined)[] = [],
  ): Tensor {
    return move.slice(
      this,
      typeof starts === "number" ? [starts] : starts,
      typeof ends === "number" ? [ends] : ends,
    );
  }

  /**
   * The entries at one position of an axis, which goes away.
   *
   * @param index the position; negative ones count from the end
   * @param axis the axis
   */
  select(index: number, axis = 0): Tensor {
    return move.select(this, index, axis);
  }

  /**
   * A new axis of size 1.
   *
   * @param axis where it will be
   */
  expandDims(axis: number): Tensor {
    return move.expandDims(this, axis);
  }

  /**
   * Without axes of size 1.
   *
   * @param axis which ones; all without it
   * @throws {ShapeError} where the size is not 1
   */
  squeeze(axis?: number | readonly number[]): Tensor {
    const axes = checkAxes(axis, this.ndim);
    const wide = axes.find((k) => this.shape[k] !== 1);
    if (axis !== undefined && wide !== undefined) {
      throw new ShapeError(
        `Cannot squeeze axis ${wide} of a tensor of shape ${
          shapeText(this.shape)
        }: its size must be 1`,
      );
    }
    return move.reshape(
      this,
      this.shape.filter((d, k) => d !== 1 || !axes.includes(k)),
    );
  }

  /**
   * The entries repeated along new axes, and along axes of size 1.
   *
   * @param shape the new shape
   * @returns this tensor where it has that shape already
   * @throws {ShapeError} where sizes are neither equal nor 1
   *
   * @example One row, twice
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const twice = tensor([1, 2]).broadcastTo([2, 2]);
   * assert.deepEqual(twice.arraySync(), [[1, 2], [1, 2]]);
   * ```
   */
  broadcastTo(shape: readonly number[]): Tensor {
    return move.broadcastTo(this, shape);
  }

  /**
   * This tensor and others, one after the other along an axis.
   *
   * @param others tensors whose other sizes and dtypes are the same
   * @param axis the axis
   * @throws {ShapeError} where sizes or dtypes do not fit
   *
   * @example A column more
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2, 3], [4, 5, 6]]);
   * const wide = x.concat([tensor([[0], [0]])], 1);
   * assert.deepEqual(wide.arraySync(), [[1, 2, 3, 0], [4, 5, 6, 0]]);
   * ```
   */
  concat(others: readonly TensorLike[], axis = 0): Tensor {
    return move.concat(
      [this, ...others.map((t) => asTensor(t, this.dtype))],
      axis,
    );
  }

  /**
   * The entries at some indices of an axis; indices may repeat.
   *
   * @param indices integers of any shape, which takes the place of the axis
   * @param axis the axis
   * @throws {ShapeError} where indices are not `int32`
   * @throws {ArgumentError} where an index is not there
   *
   * @example Rows in another order
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([10, 20, 30]);
   * const order = tensor(new Int32Array([2, 0, 0]));
   * assert.deepEqual(x.gather(order).arraySync(), [30, 10, 10]);
   * ```
   */
  gather(indices: TensorLike, axis = 0): Tensor {
    return gather(this, indices, axis);
  }

  /**
   * Zeros, with these entries added at some indices of an axis: the adjoint
   * of `gather`.
   *
   * @param indices one integer for each position along the axis
   * @param size the size of the axis in the result
   * @param axis the axis
   * @throws {ShapeError} where indices are not `int32`, or not one a position
   * @throws {ArgumentError} where an index is not there
   *
   * @example Sums of groups
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([1, 2, 3]);
   * const group = tensor(new Int32Array([0, 1, 0]));
   * assert.deepEqual(x.scatterAdd(group, 2).arraySync(), [4, 2]);
   * ```
   */
  scatterAdd(indices: TensorLike, size: number, axis = 0): Tensor {
    return scatterAdd(this, indices, size, axis);
  }

  /**
   * The product of matrices, `[..., m, k]` times `[..., k, n]`; leading axes
   * broadcast. A vector is a row on the left and a column on the right, and
   * its axis goes away.
   *
   * @param other the right factor
   * @throws {ShapeError} where the inner sizes differ
   *
   * @example A matrix times a vector
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2, 3], [4, 5, 6]]);
   * assert.deepEqual(x.matmul([1, 0, 1]).arraySync(), [4, 10]);
   * ```
   */
  matmul(other: TensorLike): Tensor {
    return matmul(this, other);
  }

  /**
   * The dot product of two vectors.
   *
   * @param other a vector of the same size
   * @returns a tensor without axes
   * @throws {ShapeError} where they are no vectors of one size
   */
  dot(other: TensorLike): Tensor {
    return dot(this, other);
  }

  /**
   * All products of an entry of this tensor and one of another.
   *
   * @param other the other tensor
   * @returns a tensor with the axes of both
   *
   * @example Four products
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const table = tensor([1, 2]).outer([3, 4]);
   * assert.deepEqual(table.arraySync(), [[3, 4], [6, 8]]);
   * ```
   */
  outer(other: TensorLike): Tensor {
    return outer(this, other);
  }
}
