import type { Tensor } from "../tensor/tensor.ts";
import type { Job, ReduceOptions } from "./evaluate.ts";
export function selectedValues(
  _job: Job,
  _reduced: "i" | "j",
  _options: ReduceOptions,
  _results: readonly Tensor[],
  _grads: readonly (Tensor | undefined)[],
  _wanted: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  throw new Error("later");
}
