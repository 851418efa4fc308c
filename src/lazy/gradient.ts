/**
 * Derivatives of reductions: they are reductions again, so they have
 * derivatives in their turn.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { reduceWithin, toleranceOf } from "../approximate/tolerant.ts";
import { cotangent } from "../calculus/derivatives.ts";
import { checkHalves } from "../engine/ranges.ts";
import { Category, type Formula, topological } from "../formula/formula.ts";
import { addAll, variable } from "../ops/core.ts";
import type { Reduction } from "../reductions/reduction.ts";
import { sumReduction } from "../reductions/sum.ts";
import { isTracked, record } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type Common,
  commonOf,
  densePairs,
  type Job,
  type ReduceOptions,
  setupOf,
} from "./evaluate.ts";
import { categoryOf, indexOf, type Operand } from "./operand.ts";
import { pullBackSelected } from "./select.ts";
import { LazyState } from "./state.ts";

/** Which axis is reduced. */
type Reduced = "i" | "j";

/** Reduces in one pass, and records how to differentiate the results. */
export function differentiableReduce(
  jobs: readonly Job[],
  reduced: Reduced,
  options: ReduceOptions,
): Tensor[][] {
  const results = reduceWithin(jobs, reduced, options);
  // Derivatives are as exact as values.
  const how = { ...options, tol: toleranceOf(jobs, options) };
  jobs.forEach((job, k) => {
    const inputs = tensorsOf(job.states);
    const outputs = results[k];
    if (outputs[0].dtype === "int32" || !isTracked(inputs)) return;
    const name = `${job.reduction.name}_${reduced}`;
    record(outputs, inputs, name, (grads, needed, saved) => {
      const kept = saved.slice(0, inputs.length);
      const again = { ...job, states: job.states.map(withData(inputs, kept)) };
      const wanted = kept.map((t, i) => needed[i] ? t : undefined);
      const values = saved.slice(inputs.length);
      return pullBack(again, reduced, how, values, grads, wanted);
    }, [...inputs, ...outputs]);
  });
  return results;
}

/** The values of all pairs, recorded. */
export function differentiableDense(
  state: LazyState,
  options: ReduceOptions,
): Tensor {
  const result = densePairs(state, options);
  const inputs = tensorsOf([state]);
  record([result], inputs, "dense", ([g], needed, saved) => {
    const again = withData(inputs, saved)(state);
    const wanted = saved.map((t, k) => needed[k] ? t : undefined);
    if (g === undefined) return wanted.map(() => undefined);
    const job = { reduction: everyPair, states: [again] };
    return new PullBack(job, "j", options).run([], [g], wanted);
  }, inputs);
  return result;
}

/** What `.dense()` is to its derivative: the gradient of a pair is its own. */
const everyPair: Reduction = {
  ...sumReduction,
  name: "dense",
  vjp: ({ cotangents }) => cotangents,
};

/** The tensors that formulas read, each once. */
export function tensorsOf(states: readonly LazyState[]): Tensor[] {
  const found = new Set<Tensor>();
  for (const { operands } of states) {
    for (const { data } of operands.values()) {
      if (!(data instanceof Float64Array)) found.add(data);
    }
  }
  return [...found];
}

/** Puts other tensors in the place of those that a formula reads. */
export function withData(
  from: readonly Tensor[],
  to: readonly Tensor[],
): (state: LazyState) => LazyState {
  const other = new Map<unknown, Tensor>(from.map((t, k) => [t, to[k]]));
  return (state) =>
    new LazyState({
      ...state,
      operands: new Map(
        [...state.operands].map(([index, o]): [number, Operand] => [
          index,
          { ...o, data: other.get(o.data) ?? o.data },
        ]),
      ),
    });
}

/**
 * Gradients in some of the tensors that a reduction reads.
 *
 * @param results what the reduction gave
 * @param grads gradients of its outputs
 * @param wanted the tensors to differentiate in; others are left out
 */
export function pullBack(
  job: Job,
  reduced: Reduced,
  options: ReduceOptions,
  results: readonly Tensor[],
  grads: readonly (Tensor | undefined)[],
  wanted: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  if (job.reduction.selects) {
    return pullBackSelected(
      job,
      reduced,
      options,
      results,
      grads,
      wanted,
      pullBack,
    );
  }
  if (job.reduction.vjp === undefined) {
    throw new ArgumentError(
      `Cannot differentiate the reduction "${job.reduction.name}": it has no derivative`,
    );
  }
  return new PullBack(job, reduced, options).run(results, grads, wanted);
}

/** The first number of a variable for a gradient or a result. */
const FIRST = -(2 ** 29);

/** One use of the derivative of a reduction. */
class PullBack {
  readonly #job: Job;
  readonly #reduced: Reduced;
  readonly #options: ReduceOptions;
  readonly #common: Common;
  readonly #operands: Map<number, Operand>;

  constructor(job: Job, reduced: Reduced, options: ReduceOptions) {
    this.#job = job;
    this.#reduced = reduced;
    this.#options = options;
    this.#common = commonOf(job.states);
    this.#operands = new Map(this.#common.operands);
  }

