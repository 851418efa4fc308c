/**
 * Interpolation at Chebyshev points of boxes, with as many points in each
 * direction as the shape of the box asks for (Berrut and Trefethen,
 * "Barycentric Lagrange interpolation", 2004).
 *
 * @module
 */

/** Chebyshev points of the first kind on [-1, 1]. */
export interface Nodes {
  /** Their number. */
  readonly order: number;
  /** The points, descending. */
  readonly points: Float64Array;
  /** What each Lagrange polynomial is divided by. */
  readonly weights: Float64Array;
  /** Where the polynomial of the points is largest, with the ends. */
  readonly extremes: Float64Array;
  /** Values of the Lagrange polynomials there, `[extremes, order]`. */
  readonly ends: Float64Array;
}

const made: Nodes[] = [];

/**
 * The nodes of an order. They are of the first kind: all are inside, so that
 * no two boxes that touch have a point in common.
 */
export function nodesOf(order: number): Nodes {
  return made[order] ??= make(order);
}

function make(order: number): Nodes {
  const angle = (k: number) => (2 * k + 1) * Math.PI / (2 * order);
  const all = (f: (k: number) => number) =>
    Float64Array.from({ length: order }, (_, k) => f(k));
  const points = all((k) => Math.cos(angle(k)));
  const weights = all((k) =>
    1 / points.reduce((w, x, m) => m === k ? w : w * (points[k] - x), 1)
  );
  const middle = Math.cos(Math.PI * (order >> 1) / order);
  const extremes = Float64Array.of(1, middle, -1);
  const ends = new Float64Array(extremes.length * order);
  const nodes = { order, points, weights, extremes, ends };
  extremes.forEach((t, e) => lagrange(nodes, t, ends, e * order));
  return nodes;
}

/**
 * Writes the values at t of the Lagrange polynomials of the nodes: products
 * of the distances to all other nodes, from both ends.
 *
 * @param t a coordinate, relative to a box [-1, 1]
 * @param to where the values go
 * @param at the first place in `to`
 */
export function lagrange(
  { order, points, weights }: Nodes,
  t: number,
  to: Float64Array,
  at: number,
): void {
  let product = 1;
  for (let k = 0; k < order; k++) {
    to[at + k] = weights[k] * product;
    product *= t - points[k];
  }
  product = 1;
  for (let k = order - 1; k >= 0; k--) {
    to[at + k] *= product;
    product *= t - points[k];
  }
}

/** How much faster errors fall in a direction that is half as long. */
const STEEP = 2;

/**
 * Nodes in a direction of a box whose longest one has `order` of them: errors
 * fall by a like factor for each node, and faster where the box is thin.
 *
 * @param ratio the longest side over this one
 */
export function orderAlong(order: number, ratio: number): number {
  const wanted = order * STEEP / (STEEP + Math.log(ratio));
  return Math.min(order, Math.ceil(wanted + 0.25));
}

const rows: Float64Array[] = [];

/**
 * Lagrange polynomials of the nodes as series of Chebyshev polynomials,
 * `[order, order]`: they are orthogonal on the nodes.
 */
export function series(order: number): Float64Array {
  return rows[order] ??= Float64Array.from({ length: order ** 2 }, (_, at) => {
    const [k, l] = [Math.floor(at / order), at % order];
    const value = Math.cos(l * (2 * k + 1) * Math.PI / (2 * order));
    return (l === 0 ? 1 : 2) * value / order;
  });
}

/** A part of some numbers. */
export interface Part {
  /** The numbers. */
  readonly data: Float64Array;
  /** The first one of the part. */
  readonly first: number;
}

/** A matrix that takes `columns` entries to `rows` entries. */
export interface Matrix {
  /** Row by row, or column by column where it is transposed. */
  readonly entries: Float64Array;
  /** Entries of results. */
  readonly rows: number;
  /** Entries of what it is applied to. */
  readonly columns: number;
  /** Whether columns come first. */
  readonly transposed: boolean;
}

/**
 * Applies a matrix along one direction of an array of shape
 * `[outer, columns, inner]`; adds to an array `[outer, rows, inner]`.
 */
export function applyAlong(
  { data, first }: Part,
  { data: to, first: target }: Part,
  { entries, rows, columns, transposed }: Matrix,
  outer: number,
  inner: number,
): void {
  const [across, along] = transposed ? [1, rows] : [columns, 1];
  for (let o = 0; o < outer; o++) {
    for (let a = 0; a < rows; a++) {
      for (let k = 0; k < inner; k++) {
        let total = 0;
        let from = first + o * columns * inner + k;
        for (let b = 0; b < columns; b++) {
          total += entries[a * across + b * along] * data[from];
          from += inner;
        }
        to[target++] += total;
      }
    }
  }
}
