/**
 * Linear maps made of tensors.
 *
 * @module
 */

import { allocateArray, type DType } from "../dtypes.ts";
import { checkPlaces } from "../launch/limits.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LinearMap } from "./map.ts";

/** A matrix that is stored. */
export function denseMap(matrix: Tensor): LinearMap {
  const [rows, columns] = matrix.shape;
  return {
    name: "dense",
    rows,
    columns,
    dtype: matrix.dtype,
    batch: [],
    separable: true,
    inputs: [matrix],
    madeOf: ([other]) => denseMap(other),
    multiply: (x) => matrix.matmul(x),
    multiplyTransposed: (y) => matrix.transpose().matmul(y),
    pullBack: (u, x, [needed]) => [
      needed ? u.matmul(x.transpose()) : undefined,
    ],
    entries: {
      diagonal: () => matrixDiagonal(matrix),
      column: (k) => matrix.slice([0, k], [rows, k + 1]),
    },
  };
}

/** The diagonal of a stored matrix, `[n, 1]`. */
export function matrixDiagonal(matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape;
  const count = Math.min(rows, columns);
  checkPlaces("take the diagonal", rows * columns);
  const places = Int32Array.from({ length: count }, (_, k) => k * columns + k);
  return matrix.reshape([rows * columns])
    .gather(makeTensor(places, [count])).reshape([count, 1]);
}

/** The entries of a vector on the diagonal; the vector is `[n, 1]`. */
export function diagonalMap(diagonal: Tensor): LinearMap {
  const [n] = diagonal.shape;
  return {
    name: "diagonal",
    rows: n,
    columns: n,
    dtype: diagonal.dtype,
    batch: [],
    separable: true,
    inputs: [diagonal],
    madeOf: ([other]) => diagonalMap(other),
    multiply: (x) => x.mul(diagonal),
    multiplyTransposed: (y) => y.mul(diagonal),
    pullBack: (u, x, [needed]) => [
      needed ? u.mul(x).sum(-1, { keepDims: true }) : undefined,
    ],
    entries: {
      diagonal: () => diagonal,
      column: (k) => {
        const column = new Float64Array(n);
        column[k] = memoryOf(diagonal).data[k];
        return makeTensor(column, [n, 1]);
      },
    },
  };
}

/** Nothing is changed. */
export function identityMap(n: number, dtype: DType): LinearMap {
  return {
    name: "identity",
    rows: n,
    columns: n,
    dtype,
    batch: [],
    separable: true,
    inputs: [],
    madeOf: () => identityMap(n, dtype),
    multiply: (x) => x,
    multiplyTransposed: (y) => y,
    pullBack: () => [],
    entries: {
      diagonal: () => makeTensor(allocateArray(dtype, n).fill(1), [n, 1]),
      column: (k) => {
        const column = new Float64Array(n);
        column[k] = 1;
        return makeTensor(column, [n, 1]);
      },
    },
  };
}
