/**
 * Points sorted into the cells of a grid, to find those near others.
 *
 * @module
 */

import type { Cloud } from "./points.ts";

/**
 * More axes give no more: the number of cells around one grows as fast as
 * their use. The test of distances counts all axes anyway.
 */
const AXES = 3;

/** One axis of the grid. */
interface GridAxis {
  /** The coordinate of the points. */
  readonly of: number;
  /** The least coordinate. */
  readonly low: number;
  /** The length of a cell. */
  readonly step: number;
  /** The number of cells. */
  readonly size: number;
}

/** The points of a cloud by cells that are at least `reach` wide. */
export class Cells {
  readonly #axes: readonly GridAxis[];
  /** Where the points of a cell begin in the order. */
  readonly #starts: Int32Array;
  readonly #order: Int32Array;
  /** The coordinates in that order: neighbours are neighbours in memory. */
  readonly #points: Float64Array;
  readonly #dim: number;
  readonly #reach: number;

  /**
   * Sorts points into cells.
   *
   * @param cloud the points; those with a coordinate that is not finite are
   * left out, as they are near nothing
   * @param first the first point of the cloud
   * @param reach the radius that will be asked for
   */
  constructor(cloud: Cloud, first: number, reach: number) {
    const { data, count, dim } = cloud;
    this.#axes = axesOf(cloud, first, reach);
    // Rounding of coordinates must not hide a point on a border.
    const scale = this.#axes.reduce(
      (s, a) => Math.max(s, Math.abs(a.low), Math.abs(a.step) * a.size),
      reach,
    );
    this.#reach = reach + 8 * Number.EPSILON * scale;
    const cells = this.#axes.reduce((p, a) => p * a.size, 1);
    const cellOf = new Int32Array(count).fill(-1);
    this.#starts = new Int32Array(cells + 1);
    for (let p = 0; p < count; p++) {
      const at = (first + p) * dim;
      let [cell, finite] = [0, true];
      for (let d = 0; d < dim; d++) finite &&= Number.isFinite(data[at + d]);
      if (!finite) continue;
      for (const axis of this.#axes) {
        cell = cell * axis.size + placeOf(axis, data[at + axis.of]);
      }
      cellOf[p] = cell;
      this.#starts[cell + 1]++;
    }
    for (let c = 0; c < cells; c++) this.#starts[c + 1] += this.#starts[c];
    this.#order = new Int32Array(this.#starts[cells]);
    const next = this.#starts.slice();
    this.#dim = dim;
    this.#points = new Float64Array(this.#order.length * dim);
    for (let p = 0; p < count; p++) {
      if (cellOf[p] < 0) continue;
      const place = next[cellOf[p]]++;
      this.#order[place] = p;
      for (let d = 0; d < dim; d++) {
        this.#points[place * dim + d] = data[(first + p) * dim + d];
      }
    }
  }

  /**
   * The number of points within a radius of a point, at most the reach; they
   * are written to `found` from `at` on, where it is given.
   */
  near(
    point: Float64Array,
    radius: number,
    found?: Int32Array,
    at = 0,
  ): number {
    return this.#walk(point, radius, found, at, 0, 0) - at;
  }

  #walk(
    point: Float64Array,
    radius: number,
    found: Int32Array | undefined,
    at: number,
    depth: number,
    cell: number,
  ): number {
    const axis = this.#axes[depth];
    if (axis === undefined) {
      const [begin, end] = [this.#starts[cell], this.#starts[cell + 1]];
      return this.#test(point, radius, found, at, begin, end);
    }
    const x = point[axis.of];
    // Points outside of the grid may have neighbours within; NaN has none.
    if (!(x + this.#reach >= axis.low)) return at;
    if (!(x - this.#reach <= axis.low + axis.step * axis.size)) return at;
    const from = cell * axis.size + placeOf(axis, x - this.#reach);
    const to = cell * axis.size + placeOf(axis, x + this.#reach);
    if (depth === this.#axes.length - 1) {
      // The cells along the last axis follow one another.
      const [begin, end] = [this.#starts[from], this.#starts[to + 1]];
      return this.#test(point, radius, found, at, begin, end);
    }
    let next = at;
    for (let c = from; c <= to; c++) {
      next = this.#walk(point, radius, found, next, depth + 1, c);
    }
    return next;
  }

  /** Takes in the points `begin` to `end` of the order that are near. */
  #test(
    point: Float64Array,
    radius: number,
    found: Int32Array | undefined,
    at: number,
    begin: number,
    end: number,
  ): number {
    const [points, dim] = [this.#points, this.#dim];
    let next = at;
    for (let k = begin, q = begin * dim; k < end; k++) {
      let sum = 0;
      for (let d = 0; d < dim; d++, q++) {
        const difference = point[d] - points[q];
        sum += difference * difference;
      }
      if (!(Math.sqrt(sum) <= radius)) continue;
      if (found !== undefined) found[next] = this.#order[k];
      next++;
    }
    return next;
  }
}

/** The cell of a coordinate; those outside of the grid go to its border. */
function placeOf({ low, step, size }: GridAxis, x: number): number {
  const place = Math.floor((x - low) / step);
  return Math.min(size - 1, Math.max(0, place));
}

/** The axes along which the points spread most. */
function axesOf(
  { data, count, dim }: Cloud,
  first: number,
  reach: number,
): GridAxis[] {
  const spreads: { of: number; low: number; spread: number }[] = [];
  for (let d = 0; d < dim; d++) {
    let [low, high] = [Infinity, -Infinity];
    for (let p = 0; p < count; p++) {
      const x = data[(first + p) * dim + d];
      if (!Number.isFinite(x)) continue;
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    // Without a spread, or beyond the numbers, an axis tells nothing.
    const spread = high - low;
    if (spread > 0 && spread < Infinity) spreads.push({ of: d, low, spread });
  }
  const used = spreads.sort((a, b) => b.spread - a.spread).slice(0, AXES);
  const most = Math.max(1, Math.floor((2 * count) ** (1 / used.length)));
  return used.map(({ of, low, spread }) => {
    const size = Math.min(most, Math.max(1, Math.floor(spread / reach)));
    return { of, low, step: spread / size, size };
  });
}
