/**
 * Domains of reductions: which columns each row meets.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { RowBlock } from "../launch/launch.ts";
import { checkPlaces } from "../launch/limits.ts";

/**
 * Which pairs (i, j) a reduction runs over, given in the place of ranges.
 * Domains are made by functions such as `causal()` or `withinRadius(x, y, r)`;
 * they learn the sizes when they are applied.
 */
export abstract class Domain {
  #kept: { key: string; blocks: readonly RowBlock[] } | undefined;
  #swapped: Domain | undefined;

  /** The call that makes this domain, for messages. */
  abstract toString(): string;

  /** The columns that each block of rows meets; every row is in one block. */
  protected abstract rows(m: number, n: number): readonly RowBlock[];

  /** The domain with rows and columns exchanged. */
  protected swapped(): Domain {
    return new SwappedDomain(this);
  }

  /** The columns j of m rows i, checked; the last answer is kept. */
  blocks(m: number, n: number): readonly RowBlock[] {
    checkPlaces(`use ${this} as the domain`, Math.max(m, n));
    const key = `${m},${n}`;
    if (this.#kept?.key !== key) this.#kept = { key, blocks: this.rows(m, n) };
    return this.#kept.blocks;
  }

  /** The same pairs with i and j exchanged. */
  t(): Domain {
    if (this.#swapped === undefined) {
      this.#swapped = this.swapped();
      this.#swapped.#swapped = this;
    }
    return this.#swapped;
  }

  /** One domain for all of a batch, or one for each entry of it. */
  each(_batch: readonly number[]): readonly Domain[] {
    return [this];
  }
}

/** A domain seen from its columns. */
class SwappedDomain extends Domain {
  readonly #of: Domain;

  constructor(of: Domain) {
    super();
    this.#of = of;
  }

  override toString(): string {
    return `${this.#of}.t()`;
  }

  protected override rows(m: number, n: number): readonly RowBlock[] {
    return transposedBlocks(this.#of.blocks(n, m), m);
  }
}

/** A domain for each entry of a batch. */
export class BatchDomain extends Domain {
  readonly #domains: readonly Domain[];

  /** @param domains one for each entry of the batch, row by row */
  constructor(domains: readonly Domain[]) {
    super();
    this.#domains = domains;
  }

  override toString(): string {
    return `perBatch(${this.#domains.length} domains)`;
  }

  override each(batch: readonly number[]): readonly Domain[] {
    const entries = batch.reduce((p, d) => p * d, 1);
    if (entries === this.#domains.length) {
      return this.#domains.flatMap((d) => d.each([]));
    }
    throw new ShapeError(
      `Cannot use a list of ${this.#domains.length} for the domains of a batch of ${entries}, dimensions [${batch}]: one for each entry is wanted`,
    );
  }

  protected override swapped(): Domain {
    return new BatchDomain(this.#domains.map((d) => d.t()));
  }

  protected override rows(): readonly RowBlock[] {
    throw new ShapeError(
      "Cannot use the domains of a batch within another list of domains",
    );
  }
}

/** Lists of intervals: those of list k are `slices[k]` to `slices[k + 1]`. */
export interface IntervalLists {
  /** Positions in `intervals`, one more than there are lists. */
  readonly slices: Int32Array;
  /** Begin and end of each interval. */
  readonly intervals: Int32Array;
}

/**
 * Some rows with intervals out of a common array: a view for each of a
 * million rows would take more memory than what is in them.
 */
class RowsOfLists implements RowBlock {
  readonly begin: number;
  readonly end: number;
  readonly #all: Int32Array;
  readonly #from: number;
  readonly #to: number;

  constructor(
    begin: number,
    end: number,
    all: Int32Array,
    from: number,
    to: number,
  ) {
    this.begin = begin;
    this.end = end;
    this.#all = all;
    this.#from = from;
    this.#to = to;
  }

  get intervals(): Int32Array {
    return this.#all.subarray(this.#from, this.#to);
  }
}

/** One list a row, as blocks: rows in a row with equal lists are one block. */
export function blocksOfLists(
  { slices, intervals }: IntervalLists,
): RowBlock[] {
  const rows = slices.length - 1;
  const blocks: RowBlock[] = [];
  for (let begin = 0, end = 1; begin < rows; begin = end++) {
    while (end < rows && sameList(slices, intervals, begin, end)) end++;
    blocks.push(
      new RowsOfLists(begin, end, intervals, slices[begin], slices[begin + 1]),
    );
  }
  return blocks;
}

function sameList(
  slices: Int32Array,
  intervals: Int32Array,
  a: number,
  b: number,
): boolean {
  const length = slices[a + 1] - slices[a];
  if (slices[b + 1] - slices[b] !== length) return false;
  for (let k = 0; k < length; k++) {
    if (intervals[slices[a] + k] !== intervals[slices[b] + k]) return false;
  }
  return true;
}

/** The rows that each column meets. */
function transposedBlocks(
  blocks: readonly RowBlock[],
  columns: number,
): RowBlock[] {
  const slices = new Int32Array(columns + 1);
  // Blocks come in ascending order, so intervals that touch are joined.
  const last = new Int32Array(columns).fill(-1);
  visit(blocks, (j, begin, end) => {
    if (last[j] !== begin) slices[j + 1] += 2;
    last[j] = end;
  });
  for (let j = 0; j < columns; j++) slices[j + 1] += slices[j];
  const next = slices.slice(0, columns);
  const intervals = new Int32Array(slices[columns]);
  last.fill(-1);
  visit(blocks, (j, begin, end) => {
    if (last[j] !== begin) {
      intervals[next[j]] = begin;
      next[j] += 2;
    }
    intervals[next[j] - 1] = end;
    last[j] = end;
  });
  return blocksOfLists({ slices, intervals });
}

function visit(
  blocks: readonly RowBlock[],
  at: (column: number, begin: number, end: number) => void,
): void {
  for (const { begin, end, intervals } of blocks) {
    for (let q = 0; q < intervals.length; q += 2) {
      for (let j = intervals[q]; j < intervals[q + 1]; j++) at(j, begin, end);
    }
  }
}
