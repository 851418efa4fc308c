/**
 * Dense arrays of numbers.
 *
 * @module
 */

import type { Variable } from "../autodiff/graph.ts";
import { defineTensor } from "./base.ts";
import type { Memory } from "./memory.ts";
import { TensorStructure } from "./structure.ts";

/** A dense array on a device, and a node of the graph of derivatives. */
export class Tensor extends TensorStructure {
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
