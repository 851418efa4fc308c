/**
 * Copies operands into linear memory and results out of it.
 *
 * @module
 */

import type { OperandData } from "../launch/launch.ts";
import type { TypedArray } from "../dtypes.ts";

/** A part of the linear memory. */
export type View = Float32Array | Float64Array | Int32Array;

/** Vectors of columns, one after the other; one vector if there is one. */
export function packColumns(
  to: View,
  at: number,
  { data, column, component }: OperandData<TypedArray>,
  offset: number,
  dim: number,
  count: number,
): void {
  const whole = component === 1 && (column === dim || count === 1);
  // Entries of bfloat16 are kept as those of float32.
  if (whole && data.BYTES_PER_ELEMENT === to.BYTES_PER_ELEMENT) {
    to.set(data.subarray(offset, offset + count * dim), at);
    return;
  }
  for (let j = 0; j < count; j++) {
    const from = offset + j * column;
    for (let c = 0; c < dim; c++) to[at++] = data[from + c * component];
  }
}

/** The rows that a pack is about. */
export interface Rows {
  /** The first row. */
  readonly begin: number;
  /** The number of rows. */
  readonly count: number;
  /** Rows in a unit; the last unit is filled up with the last row. */
  readonly perUnit: number;
  /** The first unit. */
  readonly unit: number;
}

/** Vectors of rows: component by component for each unit. */
export function packRows(
  to: View,
  at: number,
  { data, row, component }: OperandData<TypedArray>,
  offset: number,
  dim: number,
  { begin, count, perUnit, unit }: Rows,
): void {
  at += unit * perUnit * dim;
  for (let first = 0; first < count; first += perUnit) {
    const real = Math.min(perUnit, count - first);
    const start = offset + (begin + first) * row;
    for (let c = 0; c < dim; c++) {
      let from = start + c * component;
      for (let r = 0; r < real; r++) {
        to[at + r] = data[from];
        from += row;
      }
      for (let r = real; r < perUnit; r++) to[at + r] = to[at + real - 1];
      at += perUnit;
    }
  }
}

/**
 * Vectors of pairs: as rows, for each column; `columnsPerUnit` is how many
 * columns there is room for.
 */
export function packPairs(
  to: View,
  start: number,
  operand: OperandData<TypedArray>,
  offset: number,
  dim: number,
  rows: Rows,
  columns: number,
  columnsPerUnit: number,
): void {
  const { begin, count, perUnit } = rows;
  start += rows.unit * perUnit * dim * columnsPerUnit;
  for (let first = 0; first < count; first += perUnit) {
    const unit = {
      begin: begin + first,
      count: Math.min(perUnit, count - first),
      perUnit,
      unit: 0,
    };
    let at = start + first * dim * columnsPerUnit;
    for (let j = 0; j < columns; j++) {
      packRows(to, at, operand, offset + j * operand.column, dim, unit);
      at += dim * perUnit;
    }
  }
}

/** Results of rows, from memory to where they belong. */
export function unpackRows(
  from: View,
  at: number,
  to: TypedArray,
  first: number,
  width: number,
  { begin, count, perUnit, unit }: Rows,
): void {
  at += unit * perUnit * width;
  for (let start = 0; start < count; start += perUnit) {
    const real = Math.min(perUnit, count - start);
    for (let c = 0; c < width; c++) {
      let place = (first + begin + start) * width + c;
      for (let r = 0; r < real; r++) {
        to[place] = from[at + r];
        place += width;
      }
      at += perUnit;
    }
  }
}

/** The columns that an unpack is about. */
export interface Columns {
  /** The first column. */
  readonly begin: number;
  /** The number of columns. */
  readonly count: number;
  /** How many columns there is room for. */
  readonly perUnit: number;
  /** All columns of the results. */
  readonly all: number;
}

/** Results of pairs, from memory to where they belong. */
export function unpackPairs(
  from: View,
  start: number,
  to: TypedArray,
  first: number,
  width: number,
  { begin, count, perUnit, unit }: Rows,
  columns: Columns,
): void {
  start += unit * perUnit * width * columns.perUnit;
  for (let row = 0; row < count; row += perUnit) {
    const real = Math.min(perUnit, count - row);
    let at = start + row * width * columns.perUnit;
    for (let j = 0; j < columns.count; j++) {
      for (let r = 0; r < real; r++) {
        const pair = (first + begin + row + r) * columns.all + columns.begin +
          j;
        for (let c = 0; c < width; c++) {
          to[pair * width + c] = from[at + c * perUnit + r];
        }
      }
      at += width * perUnit;
    }
  }
}
