/**
 * Soft dynamic time warping in loops, with tables in local arrays.
 *
 * @module
 */

import { algebra } from "./algebra.ts";
import type { Builder } from "./builder.ts";
import type { Value } from "./ir.ts";
import { arrayVector, sumOf, type Vector } from "./vector.ts";

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

/** The soft minimum of three numbers, and the shares of each of them. */
interface SoftMin {
  readonly value: Value;
  readonly shares: readonly Value[];
  /** The derivative in the smoothing. */
  readonly slope: Value;
}

/**
 * Without smoothing it is the minimum, the shares of which go to all that
 * attain it.
 */
function softMin(b: Builder, cells: readonly Value[], gamma: Value): SoftMin {
  const { add, div, eq, exp, log, lt, mul, select, sub } = algebra(b);
  const least = cells.reduce((u, v) => select(lt(u, v), u, v));
  const exponents = cells.map((c) =>
    select(eq(c, least), 0, div(sub(least, c), gamma))
  );
  const weights = exponents.map((e) => exp(e));
  const total = weights.reduce((u, v) => add(u, v));
  const rest = log(total);
  const shares = weights.map((w) => div(w, total));
  const entropies = shares.map((s, k) =>
    select(eq(s, 0), 0, mul(s, sub(exponents[k], rest)))
  );
  return {
    value: sub(least, mul(gamma, rest)),
    shares,
    slope: entropies.reduce((u, v) => add(u, v)),
  };
}

/** A table of soft alignment costs, with a border before both series. */
interface Table {
  /** The soft minimum of the cells before the cell (i + 1, j + 1). */
  before(i: Value, j: Value): SoftMin;
}

function fillTable(b: Builder, x: Vector, y: Vector, gamma: Value): Table {
  const { add } = algebra(b);
  const width = x.dim + 1;
  const cells = b.array("costs", "float", width * (y.dim + 1));
  const at = (i: Value, j: Value) =>
    b.apply("iadd", b.apply("imul", j, b.int(width)), i);
  const next = (k: Value) => b.apply("iadd", k, b.int(1));
  const before = (i: Value, j: Value) =>
    softMin(
      b,
      [at(i, j), at(i, next(j)), at(next(i), j)].map((k) => b.get(cells, k)),
      gamma,
    );
  const infinite = b.float(Infinity);
  b.for(width, (i) => b.put(cells, at(i, b.int(0)), infinite));
  b.for(y.dim, (j) => b.put(cells, at(b.int(0), next(j)), infinite));
  b.put(cells, b.int(0), b.float(0));
  b.for(y.dim, (j) => {
    b.for(x.dim, (i) => {
      const cost = squaredDifference(b, x.at(i), y.at(j));
      const total = add(cost, before(i, j).value);
      b.put(cells, at(next(i), next(j)), total);
    });
  });
  return { before };
}

function squaredDifference(b: Builder, x: Value, y: Value): Value {
  const d = b.apply("sub", x, y);
  return b.apply("mul", d, d);
}

/** The soft alignment cost of two series; one column of the table is kept. */
export function lowerSoftDtw(
  b: Builder,
  x: Vector,
  y: Vector,
  gamma: Value,
): Value {
  const { add } = algebra(b);
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
      const { value } = softMin(b, [b.read(diagonal), below, left], gamma);
      b.write(diagonal, left);
      b.put(column, next, add(squaredDifference(b, x.at(i), y.at(j)), value));
    });
  });
  return b.get(column, b.int(x.dim));
}

/**
 * Its gradients in x, y and gamma, one after the other. The derivative of the
 * result in each cell flows from the last cell to those before it, in shares
 * of the soft minima; `flow[i]` is what came so far to cell i of the present
 * column.
 */
export function lowerSoftDtwGradient(
  b: Builder,
  x: Vector,
  y: Vector,
  gamma: Value,
): Vector {
  const { add, mul, neg, sub } = algebra(b);
  const [n, m] = [x.dim, y.dim];
  const { before } = fillTable(b, x, y, gamma);
  const result = b.array("slopes", "float", n + m + 1);
  const flow = b.array("flow", "float", n);
  b.for(n + m + 1, (k) => b.put(result, k, b.float(0)));
  b.for(n, (i) => b.put(flow, i, b.float(0)));
  b.put(flow, b.int(n - 1), b.float(1));
  const gain = (k: Value, amount: Value) =>
    b.put(result, k, add(b.get(result, k), amount));
  const down = b.slot("down", "float", b.float(0));
  const across = b.slot("across", "float", b.float(0));
  b.for(m, (back) => {
    const j = b.apply("isub", b.int(m - 1), back);
    b.write(down, b.float(0));
    b.write(across, b.float(0));
    b.for(n, (up) => {
      const i = b.apply("isub", b.int(n - 1), up);
      const here = add(b.get(flow, i), b.read(down));
      const { shares: [diagonal, below, left], slope } = before(i, j);
      const change = mul(mul(2, here), sub(x.at(i), y.at(j)));
      gain(i, change);
      gain(b.apply("iadd", b.int(n), j), neg(change));
      gain(b.int(n + m), mul(here, slope));
      b.put(flow, i, add(mul(here, left), b.read(across)));
      b.write(across, mul(here, diagonal));
      b.write(down, mul(here, below));
    });
  });
  return arrayVector(b, result);
}
