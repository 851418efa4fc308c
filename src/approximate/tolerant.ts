/**
 * Reductions within a tolerance: which of them have a far field, and the
 * plans that were made, kept with their data.
 *
 * @module
 */

import { allocateArray } from "../dtypes.ts";
import { backendNamed } from "../engine/backends.ts";
import { asBuffer } from "../launch/buffer.ts";
import { deviceOf, movedTo } from "../engine/place.ts";
import { ArgumentError } from "../errors.ts";
import { type Formula, paramKey, topological } from "../formula/formula.ts";
import {
  commonOf,
  type Job,
  reduceJobs,
  type ReduceOptions,
  setupOf,
} from "../lazy/evaluate.ts";
import { indexOf, type Operand } from "../lazy/operand.ts";
import { variable } from "../ops/core.ts";
import { sumReduction } from "../reductions/sum.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Operands } from "./data.ts";
import { FarSum } from "./far_sum.ts";
import { kernelForm, LARGEST_DIMENSION, transposed } from "./form.ts";
import type { Approximation, Experience, Problem } from "./inputs.ts";
import { logarithms, shifted, signOf } from "./logarithms.ts";
import { LowRankSum } from "./low_rank.ts";

/** Pairs that are evaluated before a far field could be planned. */
const FEW_PAIRS = 2e8;
/** Plans that are kept for one set of points. */
const KEPT = 8;
/** Kernels whose resolutions are kept for other points. */
const EXPERIENCES = 256;

/** Throws where a tolerance is none. */
export function checkTolerance(tolerance: number): number {
  if (tolerance > 0 && tolerance < 1) return tolerance;
  throw new ArgumentError(
    `Cannot use the tolerance ${tolerance}: a number between 0 and 1 is wanted`,
  );
}

/** The tolerance of some reductions: the least of those that were given. */
export function toleranceOf(
  jobs: readonly Job[],
  options: ReduceOptions,
): number | undefined {
  if (options.tol != null) return checkTolerance(options.tol);
  const given = jobs.flatMap((job) =>
    job.states.flatMap(({ settings: { tolerance } }) => tolerance ?? [])
  );
  return given.length === 0 ? undefined : Math.min(...given);
}

/** As `reduceJobs`, within a tolerance where there is one. */
export function reduceWithin(
  jobs: readonly Job[],
  reduced: "i" | "j",
  options: ReduceOptions,
): Tensor[][] {
  const tolerance = toleranceOf(jobs, options);
  if (tolerance === undefined) return reduceJobs(jobs, reduced, options);
  const found = jobs.map((job) => farResult(job, reduced, options, tolerance));
  const rest = jobs.filter((_, k) => found[k] === undefined);
  const exact = rest.length > 0 ? reduceJobs(rest, reduced, options) : [];
  return found.map((result) =>
    result === undefined ? exact.shift() ?? [] : [result]
  );
}

function farResult(
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
  tolerance: number,
): Tensor | undefined {
  const plans = plansOf(job, reduced, options, tolerance);
  if (typeof plans === "string") return undefined;
  const { dtype, batch } = commonOf(job.states);
  const dim = widthOf(job);
  const [{ problem: { rows } }] = plans;
  const data = allocateArray(dtype, plans.length * rows * dim);
  for (const [k, { far, problem, entry }] of plans.entries()) {
    const checked = far.run(problem);
    if (typeof checked === "string") {
      entry.plan = checked;
      return undefined;
    }
    data.set(checked.sums, k * rows * dim);
  }
  const buffers = job.states.flatMap((s) => [...s.operands.values()])
    .flatMap(({ data }) =>
      data instanceof Float64Array || data.disposed
        ? []
        : [memoryOf(data).buffer]
    );
  const device = deviceOf(buffers) ?? "cpu";
  return makeTensor(movedTo(asBuffer(data), device), [...batch, rows, dim]);
}

/** Components of the results of a job: those of its weights, if any. */
function widthOf({ states }: Job): number {
  return states[states.length - 1].formula.dim;
}

/** How a reduction is computed within its tolerance, and why so. */
export function explainTolerance(
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
): string | undefined {
  const tolerance = toleranceOf([job], options);
  if (tolerance === undefined) return undefined;
  const plans = plansOf(job, reduced, options, tolerance);
  if (typeof plans === "string") {
    return `${tolerance}: evaluated exactly, as ${plans}`;
  }
  const [{ far }] = plans;
  return `${tolerance}: ${far.describe()}${
    plans.length > 1 ? `; this is the first of a batch of ${plans.length}` : ""
  }`;
}

/** A plan for some points, or why there is none. */
interface Entry {
  readonly key: string;
  readonly data: readonly WeakRef<object>[];
  plan: Approximation | string;
}

interface Plan {
  readonly far: Approximation;
  readonly problem: Problem;
  readonly entry: Entry;
}

/** Why a reduction has no far field whatever its formula. */
function unsupported(job: Job, options: ReduceOptions): string | undefined {
  const { ranges, operands, batch } = commonOf(job.states);
  if (job.reduction !== sumReduction && signOf(job.reduction) === undefined) {
    return `"${job.reduction.name}" is neither a plain sum nor a log-sum-exp`;
  }
  if (ranges ?? options.ranges) return "it has ranges";
  if (batch.includes(0)) return "its batch is empty";
  for (const node of topological(...job.states.map((s) => s.formula))) {
    if (node.op === variable && !operands.has(indexOf(node))) {
      return "it has placeholders";
    }
  }
  return undefined;
}

