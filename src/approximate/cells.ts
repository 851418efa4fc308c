/**
 * Points sorted along a curve through the cells of a grid, so that halves of
 * boxes, their halves and so on are runs of points (Morton, "A computer
 * oriented geodetic data base and a new technique in file sequencing", 1966).
 *
 * @module
 */

import { rangeOf, sorted } from "./numbers.ts";

/** Points for each cell, at least, if all cells had as many. */
const POINTS = 64;
/**
 * How far a grid may be shifted, in boxes: cells of all sizes are then shifted
 * by a third or two thirds of themselves, as 1/3 = 0.0101... in binary.
 */
const SHIFT = 1 / 3;

/** Points of one box in the order of its cells. */
export interface Cells {
  /** Bits of the number of a cell; the first of them halves the box. */
  readonly bits: number;
  /** The points in the order of the cells: numbers of the given points. */
  readonly order: Int32Array;
  /** Their positions. */
  readonly points: Float64Array;
  /** The first point of each cell, and one past the last one. */
  readonly begin: Int32Array;
  /** The least and the largest coordinates of each cell, `[cells, dim]`. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Sorts points.
 *
 * @param points `[count, dim]`
 * @param low the least coordinates
 * @param side the sides of the box
 * @param shifted whether the grid is shifted
 */
export function cellsOf(
  points: Float64Array,
  low: Float64Array,
  side: Float64Array,
  shifted: boolean,
): Cells {
  const dim = low.length;
  const count = points.length / dim;
  const { bits, edge, origin } = gridOf(low, side, count / POINTS, shifted);
  const all = bits.reduce((total, own) => total + own, 0);
  const parts = codesOf(bits, all);
  const cells = 2 ** all;
  const numbers = new Int32Array(count);
  for (let d = 0; d < dim; d++) {
    if (bits[d] > 0) {
      addCodes(numbers, points, d, dim, parts[d], origin[d], edge);
    }
  }
  const begin = counted(numbers, cells);
  const order = ordered(numbers, begin);
  const inOrder = sorted(points, dim, order);
  return {
    bits: all,
    order,
    points: inOrder,
    begin,
    ...boxes(inOrder, begin, dim),
  };
}

// Each loop is a function, so that it is compiled once and for all.

/** Adds what one coordinate says of the numbers of cells. */
function addCodes(
  numbers: Int32Array,
  points: Float64Array,
  d: number,
  dim: number,
  codes: Int32Array,
  origin: number,
  edge: number,
): void {
  const last = codes.length - 1;
  const scale = 1 / edge;
  for (let k = 0, at = d; k < numbers.length; k++, at += dim) {
    // What is not a number is in the first cell.
    const cell = (points[at] - origin) * scale | 0;
    numbers[k] |= codes[cell < last ? cell : last];
  }
}

/** The first point of each cell, and one past the last one. */
function counted(numbers: Int32Array, cells: number): Int32Array {
  const begin = new Int32Array(cells + 1);
  for (let k = 0; k < numbers.length; k++) begin[numbers[k] + 1]++;
  for (let cell = 0; cell < cells; cell++) begin[cell + 1] += begin[cell];
  return begin;
}

function ordered(numbers: Int32Array, begin: Int32Array): Int32Array {
  const order = new Int32Array(numbers.length);
  const next = begin.slice();
  for (let k = 0; k < numbers.length; k++) order[next[numbers[k]]++] = k;
  return order;
}

/** A grid of cubes over a box. */
interface Grid {
  /** For each direction, the bits of the number of cubes. */
  readonly bits: readonly number[];
  /** The side of a cube. */
  readonly edge: number;
  /** The corner of the first cube. */
  readonly origin: Float64Array;
}

/** As fine a grid as there may be cubes. */
function gridOf(
  low: Float64Array,
  side: Float64Array,
  most: number,
  shifted: boolean,
): Grid {
  const longest = Math.max(...side);
  if (!(longest > 0 && longest < Infinity)) {
    return { bits: Array.from(side, () => 0), edge: 1, origin: low };
  }
  // Sides as powers of two of the longest one.
  const powers = Array.from(side, (s) => Math.ceil(Math.log2(s / longest)));
  const bitsAt = (level: number, more: number) =>
    powers.map((p) => level + p < 0 ? 0 : level + p + more);
  const sum = (bits: readonly number[]) => bits.reduce((a, b) => a + b, 0);
  let level = 0;
  while (2 ** sum(bitsAt(level + 1, 0)) <= most) level++;
  return {
    bits: bitsAt(level, shifted ? 1 : 0),
    edge: longest / 2 ** level,
    origin: shifted
      ? low.map((x, d) => x - SHIFT * longest * 2 ** powers[d])
      : low,
  };
}

/** For each direction: the bits of the number of a cell that it decides. */
function codesOf(bits: readonly number[], all: number): Int32Array[] {
  const codes = bits.map((own) => new Int32Array(2 ** own));
  let place = all;
  for (let level = Math.max(...bits) - 1; level >= 0; level--) {
    bits.forEach((own, d) => {
      if (level >= own) return;
      place--;
      codes[d].forEach((_, cell) => {
        codes[d][cell] |= (cell >> level & 1) << place;
      });
    });
  }
  return codes;
}

/** The boxes of the points of each cell. */
function boxes(points: Float64Array, begin: Int32Array, dim: number) {
  const cells = begin.length - 1;
  const low = new Float64Array(cells * dim).fill(Infinity);
  const high = new Float64Array(cells * dim).fill(-Infinity);
  for (let cell = 0; cell < cells; cell++) {
    for (let d = 0; d < dim; d++) {
      const [first, end] = [begin[cell], begin[cell + 1]];
      const at = cell * dim + d;
      [low[at], high[at]] = rangeOf(points, dim, d, first, end);
    }
  }
  return { low, high };
}
