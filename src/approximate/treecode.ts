/**
 * Sums of kernels over two trees: near clusters exactly, far ones by proxies.
 *
 * @module
 */

import type { SideData } from "./data.ts";
import { ErrorTable } from "./errors_of_pairs.ts";
import type { Walk } from "./interactions.ts";
import type { Interactions } from "./interactions.ts";
import { Layout } from "./layout.ts";
import { largest, meanSize, sameNumbers, sorted } from "./numbers.ts";
import type { Floats, Pairs, Points } from "./pairs.ts";
import { type Places, placesOf, Proxies } from "./proxies.ts";
import type { Resolution, Signals } from "./resolution.ts";
import { Tree } from "./tree.ts";
import { Ways } from "./ways.ts";

/** Points in a leaf, by the number of coordinates. */
const LEAF = [0, 32, 48, 64, 96];

/** What is kept for an order of interpolation. */
interface Level {
  readonly proxies: readonly [Proxies, Proxies];
  readonly errors: ErrorTable;
}

/** Two trees and a kernel between them. */
export class Treecode {
  /** The clusters of rows. */
  readonly rows: Tree;
  /** The clusters of columns. */
  readonly columns: Tree;
  /** The largest signal of a column over the mean one. */
  readonly spread: number;
  /** Row proxies carry unit signals, one copy a component. */
  readonly copies: number;
  readonly #pairs: Pairs;
  readonly #rowWidth: number;
  readonly #columnWidth: number;
  readonly #typical: readonly [Float64Array, Float64Array];
  readonly #levels: Level[] = [];

