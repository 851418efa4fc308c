/**
 * Lists of neighbours as domains.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { blocksOfLists, Domain } from "../engine/domain.ts";
import type { RowBlock } from "../launch/launch.ts";
import type { Integers } from "../engine/ranges.ts";
import { checkedLists } from "./points.ts";

/** The columns of each row, in compressed rows. */
export class CsrDomain extends Domain {
  readonly #name: string;
  readonly #slices: Int32Array;
  readonly #intervals: Int32Array;
  /** One past the largest column. */
  readonly #reach: number;
  /** The number of columns, where it is known. */
  readonly #columns: number | undefined;

  /**
   * A domain of checked lists.
   *
   * @param offsets where the list of each row begins, ascending from 0
   * @param indices columns, ascending within each row
   * @param columns the number of columns, where it is known
   * @param name the call that makes this domain
   */
  constructor(
    offsets: Int32Array,
    indices: Int32Array,
    columns: number | undefined,
    name: string,
  ) {
    super();
    this.#name = name;
    this.#columns = columns;
    this.#slices = new Int32Array(offsets.length);
    const rows = offsets.length - 1;
    let [count, reach] = [0, 0];
    for (let i = 0; i < rows; i++) {
      const [begin, end] = [offsets[i], offsets[i + 1]];
      // One past the last index, with which a run goes on.
      let last = -1;
      for (let k = begin; k < end; k++) {
        const j = indices[k];
        if (j !== last) count += 2;
        last = j + 1;
      }
      if (last > reach) reach = last;
      this.#slices[i + 1] = count;
    }
    this.#reach = reach;
    const intervals = this.#intervals = new Int32Array(count);
    for (let i = 0, q = 0; i < rows; i++) {
      const [begin, end] = [offsets[i], offsets[i + 1]];
      let last = -1;
      for (let k = begin; k < end; k++) {
        const j = indices[k];
        if (j !== last) {
          intervals[q] = j;
          q += 2;
        }
        intervals[q - 1] = last = j + 1;
      }
    }
  }

  override toString(): string {
    return this.#name;
  }

  protected override rows(m: number, n: number): readonly RowBlock[] {
    const rows = this.#slices.length - 1;
    if (rows !== m || n !== (this.#columns ?? n)) {
      throw new ShapeError(
        `Cannot use ${this.#name} of ${rows} points i${
          this.#columns === undefined ? "" : ` and ${this.#columns} points j`
        } with ${m} points i and ${n} points j`,
      );
    }
    if (this.#reach > n) {
      throw new ArgumentError(
        `Cannot use ${this.#name} with ${n} points j: it has the index ${
          this.#reach - 1
        }`,
      );
    }
    return blocksOfLists({
      slices: this.#slices,
      intervals: this.#intervals,
    });
  }
}

/**
 * A list of columns for each row, as a domain for `withRanges` and the option
 * `ranges`: the edges of a graph, the neighbours of points.
 *
 * @param offsets where the list of each point i begins, and the end of the
 * last one: `[M + 1]`, ascending from 0
 * @param indices the points j of each list, one after another; none twice in
 * a list
 * @returns a domain for M points i
 * @throws {ArgumentError} where offsets descend, and for columns that are
 * negative or there twice
 *
 * @example Sums over the neighbours in a graph
 * ```ts
 * import { csr, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const edges = csr([0, 2, 2, 3], [0, 2, 1]);
 * const values = Vi([0, 0, 0]).add(Vj([10, 20, 30]));
 * const sums = values.withRanges(edges).sum("j");
 * assert.deepEqual(sums.arraySync(), [[40], [0], [20]]);
 * ```
 */
export function csr(offsets: Integers, indices: Integers): Domain {
  const lists = checkedLists(offsets, indices);
  return new CsrDomain(
    lists.offsets,
    lists.indices,
    undefined,
    "csr(offsets, indices)",
  );
}
