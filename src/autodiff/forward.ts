/**
 * Derivatives along directions, made of reverse-mode ones.
 *
 * @module
 */

import { allocateArray } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { isTracked, makeTensor } from "../tensor/base.ts";
import { sameShape, shapeText } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { grad, ownInputs } from "./grad.ts";
import { withRecording } from "./graph.ts";

/** A value with its derivative along a direction. */
export interface ValueAndTangent {
  /** The value. */
  readonly value: Tensor;
  /** The derivative, of the shape of the value. */
  readonly tangent: Tensor;
}

/**
 * The value of a function, and its Jacobian times a direction.
 *
 * @param f takes tensors, and gives a tensor of any shape
 * @param inputs where to take the derivative
 * @param tangents the direction, one tensor an input, of its shape
 * @returns value and derivative, both of the shape of the value
 * @throws {ShapeError} where a tangent is not of the shape of its input
 *
 * @example The derivative of a square along a direction
 * ```ts
 * import { jvp, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { tangent } = jvp((x) => x.square(), [tensor([1, 2])], [
 *   tensor([1, 10]),
 * ]);
 * assert.deepEqual(tangent.arraySync(), [2, 40]);
 * ```
 */
export function jvp<T extends readonly Tensor[]>(
  f: (...inputs: T) => Tensor,
  inputs: Readonly<T>,
  tangents: readonly Tensor[],
): ValueAndTangent {
  checkTangents(inputs, tangents);
  const createGraph = isTracked([...inputs, ...tangents]);
  return withRecording(true, () => {
    const own = ownInputs(inputs);
    const output = f(...own as unknown as T);
    const value = createGraph ? output : output.detach();
    const { shape, dtype, size, device } = output;
    // The gradient is linear in what it is multiplied with: the derivative
    // in that is the Jacobian.
    const probe = makeTensor(allocateArray(dtype, size), shape).to(device)
      .requiresGrad();
    const gradients = grad(output, own, {
      gradOutput: probe,
      createGraph: true,
    });
    const [tangent] = grad(along(gradients, tangents), [probe], {
      createGraph,
    });
    return { value, tangent };
  });
}

/**
 * The second derivative of a function times a direction.
 *
 * @param f takes tensors, and gives a tensor of one entry
 * @param inputs where to take the derivative
 * @param vectors the direction, one tensor an input, of its shape
 * @returns one tensor an input, of its shape
 * @throws {ShapeError} where a vector is not of the shape of its input
 *
 * @example The Hessian of a sum of cubes
 * ```ts
 * import { hessianVectorProduct, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([1, 2]);
 * const [h] = hessianVectorProduct((x) => x.pow(3).sum(), [x], [x]);
 * assert.deepEqual(h.arraySync(), [6, 24]);
 * ```
 */
export function hessianVectorProduct<T extends readonly Tensor[]>(
  f: (...inputs: T) => Tensor,
  inputs: Readonly<T>,
  vectors: readonly Tensor[],
): Tensor[] {
  checkTangents(inputs, vectors);
  const createGraph = isTracked([...inputs, ...vectors]);
  return withRecording(true, () => {
    const own = ownInputs(inputs);
    const output = f(...own as unknown as T);
    const gradients = grad(output, own, { createGraph: true });
    return grad(along(gradients, vectors), own, { createGraph });
  });
}

/** The sum of the products of gradients and directions. */
function along(
  gradients: readonly Tensor[],
  tangents: readonly Tensor[],
): Tensor {
  return gradients
    .map((g, k) => g.mul(tangents[k]).sum())
    .reduce((a, b) => a.add(b));
}

function checkTangents(
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): void {
  if (inputs.length !== tangents.length || inputs.length === 0) {
    throw new ArgumentError(
      `Cannot differentiate in ${inputs.length} inputs along ${tangents.length} tensors: one for each is wanted`,
    );
  }
  inputs.forEach((x, k) => {
    if (sameShape(x.shape, tangents[k].shape)) return;
    throw new ShapeError(
      `Cannot differentiate in input ${k} of shape ${
        shapeText(x.shape)
      } along a tensor of shape ${
        shapeText(tangents[k].shape)
      }: they must be equal`,
    );
  });
}
