/**
 * The smallest and the largest value, and where they are.
 *
 * @module
 */

import type { Builder } from "../program/builder.ts";
import type { OutputSpec, Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";
import {
  type Cells,
  type Reduction,
  type ReductionExample,
  valuesOf,
} from "./reduction.ts";

/** Which end of the order is kept. */
export type Extreme = "min" | "max";

/** What comes of a search: the values found, their positions, or both. */
export type Found = "value" | "index" | "both";

/** What stands for the value where there is none. */
export function worst(extreme: Extreme): number {
  return extreme === "min" ? Infinity : -Infinity;
}

/** Whether `kept` is not before `value`, as the comparison has it. */
function notBehind(
  b: Builder,
  extreme: Extreme,
  comparison: "le" | "lt",
  value: Value,
  kept: Value,
): Value {
  const [low, high] = extreme === "min" ? [kept, value] : [value, kept];
  return b.apply("not", b.apply(comparison, low, high));
}

/**
 * Whether `value`, which is not NaN, comes before `kept`. A place with
 * nothing in it holds NaN, which anything comes before: so an infinite value
 * is told from no value.
 */
export function comesBefore(
  b: Builder,
  extreme: Extreme,
  value: Value,
  kept: Value,
): Value {
  return notBehind(b, extreme, "le", value, kept);
}

/**
 * False only where {@linkcode comesBefore} is: one comparison, so that most
 * values are turned away by it alone.
 */
export function mayComeBefore(
  b: Builder,
  extreme: Extreme,
  value: Value,
  kept: Value,
): Value {
  return notBehind(b, extreme, "lt", value, kept);
}

/** As {@linkcode comesBefore}; equal values are in the order of indices. */
export function comesBeforeAt(
  b: Builder,
  extreme: Extreme,
  [value, index]: readonly [Value, Value],
  [kept, keptIndex]: readonly [Value, Value],
): Value {
  const tie = b.apply("eq", value, kept);
  return b.apply(
    "or",
    comesBefore(b, extreme, value, kept),
    b.apply("and", tie, b.apply("ilt", index, keptIndex)),
  );
}

/** Whether a value is not NaN. */
export function isNumber(b: Builder, value: Value): Value {
  return b.apply("eq", value, value);
}

/** The values in some places; infinite where there is nothing. */
export function foundValues(
  b: Builder,
  extreme: Extreme,
  kept: Cells,
): Vector {
  const values = valuesOf(b, kept);
  return {
    dim: values.dim,
    at(k) {
      const value = values.at(k);
      const nothing = b.float(worst(extreme));
      return b.apply("select", isNumber(b, value), value, nothing);
    },
  };
}

/** The results of a search that found these. */
export function foundResults<T>(found: Found, value: T, index: T): T[] {
  return found === "both"
    ? [value, index]
    : [found === "value" ? value : index];
}

/** What the best value of a few is, with a tie and what is no number. */
function exampleOf(extreme: Extreme, found: Found): ReductionExample {
  const [value, index] = extreme === "min" ? [1, 2] : [3, 0];
  return {
    formulas: ["f"],
    data: { f: [3, NaN, 1, 1, 3] },
    results: foundResults(found, [value], [index]),
  };
}

/** The outputs of a search. */
export function foundOutputs(
  found: Found,
  shape: readonly number[],
): OutputSpec[] {
  return foundResults<OutputSpec>(
    found,
    { shape, type: "float" },
    { shape, type: "int" },
  );
}

/** The best value alone: no need to tell an infinite one from none. */
function valueOnly(
  name: string,
  extreme: Extreme,
  selects: Reduction,
): Reduction {
  const take = (b: Builder, best: Cells, k: Value, value: Value) => {
    const kept = best.at(k);
    const better = extreme === "min"
      ? b.apply("lt", value, kept)
      : b.apply("lt", kept, value);
    best.set(k, b.apply("select", better, value, kept));
  };
  return {
    name,
    meaning: `${extreme}_j f_j`,
    example: exampleOf(extreme, "value"),
    inputs: [1, 1],
    selects,
    outputs: ({ dims: [dim] }) => foundOutputs("value", [dim]),
    state: ({ dims: [length] }) => [
      { name: extreme, type: "float", length, initial: worst(extreme) },
    ],
    combine: (b, [best], [value]) =>
      b.for(value.dim, (k) => take(b, best, k, value.at(k))),
    merge: (b, [best], [other]) =>
      b.for(best.length, (k) => take(b, best, k, other.at(k))),
    finish: (b, [best]) => [valuesOf(b, best)],
  };
}

function withIndex(name: string, extreme: Extreme, found: Found): Reduction {
  const take = (
    b: Builder,
    [best, at]: readonly Cells[],
    k: Value,
    value: Value,
    index: Value,
    before: Value,
  ) => {
    const better = b.apply("and", isNumber(b, value), before);
    best.set(k, b.apply("select", better, value, best.at(k)));
    at.set(k, b.apply("iselect", better, index, at.at(k)));
  };
  return {
    name,
    meaning: foundResults(found, `${extreme}_j f_j`, `arg${extreme}_j f_j`)
      .join(" and "),
    example: exampleOf(extreme, found),
    inputs: [1, 1],
    outputs: ({ dims: [dim] }) => foundOutputs(found, [dim]),
    state: ({ dims: [length] }) => [
      { name: extreme, type: "float", length, initial: NaN },
      { name: `${extreme}At`, type: "int", length, initial: -1 },
    ],
    combine: (b, state, [values], index) =>
      b.for(values.dim, (k) => {
        const value = values.at(k);
        b.if(mayComeBefore(b, extreme, value, state[0].at(k)), () => {
          const before = comesBefore(b, extreme, value, state[0].at(k));
          take(b, state, k, value, index, before);
        });
      }),
    merge: (b, state, [best, at]) =>
      b.for(best.length, (k) => {
        const [value, index] = [best.at(k), at.at(k)];
        const before = comesBeforeAt(b, extreme, [value, index], [
          state[0].at(k),
          state[1].at(k),
        ]);
        take(b, state, k, value, index, before);
      }),
    finish: (b, [best, at]) => {
      const results: Vector[] = [];
      if (found !== "index") results.push(foundValues(b, extreme, best));
      if (found !== "value") results.push(valuesOf(b, at));
      return results;
    },
  };
}

/**
 * The index of the first smallest value, by component, NaN aside; -1 of
 * nothing.
 */
export const argMinReduction: Reduction = withIndex("ArgMin", "min", "index");

/**
 * The index of the first largest value, by component, NaN aside; -1 of
 * nothing.
 */
export const argMaxReduction: Reduction = withIndex("ArgMax", "max", "index");

/** The smallest value, by component, NaN aside; +inf of nothing. */
export const minReduction: Reduction = valueOnly(
  "Min",
  "min",
  argMinReduction,
);

/** The largest value, by component, NaN aside; -inf of nothing. */
export const maxReduction: Reduction = valueOnly(
  "Max",
  "max",
  argMaxReduction,
);

/** The smallest value and its index: two results. */
export const minArgMinReduction: Reduction = {
  ...withIndex("Min_ArgMin", "min", "both"),
  selects: argMinReduction,
};

/** The largest value and its index: two results. */
export const maxArgMaxReduction: Reduction = {
  ...withIndex("Max_ArgMax", "max", "both"),
  selects: argMaxReduction,
};
