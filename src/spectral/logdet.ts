/**
 * Log-determinants of large positive matrices.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { arrayOf } from "../dtypes.ts";
import { ArgumentError } from "../errors.ts";
import { type LinearOperatorLike, mapOf } from "../operator/linear_operator.ts";
import { checkSquareMap, type LinearMap } from "../operator/map.ts";
import { type Scale, shiftedMap } from "../operator/combined_maps.ts";
import { checkOptions } from "../solve/options.ts";
import { besideMap, deviceOfMap } from "../solve/products.ts";
import { solveMap } from "../solve/system.ts";
import { isTracked, makeTensor, record } from "../tensor/base.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkProbes, type Estimate } from "./estimate.ts";
import { pullKnown } from "./known_part.ts";
import { estimatedOnDevice } from "./logdet_on_device.ts";
import { estimated, factored } from "./logdet_on_host.ts";
import type { LogdetOptions } from "./logdet_process.ts";

/** Rows below which all entries are computed. */
const EXACT = 256;

/**
 * The logarithm of the determinant of a symmetric positive definite operator,
 * by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017) of what a
 * preconditioner leaves; small matrices are factored. The same seed gives the
 * same estimate.
 *
 * The derivative `tr(A^-1 dA)` is estimated from the same vectors (Hutchinson
 * 1990) but for what the preconditioner `"cholesky"` knows of it, which is
 * computed. It has derivatives in its turn.
 *
 * @param A a symmetric positive definite operator, matrix or LazyTensor
 * @param options `alpha`, `probes` (16 where not given), `seed`,
 * `preconditioner` ...
 * @returns the value, with derivatives, and its error
 * @throws {ConvergenceError} where A is not positive definite
 * @throws {ArgumentError} where A is not square, or an option is out of range
 *
 * @example A diagonal
 * ```ts
 * import { diagonalOperator, logdet } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { value, error } = logdet(diagonalOperator([1, 2, 4]));
 * assert.ok(Math.abs(value.item() - Math.log(8)) < 1e-6);
 * assert.equal(error, 0);
 * ```
 */
export function logdet(
  A: LinearOperatorLike,
  options: LogdetOptions = {},
): Estimate {
  const { logdet: value, error } = quadraticAndLogdet(
    mapOf(A),
    undefined,
    options,
  );
  return { value, error };
}

/** A quadratic form of the inverse, and the log-determinant. */
export interface QuadraticAndLogdet {
  /** The sum of `b^T A^-1 b` over columns b. */
  readonly quadratic: Tensor;
  /** The logarithm of the determinant. */
  readonly logdet: Tensor;
  /** Half of its interval of 95 %. */
  readonly error: number;
}

/**
 * What Gaussian densities take, in one process: all products are shared
 * (Gardner, Pleiss, Bindel, Weinberger and Wilson 2018).
 *
 * @param given a symmetric positive definite map
 * @param right columns b, `[n, E]`
 */
export function quadraticAndLogdet(
  given: LinearMap,
  right: Tensor | undefined,
  options: LogdetOptions,
): QuadraticAndLogdet {
  checkSquareMap(given, "take the log-determinant of");
  const { alpha = 0 as Scale, exactBelow = EXACT, probes = 16 } = options;
  checkOptions(options);
  checkProbes("estimate a log-determinant", probes);
  if (options.preconditioner === "jacobi") {
    throw new ArgumentError(
      'Cannot estimate a log-determinant with the preconditioner "jacobi": "cholesky", "nystrom", "none" or "auto" is wanted',
    );
  }
  const map = alpha === 0 ? given : shiftedMap(given, alpha);
  const b = right ??
    besideMap(makeTensor(arrayOf(map.dtype, []), [map.rows, 0]), map);
  const differentiated = isTracked([b, ...map.inputs]);
  const found = withRecording(
    false,
    () =>
      map.rows < exactBelow
        ? factored(map, b, differentiated)
        : deviceOfMap(map) === "cpu"
        ? estimated(map, b, options)
        : estimatedOnDevice(map, b, options),
  );
  const { solution, u, v, w, known } = found;
  const outputs = [found.quadratic, found.logdet]
    .map((x) => besideMap(makeTensor(arrayOf(map.dtype, [x]), []), map));
  const inputs = [b, ...map.inputs];
  record(outputs, inputs, "logdet", ([q, l], needed, saved) => {
    const [b, ...data] = saved;
    const again = map.madeOf(data);
    // To be differentiated again, solutions must know what they depend on.
    const tracked = isTracked(saved);
    const how = { ...options, alpha: 0, eps: undefined, onProgress: undefined };
    const all = tracked ? solveMap(again, concat([b, w], 1), how) : undefined;
    const [n, width] = b.shape;
    const x = all ? all.slice([0, 0], [n, width]) : solution;
    const left: Tensor[] = [];
    const back: Tensor[] = [];
    if (q && width > 0) {
      left.push(x.mul(q).neg());
      back.push(x);
    }
    if (l) {
      left.push((all ? all.slice([0, width]) : u).mul(l));
      back.push(v);
    }
    const wanted = needed.slice(1);
    const some = wanted.includes(true);
    const parts = left.length > 0 && some
      ? again.pullBack(joined(left), joined(back), wanted)
      : wanted.map(() => undefined);
    const part = l && some ? known?.() : undefined;
    const more = l && part && pullKnown(part, again, data, l, wanted);
    return [
      q && width > 0 ? x.mul(q).mul(2) : undefined,
      ...parts.map((g, k) => {
        const other = more?.[k];
        return g && other ? g.add(other) : g ?? other;
      }),
    ];
  }, inputs);
  return { quadratic: outputs[0], logdet: outputs[1], error: found.error };
}

function joined(columns: readonly Tensor[]): Tensor {
  return columns.length === 1 ? columns[0] : concat(columns, 1);
}
