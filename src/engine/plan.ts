/**
 * From formulas and reductions to a kernel, kept for the next call.
 *
 * @module
 */

import {
  AXIS_I,
  AXIS_J,
  Category,
  type Formula,
  rewriteAll,
  topological,
} from "../formula/formula.ts";
import { printFormula } from "../formula/print.ts";
import { variable } from "../ops/core.ts";
import { factorOut } from "../optimise/factor.ts";
import { assemble, type Task } from "../program/assemble.ts";
import type { OperandSpec, Program } from "../program/ir.ts";
import { verify } from "../program/verify.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { Reduction, ReductionSetup } from "../reductions/reduction.ts";
import type { Backend, Kernel } from "./launch.ts";

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
  /** The reductions after optimisation. */
  readonly tasks: readonly Task[];
  /** The variables of the formulas that were asked for, by operand. */
  readonly variables: readonly Formula[];
}

const KEPT = 512;
const plans = new Map<string, Omit<Plan, "variables">>();
const reductionIds = new WeakMap<Reduction, number>();
let nextReductionId = 0;

function idOf(reduction: Reduction): number {
  let id = reductionIds.get(reduction);
  if (id === undefined) reductionIds.set(reduction, id = nextReductionId++);
  return id;
}

/** The plan of some reductions in one pass; made at the first call. */
export function planOf(
  requests: readonly ReductionRequest[],
  reduced: "i" | "j",
  backend: Backend,
): Plan {
  const formulas = requests.flatMap((r) => r.formulas);
  const variables = topological(...formulas).filter((f) => f.op === variable);
  const canonical = canonicalised(formulas, variables);
  const key = [
    backend.name,
    reduced,
    canonical.map((f) => f.id).join(),
    ...requests.map(({ reduction, formulas, setup }) =>
      `${idOf(reduction)}:${formulas.length}:${setup.k}:${setup.sumScheme}`
    ),
  ].join("|");
  const known = plans.get(key);
  if (known !== undefined) {
    plans.delete(key);
    plans.set(key, known);
    return { ...known, variables };
  }
  let next = 0;
  const tasks = requests.map((r) => ({
    ...r,
    formulas: r.formulas.map(() => canonical[next++]),
  }));
  const plan = make(tasks, variables.length, reduced, backend);
  plans.set(key, plan);
  if (plans.size > KEPT) plans.delete(plans.keys().next().value as string);
  return { ...plan, variables };
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
  requests: readonly ReductionRequest[],
  count: number,
  reduced: "i" | "j",
  backend: Backend,
): Omit<Plan, "variables"> {
  const rowAxis = reduced === "j" ? AXIS_I : AXIS_J;
  const simple = backend.name === "reference";
  const tasks = simple ? requests : requests.map((r) => optimised(r, rowAxis));
  const all = topological(
    ...tasks.flatMap((t: Task) => [
      ...t.formulas,
      ...(t.factor ? [t.factor] : []),
    ]),
  );
  const operands: OperandSpec[] = Array.from({ length: count }, (_, k) => ({
    name: `p${k}`,
    row: false,
    column: false,
    dim: 0,
    temporary: false,
  }));
  for (const node of all.filter((f) => f.op === variable)) {
    const [index, , category] = node.params as [number, number, Category];
    operands[index] = {
      name: `${"xyps"[category]}${index}`,
      row: (node.axes & rowAxis) !== 0,
      column: (node.axes & ~rowAxis) !== 0,
      dim: node.dim,
      temporary: false,
    };
  }
  const program = assemble(
    tasks,
    { operands, rowAxis, operand: (v) => v.params[0] as number },
    simple ? { unroll: 16, hoist: false } : undefined,
  );
  verify(program);
  const title = tasks.map((t: Task) =>
    `${
      t.factor ? `${printFormula(t.factor)} * ` : ""
    }${t.reduction.name}_${reduced}(${t.formulas.map(printFormula).join("; ")})`
  ).join("\n");
  return { kernel: backend.prepare(program, title), program, tasks };
}

/** Takes factors out of plain sums. */
function optimised(request: ReductionRequest, rowAxis: number): Task {
  if (request.reduction !== sumReduction) return request;
  const reducedAxis = (AXIS_I | AXIS_J) & ~rowAxis;
  const { factor, rest } = factorOut(request.formulas[0], reducedAxis);
  if (factor === undefined) return request;
  return {
    ...request,
    formulas: [rest],
    setup: { ...request.setup, dims: [rest.dim] },
    factor,
  };
}
