/**
 * The inside of a LazyTensor, and how ops act on it.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { type Formula, topological } from "../formula/formula.ts";
import { printFormula } from "../language/print.ts";
import type { DType } from "../dtypes.ts";
import { real2complex } from "../ops/complex.ts";
import { variable } from "../ops/core.ts";
import type { Op, OpArgument } from "../ops/op.ts";
import type { LazyTensor } from "./lazy_tensor.ts";
import { type LazyData, type PointAxis, stateOf } from "./data_states.ts";
import { dtypeOf, joined, type LazyState } from "./state.ts";

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
    // Declared here, as computed names have no place in isolated declarations.
    showAs(this.prototype, "Deno.customInspect", (lazy) => lazy.toString());
    showAs(this.prototype, "Jupyter.display", (lazy) => ({
      "text/plain": lazy.toString(),
      "text/markdown": markdown(lazy.#state, lazy),
    }));
  }

  /**
   * Data as a LazyTensor.
   *
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
}

/** Another LazyTensor, of the class of this one. */
export function made(lazy: LazyBase, state: LazyState): LazyTensor {
  const Class = lazy.constructor as new (data: number) => LazyTensor;
  return remade(new Class(0), state);
}

/** An op on a LazyTensor and others; `complex` is its complex form. */
export function apply(
  lazy: LazyBase,
  op: Op,
  others: readonly LazyLike[] = [],
  params: readonly OpArgument[] = [],
  complex?: ComplexForm,
): LazyTensor {
  const states = [read(lazy), ...others.map(promoted)];
  if (!states.some((s) => s.complex)) {
    const state = joined(op(...formulas(states), ...params), states);
    return made(lazy, keepInner(state, states));
  }
  if (complex === undefined) {
    throw new ArgumentError(
      `Cannot apply "${op.name}" to a complex LazyTensor: use its real and imaginary parts`,
    );
  }
  const parts = states.map((s) => s.complex ? s : asComplex(s));
  const state = joined(complex.op(...formulas(parts), ...params), states);
  return made(lazy, state.with({ complex: !complex.real }));
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

/** Adds a method that consoles and notebooks look for. */
function showAs(
  prototype: LazyBase,
  hook: string,
  show: (lazy: LazyBase) => unknown,
): void {
  Object.defineProperty(prototype, Symbol.for(hook), {
    value(this: LazyBase) {
      return show(this);
    },
  });
}

/** What a notebook shows: the formula, its shape, and its variables. */
function markdown(state: LazyState, lazy: LazyBase): string {
  const names = variableNames(state.formula);
  const rows = [...names].map(([node, name]) => {
    const operand = state.operands.get(node.params[0] as number);
    const data = operand === undefined
      ? "placeholder"
      : operand.data instanceof Float64Array
      ? "numbers"
      : `${operand.data.dtype} [${operand.data.shape}]`;
    return `| \`${name}\` | ${data} |`;
  });
  return [
    `**LazyTensor** \`[${lazy.shape}]\` ${lazy.dtype}`,
    "```",
    printFormula(state.formula, names),
    "```",
    "| variable | data |",
    "|---|---|",
    ...rows,
  ].join("\n");
}

/** Short names for variables: x, y, p and a number each. */
export function variableNames(formula: Formula): Map<Formula, string> {
  const names = new Map<Formula, string>();
  const counts = [0, 0, 0, 0];
  for (const node of topological(formula)) {
    if (node.op !== variable) continue;
    const [index, , category] = node.params as [number, number, number];
    const number = index < 0 ? -1 - index : counts[category]++;
    names.set(node, `${"xyps"[category]}${number}`);
  }
  return names;
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
