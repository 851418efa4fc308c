/**
 * Runs plans on data.
 *
 * @module
 */

import { allocateArray, type DType, type TypedArray } from "../dtypes.ts";
import type { Formula } from "../formula/formula.ts";
import {
  type Backend,
  batches,
  type Launch,
  type OperandData,
  type RowBlock,
  width,
} from "./launch.ts";
import { type Plan, planOf, planOfMap, type ReductionRequest } from "./plan.ts";

/** The sizes that formulas are evaluated at. */
export interface Extent {
  /** Leading dimensions, of the results. */
  readonly batch: readonly number[];
  /** The number of points i. */
  readonly m: number;
  /** The number of points j. */
  readonly n: number;
  /** Sums must be accumulated in float64, whatever the type of the data. */
  readonly accurate?: boolean;
}

/** Where the data of a variable lie; `row` is the stride of i, `column` of j. */
export type Locate = (variable: Formula) => OperandData;

/** One array of results. */
export interface Result {
  /** `[...batch, points, ...shape]`, contiguous. */
  readonly data: TypedArray;
  /** The type of the entries. */
  readonly dtype: DType;
  /** Shape of the result of one point or pair. */
  readonly shape: readonly number[];
}

/**
 * Reduces formulas over one axis, in one pass; `blocks` holds the domain of
 * all of the batch, or one for each entry of it.
 */
export function evaluateReductions(
  requests: readonly ReductionRequest[],
  reduced: "i" | "j",
  locate: Locate,
  extent: Extent,
  dtype: DType,
  backend: Backend,
  blocks?: readonly (readonly RowBlock[])[],
): Result[] {
  const plan = planOf(requests, reduced, backend);
  const swap = reduced === "i";
  const [rows, columns] = swap ? [extent.n, extent.m] : [extent.m, extent.n];
  const operands = plan.variables.map((v) => {
    const o = locate(v);
    return swap ? { ...o, row: o.column, column: o.row } : o;
  });
  return run(plan, operands, extent, rows, columns, dtype, blocks);
}

/** Evaluates formulas for every i, or for every pair (i, j). */
export function evaluateMap(
  formulas: readonly Formula[],
  perPair: boolean,
  locate: Locate,
  extent: Extent,
  dtype: DType,
  backend: Backend,
): Result[] {
  const plan = planOfMap(formulas, perPair, backend);
  const columns = perPair ? extent.n : 0;
  const operands = plan.variables.map(locate);
  return run(plan, operands, extent, extent.m, columns, dtype);
}

function run(
  plan: Plan,
  operands: readonly OperandData[],
  { batch, accurate = false }: Extent,
  rows: number,
  columns: number,
  dtype: DType,
  blocks?: readonly (readonly RowBlock[])[],
): Result[] {
  const points = width(batch) * rows;
  const results = plan.program.outputs.map(({ shape, type, perPair }) => {
    const length = points * (perPair ? columns : 1) * width(shape);
    const kind: DType = type === "int" ? "int32" : dtype;
    return { data: allocateArray(kind, length), dtype: kind, shape };
  });
  const every = { begin: 0, end: rows, intervals: everything(columns) };
  const launch: Launch = {
    dtype,
    operands,
    outputs: results.map((r) => r.data),
    batch,
    rows,
    columns,
    accurate,
    blocks: blocks?.[0] ?? [every],
  };
  if (blocks === undefined || blocks.length === 1) plan.kernel.run(launch);
  else runEach(plan, launch, blocks);
  return results;
}

/** Runs the entries of a batch one by one, each on a domain of its own. */
function runEach(
  { kernel }: Plan,
  launch: Launch,
  blocks: readonly (readonly RowBlock[])[],
): void {
  const entries = blocks.length;
  for (const { index, offsets } of batches(launch)) {
    kernel.run({
      ...launch,
      operands: launch.operands.map((o, k) => ({
        ...o,
        offset: offsets[k],
        batch: [],
      })),
      outputs: launch.outputs.map((out) => {
        const length = out.length / entries;
        return out.subarray(index * length, (index + 1) * length);
      }),
      batch: [],
      blocks: blocks[index],
    });
  }
}

/** The interval of all columns; none where there are none. */
function everything(columns: number): Int32Array {
  return new Int32Array(columns === 0 ? [] : [0, columns]);
}
