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
  type Nodes,
  nodesOf,
  orderAlong,
} from "./chebyshev.ts";
import type { Tree } from "./tree.ts";

/** Interpolation between the points of a tree and nodes of its clusters. */
export class Proxies {
  /** Nodes in the longest direction. */
  readonly order: number;
  readonly #tree: Tree;
  readonly #orders: Uint8Array;
  readonly #counts: Int32Array;
  readonly #pays: Int8Array;
  /** Nodes of unit boxes, by their orders. */
  readonly #grids: Float64Array[] = [];
  /** What is on its way between two clusters, and the matrix of a step. */
  #between: [Float64Array, Float64Array];
  readonly #matrix: Float64Array;

  constructor(tree: Tree, order: number) {
    this.#tree = tree;
    this.order = order;
    this.#orders = new Uint8Array(tree.centre.length);
    this.#counts = new Int32Array(tree.radius.length);
    this.#pays = new Int8Array(tree.radius.length);
    this.#between = [new Float64Array(0), new Float64Array(0)];
    this.#matrix = new Float64Array(order ** 2);
  }

  /** The number of nodes of a cluster. */
  count(c: number): number {
    if (this.#counts[c] > 0) return this.#counts[c];
    const { dim, half } = this.#tree;
    let [longest, count] = [0, 1];
    for (let d = 0; d < dim; d++) {
      longest = Math.max(longest, half[c * dim + d]);
    }
    for (let d = 0; d < dim; d++) {
      const along = orderAlong(this.order, longest / half[c * dim + d]);
      this.#orders[c * dim + d] = along;
      count *= along;
    }
    return this.#counts[c] = count;
  }

  /**
   * Whether a cluster has more points than nodes, so that these pay; and so
   * have all that hold it, as signals go through them.
   */
  pays(c: number): boolean {
    if (this.#pays[c] !== 0) return this.#pays[c] > 0;
    const parent = this.#tree.parent[c];
    const pays = this.#tree.size(c) > this.count(c) &&
      (parent < 0 || this.pays(parent));
    this.#pays[c] = pays ? 1 : -1;
    return pays;
  }

  /** The nodes of a cluster in one direction. */
  along(c: number, d: number): Nodes {
    this.count(c);
    return nodesOf(this.#orders[c * this.#tree.dim + d]);
  }

  /** Writes positions of the nodes of a cluster, each `copies` times. */
  positions(
    c: number,
    copies: number,
    to: Float64Array | Float32Array,
    first: number,
  ): void {
    const { dim, centre, half } = this.#tree;
    const nodes = this.#grid(c);
    let at = first * dim;
    for (let node = 0; node < nodes.length; node += dim) {
      for (let copy = 0; copy < copies; copy++) {
        for (let d = 0; d < dim; d++) {
          to[at++] = centre[c * dim + d] + nodes[node + d] * half[c * dim + d];
        }
      }
    }
  }

  /** The nodes of a cluster in the unit box. */
  #grid(c: number): Float64Array {
    const { dim } = this.#tree;
    const count = this.count(c);
    let key = 0;
    for (let d = 0; d < dim; d++) {
      key = key * (this.order + 1) + this.#orders[c * dim + d];
    }
    return this.#grids[key] ??= gridOf(
      Array.from({ length: dim }, (_, d) => this.along(c, d)),
      count,
    );
  }

  /**
   * Adds signals of nodes to those of the nodes of larger clusters.
   *
   * @param signals `[nodes, width]`; changed
   * @param from the first cluster that is wanted
   */
  up(
    signals: Float64Array,
    width: number,
    { first }: Places,
    from = 0,
  ): void {
    const { parent } = this.#tree;
    for (let c = first.length - 1; c > 0; c--) {
      if (first[c] < 0 || parent[c] < from) continue;
      this.#step(parent[c], c, signals, first, width, false);
    }
  }

  /**
   * Adds potentials of nodes to those of the nodes of smaller clusters.
   *
   * @param potentials `[nodes, width]`; changed
   * @param marked the clusters that are wanted; all where left out
   */
  down(
    potentials: Float64Array,
    width: number,
    { first }: Places,
    marked?: Uint8Array,
  ): void {
    const { parent } = this.#tree;
    for (let c = 1; c < first.length; c++) {
      if (first[c] < 0 || marked?.[c] === 0) continue;
      this.#step(parent[c], c, potentials, first, width, true);
    }
  }

  /** Adds the values at the nodes of a cluster to those of its child or back. */
  #step(
    parent: number,
    child: number,
    data: Float64Array,
    places: Int32Array,
    width: number,
    down: boolean,
  ): void {
    const { dim, centre, half } = this.#tree;
    const [source, target] = down ? [parent, child] : [child, parent];
    const between = this.#room(width * this.order ** dim);
    let present = { data, first: places[source] * width };
    // What is done has the orders of the target, what is not those of the source.
    let outer = 1;
    let inner = this.count(source) * width;
    for (let d = 0; d < dim; d++) {
      const [p, c] = [parent * dim + d, child * dim + d];
      const above = this.along(parent, d);
      const { order, points } = this.along(child, d);
      // Row k holds the polynomials of the parent at node k of the child.
      for (let k = 0; k < order; k++) {
        const t = (centre[c] + points[k] * half[c] - centre[p]) / half[p];
        lagrange(above, t, this.#matrix, k * above.order);
      }
      const [rows, columns] = down
        ? [order, above.order]
        : [above.order, order];
      inner /= columns;
      const last = d === dim - 1;
      const next = last
        ? { data, first: places[target] * width }
        : { data: between[d % 2], first: 0 };
      if (!last) next.data.fill(0, 0, outer * rows * inner);
      applyAlong(
        present,
        next,
        { entries: this.#matrix, rows, columns, transposed: !down },
        outer,
        inner,
      );
      outer *= rows;
      present = next;
    }
  }

  #room(length: number): [Float64Array, Float64Array] {
    if (this.#between[0].length < length) {
      this.#between = [new Float64Array(length), new Float64Array(length)];
    }
    return this.#between;
  }
}

/** The nodes of a unit box, `[count, dim]`; the last direction runs fastest. */
function gridOf(along: readonly Nodes[], count: number): Float64Array {
  const dim = along.length;
  const grid = new Float64Array(count * dim);
  let period = 1;
  for (let d = dim - 1; d >= 0; d--) {
    const { order, points } = along[d];
    for (let node = 0; node < count; node++) {
      grid[node * dim + d] = points[Math.floor(node / period) % order];
    }
    period *= order;
  }
  return grid;
}

/** The first node of each cluster, -1 for those without, and all nodes. */
export interface Places {
  /** For each cluster. */
  readonly first: Int32Array;
  /** The number of nodes. */
  readonly nodes: number;
}

/**
 * Places for the clusters that have proxies and are wanted, ancestors first.
 *
 * @param those that are wanted, with all that hold them; all where left out
 */
export function placesOf(
  tree: Tree,
  proxies: Proxies,
  wanted?: Uint8Array,
): Places {
  const first = new Int32Array(tree.count).fill(-1);
  let nodes = 0;
  for (let c = 0; c < tree.count; c++) {
    if (wanted?.[c] === 0 || !proxies.pays(c)) continue;
    first[c] = nodes;
    nodes += proxies.count(c);
  }
  return { first, nodes };
}
