/**
 * Generic reductions of formula strings.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { type Formula, rewrite } from "../formula/formula.ts";
import { parseAliases, parseFormula } from "../language/parse.ts";
import { bind } from "../lazy/bind.ts";
import {
  asReduction,
  type Job,
  type ReduceOptions,
  setupOf,
} from "../lazy/evaluate.ts";
import { differentiableReduce } from "../lazy/gradient.ts";
import { indexOf } from "../lazy/operand.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { LazyState } from "../lazy/state.ts";
import { variable } from "../ops/core.ts";
import type { NamedReduction } from "../reductions/reduction.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What is reduced, over which axis, and how it is computed. */
export interface GenredOptions extends ReduceOptions {
  /** A name as in KeOps, or a reduction of one's own; `"Sum"` by default. */
  readonly reduction?: string | NamedReduction | null | undefined;
  /** What is reduced: 0 or `"i"` over points i, 1 or `"j"` over points j. */
  readonly axis: 0 | 1 | "i" | "j";
  /** The number of values that the k-min family keeps. */
  readonly optArg?: number | null | undefined;
  /** The weights of a weighted reduction. */
  readonly formula2?: string | null | undefined;
}

/** A reduction of a formula, as a function of its data. */
export type GenericReduction = (...data: LazyData[]) => Tensor | Tensor[];

/** The axis of a reduction; throws where it is none. */
function axisOf(axis: unknown): "i" | "j" {
  if (axis === 0 || axis === "i") return "i";
  if (axis === 1 || axis === "j") return "j";
  throw new ArgumentError(
    `Cannot reduce over the axis ${
      typeof axis === "string" ? `"${axis}"` : axis
    }: 0 or "i" for points i, 1 or "j" for points j is wanted`,
  );
}

/** A parsed formula whose variables are placeholders of their position. */
function placeholderFormula(
  text: string,
  aliases: readonly string[],
): Formula {
  return rewrite(parseFormula(text, aliases), (node) => {
    if (node.op !== variable || indexOf(node) < 0) return undefined;
    const [index, dim, category] = node.params;
    return variable(-1 - (index as number), dim, category);
  });
}

/** One variable for each argument, in the order of their positions. */
function argumentsOf(aliases: readonly string[]): Formula[] {
  const found = parseAliases(aliases).map(({ index, dim, category }) =>
    variable(-1 - index, dim, category)
  );
  return found.sort((a, b) => indexOf(b) - indexOf(a));
}

/** A reduction ready to be called with data. */
export interface PreparedReduction {
  /** The variables, one for each argument. */
  readonly variables: readonly Formula[];
  /** The axis that is reduced. */
  readonly axis: "i" | "j";
  /** The formula, of these variables. */
  readonly formula: Formula;
  /** The number of components of the first output of one point. */
  readonly dim: number;
  /** The reduction with formulas for the given data. */
  job(data: readonly LazyData[]): Job;
}

/** Parses and checks a generic reduction. */
export function prepare(
  formula: string,
  aliases: readonly string[],
  options: GenredOptions,
): PreparedReduction {
  const axis = axisOf(options?.axis);
  const reduction = asReduction(options.reduction ?? "Sum");
  const variables = argumentsOf(aliases);
  const texts = [
    formula,
    ...(options.formula2 == null ? [] : [options.formula2]),
  ];
  const states = texts.map((text) =>
    new LazyState({ formula: placeholderFormula(text, aliases) })
  );
  const k = options.optArg ?? undefined;
  const setup = setupOf({ reduction, states, k }, options);
  const [{ shape }] = reduction.outputs(setup);
  return {
    variables,
    axis,
    formula: states[0].formula,
    dim: shape.reduce((p, d) => p * d, 1),
    job: (data) => {
      const { operands, batch, m, n } = bind(variables, data);
      return {
        reduction,
        k,
        states: states.map(({ formula }) =>
          new LazyState({ formula, operands, batch, m, n })
        ),
      };
    },
  };
}

/**
 * A reduction of a formula in KeOps's language, as a function of its data.
 *
 * @param formula e.g. `"Exp(-g * SqDist(x, y)) * b"`
 * @param aliases its variables in the order of arguments: `"x = Vi(3)"`
 * points i, `"y = Vj(3)"` points j, `"g = Pm(1)"` a parameter
 * @param options reduction, axis, and how to compute
 * @returns a function of one array an alias: `[..., M, D]`, `[..., N, D]`,
 * `[..., D]`; it gives `[..., points, dim]`, an array of tensors where the
 * reduction has several outputs
 * @throws {FormulaSyntaxError} where the formula cannot be read
 * @throws {ShapeError} where dimensions do not fit
 * @throws {ArgumentError} where an option is unknown
 *
 * @example Gaussian convolution
 * ```ts
 * import { genred, type Tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const convolve = genred("Exp(-g * SqDist(x, y)) * b", [
 *   "g = Pm(1)",
 *   "x = Vi(2)",
 *   "y = Vj(2)",
 *   "b = Vj(1)",
 * ], { axis: "j" });
 * const a = convolve([0.5], [[0, 0]], [[0, 0], [1, 1]], [[1], [2]]) as Tensor;
 * assert.ok(Math.abs(a.item() - (1 + 2 * Math.exp(-1))) < 1e-6);
 * ```
 */
export function genred(
  formula: string,
  aliases: readonly string[],
  options: GenredOptions,
): GenericReduction {
  const prepared = prepare(formula, aliases, options);
  return (...data) => {
    const job = prepared.job(data);
    const [outputs] = differentiableReduce([job], prepared.axis, options);
    return outputs.length === 1 ? outputs[0] : outputs;
  };
}
