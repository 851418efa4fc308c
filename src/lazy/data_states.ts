/**
 * What LazyTensors are made of: numbers, parameters, points and placeholders.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { Category } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { constant } from "../ops/op.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import { tensor, type TensorData } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { freshVariable, indexOf, variableOf } from "./operand.ts";
import { LazyState } from "./state.ts";

/** What an op on a LazyTensor takes as its other operand. */
export type LazyData = TensorData | Tensor;

/** Numbers that programs hold as they are; all others are parameters. */
const EXACT: ReadonlySet<number> = new Set([0, 1, -1, 2, 0.5, -0.5]);
const exactStates = new Map<number, LazyState>();

/** A number, the same for all pairs. */
export function numberState(value: number): LazyState {
  if (Object.is(value, -0)) return new LazyState({ formula: constant(value) });
  if (EXACT.has(value)) {
    let state = exactStates.get(value);
    if (state === undefined) {
      state = new LazyState({ formula: constant(value) });
      exactStates.set(value, state);
    }
    return state;
  }
  const entries = { data: Float64Array.of(value), shape: [] };
  return entriesState(entries, Category.PARAMETER, [], 1, [1]);
}

/** Entries with their shape: a tensor, or numbers without a dtype. */
export interface Entries {
  /** The entries, row-major. */
  readonly data: Tensor | Float64Array;
  /** Their shape. */
  readonly shape: readonly number[];
}

/** What was given as entries: plain arrays take the dtype of other data. */
export function entriesOf(data: LazyData): Entries {
  if (data instanceof Tensor) return { data, shape: data.shape };
  if (typeof data === "number") {
    return { data: Float64Array.of(data), shape: [] };
  }
  if (!Array.isArray(data)) {
    // Arrays belong to no device: they go where the tensors are.
    const t = tensor(data, undefined, { device: "cpu" });
    return { data: makeTensor(memoryOf(t).data, t.shape), shape: t.shape };
  }
  const t = tensor(data, undefined, { dtype: "float64", device: "cpu" });
  return { data: memoryOf(t).data as Float64Array, shape: t.shape };
}

/** Entries as a variable of the given category. */
function entriesState(
  { data }: Entries,
  category: Category,
  batch: readonly number[],
  points: number,
  inner: readonly number[],
): LazyState {
  const dim = inner.reduce((p, d) => p * d, 1);
  const formula = data instanceof Tensor
    ? variableOf(data, dim, category)
    : freshVariable(dim, category);
  return new LazyState({
    formula,
    operands: new Map([[indexOf(formula), { data, batch, dim }]]),
    batch,
    m: category === Category.I ? points : undefined,
    n: category === Category.J ? points : undefined,
    inner,
  });
}

/** A placeholder: data are given when the reduced formula is called. */
export function placeholderState(
  index: number,
  dim: number,
  category: Category,
): LazyState {
  for (const [name, x] of [["index", index], ["dim", dim]] as const) {
    if (Number.isInteger(x) && x >= 0) continue;
    throw new ArgumentError(
      `Cannot make a placeholder with ${name} ${x}: a non-negative integer is wanted`,
    );
  }
  return new LazyState({ formula: variable(-1 - index, dim, category) });
}

/** Entries by shape: `[..., M, 1, D]`, `[..., 1, N, D]` or `[..., 1, 1, D]`. */
function shapedState(entries: Entries): LazyState {
  const { shape } = entries;
  const batch = shape.slice(0, -3);
  const [m, n, dim] = shape.slice(-3);
  if (m === 1 && n === 1) {
    return entriesState(entries, Category.PARAMETER, batch, 1, [dim]);
  }
  if (m === 1) return entriesState(entries, Category.J, batch, n, [dim]);
  if (n === 1) return entriesState(entries, Category.I, batch, m, [dim]);
  throw new ShapeError(
    `Cannot make a LazyTensor of shape [${shape}]: [..., M, 1, D], [..., 1, N, D] or [..., 1, 1, D] is wanted`,
  );
}

/** The axis of a cloud of points given as a 2-D array. */
export type PointAxis = "i" | "j" | 0 | 1;

/** Data as they are promoted by an op, or given to a constructor. */
export function stateOf(data: LazyData, axis?: PointAxis): LazyState {
  if (axis !== undefined) return pointState(data, categoryOfAxis(axis));
  if (typeof data === "number") return numberState(data);
  const entries = entriesOf(data);
  const { shape } = entries;
  if (shape.length >= 3) return shapedState(entries);
  if (shape.length === 2) {
    throw new ShapeError(
      `Cannot tell the axis of points of shape [${shape}]: use Vi(x) for points i, Vj(x) for points j`,
    );
  }
  return parameterState(data);
}

function categoryOfAxis(axis: PointAxis): Category {
  if (axis === "i" || axis === 0) return Category.I;
  if (axis === "j" || axis === 1) return Category.J;
  throw new ArgumentError(
    `Cannot use the axis ${axis} for points: "i" or 0, "j" or 1 is wanted`,
  );
}

/** Points of shape `(M, D)`, `(M)` or `(M, d1, d2, ...)`. */
export function pointState(data: LazyData, category: Category): LazyState {
  const entries = entriesOf(data);
  const [points, ...inner] = entries.shape;
  if (points === undefined) {
    throw new ShapeError(
      "Cannot use a single number as points: an array of shape (M, D) is wanted",
    );
  }
  return entriesState(
    entries,
    category,
    [],
    points,
    inner.length ? inner : [1],
  );
}

/** A parameter: a number, `(D)`, or `(d1, d2, ...)`. */
export function parameterState(data: LazyData): LazyState {
  if (typeof data === "number") return numberState(data);
  const entries = entriesOf(data);
  const inner = entries.shape.length === 0 ? [1] : entries.shape;
  return entriesState(entries, Category.PARAMETER, [], 1, inner);
}

/** Columns of an array `[..., N, E]` or `[N]` as points, j where not given. */
export function pointColumns(
  data: LazyData,
  category: Category = Category.J,
): { column: LazyState; flat: boolean } {
  const entries = entriesOf(data);
  const { shape } = entries;
  if (shape.length === 0) {
    throw new ShapeError(
      "Cannot use a single number as points j: an array of shape [..., N, E] or [N] is wanted",
    );
  }
  const flat = shape.length === 1;
  const [n, dim] = flat ? [shape[0], 1] : shape.slice(-2);
  const batch = shape.slice(0, -2);
  const column = entriesState(entries, category, batch, n, [dim]);
  return { column, flat };
}
