/**
 * Dense arrays of numbers.
 *
 * @module
 */

import type { Variable } from "../autodiff/graph.ts";
import { defineTensor, TensorBase } from "./base.ts";
import type { Memory } from "./memory.ts";

/** A dense array on a device, and a node of the graph of derivatives. */
export class Tensor extends TensorBase {
  static {
    defineTensor((memory, shape, variable) =>
      new Tensor(memory, shape, variable)
    );
  }

  private constructor(
    memory: Memory,
    shape: readonly number[],
    variable: Variable | undefined,
  ) {
    super(memory, shape, variable);
  }
}
