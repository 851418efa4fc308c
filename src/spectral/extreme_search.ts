/**
 * What a Lanczos process in blocks with thick restarts decides, wherever its
 * vectors are.
 *
 * @module
 */

import { ConvergenceError } from "../errors.ts";
import type { Matrix } from "../solve/small.ts";
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

/** How wide the blocks are that find k of some eigenvalues. */
function widthOf(k: number, size: number): number {
  return Math.min(WIDTH, k + 2, size);
}

/**
 * Where not given, the basis has room for so many blocks. With few of them
 * there are few products between two restarts, and eigenvalues that are close
 * to each other are hardly told apart.
 */
const BLOCKS = 8;

/** Approximations of the wanted eigenpairs by vectors of a basis. */
export interface Approximations {
  /** The eigenvalues. */
  readonly values: Float64Array;
  /** What the eigenvectors are, as factors of the vectors of the basis. */
  readonly factors: readonly Float64Array[];
}

/** The search of one set of eigenpairs. */
export class ExtremeSearch {
  /** The width of blocks. */
  readonly width: number;
  readonly #most: number;
  readonly #size: number;
  readonly #options: ExtremeOptions;
  readonly #history: number[] = [];
  #scale: number;
  #asymmetry = 0;
  /** All eigenpairs of the matrix within the basis. */
  #all: Approximations = { values: new Float64Array(), factors: [] };
  #places: readonly number[] = [];

  /**
   * @param size the number of rows of the matrix
   * @param options how eigenpairs are found
   * @param scale the largest absolute eigenvalue that is known
   */
  constructor(size: number, options: ExtremeOptions, scale = 0) {
    this.#scale = scale;
    const { k, basis } = options;
    const width = this.width = widthOf(k, size);
    const wanted = basis ?? k + BLOCKS * width;
    this.#most = Math.min(size, Math.max(wanted, k + 3 * width));
    this.#size = size;
    this.#options = options;
  }

  /** The largest `|x^T A y - y^T A x|` that was seen, relative to |A|. */
  get asymmetry(): number {
    return this.#asymmetry;
  }

  /** What residuals are divided by: the largest eigenvalue, unless that is 0. */
  get scale(): number {
    return this.#scale || 1;
  }

  /**
   * The wanted eigenpairs, as well as a basis V has them.
   *
   * @param products `V^T A V`
   */
  approximations(products: readonly Float64Array[]): Approximations {
    const { matrix, asymmetry } = projected(products);
    const { values, vectors } = symmetricEigen(matrix);
    this.#all = { values, factors: vectors };
    // Restarts drop what is not wanted, and be it the largest.
    this.#scale = values.reduce(
      (m, x) => Math.max(m, Math.abs(x)),
      this.#scale,
    );
    this.#asymmetry = Math.max(this.#asymmetry, asymmetry / this.scale);
    const { k, which } = this.#options;
    this.#places = wantedPlaces(values, k, which);
    return {
      values: Float64Array.from(this.#places, (p) => values[p]),
      factors: this.#places.map((p) => vectors[p]),
    };
  }

  /**
   * Whether the approximations are good enough, or as good as can be.
   *
   * @param lengths those of their residuals, divided by the scale
   * @throws {ConvergenceError} where residuals stay large
   */
  isDone(lengths: readonly number[]): boolean {
    const { k, tolerance, maxIterations, asymmetry, onStep } = this.#options;
    const scale = this.#scale;
    const worst = lengths.reduce((m, x) => Math.max(m, x), 0);
    this.#history.push(worst);
    onStep(this.#history.length, worst);
    if (!(scale < Infinity)) throw this.notFinite();
    const found = worst <= tolerance && this.#places.length === k;
    const whole = this.#all.values.length >= this.#size || scale === 0;
    if (found || whole || this.#asymmetry > asymmetry) return true;
    if (this.#history.length < maxIterations) return false;
    throw new ConvergenceError(
      `Cannot find eigenpairs to tolerance = ${tolerance} in ${maxIterations} products: the largest residual is ${worst} of the largest eigenvalue; allow more iterations, a larger tolerance or a larger basis`,
      this.#history,
    );
  }

  /** The approximations whose residuals go on, the worst one first. */
  goOn(lengths: readonly number[]): number[] {
    return this.#places.map((_, j) => j)
      .filter((j) => lengths[j] > this.#options.tolerance / 10)
      .sort((p, q) => lengths[q] - lengths[p])
      .slice(0, this.width);
  }

  /**
   * What survives where there is no room for so many more vectors, as factors
   * of the basis.
   */
  restart(more: number): Float64Array[] | undefined {
    const { values, factors } = this.#all;
    const [most, { k, which }] = [this.#most, this.#options];
    // There are no more vectors than rows: then nothing has to go.
    if (Math.min(values.length + more, this.#size) <= most) return undefined;
    const kept = Math.min(most - this.width, k + Math.ceil((most - k) / 3));
    return wantedPlaces(values, kept, which).map((p) => factors[p]);
  }

  /** What to say where products are not finite. */
  notFinite(): ConvergenceError {
    return new ConvergenceError(
      "Cannot find eigenpairs: products with the operator are not finite",
      this.#history,
    );
  }
}

/** Eigenvalues that were found. */
export interface Found {
  /** Those that were wanted, in order. */
  readonly values: Float64Array;
  /** The largest absolute value of all that were seen. */
  readonly scale: number;
}

/**
 * Whether there may be more eigenpairs as extreme as those that were found: a
 * process finds an eigenvalue no more often than its blocks are wide.
 */
export function mayHide(
  { values, scale }: Found,
  { k, tolerance }: ExtremeOptions,
): boolean {
  const sorted = values.toSorted();
  const more = Math.min(WIDTH, k + 2) - 1;
  return sorted.some((x, p) => sorted[p + more] - x <= 10 * tolerance * scale);
}

/**
 * The best eigenpairs of two searches.
 *
 * @returns all values, the places of the best, and whether the second search
 * has better ones than the first
 */
export function merged(
  first: Found,
  second: Found,
  { k, which, tolerance }: ExtremeOptions,
): { values: Float64Array; places: number[]; isNew: boolean } {
  const values = Float64Array.of(...first.values, ...second.values);
  const order = Array.from(values, (_, p) => p)
    .sort((p, q) => values[p] - values[q]);
  const ascending = Float64Array.from(order, (p) => values[p]);
  const places = wantedPlaces(ascending, k, which).map((p) => order[p]);
  const size = which === "largest-magnitude" ? Math.abs : (x: number) => x;
  const isNew = places.some((p, c) =>
    Math.abs(size(values[p]) - size(first.values[c])) >
      10 * tolerance * first.scale
  );
  return { values, places, isNew };
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
