/**
 * The method of minimal residuals.
 *
 * @module
 */

import type { Factors } from "./factors.ts";
import type { Iteration } from "./lockstep.ts";
import type { Preconditioner } from "./preconditioner.ts";
import { norm } from "./products.ts";
import { addAll, addScaled, dot, dots } from "./small.ts";
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
  /**
   * How many vectors may be kept. The others stay at right angles to them:
   * what rounding takes from that costs ill-conditioned systems more steps
   * than they have unknowns.
   */
  readonly room: number;
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
  const zeros = () => new Float64Array(size);
  const [kept, keptImages]: Float64Array[][] = [[], []];
  // Lanczos vectors, not yet divided by their lengths, and their images.
  let [before, now] = [zeros(), column.right.slice()];
  let image = precondition(now);
  let [beta, betaBefore] = [Math.sqrt(dot(now, image)), 0];
  const factors = new MinresFactors(
    [zeros(), zeros(), zeros()],
    beta,
    norm(column.right) / (beta * column.norm),
    column.residual,
    watch,
    rounding,
  );
  while (!factors.done) {
    const v = image.map((y) => y / beta);
    round(v);
    if (kept.length < column.room) {
      keptImages.push(v);
      kept.push(image === now ? v : now.map((y) => y / beta));
    }
    const product = yield { vector: v };
    const next = product.slice();
    if (betaBefore > 0) addScaled(next, -beta / betaBefore, before);
    const alpha = dot(v, next);
    addScaled(next, -alpha / beta, now);
    addAll(next, -1, dots(next, keptImages), kept);
    [before, now] = [now, next];
    image = precondition(now);
    const square = dot(now, image);
    if (Number.isNaN(square)) throw watch.notFinite();
    factors.take(v, [alpha, square]);
    [betaBefore, beta] = [beta, Math.sqrt(Math.max(0, square))];
    column.residual = factors.residual;
    column.steps++;
  }
  return factors.vectors[0];
}

/**
 * The rotations of one column, and where they lead. Its vectors are those of
 * the system, or tell how much they have of other vectors.
 */
export class MinresFactors implements Factors {
  vectors: [x: Float64Array, before: Float64Array, last: Float64Array];
  residual: number;
  done: boolean;
  readonly #relative: number;
  readonly #watch: Watch;
  readonly #rounding: number;
  // The last rotation, and what it left of the tridiagonal matrix.
  #cosine = -1;
  #sine = 0;
  #diagonal = 0;
  #above = 0;
  /** What is beside the diagonal; the first vector's length is not of it. */
  #beta = 0;
  #remaining: number;
  #scale = 0;

  /**
   * @param vectors the solution at first, and two directions
   * @param start the length of the first Lanczos vector
   * @param relative the residual as it is told, by its length here
   * @param residual the one at first
   * @param watch says when the residual is small enough
   * @param rounding what is smaller than this part of its size is no number
   */
  constructor(
    vectors: MinresFactors["vectors"],
    start: number,
    relative: number,
    residual: number,
    watch: Watch,
    rounding: number,
  ) {
    this.vectors = vectors;
    this.residual = residual;
    this.done = residual <= watch.eps || start === 0;
    this.#relative = relative;
    this.#watch = watch;
    this.#rounding = rounding;
    this.#remaining = start;
  }

  take(
    v: Float64Array,
    [alpha, square]: readonly [alpha: number, square: number],
  ): void {
    const [betaBefore, beta] = [this.#beta, Math.sqrt(Math.max(0, square))];
    this.#beta = beta;
    this.#scale = Math.max(this.#scale, Math.hypot(alpha, beta, betaBefore));
    // The last rotation acts on the new column, then a new one on the rest.
    const second = this.#above;
    const first = this.#cosine * this.#diagonal + this.#sine * alpha;
    const rest = this.#sine * this.#diagonal - this.#cosine * alpha;
    this.#above = this.#sine * beta;
    this.#diagonal = -this.#cosine * beta;
    // What A does to the residual: the least it can be is a solution of the
    // normal equations.
    const slope = Math.hypot(rest, this.#diagonal);
    const gamma = Math.hypot(rest, beta);
    const least = this.#rounding * this.#scale;
    if (gamma <= least || slope <= least) {
      throw inconsistent(this.#watch, this.residual);
    }
    [this.#cosine, this.#sine] = [rest / gamma, beta / gamma];
    const length = this.#cosine * this.#remaining;
    this.#remaining *= this.#sine;
    const [x, w1, w2] = this.vectors;
    const w = v.slice();
    for (let k = 0; k < w.length; k++) {
      w[k] = (w[k] - second * w1[k] - first * w2[k]) / gamma;
    }
    addScaled(x, length, w);
    this.vectors = [x, w2, w];
    this.residual = Math.abs(this.#remaining) * this.#relative;
    this.done = this.residual <= this.#watch.eps || beta === 0;
  }
}

function inconsistent(watch: Watch, residual: number): Error {
  return watch.error(
    `: the matrix is singular, and the right-hand side is no image of it (relative residual ${residual} after ${watch.step} steps); use method: "lsmr" for the least squares solution`,
  );
}
