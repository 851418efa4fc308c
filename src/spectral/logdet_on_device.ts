/**
 * Log-determinants that are estimated on a device.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import type { LinearMap } from "../operator/map.ts";
import { tensorPowers } from "../solve/tensor_power.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { knownPart } from "./known_part.ts";
import type { LogdetOptions } from "./logdet_process.ts";
import { begun, ended, type Found } from "./logdet_process.ts";
import { tensorLanczos } from "./tensor_lanczos.ts";

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
  const start = begun(given, options);
  const { map, alpha, products, part, z: drawn, watch } = start;
  const [size, width] = b.shape;
  return scope(() => {
    const same = (x: Tensor) => x;
    const powers = part && tensorPowers([part], products, alpha);
    const [half, back] = [powers?.(-0.5) ?? same, powers?.(0.5) ?? same];
    const z = products.beside([drawn], []);
    const { results, solutions } = tensorLanczos(
      (v) => half(map.multiply(half(v))),
      width > 0 ? concat([half(b), z], 1) : z,
      watch,
    );
    const found = half(solutions);
    const solution = width > 0 ? found.slice([0, 0], [size, width]) : b;
    const v = half(z);
    const w = back(z).div(drawn.length);
    return {
      ...ended(start, results.slice(width)),
      quadratic: width > 0 ? b.mul(solution).sum().item() : 0,
      solution,
      u: found.slice([0, width]).div(drawn.length),
      v,
      w,
      known: () => knownPart(start, v, w),
    };
  });
}
