/**
 * Soft dynamic time warping in loops, with tables in local arrays.
 *
 * @module
 */

import { algebra } from "./algebra.ts";
import type { Builder } from "./builder.ts";
import {
  type Cells,
  dualNumbers,
  type Numbers,
  scalarNumbers,
  type SoftMin,
} from "./dual.ts";
import type { Value } from "./ir.ts";
import { filledVector, sumOf, type Vector } from "./vector.ts";

/** The logarithm of the sum of the exponentials of the components. */
export function lowerLogSumExp(b: Builder, f: Vector): Value {
  const { add, eq, exp, log, lt, select, sub } = algebra(b);
  const largest = b.slot("largest", "float", b.float(-Infinity));
  b.for(f.dim, (k) => {
    const [x, best] = [f.at(k), b.read(largest)];
    b.write(largest, select(lt(best, x), x, best));
  });
  const shift = b.read(largest);
  // Equal infinities differ by 0; what is not a number stays in the sum.
  const total = sumOf(b, f.dim, (k) => {
    const x = f.at(k);
    return select(eq(x, shift), 1, exp(sub(x, shift)));
  });
  return add(shift, log(total));
}

/** Two series and a smoothing. */
interface Series<T> {
  readonly n: number;
  readonly m: number;
  x(i: Value): T;
  y(j: Value): T;
  readonly gamma: T;
}

/** The soft alignment cost of two series; one column of the table is kept. */
export function lowerSoftDtw(
  b: Builder,
  x: Vector,
  y: Vector,
  gamma: Value,
): Value {
  const { add, mul, sub } = algebra(b);
  const { softMin } = scalarNumbers(b);
  const [infinite, start] = [b.float(Infinity), b.int(0)];
  const column = b.array("costs", "float", x.dim + 1);
  b.for(x.dim + 1, (i) => b.put(column, i, infinite));
  b.put(column, start, b.float(0));
  const diagonal = b.slot("diagonal", "float", infinite);
  b.for(y.dim, (j) => {
    b.write(diagonal, b.get(column, start));
    b.put(column, start, infinite);
    b.for(x.dim, (i) => {
      const next = b.apply("iadd", i, b.int(1));
      const [below, left] = [b.get(column, i), b.get(column, next)];
      const { value } = softMin([b.read(diagonal), below, left], gamma);
      b.write(diagonal, left);
      const d = sub(x.at(i), y.at(j));
      b.put(column, next, add(mul(d, d), value));
    });
  });
  return b.get(column, b.int(x.dim));
}

/** The gradients in x, y and gamma, one after the other. */
export function lowerSoftDtwGradient(
  b: Builder,
  x: Vector,
  y: Vector,
  gamma: Value,
): Vector {
  const series: Series<Value> = {
    n: x.dim,
    m: y.dim,
    x: (i) => x.at(i),
    y: (j) => y.at(j),
    gamma,
  };
  const slopes = gradient(b, scalarNumbers(b), series);
  return copied(b, x.dim + y.dim + 1, (k) => slopes.get(k));
}

/** The derivatives of the gradients along a direction of as many entries. */
export function lowerSoftDtwHessian(
  b: Builder,
  x: Vector,
  y: Vector,
  gamma: Value,
  direction: Vector,
): Vector {
  const [n, m] = [x.dim, y.dim];
  const series = {
    n,
    m,
    x: (i: Value) => ({ value: x.at(i), dot: direction.at(i) }),
    y: (j: Value) => ({
      value: y.at(j),
      dot: direction.at(b.apply("iadd", b.int(n), j)),
    }),
    gamma: { value: gamma, dot: direction.at(b.int(n + m)) },
  };
  const slopes = gradient(b, dualNumbers(b), series);
  return copied(b, n + m + 1, (k) => slopes.get(k).dot);
}

function copied(b: Builder, dim: number, at: (k: Value) => Value): Vector {
  return filledVector(b, dim, (put) => b.for(dim, (k) => put(k, at(k))));
}

/**
 * Fills the table of soft alignment costs, with a border before both series.
 * Gives the soft minimum of the cells before each cell.
 */
function fillTable<T>(
  b: Builder,
  numbers: Numbers<T>,
  { n, m, x, y, gamma }: Series<T>,
): (i: Value, j: Value) => SoftMin<T> {
  const { add, sub, mul, fixed } = numbers;
  const costs = numbers.array("costs", (n + 1) * (m + 1));
  const at = (i: Value, j: Value) =>
    b.apply("iadd", b.apply("imul", j, b.int(n + 1)), i);
  const next = (k: Value) => b.apply("iadd", k, b.int(1));
  const before = (i: Value, j: Value) =>
    numbers.softMin(
      [at(i, j), at(i, next(j)), at(next(i), j)].map((k) => costs.get(k)),
      gamma,
    );
  const start = b.int(0);
  b.for(n + 1, (i) => costs.put(at(i, start), fixed(Infinity)));
  b.for(m, (j) => costs.put(at(start, next(j)), fixed(Infinity)));
  costs.put(start, fixed(0));
  b.for(m, (j) => {
    b.for(n, (i) => {
      const d = sub(x(i), y(j));
      const total = add(mul(d, d), before(i, j).value);
      costs.put(at(next(i), next(j)), total);
    });
  });
  return before;
}

/**
 * The derivative of the result in each cell flows from the last cell to those
 * before it, in shares of the soft minima. What flows into the present column
 * is kept by cell; what flows within it, or across to the cell before in the
 * next column, is kept in `passing`.
 */
function gradient<T>(
  b: Builder,
  numbers: Numbers<T>,
  series: Series<T>,
): Cells<T> {
  const { add, sub, mul, fixed } = numbers;
  const { n, m, x, y } = series;
  const before = fillTable(b, numbers, series);
  const slopes = numbers.array("slopes", n + m + 1);
  const flow = numbers.array("flow", n);
  const passing = numbers.array("passing", 2);
  const [down, across] = [b.int(0), b.int(1)];
  b.for(n + m + 1, (k) => slopes.put(k, fixed(0)));
  b.for(n, (i) => flow.put(i, fixed(0)));
  flow.put(b.int(n - 1), fixed(1));
  const gain = (k: Value, amount: T) =>
    slopes.put(k, add(slopes.get(k), amount));
  b.for(m, (back) => {
    const j = b.apply("isub", b.int(m - 1), back);
    passing.put(down, fixed(0));
    passing.put(across, fixed(0));
    b.for(n, (up) => {
      const i = b.apply("isub", b.int(n - 1), up);
      const here = add(flow.get(i), passing.get(down));
      const { shares: [diagonal, below, left], slope } = before(i, j);
      const change = mul(mul(fixed(2), here), sub(x(i), y(j)));
      gain(i, change);
      gain(b.apply("iadd", b.int(n), j), sub(fixed(0), change));
      gain(b.int(n + m), mul(here, slope));
      flow.put(i, add(mul(here, left), passing.get(across)));
      passing.put(across, mul(here, diagonal));
      passing.put(down, mul(here, below));
    });
  });
  return slopes;
}
