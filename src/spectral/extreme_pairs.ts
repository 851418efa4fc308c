/**
 * Extreme eigenpairs of large symmetric matrices.
 *
 * @module
 */

import { norm } from "../solve/products.ts";
import { addAll, addScaled, dot, dots, type Matrix } from "../solve/small.ts";
import { Random } from "../train/random.ts";
import {
  type ExtremeOptions,
  ExtremeSearch,
  mayHide,
  merged,
} from "./extreme_search.ts";

/** Eigenpairs, in the order that was asked for. */
export interface ExtremePairs {
  /** The eigenvalues. */
  readonly values: Float64Array;
  /** Their vectors, of length 1 and at right angles. */
  readonly vectors: Float64Array[];
  /** The largest `|x^T A y - y^T A x|` that was seen, relative to |A|. */
  readonly asymmetry: number;
  /** The largest absolute eigenvalue that was seen. */
  readonly scale: number;
}

/**
 * Eigenpairs by a Lanczos process in blocks with thick restarts (Wu and Simon
 * 2000): the best approximations of a basis are kept, and their residuals go
 * on with the Krylov space. All vectors stay at right angles, and a block finds
 * eigenvalues that are repeated; those repeated more often than that are looked
 * for again, beside what was found.
 *
 * @throws {ConvergenceError} where residuals stay large
 */
export function extremePairs(
  size: number,
  multiply: (vectors: Float64Array[]) => Float64Array[],
  options: ExtremeOptions,
): ExtremePairs {
  const random = new Random(options.seed);
  let found = process(size, multiply, options, random, [], 0);
  for (let beside = found.vectors; beside.length < size;) {
    if (!mayHide(found, options)) break;
    const k = Math.min(options.k, size - beside.length);
    const own = { ...options, k };
    const more = process(size, multiply, own, random, beside, found.scale);
    const { values, places, isNew } = merged(found, more, options);
    beside = [...beside, ...more.vectors];
    const vectors = [...found.vectors, ...more.vectors];
    found = {
      values: Float64Array.from(places, (p) => values[p]),
      vectors: places.map((p) => vectors[p]),
      asymmetry: Math.max(found.asymmetry, more.asymmetry),
      scale: more.scale,
    };
    if (!isNew) break;
  }
  return found;
}

/** Eigenpairs at right angles to some eigenvectors. */
function process(
  size: number,
  multiply: (vectors: Float64Array[]) => Float64Array[],
  options: ExtremeOptions,
  random: Random,
  beside: readonly Float64Array[],
  scale: number,
): ExtremePairs {
  const search = new ExtremeSearch(size - beside.length, options, scale);
  let basis: Float64Array[] = [];
  let images: Float64Array[] = [];
  let next = fresh(size, search.width, random);
  let known: Matrix = [];
  while (true) {
    const added = orthogonal(next, [...beside, ...basis], random, size);
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
      const { asymmetry, scale } = search;
      return { values, vectors, asymmetry, scale };
    }
    next = search.goOn(lengths).map((j) => residuals[j]);
    if (next.length === 0) next = fresh(size, search.width, random);
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
  const added: Float64Array[] = [];
  for (const v of vectors.slice(0, size - to.length)) {
    const w = v.slice();
    let [left, last] = [1, 1];
    unit(w);
    // One by one, against all, and twice: what is left of a vector is made
    // longer, and so is what rounding left of the others in it.
    for (let pass = 0; pass < 2; pass++) {
      for (const others of [to, added]) addAll(w, -1, dots(w, others), others);
      last = unit(w);
      left *= last;
    }
    // Less is rounding; what the second time finds, too.
    if (left > 1e-10 && last > 0.5) added.push(w);
  }
  if (added.length > 0) return added;
  return orthogonal(fresh(size, vectors.length, random), to, random, size);
}

function fresh(size: number, count: number, random: Random): Float64Array[] {
  return Array.from(
    { length: Math.max(1, count) },
    () => Float64Array.from({ length: size }, () => random.normal()),
  );
}

/** Divides a vector by its length, and tells it. */
function unit(v: Float64Array): number {
  const length = norm(v);
  if (length > 0) { for (let k = 0; k < v.length; k++) v[k] /= length; }
  return length;
}
