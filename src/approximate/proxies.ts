/**
 * Proxy points of clusters, and the ways between them and the points.
 *
 * Signals go up: from points to the nodes of their cluster and from there to
 * those of the parents. Potentials come down the same ways. Boxes of children
 * are inside those of their parents, so these steps are exact for polynomials
 * (Fong and Darve, "The black-box fast multipole method", 2009; Wang, Krasny
 * and Tlupova, "A kernel-independent treecode based on barycentric Lagrange
 * interpolation", 2020).
 *
 * @module
 */

import {
  applyAlong,
  lagrange,
  nodeCount,
  type Nodes,
  tensorWeights,
} from "./chebyshev.ts";
import { hasProxies } from "./interactions.ts";
import type { Tree } from "./tree.ts";

/** Interpolation between the points of a tree and nodes of its clusters. */
export class Proxies {
  /** Nodes of a cluster. */
  readonly perCluster: number;
  readonly #tree: Tree;
  readonly #nodes: Nodes;
  readonly #points: Float64Array;
  readonly #values: Float64Array;
  readonly #weights: Float64Array;

  /** @param points positions of the points, in the order of the tree */
  constructor(tree: Tree, nodes: Nodes, points: Float64Array) {
    this.#tree = tree;
    this.#nodes = nodes;
    this.#points = points;
    this.perCluster = nodeCount(nodes.order, tree.dim);
    this.#values = new Float64Array(tree.dim * nodes.order);
    this.#weights = new Float64Array(this.perCluster);
  }

  /** Positions of the nodes of some clusters, each node `copies` times. */
  positions(clusters: ArrayLike<number>, copies = 1): Float64Array {
    const { dim, centre, half } = this.#tree;
    const { order, points } = this.#nodes;
    const result = new Float64Array(
      clusters.length * this.perCluster * copies * dim,
    );
    let at = 0;
    for (let q = 0; q < clusters.length; q++) {
      const box = clusters[q] * dim;
      for (let node = 0; node < this.perCluster; node++) {
        for (let copy = 0; copy < copies; copy++) {
          let rest = node;
          for (let d = dim - 1; d >= 0; d--) {
            const k = rest % order;
            rest = (rest - k) / order;
            result[at + d] = centre[box + d] + points[k] * half[box + d];
          }
          at += dim;
        }
      }
    }
    return result;
  }

  /**
   * Signals of the nodes of some clusters.
   *
   * @param signals `[points, width]`, in the order of the tree
   * @param slots the place of each cluster in the result, -1 for none; where
   * a cluster has one, so have its ancestors
   */
  up(
    signals: Float64Array,
    width: number,
    slots: Int32Array,
    count: number,
  ): Float64Array {
    const { child, begin, end } = this.#tree;
    const size = this.perCluster * width;
    const result = new Float64Array(count * size);
    for (let c = this.#tree.count - 1; c >= 0; c--) {
      if (slots[c] < 0) continue;
      const own = result.subarray(slots[c] * size, (slots[c] + 1) * size);
      if (child[c] < 0) {
        this.#gather(c, begin[c], end[c], signals, width, own);
        continue;
      }
      for (const below of [child[c], child[c] + 1]) {
        if (slots[below] < 0) {
          this.#gather(c, begin[below], end[below], signals, width, own);
          continue;
        }
        const at = slots[below] * size;
        const from = result.subarray(at, at + size);
        this.#between(c, below, from, own, false, width);
      }
    }
    return result;
  }

