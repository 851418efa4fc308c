/**
 * Clusters around means.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { Vi, Vj } from "../lazy/variables.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Random } from "../train/random.ts";
import { checkFinite, type Cloud, cloudOf, pointsTensor } from "./points.ts";

/** How k-means runs. */
export interface KmeansOptions {
  /** Where the random choices of the first centres start; 0 by default. */
  readonly seed?: number | bigint | undefined;
  /** The largest number of rounds; 25 by default. */
  readonly iterations?: number | undefined;
}

/**
 * A label for each point: the nearest of k means, by Lloyd's rounds (1957)
 * from centres that k-means++ chose (Arthur and Vassilvitskii 2007).
 *
 * @param x points `[N, D]` or `[N]`
 * @param k the number of clusters, at most N; all of them are used where there
 * are k distinct points
 * @param options seed, number of rounds
 * @returns labels `[N]`, int32, of `0 ... k - 1`
 * @throws {ArgumentError} for a k that is no integer from 1 to N, and points
 * that are not finite
 *
 * @example Two groups
 * ```ts
 * import { kmeansCluster } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const labels = kmeansCluster([[0], [7], [1], [8]], 2, { seed: 3 });
 * const [a, b, c, d] = labels.dataSync();
 * assert.ok(a === c && b === d && a !== b);
 * ```
 */
export function kmeansCluster(
  x: LazyData,
  k: number,
  options: KmeansOptions = {},
): Tensor {
  const { seed = 0, iterations = 25 } = options;
  const cloud = cloudOf(x);
  const asked = [["clusters", k, cloud.count], [
    "rounds",
    iterations,
    Infinity,
  ]] as const;
  for (const [what, value, most] of asked) {
    if (Number.isInteger(value) && 1 <= value && value <= most) continue;
    throw new ArgumentError(
      `Cannot cluster ${cloud.count} points with ${value} ${what}: an integer from 1${
        most < Infinity ? ` to ${most}` : " on"
      } is wanted`,
    );
  }
  checkFinite(cloud);
  const given = pointsTensor(x).detach();
  const { dtype, device } = given;
  const points = Vi(given);
  let centres = firstCentres(cloud, k, new Random(seed));
  let labels = new Int32Array();
  for (let round = 0; round < iterations; round++) {
    const means = tensor(centres, [k, cloud.dim], { dtype, device });
    const [distances, nearest] = points.sqdist(Vj(means)).minArgmin("j");
    const next = Int32Array.from(nearest.dataSync());
    fillEmpty(next, distances.dataSync(), k);
    if (labels.length > 0 && next.every((l, p) => l === labels[p])) break;
    labels = next;
    centres = meansOf(cloud, labels, k, centres);
  }
  return tensor(labels);
}

/** Centres far from one another: each by its squared distance to the others. */
function firstCentres(
  cloud: Cloud,
  k: number,
  random: Random,
): Float64Array<ArrayBuffer> {
  const { data, count, dim } = cloud;
  const centres = new Float64Array(k * dim);
  const distances = new Float64Array(count).fill(Infinity);
  let chosen = Math.min(count - 1, Math.floor(random.uniform() * count));
  for (let c = 0; c < k; c++) {
    for (let d = 0; d < dim; d++) {
      centres[c * dim + d] = data[chosen * dim + d];
    }
    let total = 0;
    for (let p = 0; p < count; p++) {
      distances[p] = Math.min(
        distances[p],
        squaredDistance(data, p, centres, c, dim),
      );
      total += distances[p];
    }
    let rest = random.uniform() * total;
    chosen = distances.findIndex((d) => d > 0 && (rest -= d) < 0);
    // Rounding may leave a rest; there may be no distinct point left.
    if (chosen < 0) chosen = Math.max(0, distances.findLastIndex((d) => d > 0));
  }
  return centres;
}

function squaredDistance(
  x: ArrayLike<number>,
  i: number,
  y: ArrayLike<number>,
  j: number,
  dim: number,
): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += (x[i * dim + d] - y[j * dim + d]) ** 2;
  return sum;
}

/** Gives each cluster without a point the one that is worst placed. */
function fillEmpty(
  labels: Int32Array,
  distances: ArrayLike<number>,
  k: number,
): void {
  const sizes = new Int32Array(k);
  for (const label of labels) sizes[label]++;
  const empty = [...sizes.keys()].filter((c) => sizes[c] === 0);
  if (empty.length === 0) return;
  const worst = [...labels.keys()]
    .filter((p) => distances[p] > 0)
    .sort((a, b) => distances[b] - distances[a]);
  for (const p of worst) {
    if (sizes[labels[p]] === 1) continue;
    const c = empty.pop();
    if (c === undefined) return;
    sizes[labels[p]]--;
    sizes[c]++;
    labels[p] = c;
  }
}

/** The means of clusters; empty ones keep their centres. */
function meansOf(
  { data, count, dim }: Cloud,
  labels: Int32Array,
  k: number,
  before: Float64Array,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(k * dim);
  const sizes = new Int32Array(k);
  for (let p = 0; p < count; p++) {
    sizes[labels[p]]++;
    for (let d = 0; d < dim; d++) {
      sums[labels[p] * dim + d] += data[p * dim + d];
    }
  }
  return sums.map((sum, at) => {
    const size = sizes[Math.floor(at / dim)];
    return size === 0 ? before[at] : sum / size;
  });
}
