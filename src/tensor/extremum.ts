/**
 * Least and largest entries, and where they are.
 *
 * @module
 */

import type { Buffer } from "../launch/buffer.ts";
import { picked as takenOut, unpicked as movedBack } from "../engine/moves.ts";
import { ArgumentError } from "../errors.ts";
import {
  argMaxReduction,
  argMinReduction,
  maxReduction,
  minReduction,
} from "../reductions/extrema.ts";
import { isTracked, makeTensor, memoryOf, type TensorBase } from "./base.ts";
import { reshape } from "./move.ts";
import { derived, promote } from "./operands.ts";
import {
  type Axes,
  computed,
  type Extent,
  extentOf,
  reduced,
  type ReduceOptions,
  shapeOf,
} from "./reduce.ts";
import { type Shape, shapeText } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** The least or largest entry over axes; NaN is skipped. */
export function extremum(
  which: "min" | "max",
  given: TensorBase,
  axis: Axes,
  options: ReduceOptions = {},
): Tensor {
  const [x] = promote(which, [given]).tensors;
  const extent = extentOf(which, x, axis);
  const value = which === "min" ? minReduction : maxReduction;
  if (!isTracked([x])) {
    return computed(value, extent, options);
  }
  const index = which === "min" ? argMinReduction : argMaxReduction;
  const result = picked(extent, reduced(value, extent), reduced(index, extent));
  return reshape(result, shapeOf(extent, options));
}

/** Entries `[outer, inner]` that lie at some indices of `[outer, count, inner]`. */
function picked(
  extent: Extent,
  values: Buffer,
  index: Buffer,
): Tensor {
  const { x, outer, inner, count } = extent;
  const { shape } = x;
  return derived(
    "extremum",
    x,
    values,
    [outer, inner],
    (g) => unpicked(g, index, [outer, count, inner], shape),
  );
}

/** Zeros, with entries at the indices they were picked from. */
function unpicked(
  g: TensorBase,
  index: Buffer,
  [outer, count, inner]: readonly number[],
  shape: Shape,
): Tensor {
  const around = { outer, size: count, inner };
  const data = movedBack(memoryOf(g).buffer, index, around);
  return derived("scatter", g, data, shape, (h) => {
    const taken = takenOut(memoryOf(h).buffer, index, around);
    return picked(
      { x: h, outer, count, inner, kept: [], dropped: [] },
      taken,
      index,
    );
  });
}

/** The position of the least or largest entry; -1 where there is none. */
export function argExtremum(
  which: "argmin" | "argmax",
  given: TensorBase,
  axis?: number,
  options: ReduceOptions = {},
): Tensor {
  if (axis !== undefined && typeof axis !== "number") {
    throw new ArgumentError(
      `Cannot take the ${which} over the axes ${
        shapeText(axis)
      }: one axis is wanted, or none for all entries`,
    );
  }
  const extent = extentOf(which, given, axis);
  const index = which === "argmin" ? argMinReduction : argMaxReduction;
  const data = reduced(index, extent);
  return makeTensor(data, shapeOf(extent, options));
}
