/**
 * Decides whether digits of the points are exact enough.
 *
 * @module
 */

import type { DigitsForm } from "./digits_form.ts";
import { factCount, NORM_COUNT, NORMS } from "./digits_prepare.ts";
import { cuda } from "./template.ts";
import { type Lines, linesOf } from "./walk.ts";

/** The threads of a block, one for each entry of a batch. */
export const VERDICT_THREADS = 32;

/** What decides is filled with. */
export interface VerdictHoles extends DigitsForm {
  /** What all rows share. */
  readonly uniform: Lines;
  /** How fast the exponent of a squared distance changes with it. */
  readonly slope: string;
  /**
   * What may be lost, of exponentials, and of scalar products beside that of
   * the largest norms; as much as float32 arithmetic may lose if left out.
   */
  readonly tolerance?: number | undefined;
}

/**
 * Decides from the data: whether the error of digits is at most that of
 * computing each term and adding it up in float32.
 */
export function verdictKernel(h: VerdictHoles): string {
  const { length, squared, pieces, tolerance } = h;
  const norm = (side: number, n: number) =>
    `(double) facts[${NORMS + side * NORM_COUNT + n}]`;
  const norms = ["norm", "high", "middle", "low", "lost"].flatMap((name, n) =>
    pieces === 2 && (name === "high" || name === "low")
      ? []
      : [`const double ${name}[2] = {${norm(0, n)}, ${norm(1, n)}};`]
  );
  const decision = squared
    ? linesOf(cuda`
// Exponentials of negative multiples, e^(-s v).
const double s = -(double) ${h.slope};
const double far = norm[0] + norm[1];
const double leaves = lost[0] + lost[1];
// Points differ from their integers, products are missing, sums are rounded.
const double error = 0.8578 * sqrt(s) * leaves + s * leaves * leaves
    + s * (2.0 * missing + rounding * (2.0 * (norm[0] * norm[0] + norm[1] * norm[1]) + far * far + 8.0 * norm[0] * norm[1]));
// Each term relative to the sum: s v e^(-s v) is at most 1 / e.
const bool holds = s >= 0.0 && error <= ${
      tolerance ?? `rounding * ${length + 4}.0 / 2.7182818`
    };`)
    : linesOf(cuda`
const double error = norm[0] * lost[1] + norm[1] * lost[0] + lost[0] * lost[1] + missing + 3.0 * rounding * norm[0] * norm[1];
const bool holds = error <= ${
      tolerance ?? `rounding * ${length}.0`
    } * norm[0] * norm[1];`);
  const lost = pieces === 2
    ? linesOf(cuda`
const double missing = units * middle[0] * middle[1];
// All sums are exact.
const bool fits = true;`)
    : linesOf(cuda`
const double missing = units * (256.0 * (middle[0] * low[1] + low[0] * middle[1]) + low[0] * low[1]);
// Sums of this size are exact.
const bool fits = middle[0] * middle[1] + high[0] * low[1] + low[0] * high[1] < 4190000.0;`);
  return cuda`
extern "C" __global__ void __launch_bounds__(${VERDICT_THREADS})
verdict(const Arguments args) {
  const long long batch = (long long) blockIdx.x * ${VERDICT_THREADS} + threadIdx.x;
  if (batch >= args.batches) return;
  ${h.uniform}
  const float* facts = args.facts + batch * ${factCount(length)};
  ${norms}
  const double rounding = 1.0 / 16777216.0;
  const double units = (double) facts[0] * (double) facts[1];
  ${lost}
  ${decision}
  args.verdicts[batch] = fits && holds ? 1 : 0;
}`;
}
