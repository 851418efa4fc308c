/**
 * What is timed on a GPU beside the works of `works.ts`, where there is time:
 * long vectors, gradients in many dimensions, batches, other types. Nothing is
 * promised of them; their share of the bound is told.
 *
 * Bounds are those of one H200 by the rates of its units: 3.345e13 float32
 * instructions of a lane a second, 4.18e12 powers of 2, 1.67e13 float64
 * instructions. The instructions of a pair are the fewest of any known form.
 *
 * @module
 */

import { type Work, WORKS } from "./works.ts";

/** Instructions, and powers of 2, of lanes in a second. */
const [ISSUE, SPECIAL, DOUBLES] = [3.345e13, 4.18e12, 1.67e13];

const [GAUSS] = WORKS;

/** A work that has no limit of its own. */
function more(
  name: string,
  points: number,
  instructions: number,
  given: Partial<Work> = {},
): Work {
  const { batch = 1, dtype } = given;
  const pairs = batch * points ** 2;
  const issue = pairs * instructions / (dtype === "float64" ? DOUBLES : ISSUE);
  return {
    ...GAUSS,
    bound: Math.max(issue, dtype === "float64" ? 0 : pairs / SPECIAL),
    limit: Infinity,
    ratio: 1,
    ...given,
    points,
    name: `${name}, ${points / 1000}k points, D = ${given.dim ?? GAUSS.dim}`,
  };
}

/** What else is timed: the quickest first. */
export const MORE_WORKS: readonly Work[] = [
  // 6 for the distance, the power, its scale and the sum: what one has of 8.
  more("100 Gaussian sums, a batch", 10_000, 8, { batch: 100 }),
  // The distance, the power and its scale, and one a component.
  more("Gaussian sums of 16", 200_000, 2 * 3 + 1 + 16, { wide: 16 }),
  more("Gaussian sums of 100", 100_000, 2 * 3 + 1 + 100, { wide: 100 }),
  // Matrix units have the distance: its last step, the power, its product with
  // b, and one a component for the sum of w y_j; x_i leaves the sum.
  more("gradient of a sum", 200_000, 3 + 20, {
    dim: 20,
    formula: "Grad(Exp(-g * SqDist(x, y)) * b, x, e)",
    takes: "gxybe",
  }),
  // Matrix units have the distances: powers of 2 are all that is left.
  more("Gaussian sum, fast", 300_000, 3, {
    dim: 100,
    precision: "fast",
    alone: true,
  }),
  // PyKeOps takes float16 no more, and never took bfloat16.
  more("Gaussian sum, float16", 300_000, 8, { dtype: "float16", alone: true }),
  more("Gaussian sum, bfloat16", 300_000, 8, {
    dtype: "bfloat16",
    alone: true,
  }),
  // 7 for the distance and the sum, 17 for a power in float64.
  more("Gaussian sum, float64", 100_000, 24, { dtype: "float64" }),
];
