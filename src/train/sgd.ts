/**
 * Gradient descent.
 *
 * @module
 */

import type { Tensor } from "../tensor/tensor.ts";
import {
  checkNumber,
  descend,
  type Loss,
  startOf,
  type TrainingOptions,
  type TrainingResult,
  Watch,
} from "./descent.ts";

/** A step size, or one for each step, counted from 0. */
export type Rate = number | ((step: number) => number);

/** How {@linkcode sgd} goes down. */
export interface SgdOptions extends TrainingOptions {
  /** How far to go along the gradient. */
  readonly rate: Rate;
  /** The part of the last velocity that is kept: 0 by default. */
  readonly momentum?: number | undefined;
  /** Whether to look ahead along the velocity (Nesterov 1983). */
  readonly nesterov?: boolean | undefined;
}

/** The step size of a step, checked. */
export function rateAt(name: string, rate: Rate, step: number): number {
  const value = typeof rate === "function" ? rate(step) : rate;
  checkNumber(
    name,
    "rate",
    value,
    "a positive number",
    (x) => x > 0 && x < Infinity,
  );
  return value;
}

/**
 * Gradient descent, with momentum if wanted: velocity
 * `v = momentum * v + gradient`, step `-rate * v`.
 *
 * The loss may draw another part of the data at each call: then this is
 * stochastic gradient descent. Tensors made in it are freed after each step.
 *
 * @param loss gives a tensor of one entry
 * @param initial where to start; these tensors stay as they are
 * @param options the rate, and when to stop: after 100 steps by default
 * @returns the last parameters, the loss there, and its history
 * @throws {ArgumentError} for options out of their range
 *
 * @example A minimum at 3
 * ```ts
 * import { sgd, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { parameters: [x], value } = sgd(
 *   (x) => x.sub(3).square().sum(),
 *   [tensor([0, 1])],
 *   { rate: 0.25, steps: 50 },
 * );
 * assert.deepEqual(x.arraySync(), [3, 3]);
 * assert.equal(value, 0);
 * ```
 */
export function sgd<T extends readonly Tensor[]>(
  loss: Loss<T>,
  initial: Readonly<T>,
  options: SgdOptions,
): TrainingResult {
  const { rate, momentum = 0, nesterov = false } = options;
  checkNumber(
    "sgd",
    "momentum",
    momentum,
    "a number from [0, 1)",
    (x) => x >= 0 && x < 1,
  );
  rateAt("sgd", rate, 0);
  const watch = new Watch("sgd", options, 0);
  const start = startOf("sgd", initial);
  return descend(loss, start, watch, ({ parameters, gradients }, v, step) => {
    const h = rateAt("sgd", rate, step);
    if (momentum === 0) {
      return {
        parameters: parameters.map((p, k) => p.sub(gradients[k].mul(h))),
        memory: [],
      };
    }
    const memory = gradients.map((g, k) =>
      v.length === 0 ? g.detach() : v[k].mul(momentum).add(g)
    );
    const along = nesterov
      ? memory.map((w, k) => w.mul(momentum).add(gradients[k]))
      : memory;
    return {
      parameters: parameters.map((p, k) => p.sub(along[k].mul(h))),
      memory,
    };
  });
}
