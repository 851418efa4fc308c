/**
 * Reductions of formulas in template strings: `sum.j` and its like.
 *
 * @module
 */

import type { LazyTensor } from "../lazy/lazy_tensor.ts";
import type { Reduced } from "../lazy/reduce.ts";
import { formula, type TemplateValue } from "./formula.ts";

/** Reads a formula as {@linkcode formula} does, and reduces it. */
export type ReduceTemplate = (
  strings: TemplateStringsArray,
  ...values: readonly TemplateValue[]
) => Reduced;

/** A reduction of formulas over points i or over points j. */
export interface TemplateReduction {
  /** Over points i: one row of results for each j. */
  readonly i: ReduceTemplate;
  /** Over points j: one row of results for each i. */
  readonly j: ReduceTemplate;
}

function reduction(
  reduce: (lazy: LazyTensor, axis: "i" | "j") => Reduced,
): TemplateReduction {
  const over = (axis: "i" | "j"): ReduceTemplate => (strings, ...values) =>
    reduce(formula(strings, ...values), axis);
  return { i: over("i"), j: over("j") };
}

/**
 * The sum over points; 0 of none.
 *
 * @example Gaussian convolution
 * ```ts
 * import { sum } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = [[0], [1]], y = [[0], [2]], b = [1, 10], g = 0.5;
 * const a = sum.j`exp(-${g} * |${x}_i - ${y}_j|^2) * ${b}_j`;
 * assert.deepEqual(a.shape, [2, 1]);
 * assert.ok(Math.abs(a.dataSync()[0] - (1 + 10 * Math.exp(-2))) < 1e-5);
 * ```
 */
export const sum: TemplateReduction = reduction((f, axis) => f.sum(axis));

/**
 * The mean over points; NaN of none.
 */
export const mean: TemplateReduction = reduction((f, axis) => f.mean(axis));

/**
 * The product over points; 1 of none.
 */
export const prod: TemplateReduction = reduction((f, axis) => f.prod(axis));

/**
 * The least value over points; inf of none.
 */
export const min: TemplateReduction = reduction((f, axis) => f.min(axis));

/**
 * The largest value over points; -inf of none.
 */
export const max: TemplateReduction = reduction((f, axis) => f.max(axis));

/**
 * Where the least value over points is, int32; -1 of none.
 */
export const argmin: TemplateReduction = reduction((f, axis) => f.argmin(axis));

/**
 * Where the largest value over points is, int32; -1 of none.
 */
export const argmax: TemplateReduction = reduction((f, axis) => f.argmax(axis));

/**
 * The logarithm of the sum of exponentials, without overflow; -inf of none.
 */
export const logsumexp: TemplateReduction = reduction((f, axis) =>
  f.logsumexp(axis)
);

/**
 * The smooth minimum `-log sum exp(-f)`, without overflow; inf of none.
 */
export const softmin: TemplateReduction = reduction((f, axis) =>
  f.softmin(axis)
);

/**
 * 1 where a value over points is not 0, else 0.
 */
export const any: TemplateReduction = reduction((f, axis) => f.any(axis));

/**
 * 1 where no value over points is 0, else 0.
 */
export const all: TemplateReduction = reduction((f, axis) => f.all(axis));

/**
 * How many values over points are not 0, int32.
 */
export const count: TemplateReduction = reduction((f, axis) => f.count(axis));

/**
 * The k least values over points, ascending.
 *
 * @param k how many
 * @throws {ArgumentError} where k is no positive integer
 *
 * @example Two of each row
 * ```ts
 * import { kmin } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const nearest = kmin(2).j`|${[0, 10]}_i - ${[1, 2, 7]}_j|`;
 * assert.deepEqual(nearest.arraySync(), [[1, 2], [3, 8]]);
 * ```
 */
export function kmin(k: number): TemplateReduction {
  return reduction((f, axis) => f.kmin(k, axis));
}

/**
 * Where the k least values over points are: int32.
 *
 * @param k how many
 * @throws {ArgumentError} where k is no positive integer
 *
 * @example Two of each row
 * ```ts
 * import { argKmin } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const nearest = argKmin(2).j`|${[0, 10]}_i - ${[1, 2, 7]}_j|`;
 * assert.deepEqual(nearest.arraySync(), [[0, 1], [2, 1]]);
 * ```
 */
export function argKmin(k: number): TemplateReduction {
  return reduction((f, axis) => f.argKmin(k, axis));
}
