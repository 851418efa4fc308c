/**
 * From formulas and reductions to a kernel, kept for the next call.
 *
 * @module
 */

import {
  AXIS_I,
  AXIS_J,
  type Category,
  type Formula,
  paramKey,
  rewriteAll,
  topological,
} from "../formula/formula.ts";
import { printFormula } from "../language/print.ts";
import { variable } from "../ops/core.ts";
import { withPowersOf2 } from "../optimise/exponentials.ts";
import { factorOut } from "../optimise/factor.ts";
import { BUILD_OPTIONS, type BuildOptions } from "../program/build_options.ts";
import {
  assemble,
  assembleMap,
  type Layout,
  type Task,
} from "../program/assemble.ts";
import type { OperandSpec, Program } from "../program/ir.ts";
import { verify } from "../program/verify.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { Reduction, ReductionSetup } from "../reductions/reduction.ts";
import type { Backend, Kernel } from "../launch/launch.ts";

/** One reduction that is asked for. */
export interface ReductionRequest {
  /** How values are combined. */
  readonly reduction: Reduction;
  /** What is reduced. */
  readonly formulas: readonly Formula[];
  /** What the reduction is made with. */
  readonly setup: ReductionSetup;
}

/** A kernel with what a launch needs to know of it. */
export interface Plan {
  /** What is run. */
  readonly kernel: Kernel;
  /** What was rendered. */
  readonly program: Program;
  /** The formulas after optimisation. */
  readonly roots: readonly Formula[];
  /** The variables of the formulas that were asked for, by operand. */
  readonly variables: readonly Formula[];
}

const KEPT = 512;
const plans = new Map<string, Omit<Plan, "variables">>();
/** Plans by the very formulas that they were asked for with. */
const recent = new Map<string, Plan>();
const reductionIds = new WeakMap<Reduction, number>();
let nextReductionId = 0;

function idOf(reduction: Reduction): number {
  let id = reductionIds.get(reduction);
  if (id === undefined) reductionIds.set(reduction, id = nextReductionId++);
  return id;
}

/** What a plan was last asked for with, beside its formula. */
interface Asked {
  readonly request: ReductionRequest;
  readonly reduced: "i" | "j";
  readonly backend: Backend;
  readonly plan: Plan;
}

/** The last plan of each formula: most calls are like the one before. */
const lastPlans = new WeakMap<Formula, Asked>();

/** The plan of some reductions in one pass; made at the first call. */
export function planOf(
  requests: readonly ReductionRequest[],
  reduced: "i" | "j",
  backend: Backend,
): Plan {
  const [request] = requests;
  const [formula] = request.formulas;
  if (requests.length > 1 || request.formulas.length > 1) {
    return plannedFor(requests, reduced, backend);
  }
  const last = lastPlans.get(formula);
  const { reduction, setup } = request;
  const same = last !== undefined && last.reduced === reduced &&
    last.backend === backend && last.request.reduction === reduction &&
    last.request.setup.k === setup.k &&
    last.request.setup.sumScheme === setup.sumScheme;
  if (same) return last.plan;
  const plan = plannedFor(requests, reduced, backend);
  lastPlans.set(formula, { request, reduced, backend, plan });
  return plan;
}

function plannedFor(
  requests: readonly ReductionRequest[],
  reduced: "i" | "j",
  backend: Backend,
): Plan {
  const rowAxis = reduced === "j" ? AXIS_I : AXIS_J;
  const facts = requests.map(({ reduction, formulas, setup }) =>
    `${idOf(reduction)}:${formulas.length}:${setup.k}:${setup.sumScheme}`
  );
  return planFor(
    requests.flatMap((r) => r.formulas),
    ["reduce", reduced, ...facts].join("|"),
    backend,
    (canonical) => {
      let next = 0;
      const tasks = requests.map((r): Task => {
        const formulas = r.formulas.map(() => canonical[next++]);
        return optimised({ ...r, formulas }, rowAxis, backend);
      });
      return {
        rowAxis,
        roots: tasks.flatMap(rootsOf),
        write: (layout) => assemble(tasks, layout, buildOptions(backend)),
        title: tasks.map((t) => taskTitle(t, reduced)).join("\n"),
      };
    },
  );
}

/** The plan that stores formulas, one vector a row i or one a pair (i, j). */
export function planOfMap(
  formulas: readonly Formula[],
  perPair: boolean,
  backend: Backend,
): Plan {
  return planFor(formulas, perPair ? "pairs" : "rows", backend, (roots) => ({
    rowAxis: AXIS_I,
    roots,
    write: (layout) =>
      assembleMap(roots, layout, perPair, buildOptions(backend)),
    title: roots.map((f) => printFormula(f)).join("\n"),
  }));
}

