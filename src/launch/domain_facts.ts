/**
 * What is to be known of a domain before it is walked.
 *
 * @module
 */

import { countColumns, MOST_INDEX, type RowBlock } from "./launch.ts";

/** Sums and maxima over the blocks of a domain. */
export interface DomainFacts {
  /** The most rows of a block. */
  readonly rows: number;
  /** The rows of all blocks. */
  readonly allRows: number;
  /** The most columns of a row. */
  readonly columns: number;
  /** The most intervals of a block. */
  readonly longest: number;
  /** All pairs. */
  readonly pairs: number;
  /** All intervals, each counted once a block. */
  readonly intervals: number;
}

const known = new WeakMap<readonly RowBlock[], DomainFacts>();

/** The facts of a domain; domains are kept, and there may be many blocks. */
export function factsOf(blocks: readonly RowBlock[]): DomainFacts {
  let facts = known.get(blocks);
  if (facts === undefined) known.set(blocks, facts = count(blocks));
  return facts;
}

function count(blocks: readonly RowBlock[]): DomainFacts {
  let [rows, allRows, columns, longest, pairs, all] = [0, 0, 0, 0, 0, 0];
  for (const block of blocks) {
    const { intervals } = block;
    const [high, wide] = [block.end - block.begin, countColumns(intervals)];
    rows = Math.max(rows, high);
    allRows += high;
    longest = Math.max(longest, intervals.length / 2);
    columns = Math.max(columns, wide);
    pairs += high * wide;
    all += intervals.length / 2;
  }
  return { rows, allRows, columns, longest, pairs, intervals: all };
}

/** The facts of all domains of a batch of so many entries. */
export function factsOfAll(
  domains: readonly (readonly RowBlock[])[],
  entries: number,
): DomainFacts {
  const facts = domains.map(factsOf);
  const repeated = domains.length === 1 ? entries : 1;
  const sum = (of: (facts: DomainFacts) => number) =>
    repeated * facts.reduce((total, own) => total + of(own), 0);
  const most = (of: (facts: DomainFacts) => number) =>
    facts.reduce((found, own) => Math.max(found, of(own)), 0);
  return {
    rows: most((f) => f.rows),
    allRows: sum((f) => f.allRows),
    columns: most((f) => f.columns),
    longest: most((f) => f.longest),
    pairs: sum((f) => f.pairs),
    intervals: sum((f) => f.intervals),
  };
}

/** Domains of all pairs that are kept, so that their facts are, too. */
const KEPT = 256;
const whole = new Map<string, readonly (readonly RowBlock[])[]>();

/** The domain of all pairs of some rows and columns. */
export function wholeDomain(
  rows: number,
  columns: number,
): readonly (readonly RowBlock[])[] {
  const key = `${rows},${columns}`;
  let found = whole.get(key);
  if (found === undefined) {
    const intervals = columns > MOST_INDEX
      ? Float64Array.of(0, columns)
      : new Int32Array(columns === 0 ? [] : [0, columns]);
    if (whole.size >= KEPT) whole.clear();
    whole.set(key, found = [[{ begin: 0, end: rows, intervals }]]);
  }
  return found;
}

const padded = new WeakMap<readonly RowBlock[], Map<number, number>>();

/** The rows of all blocks, where each is filled up to whole units. */
export function paddedRows(
  domains: readonly (readonly RowBlock[])[],
  unit: number,
): number {
  return domains.reduce((sum, blocks) => sum + paddedOne(blocks, unit), 0);
}

function paddedOne(blocks: readonly RowBlock[], unit: number): number {
  let sums = padded.get(blocks);
  if (sums === undefined) padded.set(blocks, sums = new Map());
  let sum = sums.get(unit);
  if (sum === undefined) {
    sum = 0;
    for (const { begin, end } of blocks) {
      sum += Math.ceil((end - begin) / unit) * unit;
    }
    sums.set(unit, sum);
  }
  return sum;
}
