/**
 * Soft dynamic time warping: M. Cuturi, M. Blondel, "Soft-DTW: a
 * differentiable loss function for time-series", 2017.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { diff, grad } from "../calculus/derivatives.ts";
import type { Formula } from "../formula/formula.ts";
import {
  lowerLogSumExp,
  lowerSoftDtw,
  lowerSoftDtwGradient,
  lowerSoftDtwHessian,
} from "../program/soft_dtw.ts";
import { add, exp, inv, mul, neg, square, sub } from "./arithmetic.ts";
import { addAll, sum, zero } from "./core.ts";
import { cotangentThrough, tangentThrough } from "./expansion.ts";
import { constant, defineOp, type Domain, type Op } from "./op.ts";
import { concat, elem, extract } from "./parts.ts";
import { dot } from "./norms.ts";

/**
 * From the third derivative on, every cell of the table is a formula of its
 * own: this many are allowed.
 */
const MAX_CELLS = 64;

function domain(...dims: readonly (readonly number[])[]): Domain {
  return {
    cases: dims.map((d) => ({ dims: d })),
    ranges: [[-1, 1], [-1, 1], [0.4, 2], [-1, 1]],
  };
}

function checkShapes(name: string, [x, y, gamma]: readonly Formula[]): void {
  if (gamma.dim !== 1) {
    throw new ShapeError(
      `Cannot apply "${name}" with a smoothing of dimension ${gamma.dim}: a scalar is wanted`,
    );
  }
  if (x.dim > 0 && y.dim > 0) return;
  throw new ShapeError(
    `Cannot apply "${name}" to series of lengths ${x.dim} and ${y.dim}: they must not be empty`,
  );
}

/**
 * The least cost of aligning two series, with squared differences as costs
 * and a soft minimum of smoothing `gamma > 0`; `gamma = 0` gives dynamic time
 * warping itself. The value and the first and second derivatives run in loops;
 * from the third derivative on, the table is written out, up to 64 cells.
 */
export const softdtwSqdist: Op = defineOp({
  name: "SoftDTW_SqDist",
  meaning: "soft-min_gamma over alignments of sum (x_i - y_j)^2",
  dims: "m, n, 1 -> 1",
  example: {
    formula: "SoftDTW_SqDist(x, y, gamma)",
    data: { x: [0, 1], y: [0, 3], gamma: [0] },
    value: [4],
  },
  inputs: 3,
  domain: domain([3, 4, 1], [1, 1, 1], [20, 17, 1]),
  shape: (args) => (checkShapes("SoftDTW_SqDist", args), 1),
  costly: true,
  lower: (to, _, [x, y, gamma]) =>
    to.scalar(lowerSoftDtw(to.b, x, y, gamma.at(to.b.int(0)))),
  jvp: (node, tangents) => {
    const slopes = split(node, gradient(node.args));
    return addAll(tangents.map((t, k) => t && dot(slopes[k], t)));
  },
  vjp: (node, e) =>
    split(node, gradient(node.args)).map((slope) => mul(e, slope)),
});

/**
 * The gradients of `SoftDTW_SqDist` in both series and in `gamma`, one after
 * the other.
 */
export const gradSoftDtwSqdist: Op = defineOp({
  name: "GradSoftDTW_SqDist",
  meaning: "the gradients of SoftDTW_SqDist in x, y and gamma",
  dims: "m, n, 1 -> m + n + 1",
  example: {
    formula: "GradSoftDTW_SqDist(x, y, gamma)",
    data: { x: [1], y: [3], gamma: [1] },
    value: [-4, 4, 0],
  },
  inputs: 3,
  domain: domain([3, 4, 1], [1, 1, 1]),
  shape: (args) => {
    checkShapes("GradSoftDTW_SqDist", args);
    return lengthOf(args);
  },
  costly: true,
  lower: (to, _, [x, y, gamma]) =>
    lowerSoftDtwGradient(to.b, x, y, gamma.at(to.b.int(0))),
  jvp: ({ args }, tangents) => {
    if (tangents.every((t) => t === undefined)) return undefined;
    const all = tangents.map((t, k) => t ?? zero(args[k].dim));
    return hessianSoftDtwSqdist(
      ...args,
      concat(concat(all[0], all[1]), all[2]),
    );
  },
  // The matrix of second derivatives is its own transpose.
  vjp: (node, e) => split(node, hessianSoftDtwSqdist(...node.args, e)),
});

