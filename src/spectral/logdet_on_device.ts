/**
 * Log-determinants that are estimated on a device.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import type { LinearMap } from "../operator/map.ts";
import { lowRankParts } from "../solve/choice.ts";
import { spectrumOf } from "../solve/preconditioner.ts";
import { Products } from "../solve/products.ts";
import { tensorPowers } from "../solve/tensor_power.ts";
import { Watch } from "../solve/watch.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { meanOf, signs } from "./estimate.ts";
import { quadrature } from "./lanczos.ts";
import type { LogdetOptions } from "./logdet.ts";
import { tensorLanczos } from "./tensor_lanczos.ts";

/** Numbers, and the vectors of `tr(A^-1 dA) = sum(u * dA v)`, `A u = w`. */
export interface Found {
  readonly quadratic: number;
  readonly logdet: number;
  readonly error: number;
  readonly solution: Tensor;
  readonly u: Tensor;
  readonly v: Tensor;
  readonly w: Tensor;
}

/**
 * From Lanczos processes that start at random signs, and at the columns of b
 * for their quadratic form; vectors stay where the data are.
 *
 * @param given a symmetric positive definite map
 * @param b columns, `[n, E]`
 * @param options probes, seed, preconditioner ...
 */
export function estimatedOnDevice(
  given: LinearMap,
  b: Tensor,
  options: LogdetOptions,
): Found {
  const { probes = 16, seed = 0, eps = 1e-4, onProgress, signal } = options;
  const map = given.within?.(eps / 10) ?? given;
  const { of: base, by: alpha } = map.shift ?? { of: map, by: 0 };
  const size = map.rows;
  const [, width] = b.shape;
  const products = new Products(base, [size, 1]);
  const { preconditioner = "auto" } = options;
  const [part] = preconditioner === "none"
    ? []
    : lowRankParts(base, products, alpha, options);
  const spectrum = part && spectrumOf(part, alpha);
  const { maxIterations = 10 * size + 100 } = options;
  const watch = new Watch({ eps, maxIterations, onProgress, signal }, size);
  return scope(() => {
    const same = (x: Tensor) => x;
    const powers = part && tensorPowers([part], products, alpha);
    const [half, back] = [powers?.(-0.5) ?? same, powers?.(0.5) ?? same];
    const z = products.beside([signs(size, probes, seed)], []);
    const { results, solutions } = tensorLanczos(
      (v) => half(map.multiply(half(v))),
      width > 0 ? concat([half(b), z], 1) : z,
      watch,
    );
    const own = results.slice(width);
    const { mean, error } = meanOf(own.map((r) => quadrature(r, Math.log)));
    // What one step less would give tells how much the next ones would change.
    const less = meanOf(
      own.map((r) =>
        quadrature(r, Math.log, Math.max(1, r.diagonal.length - 1))
      ),
    );
    const found = half(solutions);
    const solution = width > 0 ? found.slice([0, 0], [size, width]) : b;
    return {
      quadratic: width > 0 ? b.mul(solution).sum().item() : 0,
      logdet: mean + (spectrum?.logdet(size) ?? 0),
      error: error + Math.abs(mean - less.mean),
      solution,
      u: found.slice([0, width]).div(probes),
      v: half(z),
      w: back(z).div(probes),
    };
  });
}
