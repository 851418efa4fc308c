/**
 * Linear systems of kernel matrices, against Cholesky's factorisation.
 *
 * @module
 */

import {
  ArgumentError,
  ConvergenceError,
  grad,
  kernelSolve,
  Pm,
  ShapeError,
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
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const random = generator(31);
const x = randomTensor(random, [12, 2], [0, 1]);
const b = randomTensor(random, [12, 3]);
const gaussian = (p: Tensor) => Vi(p).sqdist(Vj(p)).mul(-2).exp();

/** Solves (K + alpha Id) x = b for the rows of a symmetric K. */
function cholesky(
  k: readonly (readonly number[])[],
  alpha: number,
  right: readonly (readonly number[])[],
): number[] {
  const n = k.length;
  const l = k.map((row) => row.map(() => 0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = k[i][j] + (i === j ? alpha : 0);
      for (let p = 0; p < j; p++) s -= l[i][p] * l[j][p];
      l[i][j] = i === j ? Math.sqrt(s) : s / l[j][j];
    }
  }
  const columns = right[0].map((_, c) => {
    const z: number[] = [];
    for (let i = 0; i < n; i++) {
      let s = right[i][c];
      for (let p = 0; p < i; p++) s -= l[i][p] * z[p];
      z[i] = s / l[i][i];
    }
    for (let i = n - 1; i >= 0; i--) {
      let s = z[i];
      for (let p = i + 1; p < n; p++) s -= l[p][i] * z[p];
      z[i] = s / l[i][i];
    }
    return z;
  });
  return right.flatMap((_, i) => columns.map((z) => z[i]));
}

const rows = (t: Tensor) => t.arraySync() as number[][];
const denseKernel = (p: Tensor) =>
  rows(gaussian(p).dense().reshape([p.shape[0], p.shape[0]]));

Deno.test("solve is the inverse of the kernel matrix", () => {
  for (const alpha of [0.01, 0.1, 1, 10]) {
    const solution = gaussian(x).solve(b, { alpha });
    assertEquals(solution.shape, [12, 3]);
    const expected = cholesky(denseKernel(x), alpha, rows(b));
    assertAllClose(solution.dataSync(), expected, 1e-8);
  }
});

Deno.test("solve takes a vector", () => {
  const v = randomTensor(random, [12]);
  const solution = gaussian(x).solve(v, { alpha: 0.5 });
  assertEquals(solution.shape, [12]);
  const right = [...v.dataSync()].map((a) => [a]);
  assertAllClose(
    solution.dataSync(),
    cholesky(denseKernel(x), 0.5, right),
    1e-8,
  );
});

Deno.test("solve in float32", () => {
  const single = x.to("float32");
  const solution = Vi(single).sqdist(Vj(single)).mul(-2).exp()
    .solve(b.to("float32"), { alpha: 1 });
  assertEquals(solution.dtype, "float32");
  const expected = cholesky(denseKernel(x), 1, rows(b));
  assertAllClose(solution.dataSync(), expected, 1e-5);
});

Deno.test("solve with a batch of clouds", () => {
  const xs = randomTensor(random, [3, 6, 2], [0, 1]);
  const bs = randomTensor(random, [3, 6, 2]);
  const lazy = Vi(0, 2).sqdist(Vj(1, 2)).neg().exp().bind(xs, xs);
  const solution = lazy.solve(bs, { alpha: 0.2 });
  assertEquals(solution.shape, [3, 6, 2]);
  const back = lazy.matmul(solution).add(solution.mul(0.2));
  assertAllClose(back.dataSync(), bs.dataSync(), 1e-8);
});

Deno.test("kernelSolve as its documentation has it", () => {
  const aliases = ["x = Vi(2)", "y = Vj(2)", "a = Vj(3)", "g = Pm(1)"];
  const solve = kernelSolve("Exp(-g * SqDist(x,y)) * a", aliases, "a", {
    axis: 1,
    alpha: 0.1,
  });
  const g = tensor([2], [1], { dtype: "float64" });
  const solution = solve(x, x, b, g);
  const expected = cholesky(denseKernel(x), 0.1, rows(b));
  assertAllClose(solution.dataSync(), expected, 1e-8);
});

Deno.test("gradients of solutions", () => {
  const g = tensor([2], [1], { dtype: "float64" });
  checkDerivatives(
    (p, q, r) =>
      Vi(p).sqdist(Vj(p)).mul(Pm(r)).neg().exp().solve(q, {
        alpha: 0.5,
        eps: 1e-13,
      }),
    [x, b, g],
    random,
    "a solution",
    1e-5,
  );
  const solve = kernelSolve(
    "Exp(-g * SqDist(x,y)) * a",
    ["x = Vi(2)", "y = Vj(2)", "a = Vj(3)", "g = Pm(1)"],
    "a",
    { alpha: 0.5, eps: 1e-13 },
  );
  checkDerivatives(
    (p, q, r) => solve(p, p, q, r),
    [x, b, g],
    random,
    "a solution of a formula string",
    1e-5,
  );
});

Deno.test("a system of vector-valued kernels", () => {
  // Curl-free kernel: coupled components, one system of M D unknowns.
  const aliases = ["x = Vi(2)", "y = Vj(2)", "a = Vj(2)"];
  const formula = "Exp(-SqDist(x,y)) * (a + (x - y) * ((x - y) | a))";
  const right = randomTensor(random, [12, 2]);
  const options = { alpha: 4, axis: 1 } as const;
  const solve = kernelSolve(formula, aliases, "a", options);
  const solution = solve(x, x, right);
  const [p, q] = [Vi(x).sub(Vj(x)), Vj(solution)];
  const back = Vi(x).sqdist(Vj(x)).neg().exp()
    .mul(q.add(p.mul(p.dot(q)))).sum("j").add(solution.mul(4));
  assertAllClose(back.dataSync(), right.dataSync(), 1e-8);
});

Deno.test("a right-hand side of zeros", () => {
  const zero = tensor(new Float64Array(12), [12, 1]);
  assertEquals([...gaussian(x).solve(zero).dataSync()], Array(12).fill(0));
});

Deno.test("iterations are capped", () => {
  const error = assertThrows(
    () => gaussian(x).solve(b, { alpha: 1e-12, eps: 1e-14, maxIterations: 3 }),
    ConvergenceError,
    "3 steps",
  );
  assertEquals(error.residuals.length, 3);
});

Deno.test("matrices that are not positive definite are noticed", () => {
  assertThrows(
    () => Vi(x).sqdist(Vj(x)).neg().solve(b),
    ConvergenceError,
    "positive definite",
  );
  const nan = tensor(new Float64Array(12).fill(NaN), [12, 1]);
  const error = assertThrows(() => gaussian(x).solve(nan), Error);
  assert(error instanceof ConvergenceError || error instanceof ArgumentError);
});

Deno.test("what cannot be solved is refused", () => {
  const y = randomTensor(random, [5, 2]);
  const method = "cg";
  assertThrows(
    () => Vi(x).sqdist(Vj(y)).solve(b, { method }),
    ShapeError,
    "12 rows",
  );
  assertThrows(() => Vi(x).sub(Vj(x)).solve(b), ShapeError, "scalars");
  assertThrows(() => gaussian(x).solve(y), ShapeError, "12 unknowns");
  const k = gaussian(x);
  assertThrows(() => k.solve(b, { alpha: -1 }), ArgumentError, "alpha");
  assertThrows(() => k.solve(b, { eps: 0 }), ArgumentError, "eps");
  assertThrows(
    () => k.solve(b, { maxIterations: 0 }),
    ArgumentError,
    "maxIterations",
  );
  const aliases = ["x = Vi(2)", "y = Vj(2)", "a = Vj(3)"];
  assertThrows(
    () => kernelSolve("SqDist(x,y) * a", aliases, "aa"),
    ArgumentError,
    'did you mean "a"',
  );
});

Deno.test("interpolation goes through its data", () => {
  const t = tensor(Float64Array.from({ length: 20 }, (_, k) => k / 4), [20, 1]);
  const values = t.mul(3).sin();
  const kernel = Vi(t).sub(Vj(t)).abs().mul(-3).exp();
  const weights = kernel.solve(values, { alpha: 1e-8 });
  assertAllClose(kernel.matmul(weights).dataSync(), values.dataSync(), 1e-6);
  const [g] = grad(kernel.matmul(weights).sum(), [t.requiresGrad()]);
  assertEquals(g.shape, [20, 1]);
});

Deno.test("right-hand sides of tiny and of huge numbers", () => {
  const plain = gaussian(x).solve(b, { alpha: 0.1, eps: 1e-12 });
  for (const method of ["cg", "minres", "lsmr"] as const) {
    for (const scale of [1e-200, 1e-300, 1e200]) {
      const options = { method, alpha: 0.1, eps: 1e-12 };
      const found = gaussian(x).solve(b.mul(scale), options);
      assertAllClose(found.div(scale).dataSync(), plain.dataSync(), 1e-9);
    }
  }
});

Deno.test("options of systems that are null are left out", () => {
  const nothing = {
    ...{ alpha: null, eps: null, maxIterations: null, preconditioner: null },
    ...{ method: null, damp: null, rank: null, signal: null, axis: null },
    ...{ onProgress: null, ranges: null, tol: null },
  } as unknown as Record<string, undefined>;
  const matrix = (p: Tensor) => Vi(p).sqdist(Vj(p)).mul(-40).exp();
  const expected = matrix(x).solve(b).dataSync();
  assertEquals(matrix(x).solve(b, nothing).dataSync(), expected);
  const solve = kernelSolve(
    "Exp(IntCst(-40) * SqDist(x, y)) * b",
    ["x = Vi(2)", "y = Vj(2)", "b = Vj(3)"],
    "b",
    nothing,
  );
  assertAllClose(solve(x, x, b).dataSync(), expected, 1e-8);
});
