/**
 * Matrices of scalars given by LazyTensors, as linear maps.
 *
 * @module
 */

import { toleranceOf } from "../approximate/tolerant.ts";
import { checkHalves } from "../engine/ranges.ts";
import { AXIS_J, Category } from "../formula/formula.ts";
import { diagonalState } from "../lazy/diagonal.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import {
  differentiableDense,
  differentiableReduce,
  pullBack,
  tensorsOf,
  withData,
} from "../lazy/gradient.ts";
import { selectPoints } from "../lazy/rows.ts";
import { pointColumns } from "../lazy/data_states.ts";
import { applyOp, dtypeOf, type LazyState } from "../lazy/state.ts";
import { mul } from "../ops/core.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LinearMap } from "./map.ts";

/** A formula with data, of dimension 1 and with points i and j, as a matrix. */
export function kernelMap(
  kernel: LazyState,
  how: ReduceOptions,
): LinearMap {
  const { m = 1, n = 1 } = kernel;
  const inputs = tensorsOf([kernel]);
  const job = (x: Tensor, category: Category) => ({
    reduction: sumReduction,
    states: [applyOp(mul, [kernel, pointColumns(x, category).column])],
  });
  const sum = (state: LazyState): Tensor => {
    const jobs = [{ reduction: sumReduction, states: [state] }];
    return differentiableReduce(jobs, "j", { ...how, ranges: undefined })[0][0];
  };
  const tolerance = toleranceOf(
    [{ reduction: sumReduction, states: [kernel] }],
    how,
  );
  const ranges = how.ranges ?? kernel.settings.ranges;
  return {
    name: "kernel",
    rows: m,
    columns: n,
    dtype: dtypeOf(kernel.operands.values()),
    batch: kernel.batch,
    separable: true,
    inputs,
    madeOf: (data) => kernelMap(withData(inputs, data)(kernel), how),
    multiply: (x) => differentiableReduce([job(x, Category.J)], "j", how)[0][0],
    multiplyTransposed: (y) => {
      if (ranges) checkHalves(ranges, m, n, kernel.batch);
      return differentiableReduce([job(y, Category.I)], "i", how)[0][0];
    },
    pullBack: (u, x, needed) => {
      const wanted = inputs.map((t, k) => needed[k] ? t : undefined);
      return pullBack(job(x, Category.J), "j", how, [], [u], wanted);
    },
    // Which entries there are with ranges, only products know.
    entries: ranges ? undefined : {
      diagonal: () => sum(diagonalState(kernel)),
      column: (k) => sum(selectPoints(kernel, AXIS_J, [k])),
      columns: (places) =>
        differentiableDense(selectPoints(kernel, AXIS_J, places), {
          backend: how.backend,
        }).reshape([m, places.length]),
    },
    // Exact products stay exact, whatever a solver asks for.
    ...(tolerance === undefined ? {} : {
      tolerance,
      within: (tol) => kernelMap(kernel, { ...how, tol }),
    }),
  };
}
