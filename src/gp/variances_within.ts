/**
 * Variances of predictions within a tolerance.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type LowRankVariances,
  lowRankVariances,
} from "./low_rank_variances.ts";
import type { PredictOptions } from "./options.ts";
import { ProcessSystems } from "./systems.ts";
import { type BoundedVariances, solvedVariances } from "./variances.ts";

/** The largest rank where none is given. */
const RANK = 1000;
/** How often systems are solved, each time more exactly. */
const TRIES = 3;

/**
 * Variances of one process within tolerances: in float64, for bounds are
 * differences of numbers that are nearly the same.
 */
export class VariancesWithin {
  readonly #systems: ProcessSystems;
  #made:
    | { tol: number; rank: number; part: LowRankVariances | undefined }
    | undefined;

  /**
   * Variances of a process.
   *
   * @param given its systems, of any dtype
   */
  constructor({ options, x, tensors }: ProcessSystems) {
    const exact = Object.entries(tensors)
      .map(([name, t]) => [name, t.to("float64")] as const);
    this.#systems = new ProcessSystems(
      { ...options, products: { ...options.products, tol: undefined } },
      x.to("float64"),
      Object.fromEntries(exact),
    );
  }

  /**
   * Variances at points, from the part of low rank where its bound does, and
   * solved for elsewhere.
   *
   * @param points `[M, D]`
   * @param tol the largest relative error
   * @param options `rank`, and how systems are solved
   */
  at(points: Tensor, tol: number, options: PredictOptions): BoundedVariances {
    return withRecording(false, () => this.#at(points, tol, options));
  }

  #at(given: Tensor, tol: number, options: PredictOptions): BoundedVariances {
    const { dtype, device, shape: [m] } = given;
    const points = given.to("float64");
    const variance = new Float64Array(m);
    const error = new Float64Array(m).fill(Infinity);
    // How much too large an error is: the exact variance is less by up to it.
    const excess = (k: number) =>
      error[k] === 0 ? 0 : (1 + tol) * error[k] / (tol * variance[k]);
    let rest = Int32Array.from({ length: m }, (_, k) => k);
    const compute = (f: (points: Tensor) => BoundedVariances) => {
      const all = rest.length === m;
      const at = all
        ? points
        : points.gather(tensor(rest, undefined, { device }));
      const found = f(at);
      const [v, e] = [found.variance, found.error].map((t) => memoryOf(t).data);
      rest.forEach((k, c) => [variance[k], error[k]] = [v[c], e[c]]);
      rest = rest.filter((k) => !(excess(k) <= 1));
    };
    const part = this.#part(tol, options.rank ?? RANK);
    if (part) compute((some) => part.at(some));
    let { eps = 1e-4 } = options;
    for (let k = 0; k < TRIES && rest.length > 0; k++) {
      compute((some) =>
        solvedVariances(this.#systems, some, { ...options, eps })
      );
      // Errors are squares of residuals.
      const worst = rest.reduce((m, k) => Math.max(m, excess(k)), 1);
      eps = Math.max(eps / 1000, eps / (2 * Math.sqrt(worst)));
    }
    const [v, e] = [variance, error].map((data) =>
      makeTensor(data, [m]).to(dtype).to(device)
    );
    return { variance: v, error: e };
  }

  /** The part of low rank, for a tolerance, if it is of use. */
  #part(tol: number, rank: number): LowRankVariances | undefined {
    const known = this.#made;
    if (known?.part && known.rank >= rank && known.tol <= tol) {
      return known.part;
    }
    // What a larger rank could not do for a larger tolerance is not tried.
    const hopeless = known && known.part === undefined &&
      known.rank >= rank && known.tol >= tol;
    if (hopeless) return undefined;
    const most = Math.min(rank, this.#systems.x.shape[0]);
    const part = lowRankVariances(this.#systems, most, tol);
    this.#made = { tol, rank, part };
    return part;
  }
}
