/**
 * Interpolation along lines through pairs of boxes: how well it does.
 *
 * @module
 */

import { lagrange, type Nodes } from "./chebyshev.ts";
import type { Pairs } from "./pairs.ts";
import type { Proxies } from "./proxies.ts";
import type { Tree } from "./tree.ts";

/** Vectors that are kept for a trial, see {@linkcode Lines.#start}. */
const STARTS = 3;
/** Points of a line beside the nodes. */
const EXTREMES = 3;
/** A pair of boxes that is measured. */
export interface Trial {
  readonly row: number;
  readonly column: number;
  readonly kind: number;
  /** Whether lines go through the centres, not where boxes are nearest. */
  readonly middle: boolean;
  /** Whether the boxes nearly touch. */
  readonly near: boolean;
}

/** Boxes that nearly touch are moved so far into each other, of the smaller. */
const INTO = 0.1;

/** Where in the range that two boxes share lines go through: off the nodes. */
const WITHIN = 0.6;

/** What is known of kinds of pairs of boxes: the largest of what was found. */
export interface KindErrors {
  /** Errors of interpolation in the boxes of rows, and in those of columns. */
  readonly errors: readonly [number[], number[]];
  /** Values of the kernel. */
  readonly sizes: number[];
}

/** Lines between two trees, for one order of interpolation. */
export class Lines {
  readonly #pairs: Pairs;
  readonly #rows: Tree;
  readonly #columns: Tree;
  readonly #proxies: readonly [Proxies, Proxies];
  readonly #signals: readonly [Float64Array, Float64Array];
  /** Weights of nodes, and places of lines, for a while. */
  readonly #weights: Float64Array;
  #places: readonly [Float64Array, Float64Array] = [
    new Float64Array(0),
    new Float64Array(0),
  ];

  /**
   * @param signals typical signals of rows and of columns
   */
  constructor(
    pairs: Pairs,
    rows: Tree,
    columns: Tree,
    proxies: readonly [Proxies, Proxies],
    signals: readonly [Float64Array, Float64Array],
  ) {
    this.#pairs = pairs;
    this.#rows = rows;
    this.#columns = columns;
    this.#proxies = proxies;
    this.#signals = signals;
    this.#weights = new Float64Array(proxies[0].order);
  }

  /**
   * Interpolates along lines through the boxes, where they are nearest or
   * through their centres: first in the box of the columns, then in that of
   * the rows.
   */
  measure(chosen: readonly Trial[], found: KindErrors): void {
    const { dim } = this.#rows;
    const longest = this.#proxies[0].order + EXTREMES;
    const most = chosen.length * (2 * dim * longest + 1) * dim;
    if (this.#places[0].length < most) {
      this.#places = [new Float64Array(2 * most), new Float64Array(2 * most)];
    }
    const places = this.#places;
    const starts = new Float64Array(chosen.length * STARTS * dim);
    let at = 0;
    for (let k = 0; k < chosen.length; k++) {
      const start = k * STARTS * dim;
      this.#start(chosen[k], starts, start);
      at = this.#lines(chosen[k], starts, start, places, at);
    }
    const [x, y] = places.map((positions, k) => ({
      count: at,
      positions: positions.subarray(0, at * dim),
      signals: this.#signals[k],
    }));
    const values = this.#pairs.values(x, y);
    let from = 0;
    for (let k = 0; k < chosen.length; k++) {
      const start = k * STARTS * dim;
      from = this.#read(chosen[k], starts, start, values, from, found);
    }
  }

  /**
   * Writes the start of the lines of a pair of boxes, and the lines; the place
   * after them.
   */
  #lines(
    { row, column }: Trial,
    starts: Float64Array,
    start: number,
    places: readonly Float64Array[],
    first: number,
  ): number {
    const { dim } = this.#rows;
    let at = first + 1;
    for (let side = 0; side < 2; side++) {
      const tree = side === 0 ? this.#rows : this.#columns;
      const cluster = side === 0 ? row : column;
      for (let d = 0; d < dim; d++) {
        const { points, extremes } = this.#proxies[side].along(cluster, d);
        const box = cluster * dim + d;
        // Boxes of rows may be moved.
        const moved = side === 0 ? starts[start + 2 * dim + d] : 0;
        const middle = tree.centre[box] + moved;
        const half = tree.half[box];
        const to = places[side];
        for (let k = 0; k < points.length; k++) {
          to[at++ * dim + d] = middle + points[k] * half;
        }
        for (let k = 0; k < EXTREMES; k++) {
          to[at++ * dim + d] = middle + extremes[k] * half;
        }
      }
    }
    // All other coordinates are those of the start.
    let line = first + 1;
    for (let side = 0; side < 2; side++) {
      const to = places[side];
      const cluster = side === 0 ? row : column;
      const own = start + side * dim;
      const other = start + (1 - side) * dim;
      for (let d = 0; d < dim; d++) {
        const length = this.#proxies[side].along(cluster, d).order + EXTREMES;
        for (let k = line; k < line + length; k++) {
          for (let c = 0; c < dim; c++) {
            if (c !== d) to[k * dim + c] = starts[own + c];
            places[1 - side][k * dim + c] = starts[other + c];
          }
        }
        line += length;
      }
    }
    for (let c = 0; c < dim; c++) {
      places[0][first * dim + c] = starts[start + c];
      places[1][first * dim + c] = starts[start + dim + c];
    }
    return at;
  }

  /**
   * Writes where the lines through a pair of boxes meet: in the box of the
   * rows, in that of the columns, and how far the former is moved.
   */
  #start(
    { row, column, middle, near }: Trial,
    to: Float64Array,
    first: number,
  ): void {
    const { dim, centre, half } = this.#rows;
    const { centre: other, half: otherHalf } = this.#columns;
    for (let d = 0; d < dim; d++) {
      const [a, b] = [row * dim + d, column * dim + d];
      let [x, y, moved] = [centre[a], other[b], 0];
      if (!middle) {
        [x, y] = nearest(x, half[a], y, otherHalf[b]);
        if (near) {
          // Boxes of rows are moved to those that they nearly touch, as the
          // nearest ones of their class are, and a bit into them: lines through
          // a corner that they have in common tell nothing of what is beside.
          const into = INTO * Math.min(half[a], otherHalf[b]);
          const inwards = Math.sign(y - x) * into;
          moved = y - x + inwards;
          x = y = y + inwards / 2;
        }
      }
      to[first + d] = x;
      to[first + dim + d] = y;
      to[first + 2 * dim + d] = moved;
    }
  }

  /** Reads the values of the lines of a pair of boxes; the place after them. */
  #read(
    { row, column, kind }: Trial,
    starts: Float64Array,
    start: number,
    values: Float64Array,
    from: number,
    { errors, sizes }: KindErrors,
  ): number {
    const width = this.#pairs.dim;
    const { dim } = this.#rows;
    let at = from + 1;
    let finite = true;
    for (let side = 0; side < 2; side++) {
      const tree = side === 0 ? this.#rows : this.#columns;
      const cluster = side === 0 ? row : column;
      let error = 0;
      for (let d = 0; d < dim; d++) {
        const nodes = this.#proxies[side].along(cluster, d);
        const moved = side === 0 ? starts[start + 2 * dim + d] : 0;
        const box = cluster * dim + d;
        const t = (starts[start + side * dim + d] - moved - tree.centre[box]) /
          tree.half[box];
        error += this.#lineError(values, at, nodes, from, t);
        at += nodes.order + EXTREMES;
      }
      finite &&= Number.isFinite(error);
      const known = errors[side];
      known[kind] = Math.max(known[kind], error);
    }
    let size = 0;
    for (let k = from * width; k < at * width; k++) {
      size = Math.max(size, Math.abs(values[k]));
    }
    sizes[kind] = Math.max(sizes[kind], size);
    if (!finite || !Number.isFinite(size)) {
      for (const known of [...errors, sizes]) {
        known[kind] = Infinity;
      }
    }
    return at;
  }

  /**
   * The largest difference of interpolated and true values on one line: at its
   * extremes, and at the start, where kernels of two points that meet have a
   * peak or a kink.
   *
   * @param at the place of the first value of the line
   * @param start the place of the start, which is at t
   */
  #lineError(
    values: Float64Array,
    at: number,
    nodes: Nodes,
    start: number,
    t: number,
  ): number {
    const { order, ends } = nodes;
    const { dim } = this.#pairs;
    lagrange(nodes, t, this.#weights, 0);
    let worst = 0;
    for (let e = 0; e <= EXTREMES; e++) {
      const there = e < EXTREMES;
      const [weights, first] = there ? [ends, e * order] : [this.#weights, 0];
      const place = there ? at + order + e : start;
      for (let c = 0; c < dim; c++) {
        let guess = 0;
        for (let k = 0; k < order; k++) {
          guess += weights[first + k] * values[(at + k) * dim + c];
        }
        worst = Math.max(worst, Math.abs(values[place * dim + c] - guess));
      }
    }
    return worst;
  }
}

/**
 * The point of one interval nearest to another one, and the reverse; inside of
 * what they share, as kernels may have a peak or a kink there.
 */
function nearest(
  a: number,
  half: number,
  b: number,
  otherHalf: number,
): [number, number] {
  const low = Math.max(a - half, b - otherHalf);
  const high = Math.min(a + half, b + otherHalf);
  const shared = low + WITHIN * (high - low);
  if (low <= high) return [shared, shared];
  return a < b ? [high, low] : [low, high];
}
