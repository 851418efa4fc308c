/**
 * Sums, means and products.
 *
 * @module
 */

import {
  accumulate,
  accumulatorState,
  flushBlocks,
  mergeSums,
} from "./accumulator.ts";
import { type Reduction, valuesOf } from "./reduction.ts";

/** The sum of the values, by component; 0 of nothing. */
export const sumReduction: Reduction = {
  name: "Sum",
  inputs: [1, 1],
  sums: true,
  outputs: ({ dims: [dim] }) => [{ shape: [dim], type: "float" }],
  state: ({ dims: [dim], sumScheme }) =>
    accumulatorState("sum", dim, sumScheme),
  combine: (b, state, [value], _, { sumScheme }) =>
    b.for(value.dim, (k) => accumulate(b, state, sumScheme, k, value.at(k))),
  flush: (b, state, { sumScheme }) => flushBlocks(b, state, sumScheme),
  merge: (b, state, other, { sumScheme }) =>
    b.for(
      state[0].length,
      (k) => mergeSums(b, state, other, sumScheme, k),
    ),
  finish: (b, state) => [valuesOf(b, state[0])],
};
