/**
 * Evaluates LazyTensors: reductions, and values for every point or pair.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { DIGITS, type DType } from "../dtypes.ts";
import type { BackendName } from "../engine/backends.ts";
import {
  evaluateMap,
  evaluateReductions,
  type Extent,
  type Locate,
  type Result,
} from "../engine/evaluate.ts";
import { rowBlocks } from "../engine/ranges.ts";
import type { Ranges } from "../engine/ranges.ts";
import { type Place, placeFor, sharedPlace } from "../engine/place.ts";
import { reductionNamed, reductionSetup } from "../reductions/registry.ts";
import type {
  NamedReduction,
  Reduction,
  ReductionSetup,
} from "../reductions/reduction.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  broadcastBatch,
  indexOf,
  locate,
  type Operand,
  sameSize,
  type Sizes,
} from "./operand.ts";
import { checkDtypes, dtypeOf, type LazyState } from "./state.ts";

/** How a reduction is computed. */
export interface ReduceOptions {
  /** How terms are added up: `"block"` where not given. */
  readonly sumScheme?:
    | "auto"
    | "direct"
    | "block"
    | "kahan"
    | null
    | undefined;
  /**
   * The dtype of accumulators: that of the data where not given, in blocks,
   * on the CPU as on GPUs; `"float64"` takes that for float32 data, too. The
   * backends `"js"` and `"reference"` always accumulate in float64.
   */
  readonly dtypeAcc?: "auto" | "float32" | "float64" | null | undefined;
  /**
   * Which fast forms are allowed. By default distances in exponents are
   * expanded, `|x|^2 + |y|^2 - 2 x.y`, where vectors are long and the data show
   * that results stay as exact; `"fast"` takes them where errors of exponents
   * stay below 0.01, and on GPUs points of 16 bits where no more is lost than
   * by points in float16; `"high"` takes neither.
   */
  readonly precision?: "default" | "high" | "fast" | null | undefined;
  /** What computes: `"auto"` where not given. */
  readonly backend?: BackendName | null | undefined;
  /**
   * The GPUs that share the points of the result: `"all"` of them, or some by
   * name. Each reduces a part at the same time; the results come to where
   * they are without. It asks for CUDA.
   */
  readonly devices?: "all" | readonly Device[] | null | undefined;
  /** The pairs to reduce: ranges as in KeOps, or a domain. */
  readonly ranges?: Ranges | null | undefined;
  /**
   * The largest error of sums, relative to the largest result: see
   * `withTolerance` of LazyTensors. Without it sums are exact.
   */
  readonly tol?: number | null | undefined;
}

/** One reduction of some formulas with data. */
export interface Job {
  /** How values are combined. */
  readonly reduction: Reduction;
  /** What is reduced, with weights where it takes them. */
  readonly states: readonly LazyState[];
  /** The number of values that the k-min family keeps. */
  readonly k?: number | undefined;
}

const CHOICES: readonly (readonly [keyof ReduceOptions, readonly string[]])[] =
  [
    ["dtypeAcc", ["auto", "float32", "float64"]],
    ["precision", ["default", "high", "fast"]],
  ];

/** Throws where an option has no such value. */
function checkOptions(options: ReduceOptions): void {
  for (const [name, choices] of CHOICES) {
    const given = options[name];
    if (given == null || choices.includes(given as string)) continue;
    throw new ArgumentError(
      `Cannot use "${given}" as "${name}": ${
        choices.map((c) => `"${c}"`).join(", ")
      } are known`,
    );
  }
}

/** A reduction by its name, or as it is. */
export function asReduction(reduction: string | NamedReduction): Reduction {
  if (typeof reduction === "string") return reductionNamed(reduction);
  if ("combine" in reduction) return reduction as Reduction;
  throw new ArgumentError(
    `Cannot reduce by "${reduction.name}": a name, or what defineReduction gives is wanted`,
  );
}

/** What one reduction is made with, checked. */
export function setupOf(job: Job, options: ReduceOptions): ReductionSetup {
  const { reduction, states, k } = job;
  checkOptions(options);
  const { sumScheme, dtypeAcc } = options;
  if (dtypeAcc != null && dtypeAcc !== "auto" && !reduction.sums) {
    throw new ArgumentError(
      `Cannot use "dtypeAcc" with "${reduction.name}": it adds nothing up`,
    );
  }
  return reductionSetup(reduction, states.map((s) => s.formula.dim), {
    k,
    sumScheme: sumScheme == null || sumScheme === "auto"
      ? undefined
      : sumScheme,
  });
}

