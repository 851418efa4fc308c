/**
 * Points sorted into a tree of boxes, to find those near others.
 *
 * @module
 */

import type { Cloud } from "./points.ts";
import { type Box, boxesOf } from "./tree.ts";

/** Testing so many points costs about what looking at boxes does. */
const LEAF = 12;
/** How much of a box is near. */
const NONE = 0;
const SOME = 1;
const ALL = 2;

/**
 * The points of a cloud by boxes that fit them, wherever they are: dense parts
 * have small boxes, so few points are tested that are not near.
 */
export class NearPoints {
  readonly #dim: number;
  readonly #boxes: readonly Box[];
  /** The least and the largest coordinates of each box. */
  readonly #corners: Float64Array;
  /** The points, box after box. */
  readonly #order: Int32Array;
  /** The coordinates in that order: neighbours are neighbours in memory. */
  readonly #points: Float64Array;
  /** Whether neighbours are found in ascending order. */
  readonly isSorted: boolean;

  /**
   * Sorts points into boxes.
   *
   * @param cloud the points; those with a coordinate that is not finite are
   * left out, as they are near nothing
   * @param first the first point of the cloud
   */
  constructor(cloud: Cloud, first: number) {
    const { data, count, dim } = cloud;
    const isFinite = (p: number) => {
      for (let d = 0; d < dim; d++) {
        if (!Number.isFinite(data[p * dim + d])) return false;
      }
      return true;
    };
    const order = Int32Array.from({ length: count }, (_, p) => first + p)
      .filter(isFinite);
    // Neighbours that follow one another need not be sorted: boxes of the
    // points as they come are good enough where most are nearly as small.
    const given = dim <= 3 ? boxed(cloud, order, true) : undefined;
    const own = boxed(cloud, order.slice(), false);
    const isSorted = given !== undefined && given.extent <= 2 * own.extent;
    this.isSorted = isSorted;
    const { boxes, corners, points, order: taken } = isSorted ? given : own;
    this.#dim = dim;
    this.#boxes = boxes;
    this.#corners = corners;
    this.#order = taken.map((p) => p - first);
    this.#points = points;
  }

