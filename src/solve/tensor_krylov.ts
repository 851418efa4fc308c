/**
 * Iterations whose vectors are tensors, which stay on their device: the host
 * has a few numbers of each step, and tells what they make of the vectors.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Factors } from "./factors.ts";
import type { Watch } from "./watch.ts";

/** At most so many steps are queued before their numbers are looked at. */
const AT_ONCE = 8;

/** One step of an iteration, for all columns. */
export interface Step<State> {
  /** Where the next step begins. */
  readonly next: State;
  /** What it adds to the vectors, `[...batch, n, E]`. */
  readonly vector: Tensor;
  /** What {@linkcode Factors} are told, `[...batch, 1, E]` each. */
  readonly told: readonly [Tensor, Tensor];
}

/** Where an iteration is: its vectors and scalars by name. */
export type State = Readonly<Record<string, Tensor>>;

/**
 * Runs an iteration. Steps go on without the host, which reads two numbers of
 * each step and column, those of several steps at once; solutions and
 * directions are sums of vectors with factors that it sends.
 *
 * @param step one step
 * @param start where it begins; it is given back
 * @param directions two directions to begin with
 * @param factors those of each column
 * @param watch says when the residuals are small enough
 * @returns the solution
 * @throws {ConvergenceError} where the residuals stay large
 */
export function tensorKrylov<S extends State>(
  step: (state: S) => Step<S>,
  start: S,
  directions: readonly [Tensor, Tensor],
  factors: readonly Factors[],
  watch: Watch,
): Tensor {
  const { shape, dtype, device } = directions[0];
  const given = new Set([...Object.values(start), ...directions]);
  return scope(() => {
    let state = start;
    let solution: Solution = {
      x: zeros(shape, { dtype, device }),
      first: directions[0],
      second: directions[1],
    };
    for (let count = 1; !watch.reached(worst(factors));) {
      const ahead = Math.min(count, watch.left);
      const { next, vectors, told } = steps(step, state, ahead);
      const shares = sharesOf(told, ahead, factors, watch);
      const grown = combined(solution, vectors, shares);
      for (
        const t of [
          ...[...vectors, told],
          ...[...Object.values(state), ...Object.values(solution)],
        ]
      ) {
        if (!given.has(t) && !Object.values(next).includes(t)) t.dispose();
      }
      [state, solution] = [next, grown];
      count = Math.min(2 * count, AT_ONCE);
    }
    return solution.x;
  });
}

/** The solution so far, and where it goes on. */
interface Solution {
  readonly [name: string]: Tensor;
  readonly x: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/** The largest residual; NaN comes through. */
function worst(factors: readonly Factors[]): number {
  return factors.reduce(
    (m, { done, residual }) =>
      done ? m : Number.isNaN(residual) ? NaN : Math.max(m, residual),
    0,
  );
}

/** Some steps, and what they tell. */
function steps<S extends State>(
  step: (state: S) => Step<S>,
  from: S,
  count: number,
): { next: S; vectors: Tensor[]; told: Tensor } {
  return scope(() => {
    let next = from;
    const [vectors, told]: Tensor[][] = [[], []];
    for (let k = 0; k < count; k++) {
      const made = step(next);
      vectors.push(made.vector);
      told.push(...made.told);
      next = made.next;
    }
    return {
      next,
      vectors,
      told: concat(told.map((t) => t.reshape([t.size]))),
    };
  });
}

/**
 * What the steps up to the one that is enough make of the vectors: for x and
 * the directions, how much they have of x or of the directions before, and of
 * the vectors of the steps, column after column.
 */
function sharesOf(
  told: Tensor,
  count: number,
  factors: readonly Factors[],
  watch: Watch,
): Float64Array[][] {
  const numbers = told.dataSync();
  const unit = (at: number) => {
    const shares = new Float64Array(count + 2);
    if (at >= 0) shares[at] = 1;
    return shares;
  };
  for (const f of factors) f.vectors = [unit(-1), unit(0), unit(1)];
  for (let k = 0; k < count; k++) {
    factors.forEach((f, c) => {
      if (f.done) return;
      const [a, b] = [2 * k, 2 * k + 1]
        .map((row) => numbers[row * factors.length + c]);
      if (Number.isNaN(a + b)) throw watch.notFinite();
      f.take(unit(2 + k), [a, b]);
    });
    watch.did(worst(factors));
    if (watch.reached(worst(factors))) break;
  }
  return factors.map(({ vectors }) => vectors);
}

/** Sums of the directions and of the vectors of the steps. */
function combined(
  { x, first, second }: Solution,
  vectors: readonly Tensor[],
  shares: readonly (readonly Float64Array[])[],
): Solution {
  return scope(() => {
    const { shape, dtype, device } = x;
    const all = [first, second, ...vectors];
    const [batch, width] = [shape.slice(0, -2), shape[shape.length - 1]];
    const columns = shares.length;
    const data = new Float64Array(3 * all.length * columns);
    shares.forEach((lists, c) =>
      lists.forEach((list, q) =>
        list.forEach((share, k) =>
          data[(q * all.length + k) * columns + c] = share
        )
      )
    );
    const factors = tensor(data, [3, all.length, ...batch, 1, width], {
      device: "cpu",
    }).to(dtype).to(device);
    const stack = concat(all.map((v) => v.reshape([1, ...shape])), 0);
    const sums = [0, 1, 2].map((q) => stack.mul(factors.select(q, 0)).sum(0));
    return { x: x.add(sums[0]), first: sums[1], second: sums[2] };
  });
}
