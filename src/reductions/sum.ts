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
import { meanVjp, productVjp } from "./derivatives.ts";
import { countReduction } from "./logical.ts";
import { type Reduction, valuesOf } from "./reduction.ts";

/**
 * The sum of the values, by component; 0 of nothing. A NaN makes the sum a
 * NaN.
 */
export const sumReduction: Reduction = {
  name: "Sum",
  meaning: "sum_j f_j",
  example: { formulas: ["f"], data: { f: [1, 2, 3] }, results: [[6]] },
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
  vjp: ({ cotangents }) => cotangents,
};

/**
 * The sum of the values divided by their number, by component; NaN of
 * nothing.
 */
export const meanReduction: Reduction = {
  name: "Mean",
  meaning: "sum_j f_j / N",
  example: { formulas: ["f"], data: { f: [1, 2, 6] }, results: [[3]] },
  inputs: [1, 1],
  sums: true,
  outputs: sumReduction.outputs,
  state: sumReduction.state,
  combine: sumReduction.combine,
  flush: (b, state, { sumScheme }) => flushBlocks(b, state, sumScheme),
  merge: sumReduction.merge,
  finish: (b, state, count) => {
    const sum = valuesOf(b, state[0]);
    const number = b.apply("toFloat", count);
    return [{ dim: sum.dim, at: (k) => b.apply("div", sum.at(k), number) }];
  },
  vjp: meanVjp(countReduction),
};

/**
 * The product of the values, by component; 1 of nothing. A NaN makes the
 * product a NaN.
 */
export const productReduction: Reduction = {
  name: "Product",
  meaning: "prod_j f_j",
  example: { formulas: ["f"], data: { f: [2, 3, 4] }, results: [[24]] },
  inputs: [1, 1],
  outputs: ({ dims: [dim] }) => [{ shape: [dim], type: "float" }],
  state: ({ dims: [length] }) => [
    { name: "product", type: "float", length, initial: 1 },
  ],
  combine: (b, [product], [value]) =>
    b.for(
      value.dim,
      (k) => product.set(k, b.apply("mul", product.at(k), value.at(k))),
    ),
  merge: (b, [product], [other]) =>
    b.for(
      product.length,
      (k) => product.set(k, b.apply("mul", product.at(k), other.at(k))),
    ),
  finish: (b, [product]) => [valuesOf(b, product)],
  vjp: (context) => productVjp(productReduction, countReduction)(context),
};
