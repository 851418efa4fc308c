/**
 * Least squares by bidiagonalisation.
 *
 * @module
 */

import type { Iteration } from "./lockstep.ts";
import type { Column } from "./minres.ts";
import { norm } from "./products.ts";
import { addScaled } from "./small.ts";
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
  if (alpha === 0) return x;
  const h = v.slice();
  const hBar = new Float64Array(size);
  // The rotations that make the bidiagonal matrix upper, and then lower.
  let [alphaBar, zetaBar, rho, rhoBar, cBar, sBar] = [
    alpha,
    alpha * first,
    1,
    1,
    1,
    0,
  ];
  let [zeta, square] = [0, alpha * alpha];
  // What the norm of the residual is computed from.
  const r = { dd: first, d: 0, rhoD: 1, tau: 0, theta: 0 };
  while (true) {
    round(v);
    const along = (yield { vector: v }).slice();
    addScaled(along, -alpha, u);
    const beta = unit(along);
    u.set(along);
    if (Number.isNaN(beta)) throw watch.notFinite();
    round(u);
    const back = (yield { vector: u, transposed: true }).slice();
    addScaled(back, -beta, v);
    alpha = unit(back);
    v.set(back);
    if (Number.isNaN(alpha)) throw watch.notFinite();

    const rhoBefore = rho;
    rho = Math.hypot(alphaBar, beta);
    const [c, s] = [alphaBar / rho, beta / rho];
    const theta = s * alpha;
    alphaBar = c * alpha;
    const [rhoBarBefore, zetaBefore] = [rhoBar, zeta];
    const thetaBar = sBar * rho;
    rhoBar = Math.hypot(cBar * rho, theta);
    [cBar, sBar] = [cBar * rho / rhoBar, theta / rhoBar];
    zeta = cBar * zetaBar;
    zetaBar = -sBar * zetaBar;

    const shrink = -thetaBar * rho / (rhoBefore * rhoBarBefore);
    const forward = zeta / (rho * rhoBar);
    for (let k = 0; k < size; k++) {
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

    square += beta * beta;
    const size2 = Math.sqrt(square);
    square += alpha * alpha;
    column.residual = Math.min(
      residual / column.norm,
      residual === 0 ? 0 : Math.abs(zetaBar) / (size2 * residual),
    );
    column.steps++;
    if (column.residual <= watch.eps || alpha === 0 || beta === 0) return x;
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
