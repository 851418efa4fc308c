/**
 * Reductions of tensors over axes.
 *
 * An axis may be negative: it counts from the last. Without an axis, all
 * entries are reduced.
 *
 * @module
 */

import { TensorComparison } from "./comparison.ts";
import { argExtremum, extremum } from "./extremum.ts";
import {
  type Axes,
  logsumexp,
  mean,
  prod,
  type ReduceOptions,
  sum,
} from "./reduce.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Sums, means, extrema over axes. They throw an `ArgumentError` for axes that
 * are not there, or named twice.
 *
 * @example All entries, rows, and rows that stay
 * ```ts
 * import { tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * assert.equal(x.sum().item(), 10);
 * assert.deepEqual(x.sum(1).arraySync(), [3, 7]);
 * assert.deepEqual(x.sum(1, { keepDims: true }).shape, [2, 1]);
 * ```
 */
export abstract class TensorReductions extends TensorComparison {
  /**
   * The sum over axes; 0 of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example Columns
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.deepEqual(x.sum(0).arraySync(), [4, 6]);
   * ```
   */
  sum(axis?: Axes, options?: ReduceOptions): Tensor {
    return sum(this, axis, options);
  }

  /**
   * The mean over axes; not a number of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example Rows
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.deepEqual(x.mean(-1).arraySync(), [1.5, 3.5]);
   * ```
   */
  mean(axis?: Axes, options?: ReduceOptions): Tensor {
    return mean(this, axis, options);
  }

  /**
   * The product over axes; 1 of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example All entries
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.equal(x.prod().item(), 24);
   * ```
   */
  prod(axis?: Axes, options?: ReduceOptions): Tensor {
    return prod(this, axis, options);
  }

  /**
   * The least entry over axes. NaN is skipped; `inf` of nothing. Of equal
   * entries, the first one has the derivative.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example Rows
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.deepEqual(x.min(1).arraySync(), [1, 3]);
   * ```
   */
  min(axis?: Axes, options?: ReduceOptions): Tensor {
    return extremum("min", this, axis, options);
  }

  /**
   * The largest entry over axes. NaN is skipped; `-inf` of nothing. Of equal
   * entries, the first one has the derivative.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example Columns
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.deepEqual(x.max(0).arraySync(), [3, 4]);
   * ```
   */
  max(axis?: Axes, options?: ReduceOptions): Tensor {
    return extremum("max", this, axis, options);
  }

  /**
   * The position of the least entry along an axis, of the first one where
   * several are equal; -1 of nothing.
   *
   * @param axis one axis; without it, positions count all entries
   * @param options whether reduced axes stay, with size 1
   * @returns a tensor of dtype `int32`
   *
   * @example Of all, and of columns
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.equal(x.argmin().item(), 0);
   * assert.deepEqual(x.argmin(0).arraySync(), [0, 0]);
   * ```
   */
  argmin(axis?: number, options?: ReduceOptions): Tensor {
    return argExtremum("argmin", this, axis, options);
  }

  /**
   * The position of the largest entry along an axis, of the first one where
   * several are equal; -1 of nothing.
   *
   * @param axis one axis; without it, positions count all entries
   * @param options whether reduced axes stay, with size 1
   * @returns a tensor of dtype `int32`
   *
   * @example Of all, and of columns
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor([[1, 2], [3, 4]]);
   * assert.equal(x.argmax().item(), 3);
   * assert.deepEqual(x.argmax(0).arraySync(), [1, 1]);
   * ```
   */
  argmax(axis?: number, options?: ReduceOptions): Tensor {
    return argExtremum("argmax", this, axis, options);
  }

  /**
   * The logarithm of the sum of exponentials over axes, without overflow;
   * `-inf` of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example Exponents that would overflow
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = tensor(new Float64Array([1000, 1000]));
   * assert.ok(Math.abs(x.logsumexp().item() - (1000 + Math.LN2)) < 1e-9);
   * ```
   */
  logsumexp(axis?: Axes, options?: ReduceOptions): Tensor {
    return logsumexp(this, axis, options);
  }

  /**
   * The Euclidean norm over axes. Its derivative at 0 is taken as 0.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   *
   * @example Of one vector
   * ```ts
   * import { tensor } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * assert.equal(tensor([3, 4]).norm().item(), 5);
   * ```
   */
  norm(axis?: Axes, options?: ReduceOptions): Tensor {
    return this.square().sum(axis, options).sqrt();
  }
}
