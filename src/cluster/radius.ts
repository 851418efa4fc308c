/**
 * Points within a radius.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { BatchDomain, type Domain } from "../engine/domain.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { broadcastBatch } from "../lazy/operand.ts";
import { blockOf } from "../lazy/select.ts";
import type { DType } from "../dtypes.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { CsrDomain } from "./csr.ts";
import { NearPoints } from "./near.ts";
import { batchedCloud, type Cloud } from "./points.ts";

/** Neighbours of points in compressed rows. */
export interface Neighbours {
  /** The neighbours of point i are `offsets[i]` to `offsets[i + 1]`: `[M + 1]`. */
  readonly offsets: Tensor;
  /** Positions of the neighbours, ascending for each point: `[K]`. */
  readonly indices: Tensor;
  /** Their distances: `[K]`. */
  readonly distances: Tensor;
}

/**
 * All points y within a radius of each point x, by a tree of boxes: one pass counts
 * them, a second one writes them. Points with a coordinate that is NaN or
 * infinite have no neighbours. The result is not differentiable: reduce a
 * formula on the domain `csr(offsets, indices)` for that.
 *
 * @param x points `[M, D]` or `[M]`
 * @param y points `[N, D]` or `[N]`
 * @param radius the largest distance, Euclidean
 * @returns neighbours in compressed rows
 * @throws {ArgumentError} for a radius that is negative or NaN
 *
 * @example Points of the line
 * ```ts
 * import { radiusSearch } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const found = radiusSearch([[0], [5]], [[4], [1], [0], [6]], 1);
 * assert.deepEqual(found.offsets.arraySync(), [0, 2, 4]);
 * assert.deepEqual(found.indices.arraySync(), [1, 2, 0, 3]);
 * assert.deepEqual(found.distances.arraySync(), [1, 0, 1, 1]);
 * ```
 */
export function radiusSearch(
  x: LazyData,
  y: LazyData,
  radius: number,
): Neighbours {
  const [p, q] = cloudsOf(x, y, radius);
  if (p.batch.length > 0 || q.batch.length > 0) {
    throw new ShapeError(
      `Cannot search in clouds with batch dimensions [${p.batch}] and [${q.batch}]: [M, D] and [N, D] are wanted`,
    );
  }
  const { offsets, indices } = search(p, 0, q, 0, radius);
  const distances = new Float64Array(indices.length);
  for (let i = 0; i < p.count; i++) {
    for (let k = offsets[i]; k < offsets[i + 1]; k++) {
      distances[k] = distance(
        p.data,
        i * p.dim,
        q.data,
        indices[k] * p.dim,
        p.dim,
      );
    }
  }
  return {
    offsets: tensor(offsets),
    indices: tensor(indices),
    distances: tensor(distances, undefined, { dtype: floatOf(x, y) }),
  };
}

/**
 * The pairs of points within a radius of one another, as a domain for
 * `withRanges` and the option `ranges`. Boxes leave out most pairs, a test of
 * the distance in float64 decides on the others, so every reduction counts
 * the pairs within the radius and no others. The pairs are found when this is
 * called; gradients take them as given.
 *
 * Memory is linear in the number of runs of neighbours: points j in an order
 * where neighbours follow one another, as of {@linkcode sortClusters}, have
 * long runs and are fast.
 *
 * @param x points i, `[..., M, D]` or `[M]`
 * @param y points j, `[..., N, D]` or `[N]`; batch dimensions broadcast
 * @param radius the largest distance, Euclidean
 * @returns a domain for `M` times `N` pairs and the batch of x and y
 * @throws {ArgumentError} for a radius that is negative or NaN
 *
 * @example Counting neighbours
 * ```ts
 * import { Vi, Vj, withinRadius } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = [[0], [1], [5]];
 * const near = Vi(x).sqdist(Vj(x)).withRanges(withinRadius(x, x, 1));
 * assert.deepEqual(near.count("j").arraySync(), [[1], [1], [0]]);
 * assert.deepEqual(near.max("j").arraySync(), [[1], [1], [0]]);
 * ```
 */
export function withinRadius(
  x: LazyData,
  y: LazyData,
  radius: number,
): Domain {
  const [p, q] = cloudsOf(x, y, radius);
  const batch = broadcastBatch(p.batch, q.batch);
  const name = `withinRadius(x, y, ${radius})`;
  const domainOf = (a: number, b: number) => {
    const { offsets, indices } = search(p, a, q, b, radius);
    return new CsrDomain(offsets, indices, q.count, name);
  };
  if (batch.length === 0) return domainOf(0, 0);
  const entries = batch.reduce((k, d) => k * d, 1);
  const kept = new Map<string, Domain>();
  const domains = Array.from({ length: entries }, (_, entry) => {
    // The first points of the clouds that this entry sees.
    const a = blockOf(p.batch, batch, entry) * p.count;
    const b = blockOf(q.batch, batch, entry) * q.count;
    const key = `${a},${b}`;
    const domain = kept.get(key) ?? domainOf(a, b);
    kept.set(key, domain);
    return domain;
  });
  return new BatchDomain(domains);
}

function cloudsOf(x: LazyData, y: LazyData, radius: number): [Cloud, Cloud] {
  if (!(radius >= 0)) {
    throw new ArgumentError(
      `Cannot search within the radius ${radius}: a number from 0 on is wanted`,
    );
  }
  const [p, q] = [batchedCloud(x), batchedCloud(y)];
  if (p.dim === q.dim) return [p, q];
  throw new ShapeError(
    `Cannot search among points of dimensions ${p.dim} and ${q.dim}: they must be equal`,
  );
}

/** The dtype of distances: as reductions of both clouds would have it. */
function floatOf(x: LazyData, y: LazyData): DType {
  const dtypes = [x, y].map((a) =>
    a instanceof Tensor || ArrayBuffer.isView(a) ? tensor(a).dtype : "int32"
  );
  return dtypes.find((d) => d !== "int32") ?? "float32";
}

/** Neighbours in two passes: one counts, one writes. */
function search(
  x: Cloud,
  firstX: number,
  y: Cloud,
  firstY: number,
  radius: number,
): { offsets: Int32Array; indices: Int32Array } {
  const { count } = x;
  const points = new NearPoints(y, firstY);
  const same = x.data === y.data && firstX === firstY;
  const of = same ? points : new NearPoints(x, firstX);
  const counts = new Int32Array(count);
  points.visit(of, radius, counts);
  const offsets = new Int32Array(count + 1);
  let total = 0;
  for (let i = 0; i < count; i++) offsets[i + 1] = total += counts[i];
  if (total >= 2 ** 31) {
    throw new ArgumentError(
      `Cannot list ${total} pairs within the radius ${radius}: at most 2147483647 fit; a smaller radius is wanted`,
    );
  }
  const indices = new Int32Array(total);
  points.visit(of, radius, offsets.slice(0, count), indices);
  for (let i = 0; i < count && !points.isSorted; i++) {
    indices.subarray(offsets[i], offsets[i + 1]).sort();
  }
  return { offsets, indices };
}

function distance(
  x: ArrayLike<number>,
  a: number,
  y: ArrayLike<number>,
  b: number,
  dim: number,
): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) {
    const difference = x[a + d] - y[b + d];
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
