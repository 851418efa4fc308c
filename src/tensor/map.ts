/**
 * Formulas of operands, evaluated entry by entry.
 *
 * @module
 */

import { allocateArray, type DType } from "../dtypes.ts";
import { asBuffer, type Buffer } from "../launch/buffer.ts";
import { evaluateMap } from "../engine/evaluate.ts";
import { movedTo, type Place } from "../engine/place.ts";
import {
  Category,
  type Formula,
  rewrite,
  topological,
} from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import type { MapOperand } from "./fusion.ts";
import { broadcastStrides, type Shape, sizeOf } from "./shape.ts";

/** What is known of a formula of operands 0, 1 ... */
export interface Template {
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

/** What is known of a formula. */
export function templateOf(formula: Formula): Template {
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

/** A formula with other variables, kept under a key. */
export function placedAs(
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

/** The operands that some formulas read. */
function operandsOf(formulas: readonly Formula[]): readonly number[] {
  if (formulas.length === 1) return templateOf(formulas[0]).used;
  const all = new Set(formulas.flatMap((f) => templateOf(f).used));
  return [...all].sort((a, b) => a - b);
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
export function evaluateFormulas(
  formulas: readonly Formula[],
  operands: readonly MapOperand[],
  shape: Shape,
  dtype: DType,
  { backend, device }: Place,
): readonly Buffer[] {
  const used = operandsOf(formulas);
  if (sizeOf(shape) === 0) {
    const empty = asBuffer(allocateArray(dtype, 0));
    return formulas.map(() => movedTo(empty, device));
  }
  const axes = coalesced(
    shape,
    used.map((k) => broadcastStrides(operands[k].shape, shape)),
  );
  const perPair = axes.length > 1;
  const column = perPair ? axes.pop() : undefined;
  const row = axes.pop();
  const categories = used.map((_, u) =>
    categoryOf(row?.strides[u] ?? 0, column?.strides[u] ?? 0)
  );
  const placed = formulas.map((formula) =>
    placedAs(
      formula,
      `${used}:${categories}`,
      (k) => variable(k, 1, categories[used.indexOf(k)]),
    )
  );
  const results = evaluateMap(
    placed,
    perPair,
    (v) => {
      const k = v.params[0] as number;
      const u = used.indexOf(k);
      return {
        data: operands[k].buffer,
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
  return results.map(({ buffer }) => buffer);
}

function categoryOf(row: number, column: number): Category {
  if (row !== 0) return column !== 0 ? Category.PAIR : Category.I;
  return column !== 0 ? Category.J : Category.PARAMETER;
}
