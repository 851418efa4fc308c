/**
 * Extreme eigenpairs of large symmetric matrices.
 *
 * @module
 */

import { ConvergenceError } from "../errors.ts";
import { norm } from "../solve/products.ts";
import { addScaled, dot, type Matrix, orthonormalise } from "../solve/small.ts";
import { Random } from "../train/random.ts";
import { symmetricEigen } from "../solve/symmetric_eigen.ts";

/** Which eigenvalues are wanted. */
export type Which = "largest" | "smallest" | "both-ends" | "largest-magnitude";

/** How eigenpairs are found. */
export interface ExtremeOptions {
  /** How many. */
  readonly k: number;
  /** Which. */
  readonly which: Which;
  /** The largest residual, relative to the largest eigenvalue. */
  readonly tolerance: number;
  /** The largest number of products with a block of vectors. */
  readonly maxIterations: number;
  /** Of the vectors to start from. */
  readonly seed: number;
  /** The number of vectors that are kept; where not given, enough for k. */
  readonly basis?: number | undefined;
  /** Where `x^T A y` and `y^T A x` differ by more, it ends at once. */
  readonly asymmetry: number;
  /** Called after each product. */
  readonly onStep: (step: number, residual: number) => void;
}

/** Eigenpairs, in the order that was asked for. */
export interface ExtremePairs {
  /** The eigenvalues. */
  readonly values: Float64Array;
  /** Their vectors, of length 1 and at right angles. */
  readonly vectors: Float64Array[];
  /** The largest `|x^T A y - y^T A x|` that was seen, relative to |A|. */
  readonly asymmetry: number;
}

/** The places of the wanted eigenvalues, out of ascending ones, in order. */
export function wantedPlaces(
  values: ArrayLike<number>,
  k: number,
  which: Which,
): number[] {
  const n = values.length;
  const count = Math.min(k, n);
  const places = Array.from({ length: n }, (_, p) => p);
  switch (which) {
    case "largest":
      return places.reverse().slice(0, count);
    case "smallest":
      return places.slice(0, count);
    case "both-ends": {
      const low = Math.floor(count / 2);
      return [...places.slice(0, low), ...places.slice(n - count + low)];
    }
    case "largest-magnitude":
      return places
        .sort((p, q) => Math.abs(values[q]) - Math.abs(values[p]))
        .slice(0, count);
  }
}

/** A block is this wide at most: wider ones find no more in a product. */
const WIDTH = 16;
/**
 * Where not given, the basis has room for so many blocks. With few of them
 * there are few products between two restarts, and eigenvalues that are close
 * to each other are hardly told apart.
 */
const BLOCKS = 8;

/**
 * Eigenpairs by a Lanczos process in blocks with thick restarts (Wu and Simon
 * 2000): the best approximations of a basis are kept, and their residuals go
 * on with the Krylov space. All vectors stay at right angles, and a block finds
 * eigenvalues that are repeated.
 *
 * @throws {ConvergenceError} where residuals stay large
 */
