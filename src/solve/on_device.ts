/**
 * Solutions that are computed on a device, and never leave it.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { scope } from "../autodiff/scope.ts";
import type { LinearMap } from "../operator/map.ts";
import { zeros } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isPreconditioned, tensorPreconditioner } from "./choice.ts";
import type { IterationOptions, Method } from "./options.ts";
import { Products } from "./products.ts";
import { judged, type Judgement, POWERS, unreachable } from "./refine.ts";
import { tensorConjugateGradients } from "./tensor_cg.ts";
import { tensorLsmr, tensorMinres } from "./tensor_minres.ts";
import { Watch } from "./watch.ts";

/**
 * Solves where the data are: vectors stay there.
 *
 * @param map a symmetric positive definite map, or what the method is for
 * @param right `[...batch, points, E]`
 * @param options how it is solved
 * @param eps the wanted residual
 * @param method how it iterates
 */
export function onDevice(
  map: LinearMap,
  right: Tensor,
  options: IterationOptions,
  eps: number,
  method: Method = "cg",
): Tensor {
  const { of: base, by: alpha } = map.shift ?? { of: map, by: 0 };
  const products = new Products(base, right.shape);
  const { rows, columns: unknowns } = products;
  const { maxIterations = 10 * unknowns + 100, onProgress, signal } = options;
  const watch = new Watch(
    { eps, maxIterations, onProgress, signal },
    unknowns,
  );
  const batch = right.shape.slice(0, -2);
  const width = right.shape[right.ndim - 1];
  // Where columns are no vectors of their own, points and components are one.
  const given = (points: number) => [...batch, points, width];
  const flat = (size: number, points: number) =>
    map.separable ? given(points) : [...batch, size, 1];
  const multiply = (x: Tensor) =>
    map.multiply(x.reshape(given(map.columns))).reshape(flat(rows, map.rows));
  const multiplyTransposed = (y: Tensor) =>
    map.multiplyTransposed(y.reshape(given(map.rows)))
      .reshape(flat(unknowns, map.columns));
  const preconditioned = () => ({
    multiply,
    precondition: isPreconditioned(method, options)
      ? tensorPreconditioner(base, products, alpha, options, batch)
      : undefined,
  });
  const rectangle = { multiply, multiplyTransposed };
  return withRecording(false, () =>
    scope(() => {
      const system = method === "lsmr" ? rectangle : preconditioned();
      const solve = (rest: Tensor, length: number): Tensor => {
        if (method === "lsmr") return tensorLsmr(rectangle, rest, watch);
        return method === "cg"
          ? tensorConjugateGradients(system, rest, length, watch)
          : tensorMinres(system, rest, watch);
      };
      return solveOnDevice(
        { ...system, unknowns, solve },
        right.reshape(flat(rows, map.rows)),
        options.eps !== undefined,
        watch,
      ).reshape(given(map.columns));
    }));
}

/** A system, by its products with columns, and a way to solve it. */
export interface DeviceSystem {
  /** Products with the columns of `[...batch, n, E]`. */
  multiply(x: Tensor): Tensor;
  /** Those of the transposed matrix, for least squares: residuals may stay. */
  readonly multiplyTransposed?: ((y: Tensor) => Tensor) | undefined;
  /** The number of unknowns. */
  readonly unknowns: number;
  /** Solves for columns, relative to 1, the largest of this length. */
  solve(right: Tensor, length: number): Tensor;
}

/**
 * Solves until the residual of the solution, computed anew, is small enough.
 *
 * @param system the matrix, and the solver
 * @param right `[...batch, n, E]`
 * @param asked whether eps is what the user asked for, and not a default
 * @param watch says when to stop
 * @throws {ConvergenceError} where rounding does not let it become so small
 */
function solveOnDevice(
  system: DeviceSystem,
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
    const unknowns = shape.with(-2, system.unknowns);
    let x = zeros(unknowns, { dtype, device });
    let [rest, worst] = [unit, Math.max(0, ...start)];
    for (let best = Infinity;;) {
      const step = system.solve(rest, worst);
      x = x.add(step);
      const image = system.multiply(x);
      rest = unit.sub(image);
      const slope = system.multiplyTransposed?.(rest);
      const [before, after, product, slopes] = read([
        ...[rest, x, image],
        ...(slope ? [slope] : []),
      ]);
      const judge = (size: number): Judgement =>
        judged(
          start.map((right, c) => ({
            right,
            rest: before[c],
            solution: after[c],
            slope: slopes?.[c],
          })),
          { dtype, asked },
          size,
          watch.eps,
        );
      let verdict = judge(largest([
        ...product.map((y, c) => y / (after[c] || 1)),
        ...(slopes ?? []).map((y, c) => y / (before[c] || 1)),
      ]));
      if (!verdict.done && (!asked || slopes)) {
        // Solvers may not have met the directions where the matrix is large.
        verdict = judge(normOf(system, image));
      }
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
function normOf(
  { multiply, multiplyTransposed }: DeviceSystem,
  start: Tensor,
): number {
  return scope(() => {
    let size = 0;
    for (let [k, power] = [0, start]; k < POWERS; k++) {
      const lengths = lengthsOf(power);
      const unit = power.div(lengths.gt(0).where(lengths, 1));
      power = multiplyTransposed && k % 2 === 0
        ? multiplyTransposed(unit)
        : multiply(unit);
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
