/**
 * Linear systems: their solutions, and the derivatives of those.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { LinearMap } from "../operator/map.ts";
import {
  scaledMap,
  shiftedMap,
  stackedMap,
  transposedMap,
} from "../operator/combined_maps.ts";
import { identityMap } from "../operator/maps.ts";
import { record } from "../tensor/base.ts";
import { zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { blockConjugateGradients } from "./block_cg.ts";
import { chosenPreconditioners, isPreconditioned } from "./choice.ts";
import { lockstep } from "./lockstep.ts";
import { lsmr } from "./lsmr.ts";
import { type Column, minres } from "./minres.ts";
import {
  checkOptions,
  type IterationOptions,
  type Method,
  methodOf,
} from "./options.ts";
import { onDevice } from "./on_device.ts";
import { deviceOfMap, norm, Products, type Vectors } from "./products.ts";
import { refined } from "./refine.ts";
import { addScaled } from "./small.ts";
import { Watch } from "./watch.ts";

/**
 * Solves `(A + alpha Id) x = b`, or makes `|A x - b|^2 + damp^2 |x|^2` small.
 * Gradients are those of the solution, whatever the steps that led to it.
 *
 * @param map A
 * @param right b, `[...batch, points, E]`
 * @param options how it is solved
 */
export function solveMap(
  map: LinearMap,
  right: Tensor,
  options: IterationOptions,
): Tensor {
  checkOptions(options);
  const method = methodOf(map, options);
  checkRight(map, right);
  const { alpha = 0, damp = 0 } = options;
  const shifted = alpha === 0 ? map : shiftedMap(map, alpha);
  if (method !== "lsmr") return symmetric(shifted, right, options, method);
  if (damp === 0) return leastSquares(shifted, right, options);
  // Damping is one more row for each unknown.
  const below = scaledMap(identityMap(map.columns, map.dtype), damp);
  const shape = [
    ...right.shape.slice(0, -2),
    map.columns,
    right.shape.at(-1) ?? 1,
  ];
  const { dtype, device } = right;
  const padding = zeros(shape, { dtype, device });
  return leastSquares(
    stackedMap(shifted, below),
    concat([right, padding], -2),
    options,
  );
}

function checkRight(map: LinearMap, right: Tensor): void {
  if (right.dtype !== map.dtype) {
    throw new ShapeError(
      `Cannot solve with a matrix of ${map.dtype} and a right-hand side of ${right.dtype}: convert one of them, e.g. with .to("${map.dtype}")`,
    );
  }
  if (!map.separable && right.ndim > 2) {
    throw new ShapeError(
      `Cannot solve with a right-hand side of shape [${right.shape}]: [N, D] is wanted`,
    );
  }
}

/**
 * The solution for a symmetric A. With `u = A^-1 g`, the gradient of b is u,
 * and that of A is `-u x^T`.
 */
function symmetric(
  map: LinearMap,
  right: Tensor,
  options: IterationOptions,
  method: Method,
): Tensor {
  const solution = iterate(map, right, options, method);
  record(
    [solution],
    [right, ...map.inputs],
    "solve",
    (grads, needed, saved) => {
      const [g] = grads;
      if (g === undefined) return needed.map(() => undefined);
      const [x, ...data] = saved;
      const again = map.madeOf(data);
      const u = symmetric(again, g, options, method);
      return [u, ...pulled(again, u.neg(), x, needed.slice(1))];
    },
    [solution, ...map.inputs],
  );
  return solution;
}

function pulled(
  map: LinearMap,
  u: Tensor,
  x: Tensor,
  needed: readonly boolean[],
): (Tensor | undefined)[] {
  return needed.includes(true)
    ? map.pullBack(u, x, needed)
    : needed.map(() => undefined);
}

/**
 * The least squares solution of least length, `x = A^+ b`. Its derivative, for
 * changes of A that keep its rank (Golub and Pereyra 1973), is
 *
 *     A^+ db - A^+ dA x + A^+ A^+^T dA^T r + (Id - A^+ A) dA^T A^+^T x
 */
function leastSquares(
  map: LinearMap,
  right: Tensor,
  options: IterationOptions,
): Tensor {
  const solution = iterate(map, right, options, "lsmr");
  record([solution], [right, ...map.inputs], "lsmr", (grads, needed, saved) => {
    const [g] = grads;
    if (g === undefined) return needed.map(() => undefined);
    const [x, b, ...data] = saved;
    const again = map.madeOf(data);
    const back = transposedMap(again);
    const y = leastSquares(back, g, options);
    const wanted = needed.slice(1);
    if (!wanted.includes(true)) return [y, ...wanted.map(() => undefined)];
    const parts = [pulled(again, y.neg(), x, wanted)];
    // Where there is no residual, there is nothing to differentiate.
    const r = b.sub(again.multiply(x));
    if (!isRounding(r, b)) {
      parts.push(pulled(again, r, leastSquares(again, y, options), wanted));
    }
    const outside = g.sub(again.multiplyTransposed(y));
    if (!isRounding(outside, g)) {
      const z = leastSquares(back, x, options);
      parts.push(pulled(again, z, outside, wanted));
    }
    return [
      y,
      ...parts.reduce((sums, more) => sums.map((s, k) => added(s, more[k]))),
    ];
  }, [solution, right, ...map.inputs]);
  return solution;
}

