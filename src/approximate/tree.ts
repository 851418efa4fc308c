/**
 * A tree of points, with tight boxes: large clusters are halved in space, as
 * long as that leaves enough points on both sides, small ones at the median.
 * They are split when somebody wants to know their children, so that smooth
 * kernels need few of them.
 *
 * @module
 */

import { type Cells, cellsOf } from "./cells.ts";
import { rangeOf } from "./numbers.ts";

/** Boxes are at least as wide as this part of the root. */
const THINNEST = 1e-6;
/** Rows are computed so many at a time: clusters hold whole numbers of them. */
const UNIT = 16;
/** The child of a cluster that was not split yet. */
const UNKNOWN = -2;
/** Larger clusters are halved in space, if this part is on each side. */
const LARGE = 256;
const ENOUGH = 1 / 8;
/** The first cell of a cluster that is not made of cells. */
const NO_CELLS = -1;

/** Clusters of points: each holds a contiguous run of the sorted points. */
export class Tree {
  /** The number of coordinates. */
  readonly dim: number;
  /** The points in the order of the tree: numbers of the given points. */
  readonly order: Int32Array;
  /** Positions in the order of the tree, `[points, dim]`. */
  readonly points: Float64Array;
  /** The first point of each cluster. */
  readonly begin: Int32Array;
  /** One past the last point of each cluster. */
  readonly end: Int32Array;
  /** The cluster that each one is a part of, -1 of the root. */
  readonly parent: Int32Array;
  /** Centres of the boxes. */
  readonly centre: Float64Array;
  /** Half of the lengths of the boxes; never 0. */
  readonly half: Float64Array;
  /** Half of the diagonals of the boxes. */
  readonly radius: Float64Array;
  readonly #leaf: number;
  readonly #child: Int32Array;
  readonly #cells: Cells;
  /** The first cell of each cluster, and the bits that its cells differ in. */
  readonly #firstCell: Int32Array;
  readonly #bits: Int8Array;
  readonly #thinnest: number;
  #count = 1;

  /**
   * @param points `[count, dim]`
   * @param leaf the largest number of points in a leaf
   * @param shifted whether boxes are staggered against those of trees that are
   * not: then fewer of them touch
   */
  constructor(
    points: Float64Array,
    dim: number,
    leaf: number,
    shifted = false,
  ) {
    const total = points.length / dim;
    this.dim = dim;
    this.#leaf = leaf;
    const [low, side] = boxOf(points, dim);
    this.#cells = cellsOf(points, low, side, shifted);
    this.points = this.#cells.points;
    this.order = this.#cells.order;
    const most = 4 * Math.ceil(total / leaf) + 2;
    const integers = () => new Int32Array(most);
    [this.begin, this.end] = [integers(), integers()];
    this.parent = integers().fill(-1);
    this.#child = integers().fill(UNKNOWN);
    this.#firstCell = integers().fill(NO_CELLS);
    this.#bits = new Int8Array(most);
    this.centre = new Float64Array(most * dim);
    this.half = new Float64Array(most * dim);
    this.radius = new Float64Array(most);
    this.end[0] = total;
    this.#firstCell[0] = 0;
    this.#bits[0] = this.#cells.bits;
    this.#thinnest = THINNEST * (Math.max(...side) / 2 || 1);
    this.#measure(0);
  }

  /**
   * The number of clusters that are known; the first is the root, parents come
   * before children.
   */
  get count(): number {
    return this.#count;
  }

  /** The first child of a cluster, the other is next; -1 of a leaf. */
  child(c: number): number {
    const known = this.#child[c];
    return known === UNKNOWN ? this.#child[c] = this.#split(c) : known;
  }

