/**
 * All eigenpairs of small symmetric matrices.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { addAll, addScaled, dot, type Matrix, zeroMatrix } from "./small.ts";

/** Eigenvalues, ascending, with their vectors. */
export interface Eigenpairs {
  /** Eigenvalues, ascending. */
  readonly values: Float64Array;
  /** Row k belongs to value k. */
  readonly vectors: Matrix;
}

/** A matrix with two diagonals. */
export interface Tridiagonal {
  /** The diagonal. */
  readonly diagonal: Float64Array;
  /** What is beside it, one entry fewer. */
  readonly beside: Float64Array;
}

/** All eigenpairs of a symmetric matrix, of which the lower half is read. */
export function symmetricEigen(matrix: Matrix): Eigenpairs {
  const { diagonal, beside, basis } = tridiagonalised(matrix);
  return tridiagonalEigen({ diagonal, beside }, basis);
}

/**
 * A symmetric matrix as `Q^T T Q` with a tridiagonal T, by reflections
 * (Householder 1958); the rows of Q are the basis.
 */
function tridiagonalised(matrix: Matrix): Tridiagonal & { basis: Matrix } {
  const n = matrix.length;
  const a = matrix.map((row, i) =>
    Float64Array.from(row, (_, j) => j <= i ? row[j] : matrix[j][i])
  );
  const basis = zeroMatrix(n, n);
  basis.forEach((row, k) => row[k] = 1);
  for (let k = 0; k < n - 2; k++) {
    // What is above and to the left has two diagonals already.
    const rest = a.slice(k + 1).map((row) => row.subarray(k + 1));
    const v = Float64Array.from(rest, (_, i) => a[i + k + 1][k]);
    // Squares of very small numbers are none.
    const most = v.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
    if (most === 0) continue;
    v.forEach((x, i) => v[i] = x / most);
    const length = Math.sqrt(dot(v, v));
    const beside = v[0] < 0 ? length : -length;
    v[0] -= beside;
    const scale = Math.sqrt(2 / dot(v, v));
    v.forEach((x, i) => v[i] = scale * x);
    a[k + 1][k] = beside * most;
    // The reflection is Id - v v^T, on both sides.
    const p = Float64Array.from(rest, (row) => dot(row, v));
    addScaled(p, -dot(p, v) / 2, v);
    rest.forEach((row, i) => addAll(row, -1, [v[i], p[i]], [p, v]));
    const moved = basis.slice(k + 1);
    const along = new Float64Array(n);
    addAll(along, 1, v, moved);
    moved.forEach((row, i) => addScaled(row, -v[i], along));
  }
  return {
    diagonal: Float64Array.from(a, (row, k) => row[k]),
    beside: Float64Array.from(
      { length: Math.max(0, n - 1) },
      (_, k) => a[k + 1][k],
    ),
    basis,
  };
}

/** More steps than any matrix takes. */
const STEPS = 60;

/**
 * The eigenpairs of a tridiagonal matrix, by QR steps with Wilkinson's shift,
 * each a chain of rotations of neighbours (Golub and Van Loan, 8.3).
 *
 * @param matrix its diagonals
 * @param rows what rotations act on: rows of the identity give eigenvectors,
 * its first column their first components
 */
export function tridiagonalEigen(
  matrix: Tridiagonal,
  rows: readonly Float64Array[],
): Eigenpairs {
  const d = matrix.diagonal.slice();
  const e = matrix.beside.slice();
  const vectors = rows.map((row) => row.slice());
  // Below this it is rounding of the whole; NaN ends the steps, too.
  const least = 2 * Number.EPSILON *
    d.reduce((m, x, k) => Math.max(m, Math.abs(x), Math.abs(e[k] ?? 0)), 0);
  for (let high = d.length - 1, steps = 0; high > 0; steps++) {
    let low = high;
    while (low > 0 && Math.abs(e[low - 1]) > least) low--;
    if (low === high) {
      high--;
      steps = 0;
      continue;
    }
    if (steps > STEPS) {
      throw new InternalError("Eigenvalues of a small matrix do not converge");
    }
    chase(d, e, vectors, low, high);
  }
  const order = Array.from(d, (_, k) => k).sort((p, q) => d[p] - d[q]);
  return {
    values: Float64Array.from(order, (k) => d[k]),
    vectors: order.map((k) => vectors[k]),
  };
}

/** One QR step on the entries from low to high. */
function chase(
  d: Float64Array,
  e: Float64Array,
  vectors: readonly Float64Array[],
  low: number,
  high: number,
): void {
  const half = (d[high - 1] - d[high]) / 2;
  const last = e[high - 1];
  const shift = d[high] -
    last * last / (half + (half < 0 ? -1 : 1) * Math.hypot(half, last));
  let [x, z] = [d[low] - shift, e[low]];
  for (let k = low; k < high; k++) {
    const r = Math.hypot(x, z);
    const [c, s] = r === 0 ? [1, 0] : [x / r, z / r];
    if (k > low) e[k - 1] = r;
    const [a, b, g] = [d[k], e[k], d[k + 1]];
    d[k] = c * c * a + 2 * c * s * b + s * s * g;
    d[k + 1] = s * s * a - 2 * c * s * b + c * c * g;
    e[k] = c * s * (g - a) + (c * c - s * s) * b;
    if (k < high - 1) {
      [x, z] = [e[k], s * e[k + 1]];
      e[k + 1] *= c;
    }
    const [v, w] = [vectors[k], vectors[k + 1]];
    for (let i = 0; i < v.length; i++) {
      const [p, q] = [v[i], w[i]];
      v[i] = c * p + s * q;
      w[i] = c * q - s * p;
    }
  }
}
