/**
 * How far to go along a direction.
 *
 * Nocedal and Wright, "Numerical Optimization", 2nd edition (2006): algorithms
 * 3.5 (a bracket) and 3.6 (zoom), with cubic interpolation (3.59).
 *
 * @module
 */

/** A function along a direction, at one step. */
export interface Trial {
  /** How far along. */
  readonly step: number;
  /** The value there. */
  readonly value: number;
  /** The derivative along the direction. */
  readonly slope: number;
}

/** What a step must reach. */
export interface WolfeOptions {
  /** The part of the decrease that the first slope promises. */
  readonly decrease: number;
  /** The part of the first slope that may be left. */
  readonly curvature: number;
  /** The largest number of trials. */
  readonly trials: number;
}

/**
 * A step with the strong Wolfe conditions.
 *
 * @param start the trial at step 0; its slope is negative
 * @param first the step to try first
 * @param evaluate one trial
 * @param options what a step must reach
 * @returns a trial with both conditions; the best one found where the trials
 * are used up; `undefined` where none is better than the start
 */
export function strongWolfe<T extends Trial>(
  start: T,
  first: number,
  evaluate: (step: number) => T,
  options: WolfeOptions,
): T | undefined {
  return new Search(start, evaluate, options).run(first);
}

class Search<T extends Trial> {
  readonly #start: T;
  readonly #evaluate: (step: number) => T;
  readonly #options: WolfeOptions;
  #best: T;
  #left: number;

  constructor(
    start: T,
    evaluate: (step: number) => T,
    options: WolfeOptions,
  ) {
    this.#start = start;
    this.#best = start;
    this.#evaluate = evaluate;
    this.#options = options;
    this.#left = options.trials;
  }

  /** Algorithm 3.5: longer and longer steps, up to a bracket. */
  run(first: number): T | undefined {
    let last = this.#start;
    for (let step = first; this.#left > 0 && Number.isFinite(step);) {
      const trial = this.#try(step);
      const higher = last !== this.#start && trial.value >= last.value;
      if (!this.#decreases(trial) || higher) return this.#zoom(last, trial);
      if (this.#isFlat(trial)) return trial;
      if (trial.slope >= 0) return this.#zoom(trial, last);
      // Where both slopes tell of a minimum ahead, go there; not too far.
      const ahead = cubicMinimum(last, trial);
      const next = ahead > step ? ahead : 2 * step;
      step = Math.min(Math.max(next, 1.5 * step), 10 * step);
      last = trial;
    }
    return this.#fallback();
  }

  /**
   * Algorithm 3.6: `low` has the least value of those that decrease enough,
   * and its slope points to `high`.
   */
  #zoom(low: T, high: T): T | undefined {
    let width = Infinity;
    while (this.#left > 0) {
      const before = width;
      width = Math.abs(high.step - low.step);
      if (width <= 1e-15 * Math.max(low.step, high.step)) break;
      const trial = this.#try(
        // An interpolation that gains too little is followed by a bisection.
        width > 0.66 * before && before < Infinity
          ? (low.step + high.step) / 2
          : inside(cubicMinimum(low, high), low.step, high.step),
      );
      if (!this.#decreases(trial) || trial.value >= low.value) {
        high = trial;
        continue;
      }
      if (this.#isFlat(trial)) return trial;
      if (trial.slope * (high.step - low.step) >= 0) high = low;
      low = trial;
    }
    return this.#fallback();
  }

  #try(step: number): T {
    this.#left--;
    const trial = this.#evaluate(step);
    if (trial.value < this.#best.value) this.#best = trial;
    return trial;
  }

  /** Armijo's condition (3.7a); no number is no decrease. */
  #decreases({ step, value }: T): boolean {
    const { value: from, slope } = this.#start;
    return value <= from + this.#options.decrease * step * slope;
  }

  /** The condition on the slope (3.7b). */
  #isFlat({ slope }: T): boolean {
    return Math.abs(slope) <=
      -this.#options.curvature * this.#start.slope;
  }

  #fallback(): T | undefined {
    return this.#best === this.#start ? undefined : this.#best;
  }
}

/** The minimum of the cubic with these values and slopes (3.59). */
function cubicMinimum(a: Trial, b: Trial): number {
  const d1 = a.slope + b.slope -
    3 * (a.value - b.value) / (a.step - b.step);
  const inner = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(inner);
  return b.step -
    (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

/** A step within a bracket, away from its ends; the middle for NaN. */
function inside(step: number, a: number, b: number): number {
  const margin = 0.1 * Math.abs(b - a);
  if (!Number.isFinite(step)) return (a + b) / 2;
  return Math.min(
    Math.max(step, Math.min(a, b) + margin),
    Math.max(a, b) - margin,
  );
}
