/**
 * The diagonal of a LazyTensor.
 *
 * @module
 */

import { Category, rewrite } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import type { LazyState } from "./state.ts";

/** The values of the pairs (i, i), as a formula of the points i alone. */
export function diagonalState(state: LazyState): LazyState {
  const formula = rewrite(state.formula, (node) => {
    if (node.op !== variable) return undefined;
    const [index, dim, category] = node.params;
    return category === Category.J
      ? variable(index, dim, Category.I)
      : undefined;
  });
  return state.with({
    formula,
    m: state.m ?? state.n,
    n: undefined,
    settings: {},
  });
}
