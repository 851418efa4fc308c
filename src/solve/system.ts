/**
 * Linear systems of reductions: their solutions, and the derivatives of those.
 *
 * @module
 */

import { reduceWithin, toleranceOf } from "../approximate/tolerant.ts";
import { allocateArray } from "../dtypes.ts";
import type { Job } from "../lazy/evaluate.ts";
import { pullBack } from "../lazy/gradient.ts";
import { makeTensor, memoryOf, record } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { blockConjugateGradients } from "./block_cg.ts";
import { chosenPreconditioners } from "./choice.ts";
import { checkOptions, productOptions, type SolveOptions } from "./options.ts";
import { addScaled } from "./small.ts";

/** A linear map given by a reduction of its argument. */
export interface LinearSystem {
  /** The product with x, points j of the shape of the right-hand side. */
  product(x: Tensor): Job;
  /** The tensors that the map is made of. */
  readonly inputs: readonly Tensor[];
  /** The same map made of other tensors. */
  madeOf(inputs: readonly Tensor[]): LinearSystem;
  /** Columns of the right-hand side are systems of their own. */
  readonly separable: boolean;
  /** The axis that products reduce. */
  readonly reduced: "i" | "j";
  /** Leading dimensions of the map itself. */
  readonly batch: readonly number[];
  /** The entries of the matrix, where they can be had one by one. */
  readonly entries?: MatrixEntries | undefined;
}

/** A matrix of scalars, entry by entry. */
export interface MatrixEntries {
  /** The diagonal, `[...batch, n, 1]`. */
  diagonal(): Tensor;
  /** Column k, `[...batch, n, 1]`. */
  column(k: number): Tensor;
}

/**
 * Solves `(alpha Id + K) x = b` for a symmetric positive map K. The gradient
 * is that of the solution, whatever the steps that led to it: with
 * `u = (alpha Id + K)^-1 g`, that of b is u, and that of K is `-u x^T`.
 */
export function solveSystem(
  system: LinearSystem,
  right: Tensor,
  options: SolveOptions,
): Tensor {
  checkOptions(options);
  const tol = toleranceOf([system.product(right)], options);
  const solution = iterate(system, right, withTolerance(options, tol, right));
  const { inputs, reduced } = system;
  record([solution], [right, ...inputs], "solve", ([g], needed, saved) => {
    if (g === undefined) return needed.map(() => undefined);
    const [x, ...data] = saved;
    const again = system.madeOf(data);
    const u = solveSystem(again, g, options);
    const wanted = data.map((t, k) => needed[k + 1] ? t : undefined);
    const job = again.product(x);
    const how = { ...productOptions(options), tol };
    return [u, ...pullBack(job, reduced, how, [], [u.neg()], wanted)];
  }, [solution, ...inputs]);
  return solution;
}

/** The residual that can be had in the dtype of a right-hand side. */
function leastResidual({ dtype }: Tensor): number {
  return dtype === "float64" ? 1e-10 : 1e-6;
}

/**
 * Options for a map that is known up to a tolerance. Errors of the products
 * add up in the residual, so that these are ten times as exact as it.
 */
function withTolerance(
  options: SolveOptions,
  tol: number | undefined,
  right: Tensor,
): SolveOptions {
  if (tol === undefined) return options;
  const { eps = Math.max(leastResidual(right), tol) } = options;
  return { ...options, eps, tol: Math.min(tol, eps) / 10 };
}

function iterate(
  system: LinearSystem,
  right: Tensor,
  options: SolveOptions,
): Tensor {
  const products = new Products(system, right, options);
  const {
    alpha = 1e-10,
    eps = leastResidual(right),
    maxIterations = 10 * products.size + 100,
    onProgress,
    signal,
  } = options;
  const columns = products.read(memoryOf(right).data);
  const isZero = columns.every((list) =>
    list.every((b) => b.every((x) => x === 0))
  );
  if (isZero) return products.write(columns);
  const solution = blockConjugateGradients(
    {
      size: products.size,
      preconditioners: chosenPreconditioners(system, products, alpha, options),
      round: (v) => products.round(v),
      multiply: (vectors) => {
        const images = products.multiply(vectors);
        images.forEach((list, k) =>
          list.forEach((y, c) => addScaled(y, alpha, vectors[k][c]))
        );
        return images;
      },
    },
    columns,
    { eps, maxIterations, onProgress, signal },
  );
  return products.write(solution);
}

