/**
 * What a reduction computes, how, and at what cost.
 *
 * @module
 */

import { explainTolerance } from "../approximate/tolerant.ts";
import { backendNamed } from "../engine/backends.ts";
import { choose } from "../engine/evaluate.ts";
import type { Backend } from "../launch/launch.ts";
import { planOf, type ReductionRequest } from "../engine/plan.ts";
import { printFormula } from "../language/print.ts";
import { costOfPair } from "../program/cost.ts";
import {
  asReduction,
  commonOf,
  extentOf,
  locator,
  type ReduceOptions,
  setupOf,
} from "./evaluate.ts";
import { placeholders } from "./bind.ts";
import type { LazyState } from "./state.ts";

/** A report on one reduction of a formula. */
export function explain(
  state: LazyState,
  name: string,
  axis: "i" | "j",
  options: ReduceOptions,
): string {
  const backend = backendNamed(options.backend ?? "auto");
  const reduction = asReduction(name);
  const setup = setupOf({ reduction, states: [state] }, options);
  const request = { reduction, formulas: [state.formula], setup };
  const { requests, reasons } = distances([request], state, options, backend);
  const { program, roots, kernel } = planOf(requests, axis, backend);
  const { flops, calls, bytes } = costOfPair(program);
  const within = explainTolerance(
    { reduction, states: [state] },
    axis,
    options,
  );
  const m = state.m ?? (placeholders([state]).length > 0 ? "M" : 1);
  const n = state.n ?? (placeholders([state]).length > 0 ? "N" : 1);
  return [
    `formula    ${printFormula(state.formula)}`,
    `reduction  ${reduction.name} over ${axis}, sums: ${setup.sumScheme}`,
    `optimised  ${roots.map((f) => printFormula(f)).join("; ")}`,
    `pairs      ${m} x ${n}${
      state.batch.length ? `, batch [${state.batch}]` : ""
    }`,
    ...reasons.map((reason) => `distances  ${reason}`),
    ...(within === undefined ? [] : [`tolerance  ${within}`]),
    `backend    ${backend.name}, one row at a time, float64 arithmetic`,
    ...(kernel.notes?.(options.precision ?? "default") ?? []),
    `per pair   ${flops} operations, ${calls} elementary functions, ${bytes} bytes read`,
    `source`,
    kernel.source,
  ].join("\n");
}

/** The form of distances, as far as the data are there. */
function distances(
  requests: readonly ReductionRequest[],
  state: LazyState,
  options: ReduceOptions,
  backend: Backend,
): { requests: readonly ReductionRequest[]; reasons: readonly string[] } {
  if (placeholders([state]).length > 0) return { requests, reasons: [] };
  const common = commonOf([state]);
  const extent = extentOf(common, options);
  return choose(requests, locator(common), extent, common.dtype, backend);
}
