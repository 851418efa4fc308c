/**
 * Linear systems of kernel matrices by conjugate gradients.
 *
 * @module
 */

import {
  ArgumentError,
  ConvergenceError,
  counted,
  ShapeError,
} from "../errors.ts";
import { allocateArray } from "../dtypes.ts";
import { mul } from "../ops/core.ts";
import { sumReduction } from "../reductions/sum.ts";
import { makeTensor, memoryOf, record } from "../tensor/base.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Job, reduceJobs, type ReduceOptions } from "./evaluate.ts";
import { pullBack, tensorsOf, withData } from "./gradient.ts";
import {
  applyOp,
  dtypeOf,
  type LazyData,
  type LazyState,
  pointColumns,
} from "./state.ts";

/** How a linear system is solved. */
export interface SolveOptions extends ReduceOptions {
  /** What is added to the diagonal; 1e-10 where not given. */
  readonly alpha?: number | undefined;
  /**
   * The norm of the residual over that of the right-hand side, for each
   * column; 1e-6 in float32 and 1e-10 in float64 where not given.
   */
  readonly eps?: number | undefined;
  /** The largest number of steps; 10 N + 100 where not given. */
  readonly maxIterations?: number | undefined;
}

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
}

/** Solves `(alpha Id + K) x = b` for a matrix of scalars. */
export function solveState(
  kernel: LazyState,
  b: LazyData,
  options: SolveOptions,
): Tensor {
  checkSquare(kernel);
  const dtype = dtypeOf(kernel.operands.values());
  const right = b instanceof Tensor ? b : tensor(b, undefined, { dtype });
  const { column, flat } = pointColumns(right);
  if (column.n !== kernel.n) {
    throw new ShapeError(
      `Cannot solve a system of ${kernel.n} unknowns with a right-hand side of shape [${right.shape}]: [..., ${kernel.n}, E] or [${kernel.n}] is wanted`,
    );
  }
  const { batch } = applyOp(mul, [kernel, column]);
  const wide = flat ? right.reshape([right.size, 1]) : right;
  const shape = [...batch, ...wide.shape.slice(-2)];
  const full = `${wide.shape}` === `${shape}` ? wide : wide.broadcastTo(shape);
  const x = solveSystem(kernelSystem(kernel), full, options);
  return flat && batch.length === 0 ? x.reshape([...right.shape]) : x;
}

function kernelSystem(kernel: LazyState): LinearSystem {
  const inputs = tensorsOf([kernel]);
  return {
    inputs,
    separable: true,
    reduced: "j",
    madeOf: (data) => kernelSystem(withData(inputs, data)(kernel)),
    product: (x) => ({
      reduction: sumReduction,
      states: [applyOp(mul, [kernel, pointColumns(x).column])],
    }),
  };
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
  const solution = iterate(system, right, options);
  const { inputs, reduced } = system;
  record([solution], [right, ...inputs], "solve", ([g], needed, saved) => {
    if (g === undefined) return needed.map(() => undefined);
    const [x, ...data] = saved;
    const again = system.madeOf(data);
    const u = solveSystem(again, g, options);
    const wanted = data.map((t, k) => needed[k + 1] ? t : undefined);
    const job = again.product(x);
    const how = productOptions(options);
    return [u, ...pullBack(job, reduced, how, [], [u.neg()], wanted)];
  }, [solution, ...inputs]);
  return solution;
}

function checkSquare(kernel: LazyState): void {
  if (kernel.formula.dim === 1 && kernel.m === kernel.n) return;
  throw new ShapeError(
    `Cannot solve with a LazyTensor of ${kernel.m} rows, ${kernel.n} columns and dimension ${kernel.formula.dim}: a square matrix of scalars is wanted`,
  );
}

function checkOptions(
  { alpha = 0, eps = 1, maxIterations = 1 }: SolveOptions,
): void {
  const positive = [["eps", eps], ["maxIterations", maxIterations]] as const;
  for (const [name, x] of positive) {
    if (x > 0) continue;
    throw new ArgumentError(
      `Cannot solve with ${name} = ${x}: a positive number is wanted`,
    );
  }
  if (alpha >= 0) return;
  throw new ArgumentError(
    `Cannot solve with alpha = ${alpha}: a number from 0 on is wanted`,
  );
}

