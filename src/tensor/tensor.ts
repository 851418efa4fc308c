/**
 * Dense arrays of numbers.
 *
 * @module
 */

import type { Variable } from "../autodiff/graph.ts";
import { defineTensor, TensorBase } from "./base.ts";
import type { Storage } from "./storage.ts";

/** A dense array on a device, and a node of the graph of derivatives. */
export class Tensor extends TensorBase {
  static {
    defineTensor((storage, shape, variable) =>
      new Tensor(storage, shape, variable)
    );
  }

  private constructor(
    storage: Storage,
    shape: readonly number[],
    variable: Variable | undefined,
  ) {
    super(storage, shape, variable);
  }
}
