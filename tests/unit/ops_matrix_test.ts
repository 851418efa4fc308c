import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { Category, type Param } from "../../src/formula/formula.ts";
import { planOf } from "../../src/engine/plan.ts";
import { grad } from "../../src/calculus/derivatives.ts";
import { mul, square } from "../../src/ops/arithmetic.ts";
import { variable } from "../../src/ops/core.ts";
import { derivedOp } from "../../src/ops/define.ts";
import { reductionSetup } from "../../src/reductions/registry.ts";
import { sumReduction } from "../../src/reductions/sum.ts";
import { referenceBackend } from "../../src/reference/interpret.ts";
import {
  kron,
  matvecmult,
  tensordot,
  tensorprod,
  vecmatmult,
} from "../../src/ops/matrix.ts";
import type { Op } from "../../src/ops/op.ts";
import { dot, sqnorm2 } from "../../src/ops/vector.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { checkOp } from "../check_op.ts";
import { MATRIX_ORACLE } from "../oracle_matrix.ts";

function check(op: Op, dims: number[], params: Param[] = []): void {
  const oracle = MATRIX_ORACLE.get(op.name);
  if (oracle === undefined) throw new Error(`No oracle for ${op.name}`);
  checkOp({ op, dims, params, oracle });
}

const x = (dim: number) => variable(0, dim, Category.I);
const y = (dim: number) => variable(1, dim, Category.J);

Deno.test("matvecmult: small and above the unroll limit", () => {
  for (const [n, d] of [[2, 3], [1, 3], [3, 1], [1, 1], [20, 3], [3, 20]]) {
    check(matvecmult, [n * d, d]);
  }
  check(matvecmult, [18 * 19, 19]);
});

Deno.test("vecmatmult: small and above the unroll limit", () => {
  for (const [d, n] of [[3, 2], [3, 1], [1, 3], [1, 1], [3, 20], [20, 3]]) {
    check(vecmatmult, [d, d * n]);
  }
  check(vecmatmult, [19, 19 * 18]);
});

Deno.test("tensorprod: small and above the unroll limit", () => {
  for (const dims of [[2, 3], [1, 3], [3, 1], [5, 6], [20, 3], [3, 20]]) {
    check(tensorprod, dims);
  }
});

Deno.test("tensordot: every permutation of the result", () => {
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [
    2,
    1,
    0,
  ]];
  for (const order of orders) {
    check(tensordot, [12, 8], [[2, 3, 2], [4, 2], [2], [1], order]);
    check(tensordot, [12, 8], [[2, 3, 2], [4, 2], [0], [1], order]);
  }
});

Deno.test("tensordot: contractions of several dimensions in any order", () => {
  check(tensordot, [6, 6], [[2, 3], [3, 2], [1, 0], [0, 1]]);
  check(tensordot, [6, 6], [[2, 3], [2, 3], [0, 1], [0, 1]]);
  check(tensordot, [12, 12], [[2, 3, 2], [3, 2, 2], [1, 2], [0, 2]]);
  check(tensordot, [12, 12], [[2, 3, 2], [3, 2, 2], [2, 1], [2, 0], [1, 0]]);
  check(tensordot, [3, 3], [[3], [3], [0], [0]]);
  check(tensordot, [2, 3], [[2], [3], [], []]);
  check(tensordot, [1, 3], [[], [3], [], []]);
});

Deno.test("tensordot: above the unroll limit", () => {
  check(tensordot, [60, 60], [[3, 20], [20, 3], [1], [0]]);
  check(tensordot, [24, 24], [[4, 6], [6, 4], [1], [0], [1, 0]]);
  check(tensordot, [40, 40], [[2, 4, 5], [5, 2, 4], [2, 0], [0, 1]]);
});

Deno.test("kron: as many dimensions as wanted", () => {
  check(kron, [4, 3], [[2, 2], [1, 3]]);
  check(kron, [6, 8], [[2, 3], [4, 2]]);
  check(kron, [8, 6], [[2, 2, 2], [1, 3, 2]]);
  check(kron, [2, 3], [[2], [3]]);
});