/** Options of the products; the others are those of the iteration. */
function productOptions(options: SolveOptions): ReduceOptions {
  const { sumScheme, dtypeAcc, precision, backend, ranges } = options;
  return { sumScheme, dtypeAcc, precision, backend, ranges };
}

/**
 * Conjugate gradients for each column (Hestenes and Stiefel 1952), in float64
 * but for the products. All columns share the products.
 */
function iterate(
  system: LinearSystem,
  right: Tensor,
  options: SolveOptions,
): Tensor {
  const { dtype, shape } = right;
  const [points, dim] = shape.slice(-2);
  const [n, e] = system.separable ? [points, dim] : [points * dim, 1];
  const {
    alpha = 1e-10,
    eps = dtype === "float64" ? 1e-10 : 1e-6,
    maxIterations = 10 * n + 100,
  } = options;
  const how = productOptions(options);
  const multiply = (p: Float64Array): Float64Array => {
    const job = system.product(rounded(p, right));
    const [[y]] = reduceJobs([job], system.reduced, how);
    return Float64Array.from(memoryOf(y).data);
  };
  const b = Float64Array.from(memoryOf(right).data);
  const columns = new Columns(n, e);
  const x = new Float64Array(b.length);
  const r = Float64Array.from(b);
  const p = Float64Array.from(b);
  const start = columns.dot(b, b);
  let rr = start;
  const residuals: number[] = [];
  const done = () =>
    rr.every((value, c) => Math.sqrt(value) <= eps * Math.sqrt(start[c]));
  for (let step = 0; !done(); step++) {
    if (step >= maxIterations) throw notConverged(step, residuals, eps);
    const q = multiply(p);
    columns.addScaled(q, p, rr.map(() => alpha));
    const curvature = columns.dot(p, q);
    const lengths = rr.map((value, c) => {
      if (value === 0) return 0;
      if (curvature[c] > 0) return value / curvature[c];
      throw new ConvergenceError(
        `Cannot solve: the matrix is not positive definite (curvature ${
          curvature[c]
        } at step ${step}); add to its diagonal with alpha`,
        residuals,
      );
    });
    columns.addScaled(x, p, lengths);
    columns.addScaled(r, q, lengths.map((a) => -a));
    const next = columns.dot(r, r);
    columns.shrinkAndAdd(p, next.map((v, c) => rr[c] > 0 ? v / rr[c] : 0), r);
    rr = next;
    residuals.push(
      Math.sqrt(Math.max(0, ...rr.map((v, c) => v === 0 ? 0 : v / start[c]))),
    );
  }
  return rounded(x, right);
}

/** Numbers as a tensor of the dtype and shape of another. */
function rounded(x: Float64Array, { dtype, shape }: Tensor): Tensor {
  const data = allocateArray(dtype, x.length);
  data.set(x);
  return makeTensor(data, [...shape], dtype);
}

function notConverged(
  steps: number,
  residuals: readonly number[],
  eps: number,
): ConvergenceError {
  return new ConvergenceError(
    `Cannot solve to eps = ${eps} in ${
      counted(steps, "step")
    }: the relative residual is ${
      residuals.at(-1)
    }; allow more steps or a larger eps, or add to the diagonal with alpha`,
    residuals,
  );
}

/** Arrays `[..., n, e]`, seen as independent columns. */
class Columns {
  readonly #n: number;
  readonly #e: number;

  constructor(n: number, e: number) {
    this.#n = n;
    this.#e = e;
  }

  /** The column of an entry. */
  #of(at: number): number {
    return Math.floor(at / (this.#n * this.#e)) * this.#e + at % this.#e;
  }

  dot(a: Float64Array, b: Float64Array): number[] {
    const sums: number[] = Array(a.length / (this.#n || 1)).fill(0);
    a.forEach((value, k) => sums[this.#of(k)] += value * b[k]);
    return sums;
  }

  /** `to += scale x`. */
  addScaled(to: Float64Array, x: Float64Array, scale: number[]): void {
    x.forEach((value, k) => to[k] += scale[this.#of(k)] * value);
  }

  /** `to = scale to + x`. */
  shrinkAndAdd(to: Float64Array, scale: number[], x: Float64Array): void {
    x.forEach((value, k) => to[k] = scale[this.#of(k)] * to[k] + value);
  }
}
