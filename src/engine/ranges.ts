/**
 * Block-sparse domains: which pairs a reduction runs over.
 *
 * @module
 */

import { ArgumentError, counted, ShapeError } from "../errors.ts";
import { Domain } from "./domain.ts";
import type { RowBlock } from "../launch/launch.ts";
import { firstOddPair } from "./same_pairs.ts";

/** Integers in a tensor, as far as they are read. */
export interface IntegerTensor {
  /** Sizes along each axis. */
  readonly shape: readonly number[];
  /** The entries, row by row. */
  dataSync(): ArrayLike<number>;
}

/**
 * Integers: a typed array, numbers, a tensor, or a nested array of shape
 * `(n, 2)`.
 */
export type Integers =
  | readonly number[]
  | readonly (readonly number[])[]
  | ArrayLike<number>
  | IntegerTensor;

/**
 * A block-sparse domain, as in KeOps. Block k of the rows
 * `ranges_i[k, 0] <= i < ranges_i[k, 1]` meets the columns of the intervals
 * `redranges_j[q]` for `slices_i[k - 1] <= q < slices_i[k]`; the other three
 * say the same with i and j exchanged.
 */
export interface BlockRanges {
  /** Begin and end of each block of rows i: `(blocks, 2)`. */
  readonly ranges_i: Integers;
  /** One past the last interval of each block: `(blocks)`. */
  readonly slices_i: Integers;
  /** Begin and end of each interval of columns j: `(intervals, 2)`. */
  readonly redranges_j: Integers;
  /** Begin and end of each block of columns j. */
  readonly ranges_j: Integers;
  /** One past the last interval of each block. */
  readonly slices_j: Integers;
  /** Begin and end of each interval of rows i. */
  readonly redranges_i: Integers;
}

/** The six parts of a {@linkcode BlockRanges}, in their order. */
export type RangesTuple = readonly [
  ranges_i: Integers,
  slices_i: Integers,
  redranges_j: Integers,
  ranges_j: Integers,
  slices_j: Integers,
  redranges_i: Integers,
];

/** Which pairs a reduction runs over. */
export type Ranges = BlockRanges | RangesTuple | Domain;

const swapped = new WeakMap<BlockRanges | RangesTuple, BlockRanges>();

/** The domain with i and j exchanged; twice gives the same object back. */
export function swapRanges(ranges: Domain): Domain;
export function swapRanges(ranges: BlockRanges | RangesTuple): BlockRanges;
export function swapRanges(ranges: Ranges): BlockRanges | Domain;
export function swapRanges(ranges: Ranges): BlockRanges | Domain {
  if (ranges instanceof Domain) return ranges.t();
  const r = partsOf(ranges);
  let other = swapped.get(ranges);
  if (other === undefined) {
    other = {
      ranges_i: r.ranges_j,
      slices_i: r.slices_j,
      redranges_j: r.redranges_i,
      ranges_j: r.ranges_i,
      slices_j: r.slices_i,
      redranges_i: r.redranges_j,
    };
    swapped.set(ranges, other);
    if (r === ranges) swapped.set(other, r);
  }
  return other;
}

/** The six parts by their names. */
function partsOf(ranges: BlockRanges | RangesTuple): BlockRanges {
  if (!Array.isArray(ranges)) return ranges as BlockRanges;
  if (ranges.length !== 6) {
    throw new ShapeError(
      `Cannot use a list of ${ranges.length} arrays as ranges: ranges_i, slices_i, redranges_j, ranges_j, slices_j and redranges_i are wanted`,
    );
  }
  const [ranges_i, slices_i, redranges_j, ranges_j, slices_j, redranges_i] =
    ranges;
  return { ranges_i, slices_i, redranges_j, ranges_j, slices_j, redranges_i };
}

/**
 * The blocks of rows of a reduction over `reduced`, checked: one list for all
 * of the batch, or one for each of its entries.
 */
export function rowBlocks(
  ranges: Ranges,
  reduced: "i" | "j",
  rows: number,
  columns: number,
  batch: readonly number[],
): (readonly RowBlock[])[] {
  if (ranges instanceof Domain) {
    const domain = reduced === "j" ? ranges : ranges.t();
    return domain.each(batch).map((d) => d.blocks(rows, columns));
  }
  return [blocksOfRanges(ranges, reduced, rows, columns)];
}

const agreeing = new WeakSet<BlockRanges | RangesTuple>();

/**
 * Checks that both halves of ranges have the same pairs: for what reduces over
 * i and over j, as derivatives do. A reduction reads one half alone, and as in
 * KeOps the other one may then be empty, or be another domain.
 */
export function checkHalves(
  ranges: Ranges,
  m: number,
  n: number,
  batch: readonly number[],
): void {
  const all = ranges instanceof Domain ? ranges.each(batch) : [ranges];
  for (const one of all) {
    const given = one instanceof RangesDomain ? one.ranges : one;
    if (given instanceof Domain || agreeing.has(given)) continue;
    const odd = firstOddPair(
      blocksOfRanges(given, "j", m, n),
      blocksOfRanges(given, "i", n, m),
      m,
      n,
    );
    if (odd !== undefined) {
      const [has, lacks] = odd.inRows ? ["j", "i"] : ["i", "j"];
      throw new ArgumentError(
        `Cannot use ranges for derivatives and transposes: the pair i = ${odd.i}, j = ${odd.j} is in "redranges_${has}" and not in "redranges_${lacks}"; both halves must have the same pairs`,
      );
    }
    agreeing.add(given);
  }
}