  /**
   * Potentials of points from those of nodes.
   *
   * @param potentials `[count, perCluster, copies * width]`; changed
   * @param slots as in {@linkcode Proxies.up}
   * @param signals `[points, copies]` multiply the copies; without them there
   * is one
   * @param to `[points, width]`: what comes down is added
   */
  down(
    potentials: Float64Array,
    width: number,
    copies: number,
    slots: Int32Array,
    signals: Float64Array | undefined,
    to: Float64Array,
  ): void {
    const { child, begin, end } = this.#tree;
    const size = this.perCluster * copies * width;
    for (let c = 0; c < this.#tree.count; c++) {
      if (slots[c] < 0) continue;
      const own = potentials.subarray(slots[c] * size, (slots[c] + 1) * size);
      const spread = (from: number, until: number) =>
        this.#spread(c, from, until, own, width, copies, signals, to);
      if (child[c] < 0) {
        spread(begin[c], end[c]);
        continue;
      }
      for (const below of [child[c], child[c] + 1]) {
        if (slots[below] < 0) {
          spread(begin[below], end[below]);
          continue;
        }
        const at = slots[below] * size;
        const into = potentials.subarray(at, at + size);
        this.#between(c, below, own, into, true, copies * width);
      }
    }
  }

  /** The weight of each node of a cluster at a point. */
  #at(c: number, point: number): Float64Array {
    const { dim, centre, half } = this.#tree;
    const { order } = this.#nodes;
    for (let d = 0; d < dim; d++) {
      const x = this.#points[point * dim + d];
      const t = (x - centre[c * dim + d]) / half[c * dim + d];
      lagrange(this.#nodes, t, this.#values, d * order);
    }
    tensorWeights(this.#values, order, dim, this.#weights);
    return this.#weights;
  }

  #gather(
    c: number,
    from: number,
    until: number,
    signals: Float64Array,
    width: number,
    to: Float64Array,
  ): void {
    for (let point = from; point < until; point++) {
      const weights = this.#at(c, point);
      for (let w = 0; w < width; w++) {
        const signal = signals[point * width + w];
        for (let node = 0; node < weights.length; node++) {
          to[node * width + w] += weights[node] * signal;
        }
      }
    }
  }

  #spread(
    c: number,
    from: number,
    until: number,
    potentials: Float64Array,
    width: number,
    copies: number,
    signals: Float64Array | undefined,
    to: Float64Array,
  ): void {
    const all = copies * width;
    for (let point = from; point < until; point++) {
      const weights = this.#at(c, point);
      for (let v = 0; v < all; v++) {
        let total = 0;
        for (let node = 0; node < weights.length; node++) {
          total += weights[node] * potentials[node * all + v];
        }
        const copy = Math.floor(v / width);
        const signal = signals === undefined
          ? 1
          : signals[point * copies + copy];
        to[point * width + v % width] += signal * total;
      }
    }
  }

  /** Adds the values at the nodes of one cluster to those of a relative. */
  #between(
    parent: number,
    child: number,
    from: Float64Array,
    to: Float64Array,
    down: boolean,
    width: number,
  ): void {
    const { dim, centre, half } = this.#tree;
    const { order, points } = this.#nodes;
    let present = from;
    for (let d = 0; d < dim; d++) {
      const [p, c] = [parent * dim + d, child * dim + d];
      const matrix = new Float64Array(order * order);
      for (let k = 0; k < order; k++) {
        const t = (centre[c] + points[k] * half[c] - centre[p]) / half[p];
        lagrange(this.#nodes, t, matrix, k * order);
      }
      const next = new Float64Array(from.length);
      const inner = width * order ** (dim - 1 - d);
      // Row k of the matrix is the node k of the child.
      applyAlong(present, next, matrix, !down, order, inner);
      present = next;
    }
    for (let k = 0; k < to.length; k++) to[k] += present[k];
  }
}

/** Places for the clusters that have proxies, and their number. */
export function slotsOf(
  tree: Tree,
  proxies: number,
  wanted: (c: number) => boolean = () => true,
): { slots: Int32Array; clusters: Int32Array } {
  const slots = new Int32Array(tree.count).fill(-1);
  const clusters: number[] = [];
  for (let c = 0; c < tree.count; c++) {
    if (!hasProxies(tree, c, proxies) || !wanted(c)) continue;
    slots[c] = clusters.length;
    clusters.push(c);
  }
  return { slots, clusters: Int32Array.from(clusters) };
}
