/**
 * The ways between points and the nodes of the smallest clusters that have
 * them, as sums over pairs themselves: products of one factor for each
 * direction, so that they run wherever kernels do.
 *
 * @module
 */

import { evaluateReductions } from "../engine/evaluate.ts";
import type { OperandData, RowBlock } from "../launch/launch.ts";
import { Category, type Formula } from "../formula/formula.ts";
import { sub } from "../ops/arithmetic.ts";
import { mul, variable } from "../ops/core.ts";
import { matvecmult, tensorprod } from "../ops/matrix.ts";
import { dot } from "../ops/norms.ts";
import { constant } from "../ops/op.ts";
import { concat, elem } from "../ops/parts.ts";
import { sumReduction } from "../reductions/sum.ts";
import { series } from "./chebyshev.ts";
import { type Computation, type Floats, zerosOf } from "./pairs.ts";
import type { Places, Proxies } from "./proxies.ts";
import type { Tree } from "./tree.ts";

/** Points that are in one cluster with nodes, and in none below it. */
interface Site {
  readonly cluster: number;
  /** The first of the points. */
  readonly begin: number;
  /** One past the last of them. */
  readonly end: number;
  /** The first of all columns of nodes. */
  readonly first: number;
  /** The number of columns of nodes: lines in the last direction. */
  readonly lines: number;
  /** The number of nodes in a line. */
  readonly inner: number;
}

/** The names of variables: directions, then what is read of points or nodes. */
const POINTS = 10;
const GIVEN = 11;

/** Numbers of vectors, one after the other. */
interface Vectors {
  readonly data: Floats;
  readonly dim: number;
}

/** Between points and nodes. */
export class Ways {
  readonly #how: Computation;
  readonly #order: number;
  readonly #places: Places;
  readonly #sites: readonly Site[];
  /** Where points are in the boxes of their sites. */
  readonly #points: Vectors;
  /** For each line of nodes: what the polynomials are multiplied by. */
  readonly #lines: readonly Vectors[];
  /** The points that are in sites. */
  readonly #count: number;
  readonly #all: number;

