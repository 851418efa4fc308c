/**
 * Formulas written as mathematics, in template strings.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { Category } from "../formula/formula.ts";
import { MATHEMATICS } from "../language/notation.ts";
import { parseParts, type Part } from "../language/parse.ts";
import { LazyBase, remade, stateOfLazy } from "../lazy/base.ts";
import { LazyTensor } from "../lazy/lazy_tensor.ts";
import {
  entriesOf,
  type LazyData,
  pointState,
  stateOf,
} from "../lazy/data_states.ts";
import { joined, LazyState } from "../lazy/state.ts";

/** What a formula may hold: numbers, arrays, tensors, LazyTensors. */
export type TemplateValue = LazyTensor | LazyData;

const SUBSCRIPT = /^_([ij])(?!\w)/;
const CATEGORY: Readonly<Record<string, Category>> = {
  i: Category.I,
  j: Category.J,
};

/**
 * A formula as it stands in a paper. Points get their index behind them:
 * `${x}_i` and `${y}_j` are `Vi(x)` and `Vj(y)`; numbers, parameters and
 * LazyTensors stand without one.
 *
 * Beside `+ - * /` and comparisons there are `^` for powers, `|u|` for norms
 * (absolute values of scalars), `·` for scalar products, and all operations by
 * the names of the methods (`exp`, `sqdist`, `elem` ...) or by KeOps's.
 * Nothing is left out: products need their `*`. Numbers that are written
 * belong to the formula, given ones are parameters, so that a loop over them
 * compiles once.
 *
 * @returns a LazyTensor of shape `[...batch, M, N, D]`
 * @throws {FormulaSyntaxError} where the string is no formula
 * @throws {ShapeError} where dimensions or numbers of points do not fit
 * @throws {ArgumentError} where a value can be no part of a formula
 *
 * @example Nearest points under a weighted distance
 * ```ts
 * import { formula } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = [[0, 0], [3, 1]];
 * const y = [[1, 0], [3, 3]];
 * const weights = [1, 2];
 * const distance = formula`|${weights} * (${x}_i - ${y}_j)|`;
 * assert.deepEqual(distance.shape, [2, 2, 1]);
 * assert.deepEqual(distance.argmin("j").arraySync(), [[0], [0]]);
 * assert.equal(distance.min("j").dataSync()[0], 1);
 * ```
 */
export function formula(
  strings: TemplateStringsArray,
  ...values: readonly TemplateValue[]
): LazyTensor {
  const states: LazyState[] = [];
  const parts = new Map<string, Part>();
  let text = strings[0];
  values.forEach((value, k) => {
    const [, subscript] = SUBSCRIPT.exec(strings[k + 1]) ?? [];
    const name = `$${k + 1}`;
    const state = stateAt(value, subscript, name);
    states.push(state);
    const part: Part = typeof value === "number"
      ? { formula: state.formula, number: value }
      : { formula: state.formula };
    parts.set(subscript ? `${name}_${subscript}` : name, part);
    text += name + strings[k + 1];
  });
  const whole = parseParts(text, parts, MATHEMATICS);
  const state = states.length > 0
    ? joined(whole, states)
    : new LazyState({ formula: whole });
  return remade(new LazyTensor(0), state);
}

/** What stands at a hole, as a formula with its data. */
function stateAt(
  value: TemplateValue,
  subscript: string | undefined,
  name: string,
): LazyState {
  if (value === undefined || value === null || typeof value === "string") {
    throw new ArgumentError(
      `Cannot use ${
        typeof value === "string" ? `"${value}"` : value
      } as ${name} of a formula: a number, an array, a Tensor or a LazyTensor is wanted`,
    );
  }
  if (value instanceof LazyBase) return stateOfPart(value, subscript, name);
  if (subscript !== undefined) return pointState(value, CATEGORY[subscript]);
  const { length } = typeof value === "number" ? [] : entriesOf(value).shape;
  if (length !== 2) return stateOf(value);
  throw new ShapeError(
    `Cannot tell the index of the points ${name} of a formula: write \${...}_i or \${...}_j, or use Pm(matrix) for a parameter`,
  );
}

function stateOfPart(
  value: LazyBase,
  subscript: string | undefined,
  name: string,
): LazyState {
  const state = stateOfLazy(value);
  if (subscript !== undefined) {
    throw new ArgumentError(
      `Cannot put the index ${subscript} behind the LazyTensor ${name} of a formula: it has its own, leave out "_${subscript}"`,
    );
  }
  if (state.complex) {
    throw new ArgumentError(
      `Cannot use the complex LazyTensor ${name} in a formula: use its methods, or its real and imaginary parts`,
    );
  }
  return state;
}
