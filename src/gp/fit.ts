/**
 * Parameters that make observations most likely.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { adam } from "../train/adam.ts";
import type { TrainingResult } from "../train/descent.ts";
import { lbfgs } from "../train/lbfgs.ts";
import { randperm } from "../train/random_tensors.ts";
import type { Rate } from "../train/sgd.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ConditionedProcess } from "./conditioned_process.ts";
import { packed, type Parameters, unpacked } from "./parameters.ts";

/** How parameters are found. */
export interface FitOptions {
  /** The largest number of steps on the exact likelihood; 50 where not given. */
  readonly steps?: number | undefined;
  /**
   * With many points, how many are drawn for the first steps; 0 for none, 500
   * where not given.
   */
  readonly subset?: number | undefined;
  /** The number of steps with all of many points; 5 where not given. */
  readonly refinements?: number | undefined;
  /**
   * How far logarithms of parameters move in such a step, about; where not
   * given, it begins at 0.05 and falls.
   */
  readonly rate?: Rate | undefined;
  /** The names of parameters that stay as they are. */
  readonly fixed?: readonly string[] | undefined;
  /** Called after each step with the log-likelihood over the number of points. */
  readonly onStep?:
    | ((progress: { step: number; value: number }) => boolean | void)
    | undefined;
  /** Looked at before each step: its reason is thrown once it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What a fit found. */
export interface Fitted {
  /** The parameters. */
  readonly parameters: Parameters;
  /** The log-likelihood over the number of points after each step. */
  readonly history: number[];
}

/** The parameters that make what was observed most likely. */
export function fitted(
  process: ConditionedProcess,
  exactBelow: number,
  seed: number,
  options: FitOptions,
): Fitted {
  const { subset = 500, refinements = 5, steps = 50, signal } = options;
  for (
    const [name, x] of Object.entries({ subset, refinements, steps })
  ) {
    if (Number.isInteger(x) && x >= 0) continue;
    throw new ArgumentError(
      `Cannot fit a Gaussian process with ${name} = ${x}: an integer from 0 on is wanted`,
    );
  }
  const names = varied(process.tensors, options.fixed ?? []);
  const { x, y } = process.observations;
  const many = x.shape[0] >= exactBelow;
  const start = packed(process.tensors, names).detach();
  const history: number[] = [];
  const told = (step: number, loss: number) =>
    options.onStep?.({ step: history.length + step, value: -loss });
  const follow = (found: TrainingResult) => {
    history.push(...found.history.map((loss) => -loss));
    return found.parameters[0];
  };
  const lossOn = (part: ConditionedProcess) => {
    const count = part.observations.y.size;
    return (logarithms: Tensor) =>
      part.with(unpacked(part.tensors, names, logarithms))
        .logMarginalLikelihood().value.mul(-1 / count);
  };
  const first = { steps, signal, onStep: step(told), tolerance: 1e-5 };
  // What is factored is small; line searches need more digits than float32.
  const exactly = (part: ConditionedProcess) =>
    follow(
      lbfgs(lossOn(part.to("float64")), [start.to("float64")], first),
    ).to(start.dtype);
  let found = start;
  if (!many) {
    found = exactly(process);
  } else {
    if (subset > 0) {
      const drawn = randperm(x.shape[0], { seed, device: x.device })
        .slice([0], [Math.min(subset, x.shape[0])]);
      found = exactly(process.on({ x: x.gather(drawn), y: y.gather(drawn) }));
    }
    if (refinements > 0) {
      const { rate = (k: number) => 0.05 / (1 + k) } = options;
      const how = { steps: refinements, rate, signal, onStep: step(told) };
      found = follow(adam(lossOn(process), [found], how));
    }
  }
  return { parameters: unpacked(process.tensors, names, found), history };
}

/** Progress of an optimiser, as that of a fit. */
function step(
  told: (step: number, loss: number) => boolean | void,
): (progress: { step: number; value: number }) => boolean | void {
  return ({ step, value }) => told(step, value);
}

function varied(parameters: Parameters, fixed: readonly string[]): string[] {
  const names = Object.keys(parameters);
  for (const name of fixed) {
    if (names.includes(name)) continue;
    throw new ArgumentError(
      `Cannot keep the parameter "${name}" fixed: there are ${
        names.map((n) => `"${n}"`).join(", ")
      }`,
    );
  }
  const rest = names.filter((name) => !fixed.includes(name));
  if (rest.length > 0) return rest;
  throw new ArgumentError(
    "Cannot fit a Gaussian process with all parameters fixed: use condition()",
  );
}
