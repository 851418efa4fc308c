/**
 * Reductions of truth values. A value is true where it is not 0; NaN is not
 * 0, so it counts as true.
 *
 * @module
 */

import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import {
  type Cells,
  type Reduction,
  type ReductionExample,
  valuesOf,
} from "./reduction.ts";

/**
 * A reduction that keeps one integer a component.
 *
 * @param initial what it starts with
 * @param take the integer after one more value, which is 0 or not
 * @param join the integer of two parts together
 */
function overTruth(
  name: string,
  meaning: string,
  example: ReductionExample,
  output: "float" | "int",
  initial: number,
  take: (b: Builder, kept: Value, isZero: Value) => Value,
  join: (b: Builder, kept: Value, other: Value) => Value,
): Reduction {
  const results = (b: Builder, kept: Cells) => {
    const values = valuesOf(b, kept);
    if (output === "int") return values;
    return {
      dim: values.dim,
      at: (k: Value) => b.apply("toFloat", values.at(k)),
    };
  };
  return {
    name,
    meaning,
    example,
    inputs: [1, 1],
    outputs: ({ dims: [dim] }) => [{ shape: [dim], type: output }],
    state: ({ dims: [length] }) => [
      { name: name.toLowerCase(), type: "int", length, initial },
    ],
    combine: (b, [kept], [value]) =>
      b.for(value.dim, (k) => {
        const isZero = b.apply("eq", value.at(k), b.float(0));
        kept.set(k, take(b, kept.at(k), isZero));
      }),
    merge: (b, [kept], [other]) =>
      b.for(
        kept.length,
        (k) => kept.set(k, join(b, kept.at(k), other.at(k))),
      ),
    finish: (b, [kept]) => [results(b, kept)],
  };
}

/** 1 where any value is true, otherwise 0, by component; 0 of nothing. */
export const anyReduction: Reduction = overTruth(
  "Any",
  "1 where some f_j != 0, else 0",
  { formulas: ["f"], data: { f: [0, 2, 0] }, results: [[1]] },
  "float",
  0,
  (b, kept, isZero) => b.apply("iselect", isZero, kept, b.int(1)),
  (b, kept, other) => b.apply("imax", kept, other),
);

/** 1 where all values are true, otherwise 0, by component; 1 of nothing. */
export const allReduction: Reduction = overTruth(
  "All",
  "1 where every f_j != 0, else 0",
  { formulas: ["f"], data: { f: [1, 2, 0] }, results: [[0]] },
  "float",
  1,
  (b, kept, isZero) => b.apply("iselect", isZero, b.int(0), kept),
  (b, kept, other) => b.apply("imin", kept, other),
);

/**
 * The number of true values, by component; 0 of nothing. The result is an
 * integer, so it is exact however many there are.
 */
export const countReduction: Reduction = overTruth(
  "Count",
  "the number of f_j != 0",
  { formulas: ["f"], data: { f: [0, 2, NaN] }, results: [[2]] },
  "int",
  0,
  (b, kept, isZero) =>
    b.apply("iadd", kept, b.apply("iselect", isZero, b.int(0), b.int(1))),
  (b, kept, other) => b.apply("iadd", kept, other),
);
