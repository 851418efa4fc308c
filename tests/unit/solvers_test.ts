/**
 * MINRES, LSMR and what they have in common with conjugate gradients, against
 * dense elimination.
 *
 * @module
 */

import {
  ArgumentError,
  cg,
  ConvergenceError,
  diagonalOperator,
  kernelSolve,
  linearOperator,
  lsmr,
  minres,
  rand,
  randn,
  ShapeError,
  type SolveOptions,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import {
  eigenpairs,
  eliminated,
  type Rows,
  rowsOf,
  shifted,
  times,
  transposed,
} from "../dense_algebra.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const float64 = { dtype: "float64" } as const;
const random = generator(72);
const gauss = (p: Tensor, q: Tensor, width = 0.5) =>
  Vi(p).sqdist(Vj(q)).mul(-1 / (2 * width ** 2)).exp();
const matrixOf = (p: Tensor, q: Tensor) =>
  rowsOf(gauss(p, q).dense().reshape([p.shape[0], q.shape[0]]));

const x = randomTensor(random, [40, 2]);
const y = randomTensor(random, [12, 2]);
const b = randomTensor(random, [40, 3]);

/** A symmetric matrix of both signs, far from singular. */
function indefinite(n: number): Tensor {
  const a = randomTensor(random, [n, n]);
  const signs = randomTensor(random, [n]).sign().mul(3);
  return a.add(a.T).mul(0.2).add(
    linearOperator(diagonalOperator(signs)).dense(),
  );
}

/** The least squares solution by the normal equations. */
function normalEquations(a: Rows, right: Rows, damp = 0): Rows {
  const t = transposed(a);
  return eliminated(shifted(times(t, a), damp ** 2), times(t, right));
}

Deno.test("MINRES solves symmetric systems of any signs", () => {
  const A = indefinite(40);
  const { values } = eigenpairs(rowsOf(A));
  assert(values[0] < -1 && values[39] > 1);
  for (const alpha of [0, 0.7, -0.4]) {
    const expected = eliminated(shifted(rowsOf(A), alpha), rowsOf(b));
    const found = minres(A, b, { alpha });
    assertEquals(found.shape, [40, 3]);
    assertAllClose(found.dataSync(), expected.flat(), 1e-7, `${alpha}`);
    const one = minres(A, b.select(1, 1), { alpha });
    assertEquals(one.shape, [40]);
    assertAllClose(one.dataSync(), expected.map((r) => r[1]), 1e-7);
  }
  const far = Vi(x).sqdist(Vj(x)); // one positive eigenvalue, 39 negative ones
  const expected = eliminated(
    shifted(rowsOf(far.dense().reshape([40, 40])), 0.1),
    rowsOf(b),
  );
  const found = far.solve(b, { method: "minres", alpha: 0.1 });
  assertAllClose(found.dataSync(), expected.flat(), 1e-6);
});

Deno.test("MINRES with the diagonal as a preconditioner", () => {
  const scale = rand([60, 1], { seed: 3, ...float64 }).mul(4).exp();
  const points = rand([60, 2], { seed: 4, ...float64 });
  const K = gauss(points, points, 0.02).mul(Vi(scale)).mul(Vj(scale));
  const right = randn([60, 2], { seed: 5, ...float64 });
  const [plain, jacobi] = (["none", "jacobi"] as const).map(
    (preconditioner) => {
      let steps = 0;
      const found = K.solve(right, {
        method: "minres",
        preconditioner,
        onProgress: ({ step }) => steps = step,
      });
      assertAllClose(
        K.matmul(found).dataSync(),
        right.dataSync(),
        1e-8,
        preconditioner,
      );
      return steps;
    },
  );
  assert(2 * jacobi <= plain, `${jacobi} of ${plain}`);
});

Deno.test("LSMR solves least squares, tall, wide, square, damped", () => {
  const tall = matrixOf(x, y);
  const found = gauss(x, y).solve(b);
  assertEquals(found.shape, [12, 3]);
  assertAllClose(
    found.dataSync(),
    normalEquations(tall, rowsOf(b)).flat(),
    1e-6,
  );
  // Of many solutions, the shortest: A^T (A A^T)^-1 b.
  const c = randomTensor(random, [12, 2]);
  const wide = transposed(tall);
  const shortest = times(tall, eliminated(times(wide, tall), rowsOf(c)));
  const least = gauss(y, x).solve(c, { eps: 1e-12 });
  assertEquals(least.shape, [40, 2]);
  assertAllClose(least.dataSync(), shortest.flat(), 1e-5);
  for (const damp of [0.3, tensor([0.3], [1], float64)]) {
    assertAllClose(
      lsmr(gauss(x, y), b, { damp }).dataSync(),
      normalEquations(tall, rowsOf(b), 0.3).flat(),
      1e-8,
    );
  }
  const skew = randomTensor(random, [20, 20]);
  const right = randomTensor(random, [20]);
  assertAllClose(
    lsmr(skew, right, { alpha: 0.2, eps: 1e-13 }).dataSync(),
    eliminated(shifted(rowsOf(skew), 0.2), rowsOf(right.reshape([20, 1])))
      .flat(),
    1e-6,
  );
  // Nothing of b can be had.
  const zero = lsmr(tensor([[1], [1]], [2, 1], float64), [1, -1]);
  assertEquals([...zero.dataSync()], [0]);
});

Deno.test("batches by all methods", () => {
  const xs = randomTensor(random, [2, 6, 2]);
  const bs = randomTensor(random, [2, 6, 2]);
  const K = Vi(0, 2).sqdist(Vj(1, 2)).neg().exp().bind(xs, xs);
  const expected = K.solve(bs, { alpha: 0.3 });
  for (const method of ["minres", "lsmr"] as const) {
    const found = K.solve(bs, { method, alpha: 0.3 });
    assertAllClose(found.dataSync(), expected.dataSync(), 1e-8, method);
  }
});

Deno.test("formula strings by all methods", () => {
  const aliases = ["x = Vi(2)", "y = Vj(2)", "a = Vj(2)"];
  const formula = "Exp(-SqDist(x,y)) * (a + (x - y) * ((x - y) | a))";
  const right = randomTensor(random, [40, 2]);
  const [first, ...others] = (["cg", "minres", "lsmr"] as const).map((method) =>
    kernelSolve(formula, aliases, "a", { alpha: 4, method })(x, x, right)
  );
  for (const other of others) {
    assertAllClose(other.dataSync(), first.dataSync(), 1e-8);
  }
});

Deno.test("systems of matrices that are small beside their right-hand sides", () => {
  const A = indefinite(20);
  for (const scale of [1e-6, 1e-18]) {
    const right = b.slice([0], [20]).to("float32");
    const small = minres(A.mul(scale).to("float32"), right, { eps: 1e-4 });
    const expected = minres(A, right.to("float64"));
    assertAllClose(small.mul(scale).dataSync(), expected.dataSync(), 1e-2);
  }
});

Deno.test("ill-conditioned systems take about as many steps as unknowns", () => {
  // Singular values 1 ... 1e-5 between random reflections.
  const n = 60;
  const [u, v] = [randomTensor(random, [n]), randomTensor(random, [n])];
  const reflection = (w: Tensor): Tensor => {
    const column = w.reshape([n, 1]).div(w.norm());
    return linearOperator(diagonalOperator(w.mul(0).add(1))).dense()
      .sub(column.matmul(column.T).mul(2));
  };
  const values = tensor(
    Array.from({ length: n }, (_, k) => (-1) ** k * 10 ** (-5 * k / n)),
    [n, 1],
    float64,
  );
  const right = randomTensor(random, [n, 1]);
  for (const method of ["minres", "lsmr"] as const) {
    const other = method === "minres" ? u : v;
    const A = reflection(u).matmul(values.mul(reflection(other)));
    let steps = 0;
    const found = linearOperator(A).solve(right, {
      method,
      eps: 1e-10,
      onProgress: ({ step }) => steps = step,
    });
    // What is refined after the first round takes a few steps more.
    assert(steps <= 2 * n, `${method} took ${steps} steps`);
    const rest = A.matmul(found).sub(right);
    assert(rest.norm().item() <= 1e-9 * right.norm().item(), method);
  }
});

Deno.test("derivatives of solutions by MINRES", () => {
  const A = indefinite(8);
  const alpha = tensor([0.3], [1], float64);
  checkDerivatives(
    (a, right, shift) =>
      minres(a.add(a.T), right, { alpha: shift, eps: 1e-13 }),
    [A, randomTensor(random, [8, 2]), alpha],
    random,
    "MINRES",
    1e-5,
  );
});

Deno.test("derivatives of solutions in alpha", () => {
  const few = x.slice([0], [10]);
  checkDerivatives(
    (p, right, alpha) => gauss(p, p).solve(right, { alpha, eps: 1e-13 }),
    [few, randomTensor(random, [10, 2]), tensor(0.4, [], float64)],
    random,
    "conjugate gradients",
    1e-5,
  );
});

Deno.test("derivatives of least squares solutions", () => {
  const eps = 1e-13;
  const cases: [string, Tensor[], (...t: Tensor[]) => Tensor][] = [
    [
      "a tall system",
      [randomTensor(random, [9, 4]), randomTensor(random, [9, 2])],
      (a, right) => lsmr(a, right, { eps }),
    ],
    [
      "a wide system",
      [randomTensor(random, [4, 9]), randomTensor(random, [4, 2])],
      (a, right) => lsmr(a, right, { eps }),
    ],
    [
      "a damped system",
      [
        randomTensor(random, [6, 4]),
        randomTensor(random, [6]),
        tensor([0.5], [1], float64),
      ],
      (a, right, damp) => lsmr(a, right, { eps, damp }),
    ],
    [
      "a kernel",
      [x.slice([0], [9]), y.slice([0], [4]), randomTensor(random, [9])],
      (p, q, right) => gauss(p, q).solve(right, { eps, damp: 0.1 }),
    ],
  ];
  for (const [name, inputs, f] of cases) {
    checkDerivatives(f, inputs, random, name, 1e-5);
  }
});

Deno.test("residuals are those of the solution, not of the recursion", () => {
  // Condition 1e7: in float32 the recursion says anything.
  const points = rand([200, 2], { seed: 6 });
  const K = gauss(points, points, 0.5);
  const right = randn([200, 1], { seed: 7 });
  const error = assertThrows(
    () => K.solve(right, { alpha: 1e-5, eps: 1e-6 }),
    ConvergenceError,
    "computed anew",
  );
  assert(error.message.includes("in float32"), error.message);
  assert(error.message.includes('.to("float64")'), error.message);
  const eps = Number(/write eps: (\S+),/.exec(error.message)?.[1]);
  const found = K.solve(right, { alpha: 1e-5, eps });
  const back = K.matmul(found).add(found.mul(1e-5)).sub(right);
  const size = (t: Tensor) => Math.sqrt(t.square().sum().item());
  assert(size(back) <= 1.1 * eps * size(right), `${size(back)} and ${eps}`);
  // Without eps it is as exact as rounding lets it be.
  const best = K.solve(right, { alpha: 1e-3 });
  const rest = K.matmul(best).add(best.mul(1e-3)).sub(right);
  assert(size(rest) <= 5e-3 * size(right), `${size(rest)}`);
});

Deno.test("systems without a solution, and caps", () => {
  const singular = tensor([[1, 0, 0], [0, -1, 0], [0, 0, 0]], [3, 3], float64);
  const error = assertThrows(
    () => minres(singular, [1, 1, 1]),
    ConvergenceError,
    "singular",
  );
  assert(error.message.includes('method: "lsmr"'));
  assertAllClose(lsmr(singular, [1, 1, 1]).dataSync(), [1, -1, 0], 1e-9);
  assertAllClose(minres(singular, [1, 1, 0]).dataSync(), [1, -1, 0], 1e-9);
  const A = indefinite(40);
  for (const solver of [cg, minres, lsmr]) {
    const capped = assertThrows(
      () =>
        solver(A.matmul(A), b, {
          maxIterations: 3,
          eps: 1e-12,
          preconditioner: "none",
        }),
      ConvergenceError,
      "in 3 steps",
    );
    assertEquals(capped.residuals.length, 3);
    const nan = tensor(new Float64Array(40).fill(NaN), [40, 1]);
    assertThrows(() => solver(A, nan), ConvergenceError, "not finite");
  }
  assertThrows(
    () => cg(A, b),
    ConvergenceError,
    'or use method: "minres"',
  );
});

Deno.test("progress of all methods", () => {
  const A = indefinite(40);
  for (const method of ["minres", "lsmr"] as const) {
    const told: { step: number; residual: number }[] = [];
    const controller = new AbortController();
    linearOperator(A).solve(b, { method, onProgress: (p) => told.push(p) });
    assertEquals(told.map(({ step }) => step), told.map((_, k) => k + 1));
    assert(told[told.length - 1].residual <= 1e-10);
    const error = assertThrows(() =>
      linearOperator(A).solve(b, {
        method,
        signal: controller.signal,
        onProgress: ({ step }) => {
          if (step === 3) controller.abort(new RangeError("enough"));
        },
      }), RangeError);
    assertEquals(error.message, "enough");
  }
});

Deno.test("options that do not go together are refused", () => {
  const K = gauss(x, x);
  const on = (options: SolveOptions) => () => K.solve(b, options);
  const unknown = "gmres" as "cg";
  assertThrows(on({ method: unknown }), ArgumentError, 'the method "gmres"');
  assertThrows(on({ damp: 1 }), ArgumentError, "use alpha");
  assertThrows(on({ method: "lsmr", damp: -1 }), ArgumentError, "damp = -1");
  assertThrows(
    on({ method: "lsmr", preconditioner: "nystrom" }),
    ArgumentError,
    "it takes none",
  );
  assertThrows(
    on({ method: "minres", preconditioner: "cholesky" }),
    ArgumentError,
    "positive definite",
  );
  assertThrows(on({ alpha: NaN }), ArgumentError, "alpha = NaN");
  assertThrows(
    on({ method: "minres", alpha: Infinity }),
    ArgumentError,
    "a finite number",
  );
  assertThrows(on({ alpha: x }), ArgumentError, "alpha of shape [40,2]");
  const tall = gauss(x, y);
  assertThrows(() => tall.solve(b, { alpha: 1 }), ArgumentError, "use damp");
  assertThrows(
    () => tall.solve(b, { method: "minres" }),
    ShapeError,
    'use method: "lsmr"',
  );
  assertThrows(
    () => linearOperator(tall).solve(b, { method: "cg" }),
    ArgumentError,
    "a square matrix",
  );
  assertThrows(() => tall.solve(y), ShapeError, "40 rows");
  assertThrows(
    () => Vi(x).exp().sum("d").solve(b),
    ShapeError,
    "without points j",
  );
  assertThrows(
    () => K.solve(b.to("float32")),
    ShapeError,
  );
  assertThrows(
    () => linearOperator(K).solve(b.to("float32")),
    ShapeError,
    "float32",
  );
});

Deno.test("least squares with large residuals reach what is asked for", () => {
  for (let seed = 0; seed < 10; seed++) {
    const x = rand([80, 2], { seed, ...float64 });
    const y = rand([40, 2], { seed: 100 + seed, ...float64 });
    const b = randn([80, 2], { seed: 200 + seed, ...float64 });
    for (const eps of [1e-6, 1e-8]) {
      const kernel = Vi(x).sqdist(Vj(y)).mul(-20).exp();
      const found = kernel.solve(b, { method: "lsmr", eps });
      const rest = b.sub(kernel.matmul(found));
      const slope = kernel.t().matmul(rest).norm();
      // The norm of the matrix is at least that of a row's sum over sqrt(N).
      const size = kernel.sum("j").norm().item() / Math.sqrt(40);
      assert(slope.item() <= 10 * eps * size * rest.norm().item());
    }
  }
});