Deno.test("matrix ops: simpler forms", () => {
  assertEquals(matvecmult(x(3), y(3)), dot(x(3), y(3)));
  const whole = tensordot(x(6), y(6), [2, 3], [2, 3], [0, 1], [0, 1]);
  assertEquals(whole, dot(x(6), y(6)));
  const given = tensordot(x(6), y(6), [2, 3], [3, 2], [1], [0], [0, 1]);
  assertEquals(given, tensordot(x(6), y(6), [2, 3], [3, 2], [1], [0]));
});

Deno.test("matrix ops: wrong shapes are refused", () => {
  assertThrows(() => matvecmult(x(5), y(3)), ShapeError, "multiple");
  assertThrows(() => vecmatmult(y(3), x(5)), ShapeError, "multiple");
  const refuse = (part: string, ...params: number[][]) =>
    assertThrows(() => tensordot(x(6), y(6), ...params), ShapeError, part);
  refuse("dimf is [2,2]", [2, 2], [3, 2], [1], [0]);
  refuse("dimg is [-3,-2]", [2, 3], [-3, -2], [1], [0]);
  refuse("contf is [2]", [2, 3], [3, 2], [2], [0]);
  refuse("contg is [0,0]", [2, 3], [3, 2], [1, 0], [0, 0]);
  refuse("must be equal", [2, 3], [3, 2], [1], [1]);
  refuse("must be equal", [2, 3], [3, 2], [1], []);
  refuse("a permutation", [2, 3], [3, 2], [1], [0], [0, 2]);
  refuse("a permutation", [2, 3], [3, 2], [1], [0], [0]);
  assertThrows(
    () => kron(x(6), y(6), [2, 3], [6]),
    ShapeError,
    "as many",
  );
  assertThrows(() => tensordot(x(6), y(6), [2, 3]), ArgumentError, "6 to 7");
});

/** Products of computed operands: nothing lies in memory already. */
Deno.test("matrix ops: computed operands of rows, columns and pairs", () => {
  const values = (name: string, args: number[][], params: Param[] = []) => {
    const oracle = MATRIX_ORACLE.get(name);
    if (oracle === undefined) throw new Error(`No oracle for ${name}`);
    return oracle(args, params);
  };
  const squares = (v: readonly number[]) => v.map((x) => x * x);
  for (const [n, d] of [[2, 3], [4, 5], [3, 20], [20, 3], [18, 18]]) {
    const ofSides = derivedOp({
      name: "ofSides",
      meaning: "A^2 b^2",
      inputs: 2,
      domain: { cases: [], ranges: [] },
      expand: ([a, b]) => matvecmult(square(a), square(b)),
    });
    const ofPairs = derivedOp({
      name: "ofPairs",
      meaning: "|(a b^T) (a b)|^2 a",
      inputs: 2,
      domain: { cases: [], ranges: [] },
      expand: ([a, b]) => {
        const v = vecmatmult(a, tensorprod(a, b));
        const w = matvecmult(tensorprod(a, b), v);
        return mul(sqnorm2(w), w);
      },
    });
    const pairs = ([a, b]: readonly number[][]) => {
      const t = values("TensorProd", [a, b]);
      const w = values("MatVecMult", [t, values("VecMatMult", [a, t])]);
      return w.map((x) => x * w.reduce((s, y) => s + y * y, 0));
    };
    checkOp({
      op: ofSides,
      dims: [n * d, d],
      oracle: ([a, b]) => values("MatVecMult", [squares(a), squares(b)]),
    });
    checkOp({ op: ofPairs, dims: [n, d], oracle: pairs, range: [-0.5, 0.5] });
  }
});

Deno.test("matrix ops: programs do not grow with large dimensions", () => {
  const size = (n: number) => {
    const f = matvecmult(tensorprod(x(n), y(n)), x(n));
    const v = grad(sqnorm2(f), x(n), variable(2, 1, Category.J));
    const request = {
      reduction: sumReduction,
      formulas: [v],
      setup: reductionSetup(sumReduction, [n]),
    };
    const { program } = planOf([request], "j", referenceBackend);
    return JSON.stringify([program.row, program.pair]).length;
  };
  const [small, large] = [size(30), size(300)];
  assert(large < 1.1 * small, `${small} grows to ${large}`);
});
