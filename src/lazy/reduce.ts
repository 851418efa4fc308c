/**
 * Reductions of LazyTensors that may have placeholders.
 *
 * @module
 */

import type { Tensor } from "../tensor/tensor.ts";
import { bind, filled, placeholders } from "./bind.ts";
import { type Job, type ReduceOptions, setupOf } from "./evaluate.ts";
import { differentiableReduce } from "./gradient.ts";
import type { LazyData } from "./data_states.ts";

/**
 * The result of a reduction. Where the formula has placeholders it is a
 * function of their data, in the order of their numbers.
 */
export interface Reduced extends Tensor {
  /** The result for these data, where the formula has placeholders. */
  (...data: LazyData[]): Tensor;
}

/** The results of one reduction; a function where there are placeholders. */
export function reduceStates(
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
): Tensor[] | ((...data: LazyData[]) => Tensor[]) {
  const open = placeholders(job.states);
  if (open.length === 0) {
    return differentiableReduce([job], reduced, options)[0];
  }
  setupOf(job, options);
  return (...data) => {
    const bound = bind(open, data);
    const states = job.states.map((s) => filled(s, bound));
    return differentiableReduce([{ ...job, states }], reduced, options)[0];
  };
}
