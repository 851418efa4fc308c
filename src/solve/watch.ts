/**
 * The end of an iteration: reached, capped, aborted, stagnated.
 *
 * @module
 */

import { ConvergenceError, counted } from "../errors.ts";
import type { SolveProgress } from "./options.ts";

/** When to stop. */
export interface WatchOptions {
  /** The wanted residual. */
  readonly eps: number;
  /** The largest number of steps. */
  readonly maxIterations: number;
  /** Called after each step. */
  readonly onProgress?: ((progress: SolveProgress) => void) | undefined;
  /** Stops the iteration. */
  readonly signal?: AbortSignal | undefined;
}

/** Counts the steps of a solver, and throws where it gets nowhere. */
export class Watch {
  /** The residual after each step. */
  readonly residuals: number[] = [];
  /** The wanted residual. */
  readonly eps: number;
  readonly #options: WatchOptions;
  readonly #patience: number;
  #best = { step: 0, residual: Infinity };

  /**
   * A watch over a solver.
   *
   * @param options when to stop
   * @param unknowns the number of unknowns
   */
  constructor(options: WatchOptions, unknowns: number) {
    this.#options = options;
    this.eps = options.eps;
    // In exact numbers there are at most as many steps as unknowns; residuals
    // of ill-conditioned systems may grow for about as long before they fall.
    this.#patience = 2 * unknowns + 100;
    options.signal?.throwIfAborted();
  }

  /** The number of steps that were done. */
  get step(): number {
    return this.residuals.length;
  }

  /** The number of steps that may still be done. */
  get left(): number {
    return Math.ceil(this.#options.maxIterations) - this.step;
  }

  /** Whether a residual is small enough; throws where there may be no step. */
  reached(residual: number): boolean {
    if (residual <= this.eps) return true;
    const { step } = this;
    if (!Number.isFinite(residual)) throw this.notFinite();
    if (residual < this.#best.residual) this.#best = { step, residual };
    if (step >= this.#options.maxIterations) throw this.#notConverged();
    if (step - this.#best.step >= this.#patience) throw this.#stagnated();
    return false;
  }

  /** Takes note of a step. */
  did(residual: number): void {
    this.residuals.push(residual);
    const { onProgress, signal } = this.#options;
    onProgress?.({ step: this.step, residual });
    signal?.throwIfAborted();
  }

  /** Residuals are measured anew: what was reached before is no measure. */
  restart(): void {
    this.#best = { step: this.step, residual: Infinity };
  }

  /** An error about this iteration. */
  error(text: string): ConvergenceError {
    return new ConvergenceError(`Cannot solve${text}`, this.residuals);
  }

  /** The error of numbers that are not finite. */
  notFinite(): ConvergenceError {
    return this.error(
      `: numbers that are not finite at step ${this.step}, in the right-hand side or in products with it`,
    );
  }

  #notConverged(): ConvergenceError {
    const { eps, step } = this;
    return this.error(
      ` to eps = ${eps} in ${counted(step, "step")}: the relative residual is ${
        this.residuals.at(-1)
      }; allow more steps or a larger eps, or add to the diagonal with alpha`,
    );
  }

  #stagnated(): ConvergenceError {
    const { residual, step } = this.#best;
    return this.error(
      ` to eps = ${this.eps}: the relative residual was ${residual} at step ${step}, and never less in ${
        this.step - step
      } steps after it; use a larger eps or alpha, or a preconditioner of a larger rank`,
    );
  }
}