  run(
    results: readonly Tensor[],
    grads: readonly (Tensor | undefined)[],
    wanted: readonly (Tensor | undefined)[],
  ): (Tensor | undefined)[] {
    const { reduction, states } = this.#job;
    const formulas = states.map((s) => s.formula);
    const inner = (reduction.vjp as NonNullable<Reduction["vjp"]>)({
      formulas,
      cotangents: grads.map((g) => g && this.#rowVariable(g)),
      results: results.map((r) => this.#rowVariable(r)),
      also: (other, of) => this.#also(other, of),
      setup: setupOf(this.#job, this.#options),
    });
    const parts = wanted.map((t) => t ? this.#parts(t, formulas, inner) : []);
    const done = this.#evaluate(parts.flat());
    return wanted.map((t, k) => {
      if (t === undefined) return undefined;
      const terms = parts[k].map((p) =>
        fitted(done.get(p) as Tensor, t, p.operand.batch, this.#common.batch)
      );
      return terms.length === 0
        ? undefined
        : terms.reduce((total, term) => total.add(term));
    });
  }

  /** A tensor with one vector a row, as a variable of the pair formulas. */
  #rowVariable(data: Tensor): Formula {
    const { batch } = this.#common;
    const perPair = this.#job.reduction === everyPair;
    const points = batch.length + (perPair ? 2 : 1);
    const dim = data.shape.slice(points).reduce((p, d) => p * d, 1);
    const category = perPair
      ? Category.PAIR
      : this.#reduced === "j"
      ? Category.I
      : Category.J;
    // Numbers that only derivatives use, the same ones each time: then what is
    // made of them is known from the last time.
    let index = FIRST;
    while (this.#operands.has(index)) index++;
    this.#operands.set(index, { data, batch, dim });
    return variable(index, dim, category);
  }

  /** The result of another reduction of the same rows. */
  #also(reduction: Reduction, formulas: readonly Formula[]): Formula {
    const states = formulas.map((f) => this.#state(f));
    const jobs = [{ reduction, states }];
    const options = { ...this.#options, sumScheme: undefined };
    const [[result]] = differentiableReduce(jobs, this.#reduced, options);
    return this.#rowVariable(result);
  }

  /** The formulas whose sums are the gradient in one tensor. */
  #parts(
    wanted: Tensor,
    formulas: readonly Formula[],
    inner: readonly (Formula | undefined)[],
  ): Part[] {
    const nodes = topological(...formulas).filter((f) =>
      f.op === variable && this.#operands.get(indexOf(f))?.data === wanted
    );
    return nodes.flatMap((node) => {
      const formula = addAll(
        formulas.map((f, k) => {
          const e = inner[k];
          return e && cotangent(f, node, e);
        }),
      );
      if (formula === undefined) return [];
      const operand = this.#operands.get(indexOf(node)) as Operand;
      return [{ node, formula, operand }];
    });
  }

  /** The gradients, those that share an axis in one pass. */
  #evaluate(parts: readonly Part[]): Map<Part, Tensor> {
    const done = new Map<Part, Tensor>();
    for (const axis of ["i", "j"] as const) {
      const own = parts.filter((p) => this.#sumsOver(p.node) === axis);
      const jobs = own.map((p) => ({
        reduction: sumReduction,
        states: [this.#state(p.formula)],
      }));
      if (jobs.length === 0) continue;
      if (axis !== this.#reduced) this.#checkRanges();
      const sums = differentiableReduce(jobs, axis, this.#options);
      own.forEach((p, k) => {
        const points = this.#common.batch.length;
        const parameter = categoryOf(p.node) === Category.PARAMETER;
        done.set(p, parameter ? sums[k][0].sum(points) : sums[k][0]);
      });
    }
    for (const p of parts) {
      if (categoryOf(p.node) === Category.PAIR) {
        done.set(p, this.#pairs(p.formula));
      }
    }
    return done;
  }

  /** The axis to sum over for the gradient in a variable. */
  #sumsOver(node: Formula): Reduced | undefined {
    switch (categoryOf(node)) {
      case Category.I:
        return "j";
      case Category.J:
        return "i";
      case Category.PARAMETER:
        return this.#reduced;
      default:
        return undefined;
    }
  }

  /** Along the other axis the same pairs are wanted. */
  #checkRanges(): void {
    const { batch, m = 1, n = 1 } = this.#common;
    const ranges = this.#options.ranges ?? this.#common.ranges;
    if (ranges) checkHalves(ranges, m, n, batch);
  }

  #pairs(formula: Formula): Tensor {
    if (this.#common.ranges ?? this.#options.ranges) {
      throw new ArgumentError(
        "Cannot differentiate a reduction with ranges in an array of pairs",
      );
    }
    return differentiableDense(this.#state(formula), this.#options);
  }

  #state(formula: Formula): LazyState {
    const { batch, m, n, ranges } = this.#common;
    return new LazyState({
      formula,
      operands: this.#operands,
      batch,
      m,
      n,
      settings: ranges ? { ranges } : {},
    });
  }
}

/** One variable and what is summed for its gradient. */
interface Part {
  readonly node: Formula;
  readonly formula: Formula;
  readonly operand: Operand;
}

/** Sums a gradient over broadcast batch dimensions, and gives it its shape. */
function fitted(
  gradient: Tensor,
  wanted: Tensor,
  own: readonly number[],
  batch: readonly number[],
): Tensor {
  const missing = batch.length - own.length;
  const axes = batch.flatMap((size, k) =>
    (own[k - missing] ?? 1) === 1 && size !== 1 ? [k] : []
  );
  const summed = axes.length > 0 ? gradient.sum(axes) : gradient;
  return summed.reshape([...wanted.shape]);
}
