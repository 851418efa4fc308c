/**
 * Puts formulas and reductions together into one program.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import {
  allocate,
  type Cells,
  counterpart,
  type Reduction,
  type ReductionSetup,
} from "../reductions/reduction.ts";
import { Builder } from "./builder.ts";
import type { BuildOptions } from "./build_options.ts";
import type { OperandSpec, Program } from "./ir.ts";
import { Lowering } from "./lower.ts";
import type { Vector } from "./vector.ts";

/** One reduction of a program. */
export interface Task {
  /** How values are combined. */
  readonly reduction: Reduction;
  /** What is reduced. */
  readonly formulas: readonly Formula[];
  /** What the reduction is made with. */
  readonly setup: ReductionSetup;
  /**
   * A factor that does not depend on the columns; it multiplies the result
   * of rows that have any columns.
   */
  readonly factor?: Formula;
  /** Shape of the result of one row where a factor makes it longer. */
  readonly shape?: readonly number[];
}

/** Where the variables of a program are. */
export interface Layout {
  /** What is read. */
  readonly operands: readonly OperandSpec[];
  /** The operand that holds a variable. */
  operand(variable: Formula): number;
  /** The axis bit of rows. */
  readonly rowAxis: number;
}

/** The program that computes several reductions in one pass over the pairs. */
export function assemble(
  tasks: readonly Task[],
  layout: Layout,
  options?: BuildOptions,
): Program {
  const b = new Builder(layout.operands, options);
  const roots = tasks.flatMap((t) => t.formulas);
  const pairs = new Lowering(b, layout, roots);
  const states = tasks.map(({ reduction, setup }) =>
    b.within(b.row, () => allocate(b, reduction.state(setup)))
  );
  tasks.forEach(({ reduction, formulas, setup }, t) => {
    const state = states[t];
    const values = formulas.map((f) => pairs.vector(f));
    reduction.combine(b, state, values, b.columnIndex, setup);
    b.within(b.flush, () => reduction.flush?.(b, state, setup));
    const other = state.map((cells) => counterpart(b, cells));
    b.within(b.merge, () => reduction.merge(b, state, other, setup));
  });
  b.within(
    b.finish,
    () => tasks.forEach((task, t) => finish(b, layout, task, states[t])),
  );
  return b.program();
}

/** The program that stores formulas: one vector a row, or one a pair. */
export function assembleMap(
  formulas: readonly Formula[],
  layout: Layout,
  perPair: boolean,
  options?: BuildOptions,
): Program {
  const b = new Builder(layout.operands, options);
  b.within(perPair ? b.pair : b.finish, () => {
    const lowering = new Lowering(b, layout, formulas);
    for (const formula of formulas) {
      const value = lowering.vector(formula);
      const output = b.output([formula.dim], "float", perPair);
      b.for(value.dim, (k) => b.store(output, k, value.at(k)));
    }
  });
  return b.program();
}

/** Writes the results of one reduction. */
function finish(
  b: Builder,
  layout: Layout,
  task: Task,
  state: readonly Cells[],
): void {
  const { reduction, setup, factor } = task;
  const results = reduction.finish(b, state, b.columnCount, setup);
  reduction.outputs(setup).forEach(({ shape, type }, o) => {
    const result = factor ? scaled(b, layout, results[o], factor) : results[o];
    const output = b.output(task.shape ?? shape, type);
    b.for(result.dim, (k) => b.store(output, k, result.at(k)));
  });
}

/** A result times a factor; rows with nothing to reduce stay as they are. */
function scaled(
  b: Builder,
  layout: Layout,
  result: Vector,
  factor: Formula,
): Vector {
  const scale = new Lowering(b, layout, [factor]).vector(factor);
  const dim = Math.max(result.dim, scale.dim);
  const empty = b.apply("ieq", b.columnCount, b.int(0));
  return {
    dim,
    at: (k) => {
      const [r, s] = [result, scale]
        .map((v) => v.at(v.dim === 1 ? b.int(0) : k));
      return b.apply("select", empty, r, b.apply("mul", s, r));
    },
  };
}
