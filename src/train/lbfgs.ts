/**
 * A quasi-Newton method for smooth losses.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import { InternalError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  checkNumber,
  freed,
  type Loss,
  type Point,
  pointAt,
  product,
  startOf,
  type TrainingOptions,
  type TrainingResult,
  Watch,
} from "./descent.ts";
import { strongWolfe, type Trial } from "./line_search.ts";

/** How {@linkcode lbfgs} goes down. */
export interface LbfgsOptions extends TrainingOptions {
  /** How many of the last steps it learns from: 10 by default. */
  readonly memory?: number | undefined;
  /** The largest number of evaluations in one step: 25 by default. */
  readonly lineSearchSteps?: number | undefined;
}

/** A step that was done, and how the gradient changed on it. */
interface Pair {
  readonly s: readonly Tensor[];
  readonly y: readonly Tensor[];
  /** The product of both. */
  readonly sy: number;
}

/** A point along a direction. */
interface PointTrial extends Trial, Point {}

/**
 * Limited-memory BFGS with a line search for the strong Wolfe conditions:
 * Nocedal and Wright, "Numerical Optimization", 2nd edition (2006), algorithms
 * 7.4 and 7.5, scaled by (7.20), with 3.5 and 3.6.
 *
 * For smooth losses that are the same at every call. Tensors made in the loss
 * are freed after each evaluation.
 *
 * @param loss gives a tensor of one entry
 * @param initial where to start; these tensors stay as they are
 * @param options when to stop: after 100 steps, or where the norm of the
 * gradient is at most 1e-6, by default
 * @returns the last parameters, the loss there, and its history; the reason is
 * `"stalled"` where rounding hides any decrease
 * @throws {ArgumentError} for options out of their range
 *
 * @example The valley of Rosenbrock's function
 * ```ts
 * import { lbfgs, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { parameters: [x, y], converged } = lbfgs(
 *   (x, y) => y.sub(x.square()).square().mul(100).add(x.sub(1).square()).sum(),
 *   [tensor(new Float64Array([-1.2])), tensor(new Float64Array([1]))],
 * );
 * assert.ok(converged);
 * assert.ok(Math.hypot(x.item() - 1, y.item() - 1) < 1e-6);
 * ```
 */
export function lbfgs<T extends readonly Tensor[]>(
  loss: Loss<T>,
  initial: Readonly<T>,
  options: LbfgsOptions = {},
): TrainingResult {
  const { memory = 10, lineSearchSteps = 25 } = options;
  const count = (x: number) => Number.isInteger(x) && x > 0;
  checkNumber("lbfgs", "memory", memory, "a positive integer", count);
  checkNumber(
    "lbfgs",
    "lineSearchSteps",
    lineSearchSteps,
    "a positive integer",
    count,
  );
  const watch = new Watch("lbfgs", options, 1e-6);
  const pairs: Pair[] = [];
  let point = pointAt(loss, startOf("lbfgs", initial));
  while (true) {
    const reason = watch.sees(point);
    const next = reason === undefined
      ? step(loss, point, pairs, lineSearchSteps)
      : undefined;
    if (next === undefined) {
      freed(point.gradients);
      pairs.forEach(forget);
      return watch.result(point, reason ?? "stalled");
    }
    remember(pairs, point, next, memory);
    freed([...point.parameters, ...point.gradients]);
    point = next;
  }
}

/** The next point; along the gradient where the memory leads astray. */
function step<T extends readonly Tensor[]>(
  loss: Loss<T>,
  point: Point,
  pairs: Pair[],
  trials: number,
): Point | undefined {
  const next = search(loss, point, pairs, trials);
  if (next !== undefined || pairs.length === 0) return next;
  pairs.splice(0).forEach(forget);
  return search(loss, point, pairs, trials);
}

function search<T extends readonly Tensor[]>(
  loss: Loss<T>,
  from: Point,
  pairs: readonly Pair[],
  trials: number,
): Point | undefined {
  const direction = scope(() => descentDirection(from.gradients, pairs));
  const slope = product(from.gradients, direction);
  const start: PointTrial = { ...from, step: 0, slope };
  const tried: PointTrial[] = [];
  const evaluate = (step: number): PointTrial => {
    const parameters = scope(() =>
      from.parameters.map((p, k) => p.add(direction[k].mul(step)))
    );
    const point = pointAt(loss, parameters);
    const trial = {
      ...point,
      step,
      slope: product(point.gradients, direction),
    };
    tried.push(trial);
    return trial;
  };
  // Nothing is known of the scale before the first step.
  const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
  const found = slope < 0
    ? strongWolfe(start, first, evaluate, {
      decrease: 1e-4,
      curvature: 0.9,
      trials,
    })
    : undefined;
  freed(direction);
  for (const trial of tried) {
    if (trial !== found) freed([...trial.parameters, ...trial.gradients]);
  }
  return found;
}

/** Algorithm 7.4: minus the approximate inverse Hessian times the gradient. */
function descentDirection(
  gradients: readonly Tensor[],
  pairs: readonly Pair[],
): Tensor[] {
  let q = gradients.map((g) => g.neg());
  const alphas: number[] = [];
  for (const { s, y, sy } of pairs.toReversed()) {
    const alpha = product(s, q) / sy;
    q = added(q, y, -alpha);
    alphas.push(alpha);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.sy / product(last.y, last.y);
    q = q.map((t) => t.mul(scale));
  }
  for (const { s, y, sy } of pairs) {
    const alpha = alphas.pop();
    if (alpha === undefined) throw new InternalError("A pair without its step");
    q = added(q, s, alpha - product(y, q) / sy);
  }
  return q;
}

/** `a + scale * b` for lists of tensors. */
function added(
  a: readonly Tensor[],
  b: readonly Tensor[],
  scale: number,
): Tensor[] {
  return a.map((x, k) => x.add(b[k].mul(scale)));
}

/** Keeps what a step taught, where the curvature along it is positive. */
function remember(
  pairs: Pair[],
  from: Point,
  to: Point,
  memory: number,
): void {
  const [s, y] = scope(() => [
    added(to.parameters, from.parameters, -1),
    added(to.gradients, from.gradients, -1),
  ]);
  const sy = product(s, y);
  const pair = { s, y, sy };
  if (!(sy > 1e-12 * product(y, y) && sy < Infinity)) return forget(pair);
  pairs.push(pair);
  if (pairs.length > memory) pairs.splice(0, 1).forEach(forget);
}

function forget({ s, y }: Pair): void {
  freed([...s, ...y]);
}
