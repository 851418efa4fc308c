/**
 * Preconditioners: matrices near the inverse of one that is given by products.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { Random } from "../train/random.ts";
import {
  addAll,
  addScaled,
  cholesky,
  dot,
  dots,
  gramOf,
  orthonormalise,
  singularVectors,
  solveLower,
} from "./small.ts";
import { symmetricEigen } from "./symmetric_eigen.ts";

/** What is this part of alpha makes no difference. */
const NEGLIGIBLE = 1e-3;

/** A symmetric positive map that is near the inverse of a matrix. */
export type Preconditioner = (vector: Float64Array) => Float64Array;

/** Divides by the diagonal. */
export function jacobi(
  diagonal: Float64Array,
  alpha: number,
): Preconditioner {
  const divisors = diagonal.map((d) => d + alpha);
  const wrong = divisors.findIndex((d) => !(d > 0 && d < Infinity));
  if (wrong < 0) return (v) => v.map((x, k) => x / divisors[k]);
  throw new ArgumentError(
    `Cannot precondition by the diagonal: entry ${wrong} is ${
      divisors[wrong]
    }, and positive numbers are wanted`,
  );
}

/** A part of a matrix, `U diag(values) U^T`, the largest value first. */
export interface LowRank {
  /** Its eigenvalues. */
  readonly values: readonly number[];
  /** Its eigenvectors, the columns of U, or what they are mixed of. */
  readonly vectors: readonly Float64Array[];
  /** How much of each of the vectors is in each eigenvector. */
  readonly mixing?: readonly Float64Array[] | undefined;
  /** Where a Cholesky factor has its pivots, if the vectors are its columns. */
  readonly pivots?: readonly number[] | undefined;
}

/**
 * The matrix `alpha Id + U diag(values) U^T`, where what is not in U counts as
 * the least of the values, by its powers.
 */
export interface Spectrum {
  /** The product of a power of the matrix with a vector. */
  power(vector: Float64Array, exponent: number): Float64Array;
  /** The logarithm of its determinant. */
  logdet(size: number): number;
}

/** The matrix near `alpha Id` plus what is known of another. */
export function spectrumOf(
  { values, vectors, mixing }: LowRank,
  alpha: number,
): Spectrum | undefined {
  const rest = (values.at(-1) ?? 0) + alpha;
  if (!(rest > 0)) return undefined;
  return {
    power: (vector, exponent) => {
      const base = rest ** exponent;
      const result = vector.map((x) => base * x);
      const along = dots(vector, vectors);
      const own = mixing ? dots(along, mixing) : along;
      own.forEach((x, k) =>
        own[k] = ((values[k] + alpha) ** exponent - base) * x
      );
      if (mixing) along.fill(0);
      if (mixing) addAll(along, 1, own, mixing);
      addAll(result, 1, along, vectors);
      return result;
    },
    logdet: (size) =>
      values.reduce(
        (sum, value) => sum + Math.log(value + alpha),
        (size - values.length) * Math.log(rest),
      ),
  };
}

/** The inverse of a matrix that is near another. */
export function inverseOf(
  part: LowRank | undefined,
  alpha: number,
): Preconditioner | undefined {
  const spectrum = part && spectrumOf(part, alpha);
  return spectrum && ((v) => spectrum.power(v, -1));
}

/**
 * The part of a matrix that a Cholesky factorisation takes first; it reads the
 * diagonal and `rank` columns.
 *
 * @returns undefined where there is nothing to gain
 */
export function partialCholesky(
  diagonal: Float64Array,
  column: (k: number) => Float64Array,
  alpha: number,
  rank: number,
): LowRank | undefined {
  const most = diagonal.reduce((m, d) => Math.max(m, d), 0);
  // Below this there is nothing but rounding; alpha hides what is left.
  const least = Math.max(1e-12 * most, NEGLIGIBLE * alpha);
  const { factor, pivots } = pivotedColumns(
    diagonal,
    column,
    rank,
    (largest) => !(largest > least),
  );
  return factor.length === 0 ? undefined : productOf(factor, pivots, alpha);
}

/** A part `L L^T` of a matrix. */
export interface PivotedColumns {
  /** The columns of L. */
  readonly factor: Float64Array[];
  /** Their pivots. */
  readonly pivots: number[];
  /** The diagonal of what is left of the matrix. */
  readonly left: Float64Array;
}

