/**
 * Elementary and special functions: limits, and values to 16 digits.
 *
 * @module
 */

import { diff } from "../../src/calculus/derivatives.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { variable } from "../../src/ops/core.ts";
import * as elementary from "../../src/ops/elementary.ts";
import { constant, type Op } from "../../src/ops/op.ts";
import { assert, assertAllClose } from "../assert.ts";
import { bound, evaluate } from "../evaluate.ts";
import { checkExactly as check, valueOf } from "../op_values.ts";

const inf = Infinity;

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
