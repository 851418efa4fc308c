/**
 * Dense linear algebra in plain JavaScript, to compare with.
 *
 * @module
 */

import type { Tensor } from "../mod.ts";

/** A matrix, by rows. */
export type Rows = number[][];

/** The entries of a tensor of two axes. */
export function rowsOf(t: Tensor): Rows {
  return t.arraySync() as Rows;
}

/** The transposed matrix. */
export function transposed(a: Rows): Rows {
  return a[0].map((_, c) => a.map((row) => row[c]));
}

/** The product of two matrices. */
export function times(a: Rows, b: Rows): Rows {
  const columns = transposed(b);
  return a.map((row) =>
    columns.map((column) => row.reduce((s, x, k) => s + x * column[k], 0))
  );
}

/** The solution of `A x = b` by elimination with pivots, for all columns. */
export function eliminated(a: Rows, b: Rows): Rows {
  const rows = a.map((row, i) => [...row, ...b[i]]);
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) {
      if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    }
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = rows[i][k] / rows[k][k];
      for (let j = k; j < rows[i].length; j++) rows[i][j] -= f * rows[k][j];
    }
  }
  return rows.map((row, k) => row.slice(n).map((x) => x / row[k]));
}

/** A matrix plus a multiple of the identity. */
export function shifted(a: Rows, by: number): Rows {
  return a.map((row, i) => row.map((x, j) => i === j ? x + by : x));
}

/**
 * Eigenvalues, ascending, and eigenvectors (as rows) of a symmetric matrix, by
 * Jacobi's rotations of one entry after the other.
 */
export function eigenpairs(a: Rows): { values: number[]; vectors: Rows } {
  const n = a.length;
  const m = a.map((row) => Float64Array.from(row));
  const v = a.map((_, i) => Float64Array.from(a, (_, j) => i === j ? 1 : 0));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const x = m[p][q];
        off += x * x;
        if (Math.abs(x) < 1e-300) continue;
        const theta = (m[q][q] - m[p][p]) / (2 * x);
        const t = (theta < 0 ? -1 : 1) /
          (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          [m[p][k], m[q][k]] = [
            c * m[p][k] - s * m[q][k],
            s * m[p][k] + c * m[q][k],
          ];
        }
        for (let k = 0; k < n; k++) {
          [m[k][p], m[k][q]] = [
            c * m[k][p] - s * m[k][q],
            s * m[k][p] + c * m[k][q],
          ];
          [v[p][k], v[q][k]] = [
            c * v[p][k] - s * v[q][k],
            s * v[p][k] + c * v[q][k],
          ];
        }
      }
    }
    if (off < 1e-28 * n) break;
  }
  const order = m.map((_, k) => k).sort((p, q) => m[p][p] - m[q][q]);
  return {
    values: order.map((k) => m[k][k]),
    vectors: order.map((k) => [...v[k]]),
  };
}
