/**
 * How interactions are computed in one run: points and proxies of both sides
 * next to each other, and which of them meet.
 *
 * @module
 */

import type { RowBlock } from "../launch/launch.ts";
import type { Interactions, Walk } from "./interactions.ts";
import { countingOrder, PairList } from "./pair_list.ts";
import { type Computation, type Floats, zerosOf } from "./pairs.ts";
import { type Places, placesOf } from "./proxies.ts";
import { Ways } from "./ways.ts";

/** Rows of the run that belong to a run of points or nodes. */
export interface Stretch {
  /** The cluster that they are of. */
  readonly cluster: number;
  /** The first row of the run. */
  readonly from: number;
  /** The first point or node. */
  readonly to: number;
  /** The number of points or nodes. */
  readonly count: number;
}

/** One run for some interactions. */
export class Layout {
  /** What was walked. */
  readonly walk: Walk;
  /** Which rows meet which columns. */
  readonly blocks: readonly RowBlock[];
  /** The number of rows. */
  readonly rows: number;
  /** Their positions. */
  readonly rowPositions: Floats;
  /** The number of columns. */
  readonly columns: number;
  /** Their positions. */
  readonly columnPositions: Floats;
  /** The column of the first proxy; 0 where no points are met. */
  readonly firstProxy: number;
  /** Rows that are points of leaves. */
  readonly leaves: readonly Stretch[];
  /** Rows that are nodes, each `copies` times. */
  readonly nodes: readonly Stretch[];
  /** The nodes of clusters of rows. */
  readonly places: Places;
  /** The ways from them to the points of rows. */
  readonly ways: Ways;

  constructor(
    walk: Walk,
    met: Interactions,
    columnPlaces: Places,
    copies: number,
    how: Computation,
  ) {
    const zeros = (length: number) => zerosOf(how.dtype, length);
    this.walk = walk;
    const { rows, columns, proxies } = walk;
    const meetings = meetingsOf(walk, met, columnPlaces);
    this.places = placesOf(rows, proxies[0], receivers(walk, meetings));
    this.ways = new Ways(rows, proxies[0], this.places, how, walk.marked);
    // Sources and targets: points of cluster c are 2 c, its nodes 2 c + 1.
    const points = anyPoints(meetings.second, meetings.length);
    this.firstProxy = points ? columns.order.length : 0;
    this.columns = this.firstProxy + columnPlaces.nodes;
    this.columnPositions = zeros(this.columns * columns.dim);
    if (points) this.columnPositions.set(columns.points);
    for (let c = 0; c < columnPlaces.first.length; c++) {
      const at = columnPlaces.first[c];
      if (at < 0) continue;
      proxies[1].positions(c, 1, this.columnPositions, this.firstProxy + at);
    }
    const begin = (source: number) =>
      source % 2 === 0
        ? columns.begin[source >> 1]
        : this.firstProxy + columnPlaces.first[source >> 1];
    const end = (source: number) =>
      source % 2 === 0
        ? columns.end[source >> 1]
        : begin(source) + proxies[1].count(source >> 1);
    const order = inOrder(walk, meetings, begin);
    const blocks: RowBlock[] = [];
    const leaves: Stretch[] = [];
    const nodes: Stretch[] = [];
    const all = new Int32Array(2 * order.length);
    let [row, used] = [0, 0];
    for (let k = 0; k < order.length;) {
      const target = meetings.first[order[k]];
      const c = target >> 1;
      const first = used;
      for (; k < order.length && meetings.first[order[k]] === target; k++) {
        const source = meetings.second[order[k]];
        const from = begin(source);
        // Intervals that touch become one.
        if (used > first && all[used - 1] === from) all[used - 1] = end(source);
        else {
          all[used] = from;
          all[used + 1] = end(source);
          used += 2;
        }
      }
      const leaf = target % 2 === 0;
      const count = leaf ? rows.size(c) : proxies[0].count(c);
      const height = leaf ? count : count * copies;
      const to = leaf ? rows.begin[c] : this.places.first[c];
      (leaf ? leaves : nodes).push({ cluster: c, from: row, to, count });
      const intervals = all.subarray(first, used);
      blocks.push({ begin: row, end: row + height, intervals });
      row += height;
    }
    this.rows = row;
    this.blocks = blocks;
    this.leaves = leaves;
    this.nodes = nodes;
    this.rowPositions = this.#rowPositions(copies, zeros);
  }

