/**
 * Linear operators: matrices that are known by their products.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { LazyBase, stateOfLazy } from "../lazy/base.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import { matrixSizes } from "../lazy/solve.ts";
import type { IterationOptions } from "../solve/options.ts";
import { besideMap } from "../solve/products.ts";
import { solveMap } from "../solve/system.ts";
import { eye, tensor, type TensorData } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { functionMap, type OperatorDefinition } from "./function_map.ts";
import { kernelMap } from "./kernel_map.ts";
import type { LinearMap } from "./map.ts";
import {
  denseMap,
  diagonalMap,
  identityMap,
  matrixDiagonal,
  productMap,
  type Scale,
  scaledMap,
  shiftedMap,
  sumMap,
  transposedMap,
} from "./maps.ts";

/** What has products: operators, matrices, LazyTensors of scalars. */
export type LinearOperatorLike = LinearOperator | LazyBase | Tensor;

/** Data of a vector or of columns. */
export type OperatorData = TensorData | Tensor;

let read: (operator: LinearOperator) => LinearMap;
let make: (map: LinearMap) => LinearOperator;

/** The map behind an operator, or behind what can be one. */
export function mapOf(source: LinearOperatorLike): LinearMap {
  return read(linearOperator(source));
}

/**
 * A matrix that is known by its products, as SciPy's `LinearOperator`: of a
 * LazyTensor, of a stored matrix, of functions, or sums and products of those.
 * All that is computed from it has derivatives in what it is made of.
 *
 * @example A kernel matrix and noise of its own for each point
 * ```ts
 * import { diagonalOperator, tensor, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([[0], [1]], undefined, { dtype: "float64" });
 * const noise = tensor([1, 2], undefined, { dtype: "float64" });
 * const K = Vi(x).sqdist(Vj(x)).neg().exp().operator();
 * const A = K.add(diagonalOperator(noise));
 * assert.deepEqual(A.shape, [2, 2]);
 * assert.deepEqual(A.diagonal().arraySync(), [2, 3]);
 * const w = A.solve([1, 0]);
 * assert.ok(Math.abs(A.matvec(w).dataSync()[1]) < 1e-9);
 * ```
 */
export class LinearOperator {
  readonly #map: LinearMap;

  static {
    read = (operator) => operator.#map;
    make = (map) => new LinearOperator(map);
  }

  private constructor(map: LinearMap) {
    this.#map = map;
  }

