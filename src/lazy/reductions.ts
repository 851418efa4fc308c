/**
 * Reductions of LazyTensors.
 *
 * @module
 */

import { apply, type LazyLike, promoted, stateOfLazy } from "./base.ts";
import { ArgumentError } from "../errors.ts";
import * as ops from "../ops/vector.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { NamedReduction } from "../reductions/reduction.ts";
import { asReduction, type ReduceOptions } from "./evaluate.ts";
import { LazyCalculus } from "./calculus.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { type Reduced, reduceStates } from "./reduce.ts";

/**
 * An axis of a LazyTensor of shape `[...batch, M, N, D]`: `"i"`, `"j"`, the
 * position of that dimension, or `"d"` (-1) for the components.
 */
export type LazyAxis = "i" | "j" | "d" | number;

/** A reduction over points. */
export type PointsAxis = "i" | "j" | number;

/** Reductions over points i or j; extrema and sums of components stay lazy. */
export abstract class LazyReductions extends LazyCalculus {
  /**
   * Reduces over an axis.
   *
   * @param reduction a name as in KeOps (`"Sum"`, `"LogSumExp"` ...), or a
   * reduction of one's own
   * @param axis `"i"`, `"j"`, or the position of that dimension
   * @param options how to compute; `weight` for weighted reductions, `k` for
   * the k-min family
   * @returns one tensor `[...batch, points, ...]` for each output
   * @throws {ArgumentError} where the reduction or an option is unknown
   * @throws {ShapeError} where dimensions do not fit
   */
  reduce(
    reduction: string | NamedReduction,
    axis: PointsAxis,
    options: ReduceOptions & {
      readonly weight?: LazyLike | undefined;
      readonly k?: number | undefined;
    } = {},
  ): Tensor[] {
    const { weight, k } = options;
    const states = [
      stateOfLazy(this),
      ...(weight === undefined ? [] : [promoted(weight)]),
    ];
    const job = { reduction: asReduction(reduction), states, k };
    this.#checkComplex(job.reduction.name);
    return reduceStates(job, this.#points(axis), options) as Tensor[];
  }

  /** The sum over points, or of components (the default; it stays lazy). */
  sum(axis?: "d" | -1): LazyTensor;
  /** The sum over points: `[...batch, points, D]`. */
  sum(axis: PointsAxis, options?: ReduceOptions): Reduced;
  sum(axis: LazyAxis = "d", options: ReduceOptions = {}): LazyTensor | Reduced {
    if (this.#isComponents(axis)) {
      return this.isComplex ? this.complexSum() : apply(this, ops.sum);
    }
    return this.#one("Sum", axis, options);
  }

  /** The mean over points; NaN of none. */
  mean(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("Mean", axis, options);
  }

  /** The product over points; 1 of none. */
  prod(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("Product", axis, options);
  }

  /** The least component (the default; it stays lazy). */
  min(axis?: "d" | -1): LazyTensor;
  /** The minimum over points, by component; inf of none; NaN is skipped. */
  min(axis: PointsAxis, options?: ReduceOptions): Reduced;
  min(axis: LazyAxis = "d", options: ReduceOptions = {}): LazyTensor | Reduced {
    return this.#isComponents(axis)
      ? apply(this, ops.min)
      : this.#one("Min", axis, options);
  }

  /** The largest component (the default; it stays lazy). */
  max(axis?: "d" | -1): LazyTensor;
  /** The maximum over points, by component; -inf of none; NaN is skipped. */
  max(axis: PointsAxis, options?: ReduceOptions): Reduced;
  max(axis: LazyAxis = "d", options: ReduceOptions = {}): LazyTensor | Reduced {
    return this.#isComponents(axis)
      ? apply(this, ops.max)
      : this.#one("Max", axis, options);
  }

  /** The index of the least component (the default; it stays lazy). */
  argmin(axis?: "d" | -1): LazyTensor;
  /** Where the minimum is, the first on ties: int32, -1 of none. */
  argmin(axis: PointsAxis, options?: ReduceOptions): Reduced;
  argmin(
    axis: LazyAxis = "d",
    options: ReduceOptions = {},
  ): LazyTensor | Reduced {
    return this.#isComponents(axis)
      ? apply(this, ops.argmin)
      : this.#one("ArgMin", axis, options);
  }

  /** The index of the largest component (the default; it stays lazy). */
  argmax(axis?: "d" | -1): LazyTensor;
  /** Where the maximum is, the first on ties: int32, -1 of none. */
  argmax(axis: PointsAxis, options?: ReduceOptions): Reduced;
  argmax(
    axis: LazyAxis = "d",
    options: ReduceOptions = {},
  ): LazyTensor | Reduced {
    return this.#isComponents(axis)
      ? apply(this, ops.argmax)
      : this.#one("ArgMax", axis, options);
  }

  /** The minimum over points and where it is. */
  minArgmin(axis: PointsAxis, options: ReduceOptions = {}): [Tensor, Tensor] {
    return this.reduce("Min_ArgMin", axis, options) as [Tensor, Tensor];
  }

  /** The maximum over points and where it is. */
  maxArgmax(axis: PointsAxis, options: ReduceOptions = {}): [Tensor, Tensor] {
    return this.reduce("Max_ArgMax", axis, options) as [Tensor, Tensor];
  }

  /**
   * The K least values over points, ascending: `[...batch, points, K]` for a
   * scalar formula, `[...batch, points, K, D]` otherwise; padded with inf.
   */
  kmin(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("KMin", axis, { ...options, k });
  }

  /** Where the K least values are: int32, laid out as {@linkcode kmin}. */
  argKmin(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("ArgKMin", axis, { ...options, k });
  }

  /** The K least values and where they are. */
  kminArgkmin(
    k: number,
    axis: PointsAxis,
    options: ReduceOptions = {},
  ): [Tensor, Tensor] {
    const all = { ...options, k };
    return this.reduce("KMin_ArgKMin", axis, all) as [Tensor, Tensor];
  }

  /** The K largest values over points, descending; padded with -inf. */
  kmax(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("KMax", axis, { ...options, k });
  }

  /** Where the K largest values are: int32. */
  argKmax(k: number, axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("ArgKMax", axis, { ...options, k });
  }

  /** The K largest values and where they are. */
  kmaxArgkmax(
    k: number,
    axis: PointsAxis,
    options: ReduceOptions = {},
  ): [Tensor, Tensor] {
    const all = { ...options, k };
    return this.reduce("KMax_ArgKMax", axis, all) as [Tensor, Tensor];
  }

  /**
   * The logarithm of the sum of exponentials of a scalar formula, with
   * weights: `log sum_j w_j exp(f_j)`; without overflow, -inf of none.
   */
  logsumexp(
    axis: PointsAxis,
    options: ReduceOptions & { readonly weight?: LazyLike | undefined } = {},
  ): Reduced {
    return this.#one("LogSumExp", axis, options);
  }

  /** The smooth minimum of a scalar formula: `-log sum_j exp(-f_j)`. */
  softmin(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("SoftMin", axis, options);
  }

  /** The mean of `weight` under the soft-max of a scalar formula. */
  sumsoftmaxweight(
    weight: LazyLike,
    axis: PointsAxis,
    options: ReduceOptions = {},
  ): Reduced {
    return this.#one("SumSoftMaxWeight", axis, { ...options, weight });
  }

  /** 1 where any value over points is not 0; 0 of none. */
  any(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("Any", axis, options);
  }

  /** 1 where all values over points are not 0; 1 of none. */
  all(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("All", axis, options);
  }

  /** How many values over points are not 0. */
  count(axis: PointsAxis, options: ReduceOptions = {}): Reduced {
    return this.#one("Count", axis, options);
  }

  /** The first result, or the function that gives it. */
  #one(
    name: string,
    axis: PointsAxis,
    options: Parameters<LazyReductions["reduce"]>[2],
  ): Reduced {
    const results: unknown = this.reduce(name, axis, options);
    if (typeof results !== "function") return (results as Reduced[])[0];
    const first = (...data: unknown[]) => results(...data)[0];
    return first as unknown as Reduced;
  }

  /** Only sums and means of complex numbers have a meaning. */
  #checkComplex(name: string): void {
    if (!this.isComplex || name === "Sum" || name === "Mean") return;
    throw new ArgumentError(
      `Cannot reduce a complex LazyTensor by "${name}": use its real and imaginary parts`,
    );
  }

  /** Whether an axis is that of the components. */
  #isComponents(axis: LazyAxis): axis is "d" | -1 {
    return axis === "d" || axis === -1 || axis === this.batch.length + 2;
  }

  /** The points that an axis means. */
  #points(axis: LazyAxis): "i" | "j" {
    const first = this.batch.length;
    if (axis === "i" || axis === first || axis === -3) return "i";
    if (axis === "j" || axis === first + 1 || axis === -2) return "j";
    throw new ArgumentError(
      `Cannot reduce over the axis ${
        typeof axis === "string" ? `"${axis}"` : axis
      } of a LazyTensor of shape [${this.shape}]: "i" (${first}) or "j" (${
        first + 1
      }) is wanted`,
    );
  }
}