function added(
  a: Tensor | undefined,
  b: Tensor | undefined,
): Tensor | undefined {
  return a && b ? a.add(b) : a ?? b;
}

/** Whether a remainder is nothing but rounding. */
function isRounding(rest: Tensor, of: Tensor): boolean {
  const [a, b] = [rest, of].map((t) => t.detach().abs().max().item());
  return a <= (of.dtype === "float64" ? 1e-7 : 1e-4) * b;
}

/** The residual that is wanted where none is given. */
function leastResidual({ dtype }: Tensor): number {
  return dtype === "float64" ? 1e-10 : 1e-6;
}

function iterate(
  given: LinearMap,
  right: Tensor,
  options: IterationOptions,
  method: Method,
): Tensor {
  const least = Math.max(leastResidual(right), given.tolerance ?? 0);
  const { eps = least, onProgress, signal } = options;
  // Errors of products add up in the residual: they are ten times as exact.
  const map = given.within === undefined || given.tolerance === undefined
    ? given
    : given.within(Math.min(given.tolerance, eps) / 10);
  const device = deviceOfMap(map, [right]);
  if (device !== "cpu") {
    return onDevice(map, right.to(device), options, eps, method);
  }
  const { of: base, by: alpha } = map.shift ?? { of: map, by: 0 };
  const products = new Products(base, right.shape);
  const columns = products.read(right);
  const scales = columns.map((list) => list.map(scaledDown));
  const size = products.columns;
  const shape = [
    ...right.shape.slice(0, -2),
    map.columns,
    right.shape.at(-1) ?? 1,
  ];
  if (columns.every((list) => list.every((b) => b.every((x) => x === 0)))) {
    return zeros(shape, { dtype: right.dtype, device });
  }
  const { maxIterations = 10 * size + 100 } = options;
  const watch = new Watch({ eps, maxIterations, onProgress, signal }, size);
  const multiply = (vectors: Float64Array[][], transposed = false) => {
    const images = products.multiply(vectors, transposed);
    if (alpha === 0) return images;
    images.forEach((list, k) =>
      list.forEach((y, c) => addScaled(y, alpha, vectors[k][c]))
    );
    return images;
  };
  const round = (v: Float64Array) => products.round(v);
  const preconditioners = isPreconditioned(method, options)
    ? chosenPreconditioners(base, products, alpha, options)
    : columns.map(() => undefined);
  const rounding = right.dtype === "float64" ? 1e-14 : 3e-7;
  const start = (column: Column, entry: number) =>
    method === "lsmr"
      ? lsmr(size, column, watch, round)
      : minres(column, watch, round, rounding, preconditioners[entry]);
  const solution = refined(
    {
      dtype: right.dtype,
      asked: options.eps !== undefined,
      leastSquares: method === "lsmr",
      multiply,
      round,
      norm: () => products.norm + Math.abs(alpha),
      solve: (rest, norms) =>
        method === "cg"
          ? blockConjugateGradients(
            { size, multiply, round, preconditioners },
            rest,
            norms,
            watch,
          )
          : eachColumn(rest, norms, size, start, multiply, watch),
    },
    columns,
    size,
    watch,
  );
  solution.forEach((list, k) =>
    list.forEach((x, c) => x.forEach((v, i) => x[i] = v * scales[k][c]))
  );
  return products.write(solution);
}

/**
 * Divides a column by a power of 2, so that its entries are at most 2: squares
 * of very large or small ones are no numbers.
 *
 * @returns the power
 */
function scaledDown(column: Float64Array): number {
  const most = column.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  if (!(most > 0 && most < Infinity)) return 1;
  const scale = 2 ** Math.floor(Math.log2(most));
  column.forEach((x, k) => column[k] = x / scale);
  return scale;
}

/** Iterations keep so many numbers of vectors at most, all together: 64 MB. */
const KEPT = 2 ** 23;

/** Runs an iteration for each column, all of them side by side. */
function eachColumn(
  right: Vectors,
  norms: readonly (readonly number[])[],
  size: number,
  start: (column: Column, entry: number) => ReturnType<typeof minres>,
  multiply: (v: Float64Array[][], transposed: boolean) => Float64Array[][],
  watch: Watch,
): Float64Array[][] {
  const room = Math.floor(KEPT / (size * right.flat().length));
  const columns = right.map((list, k) =>
    list.map((b, c): Column => ({
      right: b,
      norm: norms[k][c],
      residual: norms[k][c] === 0 ? 0 : norm(b) / norms[k][c],
      steps: 0,
      room,
    }))
  );
  const all = columns.flat();
  const worst = () =>
    all.reduce(
      (m, { residual }) => Number.isNaN(residual) ? NaN : Math.max(m, residual),
      0,
    );
  watch.reached(worst());
  let done = 0;
  const found = lockstep(
    columns.map((list, k) => list.map((column) => start(column, k))),
    multiply,
    () => {
      const steps = all.reduce((m, column) => Math.max(m, column.steps), 0);
      if (steps <= done) return;
      done = steps;
      watch.did(worst());
      watch.reached(worst());
    },
  );
  return found.map((list) => list.map((x) => x ?? new Float64Array(0)));
}
