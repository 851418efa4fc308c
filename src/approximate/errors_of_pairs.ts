/**
 * How well a kernel is interpolated between two boxes: measured, not derived,
 * so that any kernel will do.
 *
 * @module
 */

import { lagrange, type Nodes, nodesOf } from "./chebyshev.ts";
import type { Pairs } from "./pairs.ts";
import type { Tree } from "./tree.ts";

/** What was measured between boxes of some sizes at some distance. */
export interface Measured {
  /** The largest error of the interpolated kernel. */
  readonly error: number;
  /** The largest kernel. */
  readonly size: number;
}

/** Pairs of boxes of each kind that are measured; of those that touch. */
const TRIALS = 6;
const TRIALS_NEAR = 40;
/** Classes of sizes in an octave. */
const SIZES = 2;
/** Classes of distances where the distance doubles. */
const DISTANCES = 8;

/** The errors of one order of interpolation, measured where they are wanted. */
export class ErrorTable {
  readonly #pairs: Pairs;
  readonly #nodes: Nodes;
  readonly #rows: Tree;
  readonly #columns: Tree;
  readonly #rowClass: Int32Array;
  readonly #columnClass: Int32Array;
  readonly #signals: readonly [Float64Array, Float64Array];
  readonly #known = new Map<
    number,
    { error: number; size: number; n: number }
  >();
  readonly #ends: Float64Array;

  /**
   * @param signals typical signals of rows and of columns
   */
  constructor(
    pairs: Pairs,
    order: number,
    rows: Tree,
    columns: Tree,
    signals: readonly [Float64Array, Float64Array],
  ) {
    this.#pairs = pairs;
    this.#nodes = nodesOf(order);
    this.#rows = rows;
    this.#columns = columns;
    this.#signals = signals;
    const unit = Math.max(rows.radius[0], columns.radius[0]);
    const classes = (tree: Tree) =>
      Int32Array.from(
        tree.radius.subarray(0, tree.count),
        (r) => Math.min(63, Math.round(SIZES * Math.log2(unit / r))),
      );
    this.#rowClass = classes(rows);
    this.#columnClass = classes(columns);
    const { order: p, extremes } = this.#nodes;
    this.#ends = new Float64Array(extremes.length * p);
    extremes.forEach((t, e) => lagrange(this.#nodes, t, this.#ends, e * p));
  }

  /** What holds for a pair of clusters. */
  of(row: number, column: number): Measured {
    const { dim, centre, half, radius } = this.#rows;
    const { centre: otherCentre, half: otherHalf } = this.#columns;
    let square = 0;
    for (let d = 0; d < dim; d++) {
      const [a, b] = [row * dim + d, column * dim + d];
      const gap = Math.abs(centre[a] - otherCentre[b]) - half[a] - otherHalf[b];
      if (gap > 0) square += gap * gap;
    }
    const widest = Math.max(radius[row], this.#columns.radius[column]);
    const distance = square === 0
      ? 0
      : 1 + Math.floor(DISTANCES * Math.log2(1 + Math.sqrt(square) / widest));
    const key = (this.#rowClass[row] * 64 + this.#columnClass[column]) * 512 +
      Math.min(distance, 511);
    let known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, known = { error: 0, size: 0, n: 0 });
    }
    // Boxes that touch meet in many ways.
    if (known.n < (distance <= 2 ? TRIALS_NEAR : TRIALS)) {
      known.n++;
      const { error, size } = this.#measure(row, column);
      known.error = Math.max(known.error, error);
      known.size = Math.max(known.size, size);
    }
    return known;
  }

  /**
   * Interpolates along lines through the boxes, where they are nearest and
   * through their centres: first in the box of the columns, then in that of
   * the rows.
   */
  #measure(row: number, column: number): Measured {
    const { dim } = this.#rows;
    const boxes = [boxOf(this.#rows, row), boxOf(this.#columns, column)];
    const near = nearest(boxes[0], boxes[1]);
    const starts = [near, [boxes[0].centre, boxes[1].centre]];
    const { order, points, extremes } = this.#nodes;
    const line = [...points, ...extremes];
    const count = starts.length * 2 * dim * line.length;
    const places = [0, 1].map(() => new Float64Array(count * dim));
    let at = 0;
    for (const start of starts) {
      for (const moved of [0, 1]) {
        for (let d = 0; d < dim; d++) {
          for (const t of line) {
            places[0].set(start[0], at * dim);
            places[1].set(start[1], at * dim);
            const { centre, half } = boxes[moved];
            places[moved][at * dim + d] = centre[d] + t * half[d];
            at++;
          }
        }
      }
    }
    const [x, y] = places.map((positions, k) => ({
      count,
      positions,
      signals: this.#signals[k],
    }));
    return this.#summary(this.#pairs.values(x, y), line.length, order, dim);
  }

  #summary(
    values: Float64Array,
    line: number,
    order: number,
    dim: number,
  ): Measured {
    const width = this.#pairs.dim;
    const lines = values.length / (line * width);
    let [worst, size] = [0, 0];
    for (const value of values) size = Math.max(size, Math.abs(value));
    for (let from = 0; from < lines; from += 2 * dim) {
      let total = 0;
      for (let l = from; l < from + 2 * dim; l++) {
        total += this.#lineError(values, l * line * width, order, width);
      }
      worst = Math.max(worst, total);
    }
    const finite = Number.isFinite(size) && Number.isFinite(worst);
    return finite
      ? { error: worst, size }
      : { error: Infinity, size: Infinity };
  }

  #lineError(
    values: Float64Array,
    at: number,
    order: number,
    width: number,
  ): number {
    let worst = 0;
    for (let e = 0; e < this.#nodes.extremes.length; e++) {
      for (let c = 0; c < width; c++) {
        let guess = 0;
        for (let k = 0; k < order; k++) {
          guess += this.#ends[e * order + k] * values[at + k * width + c];
        }
        const exact = values[at + (order + e) * width + c];
        worst = Math.max(worst, Math.abs(exact - guess));
      }
    }
    return worst;
  }
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

/** The point of the first box nearest to the second, and the reverse. */
function nearest(a: Box, b: Box): Float64Array[] {
  const inside = (x: number, { centre, half }: Box, d: number) =>
    Math.min(Math.max(x, centre[d] - half[d]), centre[d] + half[d]);
  const x = a.centre.map((_, d) => inside(b.centre[d], a, d));
  return [x, b.centre.map((_, d) => inside(x[d], b, d))];
}
