/**
 * Clusters that are the cells of a grid.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkFinite, cloudOf } from "./points.ts";

/**
 * A label for each point: its cell in a grid through the origin. Empty cells
 * have no label: those that are used are `0 ... C - 1`, in the lexicographic
 * order of their coordinates. Clouds that are clustered with the same size
 * share the cells, not the labels.
 *
 * @param x points `[N, D]` or `[N]`, of any dimension
 * @param size the length of the edges of cells, or one for each dimension
 * @returns labels `[N]`, int32
 * @throws {ArgumentError} for sizes that are not positive, and points that are
 * not finite
 *
 * @example Cells of length 0.2
 * ```ts
 * import { gridCluster } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const labels = gridCluster([[0], [0.1], [0.9], [0.05], [0.5]], 0.2);
 * assert.deepEqual(labels.arraySync(), [0, 0, 2, 0, 1]);
 * ```
 */
export function gridCluster(
  x: LazyData,
  size: number | ArrayLike<number>,
): Tensor {
  const cloud = cloudOf(x);
  const { data, count, dim } = cloud;
  const sizes = sizesOf(size, dim);
  checkFinite(cloud);
  let labels = new Float64Array(count);
  for (let d = 0; d < dim; d++) {
    const cells = ranks(
      Float64Array.from(
        labels,
        (_, k) => Math.floor(data[k * dim + d] / sizes[d]),
      ),
    );
    // Both factors are at most the number of points: the product is exact.
    const columns = 1 + maximum(cells);
    labels = ranks(labels.map((label, k) => label * columns + cells[k]));
  }
  return tensor(Int32Array.from(labels));
}

function sizesOf(size: number | ArrayLike<number>, dim: number): number[] {
  const sizes = typeof size === "number"
    ? Array<number>(dim).fill(size)
    : Array.from(size ?? []);
  if (sizes.length === dim && sizes.every((s) => s > 0 && s < Infinity)) {
    return sizes;
  }
  throw new ArgumentError(
    `Cannot cluster points of dimension ${dim} in cells of size ${
      typeof size === "object" ? `[${sizes}]` : size
    }: a positive number, or ${dim} of them, is wanted`,
  );
}

function maximum(values: Float64Array): number {
  return values.reduce((m, v) => Math.max(m, v), 0);
}

/** The place of each value among the distinct ones, in ascending order. */
function ranks(values: Float64Array): Float64Array<ArrayBuffer> {
  const places = new Map<number, number>();
  for (const value of values.toSorted()) {
    // -0 and 0 are one cell: they are one key of a map.
    if (!places.has(value)) places.set(value, places.size);
  }
  return Float64Array.from(values, (value) => places.get(value) ?? 0);
}
