/**
 * Points and observations of Gaussian processes, checked.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Points and observations. */
export interface Observations {
  /** Points, `[N, D]`. */
  readonly x: Tensor;
  /** Observations, `[N]`. */
  readonly y: Tensor;
}

/** Data as points `[N, D]`; plain arrays take the dtype of other data. */
export function asPoints(x: LazyData, like?: Tensor): Tensor {
  const options = {
    dtype: like && !ArrayBuffer.isView(x) ? like.dtype : undefined,
    device: like?.device,
  };
  const points = x instanceof Tensor ? x : tensor(x, undefined, options);
  return points.ndim === 1 ? points.reshape([points.size, 1]) : points;
}

/** Points and observations that fit together. */
export function checkedData(x: LazyData, y: LazyData): Observations {
  const given = [x, y].find((d) => d instanceof Tensor);
  const like = given instanceof Tensor ? given : undefined;
  const points = asPoints(x, like);
  const values = y instanceof Tensor
    ? y
    : tensor(y, undefined, { dtype: points.dtype, device: points.device });
  const flat = values.ndim === 2 && values.shape[1] === 1
    ? values.reshape([values.size])
    : values;
  const fits = points.ndim === 2 && flat.ndim === 1 && flat.size > 0 &&
    points.shape[0] === flat.size && points.dtype === flat.dtype;
  if (fits) return { x: points, y: flat };
  throw new ShapeError(
    `Cannot condition a Gaussian process on points of shape [${points.shape}] and dtype ${points.dtype} with observations of shape [${values.shape}] and dtype ${values.dtype}: [N, D] and [N] of one dtype are wanted`,
  );
}
