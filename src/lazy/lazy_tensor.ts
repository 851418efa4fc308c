/**
 * The LazyTensor: a formula with its data, never computed for all pairs at
 * once.
 *
 * @module
 */

import type * as arithmetic from "../ops/arithmetic.ts";
import type * as comparison from "../ops/comparison.ts";
import { complexFrom } from "../ops/complex.ts";
import type * as elementary from "../ops/elementary.ts";
import type * as matrix from "../ops/matrix.ts";
import type * as softDtw from "../ops/soft_dtw.ts";
import type * as splines from "../ops/splines.ts";
import type * as vector from "../ops/vector.ts";
import { LazyEvaluation } from "./evaluation.ts";
import { blockState } from "./block.ts";
import { joinedMap, type LazyLike, remade, stateOfLazy } from "./base.ts";

/**
 * A symbolic array of shape `[...batch, M, N, D]`: one vector for each pair of
 * points (i, j), given by a formula of data. Only reductions compute it.
 *
 * @example Gaussian kernel density
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = Vi(new Float64Array([0, 1, 2])), y = Vj([0, 2]);
 * const density = x.sqdist(y).neg().exp().sum("j");
 * assert.deepEqual(density.shape, [3, 1]);
 * assert.ok(Math.abs(density.dataSync()[1] - 2 * Math.exp(-1)) < 1e-12);
 * ```
 */
export class LazyTensor extends LazyEvaluation {
  /**
   * A matrix of LazyTensors as one: blocks of a row have the same points i,
   * blocks of a column the same points j. Gradients go to all of them.
   *
   * @param blocks rows of blocks
   * @throws {ArgumentError} where rows differ in length, or there are none
   * @throws {ShapeError} where sizes or dimensions do not fit
   *
   * @example Two rows of one block
   * ```ts
   * import { LazyTensor, Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const y = Vj([1, 10]);
   * const all = LazyTensor.block([[Vi([1]).mul(y)], [Vi([2, 3]).add(y)]]);
   * assert.deepEqual(all.shape, [3, 2, 1]);
   * assert.deepEqual(all.sum("j").arraySync(), [[11], [15], [17]]);
   * ```
   */
  static block(blocks: readonly (readonly LazyTensor[])[]): LazyTensor {
    const states = blocks.map((row) => row.map(stateOfLazy));
    return remade(new LazyTensor(0), blockState(states));
  }

  /**
   * The complex vector with these real and imaginary parts.
   *
   * @param real the real parts
   * @param imag the imaginary parts
   * @throws {ShapeError} where dimensions are neither equal nor 1
   *
   * @example 3 + 4 i
   * ```ts
   * import { LazyTensor, Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const z = LazyTensor.complex(Vi([3]), Vj([4]));
   * assert.deepEqual(z.shape, [1, 1, 1]);
   * assert.deepEqual(z.abs().dense().arraySync(), [[[5]]]);
   * ```
   */
  static complex(real: LazyLike, imag: LazyLike): LazyTensor {
    const state = joinedMap(complexFrom, [real, imag]);
    return remade(new LazyTensor(0), state.with({ complex: true }));
  }
}

/** Ops whose constant is no method, because another method does their work. */
type WithoutMethod =
  | "elemT"
  | "extractT"
  | "gradSoftDtwSqdist"
  | "hessianSoftDtwSqdist"
  | "invOrZero"
  | "logSumExpComponents"
  | "powf"
  | "replicate"
  | "sinxdivxDerivative"
  | "sqDistDiag"
  | "sqNormDiag"
  | "sqNormIso"
  | "symSqNorm";

/** Every other op of these families is a method: this compiles only then. */
type Missing = Exclude<
  | keyof typeof arithmetic
  | keyof typeof elementary
  | keyof typeof comparison
  | keyof typeof vector
  | keyof typeof matrix
  | keyof typeof splines
  | keyof typeof softDtw,
  WithoutMethod | keyof LazyTensor
>;
const complete: [Missing] extends [never] ? true : Missing = true;
void complete;
