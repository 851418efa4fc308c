/**
 * MINRES and LSMR on tensors.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import { zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { LsmrFactors } from "./lsmr.ts";
import { MinresFactors } from "./minres.ts";
import type { TensorSystem } from "./tensor_cg.ts";
import { tensorKrylov } from "./tensor_krylov.ts";
import type { Watch } from "./watch.ts";

/** What is smaller than this part of a matrix is rounding. */
const ROUNDING = { float64: 1e-14, others: 1e-6 };

/**
 * The solutions of `minres`, each column by itself, with one product a step
 * for all of them; vectors stay where they are.
 *
 * @param system a symmetric matrix of any signs
 * @param right `[...batch, n, E]`, relative to 1
 * @param watch says when the residuals are small enough
 * @throws {ConvergenceError} where nothing solves the system, or the residuals
 * stay large
 */
export function tensorMinres(
  system: TensorSystem,
  right: Tensor,
  watch: Watch,
): Tensor {
  const { multiply, precondition = (r: Tensor) => r } = system;
  return scope(() => {
    const { shape, dtype, device } = right;
    const image = precondition(right);
    const square = dot(right, image);
    const [starts, lengths] = read([square, dot(right, right)])
      .map((squares) => squares.map(Math.sqrt));
    const rounding = ROUNDING[dtype === "float64" ? dtype : "others"];
    const factors = starts.map((start, c) =>
      new MinresFactors(
        none(),
        start,
        lengths[c] / start,
        lengths[c],
        watch,
        rounding,
      )
    );
    const nothing = zeros(shape, { dtype, device });
    // Lanczos vectors, not yet divided by their lengths, and their images.
    const start = {
      before: nothing,
      now: right,
      image,
      beta: square.sqrt(),
      share: zeros(square.shape, { dtype, device }),
    };
    return tensorKrylov(
      ({ before, now, image, beta, share }) => {
        const active = beta.gt(0);
        const vector = active.where(image.div(beta), 0);
        const rest = multiply(vector).sub(before.mul(share));
        const alpha = dot(vector, rest);
        const next = rest.sub(now.mul(active.where(alpha.div(beta), 0)));
        const mapped = precondition(next);
        const square = dot(next, mapped);
        const length = square.gt(0).where(square, 0).sqrt();
        return {
          next: {
            before: now,
            now: next,
            image: mapped,
            beta: length,
            share: active.where(length.div(beta), 0),
          },
          vector,
          told: [alpha, square],
        };
      },
      start,
      [nothing, nothing],
      factors,
      watch,
    );
  });
}

/** A matrix of any shape, by its products with columns. */
export interface TensorRectangle {
  /** Products with the columns of `[...batch, n, E]`. */
  multiply(x: Tensor): Tensor;
  /** Products of the transposed matrix. */
  multiplyTransposed(y: Tensor): Tensor;
}

/**
 * The solutions of `lsmr`, each column by itself, with two products a step for
 * all of them; vectors stay where they are.
 *
 * @param matrix of any shape
 * @param right `[...batch, rows, E]`, relative to 1
 * @param watch says when the residuals are small enough
 * @throws {ConvergenceError} where the residuals stay large
 */
export function tensorLsmr(
  { multiply, multiplyTransposed }: TensorRectangle,
  right: Tensor,
  watch: Watch,
): Tensor {
  return scope(() => {
    const first = lengthOf(right);
    const u = over(right, first);
    const back = multiplyTransposed(u);
    const alpha = lengthOf(back);
    const v = over(back, alpha);
    const [lengths, alphas] = read([first, alpha]);
    const factors = lengths.map((length, c) =>
      new LsmrFactors(none(), alphas[c], length, 1, watch)
    );
    if (lengths.concat(alphas).some(Number.isNaN)) throw watch.notFinite();
    const { shape, dtype, device } = v;
    return tensorKrylov(
      ({ u, v, alpha }) => {
        const along = multiply(v).sub(u.mul(alpha));
        const beta = lengthOf(along);
        const left = over(along, beta);
        const back = multiplyTransposed(left).sub(v.mul(beta));
        const length = lengthOf(back);
        const vector = over(back, length);
        return {
          next: { u: left, v: vector, alpha: length },
          vector,
          told: [beta, length],
        };
      },
      { u, v, alpha },
      [zeros(shape, { dtype, device }), v],
      factors,
      watch,
    );
  });
}

/** The vectors of factors, before the first steps. */
function none(): [Float64Array, Float64Array, Float64Array] {
  return [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
}

/** Columns by their lengths; zeros stay. */
function over(x: Tensor, lengths: Tensor): Tensor {
  return lengths.gt(0).where(x.div(lengths), 0);
}

/** The numbers of scalars, read at once. */
function read(scalars: readonly Tensor[]): number[][] {
  const [{ size }] = scalars;
  const all = concat(scalars.map((t) => t.reshape([size]))).dataSync();
  return scalars.map((_, k) => Array.from(all.slice(k * size, (k + 1) * size)));
}

/** Products of columns, `[...batch, 1, E]`. */
function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum(-2, { keepDims: true });
}

/** The lengths of columns, `[...batch, 1, E]`. */
function lengthOf(x: Tensor): Tensor {
  return dot(x, x).sqrt();
}