export function extremePairs(
  size: number,
  multiply: (vectors: Float64Array[]) => Float64Array[],
  options: ExtremeOptions,
): ExtremePairs {
  const { k, which, tolerance, maxIterations, onStep } = options;
  const random = new Random(options.seed);
  const { width, most } = sizesFor(size, options);
  let basis: Float64Array[] = [];
  let images: Float64Array[] = [];
  let next: Float64Array[] = Array.from(
    { length: width },
    () => Float64Array.from({ length: size }, () => random.normal()),
  );
  const history: number[] = [];
  let [asymmetry, scale] = [0, 0];
  let known: Matrix = [];
  while (true) {
    const added = orthogonal(next, basis, random, size);
    basis.push(...added);
    images.push(...multiply(added));
    known = basis.map((v, i) =>
      Float64Array.from(images, (y, j) => known[i]?.[j] ?? dot(v, y))
    );
    const small = projected(known);
    const { values, vectors } = symmetricEigen(small.matrix);
    // Restarts drop what is not wanted, and be it the largest.
    scale = values.reduce((m, x) => Math.max(m, Math.abs(x)), scale);
    asymmetry = Math.max(asymmetry, small.asymmetry / (scale || 1));
    const places = wantedPlaces(values, k, which);
    const residuals = places.map((p) => {
      const r = combined(images, vectors[p]);
      addScaled(r, -values[p], combined(basis, vectors[p]));
      return r;
    });
    const lengths = residuals.map((r) => norm(r) / (scale || 1));
    const worst = lengths.reduce((m, x) => Math.max(m, x), 0);
    history.push(worst);
    onStep(history.length, worst);
    const found = worst <= tolerance && places.length === k ||
      asymmetry > options.asymmetry;
    if (found || basis.length >= size || !(scale < Infinity) || scale === 0) {
      const pairs = {
        values: Float64Array.from(places, (p) => values[p]),
        vectors: places.map((p) => combined(basis, vectors[p])),
        asymmetry,
      };
      if (scale < Infinity) return pairs;
      throw notFinite(history);
    }
    if (history.length >= maxIterations) {
      throw tooSlow(history, tolerance, maxIterations);
    }
    next = places.map((_, j) => j)
      .filter((j) => lengths[j] > tolerance / 10)
      .sort((p, q) => lengths[q] - lengths[p])
      .slice(0, width)
      .map((j) => residuals[j]);
    if (basis.length + next.length > most) {
      const kept = wantedPlaces(values, keptOf(k, most, width), which);
      const rows = kept.map((p) => vectors[p]);
      [basis, images] = [basis, images].map((list) =>
        rows.map((row) => combined(list, row))
      );
      known = [];
    }
  }
}

/** The width of blocks, and the most vectors that are kept. */
export function sizesFor(
  size: number,
  { k, basis }: ExtremeOptions,
): { readonly width: number; readonly most: number } {
  const width = Math.min(WIDTH, k + 2, size);
  const wanted = basis ?? k + BLOCKS * width;
  return { width, most: Math.min(size, Math.max(wanted, k + 3 * width)) };
}

/** What to say where products are not finite. */
export function notFinite(history: readonly number[]): ConvergenceError {
  return new ConvergenceError(
    "Cannot find eigenpairs: products with the operator are not finite",
    history,
  );
}

/** What to say where residuals are still large in the end. */
export function tooSlow(
  history: readonly number[],
  tolerance: number,
  maxIterations: number,
): ConvergenceError {
  return new ConvergenceError(
    `Cannot find eigenpairs to tolerance = ${tolerance} in ${maxIterations} products: the largest residual is ${
      history.at(-1)
    } of the largest eigenvalue; allow more iterations, a larger tolerance or a larger basis`,
    history,
  );
}

/** How many approximations survive a restart. */
export function keptOf(k: number, most: number, width: number): number {
  return Math.min(most - width, k + Math.ceil((most - k) / 3));
}

/** The symmetric part of `V^T A V`, and how far that is from symmetric. */
export function projected(
  full: readonly Float64Array[],
): { matrix: Matrix; asymmetry: number } {
  let asymmetry = 0;
  const matrix = full.map((row, i) =>
    row.map((x, j) => {
      asymmetry = Math.max(asymmetry, Math.abs(x - full[j][i]));
      return (x + full[j][i]) / 2;
    })
  );
  return { matrix, asymmetry };
}

/** A sum of vectors with these factors. */
function combined(
  vectors: readonly Float64Array[],
  factors: Float64Array,
): Float64Array {
  const sum = new Float64Array(vectors[0].length);
  vectors.forEach((v, k) => addScaled(sum, factors[k], v));
  return sum;
}

/** What of some vectors is at right angles to others; never nothing. */
function orthogonal(
  vectors: readonly Float64Array[],
  to: readonly Float64Array[],
  random: Random,
  size: number,
): Float64Array[] {
  const rest = vectors.flatMap((v) => {
    const length = norm(v);
    const w = v.map((x) => x / length);
    for (let pass = 0; pass < 2; pass++) {
      for (const u of to) addScaled(w, -dot(u, w), u);
    }
    // What is left of the others is rounding.
    return norm(w) > 1e-10 ? [w] : [];
  });
  const { basis } = orthonormalise(rest, rest);
  if (basis.length > 0) return basis.slice(0, size - to.length);
  const fresh = Float64Array.from({ length: size }, () => random.normal());
  return orthogonal([fresh], to, random, size);
}
