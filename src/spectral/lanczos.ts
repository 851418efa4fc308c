/**
 * Lanczos processes that solve a system on the way.
 *
 * @module
 */

import type { Iteration } from "../solve/lockstep.ts";
import { norm } from "../solve/products.ts";
import { addScaled, dot } from "../solve/small.ts";
import type { Watch } from "../solve/watch.ts";
import { tridiagonalEigen } from "../solve/symmetric_eigen.ts";

/** The tridiagonal matrix that a process found from one vector z. */
export interface Tridiagonal {
  /** The square length of z. */
  readonly square: number;
  /** The diagonal of the tridiagonal matrix. */
  readonly diagonal: Float64Array;
  /** What is beside it. */
  readonly beside: Float64Array;
}

/** What a process found from one vector z. */
export interface LanczosResult extends Tridiagonal {
  /** The inverse times z. */
  readonly solution: Float64Array;
}

/** What the process of one vector tells. */
export interface LanczosState {
  /** The residual of its system now, relative. */
  residual: number;
  /** How many steps were done. */
  steps: number;
}

/**
 * A Lanczos process for a symmetric positive matrix, started at z. Its
 * tridiagonal matrix gives Gauss quadratures of `z^T f(A) z`, its factors the
 * solution of `A x = z`: conjugate gradients in another form.
 *
 * @param start z
 * @param state kept up to date
 * @param watch says when the residual is small enough
 * @param image a vector as the products take it, and back
 * @throws {ConvergenceError} where the matrix is not positive definite
 */
export function* lanczos(
  start: Float64Array,
  state: LanczosState,
  watch: Watch,
  image: (vector: Float64Array) => Float64Array,
): Iteration<LanczosResult> {
  const first = norm(start);
  const solution = new Float64Array(start.length);
  const [diagonal, beside]: number[][] = [[], []];
  const done = (): LanczosResult => ({
    square: first * first,
    diagonal: Float64Array.from(diagonal),
    beside: Float64Array.from(beside.slice(0, diagonal.length - 1)),
    solution,
  });
  if (first === 0) return done();
  let v = start.map((x) => x / first);
  let before = new Float64Array(start.length);
  const direction = new Float64Array(start.length);
  let [beta, pivot, length] = [0, 1, first];
  while (true) {
    const product = image(yield { vector: image(v) });
    const next = product.slice();
    addScaled(next, -beta, before);
    const alpha = dot(v, next);
    if (Number.isNaN(alpha)) throw watch.notFinite();
    addScaled(next, -alpha, v);
    // The factors of the tridiagonal matrix grow by a row.
    const share = state.steps === 0 ? 0 : beta / pivot;
    pivot = alpha - share * beta;
    if (!(pivot > 0)) {
      throw watch.error(
        `: the matrix is not positive definite (curvature ${pivot} at step ${watch.step}); add to its diagonal with alpha`,
      );
    }
    if (state.steps > 0) length *= -share;
    for (let k = 0; k < direction.length; k++) {
      direction[k] = (v[k] - beta * direction[k]) / pivot;
    }
    addScaled(solution, length, direction);
    diagonal.push(alpha);
    beta = norm(next);
    beside.push(beta);
    state.steps++;
    state.residual = beta * Math.abs(length / pivot) / first;
    if (state.residual <= watch.eps || beta <= 1e-14 * alpha) return done();
    before = v;
    v = next;
    for (let k = 0; k < v.length; k++) v[k] /= beta;
  }
}

/** The Gauss quadrature of `z^T f(A) z` that a process gives. */
export function quadrature(
  { square, diagonal, beside }: Tridiagonal,
  f: (x: number) => number,
  steps: number = diagonal.length,
): number {
  // First components of eigenvectors are all that is needed.
  const rows = Array.from(
    { length: steps },
    (_, k) => Float64Array.of(k === 0 ? 1 : 0),
  );
  const { values, vectors } = tridiagonalEigen({
    diagonal: diagonal.slice(0, steps),
    beside: beside.slice(0, Math.max(0, steps - 1)),
  }, rows);
  return square *
    values.reduce((sum, x, k) => sum + vectors[k][0] ** 2 * f(x), 0);
}
