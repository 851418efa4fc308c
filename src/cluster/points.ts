/**
 * Clouds of points, labels and matrices as users hand them over.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { entriesOf, type LazyData } from "../lazy/state.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Numbers of points, row by row. */
export interface Cloud {
  /** The coordinates; not to be written to. */
  readonly data: ArrayLike<number>;
  /** Leading dimensions. */
  readonly batch: readonly number[];
  /** The number of points. */
  readonly count: number;
  /** The number of coordinates. */
  readonly dim: number;
}

/** Points `[..., N, D]`, or `[N]` of the line. */
export function batchedCloud(x: LazyData): Cloud {
  const { data, shape } = entriesOf(x);
  if (shape.length === 0) {
    throw new ShapeError(
      "Cannot use a single number as points: an array of shape [N, D] or [N] is wanted",
    );
  }
  const [count, dim] = shape.length === 1 ? [shape[0], 1] : shape.slice(-2);
  return {
    data: data instanceof Tensor ? data.dataSync() : data,
    batch: shape.slice(0, -2),
    count,
    dim,
  };
}

/** Points `[N, D]` or `[N]`. */
export function cloudOf(x: LazyData): Cloud {
  const cloud = batchedCloud(x);
  if (cloud.batch.length === 0) return cloud;
  throw new ShapeError(
    `Cannot cluster points of shape [${[
      ...cloud.batch,
      cloud.count,
      cloud.dim,
    ]}]: [N, D] or [N] is wanted, one cloud at a time`,
  );
}

/** Throws where a coordinate is no finite number. */
export function checkFinite({ data, dim }: Cloud): void {
  for (let k = 0; k < data.length; k++) {
    if (Number.isFinite(data[k])) continue;
    throw new ArgumentError(
      `Cannot cluster points of which one is not finite: point ${
        Math.floor(k / dim)
      } has the coordinate ${data[k]}`,
    );
  }
}

/** Points as a tensor `[N, D]`, recorded if they are. */
export function pointsTensor(x: LazyData): Tensor {
  const points = x instanceof Tensor ? x : tensor(x);
  if (points.ndim === 2) return points;
  if (points.ndim === 1) return points.reshape([points.size, 1]);
  throw new ShapeError(
    `Cannot use points of shape [${points.shape}]: [N, D] or [N] is wanted`,
  );
}

/** A label for each point: `[N]` or `[N, 1]` integers from 0 on. */
export function labelsOf(labels: LazyData, points?: number): Int32Array {
  const { data, shape } = entriesOf(labels);
  const given = data instanceof Tensor ? data.dataSync() : data;
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!flat || (points !== undefined && given.length !== points)) {
    throw new ShapeError(
      `Cannot use labels of shape [${shape}]: one for each point, [${
        points ?? "N"
      }], is wanted`,
    );
  }
  return Int32Array.from(given, (label: number, k: number) => {
    if (Number.isInteger(label) && 0 <= label && label < 2 ** 31) return label;
    throw new ArgumentError(
      `Cannot use the label ${label} of point ${k}: an integer from 0 on is wanted`,
    );
  });
}

/** The number of clusters: one more than the largest label, or as asked. */
export function countOf(labels: Int32Array, count?: number): number {
  let most = 0;
  for (const label of labels) if (label >= most) most = label + 1;
  if (count === undefined) return most;
  if (Number.isInteger(count) && count >= most) return count;
  throw new ArgumentError(
    `Cannot use ${count} clusters with labels up to ${
      most - 1
    }: an integer from ${most} on is wanted`,
  );
}

/** Throws where labels do not ascend. */
export function checkSorted(labels: Int32Array): void {
  const at = labels.findIndex((label, k) => k > 0 && label < labels[k - 1]);
  if (at < 0) return;
  throw new ArgumentError(
    `Cannot use unsorted labels: point ${at - 1} has label ${
      labels[at - 1]
    }, point ${at} has label ${labels[at]}; sort the points with sortClusters`,
  );
}

/** Which pairs of clusters are kept: a matrix, not 0 or true where kept. */
export type Keep = LazyData | readonly (readonly (boolean | number)[])[];

/** A matrix of `rows` times `columns` flags, or larger where not exact. */
export function flagsOf(
  keep: Keep,
  rows: number,
  columns: number,
  exact: boolean,
): { flags: Uint8Array; columns: number } {
  const { data, shape } = flagEntries(keep);
  // Trailing ones are those of a scalar formula's dense().
  const own = shape.slice(
    0,
    1 + shape.findLastIndex((d, k) => d !== 1 || k < 2),
  );
  const flat = own.length === 1 && data.length === rows * columns;
  const [m, n] = flat ? [rows, columns] : own;
  const fits = exact ? m === rows && n === columns : m >= rows && n >= columns;
  if (!flat && (own.length !== 2 || !fits)) {
    throw new ShapeError(
      `Cannot use a matrix of shape [${shape}] for ${rows} clusters i and ${columns} clusters j: [${rows}, ${columns}] is wanted`,
    );
  }
  const flags = new Uint8Array(m * n);
  for (let k = 0; k < flags.length; k++) {
    if (Number.isNaN(data[k])) {
      throw new ArgumentError(
        "Cannot tell whether to keep a pair of clusters from NaN: true, false or a number is wanted",
      );
    }
    flags[k] = data[k] === 0 ? 0 : 1;
  }
  return { flags, columns: n };
}

function flagEntries(
  keep: Keep,
): { data: ArrayLike<number>; shape: readonly number[] } {
  const numbers = Array.isArray(keep)
    ? keep.map((row) => Array.isArray(row) ? row.map(Number) : row)
    : keep;
  const { data, shape } = entriesOf(numbers as LazyData);
  return { data: data instanceof Tensor ? data.dataSync() : data, shape };
}
