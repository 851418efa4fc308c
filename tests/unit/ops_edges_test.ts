/**
 * Ops where their definitions have corners: zeros, infinities, what is not a
 * number, ties, halves, nothing at all.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { diff } from "../../src/calculus/derivatives.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
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
import { opCases } from "../op_data.ts";
import { checkExactly as check, gradients, valueOf } from "../op_values.ts";

const inf = Infinity;

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
