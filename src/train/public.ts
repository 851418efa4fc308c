/**
 * Optimisers and random numbers: what of them is public.
 *
 * @module
 */

export { adam, type AdamOptions } from "./adam.ts";
export type {
  Loss,
  Progress,
  StopReason,
  TrainingOptions,
  TrainingResult,
} from "./descent.ts";
export { lbfgs, type LbfgsOptions } from "./lbfgs.ts";
export { Random } from "./random.ts";
export {
  rand,
  randint,
  randn,
  type RandomOptions,
  randperm,
} from "./random_tensors.ts";
export { type Rate, sgd, type SgdOptions } from "./sgd.ts";
