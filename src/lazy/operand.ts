/**
 * The data behind the variables of a formula.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { OperandData } from "../launch/launch.ts";
import { AXIS_I, AXIS_J, Category, type Formula } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { memoryOf } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A tensor, or a few numbers that take the dtype of the others. */
export interface Operand {
  /** The entries: `[...batch, points, dim]`, `[...batch, m, n, dim]` for pairs. */
  readonly data: Tensor | Float64Array;
  /** Leading dimensions. */
  readonly batch: readonly number[];
  /** The number of components. */
  readonly dim: number;
}

/** The sizes of a formula that has data; unknown where no variable tells. */
export interface Sizes {
  /** Leading dimensions. */
  readonly batch: readonly number[];
  /** The number of points i. */
  readonly m: number | undefined;
  /** The number of points j. */
  readonly n: number | undefined;
}

let nextIndex = 0;
const known = new WeakMap<Tensor, Map<string, Formula>>();

/** A variable that no other formula has yet. */
export function freshVariable(dim: number, category: Category): Formula {
  return variable(nextIndex++, dim, category);
}

/** The variable of a tensor: the same for every use of it in the same way. */
export function variableOf(
  data: Tensor,
  dim: number,
  category: Category,
): Formula {
  let uses = known.get(data);
  if (uses === undefined) known.set(data, uses = new Map());
  const key = `${dim},${category}`;
  let found = uses.get(key);
  if (found === undefined) {
    uses.set(key, found = freshVariable(dim, category));
  }
  return found;
}

/** The number that names a variable. */
export function indexOf(node: Formula): number {
  return node.params[0] as number;
}

/** The category of a variable. */
export function categoryOf(node: Formula): Category {
  return node.params[2] as Category;
}

/** The strides of an operand within a result of the given sizes. */
export function locate(
  node: Formula,
  { data, batch, dim }: Operand,
  sizes: Sizes,
): OperandData {
  const category = categoryOf(node);
  const i = (node.axes & AXIS_I) !== 0;
  const j = (node.axes & AXIS_J) !== 0;
  const n = category === Category.PAIR ? sizes.n ?? 1 : 1;
  const points = (i ? sizes.m ?? 1 : 1) * (j && !i ? sizes.n ?? 1 : 1) * n;
  return {
    data: data instanceof Float64Array ? data : memoryOf(data).buffer,
    offset: 0,
    batch: batchStrides(batch, sizes.batch, points * dim),
    row: i ? n * dim : 0,
    column: j ? dim : 0,
    component: 1,
  };
}

/** Strides of batch dimensions, right-aligned with those of the result. */
function batchStrides(
  batch: readonly number[],
  result: readonly number[],
  entry: number,
): number[] {
  const strides: number[] = Array(result.length).fill(0);
  let stride = entry;
  for (let k = 1; k <= batch.length; k++) {
    const size = batch[batch.length - k];
    if (size !== 1) strides[result.length - k] = stride;
    stride *= size;
  }
  return strides;
}

/** Batch dimensions broadcast as in NumPy: right-aligned, equal or 1. */
export function broadcastBatch(
  a: readonly number[],
  b: readonly number[],
): readonly number[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, k) => {
    const [p, q] = [a, b].map((s) => s[s.length - length + k] ?? 1);
    if (p === q || q === 1) return p;
    if (p === 1) return q;
    throw new ShapeError(
      `Cannot broadcast batch dimensions [${a}] and [${b}]: from the right, sizes must be equal or 1`,
    );
  });
}

/** The common size of an axis. */
export function sameSize(
  axis: "i" | "j",
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  throw new ShapeError(
    `Cannot combine ${a} and ${b} points ${axis}: all ${axis}-variables must have the same number of points`,
  );
}