  /** @param dim components of the positions */
  constructor(
    pairs: Pairs,
    dim: number,
    rows: SideData,
    columns: SideData,
  ) {
    this.#pairs = pairs;
    const leaf = LEAF[dim];
    this.columns = new Tree(columns.positions, dim, leaf);
    // Points that meet themselves do so in one box.
    this.rows = sameNumbers(rows.positions, columns.positions)
      ? this.columns
      : new Tree(rows.positions, dim, leaf, true);
    this.#rowWidth = rows.signals.length / rows.count;
    this.#columnWidth = columns.signals.length / columns.count;
    this.copies = Math.max(1, this.#rowWidth);
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

  /** Signals in the orders of the trees, as they are by now. */
  sorted(rows: Float64Array, columns: Float64Array): Signals {
    return {
      rows: sorted(rows, this.#rowWidth, this.rows.order),
      columns: sorted(columns, this.#columnWidth, this.columns.order),
    };
  }

  /** How the trees meet at a resolution. */
  walk({ order, bound, most }: Resolution, marked?: Uint8Array): Walk {
    const { rows, columns } = this;
    return { rows, columns, bound, most, marked, ...this.#level(order) };
  }

  /** Exact sums of some rows, numbered in the order of the tree. */
  exact(rows: Int32Array, signals: Signals): Float64Array {
    const count = this.columns.order.length;
    const whole = {
      begin: 0,
      end: rows.length,
      intervals: Int32Array.of(0, count),
    };
    const sums = this.#pairs.sums(
      {
        count: rows.length,
        positions: this.#floats(sorted(this.rows.points, this.rows.dim, rows)),
        signals: this.#floats(sorted(signals.rows, this.#rowWidth, rows)),
      },
      {
        count,
        positions: this.#floats(this.columns.points),
        signals: this.#floats(signals.columns),
      },
      [whole],
    );
    return new Float64Array(sums);
  }

  /** The proxies of columns that an order has by now. */
  columnPlaces(order: number): Places {
    return placesOf(this.columns, this.#level(order).proxies[1]);
  }

  /** The ways from columns to their proxies, of clusters from one on. */
  columnWays(order: number, places: Places, from = 0): Ways {
    const { proxies: [, columns] } = this.#level(order);
    const { how } = this.#pairs;
    return new Ways(this.columns, columns, places, how, undefined, from);
  }

  /**
   * Signals of the proxies of clusters of columns.
   *
   * @param known those of the clusters before `from`, which come first
   */
  raise(
    order: number,
    ways: Ways,
    places: Places,
    signals: Signals,
    known?: Float64Array,
    from = 0,
  ): Float64Array {
    const width = this.#columnWidth;
    const raised = ways.gather(signals.columns, width);
    this.#level(order).proxies[1].up(raised, width, places, from);
    if (known !== undefined) raised.set(known);
    return raised;
  }

  /** What is needed for the sums of some interactions. */
  layout(walk: Walk, met: Interactions, places: Places): Layout {
    return new Layout(walk, met, places, this.copies, this.#pairs.how);
  }

  /**
   * Sums of all rows, `[rows, dim]` in the order of the tree; rows that meet
   * nothing are 0.
   *
   * @param raised what {@linkcode Treecode.raise} gives
   */
  sums(layout: Layout, signals: Signals, raised: Float64Array): Float64Array {
    const { dim } = this.#pairs;
    const result = new Float64Array(this.rows.order.length * dim);
    if (layout.blocks.length === 0) return result;
    const found = this.#pairs.sums(
      this.#rowsOf(layout, signals),
      this.#columnsOf(layout, signals, raised),
      layout.blocks,
    );
    for (const { from, to, count } of layout.leaves) {
      for (let k = 0; k < count * dim; k++) {
        result[to * dim + k] = found[from * dim + k];
      }
    }
    if (layout.nodes.length === 0) return result;
    const potentials = this.#potentials(layout, found);
    const { walk: { proxies: [own], marked }, places } = layout;
    own.down(potentials, this.copies * dim, places, marked);
    const weights = this.#rowWidth === 0 ? undefined : signals.rows;
    layout.ways.spread(potentials, dim, this.copies, weights, result);
    return result;
  }

  #potentials(layout: Layout, found: Floats): Float64Array {
    const { dim } = this.#pairs;
    const width = this.copies * dim;
    const potentials = new Float64Array(layout.places.nodes * width);
    for (const { from, to, count } of layout.nodes) {
      for (let k = 0; k < count * width; k++) {
        potentials[to * width + k] = found[from * dim + k];
      }
    }
    return potentials;
  }

  #rowsOf(layout: Layout, signals: Signals): Points {
    const width = this.#rowWidth;
    const own = this.#pairs.zeros(layout.rows * width);
    if (width > 0) {
      for (const { from, to, count } of layout.leaves) {
        const part = signals.rows.subarray(to * width, (to + count) * width);
        own.set(part, from * width);
      }
      for (const { from, count } of layout.nodes) {
        for (let k = 0; k < count * width; k++) {
          own[(from + k) * width + k % width] = 1;
        }
      }
    }
    return { count: layout.rows, positions: layout.rowPositions, signals: own };
  }

  #columnsOf(layout: Layout, signals: Signals, raised: Float64Array): Points {
    const width = this.#columnWidth;
    const own = this.#pairs.zeros(layout.columns * width);
    if (layout.firstProxy > 0) own.set(signals.columns);
    own.set(raised, layout.firstProxy * width);
    return {
      count: layout.columns,
      positions: layout.columnPositions,
      signals: own,
    };
  }

  /** Numbers of the type that is computed with. */
  #floats(data: Float64Array): Floats {
    const floats = this.#pairs.zeros(data.length);
    floats.set(data);
    return floats;
  }

  #level(order: number): Level {
    return this.#levels[order] ??= this.#newLevel(order);
  }

  #newLevel(order: number): Level {
    const { rows, columns } = this;
    const own = new Proxies(columns, order);
    const proxies = [
      rows === columns ? own : new Proxies(rows, order),
      own,
    ] as const;
    const errors = new ErrorTable(
      this.#pairs,
      rows,
      columns,
      proxies,
      this.#typical,
    );
    return { proxies, errors };
  }

  /** Forgets all orders but one. */
  keepOnly(order: number): void {
    this.#levels.forEach((_, k) => {
      if (k !== order) delete this.#levels[k];
    });
  }
}
