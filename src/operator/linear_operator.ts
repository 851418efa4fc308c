/**
 * Linear operators: matrices that are known by their products.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { ShapeError } from "../errors.ts";
import type { LazyBase } from "../lazy/base.ts";
import type { IterationOptions } from "../solve/options.ts";
import { besideMap } from "../solve/products.ts";
import { solveMap } from "../solve/system.ts";
import { eye } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LinearMap } from "./map.ts";
import {
  productMap,
  scaledMap,
  shiftedMap,
  sumMap,
  transposedMap,
} from "./combined_maps.ts";
import { diagonalMap, matrixDiagonal } from "./maps.ts";
import {
  checkFits,
  columnsFor,
  type OperatorData,
  sameAs,
  scaleFor,
  shapeOf,
  tensorFor,
  vectorFor,
} from "./operands.ts";
import { mapOfSource } from "./sources.ts";

/** What has products: operators, matrices, LazyTensors of scalars. */
export type LinearOperatorLike = LinearOperator | LazyBase | Tensor;

let read: (operator: LinearOperator) => LinearMap;

/** The operator of a map. */
export let operatorOf: (map: LinearMap) => LinearOperator;

/** The map behind an operator, or behind what can be one. */
export function mapOf(source: LinearOperatorLike): LinearMap {
  return source instanceof LinearOperator
    ? read(source)
    : mapOfSource(source, {});
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
    operatorOf = (map) => new LinearOperator(map);
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
    const vector = vectorFor(this.#map, "matvec", x, columns);
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
    const vector = vectorFor(this.#map, "rmatvec", y, rows);
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
    const map = this.#map;
    return map.multiply(columnsFor(map, "matmat", x, map.columns));
  }

  /**
   * The product of the transpose with all columns of a matrix, in one pass.
   *
   * @param y `[rows, E]`
   * @returns `[columns, E]`
   * @throws {ShapeError} where y is no such matrix
   */
  rmatmat(y: OperatorData): Tensor {
    const map = this.#map;
    return map.multiplyTransposed(columnsFor(map, "rmatmat", y, map.rows));
  }

  /** The transposed operator. */
  get T(): LinearOperator {
    return operatorOf(transposedMap(this.#map));
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
    return operatorOf(
      sumMap([this.#map, sameAs(this.#map, "add", mapOf(other))]),
    );
  }

  /**
   * The difference to another operator.
   *
   * @param other of the same shape and dtype
   */
  sub(other: LinearOperatorLike): LinearOperator {
    const right = sameAs(this.#map, "subtract", mapOf(other));
    return operatorOf(sumMap([this.#map, scaledMap(right, -1)]));
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
    return operatorOf(
      scaledMap(this.#map, scaleFor(this.#map, "multiply", scale)),
    );
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
        `Cannot add the identity to an operator of shape ${
          shapeOf(this.#map)
        }: a square one is wanted`,
      );
    }
    return operatorOf(
      shiftedMap(this.#map, scaleFor(this.#map, "shift", alpha)),
    );
  }

  /**
   * The product of two operators: the other one acts first.
   *
   * @param other with as many rows as this one has columns
   */
  matmul(other: LinearOperatorLike): LinearOperator {
    const right = mapOf(other);
    checkFits(this.#map, "multiply", right, this.#map.columns === right.rows);
    return operatorOf(productMap(this.#map, right));
  }

  /**
   * Each row times a number: a diagonal operator times this one.
   *
   * @param factors `[rows]`
   */
  scaleRows(factors: OperatorData): LinearOperator {
    const { rows } = this.#map;
    const diagonal = vectorFor(this.#map, "scaleRows", factors, rows);
    return operatorOf(
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
    const diagonal = vectorFor(this.#map, "scaleColumns", factors, columns);
    return operatorOf(
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
    const right = tensorFor(this.#map, b);
    const flat = right.ndim === 1;
    const given = flat ? right.reshape([right.size, 1]) : right;
    const x = solveMap(
      this.#map,
      columnsFor(this.#map, "solve", given, rows, right.shape),
      options,
    );
    return flat ? x.reshape([columns]) : x;
  }

  /** What it is, and its shape. */
  toString(): string {
    return `LinearOperator(${this.#map.name}) shape ${
      shapeOf(this.#map)
    } ${this.dtype}`;
  }
}
