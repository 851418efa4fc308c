/**
 * Extreme eigenpairs of large symmetric matrices.
 *
 * @module
 */

import { norm } from "../solve/products.ts";
import { addScaled, dot, type Matrix, orthonormalise } from "../solve/small.ts";
import { Random } from "../train/random.ts";
import { type ExtremeOptions, ExtremeSearch } from "./extreme_search.ts";

/** Eigenpairs, in the order that was asked for. */
export interface ExtremePairs {
  /** The eigenvalues. */
  readonly values: Float64Array;
  /** Their vectors, of length 1 and at right angles. */
  readonly vectors: Float64Array[];
  /** The largest `|x^T A y - y^T A x|` that was seen, relative to |A|. */
  readonly asymmetry: number;
}

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
  const search = new ExtremeSearch(size, options);
  const random = new Random(options.seed);
  let basis: Float64Array[] = [];
  let images: Float64Array[] = [];
  let next: Float64Array[] = Array.from(
    { length: search.width },
    () => Float64Array.from({ length: size }, () => random.normal()),
  );
  let known: Matrix = [];
  while (true) {
    const added = orthogonal(next, basis, random, size);
    basis.push(...added);
    images.push(...multiply(added));
    known = basis.map((v, i) =>
      Float64Array.from(images, (y, j) => known[i]?.[j] ?? dot(v, y))
    );
    const { values, factors } = search.approximations(known);
    const residuals = factors.map((f, k) => {
      const r = combined(images, f);
      addScaled(r, -values[k], combined(basis, f));
      return r;
    });
    const lengths = residuals.map((r) => norm(r) / search.scale);
    if (search.isDone(lengths)) {
      const vectors = factors.map((f) => combined(basis, f));
      return { values, vectors, asymmetry: search.asymmetry };
    }
    next = search.goOn(lengths).map((j) => residuals[j]);
    const kept = search.restart(next.length);
    if (kept) {
      [basis, images] = [basis, images].map((list) =>
        kept.map((f) => combined(list, f))
      );
      known = [];
    }
  }
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