/** What it takes to write a program. */
interface Writing {
  readonly rowAxis: number;
  readonly roots: readonly Formula[];
  readonly title: string;
  write(layout: Layout): Program;
}

/** The kept plan of these formulas, or a new one. */
function planFor(
  formulas: readonly Formula[],
  kind: string,
  backend: Backend,
  prepare: (canonical: readonly Formula[]) => Writing,
): Plan {
  const ids = formulas.map((f) => f.id).join();
  const exact = `${backend.name}|${kind}|${ids}`;
  const known = recent.get(exact);
  if (known !== undefined) return known;
  const { content, variables } = contentOf(formulas);
  const key = `${backend.name}|${kind}|${content}`;
  const plan = plans.get(key) ??
    make(
      prepare(canonicalised(formulas, variables)),
      variables.length,
      backend,
    );
  // The most recently used plan goes to the end of the queue.
  plans.delete(key);
  plans.set(key, plan);
  if (plans.size > KEPT) plans.delete(plans.keys().next().value as string);
  const found = { ...plan, variables };
  if (recent.size >= KEPT) recent.clear();
  recent.set(exact, found);
  return found;
}

/** What formulas compute, as text; variables are numbered by first use. */
function contentOf(
  formulas: readonly Formula[],
): { content: string; variables: Formula[] } {
  const places = new Map<Formula, number>();
  const variables: Formula[] = [];
  let content = "";
  for (const node of topological(...formulas)) {
    const { op, args, params } = node;
    places.set(node, places.size);
    if (op === variable) {
      content += `v${params[1]},${params[2]};`;
      variables.push(node);
    } else {
      const from = args.map((a) => places.get(a)).join();
      content += `${op.uid}(${from};${params.map(paramKey).join(":")})`;
    }
  }
  content += `=${formulas.map((f) => places.get(f)).join()}`;
  return { content, variables };
}

/** The reference evaluates formulas as they stand. */
function buildOptions(backend: Backend): BuildOptions {
  return { ...BUILD_OPTIONS, hoist: backend.name !== "reference" };
}

/** Formulas with variables numbered by first use: equal programs are equal. */
function canonicalised(
  formulas: readonly Formula[],
  variables: readonly Formula[],
): Formula[] {
  const slots = new Map(variables.map((v, k) => [v, k]));
  return rewriteAll(formulas, (node) => {
    const slot = slots.get(node);
    return slot === undefined
      ? undefined
      : variable(slot, node.dim, node.params[2]);
  });
}

function make(
  { rowAxis, roots, title, write }: Writing,
  count: number,
  backend: Backend,
): Omit<Plan, "variables"> {
  const operands = operandSpecs(roots, count, rowAxis);
  const written = write({
    operands,
    rowAxis,
    operand: (v) => v.params[0] as number,
  });
  const program = backend.name === "reference"
    ? written
    : withPowersOf2(written);
  verify(program);
  return { kernel: backend.prepare(program, title), program, roots };
}

/** What each variable looks like from the rows and the columns. */
function operandSpecs(
  roots: readonly Formula[],
  count: number,
  rowAxis: number,
): OperandSpec[] {
  const specs: OperandSpec[] = Array.from({ length: count }, (_, k) => ({
    name: `unused${k}`,
    row: false,
    column: false,
    dim: 1,
    temporary: false,
  }));
  for (const node of topological(...roots)) {
    if (node.op !== variable) continue;
    const [index, , category] = node.params as [number, number, Category];
    specs[index] = {
      name: `${"xyps"[category]}${index}`,
      row: (node.axes & rowAxis) !== 0,
      column: (node.axes & ~rowAxis) !== 0,
      dim: node.dim,
      temporary: false,
    };
  }
  return specs;
}

function rootsOf(task: Task): Formula[] {
  return [...task.formulas, ...(task.factor ? [task.factor] : [])];
}

function taskTitle(task: Task, reduced: "i" | "j"): string {
  const { factor, reduction, formulas } = task;
  const scale = factor ? `${printFormula(factor)} * ` : "";
  const inner = formulas.map((f) => printFormula(f)).join("; ");
  return `${scale}${reduction.name}_${reduced}(${inner})`;
}

/** Takes factors out of plain sums. */
function optimised(task: Task, rowAxis: number, backend: Backend): Task {
  if (task.reduction !== sumReduction || backend.name === "reference") {
    return task;
  }
  const reducedAxis = (AXIS_I | AXIS_J) & ~rowAxis;
  const { factor, rest } = factorOut(task.formulas[0], reducedAxis);
  if (factor === undefined) return task;
  // A shorter rest means a shorter sum; a longer result must stay as long.
  const dims = [rest.dim];
  return {
    ...task,
    formulas: [rest],
    setup: { ...task.setup, dims },
    factor,
    shape: [task.formulas[0].dim],
  };
}
