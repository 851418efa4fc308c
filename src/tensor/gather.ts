/**
 * Entries at given positions of an axis, and the adjoint.
 *
 * @module
 */

import { gathered, scattered } from "../engine/moves.ts";
import { ShapeError } from "../errors.ts";
import { memoryOf, type TensorBase } from "./base.ts";
import { reshape } from "./move.ts";
import { derived, type Operand, readIndices } from "./operands.ts";
import { checkAxis, type Shape, shapeText, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** The sizes around an axis. */
function around(shape: Shape, axis: number): [number, number] {
  return [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
}

/** The entries at some indices of an axis. */
export function gather(x: TensorBase, indices: Operand, axis = 0): Tensor {
  const along = checkAxis(axis, x.ndim);
  const size = x.shape[along];
  const { data: at, shape: given } = readIndices("gather", indices, size);
  const [outer, inner] = around(x.shape, along);
  const data = gathered(memoryOf(x).buffer, at, { outer, size, inner });
  const shape = x.shape.toSpliced(along, 1, ...given);
  const rows = x.shape.with(along, at.length);
  return derived(
    "gather",
    x,
    data,
    shape,
    (g) => scatterAdd(reshape(g, rows), at, size, along),
  );
}

/** Zeros, with entries added at some indices of an axis. */
export function scatterAdd(
  x: TensorBase,
  indices: Operand,
  size: number,
  axis = 0,
): Tensor {
  const along = checkAxis(axis, x.ndim);
  const { data: at, shape: given } = readIndices("scatterAdd", indices, size);
  if (given.length !== 1 || given[0] !== x.shape[along]) {
    throw new ShapeError(
      `Cannot scatter a tensor of shape ${
        shapeText(x.shape)
      } along axis ${along} to indices of shape ${shapeText(given)}: ${
        shapeText([x.shape[along]])
      } is wanted`,
    );
  }
  const [outer, inner] = around(x.shape, along);
  const data = scattered(memoryOf(x).buffer, at, { outer, size, inner });
  const shape = x.shape.with(along, size);
  return derived("scatterAdd", x, data, shape, (g) => gather(g, at, along));
}
