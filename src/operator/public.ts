/**
 * Linear operators: what of them is public.
 *
 * @module
 */

export type { OperatorDefinition } from "./function_map.ts";
export {
  diagonalOperator,
  identityOperator,
  LinearOperator,
  linearOperator,
  type LinearOperatorLike,
  type OperatorData,
} from "./linear_operator.ts";
export { cg, lsmr, minres, type SolverOptions } from "./solvers.ts";
