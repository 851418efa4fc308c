/**
 * Ops where their definitions have corners: zeros, infinities, what is not a
 * number, ties, halves, nothing at all.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { diff, grad } from "../../src/formula/calculus.ts";
import {
  Category,
  type Formula,
  type Param,
} from "../../src/formula/formula.ts";
import * as arithmetic from "../../src/ops/arithmetic.ts";
import * as comparison from "../../src/ops/comparison.ts";
import { variable, zero } from "../../src/ops/core.ts";
import * as elementary from "../../src/ops/elementary.ts";
import { constant, type Op } from "../../src/ops/op.ts";
import { METHODS, OPS } from "../../src/ops/registry.ts";
import { softdtwSqdist } from "../../src/ops/soft_dtw.ts";
import { bspline } from "../../src/ops/splines.ts";
import * as vector from "../../src/ops/vector.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { BACKENDS, bound, evaluate } from "../evaluate.ts";
import { opCases } from "../op_data.ts";

const inf = Infinity;

/** Values of a formula of variables with one vector each. */
function valueOf(
  formula: (...x: Formula[]) => Formula,
  ...operands: readonly (readonly number[])[]
): number[] {
  const variables = operands.map((o, k) => bound(k, [o]));
  const f = formula(...variables.map((v) => v.node));
  const [reference, ...others] = BACKENDS.map((b) =>
    evaluate([f], variables, b)[0][0]
  );
  for (const other of others) assertAllClose(other, reference, 1e-14);
  return reference;
}

/** The op gives these values, to the bit. */
function check(
  op: Op,
  operands: readonly (readonly number[])[],
  wanted: readonly number[],
  ...params: Param[]
): void {
  const got = valueOf((...x) => op(...x, ...params), ...operands);
  // Zeros of both signs are the same.
  assertEquals(got.map((v) => v + 0), [...wanted], op.name);
}

/** The derivatives of the sum of `formula(x, ...)` in its operands. */
function gradients(
  formula: (...x: Formula[]) => Formula,
  ...operands: readonly (readonly number[])[]
): number[][] {
  return operands.map((_, k) =>
    valueOf((...x) => {
      const f = formula(...x);
      const ones = vector.replicate(constant(1), f.dim);
      return grad(f, x[k], ones);
    }, ...operands)
  );
}

Deno.test("arithmetic has the limits that it should", () => {
  const { inv, rsqrt, sqrt, pow, powf, abs, sign, step, relu } = arithmetic;
  check(inv, [[0, inf, -2]], [inf, 0, -0.5]);
  check(rsqrt, [[0, 4, inf, -1]], [0, 0.5, 0, NaN]);
  check(sqrt, [[0, -1]], [0, NaN]);
  check(pow, [[NaN, 0, -2]], [1, 1, 1], 0);
  check(pow, [[2, -2, 0]], [0.125, -0.125, inf], -3);
  check(pow, [[1.5]], [1.5 ** 100], 100);
  check(powf, [[0, 4, -1], [0, 0.5, 0.5]], [1, 2, NaN]);
  check(abs, [[-2, -0, NaN, -inf]], [2, 0, NaN, inf]);
  check(sign, [[-2, 0, NaN, inf]], [-1, 0, NaN, 1]);
  check(step, [[-2, 0, 3, -0]], [0, 1, 1, 1]);
  check(relu, [[-2, 0, NaN, inf]], [0, 0, NaN, inf]);
});

Deno.test("slopes at corners are the ones that are documented", () => {
  const { abs, relu, sqrt, powf } = arithmetic;
  assertEquals(gradients(abs, [-2, 0, 3]), [[-1, 0, 1]]);
  assertEquals(gradients(relu, [-2, 0, 3]), [[0, 1, 1]]);
  assertEquals(gradients(sqrt, [0, 4]), [[0, 0.25]]);
  assertEquals(gradients(vector.norm2, [0, 0]), [[0, 0]]);
  assertEquals(gradients(powf, [0], [2])[1], [0]);
  assertEquals(gradients(elementary.asin, [1, 0]), [[0, 1]]);
});

