/**
 * Which clusters meet how: the dual walk through two trees.
 *
 * @module
 */

import type { ErrorTable } from "./errors_of_pairs.ts";
import type { Tree } from "./tree.ts";

/** How a cluster of rows meets the columns. */
export interface Meeting {
  /** Clusters of columns that it meets by their points. */
  readonly points: readonly number[];
  /** Clusters of columns that it meets by their proxies. */
  readonly proxies: readonly number[];
}

/** How a leaf of rows meets the columns. */
export interface LeafMeeting extends Meeting {
  /** Bounds of the errors of its rows, added up: where to look for errors. */
  readonly doubt: number;
}

/** What meets what. */
export interface Interactions {
  /** Far clusters, met by proxies of the cluster of rows where it has them. */
  readonly far: ReadonlyMap<number, Meeting>;
  /** Columns met by the points of leaves. */
  readonly near: ReadonlyMap<number, LeafMeeting>;
}

/** How the walk decides. */
export interface Walk {
  /** Nodes in each direction. */
  readonly order: number;
  /** The clusters of rows. */
  readonly rows: Tree;
  /** The clusters of columns. */
  readonly columns: Tree;
  /** What is known of errors. */
  readonly errors: ErrorTable;
  /** The largest error of an interpolated pair. */
  readonly bound: number;
  /** The number of proxies of a cluster of rows, each as a row of the sums. */
  readonly rowProxies: number;
  /** The number of proxies of a cluster of columns. */
  readonly columnProxies: number;
  /** The clusters of rows to walk through; all where it is left out. */
  readonly marked?: Uint8Array | undefined;
}

/** Kernels below this part of the bound are left out. */
const NEGLIGIBLE = 0.25;

/** The interactions of two trees, from their roots. */
export function interactionsOf(walk: Walk): Interactions {
  const { rows, columns, errors, bound, rowProxies, columnProxies } = walk;
  const far = new Map<number, Meeting>();
  const near = new Map<number, LeafMeeting>();
  visit(0, [0], [], [], 0);
  return { far, near };

  /**
   * @param open clusters of columns that rows of this cluster still meet
   * @param points what ancestors without proxies of their own have met
   */
  function visit(
    row: number,
    open: readonly number[],
    points: readonly number[],
    proxies: readonly number[],
    doubt: number,
  ): void {
    if (walk.marked?.[row] === 0) return;
    const leaf = rows.child[row] < 0;
    const own: { points: number[]; proxies: number[] } = {
      points: [],
      proxies: [],
    };
    const close: number[] = [];
    const later: number[] = [];
    const stack = [...open];
    for (let c = stack.pop(); c !== undefined; c = stack.pop()) {
      const { error, size } = errors.of(row, c);
      const child = columns.child[c];
      if (size <= NEGLIGIBLE * bound) continue;
      if (error <= bound) {
        const size = columns.end[c] - columns.begin[c];
        doubt += error * size;
        (size <= columnProxies ? own.points : own.proxies).push(c);
      } else if (leaf && child < 0) {
        close.push(c);
      } else if (
        child >= 0 && (leaf || columns.radius[c] >= rows.radius[row])
      ) {
        stack.push(child, child + 1);
      } else {
        later.push(c);
      }
    }
    const proxied = hasProxies(rows, row, rowProxies);
    const some = own.points.length + own.proxies.length > 0;
    if (proxied && some) far.set(row, own);
    const passed = proxied ? { points: [], proxies: [] } : own;
    if (leaf) {
      near.set(row, {
        points: [...points, ...passed.points, ...close],
        proxies: [...proxies, ...passed.proxies],
        doubt,
      });
      return;
    }
    const down = [
      [...points, ...passed.points],
      [...proxies, ...passed.proxies],
      doubt,
    ] as const;
    visit(rows.child[row], later, ...down);
    visit(rows.child[row] + 1, later, ...down);
  }
}

/** Whether a cluster has more points than proxies, so that these pay. */
export function hasProxies(tree: Tree, c: number, proxies: number): boolean {
  return tree.end[c] - tree.begin[c] > proxies;
}

/** Pairs that an interval costs beside its own. */
const INTERVAL = 6;

/** Pairs that interactions evaluate: for the marked rows, and for all. */
export function workOf(
  { rows, columns, rowProxies, columnProxies, marked }: Walk,
  { far, near }: Interactions,
): { here: number; all: number } {
  const share = shares(rows, marked);
  const width = (c: number) => columns.end[c] - columns.begin[c] + INTERVAL;
  let [here, all] = [0, 0];
  for (const [lists, proxied] of [[far, true], [near, false]] as const) {
    for (const [row, { points, proxies }] of lists) {
      const height = proxied ? rowProxies : rows.end[row] - rows.begin[row];
      const met = proxies.length * (columnProxies + INTERVAL) +
        points.reduce((total, c) => total + width(c), 0);
      here += height * met;
      all += height * met * share[rows.depth[row]];
    }
  }
  return { here, all };
}

/** Clusters of each depth for each one that is marked. */
function shares(rows: Tree, marked: Uint8Array | undefined): number[] {
  const all: number[] = [];
  const some: number[] = [];
  for (let c = 0; c < rows.count; c++) {
    const depth = rows.depth[c];
    all[depth] = (all[depth] ?? 0) + 1;
    some[depth] = (some[depth] ?? 0) + (marked?.[c] ?? 1);
  }
  return all.map((n, depth) => n / Math.max(1, some[depth]));
}
