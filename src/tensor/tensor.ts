/**
 * Dense arrays of numbers.
 *
 * @module
 */

import type { Variable } from "../autodiff/graph.ts";
import { defineTensor } from "./base.ts";
import type { Memory } from "./memory.ts";
import { TensorStructure } from "./structure.ts";

/**
 * A dense array on a device, and a node of the graph of derivatives.
 *
 * @example From numbers to numbers
 * ```ts
 * import { tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([[1, 2], [3, 4]], [2, 2], { dtype: "float64" });
 * const y = x.mul(2).sum(0); // over rows
 * assert.deepEqual(y.shape, [2]);
 * assert.deepEqual(y.arraySync(), [8, 12]);
 * assert.deepEqual(await y.data(), new Float64Array([8, 12]));
 * assert.equal(x.to("float32").dtype, "float32");
 * ```
 */
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
