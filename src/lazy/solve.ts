/**
 * Linear systems of LazyTensors.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { AXIS_J } from "../formula/formula.ts";
import { mul } from "../ops/core.ts";
import { sumReduction } from "../reductions/sum.ts";
import { productOptions, type SolveOptions } from "../solve/options.ts";
import { type LinearSystem, solveSystem } from "../solve/system.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { diagonalState } from "./diagonal.ts";
import { reduceJobs } from "./evaluate.ts";
import { tensorsOf, withData } from "./gradient.ts";
import { selectPoints } from "./rows.ts";
import {
  applyOp,
  dtypeOf,
  type LazyData,
  type LazyState,
  pointColumns,
} from "./state.ts";

export type { SolveOptions } from "../solve/options.ts";

/** Solves `(alpha Id + K) x = b` for a matrix of scalars. */
export function solveState(
  kernel: LazyState,
  b: LazyData,
  options: SolveOptions,
): Tensor {
  checkSquare(kernel);
  const dtype = dtypeOf(kernel.operands.values());
  const right = b instanceof Tensor ? b : tensor(b, undefined, { dtype });
  const { column, flat } = pointColumns(right);
  if (column.n !== kernel.n) {
    throw new ShapeError(
      `Cannot solve a system of ${kernel.n} unknowns with a right-hand side of shape [${right.shape}]: [..., ${kernel.n}, E] or [${kernel.n}] is wanted`,
    );
  }
  const { batch } = applyOp(mul, [kernel, column]);
  const wide = flat ? right.reshape([right.size, 1]) : right;
  const shape = [...batch, ...wide.shape.slice(-2)];
  const full = `${wide.shape}` === `${shape}` ? wide : wide.broadcastTo(shape);
  const x = solveSystem(kernelSystem(kernel, options), full, options);
  return flat && batch.length === 0 ? x.reshape([...right.shape]) : x;
}

function checkSquare(kernel: LazyState): void {
  if (kernel.formula.dim === 1 && kernel.m === kernel.n) return;
  throw new ShapeError(
    `Cannot solve with a LazyTensor of ${kernel.m} rows, ${kernel.n} columns and dimension ${kernel.formula.dim}: a square matrix of scalars is wanted`,
  );
}

function kernelSystem(kernel: LazyState, options: SolveOptions): LinearSystem {
  const inputs = tensorsOf([kernel]);
  const how = { ...productOptions(options), ranges: undefined };
  const values = (state: LazyState): Tensor =>
    reduceJobs([{ reduction: sumReduction, states: [state] }], "j", how)[0][0];
  const ranges = options.ranges ?? kernel.settings.ranges;
  return {
    inputs,
    separable: true,
    reduced: "j",
    batch: kernel.batch,
    madeOf: (data) => kernelSystem(withData(inputs, data)(kernel), options),
    product: (x) => ({
      reduction: sumReduction,
      states: [applyOp(mul, [kernel, pointColumns(x).column])],
    }),
    // Which entries there are with ranges, only products know.
    entries: ranges ? undefined : {
      diagonal: () => values(diagonalState(kernel)),
      column: (k) => values(selectPoints(kernel, AXIS_J, [k])),
    },
  };
}
