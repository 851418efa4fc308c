/**
 * The method of minimal residuals.
 *
 * @module
 */

import type { Iteration } from "./lockstep.ts";
import type { Preconditioner } from "./preconditioner.ts";
import { norm } from "./products.ts";
import { addScaled, dot } from "./small.ts";
import type { Watch } from "./watch.ts";

/** What the iteration of one column is told, and tells. */
export interface Column {
  /** The residual at the start. */
  readonly right: Float64Array;
  /** What residuals are relative to. */
  readonly norm: number;
  /** The residual now, relative. */
  residual: number;
  /** How many steps were done. */
  steps: number;
}

/**
 * The solution of `A x = b` for a symmetric matrix, of any signs, with the
 * least residual at each step (Paige and Saunders 1975): a Lanczos process
 * whose tridiagonal matrix is factored by rotations as it grows. With a
 * preconditioner, residuals are measured in its norm.
 *
 * @param column the right-hand side; its residual is kept up to date
 * @param watch says when the residual is small enough
 * @param round rounds a vector as products do
 * @param rounding what is smaller than this part of its size is no number
 * @param precondition a preconditioner
 * @throws {ConvergenceError} where the matrix is singular and nothing solves
 * the system
 */
export function* minres(
  column: Column,
  watch: Watch,
  round: (vector: Float64Array) => void,
  rounding: number,
  precondition: Preconditioner = (v) => v,
): Iteration<Float64Array> {
  const size = column.right.length;
  const x = new Float64Array(size);
  // Lanczos vectors, not yet divided by their lengths, and their images.
  let [before, now] = [new Float64Array(size), column.right.slice()];
  let image = precondition(now);
  const start = Math.sqrt(dot(now, image));
  let [beta, betaBefore] = [start, 0];
  // Directions of the solution, the last two.
  let [w1, w2] = [new Float64Array(size), new Float64Array(size)];
  // The last rotation, and what it left of the tridiagonal matrix.
  let [cosine, sine, diagonal, above] = [-1, 0, 0, 0];
  let remaining = start;
  let scale = 0;
  const relative = norm(column.right) / (start * column.norm);
  if (column.residual <= watch.eps || start === 0) return x;
  while (true) {
    const v = image.map((y) => y / beta);
    round(v);
    const product = yield { vector: v };
    const next = product.slice();
    if (betaBefore > 0) addScaled(next, -beta / betaBefore, before);
    const alpha = dot(v, next);
    addScaled(next, -alpha / beta, now);
    [before, now] = [now, next];
    image = precondition(now);
    betaBefore = beta;
    const square = dot(now, image);
    beta = Math.sqrt(Math.max(0, square));
    scale = Math.max(scale, Math.hypot(alpha, beta, betaBefore));
    if (Number.isNaN(square)) throw watch.notFinite();
    // The last rotation acts on the new column, then a new one on the rest.
    const second = above;
    const first = cosine * diagonal + sine * alpha;
    const rest = sine * diagonal - cosine * alpha;
    above = sine * beta;
    diagonal = -cosine * beta;
    // What A does to the residual: the least it can be is a solution of the
    // normal equations.
    const slope = Math.hypot(rest, diagonal);
    const gamma = Math.hypot(rest, beta);
    if (gamma <= rounding * scale || slope <= rounding * scale) {
      throw inconsistent(watch, column.residual);
    }
    [cosine, sine] = [rest / gamma, beta / gamma];
    const length = cosine * remaining;
    remaining *= sine;
    const w = v.slice();
    for (let k = 0; k < size; k++) {
      w[k] = (w[k] - second * w1[k] - first * w2[k]) / gamma;
    }
    [w1, w2] = [w2, w];
    addScaled(x, length, w);
    column.residual = Math.abs(remaining) * relative;
    column.steps++;
    if (column.residual <= watch.eps || beta === 0) return x;
  }
}

function inconsistent(watch: Watch, residual: number): Error {
  return watch.error(
    `: the matrix is singular, and the right-hand side is no image of it (relative residual ${residual} after ${watch.step} steps); use method: "lsmr" for the least squares solution`,
  );
}
