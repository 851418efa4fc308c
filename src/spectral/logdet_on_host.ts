/**
 * Log-determinants that the host computes: from all entries, or estimated.
 *
 * @module
 */

import { ConvergenceError } from "../errors.ts";
import type { LinearMap } from "../operator/map.ts";
import { lockstep } from "../solve/lockstep.ts";
import { besideMap, Products } from "../solve/products.ts";
import { addScaled, cholesky, solveFactored } from "../solve/small.ts";
import { eye } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { knownPart } from "./known_part.ts";
import { lanczos, type LanczosState } from "./lanczos.ts";
import type { LogdetOptions } from "./logdet_process.ts";
import { begun, ended, type Found } from "./logdet_process.ts";

/**
 * From a factor of all entries.
 *
 * @param map a symmetric positive definite map
 * @param b columns, `[n, E]`
 * @param differentiated whether the inverse is wanted, for derivatives
 */
export function factored(
  map: LinearMap,
  b: Tensor,
  differentiated: boolean,
): Found {
  const { rows: size, dtype } = map;
  const v = besideMap(eye(size, size, { dtype, device: "cpu" }), map);
  const products = new Products(map, [size, size]);
  const [columns] = products.multiply([products.read(v)[0]]);
  const factor = cholesky(
    columns.map((row, i) => row.map((x, j) => (x + columns[j][i]) / 2)),
  );
  if (factor.pivot !== undefined) {
    throw new ConvergenceError(
      `Cannot take a log-determinant: the matrix is not positive definite (pivot ${factor.pivot}); add to its diagonal with alpha`,
      [],
    );
  }
  const { lower } = factor;
  const solved = (x: Float64Array) => {
    const copy = x.slice();
    solveFactored(lower, copy);
    return copy;
  };
  const right = products.read(b)[0];
  const solution = right.map(solved);
  return {
    quadratic: quadraticOf(right, solution),
    logdet: lower.reduce((sum, row, k) => sum + 2 * Math.log(row[k]), 0),
    error: 0,
    solution: written(products, solution, b),
    u: differentiated ? products.write([products.read(v)[0].map(solved)]) : v,
    v,
    w: v,
  };
}

/**
 * From Lanczos processes that start at random signs, and at the columns of b
 * for their quadratic form.
 *
 * @param given a symmetric positive definite map
 * @param b columns, `[n, E]`
 * @param options probes, seed, preconditioner ...
 */
export function estimated(
  given: LinearMap,
  b: Tensor,
  options: LogdetOptions,
): Found {
  const start = begun(given, options);
  const { map, base, alpha, spectrum, z, watch } = start;
  const products = new Products(base, [map.rows, z.length + b.shape[1]]);
  const power = (v: Float64Array, exponent: number) =>
    spectrum ? spectrum.power(v, exponent) : v.slice();
  const right = products.read(b)[0];
  const starts = [...right.map((x) => power(x, -0.5)), ...z];
  const states = starts.map((): LanczosState => ({ residual: 1, steps: 0 }));
  const worst = () =>
    states.reduce(
      (m, { residual }) =>
        residual > m || Number.isNaN(residual) ? residual : m,
      0,
    );
  const [results] = lockstep(
    [starts.map((start, k) =>
      lanczos(start, states[k], watch, (v) => power(v, -0.5))
    )],
    (vectors) => {
      vectors.flat().forEach((v) => products.round(v));
      const images = products.multiply(vectors);
      images.forEach((list, k) =>
        list.forEach((y, c) => addScaled(y, alpha, vectors[k][c]))
      );
      return images;
    },
    () => {
      watch.did(worst());
      watch.reached(worst());
    },
  );
  const done = results.flatMap((r) => r ?? []);
  const solutions = done.map((r) => power(r.solution, -0.5));
  const solution = solutions.slice(0, right.length);
  const scaled = (list: Float64Array[]) =>
    products.write([list.map((x) => x.map((y) => y / z.length))]);
  const v = products.write([z.map((x) => power(x, -0.5))]);
  const w = scaled(z.map((x) => power(x, 0.5)));
  return {
    ...ended(start, done.slice(right.length)),
    quadratic: quadraticOf(right, solution),
    solution: written(products, solution, b),
    u: scaled(solutions.slice(right.length)),
    v,
    w,
    known: () => knownPart(start, v, w),
  };
}

function quadraticOf(
  right: readonly Float64Array[],
  solution: readonly Float64Array[],
): number {
  return right.reduce(
    (sum, x, c) => x.reduce((s, y, k) => s + y * solution[c][k], sum),
    0,
  );
}

/** Columns as a tensor; those of b where there are none. */
function written(
  products: Products,
  columns: Float64Array[],
  b: Tensor,
): Tensor {
  return columns.length > 0 ? products.write([columns]) : b;
}
