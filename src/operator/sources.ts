/**
 * Maps of what has products.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { LazyBase, stateOfLazy } from "../lazy/base.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import { matrixSizes } from "../lazy/solve.ts";
import { Tensor } from "../tensor/tensor.ts";
import { functionMap, type OperatorDefinition } from "./function_map.ts";
import { kernelMap } from "./kernel_map.ts";
import type { LinearMap } from "./map.ts";
import { denseMap } from "./maps.ts";

/** What an operator can be made of. */
export type OperatorSource = LazyBase | Tensor | OperatorDefinition;

/**
 * The map of a LazyTensor of scalars, of a stored matrix, or of functions.
 *
 * @param source what has products
 * @param options how to compute those of a LazyTensor
 * @throws {ShapeError} where it is no matrix
 * @throws {ArgumentError} for batch dimensions
 */
export function mapOfSource(
  source: OperatorSource,
  options: ReduceOptions,
): LinearMap {
  if (source instanceof LazyBase) {
    const state = stateOfLazy(source);
    matrixSizes(state, "make an operator of");
    if (state.batch.length === 0) return kernelMap(state, options);
    throw new ArgumentError(
      `Cannot make an operator of a LazyTensor with batch dimensions [${state.batch}]: one matrix is wanted`,
    );
  }
  if (!(source instanceof Tensor)) return functionMap(source);
  if (source.ndim === 2 && source.dtype !== "int32") return denseMap(source);
  throw new ShapeError(
    `Cannot make an operator of a tensor of shape [${source.shape}] and dtype ${source.dtype}: a matrix of floats is wanted`,
  );
}