/** Plans for each entry of a batch, or why there are none. */
function plansOf(
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
  tolerance: number,
): readonly Plan[] | string {
  const why = unsupported(job, options);
  if (why !== undefined) return why;
  const { operands, dtype, batch, m = 1, n = 1 } = commonOf(job.states);
  const sign = signOf(job.reduction);
  const formulas = job.states.map(({ formula }) =>
    reduced === "j" ? formula : transposed(formula)
  );
  const summed = sign === undefined
    ? { formula: formulas[0] }
    : logarithms(formulas, sign);
  if (typeof summed === "string") return summed;
  const near = kernelForm(summed.formula);
  // Many dimensions are for a low rank.
  const form = typeof near === "string"
    ? kernelForm(summed.formula, Infinity)
    : near;
  if (typeof form === "string") return form;
  if (m * n < FEW_PAIRS) return `${m} x ${n} pairs are few`;
  const [rows, columns] = reduced === "j" ? [m, n] : [n, m];
  const problem: Problem = {
    form,
    operands,
    batch,
    entry: 0,
    rows,
    columns,
    dtype,
    backend: backendNamed(options.backend ?? "auto"),
    sumScheme: setupOf(job, options).sumScheme,
    tolerance,
  };
  const plans: Plan[] = [];
  const entries = batch.reduce((product, size) => product * size, 1);
  for (let entry = 0; entry < entries; entry++) {
    const own = { ...problem, entry };
    const plan = entryOf("parts" in summed ? shifted(own, summed) : own);
    if (typeof plan === "string") return plan;
    plans.push(plan);
  }
  return plans;
}

const kept = new WeakMap<object, Entry[]>();

/** The plan of a problem: the one that was made before, or a new one. */
function entryOf(problem: Problem): Plan | string {
  const { key, kind, data } = identityOf(problem);
  const [anchor] = data;
  const entries = (anchor && kept.get(anchor)) ?? [];
  let entry = entries.find((e) =>
    e.key === key && e.data.length === data.length &&
    e.data.every((ref, k) => ref.deref() === data[k])
  );
  if (entry === undefined) {
    const { rows, columns } = problem.form;
    const few = Math.max(rows.dim, columns.dim) <= LARGEST_DIMENSION &&
      rows.dim === columns.dim;
    const far = few ? new FarSum(problem) : new LowRankSum(problem);
    const plan = far.plan(problem, experienceOf(kind)) ?? far;
    entry = { key, data: data.map((d) => new WeakRef(d)), plan };
    entries.unshift(entry);
    entries.splice(KEPT * problem.batch.reduce((p, size) => p * size, 1));
    if (anchor) kept.set(anchor, entries);
  }
  const { plan } = entry;
  return typeof plan === "string" ? plan : { far: plan, problem, entry };
}

/** What tells a problem from others but for its signals. */
interface Identity {
  /** The kernel and what it is computed with. */
  readonly key: string;
  /** The same for other points, about as many. */
  readonly kind: string;
  /** The data, with the points. */
  readonly data: object[];
}

function identityOf(problem: Problem): Identity {
  const { form, rows, columns, backend, sumScheme, tolerance, dtype } = problem;
  const sides = [form.rows, form.columns];
  const positions = sides.flatMap((s) =>
    s.positions.map((p) => s.values.get(p) as Formula)
  );
  const names = sides.flatMap((s) => [...s.positions, ...s.signals]);
  const text = contentOf([form.kernel, ...positions], names);
  const numbers: string[] = [];
  const data: object[] = [];
  for (const node of topological(...positions, form.kernel)) {
    if (node.op !== variable || names.includes(node)) continue;
    const entries = dataBehind(node, problem.operands);
    if (entries instanceof Float64Array) numbers.push(entries.join());
    else data.push(entries);
  }
  const shared = [
    ...[text, numbers.join(";"), backend.name, sumScheme, tolerance, dtype],
    problem.log?.sign,
  ];
  const own = [rows, columns, problem.batch.join("x"), problem.entry];
  const size = Math.round(Math.log2(rows * columns));
  return {
    key: [...shared, ...own].join("|"),
    kind: [...shared, size].join("|"),
    data,
  };
}

/** What was found for kernels, the ones used last at the end. */
const experiences = new Map<string, Experience>();

/** What was found for a kernel; nothing for a new one. */
function experienceOf(kind: string): Experience {
  const experience = experiences.get(kind) ?? {};
  experiences.delete(kind);
  experiences.set(kind, experience);
  for (const oldest of experiences.keys()) {
    if (experiences.size <= EXPERIENCES) break;
    experiences.delete(oldest);
  }
  return experience;
}

function dataBehind(node: Formula, operands: Operands): object {
  const { data } = operands.get(indexOf(node)) as Operand;
  return data instanceof Float64Array ? data : memoryOf(data);
}

/** Formulas as text; variables by their places among `names`, or first use. */
function contentOf(
  formulas: readonly Formula[],
  names: readonly Formula[],
): string {
  const places = new Map<Formula, number>();
  let text = "";
  for (const node of topological(...formulas)) {
    const { op, args, params } = node;
    places.set(node, places.size);
    const statics = op === variable
      ? [...params.slice(1), names.indexOf(node)]
      : params;
    const from = args.map((a) => places.get(a)).join();
    text += `${op.uid}(${from};${statics.map(paramKey).join(":")})`;
  }
  return `${text}=${formulas.map((f) => places.get(f)).join()}`;
}
