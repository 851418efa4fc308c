/**
 * The data of kernel forms: positions and signals as plain arrays.
 *
 * @module
 */

import { asBuffer } from "../engine/buffer.ts";
import { evaluateMap } from "../engine/evaluate.ts";
import type { Backend } from "../engine/launch.ts";
import type { Formula } from "../formula/formula.ts";
import { indexOf, locate, type Operand } from "../lazy/operand.ts";
import { ArgumentError } from "../errors.ts";
import { variable } from "../ops/core.ts";
import { constant } from "../ops/op.ts";
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
  const locate = locator(operands, count);
  const given = formulas.map((f) => plainData(f, locate, count));
  if (given.every((g) => g !== undefined)) return given;
  const results = evaluateMap(
    formulas.map(asRows),
    false,
    locate,
    { batch: [], m: count, n: 1 },
    "float64",
    backend,
  );
  return results.map(({ data }) =>
    data instanceof Float64Array ? data : new Float64Array(data)
  );
}

/** The numbers of a formula that is nothing but a variable or a constant. */
function plainData(
  formula: Formula,
  locate: ReturnType<typeof locator>,
  count: number,
): Float64Array | undefined {
  if (formula.op === constant && formula.dim === 1) {
    return new Float64Array(count).fill(formula.params[0] as number);
  }
  if (formula.op !== variable) return undefined;
  const { data, offset, row, column, component } = locate(formula);
  if (component !== 1 || row + column !== formula.dim) return undefined;
  const all = asBuffer(data).host();
  return new Float64Array(all.subarray(offset, offset + count * formula.dim));
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
  if (values.length === 1) return values[0];
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