Deno.test("elementary functions have the limits that they should", () => {
  const { xlogx, sinxdivx, sinc, erf, lgamma, log1p, log } = elementary;
  check(xlogx, [[0, 1, NaN, -1]], [0, 0, NaN, NaN]);
  check(sinxdivx, [[0, -0]], [1, 1]);
  check(sinc, [[0]], [1]);
  check(log, [[0, -1]], [-inf, NaN]);
  check(log1p, [[-1, 1e-20]], [-inf, 1e-20]);
  check(erf, [[inf, -inf, NaN, 0, 6.5]], [1, -1, NaN, 0, 1]);
  check(lgamma, [[0, 1, 2, -3, inf, -inf]], [inf, 0, 0, inf, inf, inf]);
  check(elementary.polygamma, [[0, -1, inf]], [-inf, NaN, inf], 0);
  check(elementary.polygamma, [[0, -1, inf]], [inf, inf, 0], 1);
  check(elementary.atan2, [[0, 0, 1], [1, -1, 0]], [
    0,
    Math.PI,
    Math.PI / 2,
  ]);
});

Deno.test("special functions agree with values to 16 digits", () => {
  const near = (op: Op, table: readonly (readonly number[])[]) => {
    for (const [x, value, ...order] of table) {
      const [got] = valueOf((f) => op(f, ...order), [x]);
      const error = Math.abs(got / value - 1);
      assert(error < 8e-15, `${op.name}(${x}; ${order}): ${got}, ${value}`);
    }
  };
  near(elementary.erf, [
    [1e-10, 1.1283791670955126e-10],
    [0.5, 0.5204998778130465],
    [0.999, 0.8422852702064969],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [3, 0.9999779095030014],
    [5.5, 0.9999999999999927],
    [-2.25, -0.9985372834133188],
  ]);
  near(elementary.lgamma, [
    [1e-08, 18.42068073818021],
    [0.25, 1.2880225246980774],
    [1.4616321449683622, -0.12148629053584961],
    [2.75, 0.47521466691493713],
    [7.9, 8.32426586800881],
    [8.5, 9.549267257300997],
    [30.5, 72.9534711841694],
    [1e10, 220258509288.81058],
    [-0.5, 1.2655121234846454],
    [-1.75, 1.0160888092144358],
    [-10.25, -14.20399790093109],
  ]);
  near(elementary.polygamma, [
    [1e-06, -1000000.5772140201, 0],
    [0.5, -1.9635100260214235, 0],
    [25, 3.198742512851974, 0],
    [-0.25, 2.9141391202135276, 0],
    [-3.75, -1.6923885983113303, 0],
    [0.5, 4.934802200544679, 1],
    [-2.3, 14.725912160961292, 1],
    [1.5, -0.82879664423432, 2],
    [-1.25, 123.72136678366236, 2],
    [4.5, 0.030322508542366587, 3],
    [-0.6, 31885.55893016411, 5],
    [7.5, -0.0025431917396943953, 12],
    [3.25, -3.592379594978554e+16, 30],
  ]);
  near(elementary.sinxdivxDerivative, [
    [1e-9, -3.3333333333333337e-10, 1],
    [0.1, -0.033300011902557575, 1],
    [1, -0.23913362692838294, 2],
    [0.5, 0.09705260420409292, 3],
    [2.5, -0.09366651145326914, 4],
    [0.01, 0.001111095959660062, 7],
    [3.4, 0.013015936925019464, 7],
    [9, 0.08507507362324415, 7],
  ]);
});

Deno.test("sin(x) / x is smooth at 0, to any order", () => {
  const [x] = [variable(0, 1, Category.I)];
  let f = elementary.sinxdivx(x);
  const orders: Formula[] = [];
  for (let n = 0; n < 9; n++) {
    orders.push(f);
    f = diff(f, x, constant(1));
  }
  for (const at of [0, 1e-9]) {
    const got = evaluate(orders, [bound(0, [[at]])]).map(([[v]]) => v);
    const wanted = [1, 0, -1 / 3, 0, 1 / 5, 0, -1 / 7, 0, 1 / 9];
    assertAllClose(got, wanted, 1e-9);
  }
});

Deno.test("comparisons know ties and what is not a number", () => {
  const { eq, ne, lt, le, gt, ge, ifelse, where } = comparison;
  const operands = [[1, 1, 2, NaN, NaN], [1, 2, 1, 1, NaN]];
  check(eq, operands, [1, 0, 0, 0, 0]);
  check(ne, operands, [0, 1, 1, 1, 1]);
  check(lt, operands, [0, 1, 0, 0, 0]);
  check(le, operands, [1, 1, 0, 0, 0]);
  check(gt, operands, [0, 0, 1, 0, 0]);
  check(ge, operands, [1, 0, 1, 0, 0]);
  check(ifelse, [[0, -0, -1, NaN], [5], [7]], [5, 5, 7, 7]);
  check(where, [[0, -0, -1, NaN], [5], [7]], [7, 7, 5, 5]);
  check(comparison.logicalAnd, [[0, 1, 2, NaN], [1]], [0, 1, 1, 1]);
  check(comparison.logicalOr, [[0, 1, 2, NaN], [0]], [0, 1, 1, 1]);
  check(comparison.logicalNot, [[0, 1, 2, NaN]], [1, 0, 0, 0]);
});