/** The second derivatives of `SoftDTW_SqDist` times a vector. */
export const hessianSoftDtwSqdist: Op = defineOp({
  name: "HessianSoftDTW_SqDist",
  meaning: "the second derivatives of SoftDTW_SqDist times u",
  dims: "m, n, 1, m + n + 1 -> m + n + 1",
  example: {
    formula: "HessianSoftDTW_SqDist(x, y, gamma, u)",
    data: { x: [0, 0], y: [0, 0], gamma: [1], u: [1, 0, 0, 0, 0] },
    value: [8 / 3, 0, -2, -2 / 3, 0],
  },
  inputs: 4,
  domain: domain([2, 3, 1, 6], [1, 1, 1, 3]),
  shape: (args) => {
    checkShapes("HessianSoftDTW_SqDist", args);
    if (args[3].dim === lengthOf(args)) return args[3].dim;
    throw new ShapeError(
      `Cannot apply "HessianSoftDTW_SqDist" along a vector of dimension ${
        args[3].dim
      }: its dimension must be ${lengthOf(args)}`,
    );
  },
  costly: true,
  lower: (to, _, [x, y, gamma, u]) =>
    lowerSoftDtwHessian(to.b, x, y, gamma.at(to.b.int(0)), u),
  jvp: (node, tangents) => tangentThrough(expandedHessian, node.args, tangents),
  vjp: (node, e) =>
    node.args.map((_, k) => cotangentThrough(expandedHessian, node.args, k, e)),
});

function lengthOf([x, y]: readonly Formula[]): number {
  return x.dim + y.dim + 1;
}

function gradient(args: readonly Formula[]): Formula {
  return gradSoftDtwSqdist(...args);
}

/** The parts of a gradient, by operand. */
function split(node: Formula, slopes: Formula): Formula[] {
  const [n, m] = node.args.map((a) => a.dim);
  return [
    extract(slopes, 0, n),
    extract(slopes, n, m),
    extract(slopes, n + m, 1),
  ];
}

function expandedHessian([x, y, gamma, u]: readonly Formula[]): Formula {
  const args = [x, y, gamma];
  const value = expanded(args);
  const [n, m] = [x.dim, y.dim];
  const slope = addAll([
    diff(value, x, extract(u, 0, n)),
    diff(value, y, extract(u, n, m)),
    diff(value, gamma, extract(u, n + m, 1)),
  ]) as Formula;
  const [dx, dy, dGamma] = args.map((a) => grad(slope, a, constant(1)));
  return concat(concat(dx, dy), dGamma);
}

/** The soft alignment cost, cell by cell. */
function expanded([x, y, gamma]: readonly Formula[]): Formula {
  if (x.dim * y.dim > MAX_CELLS) {
    throw new ArgumentError(
      `Cannot differentiate "SoftDTW_SqDist" three times for series of lengths ${x.dim} and ${y.dim}: the product of the lengths must be ${MAX_CELLS} at most`,
    );
  }
  const rate = neg(inv(gamma));
  let before: Formula[] = [];
  for (let j = 0; j < y.dim; j++) {
    const column: Formula[] = [];
    for (let i = 0; i < x.dim; i++) {
      const cost = square(sub(elem(x, i), elem(y, j)));
      const cells = [before[i - 1], before[i], column[i - 1]].filter((c) => c);
      column.push(
        cells.length === 0 ? cost : add(cost, softMin(cells, gamma, rate)),
      );
    }
    before = column;
  }
  return before[x.dim - 1];
}

function softMin(cells: Formula[], gamma: Formula, rate: Formula): Formula {
  if (cells.length === 1) return cells[0];
  const all = cells.reduce((f, g) => concat(f, g));
  return neg(mul(gamma, logSumExpComponents(mul(rate, all))));
}

/** The logarithm of the sum of the exponentials of the components. */
export const logSumExpComponents: Op = defineOp({
  name: "LogSumExpComponents",
  meaning: "log sum_k e^(f_k)",
  dims: "D -> 1",
  example: {
    formula: "LogSumExpComponents(f)",
    data: { f: [0, 0] },
    value: [Math.LN2],
  },
  inputs: 1,
  domain: {
    cases: [{ dims: [3] }, { dims: [1] }, { dims: [20] }],
    ranges: [[-1, 1]],
  },
  shape: () => 1,
  costly: true,
  lower: (to, _, [f]) => to.scalar(lowerLogSumExp(to.b, f)),
  jvp: (node, [t]) => t && sum(mul(softMax(node), t)),
  vjp: (node, e) => [mul(e, softMax(node))],
});

function softMax(node: Formula): Formula {
  return exp(sub(node.args[0], node));
}
