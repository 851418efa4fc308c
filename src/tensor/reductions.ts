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

/** Sums, means, extrema over axes. */
export abstract class TensorReductions extends TensorComparison {
  /**
   * The sum over axes; 0 of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   */
  sum(axis?: Axes, options?: ReduceOptions): Tensor {
    return sum(this, axis, options);
  }

  /**
   * The mean over axes; not a number of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   */
  mean(axis?: Axes, options?: ReduceOptions): Tensor {
    return mean(this, axis, options);
  }

  /**
   * The product over axes; 1 of nothing.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
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
   */
  logsumexp(axis?: Axes, options?: ReduceOptions): Tensor {
    return logsumexp(this, axis, options);
  }

  /**
   * The Euclidean norm over axes. Its derivative at 0 is taken as 0.
   *
   * @param axis one axis, several, or all
   * @param options whether reduced axes stay, with size 1
   */
  norm(axis?: Axes, options?: ReduceOptions): Tensor {
    return this.square().sum(axis, options).sqrt();
  }
}
