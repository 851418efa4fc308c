/**
 * Reductions of your own, written with ordinary-looking arithmetic.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";
import {
  type Cells,
  type CellSpec,
  type NamedReduction,
  type Reduction,
  valuesOf,
} from "./reduction.ts";
import {
  type Scalar,
  type ScalarLike,
  scalarOf,
  valueOfScalar,
} from "./scalar.ts";

export { Scalar, type ScalarLike } from "./scalar.ts";

/** What {@linkcode defineReduction} is told; S names the state. */
export interface CustomReduction<S extends string> {
  /** The name, for messages and generated source. */
  readonly name: string;
  /** The number of formulas that are reduced together; 1 if left out. */
  readonly inputs?: number;
  /** The state of nothing, by name. */
  readonly neutral: Readonly<Record<S, number>>;
  /**
   * The state after one more column.
   *
   * @param state the state so far
   * @param values what the formulas give for this column
   * @param index the position of the column; exact up to the precision of
   * the data type
   */
  combine(
    state: Readonly<Record<S, Scalar>>,
    values: readonly Scalar[],
    index: Scalar,
  ): Readonly<Record<S, ScalarLike>>;
  /**
   * The state of two parts of the columns together. Either may be the first,
   * and either may be of nothing.
   */
  merge(
    state: Readonly<Record<S, Scalar>>,
    other: Readonly<Record<S, Scalar>>,
  ): Readonly<Record<S, ScalarLike>>;
  /**
   * The result, or a list of results.
   *
   * @param state the final state
   * @param count the number of columns
   */
  finish(
    state: Readonly<Record<S, Scalar>>,
    count: Scalar,
  ): ScalarLike | readonly ScalarLike[];
  /** The number of results; 1 if left out. */
  readonly outputs?: number;
}

/**
 * A reduction of your own. Its state is a few numbers, and so are the values
 * that it takes in: formulas with several components are reduced by component,
 * and scalar ones among them go with every component.
 *
 * `combine` and `merge` must belong together: to split the columns into parts,
 * combine each from `neutral` on, and merge the parts, must give the same as
 * to combine all of them one by one. Backends rely on it.
 *
 * The functions are called once, when the program is written, and not for
 * each pair: they must not branch on the numbers, but `select`.
 *
 * @param definition its name, state and functions
 * @returns a reduction, for use in place of a name
 *
 * @example The geometric mean
 * ```ts
 * import { defineReduction, Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const geometricMean = defineReduction({
 *   name: "GeometricMean",
 *   neutral: { logs: 0 },
 *   combine: ({ logs }, [x]) => ({ logs: logs.add(x.log()) }),
 *   merge: (a, b) => ({ logs: a.logs.add(b.logs) }),
 *   finish: ({ logs }, count) => logs.div(count).exp(),
 * });
 * const [mean] = Vi([0]).add(Vj([1, 4])).reduce(geometricMean, "j");
 * assert(Math.abs(mean.item() - 2) < 1e-6);
 * ```
 *
 * @throws {ArgumentError} where the state has no name, or a result is missing
 */
export function defineReduction<S extends string>(
  definition: CustomReduction<S>,
): NamedReduction {
  const { name, inputs = 1, outputs = 1, neutral } = definition;
  const words = Object.keys(neutral) as S[];
  const dimOf = (dims: readonly number[]) => commonDim(name, dims);
  if (words.length === 0) {
    throw new ArgumentError(`Cannot define "${name}" without a state`);
  }
  for (const word of words) checkWord(name, word);

  /** The state of one component as scalars. */
  const read = (b: Builder, state: readonly Cells[], k: Value) =>
    named(words, (_, c) => scalarOf(b, state[c].at(k)));

  /** All at once: the new state is made of the old one. */
  const write = (
    b: Builder,
    state: readonly Cells[],
    k: Value,
    next: Readonly<Record<S, ScalarLike>>,
  ) => {
    for (const [c, word] of words.entries()) {
      if (next[word] === undefined) {
        throw new ArgumentError(
          `Cannot reduce by "${name}": the new state has no "${word}"`,
        );
      }
      state[c].set(k, floatOf(b, next[word]));
    }
  };

  const reduction: Reduction = {
    name,
    inputs: [inputs, inputs],
    check: ({ dims }) => void dimOf(dims),
    outputs: ({ dims }) =>
      Array.from(
        { length: outputs },
        () => ({ shape: [dimOf(dims)], type: "float" as const }),
      ),
    state: ({ dims }) =>
      words.map((word): CellSpec => ({
        name: word,
        type: "float",
        length: dimOf(dims),
        initial: neutral[word],
      })),
    combine: (b, state, values, index) =>
      b.for(state[0].length, (k) => {
        const given = values.map((v) => scalarOf(b, componentOf(b, v, k)));
        const before = read(b, state, k);
        write(
          b,
          state,
          k,
          definition.combine(before, given, scalarOf(b, index)),
        );
      }),
    merge: (b, state, other) =>
      b.for(
        state[0].length,
        (k) =>
          write(
            b,
            state,
            k,
            definition.merge(read(b, state, k), read(b, other, k)),
          ),
      ),
    finish(b, state, count) {
      const values = state.map((cells) => valuesOf(b, cells));
      const component = (k: Value) => {
        const last = named(words, (_, c) => scalarOf(b, values[c].at(k)));
        const results = [definition.finish(last, scalarOf(b, count))].flat();
        if (results.length === outputs) return results;
        throw new ArgumentError(
          `Cannot finish "${name}" with ${results.length} results: ${outputs} were announced as "outputs"`,
        );
      };
      return Array.from({ length: outputs }, (_, o) => ({
        dim: state[0].length,
        at: (k: Value) => floatOf(b, component(k)[o]),
      }));
    },
  };
  return reduction;
}

function named<S extends string, T>(
  words: readonly S[],
  value: (word: S, index: number) => T,
): Record<S, T> {
  return Object.fromEntries(
    words.map((word, c) => [word, value(word, c)]),
  ) as Record<S, T>;
}

function floatOf(b: Builder, x: ScalarLike): Value {
  return typeof x === "number" ? b.float(x) : valueOfScalar(x);
}

function componentOf(b: Builder, vector: Vector, k: Value): Value {
  return vector.at(vector.dim === 1 ? b.int(0) : k);
}

/** The names of a state become names in generated source. */
function checkWord(name: string, word: string): void {
  if (/^[A-Za-z][A-Za-z0-9]*$/.test(word)) return;
  throw new ArgumentError(
    `Cannot use "${word}" in the state of "${name}": letters and digits are wanted`,
  );
}

function commonDim(name: string, dims: readonly number[]): number {
  const dim = dims.find((d) => d !== 1) ?? 1;
  if (dims.every((d) => d === 1 || d === dim)) return dim;
  throw new ShapeError(
    `Cannot reduce formulas of dimensions ${
      dims.join(" and ")
    } by "${name}": they must be equal, or 1`,
  );
}
