/**
 * Points sorted into a tree of boxes, to find those near others.
 *
 * @module
 */

import type { Cloud } from "./points.ts";
import { type Box, boxesOf } from "./tree.ts";

/** Testing so many points costs about what looking at boxes does. */
const LEAF = 12;

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
    const boxes = boxesOf(cloud, order, LEAF);
    const points = new Float64Array(order.length * dim);
    order.forEach((p, place) => {
      for (let d = 0; d < dim; d++) points[place * dim + d] = data[p * dim + d];
      order[place] = p - first;
    });
    const corners = new Float64Array(2 * dim * boxes.length);
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
        } else {
          for (const half of [b + 1, b + 1 + boxes[b + 1].size]) {
            low = Math.min(low, corners[2 * (half * dim + d)]);
            high = Math.max(high, corners[2 * (half * dim + d) + 1]);
          }
        }
        corners[2 * (b * dim + d)] = low;
        corners[2 * (b * dim + d) + 1] = high;
      }
    }
    this.#dim = dim;
    this.#boxes = boxes;
    this.#corners = corners;
    this.#order = order;
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
    const [boxes, corners] = [this.#boxes, this.#corners];
    const begins = Int32Array.from(boxes, ({ begin }) => begin);
    const ends = Int32Array.from(boxes, ({ end }) => end);
    const near = new Int32Array(boxes.length);
    const box = new Float64Array(2 * dim);
    const { length } = of.#boxes;
    for (let a = 0; a < length; a++) {
      const { begin, end, size } = of.#boxes[a];
      if (size > 1) continue;
      box.set(of.#corners.subarray(2 * a * dim, 2 * (a + 1) * dim));
      let count = this.#leaves(box, most, near);
      // In many dimensions most boxes are near one another: points are not.
      const each = 4 * count > boxes.length;
      for (let k = begin; k < end; k++) {
        const own = of.#points;
        const i = of.#order[k];
        let at = next[i];
        if (each) {
          for (let q = 0; q < 2 * dim; q++) box[q] = own[k * dim + (q >> 1)];
          count = this.#leaves(box, most, near);
        }
        for (let c = 0; c < count; c++) {
          const b = near[c];
          // Rounding keeps order: no point of a box has a smaller sum.
          let sum = 0;
          for (
            let d = 0, q = 2 * b * dim;
            d < dim && sum <= most;
            d++, q += 2
          ) {
            const x = own[k * dim + d];
            const gap = x < corners[q]
              ? corners[q] - x
              : x > corners[q + 1]
              ? x - corners[q + 1]
              : 0;
            sum += gap * gap;
          }
          if (!(sum <= most)) continue;
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

  /** The leaves near a box; tells how many there are. */
  #leaves(box: Float64Array, most: number, near: Int32Array): number {
    const [dim, boxes, corners] = [this.#dim, this.#boxes, this.#corners];
    let count = 0;
    for (let b = 0; b < boxes.length;) {
      let sum = 0;
      for (let d = 0; d < dim && sum <= most; d++) {
        const q = 2 * (b * dim + d);
        const gap = box[2 * d + 1] < corners[q]
          ? corners[q] - box[2 * d + 1]
          : box[2 * d] > corners[q + 1]
          ? box[2 * d] - corners[q + 1]
          : 0;
        sum += gap * gap;
      }
      const { size } = boxes[b];
      const isNear = sum <= most;
      if (isNear && size === 1) near[count++] = b;
      b += isNear ? 1 : size;
    }
    return count;
  }
}