/** The data and the sizes that several formulas have in common. */
export interface Common extends Sizes {
  /** The data of all variables. */
  readonly operands: ReadonlyMap<number, Operand>;
  /** The dtype of results. */
  readonly dtype: DType;
  /** The block-sparse domain, if any. */
  readonly ranges: Ranges | undefined;
}

/** What several formulas have in common. */
export function commonOf(states: readonly LazyState[]): Common {
  const operands = new Map<number, Operand>();
  let sizes: Sizes = { batch: [], m: undefined, n: undefined };
  for (const s of states) {
    for (const [index, operand] of s.operands) operands.set(index, operand);
    sizes = {
      batch: broadcastBatch(sizes.batch, s.batch),
      m: sameSize("i", sizes.m, s.m),
      n: sameSize("j", sizes.n, s.n),
    };
  }
  checkDtypes(operands.values());
  const { ranges } = states.find((s) => s.settings.ranges)?.settings ?? {};
  return { ...sizes, operands, dtype: dtypeOf(operands.values()), ranges };
}

/** The sizes of a reduction, and how exact it has to be. */
export function extentOf(
  { batch, m = 1, n = 1 }: Sizes,
  { dtypeAcc, precision }: ReduceOptions,
): Extent {
  const accurate = dtypeAcc === "float64";
  return { batch, m, n, accurate, precision: precision ?? "default" };
}

/** Reduces in one pass; the results of each job, without derivatives. */
export function reduceJobs(
  jobs: readonly Job[],
  reduced: "i" | "j",
  options: ReduceOptions,
): Tensor[][] {
  const requests = jobs.map((job) => ({
    reduction: job.reduction,
    formulas: job.states.map((s) => s.formula),
    setup: setupOf(job, options),
  }));
  const common = commonOf(jobs.flatMap((job) => job.states));
  const { batch, m = 1, n = 1, dtype } = common;
  const ranges = options.ranges ?? common.ranges;
  const [rows, columns] = reduced === "j" ? [m, n] : [n, m];
  const { backend, device, devices } = placeOf(common, options);
  const results = evaluateReductions(
    requests,
    reduced,
    locator(common),
    { ...extentOf(common, options), device, devices },
    dtype,
    backend,
    ranges && rowBlocks(ranges, reduced, rows, columns, batch),
  );
  let next = 0;
  return requests.map(({ reduction, setup }) =>
    reduction.outputs(setup).map(() => toTensor(results[next++], batch, [rows]))
  );
}

/** The values of a formula for every pair, `[...batch, M, N, dim]`. */
export function densePairs(
  state: LazyState,
  options: ReduceOptions = {},
): Tensor {
  const common = commonOf([state]);
  const { batch, m = 1, n = 1, dtype } = common;
  const { backend, device } = placeOf(common, options);
  const [result] = evaluateMap(
    [state.formula],
    true,
    locator(common),
    { batch, m, n, device },
    dtype,
    backend,
  );
  return toTensor(result, batch, [m, n]);
}

/** Where to compute: where the data are, or what the options say. */
function placeOf(
  { operands }: Common,
  { backend, devices }: ReduceOptions,
): Place {
  const buffers = [...operands.values()].flatMap(({ data }) =>
    // What the formula does not need may be gone.
    data instanceof Float64Array || data.disposed ? [] : [memoryOf(data).buffer]
  );
  return devices == null
    ? placeFor(buffers, backend ?? "auto")
    : sharedPlace(buffers, devices, backend ?? "auto");
}

/** Where the data of variables are. */
export function locator(common: Common): Locate {
  checkIntegers(common);
  return (node) => {
    const operand = common.operands.get(indexOf(node));
    if (operand === undefined) {
      throw new ArgumentError(
        "Cannot evaluate a formula with placeholders: call its reduction with the data, or bind() them",
      );
    }
    return locate(node, operand, common);
  };
}

const checked = new WeakSet<Tensor>();

/** Integers take part in float32 formulas where they are exact. */
function checkIntegers({ operands, dtype }: Common): void {
  if (DIGITS[dtype] > 31) return;
  const limit = 2 ** DIGITS[dtype];
  for (const { data } of operands.values()) {
    if (data instanceof Float64Array || data.dtype !== "int32") continue;
    if (dtype === "float32" && checked.has(data)) continue;
    if (memoryOf(data).data.some((x) => Math.abs(x) > limit)) {
      throw new ShapeError(
        `Cannot use int32 values beyond ${limit} in a ${dtype} formula: convert the others with .to("float64")`,
      );
    }
    if (dtype === "float32") checked.add(data);
  }
}

function toTensor(
  { buffer, shape }: Result,
  batch: readonly number[],
  points: readonly number[],
): Tensor {
  return makeTensor(buffer, [...batch, ...points, ...shape]);
}
