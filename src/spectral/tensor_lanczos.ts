/**
 * Lanczos processes of many columns on tensors, which stay on their device.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import type { Watch } from "../solve/watch.ts";
import { zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Tridiagonal } from "./lanczos.ts";

/** At most so many steps are queued before their residuals are looked at. */
const AT_ONCE = 8;

/** Where the processes are; scalars are `[1, S]`. */
interface State {
  /** The vectors now, of length 1; 0 where a process has ended. */
  readonly v: Tensor;
  /** Those before. */
  readonly before: Tensor;
  /** What is beside the diagonal, between the two. */
  readonly beta: Tensor;
  /** The last pivot of the factors. */
  readonly pivot: Tensor;
  /** How far the last step went. */
  readonly length: Tensor;
  /** Where it went. */
  readonly direction: Tensor;
  /** The solutions so far. */
  readonly solution: Tensor;
}

/** What was found of all columns. */
export interface TensorLanczos {
  /** The matrices of the columns. */
  readonly results: readonly Tridiagonal[];
  /** The inverse times each column, `[n, S]`. */
  readonly solutions: Tensor;
}

/**
 * The processes of `lanczos`, each for one column, side by side: a product a
 * step for all of them. Four numbers a step and column are read, those of
 * several steps at once.
 *
 * @param multiply products with columns
 * @param starts where they start, `[n, S]`
 * @param watch says when the residuals are small enough
 * @throws {ConvergenceError} where the matrix is not positive definite
 */
export function tensorLanczos(
  multiply: (v: Tensor) => Tensor,
  starts: Tensor,
  watch: Watch,
): TensorLanczos {
  return scope(() => {
    const { shape, dtype, device } = starts;
    const first = lengthOf(starts);
    const zero = zeros(shape, { dtype, device });
    const none = zeros([1, shape[1]], { dtype, device });
    let state: State = {
      v: first.gt(0).where(starts.div(first), 0),
      before: zero,
      beta: none,
      pivot: none.add(1),
      length: first,
      direction: zero,
      solution: zero,
    };
    const columns = Array.from(first.dataSync(), (b): Column => ({
      first: b,
      diagonal: [],
      beside: [],
      done: b === 0,
    }));
    if (columns.some(({ first }) => !(first < Infinity))) {
      throw watch.notFinite();
    }
    let worst = columns.every(({ done }) => done) ? 0 : 1;
    for (let count = 1, at = 0; !watch.reached(worst);) {
      const ahead = Math.min(count, watch.left);
      const { next, told } = steps(multiply, state, ahead, at === 0);
      if (at > 0) Object.values(state).forEach((t: Tensor) => t.dispose());
      state = next;
      at += ahead;
      worst = read(told, ahead, columns, watch);
      told.dispose();
      count = Math.min(2 * count, AT_ONCE);
    }
    const results = columns.map(({ first, diagonal, beside }) => ({
      square: first * first,
      diagonal: Float64Array.from(diagonal),
      beside: Float64Array.from(beside.slice(0, -1)),
    }));
    return { results, solutions: state.solution };
  });
}

/** What the host knows of a column. */
interface Column {
  readonly first: number;
  readonly diagonal: number[];
  readonly beside: number[];
  done: boolean;
}

/** Some steps, and what they tell of each: alpha, beta, pivot, length. */
function steps(
  multiply: (v: Tensor) => Tensor,
  from: State,
  count: number,
  fresh: boolean,
): { next: State; told: Tensor } {
  return scope(() => {
    let next = from;
    const told: Tensor[] = [];
    for (let k = 0; k < count; k++) {
      const { v, before, beta, pivot, length, direction, solution } = next;
      const active = dot(v, v).gt(0);
      const image = multiply(v).sub(before.mul(beta));
      const alpha = dot(v, image);
      const rest = image.sub(v.mul(alpha));
      // The factors of the tridiagonal matrix grow by a row.
      const share = beta.div(pivot);
      const grown = active.where(alpha.sub(share.mul(beta)), 1);
      const good = active.mul(grown.gt(0));
      const own = good.where(grown, 1);
      const far = good.where(
        fresh && k === 0 ? length : length.mul(share.neg()),
        0,
      );
      const way = v.sub(direction.mul(beta)).div(own);
      const after = lengthOf(rest);
      // What is left of an ended process is rounding.
      const on = good.mul(after.gt(alpha.mul(least(v))));
      told.push(alpha, after, grown, far);
      next = {
        v: on.where(rest.div(after), 0),
        before: v,
        beta: on.where(after, 0),
        pivot: own,
        length: far,
        direction: way,
        solution: solution.add(way.mul(far)),
      };
    }
    return { next, told: concat(told.map((t) => t.reshape([t.size]))) };
  });
}

/** Takes note of some steps; the largest residual after them. */
function read(
  told: Tensor,
  count: number,
  columns: readonly Column[],
  watch: Watch,
): number {
  const numbers = told.dataSync();
  let worst = 0;
  for (let k = 0; k < count; k++) {
    worst = 0;
    columns.forEach((column, c) => {
      if (column.done) return;
      const [alpha, beta, pivot, length] = [0, 1, 2, 3]
        .map((which) => numbers[(4 * k + which) * columns.length + c]);
      if (Number.isNaN(alpha)) throw watch.notFinite();
      if (alpha === 0 && length === 0) {
        // It ended a step ago.
        column.done = true;
        return;
      }
      if (!(pivot > 0)) {
        throw watch.error(
          `: the matrix is not positive definite (curvature ${pivot} at step ${watch.step}); add to its diagonal with alpha`,
        );
      }
      column.diagonal.push(alpha);
      column.beside.push(beta);
      const residual = beta * Math.abs(length / pivot) / column.first;
      column.done = residual <= watch.eps || beta <= least(told) * alpha;
      if (!column.done) worst = Math.max(worst, residual);
    });
    watch.did(worst);
    if (watch.reached(worst)) return worst;
  }
  return worst;
}

/** Below this part of the diagonal, what is beside it is rounding. */
function least({ dtype }: Tensor): number {
  return dtype === "float64" ? 1e-14 : 1e-6;
}

/** Products of columns, `[1, S]`. */
function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum(0, { keepDims: true });
}

/** The lengths of columns, `[1, S]`. */
function lengthOf(x: Tensor): Tensor {
  return dot(x, x).sqrt();
}
