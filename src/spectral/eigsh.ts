/**
 * Extreme eigenpairs of symmetric operators, with derivatives.
 *
 * @module
 */

import { allocateArray } from "../dtypes.ts";
import { ArgumentError, suggestion } from "../errors.ts";
import { type LinearOperatorLike, mapOf } from "../operator/linear_operator.ts";
import { checkSquareMap, type LinearMap } from "../operator/map.ts";
import {
  productMap,
  scaledMap,
  shiftedMap,
  sumMap,
  transposedMap,
} from "../operator/combined_maps.ts";
import { denseMap } from "../operator/maps.ts";
import { besideMap, Products } from "../solve/products.ts";
import { solveMap } from "../solve/system.ts";
import { makeTensor, memoryOf, record } from "../tensor/base.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type ExtremePairs,
  extremePairs,
  wantedPlaces,
  type Which,
} from "./extreme_pairs.ts";
import { symmetricEigen } from "./symmetric_eigen.ts";

/** How {@linkcode eigsh} finds eigenpairs. */
export interface EigshOptions {
  /** How many; 6 where not given, or as many as there are. */
  readonly k?: number | undefined;
  /**
   * Which, and in which order:
   *
   * - `"largest"`, where not given: the largest first;
   * - `"smallest"`: the smallest first; where many are nearly equal beside the
   *   largest, as those of smooth kernels, they take a large `tolerance`;
   * - `"both-ends"`: half of them from either end, ascending;
   * - `"largest-magnitude"`: the largest absolute values first.
   */
  readonly which?: Which | undefined;
  /**
   * The largest `|A v - value v|`, relative to the largest absolute eigenvalue;
   * 1e-5 in float32 and 1e-10 in float64 where not given.
   */
  readonly tolerance?: number | undefined;
  /** The largest number of products with a block; 1000 where not given. */
  readonly maxIterations?: number | undefined;
  /** The number of vectors that are kept; where not given, enough for k. */
  readonly basis?: number | undefined;
  /** Of the vectors to start from; 0 where not given. */
  readonly seed?: number | undefined;
  /** Called after each product, with the largest residual. */
  readonly onProgress?:
    | ((progress: { step: number; residual: number }) => void)
    | undefined;
  /** Stops between two products, by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@linkcode eigsh} found. */
export interface EigshResult {
  /** Eigenvalues, `[k]`. */
  readonly values: Tensor;
  /** Eigenvectors of length 1, as columns: `[n, k]`. */
  readonly vectors: Tensor;
}

const WHICH: readonly Which[] = [
  "largest",
  "smallest",
  "both-ends",
  "largest-magnitude",
];

/** Smaller matrices are written out. */
const DENSE = 100;

/**
 * Extreme eigenpairs of a symmetric operator, by a Lanczos process in blocks
 * with thick restarts (Wu and Simon 2000); those of small ones by a dense
 * method. The largest entry of each vector is positive.
 *
 * The eigenvalues have derivatives, `v^T dA v`, and so have the eigenvectors of
 * eigenvalues that are not repeated, `(value - A)^+ dA v`: each of these takes
 * a system that MINRES solves.
 *
 * @param A a symmetric operator, a matrix, or a LazyTensor of scalars
 * @param options how many, which, how exact
 * @returns eigenvalues and eigenvectors
 * @throws {ArgumentError} where A is not symmetric, or an option is out of range
 * @throws {ConvergenceError} where residuals stay large
 *
 * @example The two largest of three
 * ```ts
 * import { diagonalOperator, eigsh } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { values, vectors } = eigsh(diagonalOperator([1, 5, 3]), { k: 2 });
 * assert.deepEqual(values.arraySync(), [5, 3]);
 * assert.deepEqual(vectors.arraySync(), [[0, 0], [1, 0], [0, 1]]);
 * ```
 */
export function eigsh(
  A: LinearOperatorLike,
  options: EigshOptions = {},
): EigshResult {
  const map = mapOf(A);
  checkSquareMap(map, "find eigenpairs of");
  checkOptions(map, options);
  const { values, vectors } = pairsOf(map, options);
  const { dtype, rows } = map;
  const count = values.length;
  const columns = allocateArray(dtype, rows * count);
  vectors.forEach((v, c) => {
    const sign = signOf(v);
    v.forEach((x, i) => columns[i * count + c] = sign * x);
  });
  const numbers = allocateArray(dtype, count);
  numbers.set(values);
  const result = {
    values: besideMap(makeTensor(numbers, [count]), map),
    vectors: besideMap(makeTensor(columns, [rows, count]), map),
  };
  recordPairs(map, result);
  return result;
}

/** The sign that makes the largest entry of a vector positive. */
function signOf(v: Float64Array): number {
  const largest = v.reduce((m, x) => Math.abs(x) > Math.abs(m) ? x : m, 0);
  return largest < 0 ? -1 : 1;
}

function pairsOf(map: LinearMap, options: EigshOptions): ExtremePairs {
  const { rows: size, dtype } = map;
  const single = dtype !== "float64";
  const {
    which = "largest",
    tolerance = single ? 1e-5 : 1e-10,
    maxIterations = 1000,
    seed = 0,
    onProgress,
    signal,
  } = options;
  const k = options.k ?? Math.min(6, size);
  // Products round, and far more so where they have a tolerance.
  const allowed = map.tolerance ?? (single ? 1e-3 : 1e-7);
  const basis = options.basis ?? Math.max(2 * k + 20, 40);
  const products = new Products(map, [size, Math.min(16, k + 2)]);
  const multiply = (vectors: Float64Array[]) => {
    vectors.forEach((v) => products.round(v));
    return products.multiply([vectors])[0];
  };
  const pairs = size <= DENSE || 3 * k >= size
    ? densePairs(size, k, which, multiply)
    : extremePairs(size, multiply, {
      k,
      which,
      tolerance,
      maxIterations,
      seed,
      basis,
      asymmetry: allowed,
      onStep: (step, residual) => {
        onProgress?.({ step, residual });
        signal?.throwIfAborted();
      },
    });
  if (pairs.asymmetry <= allowed) return pairs;
  throw new ArgumentError(
    `Cannot find eigenpairs of an operator that is not symmetric: x^T A y and y^T A x differ by ${
      pairs.asymmetry.toExponential(1)
    } of its largest eigenvalue`,
  );
}

/** All eigenpairs of a matrix that is written out, and the wanted of them. */
function densePairs(
  size: number,
  k: number,
  which: Which,
  multiply: (vectors: Float64Array[]) => Float64Array[],
): ExtremePairs {
  const columns = multiply(Array.from({ length: size }, (_, c) => {
    const unit = new Float64Array(size);
    unit[c] = 1;
    return unit;
  }));
  let asymmetry = 0;
  const matrix = columns.map((row, i) =>
    row.map((x, j) => {
      asymmetry = Math.max(asymmetry, Math.abs(x - columns[j][i]));
      return (x + columns[j][i]) / 2;
    })
  );
  const { values, vectors } = symmetricEigen(matrix);
  const scale = Math.max(...values.map(Math.abs)) || 1;
  const places = wantedPlaces(values, k, which);
  return {
    values: Float64Array.from(places, (p) => values[p]),
    vectors: places.map((p) => vectors[p]),
    asymmetry: asymmetry / scale,
  };
}

function recordPairs(map: LinearMap, { values, vectors }: EigshResult): void {
  record([values, vectors], map.inputs, "eigsh", (grads, needed, saved) => {
    const [value, vector] = grads;
    const [lambda, v, ...data] = saved;
    const again = map.madeOf(data);
    const terms: Tensor[] = [];
    if (value) terms.push(v.mul(value));
    if (vector) terms.push(fromVectors(again, lambda, v, vector));
    if (terms.length === 0) return needed.map(() => undefined);
    const u = terms.reduce((sum, t) => sum.add(t));
    return again.pullBack(u, v, needed);
  }, [values, vectors, ...map.inputs]);
}

/** `(value - A)^+ g` for each eigenpair with the gradient g of its vector. */
function fromVectors(
  map: LinearMap,
  values: Tensor,
  vectors: Tensor,
  gradients: Tensor,
): Tensor {
  const [n, k] = vectors.shape;
  const numbers = Array.from(memoryOf(values).data);
  const scale = Math.max(...numbers.map(Math.abs)) || 1;
  checkSimple(numbers, scale, map.dtype === "float64" ? 1e-9 : 1e-4);
  const columns = Array.from({ length: k }, (_, c) => {
    const [v, g] = [vectors, gradients].map((t) => t.slice([0, c], [n, c + 1]));
    // A minus the value has no inverse along v, and needs none.
    const along = denseMap(v);
    const regular = sumMap([
      shiftedMap(map, values.slice([c], [c + 1]).neg()),
      scaledMap(productMap(along, transposedMap(along)), scale),
    ]);
    const right = g.sub(v.mul(v.mul(g).sum()));
    return solveMap(regular, right, { method: "minres" }).neg();
  });
  return k === 1 ? columns[0] : concat(columns, 1);
}

function checkSimple(
  values: readonly number[],
  scale: number,
  least: number,
): void {
  values.forEach((a, p) => {
    const q = values.findIndex((b, q) =>
      q !== p && Math.abs(a - b) <= least * scale
    );
    if (q < 0) return;
    throw new ArgumentError(
      `Cannot differentiate eigenvectors of repeated eigenvalues: ${p} and ${q} are ${a} and ${
        values[q]
      }; only the eigenvalues have derivatives`,
    );
  });
}

function checkOptions(map: LinearMap, options: EigshOptions): void {
  const { which = "largest", tolerance = 1, maxIterations = 1 } = options;
  if (!WHICH.includes(which)) {
    throw new ArgumentError(
      `Cannot find the eigenvalues "${which}"${
        suggestion(String(which), WHICH)
      }: one of ${WHICH.map((w) => `"${w}"`).join(", ")} is wanted`,
    );
  }
  const { k = 1, basis = k } = options;
  for (const [name, x] of [["k", k], ["basis", basis]] as const) {
    if (Number.isInteger(x) && x >= 1 && (name === "basis" || x <= map.rows)) {
      continue;
    }
    throw new ArgumentError(
      `Cannot find eigenpairs with ${name} = ${x}: ${
        name === "k" ? `an integer from 1 to ${map.rows}` : "a positive integer"
      } is wanted`,
    );
  }
  const positive = [["tolerance", tolerance], ["maxIterations", maxIterations]];
  for (const [name, x] of positive) {
    if (Number(x) > 0) continue;
    throw new ArgumentError(
      `Cannot find eigenpairs with ${name} = ${x}: a positive number is wanted`,
    );
  }
}