/**
 * The columns that a Cholesky factorisation takes where the largest of the
 * remaining diagonal is the next pivot (Harbrecht, Peters and Schneider 2012).
 *
 * @param diagonal of the matrix
 * @param column gives a column of the matrix
 * @param rank the largest number of columns
 * @param enough told the largest of what is left of the diagonal, its sum, and
 * the number of columns so far
 */
export function pivotedColumns(
  diagonal: Float64Array,
  column: (k: number) => Float64Array,
  rank: number,
  enough: (largest: number, sum: number, count: number) => boolean,
): PivotedColumns {
  const left = diagonal.slice();
  const factor: Float64Array[] = [];
  const pivots: number[] = [];
  while (factor.length < rank) {
    let [pivot, sum] = [0, 0];
    for (let k = 0; k < left.length; k++) {
      sum += left[k];
      if (left[k] > left[pivot]) pivot = k;
    }
    const size = left[pivot];
    if (
      !(size > 0) || size === Infinity || enough(size, sum, factor.length)
    ) break;
    const next = Float64Array.from(column(pivot));
    addAll(next, -1, factor.map((l) => l[pivot]), factor);
    const root = Math.sqrt(size);
    for (let k = 0; k < next.length; k++) {
      next[k] /= root;
      left[k] -= next[k] ** 2;
    }
    left[pivot] = 0;
    factor.push(next);
    pivots.push(pivot);
  }
  return { factor, pivots, left };
}

/** Eigenvalues that rounding may hide, as part of the trace. */
const HIDDEN = 1e-9;

/** The matrix `L L^T` of a factor L, given by its columns. */
function productOf(
  factor: readonly Float64Array[],
  pivots: readonly number[],
  alpha: number,
): LowRank {
  const trace = factor.reduce((sum, l) => sum + dot(l, l), 0);
  if (alpha < HIDDEN * trace) {
    const { values, vectors } = singularVectors(factor);
    return { values: values.map((s) => s * s), vectors };
  }
  // The small matrix `L^T L` has the same eigenvalues, but for rounding that
  // alpha hides: with `L^T L v = s v`, the vector is `L v / sqrt(s)`.
  const { values, vectors } = symmetricEigen(gramOf(factor));
  const kept = Array.from(values, (_, k) => k)
    .filter((k) => values[k] > NEGLIGIBLE * alpha).reverse();
  return {
    values: kept.map((k) => values[k]),
    vectors: factor,
    pivots,
    mixing: kept.map((k) => vectors[k].map((x) => x / Math.sqrt(values[k]))),
  };
}

/** Random vectors of length 1 at right angles. */
export function testVectors(size: number, rank: number): Float64Array[] {
  const random = new Random(0);
  const vectors = Array.from(
    { length: rank },
    () => Float64Array.from({ length: size }, () => random.normal()),
  );
  return orthonormalise(vectors, vectors).basis;
}

/**
 * The part of a matrix that its product with random vectors shows (Frangella,
 * Tropp and Udell 2023).
 *
 * @param test orthonormal vectors
 * @param images their products with the matrix
 * @returns undefined where there is nothing to gain
 */
export function nystrom(
  test: readonly Float64Array[],
  images: readonly Float64Array[],
): LowRank | undefined {
  const norm = Math.sqrt(images.reduce((s, y) => s + dot(y, y), 0));
  // A small shift keeps the small matrix positive in spite of rounding.
  for (let shift = 1e-15 * norm; shift < norm; shift *= 100) {
    const shifted = images.map((y, k) => {
      const to = y.slice();
      addScaled(to, shift, test[k]);
      return to;
    });
    const products = test.map((v) => dots(v, shifted));
    const gram = products.map((row, i) =>
      row.map((x, j) => (x + products[j][i]) / 2)
    );
    const factor = cholesky(gram);
    if (factor.pivot !== undefined) continue;
    const { lower } = factor;
    const row = new Float64Array(test.length);
    for (let i = 0; i < shifted[0].length; i++) {
      shifted.forEach((y, k) => row[k] = y[i]);
      solveLower(lower, row);
      shifted.forEach((y, k) => y[i] = row[k]);
    }
    const { values, vectors } = singularVectors(shifted);
    return {
      values: values.map((s) => Math.max(0, s * s - shift)),
      vectors,
    };
  }
  return undefined;
}
