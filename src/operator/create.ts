/**
 * Operators from what they are made of.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { OperatorDefinition } from "./function_map.ts";
import {
  LinearOperator,
  type LinearOperatorLike,
  operatorOf,
} from "./linear_operator.ts";
import { diagonalMap, identityMap } from "./maps.ts";
import type { OperatorData } from "./operands.ts";
import { mapOfSource } from "./sources.ts";

/**
 * A matrix by its products.
 *
 * @param source a LazyTensor of scalars, a stored matrix, functions, or an
 * operator, which is given back
 * @param options how to compute the products of a LazyTensor
 * @returns the operator
 * @throws {ShapeError} where the source is no matrix
 * @throws {ArgumentError} for batch dimensions
 *
 * @example The second differences of a vector
 * ```ts
 * import { concat, linearOperator, zeros } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const D = linearOperator({
 *   shape: [4, 4],
 *   matmat: (x) => {
 *     const edge = zeros([1, x.shape[1]]);
 *     const before = concat([edge, x.slice([0], [3])]);
 *     const after = concat([x.slice([1], [4]), edge]);
 *     return x.mul(2).sub(before).sub(after);
 *   },
 * });
 * assert.deepEqual(D.matvec([0, 1, 0, 0]).arraySync(), [-1, 2, -1, 0]);
 * // The transpose is the derivative of matmat.
 * assert.deepEqual(D.rmatvec([1, 0, 0, 0]).arraySync(), [2, -1, 0, 0]);
 * ```
 */
export function linearOperator(
  source: LinearOperatorLike | OperatorDefinition,
  options: ReduceOptions = {},
): LinearOperator {
  return source instanceof LinearOperator
    ? source
    : operatorOf(mapOfSource(source, options));
}

/**
 * The identity as an operator.
 *
 * @param n the number of rows
 * @param options its dtype, `"float32"` where not given
 *
 * @example Nothing changes
 * ```ts
 * import { identityOperator } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(identityOperator(2).matvec([3, 4]).arraySync(), [3, 4]);
 * ```
 */
export function identityOperator(
  n: number,
  options: { readonly dtype?: DType | undefined } = {},
): LinearOperator {
  if (Number.isInteger(n) && n > 0) {
    return operatorOf(identityMap(n, options.dtype ?? "float32"));
  }
  throw new ArgumentError(
    `Cannot make an identity of ${n} rows: a positive integer is wanted`,
  );
}

/**
 * A diagonal matrix as an operator.
 *
 * @param diagonal `[n]`
 * @throws {ShapeError} where it is no vector
 *
 * @example Two factors
 * ```ts
 * import { diagonalOperator } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const D = diagonalOperator([2, 3]);
 * assert.deepEqual(D.matvec([1, 1]).arraySync(), [2, 3]);
 * ```
 */
export function diagonalOperator(diagonal: OperatorData): LinearOperator {
  const given = diagonal instanceof Tensor ? diagonal : tensor(diagonal);
  if (given.ndim === 1 && given.size > 0 && given.dtype !== "int32") {
    return operatorOf(diagonalMap(given.reshape([given.size, 1])));
  }
  throw new ShapeError(
    `Cannot make a diagonal operator of shape [${given.shape}] and dtype ${given.dtype}: a vector of floats is wanted`,
  );
}
