/**
 * Linear maps by their products: what solvers and spectral methods take.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { ArgumentError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * A linear map with derivatives in what it is made of. Vectors are columns of
 * tensors `[...batch, points, E]`, one column for each of E vectors.
 */
export interface LinearMap {
  /** What it is, in a word or two. */
  readonly name: string;
  /** The number of entries of images. */
  readonly rows: number;
  /** The number of entries of arguments. */
  readonly columns: number;
  /** The dtype of both. */
  readonly dtype: DType;
  /** Leading dimensions of the map itself. */
  readonly batch: readonly number[];
  /**
   * Columns are vectors of their own. Where they are not, an argument is one
   * vector of points with components.
   */
  readonly separable: boolean;
  /** The tensors that the map is made of. */
  readonly inputs: readonly Tensor[];
  /** The same map made of other tensors, in the same order. */
  madeOf(inputs: readonly Tensor[]): LinearMap;
  /** The images of vectors, recorded. */
  multiply(x: Tensor): Tensor;
  /** The images under the transposed map, recorded. */
  multiplyTransposed(y: Tensor): Tensor;
  /**
   * The gradient of `sum(u * multiply(x))` in the inputs that are needed,
   * recorded: derivatives of all that is made of a linear map are of this form.
   */
  pullBack(u: Tensor, x: Tensor, needed: readonly boolean[]): Gradients;
  /** The entries of the matrix, where they can be had one by one. */
  readonly entries?: MatrixEntries | undefined;
  /** The map is `shift.of` plus `shift.by` times the identity. */
  readonly shift?: Shift | undefined;
  /** The tolerance of its products, where they are not exact. */
  readonly tolerance?: number | undefined;
  /** The same map with products of another tolerance, where there is one. */
  readonly within?: ((tolerance: number) => LinearMap) | undefined;
}

/** One gradient an input; `undefined` where it is not needed. */
export type Gradients = (Tensor | undefined)[];

/** A matrix of scalars, entry by entry. */
export interface MatrixEntries {
  /** The diagonal, `[...batch, n, 1]`, recorded. */
  diagonal(): Tensor;
  /** Column k, `[...batch, n, 1]`. */
  column(k: number): Tensor;
  /** Some columns, `[n, r]`, recorded; where they can be had. */
  columns?(places: readonly number[]): Tensor;
}

/** What is added to a diagonal. */
export interface Shift {
  /** The map without it. */
  readonly of: LinearMap;
  /** The number that is added. */
  readonly by: number;
}

/** Throws where a map is not square. */
export function checkSquareMap(map: LinearMap, doing: string): void {
  if (map.rows === map.columns) return;
  throw new ArgumentError(
    `Cannot ${doing} an operator of shape [${map.rows},${map.columns}]: a square one is wanted`,
  );
}

/** Deals the inputs of several maps out again, in the order they came in. */
export function dealt<T>(
  maps: readonly LinearMap[],
  all: readonly T[],
): T[][] {
  let next = 0;
  return maps.map(({ inputs }) => all.slice(next, next += inputs.length));
}
