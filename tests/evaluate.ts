/**
 * Evaluates formulas on plain arrays, for tests.
 *
 * @module
 */

import { javascriptBackend } from "../src/cpu/backend.ts";
import { evaluateMap, evaluateReductions } from "../src/engine/evaluate.ts";
import type { Backend, OperandData } from "../src/launch/launch.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { variable } from "../src/ops/core.ts";
import { reductionSetup } from "../src/reductions/registry.ts";
import { sumReduction } from "../src/reductions/sum.ts";
import { assert } from "./assert.ts";
import { FORMULA_BACKENDS } from "./backends.ts";

/** The backends that tests of ops run on. */
export const BACKENDS: readonly Backend[] = FORMULA_BACKENDS;

/** A variable with its vectors: one a point, or a single one. */
export interface Bound {
  /** The variable. */
  readonly node: Formula;
  /** Its vectors. */
  readonly rows: readonly (readonly number[])[];
}

/** A variable of the given vectors. */
export function bound(
  index: number,
  rows: readonly (readonly number[])[],
  category: Category = Category.I,
): Bound {
  return { node: variable(index, rows[0].length, category), rows };
}

/** Where the data of variables are. */
export function locator(
  variables: readonly Bound[],
): (node: Formula) => OperandData {
  const data = new Map(
    variables.map(({ node, rows }) => [node, new Float64Array(rows.flat())]),
  );
  return (node) => {
    const found = data.get(node);
    assert(found, "A variable has no data");
    const category = node.params[2] as Category;
    return {
      data: found,
      offset: 0,
      batch: [],
      row: category === Category.I ? node.dim : 0,
      column: category === Category.J ? node.dim : 0,
      component: 1,
    };
  };
}

/** The number of points of an axis. */
function count(variables: readonly Bound[], category: Category): number {
  const found = variables.find((v) => v.node.params[2] === category);
  return found?.rows.length ?? 1;
}

/** The values of formulas at every point i: `[formula][i][component]`. */
export function evaluate(
  formulas: readonly Formula[],
  variables: readonly Bound[],
  backend: Backend = javascriptBackend,
): number[][][] {
  const m = count(variables, Category.I);
  const extent = { batch: [], m, n: 1 };
  const locate = locator(variables);
  const results = evaluateMap(
    formulas,
    false,
    locate,
    extent,
    "float64",
    backend,
  );
  return results.map(({ data, shape: [dim] }) =>
    Array.from(
      { length: m },
      (_, i) => [...data.subarray(i * dim, (i + 1) * dim)],
    )
  );
}

/** The sums of a formula over one axis, flat. */
export function sums(
  formula: Formula,
  variables: readonly Bound[],
  reduced: "i" | "j",
  backend: Backend,
): number[] {
  const request = {
    reduction: sumReduction,
    formulas: [formula],
    setup: reductionSetup(sumReduction, [formula.dim]),
  };
  const extent = {
    batch: [],
    m: count(variables, Category.I),
    n: count(variables, Category.J),
  };
  const [{ data }] = evaluateReductions(
    [request],
    reduced,
    locator(variables),
    extent,
    "float64",
    backend,
  );
  return [...data];
}

/** Numbers of (0, 1) that depend on the seed alone. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
}
