/**
 * How well a kernel is interpolated between two boxes: measured, not derived,
 * so that any kernel will do.
 *
 * @module
 */

import { type KindErrors, Lines, type Trial } from "./lines.ts";
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
/** Classes of boxes that nearly touch come first. */
const NEAR = 3 * SHAPES;

/** The errors of one order of interpolation, measured where they are wanted. */
export class ErrorTable {
  readonly #lines: Lines;
  readonly #rows: Tree;
  readonly #columns: Tree;
  readonly #unit: number;
  /** For each two sizes: the numbers of the classes measured so far, from 1. */
  readonly #numbers: Int32Array[] = [];
  /** Classes of the sizes of clusters, from 1; 0 where not known yet. */
  readonly #sizeClasses: readonly [Uint8Array, Uint8Array];
  readonly #trials: number[] = [0];
  readonly #found: KindErrors = { errors: [[0], [0]], sizes: [0] };

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
    this.#lines = new Lines(pairs, rows, columns, proxies, signals);
    this.#rows = rows;
    this.#columns = columns;
    this.#unit = Math.max(rows.radius[0], columns.radius[0]);
    this.#sizeClasses = [
      new Uint8Array(rows.radius.length),
      new Uint8Array(columns.radius.length),
    ];
  }

  /** The largest error of interpolation in the box of the rows. */
  rowError(kind: number): number {
    return this.#found.errors[0][kind];
  }

  /** The largest error of interpolation in the box of the columns. */
  columnError(kind: number): number {
    return this.#found.errors[1][kind];
  }

  /** The largest kernel of a kind of pairs. */
  size(kind: number): number {
    return this.#found.sizes[kind];
  }

  /**
   * The kinds of pairs of clusters; kinds that are not known well are measured
   * on the way, all in one run.
   */
  kinds(rows: Int32Array, columns: Int32Array, count: number): Int32Array {
    const kinds = new Int32Array(count);
    const trials = this.#trials;
    const { errors, sizes } = this.#found;
    const chosen: Trial[] = [];
    for (let k = 0; k < count; k++) {
      const [row, column] = [rows[k], columns[k]];
      const both = this.#sizeClass(0, row) * ALL_SIZES +
        this.#sizeClass(1, column);
      const place = this.#placeOf(row, column);
      const numbers = this.#numbers[both] ??= new Int32Array(CLASSES);
      let kind = numbers[place];
      if (kind === 0) {
        kind = numbers[place] = trials.length;
        trials.push(0);
        for (const all of [...errors, sizes]) all.push(0);
      }
      kinds[k] = kind;
      // Boxes that touch meet in many ways.
      const near = place < NEAR;
      if (trials[kind] < (near ? TRIALS_NEAR : TRIALS)) {
        const middle = ++trials[kind] % CENTRES === 0;
        chosen.push({ row, column, kind, middle, near });
      }
    }
    if (chosen.length > 0) this.#lines.measure(chosen, this.#found);
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
}
