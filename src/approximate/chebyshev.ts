/**
 * Interpolation at Chebyshev points of boxes, by the barycentric formula of
 * Lagrange (Berrut and Trefethen, "Barycentric Lagrange interpolation", 2004).
 *
 * @module
 */

/** Chebyshev points of the first kind on [-1, 1], with barycentric weights. */
export interface Nodes {
  /** Their number in each direction. */
  readonly order: number;
  /** The points, descending. */
  readonly points: Float64Array;
  /** The barycentric weights. */
  readonly weights: Float64Array;
  /** Where the polynomial of the points is largest, with the ends. */
  readonly extremes: Float64Array;
}

const made = new Map<number, Nodes>();

/**
 * The nodes of an order. They are of the first kind: all are inside, so that
 * no two boxes that touch have a point in common.
 */
export function nodesOf(order: number): Nodes {
  let nodes = made.get(order);
  if (nodes !== undefined) return nodes;
  const angle = (k: number) => (2 * k + 1) * Math.PI / (2 * order);
  const all = (f: (k: number) => number) =>
    Float64Array.from({ length: order }, (_, k) => f(k));
  nodes = {
    order,
    points: all((k) => Math.cos(angle(k))),
    weights: all((k) => (k % 2 === 0 ? 1 : -1) * Math.sin(angle(k))),
    extremes: Float64Array.of(1, Math.cos(Math.PI * (order >> 1) / order), -1),
  };
  made.set(order, nodes);
  return nodes;
}

/**
 * Writes the values at t of the Lagrange polynomials of the nodes.
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
  let total = 0;
  for (let k = 0; k < order; k++) {
    const distance = t - points[k];
    if (distance === 0) {
      to.fill(0, at, at + order);
      to[at + k] = 1;
      return;
    }
    total += to[at + k] = weights[k] / distance;
  }
  const scale = 1 / total;
  for (let k = 0; k < order; k++) to[at + k] *= scale;
}

/** The number of nodes of a box. */
export function nodeCount(order: number, dim: number): number {
  return order ** dim;
}

/**
 * Products of the values in each direction: the weight of each node of a box.
 * The last direction runs fastest.
 *
 * @param values `order` values for each of `dim` directions
 */
export function tensorWeights(
  values: Float64Array,
  order: number,
  dim: number,
  to: Float64Array,
): void {
  to[0] = 1;
  let filled = 1;
  for (let d = 0; d < dim; d++) {
    // From the end, so that what is read was not yet written over.
    for (let a = filled - 1; a >= 0; a--) {
      const w = to[a];
      for (let k = order - 1; k >= 0; k--) {
        to[a * order + k] = w * values[d * order + k];
      }
    }
    filled *= order;
  }
}

/**
 * Applies a matrix along one direction of an array of shape
 * `[order, ..., order, width]`.
 *
 * @param matrix `matrix[a * order + b]` takes entry b to entry a
 * @param transposed takes entry a to entry b instead
 */
export function applyAlong(
  from: Float64Array,
  to: Float64Array,
  matrix: Float64Array,
  transposed: boolean,
  order: number,
  inner: number,
): void {
  const block = order * inner;
  const [outer, other] = transposed ? [1, order] : [order, 1];
  for (let base = 0; base < from.length; base += block) {
    for (let a = 0; a < order; a++) {
      for (let k = 0; k < inner; k++) {
        let total = 0;
        for (let b = 0; b < order; b++) {
          total += matrix[a * outer + b * other] * from[base + b * inner + k];
        }
        to[base + a * inner + k] = total;
      }
    }
  }
}
