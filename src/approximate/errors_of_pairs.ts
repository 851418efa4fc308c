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

/** The errors of one order of interpolation, measured where they are wanted. */
export class ErrorTable {
  readonly #pairs: Pairs;
  readonly #rows: Tree;
  readonly #columns: Tree;
  readonly #proxies: readonly [Proxies, Proxies];
  readonly #unit: number;
  readonly #signals: readonly [Float64Array, Float64Array];
  /** The number of each class among those that were measured, from 1. */
  readonly #numbers = new Int32Array(
    ALL_SIZES * ALL_SIZES * ALL_DISTANCES * SHAPES,
  );
  readonly #trials: number[] = [0];
  readonly #errors: readonly [number[], number[]] = [[0], [0]];
  readonly #sizes: number[] = [0];
  /** Weights of nodes, for a while. */
  readonly #weights: Float64Array;

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
    const chosen: Trial[] = [];
    for (let k = 0; k < count; k++) {
      const { place, near } = this.#classOf(rows[k], columns[k]);
      let kind = this.#numbers[place];
      if (kind === 0) {
        kind = this.#numbers[place] = this.#trials.length;
        this.#trials.push(0);
        this.#errors[0].push(0);
        this.#errors[1].push(0);
        this.#sizes.push(0);
      }
      kinds[k] = kind;
      // Boxes that touch meet in many ways.
      if (this.#trials[kind] < (near ? TRIALS_NEAR : TRIALS)) {
        const middle = ++this.#trials[kind] % CENTRES === 0;
        chosen.push({ at: k, start: this.#start(rows[k], columns[k], middle) });
      }
    }
    if (chosen.length > 0) this.#measure(chosen, kinds, rows, columns);
    return kinds;
  }

  #classOf(row: number, column: number): { place: number; near: boolean } {
    const { dim, centre, half, radius } = this.#rows;
    const { centre: other, half: otherHalf } = this.#columns;
    let [square, widest, along, longest, its] = [0, 0, 0, 0, 0];
    for (let d = 0; d < dim; d++) {
      const [a, b] = [row * dim + d, column * dim + d];
      const gap = Math.abs(centre[a] - other[b]) - half[a] - otherHalf[b];
      if (half[a] > longest) longest = half[a];
      if (otherHalf[b] > its) its = otherHalf[b];
      if (gap <= 0) continue;
      square += gap * gap;
      if (gap > widest) [widest, along] = [gap, d];
    }
    const shape = (half[row * dim + along] >= LONG * longest ? 1 : 0) +
      (otherHalf[column * dim + along] >= LONG * its ? 2 : 0);
    const [own, beside] = [radius[row], this.#columns.radius[column]];
    const distance = square === 0 ? 0 : 1 + Math.floor(
      DISTANCES * Math.log2(1 + Math.sqrt(square) / Math.max(own, beside)),
    );
    const sizes = this.#sizeClass(own) * ALL_SIZES + this.#sizeClass(beside);
    const far = Math.min(distance, ALL_DISTANCES - 1);
    const place = (sizes * ALL_DISTANCES + far) * SHAPES + shape;
    return { place, near: distance <= 2 };
  }

  #sizeClass(radius: number): number {
    const octaves = Math.log2(this.#unit / radius);
    return Math.min(ALL_SIZES - 1, Math.round(SIZES * octaves));
  }

  /**
   * Interpolates along lines through the boxes, where they are nearest or
   * through their centres: first in the box of the columns, then in that of
   * the rows.
   */
  #measure(
    chosen: readonly Trial[],
    kinds: Int32Array,
    rows: Int32Array,
    columns: Int32Array,
  ): void {
    const { dim } = this.#rows;
    const longest = this.#proxies[0].order + EXTREMES;
    const most = chosen.length * (2 * dim * longest + 1);
    const places = [0, 1].map(() => new Float64Array(most * dim));
    let at = 0;
    for (const { at: k, start } of chosen) {
      at = this.#lines(start, rows[k], columns[k], places, at);
    }
    const [x, y] = places.map((positions, k) => ({
      count: at,
      positions: positions.subarray(0, at * dim),
      signals: this.#signals[k],
    }));
    const values = this.#pairs.values(x, y);
    let from = 0;
    for (const { at: k, start } of chosen) {
      const kind = kinds[k];
      const read = this.#summary(values, from, start, rows[k], columns[k]);
      from = read.next;
      this.#errors.forEach((known, side) =>
        known[kind] = Math.max(known[kind], read.errors[side])
      );
      this.#sizes[kind] = Math.max(this.#sizes[kind], read.size);
    }
  }

  /**
   * Writes the start of the lines of a pair of boxes, and the lines; the place
   * after them.
   */
  #lines(
    start: Start,
    row: number,
    column: number,
    places: readonly Float64Array[],
    at: number,
  ): number {
    const { dim } = this.#rows;
    put(-1, 0);
    for (const moved of [0, 1]) {
      const tree = moved === 0 ? this.#rows : this.#columns;
      const box = (moved === 0 ? row : column) * dim;
      for (let d = 0; d < dim; d++) {
        const { points, extremes } = this.#nodes(moved, row, column, d);
        const middle = tree.centre[box + d] + start[moved + 2][d];
        const half = tree.half[box + d];
        for (const t of points) put(moved * dim + d, middle + t * half);
        for (const t of extremes) put(moved * dim + d, middle + t * half);
      }
    }
    return at;

    function put(coordinate: number, value: number): void {
      for (let d = 0; d < dim; d++) {
        places[0][at * dim + d] = d === coordinate ? value : start[0][d];
        places[1][at * dim + d] = d + dim === coordinate ? value : start[1][d];
      }
      at++;
    }
  }

  /** Where the lines through a pair of boxes meet. */
  #start(row: number, column: number, centres: boolean): Start {
    const [own, its] = [boxOf(this.#rows, row), boxOf(this.#columns, column)];
    const none = new Float64Array(own.centre.length);
    if (centres) return [own.centre, its.centre, none, none];
    const [x, y] = nearest(own, its);
    if (!this.#classOf(row, column).near) return [x, y, none, none];
    // Boxes of rows are moved to those that they nearly touch, as the nearest
    // ones of their class are, and a bit into them: lines through a corner
    // that they have in common tell nothing of what is beside them.
    const place = y.slice();
    const moved = none.slice();
    for (let d = 0; d < x.length; d++) {
      const into = INTO * Math.min(own.half[d], its.half[d]);
      const inwards = Math.sign(y[d] - x[d]) * into;
      place[d] += inwards / 2;
      moved[d] = y[d] - x[d] + inwards;
    }
    return [place, place, moved, none];
  }

  #nodes(moved: number, row: number, column: number, d: number) {
    return this.#proxies[moved].along(moved === 0 ? row : column, d);
  }

  /** The errors of the lines in each box of a pair, added up. */
  #summary(
    values: Float64Array,
    from: number,
    start: Start,
    row: number,
    column: number,
  ): { errors: [number, number]; size: number; next: number } {
    const width = this.#pairs.dim;
    const errors: [number, number] = [0, 0];
    let [size, at] = [0, from + 1];
    const { dim } = this.#rows;
    for (const moved of [0, 1]) {
      const tree = moved === 0 ? this.#rows : this.#columns;
      const box = (moved === 0 ? row : column) * dim;
      for (let d = 0; d < dim; d++) {
        const nodes = this.#nodes(moved, row, column, d);
        const t = (start[moved][d] - start[moved + 2][d] -
          tree.centre[box + d]) / tree.half[box + d];
        errors[moved] += this.#lineError(values, at, nodes, from, t);
        at += nodes.order + EXTREMES;
      }
    }
    for (let k = from * width; k < at * width; k++) {
      size = Math.max(size, Math.abs(values[k]));
    }
    const finite = [size, ...errors].every(Number.isFinite);
    return finite
      ? { errors, size, next: at }
      : { errors: [Infinity, Infinity], size: Infinity, next: at };
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

/**
 * Points of both boxes, and how far the boxes themselves are moved: rows,
 * columns, then the same of what is moved.
 */
type Start = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** A pair of boxes that is measured. */
interface Trial {
  /** Its place among the given ones. */
  readonly at: number;
  readonly start: Start;
}

interface Box {
  readonly centre: Float64Array;
  readonly half: Float64Array;
}

function boxOf({ dim, centre, half }: Tree, c: number): Box {
  return {
    centre: centre.subarray(c * dim, (c + 1) * dim),
    half: half.subarray(c * dim, (c + 1) * dim),
  };
}

/** Boxes that nearly touch are moved so far into each other, of the smaller. */
const INTO = 0.1;

/** Where in the range that two boxes share lines go through: off the nodes. */
const WITHIN = 0.6;

/**
 * The point of the first box nearest to the second, and the reverse; inside
 * of what they share, as kernels may have a peak or a kink there.
 */
function nearest(a: Box, b: Box): Float64Array[] {
  const x = new Float64Array(a.centre.length);
  const y = new Float64Array(a.centre.length);
  for (let d = 0; d < x.length; d++) {
    const low = Math.max(a.centre[d] - a.half[d], b.centre[d] - b.half[d]);
    const high = Math.min(a.centre[d] + a.half[d], b.centre[d] + b.half[d]);
    const shared = low + WITHIN * (high - low);
    const first = a.centre[d] < b.centre[d];
    x[d] = low <= high ? shared : first ? high : low;
    y[d] = low <= high ? shared : first ? low : high;
  }
  return [x, y];
}
