/**
 * What a far field is made with: its resolution, and signals.
 *
 * @module
 */

/** How finely a far field is resolved. */
export interface Resolution {
  /** Nodes in each direction. */
  readonly order: number;
  /** The largest error of a pair of clusters, as `interactionsOf` has it. */
  readonly bound: number;
  /** The largest error of any pair. */
  readonly most: number;
}

/** A resolution that was found, for points and results of any scale. */
export interface Found {
  /** Nodes in the longest direction. */
  readonly order: number;
  /** The bound over the largest error of a sum. */
  readonly part: number;
}

/** Signals of both sides, in the orders of the trees. */
export interface Signals {
  /** `[rows, width]`. */
  readonly rows: Float64Array;
  /** `[columns, width]`. */
  readonly columns: Float64Array;
}
