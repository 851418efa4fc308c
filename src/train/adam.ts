/**
 * Gradient descent with steps that adapt to each parameter.
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
import { type Rate, rateAt } from "./sgd.ts";

/** How {@linkcode adam} goes down. */
export interface AdamOptions extends TrainingOptions {
  /** How far entries move in a step, about: 0.001 by default. */
  readonly rate?: Rate | undefined;
  /** How slowly the means of gradients and of their squares follow. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the root of the mean square: 1e-8 by default. */
  readonly eps?: number | undefined;
  /**
   * How much parameters shrink in a step, times the rate, apart from the
   * gradient (Loshchilov and Hutter 2019): 0 by default.
   */
  readonly weightDecay?: number | undefined;
}

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1): steps along the mean of recent
 * gradients, each entry divided by the root of its mean square, both means
 * corrected for their start at 0.
 *
 * @param loss gives a tensor of one entry; tensors made in it are freed after
 * each step
 * @param initial where to start; these tensors stay as they are
 * @param options rate, `betas` (0.9 and 0.999 by default), `eps`, and when to
 * stop: after 100 steps by default
 * @returns the last parameters, the loss there, and its history
 * @throws {ArgumentError} for options out of their range
 *
 * @example A narrow valley
 * ```ts
 * import { adam, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const scale = tensor([1, 100]);
 * const { value, converged } = adam(
 *   (x) => x.sub(3).square().mul(scale).sum(),
 *   [tensor([0, 1])],
 *   { rate: 0.1, steps: 500, tolerance: 1e-2 },
 * );
 * assert.ok(converged && value < 1e-4);
 * ```
 */
export function adam<T extends readonly Tensor[]>(
  loss: Loss<T>,
  initial: Readonly<T>,
  options: AdamOptions = {},
): TrainingResult {
  const { rate = 1e-3, betas = [0.9, 0.999] } = options;
  const { eps = 1e-8, weightDecay = 0 } = options;
  const [slow, slower] = betas;
  for (const beta of [slow, slower]) {
    checkNumber(
      "adam",
      "betas",
      beta,
      "two numbers from [0, 1)",
      (x) => x >= 0 && x < 1,
    );
  }
  checkNumber("adam", "eps", eps, "a positive number", (x) => x > 0);
  checkNumber(
    "adam",
    "weightDecay",
    weightDecay,
    "a non-negative number",
    (x) => x >= 0,
  );
  rateAt("adam", rate, 0);
  const watch = new Watch("adam", options, 0);
  const start = startOf("adam", initial);
  return descend(
    loss,
    start,
    watch,
    ({ parameters, gradients }, memory, step) => {
      const count = parameters.length;
      const h = rateAt("adam", rate, step);
      const first = blended(memory.slice(0, count), gradients, slow);
      const squares = gradients.map((g) => g.square());
      const second = blended(memory.slice(count), squares, slower);
      const width = h / (1 - slow ** (step + 1));
      const correction = 1 / (1 - slower ** (step + 1));
      return {
        parameters: parameters.map((p, k) => {
          const root = second[k].mul(correction).sqrt().add(eps);
          const shrunk = weightDecay === 0 ? p : p.mul(1 - h * weightDecay);
          return shrunk.sub(first[k].mul(width).div(root));
        }),
        memory: [...first, ...second],
      };
    },
  );
}

/** Means that follow slowly, from 0. */
function blended(
  means: readonly Tensor[],
  now: readonly Tensor[],
  beta: number,
): Tensor[] {
  return now.map((x, k) => {
    const part = x.mul(1 - beta);
    return means.length === 0 ? part : means[k].mul(beta).add(part);
  });
}