/** Ranges as in KeOps, as a domain. */
class RangesDomain extends Domain {
  readonly ranges: BlockRanges | RangesTuple;

  constructor(ranges: BlockRanges | RangesTuple) {
    super();
    this.ranges = ranges;
  }

  override toString(): string {
    return "ranges";
  }

  protected override swapped(): Domain {
    return new RangesDomain(swapRanges(this.ranges));
  }

  protected override rows(m: number, n: number): RowBlock[] {
    return blocksOfRanges(this.ranges, "j", m, n);
  }
}

/** Ranges or a domain, as a domain. */
export function asDomain(ranges: Ranges): Domain {
  return ranges instanceof Domain ? ranges : new RangesDomain(ranges);
}

function blocksOfRanges(
  ranges: BlockRanges | RangesTuple,
  reduced: "i" | "j",
  rows: number,
  columns: number,
): RowBlock[] {
  const r = reduced === "j" ? partsOf(ranges) : swapRanges(ranges);
  const [own, other] = reduced === "j" ? ["i", "j"] : ["j", "i"];
  const owned = pairsOf(r.ranges_i, `ranges_${own}`, rows);
  const reach = pairsOf(r.redranges_j, `redranges_${other}`, columns);
  const slices = integersOf(r.slices_i, `slices_${own}`);
  if (slices.length !== owned.length) {
    throw new ShapeError(
      `Cannot use ranges with ${
        counted(owned.length, "block")
      } in "ranges_${own}" and ${slices.length} in "slices_${own}": they must be equal`,
    );
  }
  const blocks = owned.map(([begin, end], k) => {
    const [from, to] = [k === 0 ? 0 : slices[k - 1], slices[k]];
    if (!(from <= to && to <= reach.length)) {
      throw new ArgumentError(
        `Cannot use slice ${from} to ${to} of "slices_${own}": it must ascend and stay within the ${
          counted(reach.length, "interval")
        } of "redranges_${other}"`,
      );
    }
    return { begin, end, intervals: union(reach.slice(from, to)) };
  }).filter(({ begin, end }) => begin < end);
  return withGaps(blocks, `ranges_${own}`, rows);
}

/** Adds the rows that no block covers: they reduce nothing. */
function withGaps(
  blocks: readonly RowBlock[],
  name: string,
  rows: number,
): RowBlock[] {
  const all: RowBlock[] = [];
  let next = 0;
  const gap = (end: number) => {
    if (next < end) {
      all.push({ begin: next, end, intervals: new Int32Array() });
    }
  };
  for (const block of [...blocks].sort((a, b) => a.begin - b.begin)) {
    if (block.begin < next) {
      throw new ArgumentError(
        `Cannot use "${name}": row ${block.begin} is in two blocks; blocks must not overlap`,
      );
    }
    gap(block.begin);
    all.push(block);
    next = block.end;
  }
  gap(rows);
  return all;
}

/** Intervals in ascending order, so that ties take the first index. */
function union(intervals: readonly [number, number][]): Int32Array {
  const merged: [number, number][] = [];
  for (const [begin, end] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (begin >= end) continue;
    if (last !== undefined && begin <= last[1]) {
      last[1] = Math.max(last[1], end);
    } else {
      merged.push([begin, end]);
    }
  }
  return Int32Array.from(merged.flat());
}

/** Integers as a flat list, checked. */
export function integersOf(
  values: Integers | undefined,
  name: string,
): number[] {
  if (values == null) {
    throw new ArgumentError(
      `Cannot use ranges without "${name}": all six parts are wanted for derivatives and transposes`,
    );
  }
  const given = "dataSync" in values ? values.dataSync() : values;
  const flat = Array.from(
    given as ArrayLike<number | readonly number[]>,
  ).flat().map(Number);
  if (flat.every(Number.isInteger)) return flat;
  throw new ArgumentError(`Cannot use "${name}": integers are wanted`);
}

function pairsOf(
  values: Integers | undefined,
  name: string,
  limit: number,
): [number, number][] {
  const flat = integersOf(values, name);
  if (flat.length % 2 !== 0) {
    throw new ShapeError(
      `Cannot use "${name}" with ${
        counted(flat.length, "number")
      }: pairs of begin and end are wanted`,
    );
  }
  return Array.from({ length: flat.length / 2 }, (_, k) => {
    const [begin, end] = [flat[2 * k], flat[2 * k + 1]];
    if (0 <= begin && begin <= end && end <= limit) return [begin, end];
    throw new ArgumentError(
      `Cannot use the interval [${begin}, ${end}) of "${name}": it must ascend and stay within 0 and ${limit}`,
    );
  });
}