  /** As {@linkcode Tree.child}, but -1 where a cluster was not split. */
  knownChild(c: number): number {
    return Math.max(-1, this.#child[c]);
  }

  /** The number of points of a cluster. */
  size(c: number): number {
    return this.end[c] - this.begin[c];
  }

  #split(c: number): number {
    const { begin, end, dim, half } = this;
    let longest = 0;
    for (let d = 1; d < dim; d++) {
      if (half[c * dim + d] > half[c * dim + longest]) longest = d;
    }
    const small = this.size(c) <= this.#leaf;
    if (small || half[c * dim + longest] <= this.#thinnest) return -1;
    const first = this.#count;
    const middle = this.#halved(c) ?? this.#divided(c, longest);
    this.#count += 2;
    [begin[first], end[first]] = [begin[c], middle];
    [begin[first + 1], end[first + 1]] = [middle, end[c]];
    for (const k of [first, first + 1]) {
      this.parent[k] = c;
      this.#measure(k);
    }
    return first;
  }

  /** Halves a large cluster in space; the first point of the upper half. */
  #halved(c: number): number | undefined {
    const [begin, end, size] = [this.begin[c], this.end[c], this.size(c)];
    if (size <= LARGE) return undefined;
    const least = Math.max(this.#leaf, ENOUGH * size);
    let [cell, bits] = [this.#firstCell[c], this.#bits[c]];
    while (bits > 0) {
      bits--;
      const upper = cell + 2 ** bits;
      const middle = this.#cells.begin[upper];
      if (middle === end) continue;
      if (middle === begin) {
        cell = upper;
        continue;
      }
      if (Math.min(middle - begin, end - middle) < least) break;
      [this.#firstCell[this.#count], this.#bits[this.#count]] = [cell, bits];
      [this.#firstCell[this.#count + 1], this.#bits[this.#count + 1]] = [
        upper,
        bits,
      ];
      return middle;
    }
    return undefined;
  }

  /** Divides a cluster at the median; the first point of the upper part. */
  #divided(c: number, d: number): number {
    const [begin, end, size] = [this.begin[c], this.end[c], this.size(c)];
    const middle = begin + UNIT * Math.round(size / (2 * UNIT));
    this.#select(d, begin, end - 1, middle);
    return middle;
  }

  /** Writes the box of a cluster. */
  #measure(c: number): void {
    const { dim, points, centre, half, begin, end } = this;
    const cell = this.#firstCell[c];
    const last = cell + 2 ** this.#bits[c];
    const { low: lows, high: highs } = this.#cells;
    let square = 0;
    for (let d = 0; d < dim; d++) {
      const [low, high] = cell === NO_CELLS
        ? rangeOf(points, dim, d, begin[c], end[c])
        : [
          rangeOf(lows, dim, d, cell, last)[0],
          rangeOf(highs, dim, d, cell, last)[1],
        ];
      const h = Math.max((high - low) / 2, this.#thinnest);
      centre[c * dim + d] = (low + high) / 2;
      half[c * dim + d] = h;
      square += h * h;
    }
    this.radius[c] = Math.sqrt(square);
  }

  /**
   * Moves points below the pivot before those above; between `right` and
   * `left` are those equal to it.
   */
  #cut(d: number, begin: number, end: number, pivot: number) {
    const { dim, points, order } = this;
    let [left, right] = [begin, end];
    let [low, high] = [left * dim + d, right * dim + d];
    while (left <= right) {
      while (points[low] < pivot) {
        left++;
        low += dim;
      }
      while (points[high] > pivot) {
        right--;
        high -= dim;
      }
      if (left > right) break;
      const point = order[left];
      order[left] = order[right];
      order[right] = point;
      for (let a = low - d, b = high - d; a < low - d + dim; a++, b++) {
        const x = points[a];
        points[a] = points[b];
        points[b] = x;
      }
      left++;
      low += dim;
      right--;
      high -= dim;
    }
    return { left, right };
  }

  /**
   * Puts the point that belongs at `k` there, and no larger ones before it
   * (Hoare's selection).
   */
  #select(d: number, begin: number, end: number, k: number): void {
    const { dim, points } = this;
    let [left, right] = [begin, end];
    const at = (place: number) => points[place * dim + d];
    while (left < right) {
      const pivot = middleOf(at(left), at((left + right) >> 1), at(right));
      const cut = this.#cut(d, left, right, pivot);
      if (k <= cut.right) right = cut.right;
      else if (k >= cut.left) left = cut.left;
      else return;
    }
  }
}

/** The least coordinates of some points, and the sides of their box. */
function boxOf(points: Float64Array, dim: number) {
  const low = new Float64Array(dim).fill(Infinity);
  const side = new Float64Array(dim);
  for (let d = 0; d < dim; d++) {
    const [least, most] = rangeOf(points, dim, d, 0, points.length / dim);
    low[d] = least;
    side[d] = most - least;
  }
  return [low, side] as const;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