  /**
   * @param marked the clusters whose points are wanted; all if left out
   * @param from the first cluster that is wanted
   */
  constructor(
    tree: Tree,
    proxies: Proxies,
    places: Places,
    how: Computation,
    marked?: Uint8Array,
    from = 0,
  ) {
    const { dim } = tree;
    this.#how = how;
    this.#order = proxies.order;
    this.#places = places;
    this.#sites = sitesOf(tree, proxies, places, marked, from);
    this.#count = this.#sites.reduce((n, s) => n + s.end - s.begin, 0);
    this.#all = this.#sites.reduce((n, s) => n + s.lines, 0);
    const place = zerosOf(how.dtype, this.#count * dim);
    this.#points = { data: place, dim };
    this.#lines = Array.from({ length: dim - 1 }, () => ({
      data: zerosOf(how.dtype, this.#all * proxies.order),
      dim: proxies.order,
    }));
    let point = 0;
    for (const site of this.#sites) {
      point = fillPoints(tree, site, place, point);
      this.#fillLines(proxies, site);
    }
  }

  /**
   * Signals of nodes from those of points.
   *
   * @param signals `[points of the tree, width]`
   * @returns `[nodes, width]`
   */
  gather(signals: Float64Array, width: number): Float64Array {
    const result = new Float64Array(this.#places.nodes * width);
    if (this.#count === 0) return result;
    const given = { data: this.#zeros(this.#count * width), dim: width };
    let point = 0;
    const blocks: RowBlock[] = [];
    for (const { begin, end, first, lines } of this.#sites) {
      const next = point + end - begin;
      given.data.set(
        signals.subarray(begin * width, end * width),
        point * width,
      );
      const intervals = Int32Array.of(point, next);
      blocks.push({ begin: first, end: first + lines, intervals });
      point = next;
    }
    const lines = this.#lines.map((_, d) => this.#variable(d, Category.I));
    const points = this.#polynomials(Category.J);
    const signal = variable(GIVEN, width, Category.J);
    const last = points[points.length - 1];
    const formula = weighted(lines, points, tensorprod(signal, last));
    const found = this.#run(
      formula,
      blocks,
      this.#all,
      this.#count,
      (at) =>
        at < POINTS
          ? [this.#lines[at], true]
          : [at === POINTS ? this.#points : given, false],
    );
    const p = this.#order;
    for (const { cluster, first, lines, inner } of this.#sites) {
      const rows = series(inner);
      const to = this.#places.first[cluster] * width;
      for (let o = 0; o < lines; o++) {
        for (let w = 0; w < width; w++) {
          const from = ((first + o) * width + w) * p;
          for (let k = 0; k < inner; k++) {
            let total = 0;
            for (let l = 0; l < inner; l++) {
              total += rows[k * inner + l] * found[from + l];
            }
            result[to + (o * inner + k) * width + w] += total;
          }
        }
      }
    }
    return result;
  }

  /**
   * Potentials of points from those of nodes.
   *
   * @param potentials `[nodes, copies * width]`
   * @param signals `[points of the tree, copies]` multiply the copies; without
   * them there is one
   * @param to `[points of the tree, width]`: what comes down is added
   */
  spread(
    potentials: Float64Array,
    width: number,
    copies: number,
    signals: Float64Array | undefined,
    to: Float64Array,
  ): void {
    if (this.#count === 0) return;
    const [p, all] = [this.#order, width * copies];
    const given = { data: this.#zeros(this.#all * all * p), dim: all * p };
    const blocks: RowBlock[] = [];
    let point = 0;
    for (const { cluster, begin, end, first, lines, inner } of this.#sites) {
      const rows = series(inner);
      const from = this.#places.first[cluster] * all;
      for (let o = 0; o < lines; o++) {
        for (let v = 0; v < all; v++) {
          const place = ((first + o) * all + v) * p;
          for (let l = 0; l < inner; l++) {
            let total = 0;
            for (let k = 0; k < inner; k++) {
              total += rows[k * inner + l] *
                potentials[from + (o * inner + k) * all + v];
            }
            given.data[place + l] = total;
          }
        }
      }
      const next = point + end - begin;
      const intervals = Int32Array.of(first, first + lines);
      blocks.push({ begin: point, end: next, intervals });
      point = next;
    }
    const points = this.#polynomials(Category.I);
    const lines = this.#lines.map((_, d) => this.#variable(d, Category.J));
    const last = points[points.length - 1];
    const potential = variable(GIVEN, all * p, Category.J);
    const formula = weighted(lines, points, matvecmult(potential, last));
    const found = this.#run(
      formula,
      blocks,
      this.#count,
      this.#all,
      (at) =>
        at === POINTS
          ? [this.#points, true]
          : [at < POINTS ? this.#lines[at] : given, false],
    );
    this.#add(found, width, copies, signals, to);
  }

  #add(
    found: Floats,
    width: number,
    copies: number,
    signals: Float64Array | undefined,
    to: Float64Array,
  ): void {
    let at = 0;
    for (const { begin, end } of this.#sites) {
      for (let k = begin; k < end; k++) {
        for (let copy = 0; copy < copies; copy++) {
          const signal = signals === undefined ? 1 : signals[k * copies + copy];
          for (let w = 0; w < width; w++) {
            to[k * width + w] += signal * found[at++];
          }
        }
      }
    }
  }

  #zeros(length: number): Floats {
    return zerosOf(this.#how.dtype, length);
  }

  #variable(at: number, category: Category): Formula {
    return variable(at, this.#order, category);
  }

  #run(
    formula: Formula,
    blocks: readonly RowBlock[],
    rows: number,
    columns: number,
    vectors: (at: number) => readonly [Vectors, boolean],
  ): Floats {
    const { dtype, backend, sumScheme } = this.#how;
    const locate = (node: Formula): OperandData => {
      const [{ data, dim }, row] = vectors(node.params[0] as number);
      return {
        data,
        offset: 0,
        batch: [],
        row: row ? dim : 0,
        column: row ? 0 : dim,
        component: 1,
      };
    };
    const [result] = evaluateReductions(
      [{
        reduction: sumReduction,
        formulas: [formula],
        setup: { dims: [formula.dim], k: 0, sumScheme },
      }],
      "j",
      locate,
      { batch: [], m: rows, n: columns },
      dtype,
      backend,
      [blocks],
    );
    return result.data as Floats;
  }

  /** Chebyshev polynomials of the points in each direction. */
  #polynomials(category: Category): Formula[] {
    const { dim } = this.#points;
    const places = variable(POINTS, dim, category);
    return Array.from({ length: dim }, (_, d) => {
      const t = elem(places, d);
      const all: Formula[] = [constant(1), t];
      for (let k = 2; k < this.#order; k++) {
        all.push(sub(mul(mul(constant(2), t), all[k - 1]), all[k - 2]));
      }
      return all.slice(0, this.#order).reduce((a, b) => concat(a, b));
    });
  }

  #fillLines(proxies: Proxies, { cluster, first, lines }: Site): void {
    const p = this.#order;
    let period = lines;
    this.#lines.forEach(({ data }, d) => {
      const { order } = proxies.along(cluster, d);
      const rows = series(order);
      period /= order;
      for (let o = 0; o < lines; o++) {
        const k = Math.floor(o / period) % order;
        for (let l = 0; l < order; l++) {
          data[(first + o) * p + l] = rows[k * order + l];
        }
      }
    });
  }
}

/** Writes where the points of a site are in its box; the place after them. */
function fillPoints(
  { dim, centre, half, points }: Tree,
  { cluster, begin, end }: Site,
  to: Floats,
  first: number,
): number {
  for (let d = 0; d < dim; d++) {
    const box = cluster * dim + d;
    const [middle, scale] = [centre[box], 1 / half[box]];
    let at = first * dim + d;
    for (let k = begin * dim + d; k < end * dim; k += dim) {
      to[at] = (points[k] - middle) * scale;
      at += dim;
    }
  }
  return first + end - begin;
}

/** A vector times the weights of all directions but the last. */
function weighted(
  lines: readonly Formula[],
  points: readonly Formula[],
  vector: Formula,
): Formula {
  if (lines.length === 0) return vector;
  const weights = lines.map((line, d) => dot(points[d], line));
  return mul(weights.reduce((a, b) => mul(a, b)), vector);
}

/** Clusters with nodes, with the points that have none in their children. */
function sitesOf(
  tree: Tree,
  proxies: Proxies,
  { first }: Places,
  marked: Uint8Array | undefined,
  from: number,
): Site[] {
  const sites: Site[] = [];
  let next = 0;
  const add = (cluster: number, begin: number, end: number) => {
    const { order: inner } = proxies.along(cluster, tree.dim - 1);
    const lines = proxies.count(cluster) / inner;
    sites.push({ cluster, begin, end, first: next, lines, inner });
    next += lines;
  };
  for (let c = from; c < first.length; c++) {
    if (first[c] < 0 || marked?.[c] === 0) continue;
    const child = tree.knownChild(c);
    if (child < 0) {
      add(c, tree.begin[c], tree.end[c]);
      continue;
    }
    for (const below of [child, child + 1]) {
      if (below < first.length && first[below] >= 0) continue;
      if (marked?.[below] === 0) continue;
      add(c, tree.begin[below], tree.end[below]);
    }
  }
  return sites;
}
