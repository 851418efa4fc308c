/**
 * Solutions that are computed on a device, and never leave it.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import { zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { judged, type Judgement, POWERS, unreachable } from "./refine.ts";
import { tensorConjugateGradients, type TensorSystem } from "./tensor_cg.ts";
import type { Watch } from "./watch.ts";

/**
 * Solves by conjugate gradients until the residual of the solution, computed
 * anew, is small enough.
 *
 * @param system the matrix
 * @param right `[...batch, n, E]`
 * @param asked whether eps is what the user asked for, and not a default
 * @param watch says when to stop
 * @throws {ConvergenceError} where rounding does not let it become so small
 */
export function solveOnDevice(
  system: TensorSystem,
  right: Tensor,
  asked: boolean,
  watch: Watch,
): Tensor {
  return scope(() => {
    const { shape, dtype, device } = right;
    // Columns of length 1: squares of very large or small ones overflow.
    const lengths = lengthsOf(right);
    const unit = right.div(lengths.gt(0).where(lengths, 1));
    const start = Array.from(lengths.dataSync(), (b) => b > 0 ? 1 : b * 0);
    let x = zeros(shape, { dtype, device });
    let [rest, worst] = [unit, Math.max(0, ...start)];
    for (let best = Infinity;;) {
      const step = tensorConjugateGradients(system, rest, worst, watch);
      x = x.add(step);
      const image = system.multiply(x);
      rest = unit.sub(image);
      const [before, after, product] = read([rest, x, image]);
      const judge = (size: number): Judgement =>
        judged(
          start.map((right, c) => ({
            right,
            rest: before[c],
            solution: after[c],
          })),
          { dtype, asked },
          size,
          watch.eps,
        );
      let verdict = judge(largest(product.map((y, c) => y / (after[c] || 1))));
      if (!verdict.done && !asked) verdict = judge(normOf(system, image));
      if (verdict.done) return x.mul(lengths);
      worst = verdict.worst;
      if (Number.isNaN(worst)) throw watch.notFinite();
      if (!(worst < best / 2)) throw unreachable({ dtype }, worst, watch);
      best = worst;
      watch.restart();
    }
  });
}

/** The norm of a matrix, from below, by its powers. */
function normOf({ multiply }: TensorSystem, start: Tensor): number {
  return scope(() => {
    let size = 0;
    for (let [k, power] = [0, start]; k < POWERS; k++) {
      const lengths = lengthsOf(power);
      power = multiply(power.div(lengths.gt(0).where(lengths, 1)));
      size = Math.max(size, ...read([power])[0]);
    }
    return size;
  });
}

/** The lengths of the columns of some tensors, read at once. */
function read(tensors: readonly Tensor[]): number[][] {
  const lengths = tensors.map(lengthsOf);
  const width = lengths[0].size;
  const all = concat(lengths.map((t) => t.reshape([width]))).dataSync();
  return lengths.map((_, k) =>
    Array.from(all.subarray(k * width, (k + 1) * width))
  );
}

/** The lengths of columns, `[...batch, 1, E]`. */
function lengthsOf(x: Tensor): Tensor {
  const most = x.abs().max(-2, { keepDims: true });
  const scale = most.gt(0).where(most, 1);
  return x.div(scale).square().sum(-2, { keepDims: true }).sqrt().mul(scale);
}

function largest(numbers: readonly number[]): number {
  return Math.max(0, ...numbers.filter((x) => x < Infinity));
}
