/**
 * What a LazyTensor is made of: a formula, its data and their sizes.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import type { DType } from "../dtypes.ts";
import { AXIS_I, AXIS_J, Category, type Formula } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { constant, type Op, type OpArgument } from "../ops/op.ts";
import { tensor, type TensorData } from "../tensor/create.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Ranges } from "../engine/ranges.ts";
import {
  broadcastBatch,
  freshVariable,
  indexOf,
  type Operand,
  sameSize,
  type Sizes,
  variableOf,
} from "./operand.ts";

/** Options that go with a formula until it is reduced. */
export interface LazySettings {
  /** Block-sparse domain of the reductions. */
  readonly ranges?: Ranges;
  /** The largest error of sums, relative to the largest result. */
  readonly tolerance?: number;
}

const NONE: LazySettings = {};

/** A formula with its data: the immutable inside of a LazyTensor. */
export class LazyState implements Sizes {
  /** The symbolic expression. */
  readonly formula: Formula;
  /** The data of variables, by their number; placeholders have none. */
  readonly operands: ReadonlyMap<number, Operand>;
  /** Leading dimensions. */
  readonly batch: readonly number[];
  /** The number of points i. */
  readonly m: number | undefined;
  /** The number of points j. */
  readonly n: number | undefined;
  /** Shape of the value of one pair; its product is the formula's `dim`. */
  readonly inner: readonly number[];
  /** Components are interleaved real and imaginary parts. */
  readonly complex: boolean;
  /** What goes with the formula until it is reduced. */
  readonly settings: LazySettings;

  /** @param parts all but what has a default */
  constructor(
    parts: {
      formula: Formula;
      operands?: ReadonlyMap<number, Operand>;
      batch?: readonly number[];
      m?: number | undefined;
      n?: number | undefined;
      inner?: readonly number[];
      complex?: boolean;
      settings?: LazySettings;
    },
  ) {
    this.formula = parts.formula;
    this.operands = parts.operands ?? new Map();
    this.batch = parts.batch ?? [];
    this.m = parts.m;
    this.n = parts.n;
    this.inner = parts.inner ?? [parts.formula.dim];
    this.complex = parts.complex ?? false;
    this.settings = parts.settings ?? NONE;
  }

  /** The same data under another formula. */
  with(
    parts: Partial<
      Pick<LazyState, "formula" | "inner" | "complex" | "settings" | "m" | "n">
    >,
  ): LazyState {
    const inner = parts.inner ??
      (parts.formula ? [parts.formula.dim] : this.inner);
    return new LazyState({ ...this, ...parts, inner });
  }
}

/** What an op on a LazyTensor takes as its other operand. */
export type LazyData = TensorData | Tensor;

/** An op applied to formulas with data. */
export function applyOp(
  op: Op,
  states: readonly LazyState[],
  params: readonly OpArgument[] = [],
): LazyState {
  const formula = op(...states.map((s) => s.formula), ...params);
  return joined(formula, states);
}

/** A formula over the variables of several states. */
export function joined(
  formula: Formula,
  states: readonly LazyState[],
): LazyState {
  const [first, ...rest] = states;
  if (rest.length === 0) return first.with({ formula, complex: false });
  const operands = new Map(first.operands);
  let { batch, m, n } = first;
  for (const s of rest) {
    for (const [index, operand] of s.operands) operands.set(index, operand);
    batch = broadcastBatch(batch, s.batch);
    m = sameSize("i", m, s.m);
    n = sameSize("j", n, s.n);
  }
  checkDtypes(operands.values());
  return new LazyState({
    formula,
    operands,
    batch,
    m,
    n,
    settings: joinedSettings(states),
  });
}

function joinedSettings(states: readonly LazyState[]): LazySettings {
  if (states.every((s) => s.settings === NONE)) return NONE;
  const given = states.map((s) => s.settings.ranges).filter((r) => r);
  const [ranges] = given;
  const tolerances = states.flatMap((s) => s.settings.tolerance ?? []);
  // The most exact of what is combined sets the tolerance.
  const least = tolerances.length === 0
    ? {}
    : { tolerance: Math.min(...tolerances) };
  if (ranges === undefined) return least;
  if (given.some((r) => r !== ranges)) {
    throw new ArgumentError(
      "Cannot combine LazyTensors with different ranges: set the ranges once, on the result",
    );
  }
  return { ...least, ranges };
}

/** The dtype of results: that of the data, float32 where there is none. */
export function dtypeOf(operands: Iterable<Operand>): DType {
  let found: DType | undefined;
  for (const { data } of operands) {
    if (data instanceof Float64Array || data.dtype === "int32") continue;
    found ??= data.dtype;
  }
  return found ?? "float32";
}

/** Throws where data of several float types meet. */
export function checkDtypes(operands: Iterable<Operand>): void {
  let first: DType | undefined;
  for (const { data } of operands) {
    if (data instanceof Float64Array || data.dtype === "int32") continue;
    first ??= data.dtype;
    if (data.dtype === first) continue;
    throw new ShapeError(
      `Cannot combine ${first} and ${data.dtype} data: convert one of them, e.g. with .to("${first}")`,
    );
  }
}

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

/** Which axes a formula depends on, in words. */
export function axesOf(formula: Formula): "none" | "i" | "j" | "ij" {
  const i = (formula.axes & AXIS_I) !== 0;
  const j = (formula.axes & AXIS_J) !== 0;
  return i ? j ? "ij" : "i" : j ? "j" : "none";
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
