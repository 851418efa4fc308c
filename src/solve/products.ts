/**
 * Products of a linear map with vectors that a solver holds.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { scope } from "../autodiff/scope.ts";
import { currentDevice, type Device } from "../devices.ts";
import { allocateArray } from "../dtypes.ts";
import { deviceOf } from "../engine/place.ts";
import type { LinearMap } from "../operator/map.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Lists of vectors: a list for each entry of the batch. */
export type Vectors = readonly (readonly Float64Array[])[];

/** What is read of a tensor, or written to one: its points and columns. */
interface Layout {
  readonly points: number;
  readonly width: number;
}

/**
 * Products of a linear map with vectors: a list of vectors for each entry of
 * the batch, and all lists in one reduction where columns are separate.
 */
export class Products {
  /** The number of entries of arguments. */
  readonly columns: number;
  /** The number of entries of images. */
  readonly rows: number;
  /** The number of entries of the batch. */
  readonly count: number;
  /** The largest factor by which a product made a vector longer so far. */
  norm = 0;
  readonly #map: LinearMap;
  readonly #batch: readonly number[];
  /** Components of a point of one vector. */
  readonly #dim: number;
  /** The number of vectors that are usual. */
  readonly #width: number;

  /**
   * The products of a map.
   *
   * @param map the linear map
   * @param shape `[...batch, points, E]`, the shape of arguments or images
   */
  constructor(map: LinearMap, shape: readonly number[]) {
    const dim = shape[shape.length - 1];
    const { separable } = map;
    this.#map = map;
    this.#batch = shape.slice(0, -2);
    this.#dim = separable ? 1 : dim;
    this.#width = separable ? dim : 1;
    this.rows = map.rows * this.#dim;
    this.columns = map.columns * this.#dim;
    this.count = this.#batch.reduce((p, d) => p * d, 1);
  }

  /** Rounds a vector as the dtype of the products does. */
  round(vector: Float64Array): void {
    const { dtype } = this.#map;
    if (dtype === "float64") return;
    const rounded = allocateArray(dtype, vector.length);
    rounded.set(vector);
    vector.set(rounded);
  }

  /** The columns of each system, out of entries `[..., points, E]`. */
  read(tensor: Tensor): Float64Array[][] {
    const points = tensor.shape[tensor.ndim - 2] * this.#dim;
    const width = tensor.shape[tensor.ndim - 1] / this.#dim;
    return this.#columns(memoryOf(tensor).data, { points, width });
  }

  /** Vectors as the columns of a tensor `[..., points, E]`, with the map. */
  write(vectors: Vectors): Tensor {
    const [[first]] = vectors;
    const layout = { points: first.length, width: vectors[0].length };
    return this.#tensor(vectors, layout);
  }

  /** Columns of any length as `[...batch, length, columns]`, with the map. */
  beside(columns: Vectors, batch: readonly number[]): Tensor {
    const [[first]] = columns;
    const width = columns[0].length;
    const data = allocateArray(
      this.#map.dtype,
      columns.length * first.length * width,
    );
    columns.forEach((list, entry) =>
      list.forEach((x, c) => {
        const start = entry * first.length * width + c;
        for (let k = 0; k < x.length; k++) data[start + k * width] = x[k];
      })
    );
    const shape = [...batch, first.length, width];
    return besideMap(makeTensor(data, shape), this.#map);
  }

  /** The images of some vectors, under the map or its transpose. */
  multiply(vectors: Vectors, transposed = false): Float64Array[][] {
    const points = transposed ? this.rows : this.columns;
    const most = Math.max(0, ...vectors.map((list) => list.length));
    const images: Float64Array[][] = vectors.map(() => []);
    if (most === 0) return images;
    const width = this.#map.separable ? this.#padded(most) : 1;
    for (let first = 0; first < most; first += width) {
      const own = vectors.map((list) => list.slice(first, first + width));
      const found = this.#product(own, { points, width }, transposed);
      found.forEach((list, k) =>
        images[k].push(...list.slice(0, own[k].length))
      );
    }
    this.#measure(vectors, images);
    return images;
  }

  /** Widths are programs of their own: there are few of them. */
  #padded(most: number): number {
    let width = Math.max(this.#width, most);
    for (let half = width; half >= most; half = Math.floor(half / 2)) {
      width = half;
    }
    return width;
  }

  #measure(vectors: Vectors, images: readonly Float64Array[][]): void {
    images.forEach((list, k) =>
      list.forEach((y, c) => {
        const length = norm(vectors[k][c]);
        if (length > 0) this.norm = Math.max(this.norm, norm(y) / length);
      })
    );
  }

  #product(
    vectors: Vectors,
    layout: Layout,
    transposed: boolean,
  ): Float64Array[][] {
    return scope(() =>
      withRecording(false, () => {
        const x = this.#tensor(vectors, layout);
        const y = transposed
          ? this.#map.multiplyTransposed(x)
          : this.#map.multiply(x);
        const points = transposed ? this.columns : this.rows;
        return this.#columns(memoryOf(y).data, { ...layout, points });
      })
    );
  }

  #columns(
    data: ArrayLike<number>,
    { points, width }: Layout,
  ): Float64Array[][] {
    return Array.from({ length: this.count }, (_, entry) => {
      const first = entry * points * width;
      return Array.from({ length: width }, (_, c) => {
        const column = new Float64Array(points);
        for (let k = 0; k < points; k++) {
          column[k] = data[first + k * width + c];
        }
        return column;
      });
    });
  }

  #tensor(vectors: Vectors, { points, width }: Layout): Tensor {
    const { dtype } = this.#map;
    const data = allocateArray(dtype, this.count * points * width);
    vectors.forEach((list, entry) =>
      list.forEach((x, c) => {
        const first = entry * points * width + c;
        for (let k = 0; k < x.length; k++) data[first + k * width] = x[k];
      })
    );
    const dim = this.#dim;
    const shape = [...this.#batch, points / dim, width * dim];
    return besideMap(makeTensor(data, shape), this.#map);
  }
}

/** A tensor where the data of a map are. */
export function besideMap(tensor: Tensor, map: LinearMap): Tensor {
  return tensor.to(deviceOfMap(map));
}

/** Rows as a tensor of float64 where the data of a map are. */
export function rowsBeside(
  rows: readonly Float64Array[],
  map: LinearMap,
): Tensor {
  const [{ length }] = rows;
  const data = new Float64Array(rows.length * length);
  rows.forEach((row, k) => data.set(row, k * length));
  return besideMap(makeTensor(data, [rows.length, length]), map);
}

/** The rows of a tensor with two axes. */
export function rowsOf(matrix: Tensor): Float64Array[] {
  const [rows, columns] = matrix.shape;
  const data = Float64Array.from(memoryOf(matrix).data);
  return Array.from(
    { length: rows },
    (_, k) => data.subarray(k * columns, (k + 1) * columns),
  );
}

/** Where the data of a map are, and those of other tensors. */
export function deviceOfMap(
  map: LinearMap,
  others: readonly Tensor[] = [],
): Device {
  const buffers = [...map.inputs, ...others].map((t) => memoryOf(t).buffer);
  return deviceOf(buffers) ?? currentDevice();
}

/** The Euclidean length of a vector. */
export function norm(x: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * x[k];
  return Math.sqrt(sum);
}
