/**
 * The axes of a LazyTensor, and reductions over one of them by name.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { NamedReduction } from "../reductions/reduction.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type LazyBase, type LazyLike, promoted, stateOfLazy } from "./base.ts";
import { asReduction, type ReduceOptions } from "./evaluate.ts";
import { type Reduced, reduceStates } from "./reduce.ts";

/**
 * An axis of a LazyTensor of shape `[...batch, M, N, D]`: `"i"`, `"j"`, the
 * position of that dimension, or `"d"` (-1) for the components.
 */
export type LazyAxis = "i" | "j" | "d" | number;

/** A reduction over points: `"i"`, `"j"`, or the position of that dimension. */
export type PointsAxis = "i" | "j" | number;

/** What a reduction by name takes beside an axis. */
export interface NamedOptions extends ReduceOptions {
  /** The weights of a weighted reduction. */
  readonly weight?: LazyLike | undefined;
  /** The number of values that the k-min family keeps. */
  readonly k?: number | undefined;
}

/** Whether an axis is that of the components. */
export function isComponents(lazy: LazyBase, axis: LazyAxis): axis is "d" | -1 {
  return axis === "d" || axis === -1 || axis === lazy.batch.length + 2;
}

/** The points that an axis means. */
function pointsOf(lazy: LazyBase, axis: LazyAxis): "i" | "j" {
  const first = lazy.batch.length;
  if (axis === "i" || axis === first || axis === -3) return "i";
  if (axis === "j" || axis === first + 1 || axis === -2) return "j";
  throw new ArgumentError(
    `Cannot reduce over the axis ${
      typeof axis === "string" ? `"${axis}"` : axis
    } of a LazyTensor of shape [${lazy.shape}]: "i" (${first}) or "j" (${
      first + 1
    }) is wanted`,
  );
}

/** Only sums and means of complex numbers have a meaning. */
function checkComplex(lazy: LazyBase, name: string): void {
  if (!lazy.isComplex || name === "Sum" || name === "Mean") return;
  throw new ArgumentError(
    `Cannot reduce a complex LazyTensor by "${name}": use its real and imaginary parts`,
  );
}

/** All results of a reduction, or the function that gives them. */
export function reduceAll(
  lazy: LazyBase,
  reduction: string | NamedReduction,
  axis: PointsAxis,
  options: NamedOptions,
): ReturnType<typeof reduceStates> {
  const { weight, k } = options;
  const states = [
    stateOfLazy(lazy),
    ...(weight === undefined ? [] : [promoted(weight)]),
  ];
  const job = { reduction: asReduction(reduction), states, k };
  checkComplex(lazy, job.reduction.name);
  return reduceStates(job, pointsOf(lazy, axis), options);
}

/** The first result, or the function that gives it. */
export function reduceOne(
  lazy: LazyBase,
  name: string,
  axis: PointsAxis,
  options: NamedOptions,
): Reduced {
  const results = reduceAll(lazy, name, axis, options);
  if (typeof results !== "function") return results[0] as Reduced;
  const first = (...data: Parameters<typeof results>) => results(...data)[0];
  return first as unknown as Reduced;
}

/** Both results of a search. */
export function reducePair(
  lazy: LazyBase,
  name: string,
  axis: PointsAxis,
  options: NamedOptions,
): [Tensor, Tensor] {
  return reduceAll(lazy, name, axis, options) as [Tensor, Tensor];
}