/**
 * Products of a linear map with vectors: a list of vectors for each entry of
 * the batch, and all lists in one reduction where columns are separate.
 */
export class Products {
  /** The number of unknowns of each system. */
  readonly size: number;
  /** The number of entries of the batch. */
  readonly count: number;
  readonly #system: LinearSystem;
  readonly #right: Tensor;
  readonly #options: SolveOptions;
  readonly #columns: number;

  /**
   * The products of a system.
   *
   * @param system the linear map
   * @param right a right-hand side, which tells shape and dtype
   * @param options how to compute
   */
  constructor(system: LinearSystem, right: Tensor, options: SolveOptions) {
    const [points, dim] = right.shape.slice(-2);
    const { separable } = system;
    this.#system = system;
    this.#right = right;
    this.#options = options;
    this.size = separable ? points : points * dim;
    this.#columns = separable ? dim : 1;
    this.count = right.shape.slice(0, -2).reduce((p, d) => p * d, 1);
  }

  /** Rounds a vector as the dtype of the products does. */
  round(vector: Float64Array): void {
    const { dtype } = this.#right;
    if (dtype === "float64") return;
    const rounded = allocateArray(dtype, vector.length);
    rounded.set(vector);
    vector.set(rounded);
  }

  /** The columns of each system, out of entries `[..., n, width]`. */
  read(
    data: ArrayLike<number>,
    width: number = this.#columns,
  ): Float64Array[][] {
    return Array.from({ length: this.count }, (_, entry) => {
      const first = entry * this.size * width;
      return Array.from({ length: width }, (_, c) => {
        const column = new Float64Array(this.size);
        for (let k = 0; k < this.size; k++) {
          column[k] = data[first + k * width + c];
        }
        return column;
      });
    });
  }

  /** The solutions, with the shape of the right-hand side. */
  write(columns: readonly Float64Array[][]): Tensor {
    return this.#tensor(columns, this.#columns, this.#right.shape);
  }

  /** The products with some vectors, without alpha. */
  multiply(vectors: readonly Float64Array[][]): Float64Array[][] {
    const most = Math.max(0, ...vectors.map((list) => list.length));
    if (this.#system.separable) {
      // Vectors that left the block are zeros: widths are programs of their own.
      const width = Math.max(this.#columns, most);
      const shape = [...this.#right.shape.slice(0, -1), width];
      const images = this.read(this.#product(vectors, width, shape), width);
      return images.map((list, k) => list.slice(0, vectors[k].length));
    }
    const images: Float64Array[][] = vectors.map(() => []);
    for (let c = 0; c < most; c++) {
      const own = vectors.map((list) => list.slice(c, c + 1));
      this.read(this.#product(own, 1, this.#right.shape))
        .forEach(([y], k) => c < vectors[k].length && images[k].push(y));
    }
    return images;
  }

  #product(
    vectors: readonly Float64Array[][],
    width: number,
    shape: readonly number[],
  ): ArrayLike<number> {
    const job = this.#system.product(this.#tensor(vectors, width, shape));
    const { reduced } = this.#system;
    const [[y]] = reduceWithin([job], reduced, productOptions(this.#options));
    return memoryOf(y).data;
  }

  #tensor(
    columns: readonly Float64Array[][],
    width: number,
    shape: readonly number[],
  ): Tensor {
    const { dtype } = this.#right;
    const data = allocateArray(dtype, this.count * this.size * width);
    columns.forEach((list, entry) =>
      list.forEach((x, c) => {
        const first = entry * this.size * width + c;
        for (let k = 0; k < x.length; k++) data[first + k * width] = x[k];
      })
    );
    return makeTensor(data, [...shape]);
  }
}
