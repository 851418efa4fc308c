/**
 * Products with kernels that are written by name.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { promoted, remade } from "../lazy/base.ts";
import type { ReduceOptions } from "../lazy/evaluate.ts";
import { LazyTensor } from "../lazy/lazy_tensor.ts";
import type { LazyData } from "../lazy/data_states.ts";
import { joined, LazyState } from "../lazy/state.ts";
import { Pm, Vi, Vj } from "../lazy/variables.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { expandKernel } from "./kernel_names.ts";

/**
 * The variables of a kernel by name. Arrays named x, u or s are points i,
 * those named y, v or t are points j, all others are parameters; `Vi(...)`,
 * `Vj(...)`, `Pm(...)` say it for any name.
 */
export type KernelVariables = Readonly<Record<string, LazyTensor | LazyData>>;

const POINTS_I: ReadonlySet<string> = new Set(["x", "u", "s"]);
const POINTS_J: ReadonlySet<string> = new Set(["y", "v", "t"]);

function variableFor(name: string, given: LazyTensor | LazyData): LazyTensor {
  if (given instanceof LazyTensor) return given;
  if (POINTS_I.has(name)) return Vi(given);
  return POINTS_J.has(name) ? Vj(given) : Pm(given);
}

/**
 * A kernel written with the usual names, as a LazyTensor.
 *
 * `gaussian`, `laplacian`, `cauchy`, `inverse_multiquadric`, `distance`,
 * `energy` of `|x - y|^2`; `linear`, `exponential` of the scalar product,
 * `cosine` of the angle. Each takes `(x, y)` or `(x, y, g)` with a scale g:
 * 1 / sigma^2 for a length sigma, one weight a component, or a matrix.
 *
 * @param kernel e.g. `"gaussian(x, y, g) * (1 + linear(u, v)**2)"`
 * @param variables arrays, numbers or LazyTensors by name
 * @throws {FormulaSyntaxError} where the kernel cannot be read
 * @throws {ShapeError} where dimensions do not fit
 *
 * @example A kernel on points and directions
 * ```ts
 * import { namedKernel } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const k = namedKernel("gaussian(x, y) * linear(u, v)**2", {
 *   x: [[0, 0]],
 *   y: [[0, 0], [0, 1]],
 *   u: [[1, 0]],
 *   v: [[2, 0], [3, 0]],
 * });
 * const [first, second] = k.dense().dataSync();
 * assert.equal(first, 4);
 * assert.ok(Math.abs(second - 9 * Math.exp(-1)) < 1e-6);
 * ```
 */
export function namedKernel(
  kernel: string,
  variables: KernelVariables,
): LazyTensor {
  const states = Object.entries(variables).map(([name, given]) =>
    [name, promoted(variableFor(name, given))] as const
  );
  if (states.length === 0) {
    throw new ArgumentError(
      `Cannot build the kernel "${kernel}" without variables`,
    );
  }
  const names = new Map(states.map(([name, s]) => [name, s.formula]));
  const formula = expandKernel(kernel, names);
  const whole = joined(formula, states.map(([, state]) => state));
  return remade(new LazyTensor(0), new LazyState({ ...whole }));
}

/**
 * The product of a named kernel with b: `a_i = sum_j k(x_i, y_j) b_j`.
 *
 * @param kernel as for {@linkcode namedKernel}
 * @param variables arrays, numbers or LazyTensors by name
 * @param b `[N, E]` or `[N]`
 * @param options how to compute
 * @returns `[M, E]` or `[M]`
 *
 * @example
 * ```ts
 * import { kernelProduct } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = [[0, 0], [3, 4]], y = [[0, 0]];
 * const a = kernelProduct("cauchy(x, y, 0.04)", { x, y }, [[10]]);
 * assert.deepEqual(a.arraySync(), [[10], [5]]);
 * ```
 */
export function kernelProduct(
  kernel: string,
  variables: KernelVariables,
  b: LazyData,
  options: ReduceOptions = {},
): Tensor {
  return namedKernel(kernel, variables).matmul(b, options);
}
