/**
 * Decides whether digits of the points are exact enough.
 *
 * @module
 */

import {
  type DigitsForm,
  factCount,
  levelsOf,
  NORM_COUNT,
  NORMS,
} from "./digits_form.ts";
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
  // Of which the verdict takes account.
  const names = [
    ...(squared ? [] : [["norm", 0] as const]),
    ...(pieces === 2 ? [] : [["high", 1] as const, ["low", 3] as const]),
    ...[["middle", 2] as const, ["lost", 4] as const],
  ];
  const norms = names.map(([name, n]) =>
    `const double ${name}[2] = {${norm(0, n)}, ${norm(1, n)}};`
  );
  const decision = squared
    ? linesOf(cuda`
// Exponentials of negative multiples, e^(-s v).
const double s = -(double) ${h.slope};
const double leaves = lost[0] + lost[1];
// Points differ from their integers, products are missing, sums of small
// products are rounded, and the whole is, and what it is multiplied with; of
// these each is relative to v, and s v e^(-s v) is at most 1 / e.
const double error = 0.8578 * sqrt(s) * leaves + s * leaves * leaves
    + 2.0 * s * (missing + small) + 3.0 * rounding / 2.7182818;
// Each term relative to the sum: the same holds of them.
const bool holds = s >= 0.0 && error <= ${
      tolerance ?? `rounding * ${length + 4}.0 / 2.7182818`
    };`)
    : linesOf(cuda`
const double error = norm[0] * lost[1] + norm[1] * lost[0] + lost[0] * lost[1] + missing + small + 3.0 * rounding * norm[0] * norm[1];
const bool holds = error <= ${
      tolerance ?? `rounding * ${length}.0`
    } * norm[0] * norm[1];`);
  const lost = pieces === 2
    ? linesOf(cuda`
const double missing = units * middle[0] * middle[1];
// Half of the norms are integers, and rounded with what they are added to.
const double small = units * ${3 * 2 ** 8}.0;
// All sums are exact.
const bool fits = true;`)
    : linesOf(cuda`
const double missing = units * ${
      levelsOf(h) > pieces
        ? ""
        : "(256.0 * (middle[0] * low[1] + low[0] * middle[1]) + "
    }low[0] * low[1]${levelsOf(h) > pieces ? "" : ")"};
// Half of the norms are integers, and rounded with what they are added to.
const double below = middle[0] * middle[1] + high[0] * low[1] + low[0] * high[1];
const double small = units * (${4 * 2 ** 16}.0
    + rounding * ${
      2 ** 24
    }.0 * (high[0] * middle[1] + middle[0] * high[1] + 512.0 + below / 256.0));
// Sums of this size are exact.
const bool fits = below < 4190000.0;`);
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
