/**
 * Variances of Gaussian processes from a part of the covariance matrix that is
 * made once, with bounds of their errors.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import type { LinearMap } from "../operator/map.ts";
import { pivotedColumns } from "../solve/preconditioner.ts";
import { rowsBeside, rowsOf } from "../solve/products.ts";
import { cholesky, inverseLower, type Matrix } from "../solve/small.ts";
import { memoryOf } from "../tensor/base.ts";
import { zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ProcessSystems } from "./systems.ts";
import { type BoundedVariances, joined } from "./variances.ts";

/** Columns of one product: more of them take no less time each. */
const WIDTH = 64;
/** Entries of the covariances that are written out at a time. */
const ENTRIES = 2 ** 22;

/** Errors grow with the square of what is left: beyond this few are within. */
const HOPELESS = 5;

/** A space of vectors in which systems with a matrix A are solved. */
interface Space {
  /** A basis, `[n, r]`. */
  readonly basis: Tensor;
  /** Its images under A, transposed: `[r, n]`. */
  readonly images: Tensor;
  /** `basis^T A basis` and its inverse, `[r, r]`. */
  readonly gram: Tensor;
  readonly inverse: Tensor;
}

/**
 * Variances from solutions in a space of low rank, that of the columns which a
 * pivoted Cholesky factorisation takes: their images under A are computed once,
 * and tell the residual of every solution in their space, and so the error.
 * Pleiss, Gardner, Weinberger and Wilson (2018) take the space of a Lanczos
 * process, which is larger for the same error.
 */
export class LowRankVariances {
  readonly #systems: ProcessSystems;
  readonly #space: Space;

  constructor(systems: ProcessSystems, space: Space) {
    this.#systems = systems;
    this.#space = space;
  }

  /** Variances at points `[M, D]`. */
  at(points: Tensor): BoundedVariances {
    const [m] = points.shape;
    const [n] = this.#systems.x.shape;
    const block = Math.max(1, Math.floor(ENTRIES / n));
    const parts: BoundedVariances[] = [];
    for (let first = 0; first < m; first += block) {
      const some = points.slice([first], [Math.min(m, first + block)]);
      parts.push(scope(() => this.#part(some)));
    }
    return joined(parts);
  }

  #part(points: Tensor): BoundedVariances {
    const { basis, images, gram, inverse } = this.#space;
    const { x, tensors: { noise } } = this.#systems;
    const b = this.#systems.covariance(points, x).dense()
      .reshape([points.shape[0], x.shape[0]]);
    const along = b.matmul(basis);
    const s = along.matmul(inverse);
    const q = along.mul(2).sub(s.matmul(gram)).mul(s).sum(1);
    const rest = b.sub(s.matmul(images));
    return {
      variance: this.#systems.prior(points).sub(q).relu(),
      error: rest.square().sum(1).div(noise),
    };
  }
}

/**
 * Makes a space of low rank.
 *
 * @param systems of a process in float64, with exact products
 * @param rank the most vectors
 * @param tolerance the relative error of variances that is aimed at
 * @returns undefined where so few vectors cannot reach it
 */
export function lowRankVariances(
  systems: ProcessSystems,
  rank: number,
  tolerance: number,
): LowRankVariances | undefined {
  const map = systems.map();
  const noise = systems.tensors.noise.item();
  const { entries } = map;
  if (entries === undefined) return undefined;
  const numbers = (t: Tensor) => Float64Array.from(memoryOf(t).data);
  // Variances at the observations add up to about the noise for each vector
  // that stands out of it, and what is left of the diagonal may add to them.
  // With this bound errors were up to a sixth of the tolerance on clouds in two
  // to six dimensions, roads and normal points.
  const allowed = (count: number) => tolerance * noise * count;
  const { factor, left } = pivotedColumns(
    numbers(entries.diagonal()),
    (k) => numbers(entries.column(k)),
    rank,
    (_, sum, count) => sum <= allowed(count),
  );
  const sum = left.reduce((s, x) => s + x, 0);
  if (factor.length === 0 || sum > HOPELESS * allowed(factor.length)) {
    return undefined;
  }
  const space = scope(() => spaceOf(factor, map, noise));
  return space && new LowRankVariances(systems, space);
}

/** The space of some vectors. */
function spaceOf(
  factor: readonly Float64Array[],
  map: LinearMap,
  noise: number,
): Space | undefined {
  const [n, r] = [map.rows, factor.length];
  const vectors = rowsBeside(factor, map).transpose();
  // At right angles, but for rounding: nothing is lost by that.
  const first = inverseFactor(vectors.transpose().matmul(vectors));
  if (first === undefined) return undefined;
  const basis = vectors.matmul(rowsBeside(first, map).transpose());
  const images: Tensor[] = [];
  for (let from = 0; from < r; from += WIDTH) {
    const to = Math.min(r, from + WIDTH);
    const some = basis.slice([0, from], [n, to]);
    // One width is one program.
    const { dtype, device } = some;
    const padded = to - from === WIDTH ? some : concat([
      some,
      zeros([n, WIDTH - to + from], { dtype, device }),
    ], 1);
    const product = map.multiply(padded).slice([0, 0], [n, to - from]);
    images.push(product.add(some.mul(noise)).transpose());
  }
  const all = images.length === 1 ? images[0] : concat(images);
  const gram = all.matmul(basis);
  const second = inverseFactor(gram);
  if (second === undefined) return undefined;
  const root = rowsBeside(second, map);
  return { basis, images: all, gram, inverse: root.transpose().matmul(root) };
}

/** The inverse of the lower factor of a positive matrix. */
function inverseFactor(matrix: Tensor): Matrix | undefined {
  const factor = cholesky(rowsOf(matrix));
  return factor.pivot === undefined ? inverseLower(factor.lower) : undefined;
}
