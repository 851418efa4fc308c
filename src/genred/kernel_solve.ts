/**
 * Linear systems of kernels given as formula strings.
 *
 * @module
 */

import { ArgumentError, ShapeError, suggestion } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import { parseAliases } from "../language/parse.ts";
import { printFormula } from "../language/print.ts";
import { toleranceOf } from "../approximate/tolerant.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import { differentiableReduce, pullBack } from "../lazy/gradient.ts";
import type { LazyData } from "../lazy/data_states.ts";
import type { LinearMap } from "../operator/map.ts";
import {
  givenOptions,
  productOptions,
  type SolveOptions,
} from "../solve/options.ts";
import { add, sub } from "../ops/arithmetic.ts";
import { solveMap } from "../solve/system.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { SingleReduction } from "./generic.ts";
import { prepare, type PreparedReduction } from "./genred.ts";
import { dependence } from "./linearity.ts";

/** How a kernel system is solved. */
export interface KernelSolveOptions extends SolveOptions {
  /** The axis that the kernel product reduces; 1 or `"j"` where not given. */
  readonly axis?: 0 | 1 | "i" | "j" | undefined;
}

/**
 * The solution x of `sum_j F(..., x_j) + alpha x_i = b_i`, for a formula that
 * is linear in one variable, symmetric and positive definite.
 *
 * @param formula e.g. `"Exp(-g * SqDist(x, y)) * b"`
 * @param aliases its variables in the order of arguments
 * @param name the variable that is solved for
 * @param options axis, `alpha`, tolerance
 * @returns a function of the data, b in the place of the variable
 * @throws {ArgumentError} where there is no such variable, or the formula is
 * not linear in it
 * @throws {ConvergenceError} where the iteration does not reach its tolerance
 * @throws {ShapeError} where the formula has another dimension than it
 *
 * @example Half of the identity
 * ```ts
 * import { kernelSolve, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const solve = kernelSolve(
 *   "Equal(x, y) * b",
 *   ["x = Vi(1)", "y = Vj(1)", "b = Vj(1)"],
 *   "b",
 *   { alpha: 1 },
 * );
 * const points = tensor([[0], [1]]);
 * const solution = solve(points, points, tensor([[3], [4]]));
 * assert.ok(Math.abs(solution.dataSync()[1] - 2) < 1e-6);
 * ```
 */
export function kernelSolve(
  formula: string,
  aliases: readonly string[],
  name: string,
  options: KernelSolveOptions = {},
): SingleReduction {
  const wanted = givenOptions(options);
  const names = parseAliases(aliases);
  const alias = names.find((a) => a.name === name);
  if (alias === undefined) {
    const known = names.flatMap((a) => a.name === undefined ? [] : [a.name]);
    throw new ArgumentError(
      `Cannot solve for "${name}"${
        suggestion(name, known)
      }: the variables are ${known.map((n) => `"${n}"`).join(", ")}`,
    );
  }
  const axis = wanted.axis ?? "j";
  const prepared = prepare(formula, aliases, { ...wanted, axis });
  if (prepared.dim !== alias.dim) {
    throw new ShapeError(
      `Cannot solve for "${name}" of dimension ${alias.dim} with a formula of dimension ${prepared.dim}: they must be equal`,
    );
  }
  const at = prepared.variables.findIndex((v) =>
    -1 - (v.params[0] as number) === alias.index
  );
  checkLinear(formula, prepared, at, names);
  return (...data) => {
    // Shapes and dtypes are checked with the right-hand side in its place.
    prepared.job(data);
    const right = given(data, at);
    const map = mapOf(prepared, data, at, right, productOptions(wanted));
    const alpha = wanted.method === undefined || wanted.method === "cg" ||
        wanted.method === "auto"
      ? wanted.alpha ?? 1e-10
      : wanted.alpha;
    return solveMap(map, right, { ...wanted, alpha });
  };
}

/** Throws where a formula is not linear in one of its variables. */
function checkLinear(
  text: string,
  { formula, variables }: PreparedReduction,
  at: number,
  aliases: ReturnType<typeof parseAliases>,
): void {
  const { depends, part } = dependence(formula, variables[at]);
  if (depends && part === undefined) return;
  const names = new Map(variables.flatMap((v): [Formula, string][] => {
    const index = -1 - (v.params[0] as number);
    const name = aliases.find((a) => a.index === index)?.name;
    return name === undefined ? [] : [[v, name]];
  }));
  const name = names.get(variables[at]);
  const why = part === undefined
    ? `does not depend on ${name}`
    : `is not linear in ${name}: "${printFormula(part, names)}" is not`;
  throw new ArgumentError(
    `Cannot solve for "${name}" with the formula "${text}", which ${why}; a sum of terms with ${name} as a factor is wanted, as in "Exp(-SqDist(x, y)) * ${name}"${
      part?.op === add || part?.op === sub
        ? ": what is without it belongs to the right-hand side"
        : ""
    }`,
  );
}

/** The right-hand side, of the dtype of the other data. */
function given(data: readonly LazyData[], at: number): Tensor {
  const right = data[at];
  if (right instanceof Tensor) return right;
  const other = data.find((x) => x instanceof Tensor && x.dtype !== "int32");
  const like = other instanceof Tensor ? other : undefined;
  const options = { dtype: like?.dtype, device: like?.device };
  return tensor(right, undefined, options);
}

/** The formula as a map of its variable. */
function mapOf(
  prepared: PreparedReduction,
  data: readonly LazyData[],
  at: number,
  right: Tensor,
  how: ReduceOptions,
): LinearMap {
  const isInput = (x: LazyData, k: number) => k !== at && x instanceof Tensor;
  const inputs = data.filter(isInput) as Tensor[];
  const { axis } = prepared;
  const job = (x: Tensor) => prepared.job(data.map((d, k) => k === at ? x : d));
  const [points = 1] = right.shape.slice(-2);
  return {
    name: "formula",
    rows: points,
    columns: points,
    dtype: right.dtype,
    batch: [],
    separable: false,
    inputs,
    madeOf: (tensors) => {
      let next = 0;
      const other = data.map((d, k) => isInput(d, k) ? tensors[next++] : d);
      return mapOf(prepared, other, at, right, how);
    },
    multiply: (x) => differentiableReduce([job(x)], axis, how)[0][0],
    // The transpose of a linear map is its derivative.
    multiplyTransposed: (y) => {
      const x = zeros(right.shape, { dtype: right.dtype, device: y.device });
      const [found] = pullBack(job(x), axis, how, [], [y], [x]);
      return found ?? x;
    },
    pullBack: (u, x, needed) => {
      const wanted = inputs.map((t, k) => needed[k] ? t : undefined);
      return pullBack(job(x), axis, how, [], [u], wanted);
    },
    tolerance: toleranceOf([job(right)], how),
    within: (tol) => mapOf(prepared, data, at, right, { ...how, tol }),
  };
}