Deno.test("a choice differentiates what is chosen", () => {
  const { ifelse } = comparison;
  assertEquals(gradients(ifelse, [0, -1], [3], [4, 5]), [
    [0, 0],
    [1],
    [0, 1],
  ]);
  // The branch that is not taken may be anything.
  const f = (x: Formula) => ifelse(x, arithmetic.square(x), arithmetic.log(x));
  const forward = valueOf((x) => diff(f(x), x, constant(1)), [0]);
  assertEquals(forward, [0]);
});

Deno.test("numbers are rounded with halves away from 0", () => {
  const { round, floor, mod } = comparison;
  const halves = [0.5, 1.5, 2.5, -0.5, -2.5, 0.49999999999999994];
  check(round, [halves], [1, 2, 3, -1, -3, 0]);
  check(round, [[inf, -inf, NaN, 2 ** 53 + 2]], [inf, -inf, NaN, 2 ** 53 + 2]);
  check(round, [[1.25, -0.06, 1e300]], [1.3, -0.1, 1e300], 1);
  check(round, [[15, -25, 4]], [20, -30, 0], -1);
  check(round, [[0.7, 0]], [0.7, 0], 400);
  check(round, [[0.7, 1e300]], [0, 0], -400);
  check(floor, [[-0.5, 2, inf, NaN]], [-1, 2, inf, NaN]);
  check(mod, [[-2.5, 2.5, 4], [2], [0]], [1.5, 0.5, 0]);
  check(mod, [[3, -3, 4], [-2], [0]], [-1, -1, 0]);
  check(mod, [[3, -3], [2], [-1]], [-1, -1]);
  check(mod, [[1], [0], [0]], [NaN]);
});

Deno.test("clamping tests the lower bound first", () => {
  const { clamp, clampInt, diffClampInt } = comparison;
  const x = [-2, -1, 0, 1, 2, NaN];
  check(clamp, [x, [-1], [1]], [-1, -1, 0, 1, 1, NaN]);
  check(clamp, [x, [1], [-1]], [1, 1, 1, -1, -1, NaN]);
  check(clampInt, [x], [-1, -1, 0, 1, 1, NaN], -1, 1);
  check(clampInt, [x], [1, 1, 1, -1, -1, NaN], 1, -1);
  check(diffClampInt, [x], [0, 1, 1, 1, 0, 0], -1, 1);
  check(diffClampInt, [x], [0, 0, 0, 0, 0, 0], 1, -1);
  const inside = x.slice(0, 5);
  assertEquals(gradients(clamp, inside, [-1], [1]), [
    [0, 1, 1, 1, 0],
    [1],
    [1],
  ]);
  assertEquals(gradients(clamp, inside, [1], [-1]), [
    [0, 0, 0, 0, 0],
    [3],
    [2],
  ]);
});

Deno.test("extrema take the first of ties and skip what is no number", () => {
  const { max, min, argmax, argmin } = vector;
  const cases: [number[], number, number, number, number][] = [
    [[1, 3, 3, 1], 3, 1, 1, 0],
    [[NaN, 2, 1], 2, 1, 1, 2],
    [[-inf, -inf], -inf, -inf, 0, 0],
    [[NaN, inf, inf], inf, inf, 1, 1],
    [[NaN, NaN], -inf, inf, -1, -1],
  ];
  for (const [x, most, least, mostAt, leastAt] of cases) {
    // Short vectors are written out, long ones are loops.
    for (const f of [x, [...x, ...Array(20).fill(x.at(-1))]]) {
      check(max, [f], [most]);
      check(min, [f], [least]);
      check(argmax, [f], [mostAt]);
      check(argmin, [f], [leastAt]);
    }
  }
  assertEquals(gradients(max, [1, 3, 3]), [[0, 1, 0]]);
  assertEquals(gradients(min, [NaN, NaN]), [[0, 0]]);
  const empty = (op: Op) => valueOf((x) => op(vector.extract(x, 1, 0)), [1, 2]);
  assertEquals(empty(max), [-inf]);
  assertEquals(empty(argmin), [-1]);
  assertEquals(empty(vector.sum), [0]);
});

