/**
 * What is to be known of a domain before it is walked.
 *
 * @module
 */

import { countColumns, type RowBlock } from "./launch.ts";

/** Sums and maxima over the blocks of a domain. */
export interface DomainFacts {
  /** The most rows of a block. */
  readonly rows: number;
  /** The most columns of a row. */
  readonly columns: number;
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
  let [rows, columns, pairs, all] = [0, 0, 0, 0];
  for (const block of blocks) {
    const { intervals } = block;
    const [high, wide] = [block.end - block.begin, countColumns(intervals)];
    rows = Math.max(rows, high);
    columns = Math.max(columns, wide);
    pairs += high * wide;
    all += intervals.length / 2;
  }
  return { rows, columns, pairs, intervals: all };
}

/** The facts of all domains of a batch of so many entries. */
export function factsOfAll(
  domains: readonly (readonly RowBlock[])[],
  entries: number,
): DomainFacts {
  const facts = domains.map(factsOf);
  const repeated = domains.length === 1 ? entries : 1;
  const sum = (f: (facts: DomainFacts) => number) =>
    repeated * facts.reduce((total, own) => total + f(own), 0);
  return {
    rows: facts.reduce((most, { rows }) => Math.max(most, rows), 0),
    columns: facts.reduce((most, { columns }) => Math.max(most, columns), 0),
    pairs: sum(({ pairs }) => pairs),
    intervals: sum(({ intervals }) => intervals),
  };
}
