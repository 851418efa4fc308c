/**
 * Conjugate gradients on tensors: vectors and scalars stay on the device that
 * computes the products.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import { concat } from "../tensor/join.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { notPositive } from "./block_cg.ts";
import type { Watch } from "./watch.ts";

/** A symmetric positive matrix, by its products with columns. */
export interface TensorSystem {
  /** Products with the columns of `[...batch, n, E]`. */
  multiply(x: Tensor): Tensor;
  /** A map near the inverse, of the columns. */
  readonly precondition?: ((r: Tensor) => Tensor) | undefined;
}

/** At most so many steps are queued before their residuals are looked at. */
const AT_ONCE = 8;

/** Where an iteration is; scalars are `[...batch, 1, E]`. */
interface State {
  /** The solution so far. */
  readonly x: Tensor;
  /** Its residual. */
  readonly r: Tensor;
  /** Where the next step goes. */
  readonly p: Tensor;
  /** The product of the residual with its image under the preconditioner. */
  readonly rz: Tensor;
}

/**
 * Solves for each column by itself, with one product a step for all of them.
 * Lengths of steps are computed and used where the vectors are; only square
 * residuals and curvatures are read, those of several steps at once, so that a
 * device need not wait for anybody.
 *
 * @param system the matrix
 * @param right `[...batch, n, E]`, relative to which residuals are told
 * @param residual the largest length of its columns
 * @param watch says when to stop
 * @returns the solution
 * @throws {ConvergenceError} where the residual stays large
 */
export function tensorConjugateGradients(
  system: TensorSystem,
  right: Tensor,
  residual: number,
  watch: Watch,
): Tensor {
  const { precondition = (r: Tensor) => r } = system;
  return scope(() => {
    const { shape, dtype, device } = right;
    const p = precondition(right);
    const x = zeros(shape, { dtype, device });
    let state: State = { x, r: right, p, rz: dot(right, p) };
    for (let count = 1; !watch.reached(residual);) {
      const ahead = Math.min(count, watch.left);
      const { next, told } = steps(
        { multiply: system.multiply, precondition },
        state,
        ahead,
      );
      if (state.r !== right) {
        Object.values(state).forEach((t: Tensor) => t.dispose());
      }
      state = next;
      residual = read(told, ahead, watch);
      told.dispose();
      count = Math.min(2 * count, AT_ONCE);
    }
    return state.x;
  });
}

/** A system with a preconditioner, be it the identity. */
type Preconditioned = TensorSystem & {
  readonly precondition: (r: Tensor) => Tensor;
};

/** Some steps, and what they tell: of each, squares, then curvatures. */
function steps(
  { multiply, precondition }: Preconditioned,
  from: State,
  count: number,
): { next: State; told: Tensor } {
  return scope(() => {
    let next = from;
    const told: Tensor[] = [];
    for (let k = 0; k < count; k++) {
      const { x, r, p, rz } = next;
      const image = multiply(p);
      const curvature = dot(p, image);
      // Columns that are solved stay where they are.
      const active = rz.gt(0);
      const length = active.where(rz.div(curvature), 0);
      const rest = r.sub(image.mul(length));
      const z = precondition(rest);
      const product = dot(rest, z);
      const share = active.where(product.div(rz), 0);
      told.push(dot(rest, rest), active.where(curvature, 1));
      next = {
        x: x.add(p.mul(length)),
        r: rest,
        p: z.add(p.mul(share)),
        rz: product,
      };
    }
    const flat = told.map((t) => t.reshape([t.size]));
    return { next, told: concat(flat) };
  });
}

/** Takes note of steps up to the one that is enough; the last residual. */
function read(told: Tensor, count: number, watch: Watch): number {
  const numbers = told.dataSync();
  const width = told.size / 2 / count;
  let residual = 0;
  for (let at = 0; at < numbers.length; at += 2 * width) {
    const [squares, curvatures] = [at, at + width]
      .map((from) => Array.from(numbers.slice(from, from + width)));
    for (const c of curvatures) {
      if (Number.isNaN(c)) throw watch.notFinite();
      if (!(c > 0)) throw notPositive(c, watch);
    }
    // NaN must come through: a maximum keeps it.
    residual = Math.max(0, ...squares.map((s) => Math.sqrt(s)));
    watch.did(residual);
    if (watch.reached(residual)) return residual;
  }
  return residual;
}

/** Products of columns, `[...batch, 1, E]`. */
function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum(-2, { keepDims: true });
}
