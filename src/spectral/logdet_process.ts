/**
 * How estimates of log-determinants begin and end, on the host as on a device.
 *
 * @module
 */

import type { LinearMap } from "../operator/map.ts";
import { lowRankParts } from "../solve/choice.ts";
import {
  type LowRank,
  type Spectrum,
  spectrumOf,
} from "../solve/preconditioner.ts";
import type { PreconditionerName, SolveProgress } from "../solve/options.ts";
import { Products } from "../solve/products.ts";
import { Watch } from "../solve/watch.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { meanOf, type ProbeOptions, signs } from "./estimate.ts";
import type { KnownPart } from "./known_part.ts";
import { quadrature, type Tridiagonal } from "./lanczos.ts";

/** How a log-determinant is estimated. */
export interface LogdetOptions extends ProbeOptions {
  /** What is added to the diagonal; 0 where not given. */
  readonly alpha?: number | Tensor | undefined;
  /**
   * Below so many rows the determinant is computed from all entries; 256 where
   * not given.
   */
  readonly exactBelow?: number | undefined;
  /**
   * The residual of the systems that the derivatives take; errors of the
   * quadrature are about its square. 1e-4 where not given.
   */
  readonly eps?: number | undefined;
  /** The largest number of steps; 10 N + 100 where not given. */
  readonly maxIterations?: number | undefined;
  /** What takes the large eigenvalues out: as for systems, but `"jacobi"`. */
  readonly preconditioner?: PreconditionerName | undefined;
  /** The largest rank of the preconditioner. */
  readonly rank?: number | undefined;
  /** Called after each step. */
  readonly onProgress?: ((progress: SolveProgress) => void) | undefined;
  /** Stops between two steps, by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Numbers, and the vectors of `tr(A^-1 dA) = sum(u * dA v)`, `A u = w`. */
export interface Found {
  /** The sum of `b^T A^-1 b` over columns b. */
  readonly quadratic: number;
  /** The logarithm of the determinant. */
  readonly logdet: number;
  /** Half of its interval of 95 %. */
  readonly error: number;
  /** `A^-1 b` */
  readonly solution: Tensor;
  readonly u: Tensor;
  readonly v: Tensor;
  readonly w: Tensor;
  /** What a preconditioner knows of the derivatives. */
  readonly known?: (() => KnownPart | undefined) | undefined;
}

/** What Lanczos processes begin with. */
export interface Begun {
  /** The map, as exact as it has to be: `base + alpha Id`. */
  readonly map: LinearMap;
  readonly base: LinearMap;
  readonly alpha: number;
  /** Products of the base with a vector. */
  readonly products: Products;
  /** Of the preconditioner, if there is one. */
  readonly part: LowRank | undefined;
  readonly spectrum: Spectrum | undefined;
  /** The vectors of signs. */
  readonly z: Float64Array[];
  readonly watch: Watch;
}

/**
 * Chooses the preconditioner and draws the signs.
 *
 * @param given a symmetric positive definite map
 * @param options probes, seed, preconditioner ...
 */
export function begun(given: LinearMap, options: LogdetOptions): Begun {
  const { probes = 16, seed = 0, eps = 1e-4, onProgress, signal } = options;
  // The residual is not computed anew: products need be no more exact than it.
  const map = given.within?.(Math.min(given.tolerance ?? eps, eps)) ?? given;
  const { of: base, by: alpha } = map.shift ?? { of: map, by: 0 };
  const size = map.rows;
  const products = new Products(base, [size, 1]);
  const { preconditioner = "auto", maxIterations = 10 * size + 100 } = options;
  const [part] = preconditioner === "none"
    ? []
    : lowRankParts(base, products, alpha, options);
  return {
    map,
    base,
    alpha,
    products,
    part,
    spectrum: part && spectrumOf(part, alpha),
    z: signs(size, probes, seed),
    watch: new Watch({ eps, maxIterations, onProgress, signal }, size),
  };
}

/** The log-determinant from what the processes of the signs gave. */
export function ended(
  { spectrum, map }: Begun,
  results: readonly Tridiagonal[],
): Pick<Found, "logdet" | "error"> {
  const { mean, error } = meanOf(results.map((r) => quadrature(r, Math.log)));
  // What one step less would give tells how much the next ones would change.
  const less = meanOf(
    results.map((r) =>
      quadrature(r, Math.log, Math.max(1, r.diagonal.length - 1))
    ),
  );
  return {
    logdet: mean + (spectrum?.logdet(map.rows) ?? 0),
    error: error + Math.abs(mean - less.mean),
  };
}
