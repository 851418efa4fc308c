/**
 * A sum and its gradients in one pass over the pairs.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { AXIS_I, AXIS_J } from "../formula/formula.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { assertVariable, type LazyLike, promoted } from "./base.ts";
import type { ReduceOptions } from "./evaluate.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { reduceMany } from "./many.ts";

/** How to compute a sum and its gradients. */
export interface SumAndGradOptions extends ReduceOptions {
  /** What each row of the sum is multiplied with; ones if left out. */
  readonly gradOutput?: LazyLike | undefined;
}

/** A sum and its gradients. */
export interface SumAndGrad {
  /** One vector for each point that is not summed over. */
  readonly sum: Tensor;
  /** One vector for each point, for each of the variables. */
  readonly gradients: Tensor[];
}

/**
 * A sum and its gradients in one pass: distances, exponentials and what else
 * they share are computed once for each pair, not once for the sum and again
 * for its derivative. Potentials and forces are such a pair.
 *
 * Both can be differentiated again, as those of `sum` and `grad`.
 *
 * @param of what is summed, of points i and points j
 * @param variables points that are not summed over: what `Vi(x)` gives where
 * the sum is over `"j"`
 * @param axis the points to sum over, `"i"` or `"j"`
 * @param options how to compute, and the gradient that flows in
 * @returns the sum, `[...batch, points, D]`, and one gradient for each variable
 * @throws {ArgumentError} where a variable is none, or is summed over
 * @throws {ShapeError} where `gradOutput` has another dimension
 *
 * @example Potentials of springs, and forces
 * ```ts
 * import { sumAndGrad, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = Vi([[0], [1], [3]]);
 * const energies = x.sqdist(Vj([[0], [1], [3]])).div(2);
 * const { sum, gradients: [slopes] } = sumAndGrad(energies, [x], "j");
 * assert.deepEqual(sum.arraySync(), [[5], [2.5], [6.5]]);
 * assert.deepEqual(slopes.arraySync(), [[-4], [-1], [5]]);
 * ```
 */
export function sumAndGrad(
  of: LazyTensor,
  variables: readonly LazyTensor[],
  axis: "i" | "j",
  options: SumAndGradOptions = {},
): SumAndGrad {
  const { gradOutput, ...how } = options;
  const { formula, complex } = promoted(of);
  if (complex) {
    throw new ArgumentError(
      "Cannot give the gradient of a complex sum: use its real and imaginary parts",
    );
  }
  const ones = Array.from({ length: formula.dim }, () => 1);
  const kept = axis === "j" ? AXIS_I : AXIS_J;
  const jobs = [
    of,
    ...variables.map((v) => {
      assertVariable(v);
      if (promoted(v).formula.axes !== kept) {
        const [given, wanted] = axis === "j" ? ["Vi", "i"] : ["Vj", "j"];
        throw new ArgumentError(
          `Cannot give the gradient in a variable beside a sum over ${axis}, unless it has one vector for each ${wanted}: what ${given}(x) gives is wanted`,
        );
      }
      return of.grad(v, gradOutput ?? ones);
    }),
  ].map((of) => ({ of, reduction: "Sum" }));
  const [[sum], ...gradients] = reduceMany(jobs, axis, how);
  return { sum, gradients: gradients.map(([g]) => g) };
}
