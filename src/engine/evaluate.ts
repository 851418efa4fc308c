/**
 * Runs plans on data.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import type { DType, TypedArray } from "../dtypes.ts";
import type { Formula } from "../formula/formula.ts";
import { chooseDistances, type DistanceChoice } from "./choose_distances.ts";
import { asBuffer, type Buffer } from "../launch/buffer.ts";
import {
  type Backend,
  type Launch,
  type OperandData,
  type RowBlock,
  width,
} from "../launch/launch.ts";
import { wholeDomain } from "../launch/domain_facts.ts";
import { checkPositions } from "../launch/limits.ts";
import { later, nowOrLater, type Work } from "../launch/pending.ts";
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
  /** Where the results are to be; on the host if left out. */
  readonly device?: Device;
  /** The GPUs that share the rows, where there are to be several. */
  readonly devices?: readonly Device[] | undefined;
  /** Which fast forms are allowed. */
  readonly precision?: "default" | "high" | "fast";
}

/** Where the data of a variable lie; `row` is the stride of i, `column` of j. */
export type Locate = (variable: Formula) => OperandData;

/** One array of results. */
export class Result {
  /** `[...batch, points, ...shape]`, contiguous; perhaps not computed yet. */
  readonly buffer: Buffer;
  /** Shape of the result of one point or pair. */
  readonly shape: readonly number[];

  /**
   * @param buffer the entries
   * @param shape shape of the result of one point or pair
   */
  constructor(buffer: Buffer, shape: readonly number[]) {
    this.buffer = buffer;
    this.shape = shape;
  }

  /** The type of the entries. */
  get dtype(): DType {
    return this.buffer.dtype;
  }

  /** The entries, computed. */
  get data(): TypedArray {
    return this.buffer.host();
  }
}

/** Longer computations are put off until they are needed, in nanoseconds. */
const AT_ONCE = 1e6;

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
  const choice = choose(requests, locate, extent, dtype, backend);
  const plan = planOf(choice.requests, reduced, backend);
  const swap = reduced === "i";
  const [rows, columns] = swap ? [extent.n, extent.m] : [extent.m, extent.n];
  const operands = plan.variables.map((v) => {
    const o = choice.centres.get(v) ?? locate(v);
    return swap ? { ...o, row: o.column, column: o.row } : o;
  });
  return run(plan, operands, extent, rows, columns, dtype, blocks);
}

/** Reductions with distances in the form that suits the data, and why. */
export function choose(
  requests: readonly ReductionRequest[],
  locate: Locate,
  extent: Extent,
  dtype: DType,
  backend: Backend,
): Omit<DistanceChoice, "formulas"> & { requests: ReductionRequest[] } {
  const { batch, m, n, accurate, precision = "default" } = extent;
  const { formulas, ...choice } = chooseDistances(
    requests.flatMap((r) => r.formulas),
    {
      locate,
      batch,
      m,
      n,
      sums: requests.every((r) => r.reduction.sums),
      dtype,
      precision: accurate ? "high" : precision,
      expanded: backend.expanded,
    },
  );
  let next = 0;
  return {
    ...choice,
    requests: requests.map((r) => ({
      ...r,
      formulas: r.formulas.map(() => formulas[next++]),
    })),
  };
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
  { kernel, program }: Plan,
  operands: readonly OperandData[],
  extent: Extent,
  rows: number,
  columns: number,
  dtype: DType,
  blocks?: readonly (readonly RowBlock[])[],
): Result[] {
  const { batch, accurate = false, device = "cpu", devices } = extent;
  checkPositions(program, columns);
  const points = width(batch) * rows;
  const launch: Launch = {
    dtype,
    operands: operands.map((o) => ({ ...o, data: asBuffer(o.data) })),
    outputs: program.outputs.map(({ shape, type, perPair }) => ({
      dtype: type === "int" ? "int32" : dtype,
      length: points * (perPair ? columns : 1) * width(shape),
    })),
    device,
    devices,
    batch,
    rows,
    columns,
    accurate,
    direct: extent.precision === "high",
    fast: extent.precision === "fast",
    domains: blocks ?? wholeDomain(rows, columns),
  };
  const { steps } = kernel;
  const work: Work = {
    inputs: launch.operands.map((o) => o.data),
    results: launch.outputs,
    device,
    cost: kernel.cost?.(launch) ?? 0,
    run: () => kernel.run(launch),
    steps: steps && ((pace) => steps(launch, pace)),
  };
  const buffers = work.cost > AT_ONCE ? later(work) : nowOrLater(work);
  return buffers.map((b, k) => new Result(b, program.outputs[k].shape));
}
