/**
 * Sums of kernels over two trees: near clusters exactly, far ones by proxies.
 *
 * @module
 */

import type { RowBlock } from "../engine/launch.ts";
import { nodesOf } from "./chebyshev.ts";
import type { SideData } from "./data.ts";
import { ErrorTable } from "./errors_of_pairs.ts";
import type { Interactions, Meeting, Walk } from "./interactions.ts";
import type { Pairs, Points } from "./pairs.ts";
import { Proxies, slotsOf } from "./proxies.ts";
import { intervals, span } from "./intervals.ts";
import { largest, meanSize, sameNumbers } from "./numbers.ts";
import type { Resolution, Signals } from "./resolution.ts";
import { sorted, type Tree, treeOf } from "./tree.ts";

/** Points in a leaf, by the number of coordinates. */
const LEAF = [0, 32, 40, 64, 100];

/** What is kept for an order of interpolation. */
interface Level {
  readonly rows: Proxies;
  readonly columns: Proxies;
  readonly columnSlots: { slots: Int32Array; clusters: Int32Array };
  readonly columnPositions: Float64Array;
  readonly errors: ErrorTable;
}

/** Two trees and a kernel between them. */
export class Treecode {
  /** The clusters of rows. */
  readonly rows: Tree;
  /** The clusters of columns. */
  readonly columns: Tree;
  /** Positions of rows, in the order of the tree. */
  readonly rowPositions: Float64Array;
  /** Positions of columns, in the order of the tree. */
  readonly columnPositions: Float64Array;
  /** The largest signal of a column over the mean one. */
  readonly spread: number;
  readonly #pairs: Pairs;
  readonly #rowWidth: number;
  readonly #columnWidth: number;
  readonly #typical: readonly [Float64Array, Float64Array];
  readonly #levels = new Map<number, Level>();

