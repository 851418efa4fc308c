/**
 * Generic reductions whose output is declared like a variable.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { Category } from "../formula/formula.ts";
import { parseAliases } from "../language/parse.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { differentiableReduce } from "../lazy/gradient.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { prepare } from "./genred.ts";

/** A reduction with one output, as a function of its data. */
export type SingleReduction = (...data: LazyData[]) => Tensor;

/** The last argument of the generic reductions may be options. */
export type AliasOrOptions = string | ReduceOptions;

/**
 * The sum of a formula, e.g.
 * `genericSum("Exp(-g * SqDist(x, y)) * b", "a = Vi(2)", "g = Pm(1)", ...)`.
 *
 * @param formula what is summed
 * @param output the result as a variable: `Vi` sums over j, `Vj` over i
 * @param aliases the variables in the order of arguments; options may follow
 * @throws {ShapeError} where the formula has another dimension than the output
 * @returns a function of the data, in the order of the aliases
 *
 * @example Sums of distances
 * ```ts
 * import { genericSum, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const total = genericSum(
 *   "Abs(x - y)",
 *   "a = Vi(1)",
 *   "x = Vi(1)",
 *   "y = Vj(1)",
 * );
 * const x = tensor([[0], [10]]), y = tensor([[1], [2], [7]]);
 * assert.deepEqual(total(x, y).arraySync(), [[10], [20]]);
 * ```
 */
export function genericSum(
  formula: string,
  output: string,
  ...aliases: AliasOrOptions[]
): SingleReduction {
  return generic("Sum", formula, output, aliases);
}

/**
 * The log-sum-exp of a scalar formula; see {@linkcode genericSum}.
 *
 * @param formula the exponents
 * @param output the result as a variable of dimension 1
 * @param aliases the variables in the order of arguments; options may follow
 * @returns a function of the data, in the order of the aliases
 * @throws {ShapeError} where the formula has another dimension than the output
 *
 * @example Of two zeros
 * ```ts
 * import { genericLogsumexp, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const value = genericLogsumexp(
 *   "x + y",
 *   "a = Vi(1)",
 *   "x = Vi(1)",
 *   "y = Vj(1)",
 * );
 * const x = tensor(new Float64Array(1), [1, 1]);
 * const y = tensor(new Float64Array(2), [2, 1]);
 * assert.ok(Math.abs(value(x, y).item() - Math.LN2) < 1e-12);
 * ```
 */
export function genericLogsumexp(
  formula: string,
  output: string,
  ...aliases: AliasOrOptions[]
): SingleReduction {
  return generic("LogSumExp", formula, output, aliases);
}

/**
 * Where a formula is least; see {@linkcode genericSum}.
 *
 * @param formula what is compared
 * @param output the result as a variable
 * @param aliases the variables in the order of arguments; options may follow
 * @returns a function of the data, in the order of the aliases
 * @throws {ShapeError} where the formula has another dimension than the output
 *
 * @example The nearest point
 * ```ts
 * import { genericArgmin, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const nearest = genericArgmin(
 *   "Abs(x - y)",
 *   "a = Vi(1)",
 *   "x = Vi(1)",
 *   "y = Vj(1)",
 * );
 * const x = tensor([[0], [10]]), y = tensor([[1], [2], [7]]);
 * assert.deepEqual(nearest(x, y).arraySync(), [[0], [2]]);
 * ```
 */
export function genericArgmin(
  formula: string,
  output: string,
  ...aliases: AliasOrOptions[]
): SingleReduction {
  return generic("ArgMin", formula, output, aliases);
}

/**
 * Where the K least values of a scalar formula are; see
 * {@linkcode genericSum}.
 *
 * @param formula what is compared
 * @param output the result as a variable, whose dimension is K
 * @param aliases the variables in the order of arguments; options may follow
 * @returns a function of the data, in the order of the aliases
 *
 * @example The two nearest points
 * ```ts
 * import { genericArgkmin, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const nearest = genericArgkmin(
 *   "Abs(x - y)",
 *   "a = Vi(2)",
 *   "x = Vi(1)",
 *   "y = Vj(1)",
 * );
 * const x = tensor([[0], [10]]), y = tensor([[1], [2], [7]]);
 * assert.deepEqual(nearest(x, y).arraySync(), [[0, 1], [2, 1]]);
 * ```
 */
export function genericArgkmin(
  formula: string,
  output: string,
  ...aliases: AliasOrOptions[]
): SingleReduction {
  return generic("ArgKMin", formula, output, aliases);
}

function generic(
  reduction: string,
  formula: string,
  output: string,
  given: readonly AliasOrOptions[],
): SingleReduction {
  const aliases = given.filter((a) => typeof a === "string");
  const options = given.find((a) => typeof a === "object") ?? {};
  const { axis, dim } = declared(output);
  const needsK = reduction === "ArgKMin";
  const prepared = prepare(formula, aliases, {
    ...options,
    reduction,
    axis,
    optArg: needsK ? dim : undefined,
  });
  if (!needsK && prepared.dim !== dim) {
    throw new ShapeError(
      `Cannot declare the output "${output}" for a formula that gives dimension ${prepared.dim}: they must be equal`,
    );
  }
  return (...data) =>
    differentiableReduce([prepared.job(data)], axis, options)[0][0];
}

/** The axis that gives an output like the declared one, and its dimension. */
function declared(output: string): { axis: "i" | "j"; dim: number } {
  const [{ category, dim }] = parseAliases([output]);
  if (category === Category.I) return { axis: "j", dim };
  if (category === Category.J) return { axis: "i", dim };
  throw new ArgumentError(
    `Cannot use the output "${output}": "a = Vi(dim)" or "a = Vj(dim)" is wanted`,
  );
}
