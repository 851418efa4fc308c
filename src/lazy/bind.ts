/**
 * Data in the place of placeholders.
 *
 * @module
 */

import { ArgumentError, counted, ShapeError } from "../errors.ts";
import { Category, type Formula, topological } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import {
  broadcastBatch,
  categoryOf,
  indexOf,
  type Operand,
  sameSize,
  type Sizes,
} from "./operand.ts";
import { entriesOf, type LazyData } from "./data_states.ts";
import { LazyState } from "./state.ts";

/** How a variable is declared in a formula string. */
export function declaration(node: Formula): string {
  const [index, dim, category] = node.params as [number, number, Category];
  const name = ["Vi", "Vj", "Pm", "Vij", "Result"][category];
  return `${name}(${index < 0 ? -1 - index : index}, ${dim})`;
}

/** The placeholders of formulas, by ascending number. */
export function placeholders(states: readonly LazyState[]): Formula[] {
  const given = new Set(states.flatMap((s) => [...s.operands.keys()]));
  const found = new Map<number, Formula>();
  for (const node of topological(...states.map((s) => s.formula))) {
    if (node.op !== variable || given.has(indexOf(node))) continue;
    const index = -1 - indexOf(node);
    const before = found.get(index);
    if (before !== undefined && before !== node) {
      throw new ShapeError(
        `Cannot use placeholder ${index} as ${declaration(before)} and as ${
          declaration(node)
        }`,
      );
    }
    found.set(index, node);
  }
  return [...found].sort((a, b) => a[0] - b[0]).map(([, node]) => node);
}

/** Data for variables, with the sizes that they give. */
export interface Bound extends Sizes {
  /** The data, by the number of the variable. */
  readonly operands: ReadonlyMap<number, Operand>;
}

/** One array of data for each variable. */
export function bind(
  variables: readonly Formula[],
  data: readonly LazyData[],
): Bound {
  if (data.length !== variables.length) {
    throw new ArgumentError(
      `Cannot call a formula of ${counted(variables.length, "variable")} with ${
        counted(data.length, "argument")
      }: one for each is wanted`,
    );
  }
  const operands = new Map<number, Operand>();
  let sizes: Sizes = { batch: [], m: undefined, n: undefined };
  variables.forEach((node, k) => {
    const { operand, points } = operandFor(node, data[k], k);
    const category = categoryOf(node);
    operands.set(indexOf(node), operand);
    sizes = {
      batch: broadcastBatch(sizes.batch, operand.batch),
      m: category === Category.I ? sameSize("i", sizes.m, points) : sizes.m,
      n: category === Category.J ? sameSize("j", sizes.n, points) : sizes.n,
    };
  });
  return { ...sizes, operands };
}

/** Data for one variable: `[..., points, dim]`, parameters `[..., dim]`. */
function operandFor(
  node: Formula,
  given: LazyData,
  position: number,
): { operand: Operand; points: number } {
  const { data, shape } = entriesOf(given);
  const { dim } = node;
  const parameter = categoryOf(node) === Category.PARAMETER;
  if (parameter && dim === 1 && shape.length === 0) {
    return { operand: { data, batch: [], dim }, points: 1 };
  }
  const rank = parameter ? 1 : 2;
  if (shape.length < rank || shape[shape.length - 1] !== dim) {
    const wanted = parameter ? `[..., ${dim}]` : `[..., points, ${dim}]`;
    throw new ShapeError(
      `Cannot use an array of shape [${shape}] as argument ${position}, ${
        declaration(node)
      }: ${wanted} is wanted`,
    );
  }
  const batch = shape.slice(0, -rank);
  return {
    operand: { data, batch, dim },
    points: parameter ? 1 : shape[shape.length - 2],
  };
}

/** A formula with data in the place of its placeholders. */
export function filled(state: LazyState, bound: Bound): LazyState {
  return new LazyState({
    ...state,
    operands: new Map([...state.operands, ...bound.operands]),
    batch: broadcastBatch(state.batch, bound.batch),
    m: sameSize("i", state.m, bound.m),
    n: sameSize("j", state.n, bound.n),
  });
}
