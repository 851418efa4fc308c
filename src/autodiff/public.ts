/**
 * Derivatives and life times: what of them is public.
 *
 * @module
 */

export { customOp, type CustomOpDefinition } from "./custom_op.ts";
export { hessianVectorProduct, jvp, type ValueAndTangent } from "./forward.ts";
export {
  grad,
  type GradOptions,
  type ValueAndGrad,
  valueAndGrad,
} from "./grad.ts";
export { Scope, scope } from "./scope.ts";
