/**
 * Shapes: sizes, strides, axes, broadcasting.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";

/** Sizes along each axis. */
export type Shape = readonly number[];

/** A shape in messages: `(2, 3)`. */
export function shapeText(shape: Shape): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** The number of entries of an array. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const d of shape) size *= d;
  return size;
}

/** Strides of a contiguous array, in entries. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = new Array(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

/** Throws where `shape` is not a list of sizes. */
export function checkShape(shape: Shape): void {
  if (
    Array.isArray(shape) && shape.every((d) => Number.isInteger(d) && d >= 0)
  ) {
    return;
  }
  throw new ShapeError(
    `Cannot use ${
      Array.isArray(shape) ? shapeText(shape) : String(shape)
    } as a shape: a list of non-negative integers is wanted`,
  );
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, k) => d === b[k]);
}

/** The common shape of operands, by NumPy's rule. */
export function broadcastShapes(name: string, shapes: readonly Shape[]): Shape {
  const [first, ...others] = shapes;
  if (others.every((s) => sameShape(s, first))) return first;
  const ndim = Math.max(...shapes.map((s) => s.length));
  const common: number[] = new Array(ndim).fill(1);
  for (const shape of shapes) {
    const lead = ndim - shape.length;
    shape.forEach((d, k) => {
      if (d === 1 || d === common[lead + k]) return;
      if (common[lead + k] !== 1) throw doNotBroadcast(name, shapes);
      common[lead + k] = d;
    });
  }
  return common;
}

function doNotBroadcast(name: string, shapes: readonly Shape[]): ShapeError {
  return new ShapeError(
    `Cannot apply "${name}" to shapes ${
      shapes.map(shapeText).join(" and ")
    }: sizes must be equal, or 1`,
  );
}

/** Strides that read `shape` as if it had the sizes of `wide`. */
export function broadcastStrides(shape: Shape, wide: Shape): number[] {
  const lead = wide.length - shape.length;
  const strides = stridesOf(shape);
  return wide.map((_, k) =>
    k < lead || shape[k - lead] === 1 ? 0 : strides[k - lead]
  );
}

/** A position among `ndim` axes; negative numbers count from the last. */
export function checkAxis(axis: number, ndim: number): number {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) {
    return axis < 0 ? axis + ndim : axis;
  }
  throw new ArgumentError(
    `Cannot use the axis ${axis} of an array of ${ndim} dimensions: ${
      ndim === 0 ? "it has none" : `${-ndim} to ${ndim - 1} is wanted`
    }`,
  );
}

/** Axes as ascending positions, each once; all of them where none is given. */
export function checkAxes(
  axes: number | readonly number[] | undefined,
  ndim: number,
): number[] {
  if (axes === undefined) return Array.from({ length: ndim }, (_, k) => k);
  const found = (typeof axes === "number" ? [axes] : axes)
    .map((a) => checkAxis(a, ndim));
  if (new Set(found).size === found.length) return found.sort((a, b) => a - b);
  throw new ArgumentError(
    `Cannot use the axes ${
      shapeText(axes as number[])
    }: each may be named once`,
  );
}
