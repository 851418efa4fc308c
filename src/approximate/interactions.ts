/**
 * Which clusters meet how: the dual walk through two trees, level by level.
 *
 * @module
 */

import type { ErrorTable } from "./errors_of_pairs.ts";
import { PairList } from "./pair_list.ts";
import type { Proxies } from "./proxies.ts";
import type { Tree } from "./tree.ts";

/** How the walk decides. */
export interface Walk {
  /** The clusters of rows. */
  readonly rows: Tree;
  /** The clusters of columns. */
  readonly columns: Tree;
  /** Their proxies. */
  readonly proxies: readonly [Proxies, Proxies];
  /** What is known of errors. */
  readonly errors: ErrorTable;
  /** The largest error of an interpolated pair, times that of its clusters. */
  readonly bound: number;
  /** The largest error of any pair. */
  readonly most: number;
  /** Leaves in the clusters of rows to walk through; all where left out. */
  readonly marked?: Uint8Array | undefined;
}

/** What meets what. */
export interface Interactions {
  /** Clusters that meet by their proxies, where they have any. */
  readonly far: PairList;
  /** Leaves of rows that meet proxies of columns by their points. */
  readonly fromPoints: PairList;
  /** Clusters of rows that meet the points of leaves by their proxies. */
  readonly toPoints: PairList;
  /** Leaves that meet by their points. */
  readonly near: PairList;
  /**
   * Bounds of the errors of the rows of each cluster, added up: where to look
   * for errors.
   */
  readonly doubt: Float64Array;
}

/**
 * Clusters are left out whose sums are below this part of the bound, and no
 * more than the error of a pair may be: what is left out does not cancel.
 */
const NEGLIGIBLE = 0.25;
/** Clusters of like size are split together. */
const ALIKE = 1.3;
/**
 * Errors in a row are alike for many clusters of columns, those in columns go
 * both ways: those of rows count so many times the root of all columns.
 */
const TOGETHER = 0.15;

/**
 * Errors of the columns of a cluster add up as those of signals of both signs:
 * so few count as one.
 */
const ALONE = 16;

/** The interactions of two trees, from their roots. */
export function interactionsOf(walk: Walk): Interactions {
  const { rows, columns, errors, bound, most, marked, proxies } = walk;
  const [far, fromPoints] = [new PairList(), new PairList()];
  const [toPoints, near] = [new PairList(), new PairList()];
  const doubts: number[] = [];
  const all = TOGETHER * Math.sqrt(columns.order.length);
  const negligible = Math.min(NEGLIGIBLE * bound, most);
  let open = new PairList();
  open.add(0, 0);
  while (open.length > 0) {
    const next = new PairList();
    const kinds = errors.kinds(open.first, open.second, open.length);
    for (let k = 0; k < open.length; k++) {
      const [r, c] = [open.first[k], open.second[k]];
      const size = columns.size(c);
      const root = Math.max(1, Math.sqrt(size / ALONE));
      const ofRows = errors.rowError(kinds[k]);
      const ofColumns = errors.columnError(kinds[k]);
      if (errors.size(kinds[k]) * size <= negligible) continue;
      const rowFits = !proxies[0].pays(r) ||
        ofRows * root <= most && ofRows * all * Math.sqrt(size) <= bound;
      const columnFits = !proxies[1].pays(c) ||
        ofColumns * root <= most && ofColumns * size <= bound;
      if (rowFits && columnFits) {
        far.add(r, c);
        doubts.push((ofRows + ofColumns) * size);
      } else if (rowFits) {
        if (columns.child(c) < 0) toPoints.add(r, c);
        else split(r, c, false, true, next);
      } else if (columnFits) {
        if (rows.child(r) < 0) fromPoints.add(r, c);
        else split(r, c, true, false, next);
      } else splitLarger(r, c, next);
    }
    open = next;
  }
  const doubt = doubtOf(rows, far, doubts);
  return { far, fromPoints, toPoints, near, doubt };

  function splitLarger(r: number, c: number, next: PairList): void {
    const [own, its] = [rows.radius[r], columns.radius[c]];
    const [below, beside] = [rows.child(r) >= 0, columns.child(c) >= 0];
    if (!below && !beside) near.add(r, c);
    else {
      const first = below && (!beside || own * ALIKE >= its);
      const second = beside && (!below || its * ALIKE >= own);
      split(r, c, first, second, next);
    }
  }

  function split(
    r: number,
    c: number,
    first: boolean,
    second: boolean,
    next: PairList,
  ): void {
    const [below, beside] = [
      first ? rows.child(r) : r,
      second ? columns.child(c) : c,
    ];
    for (let row = below; row < below + (first ? 2 : 1); row++) {
      if (marked?.[row] === 0) continue;
      for (let k = beside; k < beside + (second ? 2 : 1); k++) next.add(row, k);
    }
  }
}

/** What is known of the errors of each cluster and of all that hold it. */
function doubtOf(
  rows: Tree,
  far: PairList,
  doubts: readonly number[],
): Float64Array {
  const doubt = new Float64Array(rows.count);
  doubts.forEach((error, k) => doubt[far.first[k]] += error);
  for (let c = 1; c < rows.count; c++) doubt[c] += doubt[rows.parent[c]];
  return doubt;
}

/** What interactions cost, in nanoseconds. */
export interface Work {
  /** Of the rows that were walked through. */
  readonly here: number;
  /** Of all rows. */
  readonly all: number;
}

/** Pairs that a meeting costs beside its own. */
const MEETING = 12;
/** Nanoseconds for one signal of a point and one node, both ways. */
const WAY = 1.2;
/** Rows that are computed at a time. */
const UNIT = 16;

/**
 * What interactions cost: for the marked rows, and for all.
 *
 * @param pair nanoseconds for a pair
 */
export function workOf(
  { rows, columns, proxies: [own, its], marked }: Walk,
  { far, fromPoints, toPoints, near }: Interactions,
  pair: number,
  copies: number,
): Work {
  // The leaves that are marked were drawn by their numbers of points.
  const share = (r: number) =>
    marked ? marked[r] * rows.size(0) / (marked[0] * rows.size(r)) : 1;
  const points = {
    height: (r: number) => rows.size(r),
    width: (c: number) => columns.size(c),
  };
  const nodes = {
    height: (r: number) => own.pays(r) ? own.count(r) * copies : rows.size(r),
    width: (c: number) => its.pays(c) ? its.count(c) : columns.size(c),
  };
  let [here, all] = [0, 0];
  const add = (
    list: PairList,
    { height }: typeof points,
    { width }: typeof points,
  ) => {
    for (let k = 0; k < list.length; k++) {
      const r = list.first[k];
      const filled = UNIT * Math.ceil(height(r) / UNIT);
      const cost = pair * filled * (width(list.second[k]) + MEETING);
      here += cost;
      all += cost * share(r);
    }
  };
  add(far, nodes, nodes);
  add(fromPoints, points, nodes);
  add(toPoints, nodes, points);
  add(near, points, points);
  if (far.length + fromPoints.length + toPoints.length > 0) {
    const each = own.order ** rows.dim;
    all += WAY * each * (rows.size(0) * copies + columns.size(0)) / 2;
  }
  return { here, all };
}
