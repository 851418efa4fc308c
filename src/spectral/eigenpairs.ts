/**
 * Extreme eigenpairs of linear maps, on the host or where the data are.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { allocateArray } from "../dtypes.ts";
import { ArgumentError, ConvergenceError } from "../errors.ts";
import type { LinearMap } from "../operator/map.ts";
import { besideMap, deviceOfMap, Products } from "../solve/products.ts";
import { makeTensor } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ExtremePairs, extremePairs } from "./extreme_pairs.ts";
import { extremePairsOnDevice } from "./extreme_pairs_on_device.ts";
import {
  type ExtremeOptions,
  mayHide,
  projected,
  wantedPlaces,
  type Which,
} from "./extreme_search.ts";
import { symmetricEigen } from "../solve/symmetric_eigen.ts";

/** How `eigsh` finds eigenpairs. */
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
  /**
   * The largest number of products with a block; 1000 where not given. Without
   * it, matrices of up to 1000 rows that take long are written out.
   */
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

/** What `eigsh` found. */
export interface EigshResult {
  /** Eigenvalues, `[k]`. */
  readonly values: Tensor;
  /** Eigenvectors of length 1, as columns: `[n, k]`. */
  readonly vectors: Tensor;
}

/** Smaller matrices are written out. */
const DENSE = 100;
/**
 * Those up to here, too, where all is not found in a product for so many rows.
 */
const WRITTEN = 1000;
const ROWS_PER_PRODUCT = 5;

/** The eigenpairs that are asked for; the options are in range. */
export function eigenpairs(
  map: LinearMap,
  options: EigshOptions,
): EigshResult {
  options.signal?.throwIfAborted();
  if (isSmall(map, options)) return pairsOnHost(map, options, true);
  const onHost = deviceOfMap(map) === "cpu" || !map.separable ||
    !["float32", "float64"].includes(map.dtype);
  const found = (own: EigshOptions) =>
    onHost ? pairsOnHost(map, own, false) : pairsOnDevice(map, own);
  if (map.rows > WRITTEN || options.maxIterations != null) {
    return found(options);
  }
  const maxIterations = Math.ceil(map.rows / ROWS_PER_PRODUCT);
  try {
    return found({ ...options, maxIterations });
  } catch (error) {
    const slow = error instanceof ConvergenceError &&
      error.residuals.length >= maxIterations;
    if (slow) return pairsOnHost(map, options, true);
    throw error;
  }
}

/** Whether all eigenpairs are as easy to find as those that are wanted. */
function isSmall({ rows }: LinearMap, { k = 6 }: EigshOptions): boolean {
  return rows <= DENSE || 3 * k >= rows;
}

function pairsOnHost(
  map: LinearMap,
  options: EigshOptions,
  dense: boolean,
): EigshResult {
  const { dtype, rows } = map;
  const { settings, k } = settingsOf(map, options);
  const products = new Products(map, [rows, Math.min(16, k + 2)]);
  const multiply = (vectors: Float64Array[]) => {
    vectors.forEach((v) => products.round(v));
    return products.multiply([vectors])[0];
  };
  const { values, vectors, asymmetry } = dense
    ? densePairs(rows, k, settings.which, multiply)
    : extremePairs(rows, multiply, settings);
  checkSymmetric(asymmetry, settings);
  const count = values.length;
  const columns = allocateArray(dtype, rows * count);
  vectors.forEach((v, c) => {
    const sign = signOf(v);
    v.forEach((x, i) => columns[i * count + c] = sign * x);
  });
  return {
    values: numbersBeside(values, map),
    vectors: besideMap(makeTensor(columns, [rows, count]), map),
  };
}

/**
 * All vectors stay where the data are, unless eigenvalues are repeated more
 * often than a block is wide.
 */
export function pairsOnDevice(
  map: LinearMap,
  options: EigshOptions,
): EigshResult {
  const { settings } = settingsOf(map, options);
  const found = extremePairsOnDevice(map, settings);
  const { values, vectors, asymmetry } = found;
  checkSymmetric(asymmetry, settings);
  if (mayHide(found, settings)) return pairsOnHost(map, options, false);
  return withRecording(false, () => {
    const [low, high] = [vectors.min(0), vectors.max(0)];
    const signs = high.add(low).ge(0).where(1, -1);
    return {
      values: numbersBeside(values, map),
      vectors: vectors.mul(signs),
    };
  });
}

/** Numbers of the host, where the data of a map are. */
function numbersBeside(values: Float64Array, map: LinearMap): Tensor {
  const numbers = allocateArray(map.dtype, values.length);
  numbers.set(values);
  return besideMap(makeTensor(numbers, [values.length]), map);
}

/** The sign that makes the largest entry of a vector positive. */
function signOf(v: Float64Array): number {
  const largest = v.reduce((m, x) => Math.abs(x) > Math.abs(m) ? x : m, 0);
  return largest < 0 ? -1 : 1;
}

/** The options with those that were not given. */
function settingsOf(
  map: LinearMap,
  options: EigshOptions,
): { readonly settings: ExtremeOptions; readonly k: number } {
  const single = map.dtype !== "float64";
  const {
    which = "largest",
    tolerance = single ? 1e-5 : 1e-10,
    maxIterations = 1000,
    seed = 0,
    onProgress,
    signal,
  } = options;
  const k = options.k ?? Math.min(6, map.rows);
  const settings = {
    k,
    which,
    tolerance,
    maxIterations,
    seed,
    basis: options.basis,
    // Products round, and far more so where they have a tolerance.
    asymmetry: map.tolerance ?? (single ? 1e-3 : 1e-7),
    onStep: (step: number, residual: number) => {
      onProgress?.({ step, residual });
      signal?.throwIfAborted();
    },
  };
  return { settings, k };
}

function checkSymmetric(asymmetry: number, allowed: ExtremeOptions): void {
  if (asymmetry <= allowed.asymmetry) return;
  throw new ArgumentError(
    `Cannot find eigenpairs of an operator that is not symmetric: x^T A y and y^T A x differ by ${
      asymmetry.toExponential(1)
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
  const { matrix, asymmetry } = projected(columns);
  const { values, vectors } = symmetricEigen(matrix);
  const scale = Math.max(...values.map(Math.abs)) || 1;
  const places = wantedPlaces(values, k, which);
  return {
    values: Float64Array.from(places, (p) => values[p]),
    vectors: places.map((p) => vectors[p]),
    asymmetry: asymmetry / scale,
    scale,
  };
}
