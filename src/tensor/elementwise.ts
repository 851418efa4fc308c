/**
 * Operations on each entry: one formula, mapped over broadcast tensors.
 *
 * @module
 */

import type { Vjp } from "../autodiff/graph.ts";
import { cotangent } from "../calculus/derivatives.ts";
import type { DType } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import { placeFor } from "../engine/place.ts";
import type { Formula, Param } from "../formula/formula.ts";
import { variable, zero } from "../ops/core.ts";
import { constant, type Op } from "../ops/op.ts";
import {
  isTracked,
  makeTensor,
  memoryOf,
  record,
  reshaped,
  type TensorBase,
  variableOf,
} from "./base.ts";
import { isLarge, mapLater } from "./fusion.ts";
import { evaluateFormulas, placedAs, slot, templateOf } from "./map.ts";
import { type Operand, promote } from "./operands.ts";
import { sumTo } from "./reduce.ts";
import { broadcastShapes, type Shape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Numbers that stay in the formula; all others are data, so that a loop over
 * learning rates is compiled once. */
const LITERALS: readonly number[] = [0, 1, -1, 2, 0.5, -0.5];

/**
 * Applies an op to operands entry by entry, with NumPy's broadcasting.
 *
 * @param name the word for it in messages
 * @param op the op
 * @param operands tensors and numbers, at least one tensor among them
 * @param params static arguments of the op
 */
export function applyOp(
  name: string,
  op: Op,
  operands: readonly Operand[],
  params: readonly Param[] = [],
): Tensor {
  const kept: Operand[] = [];
  const args = operands.map((x) => {
    const literal = LITERALS.includes(x as number) && !Object.is(x, -0);
    return literal ? constant(x as number) : slot(kept.push(x) - 1);
  });
  return applyFormula(name, op.build(args, params), kept);
}

/** Evaluates a formula of operands `slot(0)`, `slot(1)` ... entry by entry. */
function applyFormula(
  name: string,
  formula: Formula,
  operands: readonly Operand[],
): Tensor {
  const { tensors, dtype } = promote(name, operands);
  const shape = broadcastShapes(name, tensors.map((t) => t.shape));
  const same = formula.op === variable
    ? tensors[formula.params[0] as number]
    : undefined;
  // An operation that changes nothing shares the entries.
  const result = same !== undefined && sizeOf(same.shape) === sizeOf(shape)
    ? reshaped(same, shape)
    : makeTensor(mapped(formula, tensors, shape, dtype), shape);
  if (isTracked(tensors)) recordFormula(name, formula, tensors, result);
  return result;
}

function recordFormula(
  name: string,
  formula: Formula,
  inputs: readonly TensorBase[],
  output: Tensor,
): void {
  const e = inputs.length;
  const rules = inputs.map((t, k) =>
    variableOf(t) === undefined ? undefined : cotangentOf(formula, k, e)
  );
  const needs = new Set(
    rules.flatMap((rule) => rule ? templateOf(rule).used : []),
  );
  const savedSlots = inputs.map((_, k) => k).filter((k) => needs.has(k));
  record(
    [output],
    inputs,
    name,
    vjpOf(name, rules, savedSlots, inputs.map((t) => t.shape)),
    savedSlots.map((k) => inputs[k]),
  );
}

/** A rule that holds on to formulas and shapes, not to tensors. */
function vjpOf(
  name: string,
  rules: readonly (Formula | undefined)[],
  savedSlots: readonly number[],
  shapes: readonly (readonly number[])[],
): Vjp {
  return ([g], needed, saved) =>
    rules.map((rule, k) => {
      if (rule === undefined || !needed[k] || g === undefined) return undefined;
      const e = shapes.length;
      const part = applySparse(name, rule, savedSlots, saved, e, g);
      return sumTo(part, shapes[k]);
    });
}

/** Evaluates a rule whose operands are not all there: it reads no others. */
function applySparse(
  name: string,
  rule: Formula,
  savedSlots: readonly number[],
  saved: readonly Tensor[],
  e: number,
  g: Tensor,
): Tensor {
  const { used } = templateOf(rule);
  const operands = used.map((k) => k === e ? g : saved[savedSlots.indexOf(k)]);
  return applyFormula(`gradient of ${name}`, renumbered(rule, used), operands);
}

/** The same formula with its operands numbered from 0. */
function renumbered(formula: Formula, used: readonly number[]): Formula {
  if (used.every((k, position) => k === position)) return formula;
  return placedAs(formula, `r${used.join()}`, (k) => slot(used.indexOf(k)));
}

/** The transposed derivative in operand k, times operand `e`. */
function cotangentOf(
  formula: Formula,
  k: number,
  e: number,
): Formula | undefined {
  const { cotangents } = templateOf(formula);
  const key = `${k},${e}`;
  if (!cotangents.has(key)) {
    const rule = cotangent(formula, slot(k), slot(e));
    cotangents.set(key, rule?.op === zero ? undefined : rule);
  }
  return cotangents.get(key);
}

/** The entries of a formula: at once where there are few. */
function mapped(
  formula: Formula,
  tensors: readonly TensorBase[],
  shape: Shape,
  dtype: DType,
): Buffer {
  const operands = tensors.map((t) => ({
    buffer: memoryOf(t).buffer,
    shape: t.shape,
  }));
  // Chosen now: another device may be the usual one when it is computed.
  const place = placeFor(operands.map(({ buffer }) => buffer));
  return isLarge(shape)
    ? mapLater(formula, operands, shape, dtype, place, evaluateFormulas)
    : evaluateFormulas([formula], operands, shape, dtype, place)[0];
}
