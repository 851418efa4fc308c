/**
 * Triangles, bands, blocks of clusters, and a domain for each of a batch.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { BatchDomain, blocksOfLists, Domain } from "../engine/domain.ts";
import type { RowBlock } from "../launch/launch.ts";
import { asDomain, type Ranges } from "../engine/ranges.ts";
import type { LazyData } from "../lazy/data_states.ts";
import {
  countOf,
  type Keep,
  type Kept,
  keptOf,
  labelsOf,
  transposedKept,
} from "./points.ts";

/** Columns around the diagonal: `-below <= j - i <= above`. */
class BandDomain extends Domain {
  readonly #below: number;
  readonly #above: number;
  readonly #name: string;

  constructor(below: number, above: number, name: string) {
    super();
    this.#below = below;
    this.#above = above;
    this.#name = name;
  }

  override toString(): string {
    return this.#name;
  }

  protected override swapped(): Domain {
    return new BandDomain(this.#above, this.#below, `${this.#name}.t()`);
  }

  protected override rows(m: number, n: number): readonly RowBlock[] {
    const slices = new Int32Array(m + 1);
    const intervals = new Int32Array(2 * m);
    let q = 0;
    for (let i = 0; i < m; i++) {
      const begin = Math.max(0, i - this.#below);
      const end = Math.min(n, i + this.#above + 1);
      if (begin < end) {
        intervals[q++] = begin;
        intervals[q++] = end;
      }
      slices[i + 1] = q;
    }
    return blocksOfLists({ slices, intervals });
  }
}

/**
 * The pairs with `j <= i`: each point sees itself and those before it.
 *
 * @returns a domain for `withRanges` and the option `ranges`, of any size
 *
 * @example Running sums
 * ```ts
 * import { causal, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const values = Vi([0, 0, 0]).add(Vj([1, 2, 3]));
 * const sums = values.withRanges(causal()).sum("j");
 * assert.deepEqual(sums.arraySync(), [[1], [3], [6]]);
 * ```
 */
export function causal(): Domain {
  return new BandDomain(Infinity, 0, "causal()");
}

/**
 * The pairs with `|i - j| <= width`.
 *
 * @param width the largest difference of positions
 * @returns a domain for `withRanges` and the option `ranges`, of any size
 * @throws {ArgumentError} for a width that is no integer from 0 on
 *
 * @example Neighbours in a row
 * ```ts
 * import { band, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const values = Vi([0, 0, 0]).add(Vj([1, 2, 4]));
 * const sums = values.sum("j", { ranges: band(1) });
 * assert.deepEqual(sums.arraySync(), [[3], [7], [6]]);
 * ```
 */
export function band(width: number): Domain {
  if (Number.isInteger(width) && width >= 0) {
    return new BandDomain(width, width, `band(${width})`);
  }
  throw new ArgumentError(
    `Cannot make a band of width ${width}: an integer from 0 on is wanted`,
  );
}

/** Pairs of clusters. */
class ClusterDomain extends Domain {
  readonly #i: Int32Array;
  readonly #j: Int32Array;
  readonly #kept: Kept;

  constructor(i: Int32Array, j: Int32Array, kept: Kept) {
    super();
    this.#i = i;
    this.#j = j;
    this.#kept = kept;
  }

  override toString(): string {
    return "blocks(labelsI, labelsJ, keep)";
  }

  protected override swapped(): Domain {
    const columns = countOf(this.#j);
    const most = this.#kept.indices.reduce((m, b) => Math.max(m, b + 1), 0);
    const kept = transposedKept(this.#kept, Math.max(columns, most));
    return new ClusterDomain(this.#j, this.#i, kept);
  }

  protected override rows(m: number, n: number): readonly RowBlock[] {
    if (this.#i.length !== m || this.#j.length !== n) {
      throw new ShapeError(
        `Cannot use blocks of ${this.#i.length} labels and ${this.#j.length} labels with ${m} points i and ${n} points j`,
      );
    }
    const columns = new Map<number, Run[]>();
    for (const run of runsOf(this.#j)) {
      const own = columns.get(run.label);
      if (own === undefined) columns.set(run.label, [run]);
      else own.push(run);
    }
    const lists = new Map<number, Int32Array>();
    return runsOf(this.#i).map(({ label, begin, end }) => {
      const intervals = lists.get(label) ?? this.#list(label, columns);
      lists.set(label, intervals);
      return { begin, end, intervals };
    });
  }

  #list(label: number, columns: ReadonlyMap<number, Run[]>): Int32Array {
    const { offsets, indices } = this.#kept;
    const runs: Run[] = [];
    for (let k = offsets[label]; k < offsets[label + 1]; k++) {
      for (const run of columns.get(indices[k]) ?? []) runs.push(run);
    }
    // Clusters in order are the rule: then they are sorted already.
    const ascend = runs.every((r, k) => k === 0 || runs[k - 1].begin < r.begin);
    if (!ascend) runs.sort((a, b) => a.begin - b.begin);
    const list: number[] = [];
    for (const { begin, end } of runs) {
      if (list.at(-1) === begin) list[list.length - 1] = end;
      else list.push(begin, end);
    }
    return Int32Array.from(list);
  }
}

/** Points that follow one another and have one label. */
interface Run {
  readonly label: number;
  readonly begin: number;
  readonly end: number;
}

function runsOf(labels: Int32Array): Run[] {
  const runs: Run[] = [];
  for (let begin = 0, end = 1; begin < labels.length; begin = end++) {
    while (end < labels.length && labels[end] === labels[begin]) end++;
    runs.push({ label: labels[begin], begin, end });
  }
  return runs;
}

/**
 * The pairs of points whose clusters are kept. Points may be in any order, but
 * those of a cluster should follow one another, as of {@linkcode sortClusters}:
 * then a cluster is one block.
 *
 * @param labelsI the cluster of each point i, `[M]`
 * @param labelsJ the cluster of each point j, `[N]`
 * @param keep a matrix `[Ci, Cj]`: true, or not 0, for the pairs to keep;
 * `dense()` of a formula of centroids will do. For thousands of clusters, lists
 * are better, such as those of {@linkcode radiusSearch} of centroids
 * @returns a domain for M times N pairs
 * @throws {ShapeError} where the matrix or the lists do not fit the labels
 *
 * @example Two groups that do not see each other
 * ```ts
 * import { blocks, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const groups = blocks([0, 1, 1], [0, 1, 0], [[true, false], [false, true]]);
 * const values = Vi([0, 0, 0]).add(Vj([1, 10, 100]));
 * const sums = values.withRanges(groups).sum("j");
 * assert.deepEqual(sums.arraySync(), [[101], [10], [10]]);
 * ```
 */
export function blocks(
  labelsI: LazyData,
  labelsJ: LazyData,
  keep: Keep,
): Domain {
  const [i, j] = [labelsOf(labelsI), labelsOf(labelsJ)];
  return new ClusterDomain(i, j, keptOf(keep, countOf(i), countOf(j), false));
}

/**
 * A domain for each entry of a batch; any other domain holds for all of it.
 *
 * @param domains domains or ranges as in KeOps, one for each entry of the
 * batch, row by row
 * @returns a domain for the batch
 *
 * @example Two bands
 * ```ts
 * import { band, perBatch, tensor, LazyTensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = new LazyTensor(tensor([1, 1, 1, 1], [2, 2, 1, 1]));
 * const ones = x.mul(new LazyTensor(tensor([1, 1], [1, 2, 1])));
 * const counts = ones.sum("j", { ranges: perBatch([band(0), band(1)]) });
 * assert.deepEqual(counts.dataSync(), new Float32Array([1, 1, 2, 2]));
 * ```
 */
export function perBatch(domains: readonly Ranges[]): Domain {
  return new BatchDomain(domains.map(asDomain));
}