  /** Rows and columns. */
  get shape(): [number, number] {
    return [this.#map.rows, this.#map.columns];
  }

  /** The dtype of vectors. */
  get dtype(): DType {
    return this.#map.dtype;
  }

  /**
   * The product with a vector.
   *
   * @param x `[columns]`
   * @returns `[rows]`
   * @throws {ShapeError} where x is no such vector
   */
  matvec(x: OperatorData): Tensor {
    const { rows, columns } = this.#map;
    const vector = this.#vector("matvec", x, columns);
    return this.#map.multiply(vector.reshape([columns, 1])).reshape([rows]);
  }

  /**
   * The product of the transpose with a vector.
   *
   * @param y `[rows]`
   * @returns `[columns]`
   * @throws {ShapeError} where y is no such vector
   */
  rmatvec(y: OperatorData): Tensor {
    const { rows, columns } = this.#map;
    const vector = this.#vector("rmatvec", y, rows);
    return this.#map.multiplyTransposed(vector.reshape([rows, 1]))
      .reshape([columns]);
  }

  /**
   * The product with all columns of a matrix, in one pass.
   *
   * @param x `[columns, E]`
   * @returns `[rows, E]`
   * @throws {ShapeError} where x is no such matrix
   */
  matmat(x: OperatorData): Tensor {
    return this.#map.multiply(this.#columns("matmat", x, this.#map.columns));
  }

  /**
   * The product of the transpose with all columns of a matrix, in one pass.
   *
   * @param y `[rows, E]`
   * @returns `[columns, E]`
   * @throws {ShapeError} where y is no such matrix
   */
  rmatmat(y: OperatorData): Tensor {
    const columns = this.#columns("rmatmat", y, this.#map.rows);
    return this.#map.multiplyTransposed(columns);
  }

  /** The transposed operator. */
  get T(): LinearOperator {
    return make(transposedMap(this.#map));
  }

  /** The transposed operator. */
  transpose(): LinearOperator {
    return this.T;
  }

  /**
   * The sum with another operator.
   *
   * @param other of the same shape and dtype
   */
  add(other: LinearOperatorLike): LinearOperator {
    return make(sumMap([this.#map, this.#same("add", other)]));
  }

  /**
   * The difference to another operator.
   *
   * @param other of the same shape and dtype
   */
  sub(other: LinearOperatorLike): LinearOperator {
    const right = scaledMap(this.#same("subtract", other), -1);
    return make(sumMap([this.#map, right]));
  }

  /** Minus this operator. */
  neg(): LinearOperator {
    return this.mul(-1);
  }

  /**
   * This operator times a number.
   *
   * @param scale a number, or a tensor of one entry, for derivatives in it
   */
  mul(scale: number | Tensor): LinearOperator {
    return make(scaledMap(this.#map, this.#scale("multiply", scale)));
  }

  /**
   * This operator plus a multiple of the identity. Solvers, preconditioners and
   * log-determinants know of it and are faster than with a diagonal operator.
   *
   * @param alpha a number, or a tensor of one entry, for derivatives in it
   * @throws {ShapeError} where the operator is not square
   */
  addIdentity(alpha: number | Tensor): LinearOperator {
    if (this.#map.rows !== this.#map.columns) {
      throw new ShapeError(
        `Cannot add the identity to an operator of shape [${this.shape}]: a square one is wanted`,
      );
    }
    return make(shiftedMap(this.#map, this.#scale("shift", alpha)));
  }

  /**
   * The product of two operators: the other one acts first.
   *
   * @param other with as many rows as this one has columns
   */
  matmul(other: LinearOperatorLike): LinearOperator {
    const right = mapOf(other);
    this.#agree("multiply", right, this.#map.columns === right.rows);
    return make(productMap(this.#map, right));
  }

  /**
   * Each row times a number: a diagonal operator times this one.
   *
   * @param factors `[rows]`
   */
  scaleRows(factors: OperatorData): LinearOperator {
    const { rows } = this.#map;
    const diagonal = this.#vector("scaleRows", factors, rows);
    return make(
      productMap(diagonalMap(diagonal.reshape([rows, 1])), this.#map),
    );
  }

  /**
   * Each column times a number: this operator times a diagonal one.
   *
   * @param factors `[columns]`
   */
  scaleColumns(factors: OperatorData): LinearOperator {
    const { columns } = this.#map;
    const diagonal = this.#vector("scaleColumns", factors, columns);
    return make(
      productMap(this.#map, diagonalMap(diagonal.reshape([columns, 1]))),
    );
  }

  /**
   * The diagonal; where entries cannot be had one by one, from products with
   * the whole identity.
   *
   * @returns `[n]`
   */
  diagonal(): Tensor {
    const { rows, columns, entries } = this.#map;
    const count = Math.min(rows, columns);
    if (entries !== undefined && rows === columns) {
      return entries.diagonal().reshape([count]);
    }
    return matrixDiagonal(this.dense()).reshape([count]);
  }

  /**
   * All entries: products with the columns of the identity.
   *
   * @returns `[rows, columns]`
   */
  dense(): Tensor {
    const { columns, dtype } = this.#map;
    const identity = eye(columns, columns, { dtype, device: "cpu" });
    return this.#map.multiply(besideMap(identity, this.#map));
  }

  /**
   * Solves `(A + alpha Id) x = b`: by conjugate gradients for a symmetric
   * positive operator, by MINRES for a symmetric one, by LSMR for any.
   *
   * @param b `[rows, E]`, or `[rows]`
   * @param options `method`, `alpha`, `eps`, `maxIterations` ...
   * @returns `[columns, E]`, or `[columns]`
   * @throws {ShapeError} where b does not fit
   * @throws {ArgumentError} where an option is out of range
   * @throws {ConvergenceError} where the residual stays large
   */
  solve(b: OperatorData, options: IterationOptions = {}): Tensor {
    const { rows, columns } = this.#map;
    const right = this.#given(b);
    const flat = right.ndim === 1;
    const given = flat ? right.reshape([right.size, 1]) : right;
    const x = solveMap(
      this.#map,
      this.#columns("solve", given, rows, right.shape),
      options,
    );
    return flat ? x.reshape([columns]) : x;
  }

  /** What it is, and its shape. */
  toString(): string {
    return `LinearOperator(${this.#map.name}) shape [${this.shape}] ${this.dtype}`;
  }

  #given(x: OperatorData): Tensor {
    if (x instanceof Tensor) return x;
    const options = { dtype: this.#map.dtype, device: "cpu" } as const;
    return besideMap(tensor(x, undefined, options), this.#map);
  }

  #vector(doing: string, x: OperatorData, size: number): Tensor {
    const vector = this.#given(x);
    if (vector.ndim === 1 && vector.size === size) {
      return this.#checked(doing, vector);
    }
    throw new ShapeError(
      `Cannot apply "${doing}" of an operator of shape [${this.shape}] to the shape [${vector.shape}]: [${size}] is wanted`,
    );
  }

  #columns(
    doing: string,
    x: OperatorData,
    size: number,
    shape?: readonly number[],
  ): Tensor {
    const columns = this.#given(x);
    if (columns.ndim === 2 && columns.shape[0] === size) {
      return this.#checked(doing, columns);
    }
    throw new ShapeError(
      `Cannot apply "${doing}" of an operator of shape [${this.shape}] to the shape [${
        shape ?? columns.shape
      }]: [${size}, E] is wanted`,
    );
  }

  #checked(doing: string, x: Tensor): Tensor {
    if (x.dtype === this.dtype) return x;
    throw new ShapeError(
      `Cannot apply "${doing}" of an operator of ${this.dtype} to ${x.dtype}: convert it with .to("${this.dtype}")`,
    );
  }

  #scale(doing: string, scale: Scale): Scale {
    if (typeof scale === "number") return scale;
    if (scale.size === 1 && scale.dtype === this.dtype) return scale;
    throw new ShapeError(
      `Cannot ${doing} an operator of ${this.dtype} by a tensor of shape [${scale.shape}] and dtype ${scale.dtype}: one entry of ${this.dtype} is wanted`,
    );
  }

  #same(doing: string, other: LinearOperatorLike): LinearMap {
    const map = mapOf(other);
    const { rows, columns } = this.#map;
    this.#agree(doing, map, map.rows === rows && map.columns === columns);
    return map;
  }

  #agree(doing: string, other: LinearMap, fits: boolean): void {
    if (fits && other.dtype === this.dtype) return;
    throw new ShapeError(
      `Cannot ${doing} operators of shapes [${this.shape}] and [${other.rows},${other.columns}], of ${this.dtype} and ${other.dtype}: ${
        fits ? "dtypes must be equal" : "shapes must fit"
      }`,
    );
  }
}

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
  if (source instanceof LinearOperator) return source;
  if (source instanceof LazyBase) {
    const state = stateOfLazy(source);
    matrixSizes(state, "make an operator of");
    if (state.batch.length === 0) return make(kernelMap(state, options));
    throw new ArgumentError(
      `Cannot make an operator of a LazyTensor with batch dimensions [${state.batch}]: one matrix is wanted`,
    );
  }
  if (!(source instanceof Tensor)) return make(functionMap(source));
  if (source.ndim === 2 && source.dtype !== "int32") {
    return make(denseMap(source));
  }
  throw new ShapeError(
    `Cannot make an operator of a tensor of shape [${source.shape}] and dtype ${source.dtype}: a matrix of floats is wanted`,
  );
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
    return make(identityMap(n, options.dtype ?? "float32"));
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
    return make(diagonalMap(given.reshape([given.size, 1])));
  }
  throw new ShapeError(
    `Cannot make a diagonal operator of shape [${given.shape}] and dtype ${given.dtype}: a vector of floats is wanted`,
  );
}

/** The operator of a map. */
export function operatorOf(map: LinearMap): LinearOperator {
  return make(map);
}
