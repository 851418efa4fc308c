/**
 * Least squares by bidiagonalisation.
 *
 * @module
 */

import type { Factors } from "./factors.ts";
import type { Iteration } from "./lockstep.ts";
import type { Column } from "./minres.ts";
import { norm } from "./products.ts";
import { addAll, addScaled, dots } from "./small.ts";
import type { Watch } from "./watch.ts";

/**
 * The x of least length among those with the least `|A x - b|`, for any matrix
 * (Fong and Saunders 2011): MINRES on the normal equations, by the
 * bidiagonalisation of Golub and Kahan, which does not square the condition.
 *
 * The residual that it tells is the lesser of `|r| / |b|` and
 * `|A^T r| / (|A| |r|)`: one of them is small at a solution.
 *
 * @param size the number of unknowns
 * @param column the right-hand side; its residual is kept up to date
 * @param watch says when the residual is small enough
 * @param round rounds a vector as products do
 */
export function* lsmr(
  size: number,
  column: Column,
  watch: Watch,
  round: (vector: Float64Array) => void,
): Iteration<Float64Array> {
  const x = new Float64Array(size);
  const u = column.right.slice();
  const first = unit(u);
  if (first === 0) return x;
  round(u);
  const v = (yield { vector: u, transposed: true }).slice();
  let alpha = unit(v);
  const factors = new LsmrFactors(
    [x, new Float64Array(size), v.slice()],
    alpha,
    first,
    column.norm,
    watch,
  );
  const kept: Float64Array[] = [];
  while (!factors.done) {
    round(v);
    if (kept.length < column.room) kept.push(v.slice());
    const along = (yield { vector: v }).slice();
    addScaled(along, -alpha, u);
    const beta = unit(along);
    u.set(along);
    if (Number.isNaN(beta)) throw watch.notFinite();
    round(u);
    const back = (yield { vector: u, transposed: true }).slice();
    addScaled(back, -beta, v);
    // Right angles on one side are enough (Simon and Zha 2000).
    addAll(back, -1, dots(back, kept), kept);
    alpha = unit(back);
    v.set(back);
    if (Number.isNaN(alpha)) throw watch.notFinite();
    factors.take(v, [beta, alpha]);
    column.residual = factors.residual;
    column.steps++;
  }
  return x;
}

/**
 * The rotations of one column, and where they lead. Its vectors are those of
 * the system, or tell how much they have of other vectors.
 */
export class LsmrFactors implements Factors {
  vectors: [x: Float64Array, hBar: Float64Array, h: Float64Array];
  residual: number;
  done: boolean;
  readonly #norm: number;
  readonly #watch: Watch;
  // The rotations that make the bidiagonal matrix upper, and then lower.
  #alphaBar: number;
  #zetaBar: number;
  #rho = 1;
  #rhoBar = 1;
  #cBar = 1;
  #sBar = 0;
  #zeta = 0;
  /** The matrix is at least so large: as columns of the bidiagonal one are. */
  #size: number;
  #alpha: number;
  // What the norm of the residual is computed from.
  readonly #r: {
    dd: number;
    d: number;
    rhoD: number;
    tau: number;
    theta: number;
  };

  /**
   * @param vectors the solution at first, zeros and the first vector v
   * @param alpha the length of `A^T u`
   * @param first the length of the right-hand side
   * @param norm what residuals are relative to
   * @param watch says when the residual is small enough
   */
  constructor(
    vectors: LsmrFactors["vectors"],
    alpha: number,
    first: number,
    norm: number,
    watch: Watch,
  ) {
    this.vectors = vectors;
    this.residual = first / norm;
    this.done = first === 0 || alpha === 0;
    this.#norm = norm;
    this.#watch = watch;
    this.#alphaBar = alpha;
    this.#zetaBar = alpha * first;
    this.#size = this.#alpha = alpha;
    this.#r = { dd: first, d: 0, rhoD: 1, tau: 0, theta: 0 };
  }

  take(
    v: Float64Array,
    [beta, alpha]: readonly [beta: number, alpha: number],
  ): void {
    const r = this.#r;
    const rhoBefore = this.#rho;
    const rho = this.#rho = Math.hypot(this.#alphaBar, beta);
    const [c, s] = [this.#alphaBar / rho, beta / rho];
    const theta = s * alpha;
    this.#alphaBar = c * alpha;
    const [rhoBarBefore, zetaBefore] = [this.#rhoBar, this.#zeta];
    const thetaBar = this.#sBar * rho;
    const rhoBar = this.#rhoBar = Math.hypot(this.#cBar * rho, theta);
    [this.#cBar, this.#sBar] = [this.#cBar * rho / rhoBar, theta / rhoBar];
    const zeta = this.#zeta = this.#cBar * this.#zetaBar;
    this.#zetaBar = -this.#sBar * this.#zetaBar;

    const shrink = -thetaBar * rho / (rhoBefore * rhoBarBefore);
    const forward = zeta / (rho * rhoBar);
    const [x, hBar, h] = this.vectors;
    for (let k = 0; k < x.length; k++) {
      hBar[k] = h[k] + shrink * hBar[k];
      x[k] += forward * hBar[k];
      h[k] = v[k] - theta / rho * h[k];
    }

    const betaHat = c * r.dd;
    r.dd = -s * r.dd;
    const thetaBefore = r.theta;
    const rhoTilde = Math.hypot(r.rhoD, thetaBar);
    const [cTilde, sTilde] = [r.rhoD / rhoTilde, thetaBar / rhoTilde];
    r.theta = sTilde * rhoBar;
    r.rhoD = cTilde * rhoBar;
    r.d = -sTilde * r.d + cTilde * betaHat;
    r.tau = (zetaBefore - thetaBefore * r.tau) / rhoTilde;
    const tauD = (zeta - r.theta * r.tau) / r.rhoD;
    const residual = Math.hypot(r.d - tauD, r.dd);

    const size = this.#size = Math.max(
      this.#size,
      Math.hypot(this.#alpha, beta),
    );
    this.#alpha = alpha;
    this.residual = Math.min(
      residual / this.#norm,
      residual === 0 ? 0 : Math.abs(this.#zetaBar) / (size * residual),
    );
    this.done = this.residual <= this.#watch.eps || alpha === 0 || beta === 0;
  }
}

/** Divides a vector by its length, and tells it. */
function unit(vector: Float64Array): number {
  const length = norm(vector);
  if (length > 0) {
    for (let k = 0; k < vector.length; k++) vector[k] /= length;
  }
  return length;
}