  /**
   * Visits the points within a radius of each point of another cloud.
   *
   * @param of the other cloud
   * @param radius the largest distance
   * @param next for each point of the other cloud, a place: it is moved on by
   * the number of its neighbours
   * @param found where they are written, from those places on
   */
  visit(
    of: NearPoints,
    radius: number,
    next: Int32Array,
    found?: Int32Array,
  ): void {
    // Beyond this no root is within the radius; below it, roots decide.
    const most = radius * radius * (1 + 4 * Number.EPSILON) + Number.MIN_VALUE;
    const [dim, order, points] = [this.#dim, this.#order, this.#points];
    const boxes = this.#boxes;
    const begins = Int32Array.from(boxes, ({ begin }) => begin);
    const ends = Int32Array.from(boxes, ({ end }) => end);
    const near = new Int32Array(boxes.length);
    const box = new Float64Array(2 * dim);
    const { length } = of.#boxes;
    for (let a = 0; a < length; a++) {
      const { begin, end, size } = of.#boxes[a];
      if (size > 1) continue;
      box.set(of.#corners.subarray(2 * a * dim, 2 * (a + 1) * dim));
      let count = this.#boxesNear(box, radius, most, near);
      // In many dimensions most boxes are near one another: points are not.
      const each = 4 * count > boxes.length;
      for (let k = begin; k < end; k++) {
        const own = of.#points;
        const i = of.#order[k];
        let at = next[i];
        for (let q = 0; q < 2 * dim; q++) box[q] = own[k * dim + (q >> 1)];
        if (each) count = this.#boxesNear(box, radius, most, near);
        for (let c = 0; c < count; c++) {
          const b = near[c] < 0 ? ~near[c] : near[c];
          const how = near[c] < 0
            ? ALL
            : each
            ? SOME
            : this.#compare(b, box, radius, most);
          if (how === NONE) continue;
          if (how === ALL) {
            if (found === undefined) at += ends[b] - begins[b];
            else for (let p = begins[b]; p < ends[b];) found[at++] = order[p++];
            continue;
          }
          for (let p = begins[b]; p < ends[b]; p++) {
            let sum = 0;
            for (let d = 0, q = p * dim; d < dim && sum <= most; d++, q++) {
              const difference = own[k * dim + d] - points[q];
              sum += difference * difference;
            }
            if (!(sum <= most && Math.sqrt(sum) <= radius)) continue;
            if (found !== undefined) found[at] = order[p];
            at++;
          }
        }
        next[i] = at;
      }
    }
  }

  /**
   * Leaves near a box, and, as `~b`, boxes b all of whose points are near all
   * of its points; tells how many there are.
   */
  #boxesNear(
    box: Float64Array,
    radius: number,
    most: number,
    near: Int32Array,
  ): number {
    const boxes = this.#boxes;
    let count = 0;
    for (let b = 0; b < boxes.length;) {
      const { size } = boxes[b];
      const how = this.#compare(b, box, radius, most);
      if (how === SOME) {
        if (size === 1) near[count++] = b;
        b++;
        continue;
      }
      if (how === ALL) near[count++] = ~b;
      b += size;
    }
    return count;
  }

  /**
   * How much of a box is near another one. Rounding keeps order, so that the
   * sums of squares of all pairs are between those of the corners.
   */
  #compare(
    b: number,
    box: Float64Array,
    radius: number,
    most: number,
  ): number {
    const [dim, corners] = [this.#dim, this.#corners];
    let [least, largest] = [0, 0];
    for (let d = 0, q = 2 * b * dim; d < 2 * dim && least <= most; d += 2) {
      const below = corners[q++] - box[d + 1];
      const above = box[d] - corners[q++];
      const gap = Math.max(below, above, 0);
      const far = Math.min(below, above);
      least += gap * gap;
      largest += far * far;
    }
    if (!(least <= most)) return NONE;
    return Math.sqrt(largest) <= radius ? ALL : SOME;
  }
}

/** Points in boxes. */
interface Boxed {
  readonly boxes: readonly Box[];
  readonly corners: Float64Array;
  readonly order: Int32Array;
  readonly points: Float64Array;
  /** How long the sides of most leaves are: outliers tell nothing. */
  readonly extent: number;
}

function boxed(cloud: Cloud, order: Int32Array, isSorted: boolean): Boxed {
  const { data, dim } = cloud;
  const boxes = boxesOf(cloud, order, LEAF, isSorted);
  const points = new Float64Array(order.length * dim);
  order.forEach((p, place) => {
    for (let d = 0; d < dim; d++) points[place * dim + d] = data[p * dim + d];
  });
  const corners = new Float64Array(2 * dim * boxes.length);
  const extents = new Float64Array((boxes.length + 1) / 2);
  let leaves = 0;
  // Boxes come before their halves.
  for (let b = boxes.length - 1; b >= 0; b--) {
    const { begin, end, size } = boxes[b];
    for (let d = 0; d < dim; d++) {
      let [low, high] = [Infinity, -Infinity];
      if (size === 1) {
        for (let k = begin; k < end; k++) {
          const x = points[k * dim + d];
          if (x < low) low = x;
          if (x > high) high = x;
        }
        extents[leaves] += high - low;
      } else {
        for (const half of [b + 1, b + 1 + boxes[b + 1].size]) {
          low = Math.min(low, corners[2 * (half * dim + d)]);
          high = Math.max(high, corners[2 * (half * dim + d) + 1]);
        }
      }
      corners[2 * (b * dim + d)] = low;
      corners[2 * (b * dim + d) + 1] = high;
    }
    if (size === 1) leaves++;
  }
  const extent = extents.sort()[extents.length >> 1];
  return { boxes, corners, order, points, extent };
}
