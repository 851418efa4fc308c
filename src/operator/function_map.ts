/**
 * Linear maps given by functions.
 *
 * @module
 */

import { grad, ownInputs } from "../autodiff/grad.ts";
import { withRecording } from "../autodiff/graph.ts";
import type { DType } from "../dtypes.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { isTracked } from "../tensor/base.ts";
import { zeros } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { LinearMap } from "./map.ts";

/** A linear operator by what it does to the columns of a matrix. */
export interface OperatorDefinition {
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  /** The dtype of arguments and images; `"float32"` where not given. */
  readonly dtype?: DType | undefined;
  /** The product with `[columns, E]`, of shape `[rows, E]`. */
  readonly matmat: (x: Tensor, ...parameters: Tensor[]) => Tensor;
  /**
   * The product of the transpose with `[rows, E]`. Where it is not given, it is
   * the derivative of `matmat`, which then must be made of operations on
   * tensors.
   */
  readonly rmatmat?:
    | ((y: Tensor, ...parameters: Tensor[]) => Tensor)
    | undefined;
  /**
   * The tensors that the operator is made of: `matmat` is given them, and what
   * is computed from the operator has derivatives in them.
   */
  readonly parameters?: readonly Tensor[] | undefined;
}

/** A map given by functions. */
export function functionMap(definition: OperatorDefinition): LinearMap {
  const { shape, dtype = "float32", matmat, rmatmat } = definition;
  const parameters = definition.parameters ?? [];
  const [rows, columns] = checkedShape(shape);
  if (typeof matmat !== "function") {
    throw new ArgumentError(
      'Cannot make an operator without "matmat": a function of [columns, E] is wanted',
    );
  }
  const multiply = (x: Tensor, ...own: Tensor[]) =>
    checkedImage("matmat", matmat(x, ...own), [rows, x.shape[1]]);
  return {
    name: "function",
    rows,
    columns,
    dtype,
    batch: [],
    separable: true,
    inputs: parameters,
    madeOf: (others) => functionMap({ ...definition, parameters: others }),
    multiply: (x) => multiply(x, ...parameters),
    multiplyTransposed: (y) => {
      const wanted = [columns, y.shape[1]];
      if (rmatmat) {
        return checkedImage("rmatmat", rmatmat(y, ...parameters), wanted);
      }
      const [x] = gradients(
        (x) => multiply(x, ...parameters).mul(y).sum(),
        [zeros(wanted, { dtype, device: y.device })],
        [y, ...parameters],
      );
      return x;
    },
    pullBack: (u, x) =>
      gradients(
        (...own) => multiply(x, ...own).mul(u).sum(),
        parameters,
        [u, x],
      ),
  };
}

/** Derivatives of a number, recorded where what they depend on is. */
function gradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  also: readonly Tensor[],
): Tensor[] {
  const createGraph = isTracked([...inputs, ...also]);
  return withRecording(true, () => {
    const own = ownInputs(inputs);
    return grad(f(...own), own, { createGraph });
  });
}

function checkedShape(shape: readonly number[]): readonly number[] {
  const fits = Array.isArray(shape) && shape.length === 2 &&
    shape.every((n) => Number.isInteger(n) && n > 0);
  if (fits) return shape;
  throw new ShapeError(
    `Cannot make an operator of shape [${shape}]: two positive integers are wanted`,
  );
}

function checkedImage(
  name: string,
  image: Tensor,
  shape: readonly number[],
): Tensor {
  if (image instanceof Tensor && `${image.shape}` === `${shape}`) return image;
  throw new ShapeError(
    `Cannot use "${name}" of an operator: it gave ${
      image instanceof Tensor ? `the shape [${image.shape}]` : typeof image
    }, and [${shape}] is wanted`,
  );
}
