/**
 * Linear operators: what of them is public.
 *
 * @module
 */

export type { OperatorDefinition } from "./function_map.ts";
export {
  diagonalOperator,
  identityOperator,
  linearOperator,
} from "./create.ts";
export { LinearOperator, type LinearOperatorLike } from "./linear_operator.ts";
export type { OperatorData } from "./operands.ts";
export { cg, lsmr, minres, type SolverOptions } from "./solvers.ts";
