/**
 * Covariance functions with parameters.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { LazyTensor } from "../lazy/lazy_tensor.ts";
import { Pm, Vi, Vj } from "../lazy/variables.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A positive number, or one for each dimension; tensors have derivatives. */
export type PositiveParameter = number | readonly number[] | Tensor;

/** A covariance function: what Gaussian processes are made of. */
export interface CovarianceKernel {
  /** Its name, for messages. */
  readonly name: string;
  /** Its parameters, all positive, with the values to start from. */
  readonly parameters: Readonly<Record<string, PositiveParameter>>;
  /**
   * The covariances of points i and points j.
   *
   * @param x points i, `[M, D]`
   * @param y points j, `[N, D]`
   * @param parameters tensors without axes, or `[D]`
   */
  covariance(
    x: Tensor,
    y: Tensor,
    parameters: Readonly<Record<string, Tensor>>,
  ): LazyTensor;
}

/** What stationary kernels have in common. */
export interface StationaryOptions {
  /**
   * How far covariances reach; a list has one length for each dimension
   * (automatic relevance determination). 1 where not given.
   */
  readonly lengthScale?: PositiveParameter | undefined;
  /** The variance of the process at a point; 1 where not given. */
  readonly variance?: number | Tensor | undefined;
}

type Shape = (
  square: LazyTensor,
  parameters: Readonly<Record<string, Tensor>>,
) => LazyTensor;

/** A function of the distance in units of the length scales. */
function stationary(
  name: string,
  options: StationaryOptions,
  shape: Shape,
  more: Readonly<Record<string, PositiveParameter>> = {},
): CovarianceKernel {
  const { lengthScale = 1, variance = 1 } = options;
  return {
    name,
    parameters: { lengthScale, variance, ...more },
    covariance: (x, y, p) => {
      // Points in units of their scales: what is left is a plain distance.
      const [a, b] = [x, y].map((points) => points.div(p.lengthScale));
      const square = Vi(a).sqdist(Vj(x === y ? a : b));
      return shape(square, p).mul(Pm(p.variance.reshape([1])));
    },
  };
}

/**
 * The Gaussian covariance `variance exp(-|x - y|^2 / (2 lengthScale^2))`, also
 * called squared exponential, or RBF.
 *
 * @param options `lengthScale`, one or one for each dimension; `variance`
 *
 * @example Its value at a distance of one
 * ```ts
 * import { gaussianKernel, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { covariance, parameters } = gaussianKernel({ variance: 2 });
 * assert.deepEqual(parameters, { lengthScale: 1, variance: 2 });
 * const p = { lengthScale: tensor(1), variance: tensor(2) };
 * const K = covariance(tensor([[0]]), tensor([[1]]), p).sum("j");
 * assert.ok(Math.abs(K.item() - 2 * Math.exp(-0.5)) < 1e-6);
 * ```
 */
export function gaussianKernel(
  options: StationaryOptions = {},
): CovarianceKernel {
  return stationary("gaussian", options, (square) => square.mul(-0.5).exp());
}

/** Parameters of {@linkcode maternKernel}. */
export interface MaternOptions extends StationaryOptions {
  /** How smooth processes are: 0.5, 1.5 (where not given) or 2.5. */
  readonly smoothness?: 0.5 | 1.5 | 2.5 | undefined;
}

/**
 * Matérn's covariance of smoothness 1/2, 3/2 or 5/2 (Rasmussen and Williams
 * 2006, 4.2): with r = |x - y| / lengthScale and r' = sqrt(2 smoothness) r,
 * `variance exp(-r)`, `variance (1 + r') exp(-r')`, and
 * `variance (1 + r' + r'^2 / 3) exp(-r')`.
 *
 * @param options `smoothness`, `lengthScale`, `variance`
 * @throws {ArgumentError} for another smoothness
 *
 * @example Its value at a distance of one
 * ```ts
 * import { maternKernel, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const kernel = maternKernel({ smoothness: 0.5 });
 * const p = { lengthScale: tensor(1), variance: tensor(1) };
 * const K = kernel.covariance(tensor([[0]]), tensor([[1]]), p).sum("j");
 * assert.ok(Math.abs(K.item() - Math.exp(-1)) < 1e-6);
 * ```
 */
export function maternKernel(options: MaternOptions = {}): CovarianceKernel {
  const { smoothness = 1.5 } = options;
  const shapes: Readonly<Record<string, Shape>> = {
    "0.5": (square) => square.sqrt().neg().exp(),
    "1.5": (square) => {
      const r = square.mul(3).sqrt();
      return r.add(1).mul(r.neg().exp());
    },
    "2.5": (square) => {
      const r = square.mul(5).sqrt();
      return r.add(1).add(square.mul(5 / 3)).mul(r.neg().exp());
    },
  };
  const shape = shapes[smoothness];
  if (shape) return stationary(`matern ${smoothness}`, options, shape);
  throw new ArgumentError(
    `Cannot make a Matérn kernel of smoothness ${smoothness}: 0.5, 1.5 or 2.5 is wanted`,
  );
}

/** Parameters of {@linkcode rationalQuadraticKernel}. */
export interface RationalQuadraticOptions extends StationaryOptions {
  /** The fewer, the more lengths are mixed; 1 where not given. */
  readonly mixture?: number | Tensor | undefined;
}

/**
 * The rational quadratic covariance
 * `variance (1 + |x - y|^2 / (2 mixture lengthScale^2))^-mixture`: Gaussians of
 * many lengths.
 *
 * @param options `mixture`, `lengthScale`, `variance`
 *
 * @example Its value at a distance of one
 * ```ts
 * import { rationalQuadraticKernel, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const kernel = rationalQuadraticKernel();
 * const one = tensor(1);
 * const p = { lengthScale: one, variance: one, mixture: one };
 * const K = kernel.covariance(tensor([[0]]), tensor([[1]]), p).sum("j");
 * assert.ok(Math.abs(K.item() - 1 / 1.5) < 1e-6);
 * ```
 */
export function rationalQuadraticKernel(
  options: RationalQuadraticOptions = {},
): CovarianceKernel {
  return stationary(
    "rational quadratic",
    options,
    (square, { mixture }) => {
      const shares = Pm(mixture.mul(2).inv().reshape([1]));
      return square.mul(shares).add(1).log()
        .mul(Pm(mixture.neg().reshape([1]))).exp();
    },
    { mixture: options.mixture ?? 1 },
  );
}
