/**
 * Operations with derivatives of their own.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { record, reshaped, variableOf } from "../tensor/base.ts";
import { sameShape, shapeText } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { withRecording } from "./graph.ts";

/** What {@linkcode customOp} is told. */
export interface CustomOpDefinition<T extends readonly Tensor[]> {
  /** The word for it in messages; `"customOp"` by default. */
  readonly name?: string | undefined;
  /** The value. Nothing in it is recorded. */
  readonly forward: (...inputs: T) => Tensor;
  /**
   * The transposed derivatives in each input times the gradient of the
   * output. Made of differentiable operations on what it is given, it can be
   * differentiated again.
   */
  readonly backward: (
    gradOutput: Tensor,
    inputs: T,
    output: Tensor,
  ) => readonly (Tensor | undefined)[];
}

/**
 * An operation with a derivative that is given, not recorded.
 *
 * @param definition the value and its derivatives; `undefined` stands for no
 * dependence
 * @returns the operation
 * @throws {ShapeError} where a derivative is not of the shape of its input
 *
 * @example An exponential that knows its derivatives of any order
 * ```ts
 * import { customOp, grad, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const exp = customOp({
 *   forward: (x) => x.exp(),
 *   backward: (g, _, y) => [g.mul(y)],
 * });
 * const x = tensor([0]).requiresGrad();
 * const [first] = grad(exp(x), [x], { createGraph: true });
 * const [second] = grad(first, [x]);
 * assert.equal(second.item(), 1);
 * ```
 */
export function customOp<T extends readonly Tensor[]>(
  definition: CustomOpDefinition<T>,
): (...inputs: T) => Tensor {
  const { name = "customOp", forward, backward } = definition;
  return (...inputs) => {
    const computed = withRecording(false, () => forward(...inputs));
    // What was handed through must not be mistaken for the result.
    const output = variableOf(computed) !== undefined
      ? reshaped(computed, computed.shape)
      : computed;
    record(
      [output],
      inputs,
      name,
      ([g], _, [own, ...saved]) => {
        if (g === undefined) return [];
        const parts = backward(g, saved as unknown as T, own);
        return checked(name, parts, inputs);
      },
      [output, ...inputs],
    );
    return output;
  };
}

function checked(
  name: string,
  parts: readonly (Tensor | undefined)[],
  inputs: readonly Tensor[],
): readonly (Tensor | undefined)[] {
  if (parts.length !== inputs.length) {
    throw new ShapeError(
      `Cannot differentiate "${name}": backward gave ${parts.length} gradients for ${inputs.length} inputs`,
    );
  }
  parts.forEach((part, k) => {
    if (part === undefined || sameShape(part.shape, inputs[k].shape)) return;
    throw new ShapeError(
      `Cannot differentiate "${name}": backward gave a gradient of shape ${
        shapeText(part.shape)
      } for input ${k} of shape ${shapeText(inputs[k].shape)}`,
    );
  });
  return parts;
}
