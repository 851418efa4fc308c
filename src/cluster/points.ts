/**
 * Clouds of points, labels and matrices as users hand them over.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { type Integers, integersOf } from "../engine/ranges.ts";
import { entriesOf, type LazyData } from "../lazy/data_states.ts";
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

/** For each cluster i the clusters j that it meets, in compressed rows. */
export interface KeptLists {
  /** Where the list of each cluster i begins, and the end of the last one. */
  readonly offsets: Integers;
  /** The clusters j of each list, one after another; none twice in a list. */
  readonly indices: Integers;
}

/**
 * Which pairs of clusters are kept: a matrix, not 0 or true where kept, or
 * lists, such as what `radiusSearch` of centroids gives.
 */
export type Keep =
  | LazyData
  | readonly (readonly (boolean | number)[])[]
  | KeptLists;

/** Lists of clusters, ascending, checked. */
export interface Kept {
  /** Where the list of each cluster begins. */
  readonly offsets: Int32Array;
  /** The clusters of each list. */
  readonly indices: Int32Array;
}

/**
 * The pairs that are kept of `rows` times `columns` clusters; a matrix that
 * need not be exact may be larger.
 */
export function keptOf(
  keep: Keep,
  rows: number,
  columns: number,
  exact: boolean,
): Kept {
  if (!isLists(keep)) return keptOfMatrix(keep, rows, columns, exact);
  const { offsets, indices } = checkedLists(keep.offsets, keep.indices);
  const own = offsets.length - 1;
  const most = indices.reduce((m, b) => Math.max(m, b), -1);
  if ((exact ? own !== rows : own < rows) || (exact && most >= columns)) {
    throw new ShapeError(
      `Cannot use lists of ${own} clusters i with clusters j up to ${most} for ${rows} clusters i and ${columns} clusters j`,
    );
  }
  return { offsets, indices };
}

function isLists(keep: Keep): keep is KeptLists {
  return typeof keep === "object" && "offsets" in keep && "indices" in keep;
}

/** The same pairs from the other side. */
export function transposedKept(
  { offsets, indices }: Kept,
  columns: number,
): Kept {
  const starts = new Int32Array(columns + 1);
  for (const b of indices) starts[b + 1]++;
  for (let b = 0; b < columns; b++) starts[b + 1] += starts[b];
  const next = starts.slice();
  const others = new Int32Array(indices.length);
  for (let a = 0; a + 1 < offsets.length; a++) {
    for (let k = offsets[a]; k < offsets[a + 1]; k++) {
      others[next[indices[k]]++] = a;
    }
  }
  return { offsets: starts, indices: others };
}

/** Lists in compressed rows, each ascending. */
export function checkedLists(
  offsets: Integers,
  indices: Integers,
): { offsets: Int32Array; indices: Int32Array } {
  const starts = int32Of(offsets, "offsets");
  const columns = int32Of(indices, "indices");
  if (starts[0] !== 0 || starts[starts.length - 1] !== columns.length) {
    throw new ArgumentError(
      `Cannot use ${
        starts.length === 0
          ? "no offsets"
          : `offsets from ${starts[0]} to ${starts[starts.length - 1]}`
      } for ${columns.length} indices: 0 to ${columns.length} is wanted`,
    );
  }
  const down = starts.findIndex((start, i) => start > starts[i + 1]);
  if (down >= 0) {
    throw new ArgumentError(
      `Cannot use descending offsets: ${starts[down]} at ${down}, then ${
        starts[down + 1]
      }`,
    );
  }
  for (let i = 0; i + 1 < starts.length; i++) {
    const [begin, end] = [starts[i], starts[i + 1]];
    if (!ascends(columns, begin, end)) columns.subarray(begin, end).sort();
    for (let k = begin; k < end; k++) {
      const j = columns[k];
      if (j >= 0 && (k === begin || j !== columns[k - 1])) continue;
      throw new ArgumentError(
        `Cannot use the index ${j} of point ${i}: ${
          j < 0 ? "an integer from 0 on is wanted" : "it is there twice"
        }`,
      );
    }
  }
  return { offsets: starts, indices: columns };
}

/** Integers in an array of their own. */
function int32Of(values: Integers, name: string): Int32Array {
  const data = values instanceof Tensor ? values.dataSync() : values;
  return data instanceof Int32Array
    ? data.slice()
    : Int32Array.from(integersOf(values, name));
}

function ascends(data: Int32Array, begin: number, end: number): boolean {
  for (let k = begin + 1; k < end; k++) {
    if (data[k - 1] >= data[k]) return false;
  }
  return true;
}

function keptOfMatrix(
  keep: Exclude<Keep, KeptLists>,
  rows: number,
  columns: number,
  exact: boolean,
): Kept {
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
  const offsets = new Int32Array(m + 1);
  for (let k = 0; k < m * n; k++) {
    if (Number.isNaN(data[k])) {
      throw new ArgumentError(
        "Cannot tell whether to keep a pair of clusters from NaN: true, false or a number is wanted",
      );
    }
    if (data[k] !== 0) offsets[Math.floor(k / n) + 1]++;
  }
  for (let a = 0; a < m; a++) offsets[a + 1] += offsets[a];
  const indices = new Int32Array(offsets[m]);
  for (let k = 0, at = 0; k < m * n; k++) {
    if (data[k] !== 0) indices[at++] = k % n;
  }
  return { offsets, indices };
}

function flagEntries(
  keep: Exclude<Keep, KeptLists>,
): { data: ArrayLike<number>; shape: readonly number[] } {
  const numbers = Array.isArray(keep)
    ? keep.map((row) => Array.isArray(row) ? row.map(Number) : row)
    : keep;
  const { data, shape } = entriesOf(numbers as LazyData);
  return { data: data instanceof Tensor ? data.dataSync() : data, shape };
}
