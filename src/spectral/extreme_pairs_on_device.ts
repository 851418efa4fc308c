/**
 * Extreme eigenpairs of large symmetric matrices, with all vectors where the
 * data are: what the host sees are matrices of the size of the basis.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { scope } from "../autodiff/scope.ts";
import { Category } from "../formula/formula.ts";
import { reduceJobs } from "../lazy/evaluate.ts";
import { indexOf, variableOf } from "../lazy/operand.ts";
import { pointState } from "../lazy/data_states.ts";
import { applyOp, LazyState } from "../lazy/state.ts";
import type { LinearMap } from "../operator/map.ts";
import { mul } from "../ops/arithmetic.ts";
import { sumReduction } from "../reductions/sum.ts";
import { Products } from "../solve/products.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Random } from "../train/random.ts";
import { type ExtremeOptions, ExtremeSearch } from "./extreme_search.ts";
import { symmetricEigen } from "../solve/symmetric_eigen.ts";

/** Eigenpairs whose vectors are on a device. */
export interface DevicePairs {
  /** The eigenvalues. */
  readonly values: Float64Array;
  /** Their vectors, of length 1 and at right angles, as columns. */
  readonly vectors: Tensor;
  /** The largest `|x^T A y - y^T A x|` that was seen, relative to |A|. */
  readonly asymmetry: number;
  /** The largest absolute eigenvalue that was seen. */
  readonly scale: number;
}

/** Vectors and their images, each in a row: `[count, n]`. */
interface Space {
  readonly basis: Tensor;
  readonly images: Tensor;
}

/**
 * The process of `extremePairs`, step by step, on tensors. Blocks always have
 * the same width, filled up with zeros: each width is a program of its own.
 *
 * @param map a symmetric map whose columns are vectors of their own
 * @throws {ConvergenceError} where residuals stay large
 */
export function extremePairsOnDevice(
  map: LinearMap,
  options: ExtremeOptions,
): DevicePairs {
  return withRecording(false, () => scope(() => found(map, options)));
}

function found(map: LinearMap, options: ExtremeOptions): DevicePairs {
  const { rows: size } = map;
  const search = new ExtremeSearch(size, options);
  const { width } = search;
  const random = new Random(options.seed);
  const products = new Products(map, [size, width]);
  const fresh = (count: number): Tensor => {
    const vectors = Array.from({ length: count }, () => {
      return Float64Array.from({ length: size }, () => random.normal());
    });
    return widened(products.beside([vectors], []), width);
  };
  let [space, next]: [Space | undefined, Tensor] = [undefined, fresh(width)];
  while (true) {
    const before = space;
    space = scope((): Space => {
      const room = size - countOf(before);
      const added = orthonormal(next, before?.basis, room) ??
        orthonormal(fresh(width), before?.basis, room);
      // Products that are not finite have no directions.
      if (added === undefined) throw search.notFinite();
      const { block, count } = added;
      return grown(before, block, map.multiply(block), count);
    });
    before?.basis.dispose();
    before?.images.dispose();
    next.dispose();
    const { basis, images } = space;
    const within = rowsOf(cross(basis, images.transpose()));
    const { values, factors } = search.approximations(within);
    const far = factors.map((f, k) => f.map((x) => -values[k] * x));
    const rest = scope(() =>
      mixed(images, factors).add(mixed(basis, far)).div(search.scale)
    );
    const lengths = Array.from(rest.square().sum(0).sqrt().dataSync());
    if (search.isDone(lengths)) {
      const vectors = mixed(basis, factors);
      const { asymmetry, scale } = search;
      return { values, vectors, asymmetry, scale };
    }
    const goOn = search.goOn(lengths);
    next = scope(() => widened(rest.gather(goOn, 1), width));
    rest.dispose();
    const kept = search.restart(goOn.length);
    if (kept) {
      space = scope(() => ({
        basis: mixed(basis, kept).transpose(),
        images: mixed(images, kept).transpose(),
      }));
      basis.dispose();
      images.dispose();
    }
  }
}

function countOf(space: Space | undefined): number {
  return space?.basis.shape[0] ?? 0;
}

/** A space with the first columns of a block, and their images. */
function grown(
  space: Space | undefined,
  block: Tensor,
  images: Tensor,
  count: number,
): Space {
  const own = (x: Tensor) => x.transpose().slice([0], [count]);
  if (space === undefined) return { basis: own(block), images: own(images) };
  return {
    basis: concat([space.basis, own(block)]),
    images: concat([space.images, own(images)]),
  };
}

