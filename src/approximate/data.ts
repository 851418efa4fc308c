/**
 * The data of kernel forms: positions and signals as plain arrays.
 *
 * @module
 */

import { evaluateMap } from "../engine/evaluate.ts";
import type { Backend } from "../engine/launch.ts";
import type { Formula } from "../formula/formula.ts";
import { indexOf, locate, type Operand } from "../lazy/operand.ts";
import { ArgumentError } from "../errors.ts";
import { asRows, type Side } from "./form.ts";
import { widthOf } from "./pairs.ts";

/** The data of variables. */
export type Operands = ReadonlyMap<number, Operand>;

/** Values at points, in their own order. */
export interface SideData {
  /** Their number. */
  readonly count: number;
  /** `[count, dim]`. */
  readonly positions: Float64Array;
  /** `[count, width]`. */
  readonly signals: Float64Array;
}

/** Where the data of a variable of some points lie. */
export function locator(
  operands: Operands,
  count: number,
): (variable: Formula) => ReturnType<typeof locate> {
  return (node) => {
    const operand = operands.get(indexOf(node));
    if (operand === undefined) {
      throw new ArgumentError(
        "Cannot evaluate a formula with placeholders: call its reduction with the data, or bind() them",
      );
    }
    return locate(node, operand, { batch: [], m: count, n: count });
  };
}

/** The values of formulas of one axis, `[count, dim]` each. */
export function valuesAt(
  formulas: readonly Formula[],
  operands: Operands,
  count: number,
  backend: Backend,
): Float64Array[] {
  if (formulas.length === 0) return [];
  const results = evaluateMap(
    formulas.map(asRows),
    false,
    locator(operands, count),
    { batch: [], m: count, n: 1 },
    "float64",
    backend,
  );
  return results.map(({ data }) =>
    data instanceof Float64Array ? data : Float64Array.from(data)
  );
}

/** What a kernel reads of one side. */
export function dataOf(
  side: Side,
  operands: Operands,
  count: number,
  backend: Backend,
): SideData {
  const { positions, dim } = side;
  return {
    count,
    positions: joined(side, positions, dim, operands, count, backend),
    signals: signalsOf(side, operands, count, backend),
  };
}

/** The signals of one side, `[count, width]`. */
export function signalsOf(
  side: Side,
  operands: Operands,
  count: number,
  backend: Backend,
): Float64Array {
  const width = widthOf(side);
  return joined(side, side.signals, width, operands, count, backend);
}

/** Values of variables of the kernel side by side, `[count, width]`. */
function joined(
  side: Side,
  variables: readonly Formula[],
  width: number,
  operands: Operands,
  count: number,
  backend: Backend,
): Float64Array {
  const formulas = variables.map((v) => side.values.get(v) as Formula);
  const values = valuesAt(formulas, operands, count, backend);
  const all = new Float64Array(count * width);
  let offset = 0;
  variables.forEach((v, at) => {
    const own = values[at];
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < v.dim; c++) {
        all[k * width + offset + c] = own[k * v.dim + c];
      }
    }
    offset += v.dim;
  });
  return all;
}
