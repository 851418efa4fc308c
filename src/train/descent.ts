/**
 * What all optimisers have in common: options, progress, results.
 *
 * @module
 */

import { scope } from "../autodiff/scope.ts";
import { valueAndGrad } from "../autodiff/grad.ts";
import { ArgumentError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What is made small: a tensor of one entry from the parameters. */
export type Loss<T extends readonly Tensor[]> = (...parameters: T) => Tensor;

/** What is known after each step, and of the start as step 0. */
export interface Progress {
  /** How many steps were done. */
  readonly step: number;
  /** The loss. */
  readonly value: number;
  /** The Euclidean norm of its derivatives in all parameters together. */
  readonly gradientNorm: number;
  /** The parameters; freed after the call: `detach()` those to keep. */
  readonly parameters: readonly Tensor[];
}

/** When an optimiser stops, and whom it tells. */
export interface TrainingOptions {
  /** The largest number of steps. */
  readonly steps?: number | undefined;
  /** It stops where the norm of the gradient is at most this. */
  readonly tolerance?: number | undefined;
  /** Called for the start and after each step; `false` stops. */
  readonly onStep?: ((progress: Progress) => boolean | void) | undefined;
  /** Looked at before each step: its reason is thrown once it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Why an optimiser stopped: the gradient is small enough, all steps are done,
 * the callback said so, the loss or its gradient is no finite number any more,
 * or no smaller loss was found along the last direction.
 */
export type StopReason =
  | "tolerance"
  | "steps"
  | "callback"
  | "diverged"
  | "stalled";

/** What an optimiser found. */
export interface TrainingResult {
  /** The last parameters, detached. */
  readonly parameters: Tensor[];
  /** The loss there. */
  readonly value: number;
  /** How many steps were done. */
  readonly steps: number;
  /** Whether the norm of the gradient is at most the tolerance. */
  readonly converged: boolean;
  /** Why it stopped. */
  readonly reason: StopReason;
  /** The loss at the start and after each step. */
  readonly history: number[];
}

/** The loss with its derivatives at some parameters. */
export interface Point {
  /** Where. */
  readonly parameters: readonly Tensor[];
  /** The loss. */
  readonly value: number;
  /** Its derivatives. */
  readonly gradients: readonly Tensor[];
}

/** Evaluates a loss and keeps nothing else. */
export function pointAt<T extends readonly Tensor[]>(
  loss: Loss<T>,
  parameters: readonly Tensor[],
): Point {
  const { value, gradients } = scope(() => {
    const found = valueAndGrad(loss)(...parameters as unknown as T);
    return { value: found.value.item(), gradients: found.grads };
  });
  return { parameters, value, gradients };
}

/** Gives back the memory of tensors. */
export function freed(tensors: readonly Tensor[]): void {
  tensors.forEach((t) => t.dispose());
}

/** The scalar product of lists of tensors. */
export function product(a: readonly Tensor[], b: readonly Tensor[]): number {
  return scope(() =>
    a.reduce((sum, x, k) => sum + x.mul(b[k]).sum().item(), 0)
  );
}

/** The parameters to start from, in handles of the optimiser's own. */
export function startOf(name: string, initial: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(initial) || initial.length === 0) {
    throw new ArgumentError(
      `Cannot apply "${name}" without parameters: a list of tensors is wanted`,
    );
  }
  initial.forEach((t, k) => {
    if (t.dtype !== "int32") return;
    throw new ArgumentError(
      `Cannot apply "${name}" to parameter ${k} of dtype int32: a float dtype is wanted`,
    );
  });
  return initial.map((t) => t.detach());
}

/** Throws where a number is not as wanted. */
export function checkNumber(
  name: string,
  option: string,
  value: number,
  wanted: string,
  fits: (x: number) => boolean,
): void {
  if (typeof value === "number" && fits(value)) return;
  throw new ArgumentError(
    `Cannot apply "${name}" with ${option} ${
      String(value)
    }: ${wanted} is wanted`,
  );
}

/** Counts the steps of an optimiser, and says when it is over. */
export class Watch {
  readonly #history: number[] = [];
  readonly #steps: number;
  readonly #tolerance: number;
  readonly #options: TrainingOptions;

  constructor(name: string, options: TrainingOptions, tolerance: number) {
    this.#options = options;
    this.#steps = options.steps ?? 100;
    this.#tolerance = options.tolerance ?? tolerance;
    checkNumber(
      name,
      "steps",
      this.#steps,
      "a non-negative integer",
      (x) => x >= 0 && (Number.isInteger(x) || x === Infinity),
    );
    checkNumber(
      name,
      "tolerance",
      this.#tolerance,
      "a non-negative number",
      (x) => x >= 0,
    );
    options.signal?.throwIfAborted();
  }

  /** The number of steps that were done. */
  get step(): number {
    return this.#history.length - 1;
  }

  /** Takes note of a point; why to stop there, if so. */
  sees({ value, gradients, parameters }: Point): StopReason | undefined {
    this.#history.push(value);
    const { step } = this;
    const gradientNorm = Math.sqrt(product(gradients, gradients));
    const { onStep, signal } = this.#options;
    const progress = { step, value, gradientNorm, parameters };
    if (onStep?.(progress) === false) return "callback";
    if (!Number.isFinite(value) || Number.isNaN(gradientNorm)) {
      return "diverged";
    }
    if (gradientNorm <= this.#tolerance) return "tolerance";
    if (step >= this.#steps) return "steps";
    signal?.throwIfAborted();
    return undefined;
  }

  /** The result at the last point. */
  result({ parameters, value }: Point, reason: StopReason): TrainingResult {
    return {
      parameters: [...parameters],
      value,
      steps: this.step,
      converged: reason === "tolerance",
      reason,
      history: this.#history,
    };
  }
}

/** What a step makes of a point and of what it remembers. */
export interface Moved {
  /** The next parameters. */
  readonly parameters: Tensor[];
  /** What to remember, in the same order at every step. */
  readonly memory: Tensor[];
}

/**
 * Goes down step by step.
 *
 * @param move makes one step; it must free nothing of what it is given
 */
export function descend<T extends readonly Tensor[]>(
  loss: Loss<T>,
  start: readonly Tensor[],
  watch: Watch,
  move: (point: Point, memory: readonly Tensor[], step: number) => Moved,
): TrainingResult {
  let parameters: readonly Tensor[] = start;
  let memory: readonly Tensor[] = [];
  while (true) {
    const point = pointAt(loss, parameters);
    const reason = watch.sees(point);
    if (reason !== undefined) {
      freed([...point.gradients, ...memory]);
      return watch.result(point, reason);
    }
    const next = scope(() => move(point, memory, watch.step));
    freed([...parameters, ...point.gradients, ...memory]);
    ({ parameters, memory } = next);
  }
}