/** The same columns, and zeros. */
function widened(columns: Tensor, width: number): Tensor {
  const [n, own] = columns.shape;
  if (own === width) return columns;
  const { dtype, device } = columns;
  return concat([columns, zeros([n, width - own], { dtype, device })], 1);
}

/**
 * Columns of length 1 at right angles to one another and to the basis, of what
 * some columns span beside it: they come first, zeros follow. Undefined where
 * there are none.
 */
function orthonormal(
  given: Tensor,
  basis: Tensor | undefined,
  room: number,
): { readonly block: Tensor; readonly count: number } | undefined {
  let [x, count] = [given, 0];
  // What is left of a vector near the basis is less exact: it is done again.
  for (let pass = 0; pass < 3; pass++) {
    x = unit(x);
    if (basis) x = x.sub(mixedBy(basis, cross(basis, x)));
    x = unit(x);
    const rows = x.transpose();
    const factors = whitening(rowsOf(cross(rows, x)), given, room);
    if (factors === undefined) return undefined;
    x = mixed(rows, factors.columns);
    count = factors.count;
  }
  return { block: x, count };
}

/**
 * Factors that make columns orthonormal, given their products with one
 * another; undefined where none are left, or they are not finite.
 */
function whitening(
  products: Float64Array[],
  { dtype }: Tensor,
  room: number,
): { readonly columns: Float64Array[]; readonly count: number } | undefined {
  if (!products.every((row) => row.every(Number.isFinite))) return undefined;
  // What is smaller is rounding.
  const least = dtype === "float64" ? 1e-13 : 1e-6;
  const { values, vectors } = symmetricEigen(products);
  const columns = vectors.map((v, k) => ({ v, value: values[k] }))
    .filter(({ value }) => value > least)
    .sort((a, b) => b.value - a.value)
    .slice(0, room)
    .map(({ v, value }) => v.map((x) => x / Math.sqrt(value)));
  const count = columns.length;
  if (count === 0) return undefined;
  while (columns.length < products.length) {
    columns.push(new Float64Array(products.length));
  }
  return { columns, count };
}

/** Columns of length 1, or 0; those of very large numbers, too. */
function unit(x: Tensor): Tensor {
  const most = x.abs().max(0, { keepDims: true });
  const near = x.div(most.gt(0).where(most, 1));
  const lengths = near.square().sum(0, { keepDims: true }).sqrt();
  return near.div(lengths.gt(0).where(lengths, 1));
}

/** The products of rows `[b, n]` with columns `[n, w]`: sums over n. */
function cross(rows: Tensor, columns: Tensor): Tensor {
  return summed(rows, columns, "j");
}

/** The sum of rows `[b, n]` with each of some lists of factors, `[n, w]`. */
function mixed(rows: Tensor, lists: readonly Float64Array[]): Tensor {
  const { dtype, device } = rows;
  const [count] = rows.shape;
  const table = Array.from(
    { length: count },
    (_, b) => lists.map((list) => list[b]),
  );
  const factors = tensor(table, [count, lists.length], {
    dtype,
    device: "cpu",
  });
  return mixedBy(rows, factors.to(device));
}

/** The same with factors on the device, `[b, w]`. */
function mixedBy(rows: Tensor, factors: Tensor): Tensor {
  return summed(rows, factors, "i");
}

/**
 * A matrix times vectors, as a sum over one of its axes: a program for all
 * sizes, whose terms are shared out where results are few.
 */
function summed(matrix: Tensor, vectors: Tensor, axis: "i" | "j"): Tensor {
  const category = axis === "j" ? Category.J : Category.I;
  const states = [
    applyOp(mul, [entriesOf(matrix), pointState(vectors, category)]),
  ];
  return reduceJobs([{ reduction: sumReduction, states }], axis, {})[0][0];
}

/** A scalar for each pair. */
function entriesOf(data: Tensor): LazyState {
  const [m, n] = data.shape;
  const formula = variableOf(data, 1, Category.PAIR);
  const operands = new Map([[indexOf(formula), { data, batch: [], dim: 1 }]]);
  return new LazyState({ formula, operands, m, n });
}

/** The rows of a small matrix, on the host. */
function rowsOf(matrix: Tensor): Float64Array[] {
  const [rows, columns] = matrix.shape;
  const data = matrix.dataSync();
  return Array.from(
    { length: rows },
    (_, r) => Float64Array.from(data.subarray(r * columns, (r + 1) * columns)),
  );
}