  /** @param dim components of the positions */
  constructor(
    pairs: Pairs,
    dim: number,
    rows: SideData,
    columns: SideData,
  ) {
    this.#pairs = pairs;
    const leaf = LEAF[dim];
    this.columns = treeOf(columns.positions, dim, leaf);
    this.columnPositions = sorted(columns.positions, dim, this.columns.order);
    const alike = sameNumbers(rows.positions, columns.positions);
    this.rows = alike ? this.columns : treeOf(rows.positions, dim, leaf);
    this.rowPositions = alike
      ? this.columnPositions
      : sorted(rows.positions, dim, this.rows.order);
    this.#rowWidth = rows.signals.length / rows.count;
    this.#columnWidth = columns.signals.length / columns.count;
    this.#typical = [
      largest(rows.signals, this.#rowWidth),
      meanSize(columns.signals, this.#columnWidth),
    ];
    const most = largest(columns.signals, this.#columnWidth);
    this.spread = most.reduce((s, x, c) => {
      const mean = this.#typical[1][c];
      return mean > 0 ? Math.max(s, x / mean) : s;
    }, 1);
  }

  /** Signals in the orders of the trees. */
  sorted(rows: Float64Array, columns: Float64Array): Signals {
    return {
      rows: sorted(rows, this.#rowWidth, this.rows.order),
      columns: sorted(columns, this.#columnWidth, this.columns.order),
    };
  }

  /** How the trees meet at a resolution. */
  walk({ order, bound }: Resolution, marked?: Uint8Array): Walk {
    const { rows, columns, errors } = this.#level(order);
    return {
      order,
      rows: this.rows,
      columns: this.columns,
      errors,
      bound,
      rowProxies: rows.perCluster * this.#copies,
      columnProxies: columns.perCluster,
      marked,
    };
  }

  /** Exact sums of some rows, numbered in the order of the tree. */
  exact(rows: Int32Array, signals: Signals): Float64Array {
    const { length } = this.columns.order;
    const whole = { begin: 0, end: rows.length, intervals: span(0, length) };
    return this.#pairs.sums(
      this.#rowPoints(rows, signals),
      this.#columnPoints(signals),
      [whole],
      "float64",
    );
  }

  /** Signals of the proxies of all clusters of columns. */
  raise(order: number, signals: Signals): Float64Array {
    const { columns, columnSlots } = this.#level(order);
    const { slots, clusters } = columnSlots;
    const width = this.#columnWidth;
    return columns.up(signals.columns, width, slots, clusters.length);
  }

  /**
   * Sums of all rows, `[rows, dim]` in the order of the tree.
   *
   * @param raised what {@linkcode Treecode.raise} gives
   * @param marked the clusters of rows that are wanted; other rows are 0
   */
  sums(
    { order }: Resolution,
    { far, near }: Interactions,
    signals: Signals,
    raised: Float64Array,
    marked?: Uint8Array,
  ): Float64Array {
    const level = this.#level(order);
    const { columnSlots: { slots, clusters }, rows: rowProxies } = level;
    const points = this.#columnPoints(signals);
    const proxies: Points = {
      count: clusters.length * level.columns.perCluster,
      positions: level.columnPositions,
      signals: raised,
    };
    const result = this.#leaves(near, signals, points, proxies, level);
    const height = rowProxies.perCluster * this.#copies;
    const own = slotsOf(this.rows, height, (c) => marked?.[c] !== 0);
    if (far.size === 0 || own.clusters.length === 0) return result;
    const nodes: Points = {
      count: own.clusters.length * height,
      positions: rowProxies.positions(own.clusters, this.#copies),
      signals: this.#unitSignals(own.clusters.length * rowProxies.perCluster),
    };
    const blocks = (intervals: (m: Meeting) => Int32Array): RowBlock[] =>
      Array.from(own.clusters, (c, k) => {
        const met = far.get(c);
        return {
          begin: k * height,
          end: (k + 1) * height,
          intervals: met === undefined ? new Int32Array() : intervals(met),
        };
      });
    const potentials = this.#both(nodes, points, proxies, slots, level, blocks);
    rowProxies.down(
      potentials,
      this.#pairs.dim,
      this.#copies,
      own.slots,
      this.#rowWidth === 0 ? undefined : signals.rows,
      result,
    );
    return result;
  }

  /** Sums at the points of leaves. */
  #leaves(
    near: ReadonlyMap<number, Meeting>,
    signals: Signals,
    points: Points,
    proxies: Points,
    level: Level,
  ): Float64Array {
    const { begin, end, order } = this.rows;
    const leaves = [...near.keys()].sort((a, b) => begin[a] - begin[b]);
    const total = leaves.reduce((n, c) => n + end[c] - begin[c], 0);
    const chosen = new Int32Array(total);
    const starts: number[] = [];
    let next = 0;
    for (const c of leaves) {
      starts.push(next);
      for (let k = begin[c]; k < end[c]; k++) chosen[next++] = k;
    }
    const blocks = (intervals: (m: Meeting) => Int32Array): RowBlock[] =>
      leaves.map((c, k) => ({
        begin: starts[k],
        end: starts[k] + end[c] - begin[c],
        intervals: intervals(near.get(c) as Meeting),
      }));
    const rows = this.#rowPoints(chosen, signals);
    const { slots } = level.columnSlots;
    const sums = this.#both(rows, points, proxies, slots, level, blocks);
    const { dim } = this.#pairs;
    if (total === order.length) return sums;
    const result = new Float64Array(order.length * dim);
    chosen.forEach((to, from) => {
      for (let c = 0; c < dim; c++) result[to * dim + c] = sums[from * dim + c];
    });
    return result;
  }

  /** Sums over points and over proxies of columns. */
  #both(
    rows: Points,
    points: Points,
    proxies: Points,
    slots: Int32Array,
    level: Level,
    blocks: (intervals: (m: Meeting) => Int32Array) => RowBlock[],
  ): Float64Array {
    const { begin, end } = this.columns;
    const { perCluster } = level.columns;
    const ofPoints = blocks((m) =>
      intervals(m.points, (c) => begin[c], (c) => end[c])
    );
    const ofProxies = blocks((m) =>
      intervals(
        m.proxies,
        (c) => slots[c] * perCluster,
        (c) => (slots[c] + 1) * perCluster,
      )
    );
    const some = (all: RowBlock[]) => all.some((b) => b.intervals.length > 0);
    const first = this.#pairs.sums(rows, points, ofPoints);
    if (!some(ofProxies)) return first;
    const second = this.#pairs.sums(rows, proxies, ofProxies);
    for (let k = 0; k < first.length; k++) first[k] += second[k];
    return first;
  }

  /** Row proxies carry unit signals, one copy a component. */
  get #copies(): number {
    return Math.max(1, this.#rowWidth);
  }

  #unitSignals(nodes: number): Float64Array {
    const width = this.#rowWidth;
    const units = new Float64Array(nodes * width * width);
    for (let k = 0; k < nodes * width; k++) units[k * width + k % width] = 1;
    return units;
  }

  #rowPoints(rows: Int32Array, signals: Signals): Points {
    return {
      count: rows.length,
      positions: sorted(this.rowPositions, this.rows.dim, rows),
      signals: sorted(signals.rows, this.#rowWidth, rows),
    };
  }

  #columnPoints(signals: Signals): Points {
    return {
      count: this.columns.order.length,
      positions: this.columnPositions,
      signals: signals.columns,
    };
  }

  #level(order: number): Level {
    let level = this.#levels.get(order);
    if (level !== undefined) return level;
    const nodes = nodesOf(order);
    const rows = new Proxies(this.rows, nodes, this.rowPositions);
    const columns = new Proxies(this.columns, nodes, this.columnPositions);
    const columnSlots = slotsOf(this.columns, columns.perCluster);
    level = {
      rows,
      columns,
      columnSlots,
      columnPositions: columns.positions(columnSlots.clusters),
      errors: new ErrorTable(
        this.#pairs,
        order,
        this.rows,
        this.columns,
        this.#typical,
      ),
    };
    this.#levels.set(order, level);
    return level;
  }

  /** Forgets all orders but one. */
  keepOnly(order: number): void {
    for (const other of this.#levels.keys()) {
      if (other !== order) this.#levels.delete(other);
    }
  }
}
