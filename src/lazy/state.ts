/**
 * What a LazyTensor is made of: a formula, its data and their sizes.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import type { DType } from "../dtypes.ts";
import { AXIS_I, AXIS_J, type Formula } from "../formula/formula.ts";
import type { Op, OpArgument } from "../ops/op.ts";
import type { Ranges } from "../engine/ranges.ts";
import {
  broadcastBatch,
  type Operand,
  sameSize,
  type Sizes,
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

/** Which axes a formula depends on, in words. */
export function axesOf(formula: Formula): "none" | "i" | "j" | "ij" {
  const i = (formula.axes & AXIS_I) !== 0;
  const j = (formula.axes & AXIS_J) !== 0;
  return i ? j ? "ij" : "i" : j ? "j" : "none";
}
