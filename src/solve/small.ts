/**
 * Small dense matrices: factorisations for blocks of a few vectors.
 *
 * @module
 */

/** A square matrix, by rows. */
export type Matrix = Float64Array[];

/** A matrix of zeros. */
export function zeroMatrix(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => new Float64Array(columns));
}

/** The scalar product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  // Several sums at a time: each addition waits for the one before it.
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = 0;
  for (const most = a.length - 3; k < most; k += 4) {
    s += a[k] * b[k];
    t += a[k + 1] * b[k + 1];
    u += a[k + 2] * b[k + 2];
    v += a[k + 3] * b[k + 3];
  }
  for (; k < a.length; k++) s += a[k] * b[k];
  return s + t + (u + v);
}

/** The scalar products of a vector with others, four at a time. */
export function dots(
  x: Float64Array,
  others: readonly Float64Array[],
): Float64Array {
  const result = new Float64Array(others.length);
  let c = 0;
  for (; c + 3 < others.length; c += 4) {
    const a = others[c];
    const b = others[c + 1];
    const d = others[c + 2];
    const e = others[c + 3];
    let s = 0;
    let t = 0;
    let u = 0;
    let v = 0;
    for (let k = 0; k < x.length; k++) {
      const y = x[k];
      s += y * a[k];
      t += y * b[k];
      u += y * d[k];
      v += y * e[k];
    }
    result.set([s, t, u, v], c);
  }
  for (; c < others.length; c++) result[c] = dot(x, others[c]);
  return result;
}

/** The vectors that are read again before others are: they stay in the cache. */
const SLICE = 512;

/** The scalar products of all pairs of some vectors. */
export function gramOf(vectors: readonly Float64Array[]): Matrix {
  const gram = zeroMatrix(vectors.length, vectors.length);
  const size = vectors[0]?.length ?? 0;
  for (let first = 0; first < size; first += SLICE) {
    const parts = vectors.map((v) => v.subarray(first, first + SLICE));
    for (let i = 0; i < parts.length; i += 2) {
      const even = i + 1 < parts.length;
      const own = [parts[i], parts[even ? i + 1 : i]] as const;
      for (let j = 0; j <= i; j += 2) addProducts(gram, parts, own, i, j);
    }
  }
  gram.forEach((row, i) => {
    for (let j = i + 1; j < gram.length; j++) row[j] = gram[j][i];
  });
  return gram;
}

/** Adds products of vectors i and i + 1 with j and j + 1, where there are such. */
function addProducts(
  gram: Matrix,
  parts: readonly Float64Array[],
  [a, b]: readonly [Float64Array, Float64Array],
  i: number,
  j: number,
): void {
  const c = parts[j];
  const d = parts[j + 1] ?? c;
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  for (let k = 0; k < a.length; k++) {
    s += a[k] * c[k];
    t += a[k] * d[k];
    u += b[k] * c[k];
    v += b[k] * d[k];
  }
  gram[i][j] += s;
  if (j + 1 < parts.length) gram[i][j + 1] += t;
  if (i + 1 >= parts.length) return;
  gram[i + 1][j] += u;
  if (j + 1 < parts.length) gram[i + 1][j + 1] += v;
}

/** `to += sum_c scale scales[c] vectors[c]`, four vectors at a time. */
export function addAll(
  to: Float64Array,
  scale: number,
  scales: ArrayLike<number>,
  vectors: readonly Float64Array[],
): void {
  let c = 0;
  for (; c + 3 < vectors.length; c += 4) {
    const a = vectors[c];
    const b = vectors[c + 1];
    const d = vectors[c + 2];
    const e = vectors[c + 3];
    const s = scale * scales[c];
    const t = scale * scales[c + 1];
    const u = scale * scales[c + 2];
    const v = scale * scales[c + 3];
    for (let k = 0; k < to.length; k++) {
      to[k] += s * a[k] + t * b[k] + (u * d[k] + v * e[k]);
    }
  }
  for (; c < vectors.length; c++) {
    addScaled(to, scale * scales[c], vectors[c]);
  }
}

/** `to += scale x`. */
export function addScaled(
  to: Float64Array,
  scale: number,
  x: Float64Array,
): void {
  for (let k = 0; k < to.length; k++) to[k] += scale * x[k];
}

/** The product of two matrices. */
export function product(a: Matrix, b: Matrix): Matrix {
  const columns = b[0]?.length ?? 0;
  return a.map((row) => {
    const out = new Float64Array(columns);
    addAll(out, 1, row, b);
    return out;
  });
}

/** A Cholesky factor, or the pivot that is not positive. */
export type Factor =
  | { readonly lower: Matrix; readonly pivot?: undefined }
  | { readonly pivot: number };

/** The lower factor of a symmetric positive matrix; its lower half is read. */
export function cholesky(a: Matrix): Factor {
  const lower = zeroMatrix(a.length, a.length);
  for (let i = 0; i < a.length; i++) {
    const row = lower[i];
    for (let j = 0; j <= i; j++) {
      const other = lower[j];
      let s = a[i][j];
      for (let k = 0; k < j; k++) s -= row[k] * other[k];
      if (i > j) row[j] = s / other[j];
      else if (s > 0) row[i] = Math.sqrt(s);
      else return { pivot: s };
    }
  }
  return { lower };
}

