/**
 * The data of kernel forms: positions and signals as plain arrays.
 *
 * @module
 */

import { asBuffer } from "../launch/buffer.ts";
import { evaluateMap } from "../engine/evaluate.ts";
import type { Backend } from "../launch/launch.ts";
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

/** The data of one entry of a batch. */
export interface Given {
  /** The data of all entries. */
  readonly operands: Operands;
  /** Leading dimensions of results. */
  readonly batch: readonly number[];
  /** Which entry of the batch. */
  readonly entry: number;
  /** What computes. */
  readonly backend: Backend;
}

/** Where the data of a variable of some points lie. */
export function locator(
  { operands, batch, entry }: Omit<Given, "backend">,
  count: number,
): (variable: Formula) => ReturnType<typeof locate> {
  return (node) => {
    const operand = operands.get(indexOf(node));
    if (operand === undefined) {
      throw new ArgumentError(
        "Cannot evaluate a formula with placeholders: call its reduction with the data, or bind() them",
      );
    }
    const found = locate(node, operand, { batch, m: count, n: count });
    return { ...found, batch: [], offset: offsetOf(found.batch, batch, entry) };
  };
}

/** Where the data of an entry of a batch begin. */
function offsetOf(
  strides: readonly number[],
  batch: readonly number[],
  entry: number,
): number {
  let [offset, rest] = [0, entry];
  for (let k = batch.length - 1; k >= 0; k--) {
    offset += strides[k] * (rest % batch[k]);
    rest = Math.floor(rest / batch[k]);
  }
  return offset;
}

/** The values of formulas of one axis, `[count, dim]` each. */
export function valuesAt(
  formulas: readonly Formula[],
  given: Given,
  count: number,
): Float64Array[] {
  const locate = locator(given, count);
  const plain = formulas.map((f) => plainData(f, locate, count));
  if (plain.every((values) => values !== undefined)) return plain;
  const results = evaluateMap(
    formulas.map(asRows),
    false,
    locate,
    { batch: [], m: count, n: 1 },
    "float64",
    given.backend,
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
export function dataOf(side: Side, given: Given, count: number): SideData {
  const { positions, dim } = side;
  return {
    count,
    positions: joined(side, positions, dim, given, count),
    signals: signalsOf(side, given, count),
  };
}

/** The signals of one side, `[count, width]`. */
export function signalsOf(
  side: Side,
  given: Given,
  count: number,
): Float64Array {
  return joined(side, side.signals, widthOf(side), given, count);
}

/** Values of variables of the kernel side by side, `[count, width]`. */
function joined(
  side: Side,
  variables: readonly Formula[],
  width: number,
  given: Given,
  count: number,
): Float64Array {
  const formulas = variables.map((v) => side.values.get(v) as Formula);
  const values = valuesAt(formulas, given, count);
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