  #rowPositions(copies: number, zeros: (length: number) => Floats): Floats {
    const { rows: { dim, points }, proxies: [own] } = this.walk;
    const positions = zeros(this.rows * dim);
    for (const { from, to, count } of this.leaves) {
      positions.set(points.subarray(to * dim, (to + count) * dim), from * dim);
    }
    for (const { cluster, from } of this.nodes) {
      own.positions(cluster, copies, positions, from);
    }
    return positions;
  }
}

/** Meetings of sources with targets. */
function meetingsOf(
  { rows, proxies: [own] }: Walk,
  { far, fromPoints, toPoints, near }: Interactions,
  { first }: Places,
): PairList {
  const meetings = new PairList();
  const add = (list: PairList, byNodes: boolean, ofNodes: boolean) => {
    for (let k = 0; k < list.length; k++) {
      const [r, c] = [list.first[k], list.second[k]];
      const source = ofNodes && first[c] >= 0 ? 2 * c + 1 : 2 * c;
      if (byNodes && own.pays(r)) meetings.add(2 * r + 1, source);
      else toLeaves(r, source);
    }
  };
  add(far, true, true);
  add(fromPoints, false, true);
  add(toPoints, true, false);
  add(near, false, false);
  return meetings;

  /** Clusters without proxies are met in their leaves. */
  function toLeaves(r: number, source: number): void {
    const child = rows.knownChild(r);
    if (child < 0) meetings.add(2 * r, source);
    else {
      toLeaves(child, source);
      toLeaves(child + 1, source);
    }
  }
}

/** The clusters of rows that receive potentials, and those that hold them. */
function receivers({ rows }: Walk, meetings: PairList): Uint8Array {
  const wanted = new Uint8Array(rows.count);
  for (let k = 0; k < meetings.length; k++) {
    if (meetings.first[k] % 2 === 0) continue;
    for (let c = meetings.first[k] >> 1; c >= 0 && !wanted[c];) {
      wanted[c] = 1;
      c = rows.parent[c];
    }
  }
  return wanted;
}

function anyPoints(sources: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (sources[k] % 2 === 0) return true;
  return false;
}

/** Meetings by targets, in the order of rows, and each by first column. */
function inOrder(
  { rows, columns }: Walk,
  meetings: PairList,
  begin: (source: number) => number,
): Int32Array {
  const sources = ranks(meetings.second, meetings.length, columns.count, begin);
  const targets = ranks(
    meetings.first,
    meetings.length,
    rows.count,
    (t) => rows.begin[t >> 1] + (t % 2) * rows.order.length,
  );
  const { first, second, length } = meetings;
  const whole = Int32Array.from({ length }, (_, k) => k);
  const bySource = countingOrder(
    (k) => sources[second[k]],
    2 * columns.count,
    whole,
  );
  return countingOrder((k) => targets[first[k]], 2 * rows.count, bySource);
}

/** The places of those that occur, in ascending order of a number. */
function ranks(
  occurring: Int32Array,
  length: number,
  clusters: number,
  number: (x: number) => number,
): Int32Array {
  const ranks = new Int32Array(2 * clusters).fill(-1);
  for (let k = 0; k < length; k++) ranks[occurring[k]] = 0;
  const present: number[] = [];
  ranks.forEach((rank, x) => {
    if (rank === 0) present.push(x);
  });
  const numbers = Float64Array.from(present, number);
  const places = Int32Array.from(present, (_, k) => k);
  places.sort((a, b) => numbers[a] - numbers[b]);
  places.forEach((place, rank) => ranks[present[place]] = rank);
  return ranks;
}
