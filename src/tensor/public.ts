/**
 * Dense arrays: what of them is public.
 *
 * @module
 */

export {
  arange,
  type ArrayObject,
  eye,
  full,
  linspace,
  type NestedArray,
  ones,
  tensor,
  type TensorData,
  type TensorOptions,
  zeros,
} from "./create.ts";
export { concat, stack } from "./join.ts";
export type { TensorLike } from "./operands.ts";
export type { Axes, ReduceOptions } from "./reduce.ts";
export { Tensor } from "./tensor.ts";
// The classes that a tensor is made of hold its methods.
export type { TensorArithmetic } from "./arithmetic.ts";
export type { TensorBase } from "./base.ts";
export type { TensorComparison } from "./comparison.ts";
export type { TensorElementary } from "./elementary.ts";
export type { TensorReductions } from "./reductions.ts";
export type { TensorStructure } from "./structure.ts";