/** The solution of `L L^T x = b`, in place. */
export function solveFactored(lower: Matrix, b: Float64Array): void {
  solveLower(lower, b);
  // By rows of the factor, which lie in one piece.
  for (let i = lower.length - 1; i >= 0; i--) {
    const row = lower[i];
    const x = b[i] / row[i];
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] -= row[k] * x;
  }
}

/** The solution of `L x = b`, in place. */
export function solveLower(lower: Matrix, b: Float64Array): void {
  let first = 0;
  while (first < lower.length && b[first] === 0) first++;
  for (let i = first; i < lower.length; i++) {
    const row = lower[i];
    let x = b[i];
    for (let k = first; k < i; k++) x -= row[k] * b[k];
    b[i] = x / row[i];
  }
}

/** The inverse of a lower factor. */
export function inverseLower(lower: Matrix): Matrix {
  const inverse = zeroMatrix(lower.length, lower.length);
  const column = new Float64Array(lower.length);
  lower.forEach((_, c) => {
    column.fill(0);
    column[c] = 1;
    solveLower(lower, column);
    column.forEach((x, i) => inverse[i][c] = x);
  });
  return inverse;
}

/** Vectors of length 1 at right angles, and the coordinates of others. */
export interface Orthonormal {
  /** The vectors. */
  readonly basis: Float64Array[];
  /** `coordinates[k][c]`: how much of basis vector k is in vector c. */
  readonly coordinates: Matrix;
}

/** A vector that falls below this part of its length is one of the others. */
const DEPENDENT = 1e-14;

/**
 * An orthonormal basis of some vectors, by Gram and Schmidt, twice.
 * `images[c]` is the image of vector c under the positive matrix of the scalar
 * product; both are overwritten, and stay images of one another.
 */
export function orthonormalise(
  vectors: readonly Float64Array[],
  images: readonly Float64Array[],
): Orthonormal & { readonly images: Float64Array[] } {
  const basis: Float64Array[] = [];
  const kept: Float64Array[] = [];
  const coordinates: Matrix = [];
  const same = vectors === images;
  vectors.forEach((v, c) => {
    const u = images[c];
    // Rounding is relative to both, however small their product is.
    const least = same
      ? DEPENDENT ** 2 * dot(v, v)
      : 100 * DEPENDENT ** 2 * Math.sqrt(dot(v, v) * dot(u, u));
    for (let pass = 0; pass < 2; pass++) {
      const along = dots(v, kept);
      along.forEach((x, k) => coordinates[k][c] += x);
      addAll(v, -1, along, basis);
      if (!same) addAll(u, -1, along, kept);
    }
    const square = dot(v, u);
    // Of a positive matrix, what is negative is rounding. NaN goes on: who uses
    // the basis must see it.
    if (square <= least) return;
    const after = Math.sqrt(square);
    for (const x of same ? [v] : [v, u]) {
      for (let k = 0; k < x.length; k++) x[k] /= after;
    }
    const row = new Float64Array(vectors.length);
    row[c] = after;
    coordinates.push(row);
    basis.push(v);
    kept.push(u);
  });
  return { basis, coordinates, images: kept };
}

/**
 * Singular values of a matrix of few columns and its left singular vectors, by
 * rotations of pairs of columns (Hestenes 1958): small ones are as exact as
 * large ones.
 */
export function singularVectors(
  columns: readonly Float64Array[],
): { values: number[]; vectors: Float64Array[] } {
  // Rotations act on the triangle of a basis: it has fewer rows.
  const copies = columns.map((c) => c.slice());
  const { basis, coordinates } = orthonormalise(copies, copies);
  const r = columns.map((_, c) =>
    Float64Array.from(coordinates, (row) => row[c])
  );
  for (let sweep = 0, rotated = true; rotated && sweep < 40; sweep++) {
    rotated = false;
    for (let p = 0; p < r.length; p++) {
      for (let q = p + 1; q < r.length; q++) {
        if (rotate(r[p], r[q])) rotated = true;
      }
    }
  }
  const found = r.map((x) => ({ value: Math.sqrt(dot(x, x)), x }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  return {
    values: found.map(({ value }) => value),
    vectors: found.map(({ value, x }) => {
      const vector = new Float64Array(columns[0].length);
      addAll(vector, 1 / value, x, basis);
      return vector;
    }),
  };
}

/** Makes two vectors orthogonal by a rotation; false where they are. */
function rotate(a: Float64Array, b: Float64Array): boolean {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (!(Math.abs(ab) > 1e-15 * Math.sqrt(aa * bb))) return false;
  const zeta = (bb - aa) / (2 * ab);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k], b[k]];
    a[k] = c * x - s * y;
    b[k] = s * x + c * y;
  }
  return true;
}
