/**
 * Tensors as text, tables and nested arrays.
 *
 * @module
 */

import type { DType, TypedArray } from "../dtypes.ts";
import { type Shape, shapeText, sizeOf, stridesOf } from "./shape.ts";

/** Numbers in arrays in arrays. */
export type NestedArray = number | readonly NestedArray[];

/** What displays need to know of a tensor. */
interface Described {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** How many entries of an axis are shown at each end. */
const EDGE = 3;
/** Axes up to this length are shown in full. */
const FULL = 8;

/** Entries as nested arrays. */
export function nested(data: TypedArray, shape: Shape): NestedArray {
  const strides = stridesOf(shape);
  const part = (axis: number, offset: number): NestedArray =>
    axis === shape.length ? data[offset] : Array.from(
      { length: shape[axis] },
      (_, k) => part(axis + 1, offset + k * strides[axis]),
    );
  return part(0, 0);
}

/** A tensor in a few lines: shape, dtype and first entries. */
export function summary(
  data: TypedArray | undefined,
  { shape, dtype }: Described,
): string {
  const head = `Tensor(shape ${shapeText(shape)}, ${dtype}`;
  if (data === undefined) return `${head}, disposed of)`;
  return `${head}) ${bracketed(data, shape, 0, 0, stridesOf(shape))}`;
}

function bracketed(
  data: TypedArray,
  shape: Shape,
  axis: number,
  offset: number,
  strides: readonly number[],
): string {
  if (axis === shape.length) return entryText(data[offset]);
  const parts = shown(shape[axis]).map((k) =>
    k < 0
      ? "..."
      : bracketed(data, shape, axis + 1, offset + k * strides[axis], strides)
  );
  const inner = axis === shape.length - 1;
  const gap = inner ? ", " : `,\n${" ".repeat(axis + 1)}`;
  return `[${parts.join(gap)}]`;
}

/** Which indices of an axis are shown; -1 stands for those left out. */
function shown(length: number): number[] {
  const all = (count: number, from: number) =>
    Array.from({ length: count }, (_, k) => from + k);
  return length <= FULL
    ? all(length, 0)
    : [...all(EDGE, 0), -1, ...all(EDGE, length - EDGE)];
}

function entryText(x: number): string {
  return Number.isInteger(x) || !Number.isFinite(x)
    ? `${x}`
    : `${Number(x.toPrecision(6))}`;
}

/** A tensor as an HTML table of its first rows. */
export function htmlTable(
  data: TypedArray | undefined,
  { shape, dtype }: Described,
): string {
  const caption = `<caption>Tensor, shape ${
    shapeText(shape)
  }, ${dtype}</caption>`;
  if (data === undefined) {
    return `<table>${caption}<tr><td>disposed of</td></tr></table>`;
  }
  const columns = shape.at(-1) ?? 1;
  const rows = columns === 0 ? 0 : sizeOf(shape) / columns;
  const cell = (row: number, column: number) =>
    row < 0 || column < 0 ? "..." : entryText(data[row * columns + column]);
  const body = shown(rows).map((row) =>
    `<tr>${
      shown(columns).map((column) => `<td>${cell(row, column)}</td>`).join("")
    }</tr>`
  );
  return `<table>${caption}${body.join("")}</table>`;
}
