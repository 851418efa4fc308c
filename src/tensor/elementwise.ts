/**
 * Operations on each entry: one formula, mapped over broadcast tensors.
 *
 * @module
 */

import type { Vjp } from "../autodiff/graph.ts";
import { allocateArray, type DType, type TypedArray } from "../dtypes.ts";
import { asBuffer, type Buffer } from "../engine/buffer.ts";
import { evaluateMap } from "../engine/evaluate.ts";
import { movedTo, placeFor } from "../engine/place.ts";
import { cotangent } from "../calculus/derivatives.ts";
import {
  Category,
  type Formula,
  type Param,
  rewrite,
  topological,
} from "../formula/formula.ts";
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
import { type Operand, promote } from "./operands.ts";
import { broadcastShapes, broadcastStrides, sizeOf } from "./shape.ts";
import { sumTo } from "./reduce.ts";
import type { Tensor } from "./tensor.ts";

/** Numbers that stay in the formula; all others are data, so that a loop over
 * learning rates is compiled once. */
const LITERALS: readonly number[] = [0, 1, -1, 2, 0.5, -0.5];

/** What is known of a formula of operands 0, 1 ... */
interface Template {
  /** The operands that it reads. */
  readonly used: readonly number[];
  /** The formula for each way in which operands are broadcast. */
  readonly placed: Map<string, Formula>;
  /** Its transposed derivatives, by operand. */
  readonly cotangents: Map<string, Formula | undefined>;
}

const templates = new WeakMap<Formula, Template>();
const slots: Formula[] = [];

/** The k-th operand in the formula of an operation. */
export function slot(k: number): Formula {
  return slots[k] ??= variable(k, 1, Category.I);
}

function templateOf(formula: Formula): Template {
  let template = templates.get(formula);
  if (template === undefined) {
    const used = topological(formula)
      .filter((f) => f.op === variable)
      .map((f) => f.params[0] as number)
      .sort((a, b) => a - b);
    template = { used, placed: new Map(), cotangents: new Map() };
    templates.set(formula, template);
  }
  return template;
}

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
export function applyFormula(
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
    : makeTensor(evaluate(formula, tensors, shape, dtype), shape);
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

/** A formula with other variables, kept under a key. */
function placedAs(
  formula: Formula,
  key: string,
  replacement: (k: number) => Formula,
): Formula {
  const { placed } = templateOf(formula);
  let result = placed.get(key);
  if (result === undefined) {
    result = rewrite(
      formula,
      (node) =>
        node.op === variable
          ? replacement(node.params[0] as number)
          : undefined,
    );
    placed.set(key, result);
  }
  return result;
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

/** One axis of a map, with its stride in each operand. */
interface MapAxis {
  size: number;
  strides: readonly number[];
}

/** The axes of a map, as few as there can be. */
function coalesced(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
): MapAxis[] {
  const axes: MapAxis[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d];
    if (size === 1) continue;
    const here = strides.map((s) => s[d]);
    const inner = axes[0];
    if (inner && here.every((s, k) => s === inner.strides[k] * inner.size)) {
      inner.size *= size;
    } else {
      axes.unshift({ size, strides: here });
    }
  }
  return axes;
}

/**
 * The last axis gives the points i, or the last two the pairs (i, j); all
 * others are batch dimensions.
 */
function evaluate(
  formula: Formula,
  tensors: readonly TensorBase[],
  shape: readonly number[],
  dtype: DType,
): TypedArray | Buffer {
  const size = sizeOf(shape);
  const { used } = templateOf(formula);
  const axes = coalesced(
    shape,
    used.map((k) => broadcastStrides(tensors[k].shape, shape)),
  );
  const perPair = axes.length > 1;
  const column = perPair ? axes.pop() : undefined;
  const row = axes.pop();
  const categories = used.map((_, u) =>
    categoryOf(row?.strides[u] ?? 0, column?.strides[u] ?? 0)
  );
  const placed = placedAs(
    formula,
    categories.join(),
    (k) => variable(k, 1, categories[used.indexOf(k)]),
  );
  const { backend, device } = placeFor(
    used.map((k) => memoryOf(tensors[k]).buffer),
  );
  if (size === 0) return movedTo(asBuffer(allocateArray(dtype, 0)), device);
  const [{ buffer }] = evaluateMap(
    [placed],
    perPair,
    (v) => {
      const k = v.params[0] as number;
      const u = used.indexOf(k);
      return {
        data: memoryOf(tensors[k]).buffer,
        offset: 0,
        batch: axes.map((a) => a.strides[u]),
        row: row?.strides[u] ?? 0,
        column: column?.strides[u] ?? 0,
        component: 1,
      };
    },
    {
      batch: axes.map((a) => a.size),
      m: row?.size ?? 1,
      n: column?.size ?? 1,
      device,
    },
    dtype,
    backend,
  );
  return buffer;
}

function categoryOf(row: number, column: number): Category {
  if (row !== 0) return column !== 0 ? Category.PAIR : Category.I;
  return column !== 0 ? Category.J : Category.PARAMETER;
}
