/**
 * What operators take: vectors, columns, numbers, other operators; checked
 * against the map behind the operator.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { besideMap } from "../solve/products.ts";
import { tensor, type TensorData } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { LinearMap } from "./map.ts";
import type { Scale } from "./combined_maps.ts";

/** Data of a vector or of columns. */
export type OperatorData = TensorData | Tensor;

/** The shape of a map, as messages have it. */
export function shapeOf({ rows, columns }: LinearMap): string {
  return `[${rows},${columns}]`;
}

/** Data as a tensor, where the map computes. */
export function tensorFor(map: LinearMap, x: OperatorData): Tensor {
  if (x instanceof Tensor) return x;
  const options = { dtype: map.dtype, device: "cpu" } as const;
  return besideMap(tensor(x, undefined, options), map);
}

/**
 * A vector.
 *
 * @throws {ShapeError} where it has another size or dtype
 */
export function vectorFor(
  map: LinearMap,
  doing: string,
  x: OperatorData,
  size: number,
): Tensor {
  const vector = tensorFor(map, x);
  if (vector.ndim === 1 && vector.size === size) {
    return checked(map, doing, vector);
  }
  throw unfit(map, doing, vector.shape, `${size}`);
}

/**
 * Columns side by side; `shape` is what messages say was given.
 *
 * @throws {ShapeError} where they have another size or dtype
 */
export function columnsFor(
  map: LinearMap,
  doing: string,
  x: OperatorData,
  size: number,
  shape?: readonly number[],
): Tensor {
  const columns = tensorFor(map, x);
  if (columns.ndim === 2 && columns.shape[0] === size) {
    return checked(map, doing, columns);
  }
  throw unfit(map, doing, shape ?? columns.shape, `${size}, E`);
}

function unfit(
  map: LinearMap,
  doing: string,
  given: readonly number[],
  wanted: string,
): ShapeError {
  return new ShapeError(
    `Cannot apply "${doing}" of an operator of shape ${
      shapeOf(map)
    } to the shape [${given}]: [${wanted}] is wanted`,
  );
}

function checked({ dtype }: LinearMap, doing: string, x: Tensor): Tensor {
  if (x.dtype === dtype) return x;
  throw new ShapeError(
    `Cannot apply "${doing}" of an operator of ${dtype} to ${x.dtype}: convert it with .to("${dtype}")`,
  );
}

/**
 * A number, or a tensor of one.
 *
 * @throws {ShapeError} for other tensors
 */
export function scaleFor(
  { dtype }: LinearMap,
  doing: string,
  scale: Scale,
): Scale {
  if (typeof scale === "number") return scale;
  if (scale.size === 1 && scale.dtype === dtype) return scale;
  throw new ShapeError(
    `Cannot ${doing} an operator of ${dtype} by a tensor of shape [${scale.shape}] and dtype ${scale.dtype}: one entry of ${dtype} is wanted`,
  );
}

/**
 * The other map, of the same shape.
 *
 * @throws {ShapeError} where it has another shape or dtype
 */
export function sameAs(
  map: LinearMap,
  doing: string,
  other: LinearMap,
): LinearMap {
  const { rows, columns } = map;
  checkFits(
    map,
    doing,
    other,
    other.rows === rows && other.columns === columns,
  );
  return other;
}

/** Throws where shapes do not fit, or dtypes are not equal. */
export function checkFits(
  map: LinearMap,
  doing: string,
  other: LinearMap,
  fits: boolean,
): void {
  if (fits && other.dtype === map.dtype) return;
  throw new ShapeError(
    `Cannot ${doing} operators of shapes ${shapeOf(map)} and ${
      shapeOf(other)
    }, of ${map.dtype} and ${other.dtype}: ${
      fits ? "dtypes must be equal" : "shapes must fit"
    }`,
  );
}
