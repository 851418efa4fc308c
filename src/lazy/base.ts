/**
 * The inside of a LazyTensor, and how ops act on it.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import type { DType } from "../dtypes.ts";
import { real2complex } from "../ops/complex.ts";
import { variable } from "../ops/core.ts";
import type { Op, OpArgument } from "../ops/op.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import {
  dtypeOf,
  joined,
  type LazyData,
  type LazyState,
  type PointAxis,
  stateOf,
} from "./state.ts";

/**
 * What methods of LazyTensors take as their other operands: numbers, lists of
 * numbers (parameters), tensors of a LazyTensor's shape, LazyTensors.
 */
export type LazyLike = LazyTensor | LazyData;

let read: (lazy: LazyBase) => LazyState;
let write: (lazy: LazyBase, state: LazyState) => void;

/** The formula and the data of a LazyTensor. */
export function stateOfLazy(lazy: LazyBase): LazyState {
  return read(lazy);
}

/** Gives a new LazyTensor another formula and other data. */
export function remade<L extends LazyBase>(lazy: L, state: LazyState): L {
  write(lazy, state);
  return lazy;
}

/** Data or a LazyTensor as a formula with data. */
export function promoted(x: LazyBase | LazyData): LazyState {
  return x instanceof LazyBase ? read(x) : stateOf(x);
}

/** How an op treats complex operands. */
export interface ComplexForm {
  /** The op for complex operands. */
  readonly op: Op;
  /** Its result is real. */
  readonly real?: boolean;
}

/** A symbolic array of vectors, one for each pair (i, j): its data and shape. */
export abstract class LazyBase {
  #state: LazyState;

  static {
    read = (lazy) => lazy.#state;
    write = (lazy, state) => lazy.#state = state;
  }

  /**
   * @param data what varies: a tensor of shape `[..., M, 1, D]` (points i),
   * `[..., 1, N, D]` (points j) or `[..., 1, 1, D]`, `[D]` or a number
   * (parameters); a 2-D array needs an axis
   * @param axis `"i"` or 0 for points i of shape `[M, D]`, `"j"` or 1 for points j
   */
  constructor(
    data: LazyData,
    axis?: PointAxis,
  ) {
    this.#state = stateOf(data, axis);
  }

  /** `[...batch, M, N, D]`; axes that no variable gives have size 1. */
  get shape(): number[] {
    const { batch, m, n, formula, complex } = this.#state;
    return [...batch, m ?? 1, n ?? 1, formula.dim / (complex ? 2 : 1)];
  }

  /** The number of components of the value of one pair. */
  get dim(): number {
    return this.shape[this.shape.length - 1];
  }

  /** Leading dimensions. */
  get batch(): number[] {
    return [...this.#state.batch];
  }

  /** The dtype of results. */
  get dtype(): DType {
    return dtypeOf(this.#state.operands.values());
  }

  /** Whether components are complex numbers. */
  get isComplex(): boolean {
    return this.#state.complex;
  }

  /** Another LazyTensor. */
  protected make(state: LazyState): LazyTensor {
    const Class = this.constructor as new (data: number) => LazyTensor;
    return remade(new Class(0), state);
  }

  /** An op on this LazyTensor and others; `complex` is its complex form. */
  protected map(
    op: Op,
    others: readonly LazyLike[] = [],
    params: readonly OpArgument[] = [],
    complex?: ComplexForm,
  ): LazyTensor {
    const states = [this.#state, ...others.map(promoted)];
    if (!states.some((s) => s.complex)) {
      const state = joined(op(...formulas(states), ...params), states);
      return this.make(keepInner(state, states));
    }
    if (complex === undefined) {
      throw new ArgumentError(
        `Cannot apply "${op.name}" to a complex LazyTensor: use its real and imaginary parts`,
      );
    }
    const parts = states.map((s) => s.complex ? s : asComplex(s));
    const state = joined(complex.op(...formulas(parts), ...params), states);
    return this.make(state.with({ complex: !complex.real }));
  }
}

/** Throws where a LazyTensor is a formula and not a variable. */
export function assertVariable(lazy: LazyBase): void {
  if (read(lazy).formula.op === variable) return;
  throw new ArgumentError(
    "Cannot differentiate with respect to a formula: a variable is wanted, e.g. what Vi(x) gives",
  );
}

/** An op on real operands in the order of the op. */
export function joinedMap(
  op: Op,
  operands: readonly (LazyBase | LazyData)[],
): LazyState {
  const states = operands.map(promoted);
  return joined(op(...formulas(states)), states);
}

function formulas(states: readonly LazyState[]): Formula[] {
  return states.map((s) => s.formula);
}

function asComplex(state: LazyState): LazyState {
  return state.with({ formula: real2complex(state.formula), complex: true });
}

/** Elementwise results keep the matrix shape of their operands. */
function keepInner(
  state: LazyState,
  states: readonly LazyState[],
): LazyState {
  const longest = states.find((s) => s.inner.length > 1);
  const same = longest !== undefined && state.formula.dim ===
      longest.formula.dim &&
    states.every((s) =>
      s.formula.dim === 1 || `${s.inner}` === `${longest.inner}`
    );
  return same ? state.with({ inner: longest.inner }) : state;
}