Deno.test("parts of vectors", () => {
  const { oneHot, concat, elem, extract } = vector;
  check(oneHot, [[1]], [0, 1, 0], 3);
  check(oneHot, [[1.5]], [0, 0, 1], 3);
  for (const out of [-1, 3, NaN, inf]) check(oneHot, [[out]], [0, 0, 0], 3);
  const x = variable(0, 3, Category.I);
  assert(concat(x, zero(0)) === x);
  assert(elem(concat(x, x), 4) === elem(x, 1));
  assert(extract(x, 0, 3) === x);
});

Deno.test("infinities stay in their components", () => {
  check(vector.elem, [[1, inf, NaN]], [1], 0);
  check(vector.elemT, [[inf]], [0, inf], 2, 1);
  check(vector.extractT, [[inf, NaN]], [0, inf, NaN, 0], 1, 4);
  check(vector.dot, [[0, 1], [inf, 1]], [NaN]);
  check(vector.normalize, [[0, 0]], [0, 0]);
});

Deno.test("splines are half-open, and knots may repeat", () => {
  const knots = [0, 0, 0, 1, 2, 2, 2];
  const sum = (x: number, k: number) =>
    valueOf((t, p) => vector.sum(bspline(t, p, k)), knots, [x]);
  for (const x of [0, 0.5, 1, 1.999]) assertAllClose(sum(x, 2), [1], 1e-15);
  assertEquals(sum(2, 2), [0]);
  assertEquals(sum(-0.1, 2), [0]);
  check(bspline, [knots, [0]], [1, 0, 0, 0], 2);
  check(bspline, [knots, [1]], [0, 0, 0, 1, 0, 0], 0);
  const [dKnots, dx] = gradients((t, p) => bspline(t, p, 2), knots, [0.5]);
  assert([...dKnots, ...dx].every(Number.isFinite));
});

Deno.test("time warping without smoothing takes the best alignment", () => {
  check(softdtwSqdist, [[0, 1, 2], [0, 0, 1, 2], [0]], [0]);
  check(softdtwSqdist, [[0, 3], [1, 1], [0]], [5]);
  const slopes = gradients(softdtwSqdist, [0, 3], [1, 1], [0]);
  assertAllClose(slopes[0], [-2, 4]);
  // Two ways to get there: the entropy of the choice.
  const [, , [dGamma]] = gradients(softdtwSqdist, [0, 0], [0, 0], [0]);
  assert(dGamma < 0 && Number.isFinite(dGamma));
});

Deno.test("ops refuse what they cannot do", () => {
  const [x, y] = [variable(0, 3, Category.I), variable(1, 2, Category.J)];
  const shape = (f: () => unknown, text: string) =>
    assertThrows(f, ShapeError, text);
  const argument = (f: () => unknown, text: string) =>
    assertThrows(f, ArgumentError, text);
  shape(() => comparison.eq(x, y), '"Equal" to operands of dimensions 3 and 2');
  shape(() => comparison.clamp(x, y, 0), "dimensions 3 and 2 and 1");
  shape(
    () => vector.sqdist(x, y),
    '"SqDist" to operands of dimensions 3 and 2',
  );
  shape(() => vector.weightedSqnorm(y, x), "a scalar, as many, or its square");
  shape(() => vector.sqNormIso(y, x), '"SqNormIso"');
  shape(() => vector.oneHot(x, 3), '"OneHot" to a vector of dimension 3');
  shape(() => vector.elemT(x, 3, 0), '"ElemT" to a vector of dimension 3');
  shape(() => bspline(x, y, 0), "a point of dimension 2");
  shape(() => bspline(x, 0, 2), "at least 4");
  shape(() => softdtwSqdist(x, y, y), "a smoothing of dimension 2");
  argument(() => vector.elem(x, 3), "components 0 to 2");
  argument(() => vector.extract(x, 2, 2), "from component 2 to 3");
  argument(() => vector.extractT(x, 1, 3), "components 0 to 2");
  argument(() => bspline(x, 0, -1), "degree -1");
  argument(() => elementary.polygamma(x, -1), "order -1");
  argument(() => elementary.polygamma(x, 101), "100 at most");
  argument(() => comparison.round(x, 0.5), "an integer");
  argument(() => comparison.mod(x, 2), '"Mod" with 2 arguments: 3');
});

Deno.test("every op is registered once, by both of its names", () => {
  for (const [name, op] of METHODS) {
    assert(OPS.get(op.name) === op, `${name} shares the name ${op.name}`);
  }
  const names = [...METHODS.values()].map((op) => op.name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("an op with a domain is a formula of that domain", () => {
  for (const { op, dims, params, title } of opCases(() => true)) {
    const args = dims.map((d, k) => variable(k, d, Category.I));
    assert(op(...args, ...params).dim > 0, title);
  }
});
