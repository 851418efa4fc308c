/**
 * Numbers that programs can be written over: scalars, and dual numbers, which
 * carry a directional derivative along.
 *
 * @module
 */

import { algebra } from "./algebra.ts";
import type { Builder } from "./builder.ts";
import type { Value } from "./ir.ts";

/** Mutable storage of numbers. */
export interface Cells<T> {
  /** One entry. */
  get(index: Value): T;
  /** Sets one entry. */
  put(index: Value, value: T): void;
}

/** A soft minimum, and its derivatives. */
export interface SoftMin<T> {
  /** `-gamma log sum_k e^(-a_k / gamma)` */
  readonly value: T;
  /** Its derivative in each `a_k`; they add up to 1. */
  readonly shares: readonly T[];
  /** Its derivative in `gamma`. */
  readonly slope: T;
}

/** Numbers of some kind. */
export interface Numbers<T> {
  /** A number that does not vary. */
  fixed(x: number): T;
  add(x: T, y: T): T;
  sub(x: T, y: T): T;
  mul(x: T, y: T): T;
  /** The soft minimum of some numbers. */
  softMin(cells: readonly T[], gamma: T): SoftMin<T>;
  /** Storage of static length. */
  array(name: string, length: number): Cells<T>;
}

/** Scalars. */
export function scalarNumbers(b: Builder): Numbers<Value> {
  const { add, sub, mul } = algebra(b);
  return {
    fixed: (x) => b.float(x),
    add,
    sub,
    mul,
    softMin: (cells, gamma) => {
      const { value, shares, slope } = softMin(b, cells, gamma);
      return { value, shares, slope };
    },
    array: (name, length) => {
      const array = b.array(name, "float", length);
      return {
        get: (k) => b.get(array, k),
        put: (k, x) => b.put(array, k, x),
      };
    },
  };
}

/** A number and its derivative along a direction. */
export interface Dual {
  /** The number. */
  readonly value: Value;
  /** Its derivative. */
  readonly dot: Value;
}

/** Dual numbers. */
export function dualNumbers(b: Builder): Numbers<Dual> {
  const { add, sub, mul } = algebra(b);
  return {
    fixed: (x) => ({ value: b.float(x), dot: b.float(0) }),
    add: (x, y) => ({ value: add(x.value, y.value), dot: add(x.dot, y.dot) }),
    sub: (x, y) => ({ value: sub(x.value, y.value), dot: sub(x.dot, y.dot) }),
    mul: (x, y) => ({
      value: mul(x.value, y.value),
      dot: add(mul(x.dot, y.value), mul(x.value, y.dot)),
    }),
    softMin: (cells, gamma) => dualSoftMin(b, cells, gamma),
    array: (name, length) => {
      const values = b.array(name, "float", length);
      const dots = b.array(`${name}Dot`, "float", length);
      return {
        get: (k) => ({ value: b.get(values, k), dot: b.get(dots, k) }),
        put: (k, x) => {
          b.put(values, k, x.value);
          b.put(dots, k, x.dot);
        },
      };
    },
  };
}

/**
 * Without smoothing it is the minimum, the shares of which go to all that
 * attain it. `logs` are the logarithms of the shares, 0 where a share is 0.
 */
function softMin(
  b: Builder,
  cells: readonly Value[],
  gamma: Value,
): SoftMin<Value> & { readonly logs: readonly Value[] } {
  const { add, div, eq, exp, log, lt, mul, select, sub } = algebra(b);
  const least = cells.reduce((u, v) => select(lt(u, v), u, v));
  const exponents = cells.map((c) =>
    select(eq(c, least), 0, div(sub(least, c), gamma))
  );
  const weights = exponents.map((e) => exp(e));
  const total = weights.reduce((u, v) => add(u, v));
  const rest = log(total);
  const shares = weights.map((w) => div(w, total));
  const logs = shares.map((s, k) =>
    select(eq(s, 0), 0, sub(exponents[k], rest))
  );
  return {
    value: sub(least, mul(gamma, rest)),
    shares,
    logs,
    slope: inner(b, shares, logs),
  };
}

function inner(b: Builder, x: readonly Value[], y: readonly Value[]): Value {
  const { add, mul } = algebra(b);
  return x.map((v, k) => mul(v, y[k])).reduce((u, v) => add(u, v));
}

/** From `log share_k = (value - a_k) / gamma`. */
function dualSoftMin(
  b: Builder,
  cells: readonly Dual[],
  gamma: Dual,
): SoftMin<Dual> {
  const { add, div, mul, sub } = algebra(b);
  const { value, shares, logs, slope } = softMin(
    b,
    cells.map((c) => c.value),
    gamma.value,
  );
  const dot = add(
    inner(b, shares, cells.map((c) => c.dot)),
    mul(slope, gamma.dot),
  );
  const dots = shares.map((share, k) => {
    const turn = sub(sub(dot, cells[k].dot), mul(logs[k], gamma.dot));
    return mul(share, div(turn, gamma.value));
  });
  return {
    value: { value, dot },
    shares: shares.map((share, k) => ({ value: share, dot: dots[k] })),
    slope: { value: slope, dot: inner(b, dots, logs) },
  };
}
