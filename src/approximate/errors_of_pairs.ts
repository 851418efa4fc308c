/**
 * How well a kernel is interpolated between two boxes: measured, not derived,
 * so that any kernel will do.
 *
 * @module
 */

import { lagrange, type Nodes } from "./chebyshev.ts";
import type { Pairs } from "./pairs.ts";
import type { Proxies } from "./proxies.ts";
import type { Tree } from "./tree.ts";

/** Pairs of boxes of each kind that are measured; of those that touch. */
const TRIALS = 6;
const TRIALS_NEAR = 16;
/** Each so many trials are lines through the centres. */
const CENTRES = 3;
/** Classes of sizes in an octave, and of distances where these double. */
const SIZES = 2;
const DISTANCES = 8;
/** So many classes. */
const ALL_SIZES = 48;
const ALL_DISTANCES = 192;
/** Whether each box is long or short where the other one is. */
const SHAPES = 4;
const LONG = 0.8;

/** Classes of pairs of boxes of two sizes. */
const CLASSES = ALL_DISTANCES * SHAPES;
/** Vectors that are kept for a trial, see {@linkcode ErrorTable.#start}. */
const STARTS = 3;

/** The errors of one order of interpolation, measured where they are wanted. */
export class ErrorTable {
  readonly #pairs: Pairs;
  readonly #rows: Tree;
  readonly #columns: Tree;
  readonly #proxies: readonly [Proxies, Proxies];
  readonly #unit: number;
  readonly #signals: readonly [Float64Array, Float64Array];
  /** For each two sizes: the numbers of the classes measured so far, from 1. */
  readonly #numbers: Int32Array[] = [];
  /** Classes of the sizes of clusters, from 1; 0 where not known yet. */
  readonly #sizeClasses: readonly [Uint8Array, Uint8Array];
  readonly #trials: number[] = [0];
  readonly #errors: readonly [number[], number[]] = [[0], [0]];
  readonly #sizes: number[] = [0];
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
    this.#unit = Math.max(rows.radius[0], columns.radius[0]);
    this.#sizeClasses = [
      new Uint8Array(rows.radius.length),
      new Uint8Array(columns.radius.length),
    ];
  }

  /** The largest error of interpolation in the box of the rows. */
  rowError(kind: number): number {
    return this.#errors[0][kind];
  }

  /** The largest error of interpolation in the box of the columns. */
  columnError(kind: number): number {
    return this.#errors[1][kind];
  }

  /** The largest kernel of a kind of pairs. */
  size(kind: number): number {
    return this.#sizes[kind];
  }

  /**
   * The kinds of pairs of clusters; kinds that are not known well are measured
   * on the way, all in one run.
   */
  kinds(rows: Int32Array, columns: Int32Array, count: number): Int32Array {
    const kinds = new Int32Array(count);
    const trials = this.#trials;
    const chosen: Trial[] = [];
    for (let k = 0; k < count; k++) {
      const [row, column] = [rows[k], columns[k]];
      const sizes = this.#sizeClass(0, row) * ALL_SIZES +
        this.#sizeClass(1, column);
      const place = this.#placeOf(row, column);
      const numbers = this.#numbers[sizes] ??= new Int32Array(CLASSES);
      let kind = numbers[place];
      if (kind === 0) {
        kind = numbers[place] = trials.length;
        trials.push(0);
        this.#errors[0].push(0);
        this.#errors[1].push(0);
        this.#sizes.push(0);
      }
      kinds[k] = kind;
      // Boxes that touch meet in many ways.
      const near = place < NEAR;
      if (trials[kind] < (near ? TRIALS_NEAR : TRIALS)) {
        const middle = ++trials[kind] % CENTRES === 0;
        chosen.push({ row, column, kind, middle, near });
      }
    }
    if (chosen.length > 0) this.#measure(chosen);
    return kinds;
  }

  /** The class of a pair of boxes among those of their sizes. */
  #placeOf(row: number, column: number): number {
    const { dim, centre, half } = this.#rows;
    const { centre: other, half: otherHalf } = this.#columns;
    let square = 0;
    let widest = 0;
    let along = 0;
    let longest = 0;
    let its = 0;
    for (let d = 0; d < dim; d++) {
      const a = row * dim + d;
      const b = column * dim + d;
      const gap = Math.abs(centre[a] - other[b]) - half[a] - otherHalf[b];
      if (half[a] > longest) longest = half[a];
      if (otherHalf[b] > its) its = otherHalf[b];
      if (gap <= 0) continue;
      square += gap * gap;
      if (gap > widest) {
        widest = gap;
        along = d;
      }
    }
    const shape = (half[row * dim + along] >= LONG * longest ? 1 : 0) +
      (otherHalf[column * dim + along] >= LONG * its ? 2 : 0);
    if (square === 0) return shape;
    const size = Math.max(this.#rows.radius[row], this.#columns.radius[column]);
    const distance = 1 +
      Math.floor(DISTANCES * Math.log2(1 + Math.sqrt(square) / size));
    return Math.min(distance, ALL_DISTANCES - 1) * SHAPES + shape;
  }

  #sizeClass(side: 0 | 1, cluster: number): number {
    const known = this.#sizeClasses[side];
    if (known[cluster] === 0) {
      const { radius } = side === 0 ? this.#rows : this.#columns;
      const octaves = Math.log2(this.#unit / radius[cluster]);
      known[cluster] = 1 + Math.min(ALL_SIZES - 1, Math.round(SIZES * octaves));
    }
    return known[cluster] - 1;
  }

  /**
   * Interpolates along lines through the boxes, where they are nearest or
   * through their centres: first in the box of the columns, then in that of
   * the rows.
   */
  #measure(chosen: readonly Trial[]): void {
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
      from = this.#read(chosen[k], starts, k * STARTS * dim, values, from);
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
      const known = this.#errors[side];
      known[kind] = Math.max(known[kind], error);
    }
    let size = 0;
    for (let k = from * width; k < at * width; k++) {
      size = Math.max(size, Math.abs(values[k]));
    }
    this.#sizes[kind] = Math.max(this.#sizes[kind], size);
    if (!finite || !Number.isFinite(size)) {
      for (const known of [...this.#errors, this.#sizes]) {
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

/** Points of a line beside the nodes. */
const EXTREMES = 3;
/** Classes of boxes that nearly touch come first. */
const NEAR = 3 * SHAPES;

/** A pair of boxes that is measured. */
interface Trial {
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
