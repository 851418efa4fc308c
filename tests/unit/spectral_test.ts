/**
 * Eigenpairs, traces and log-determinants against dense methods.
 *
 * @module
 */

import {
  ArgumentError,
  ConvergenceError,
  diagonalOperator,
  eigsh,
  grad,
  type LazyTensor,
  linearOperator,
  type LinearOperatorLike,
  logdet,
  rand,
  randn,
  type Tensor,
  tensor,
  trace,
  Vi,
  Vj,
  type Which,
} from "../../mod.ts";
import { cholesky } from "../../src/solve/small.ts";
import {
  symmetricEigen,
  tridiagonalEigen,
} from "../../src/solve/symmetric_eigen.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { eigenpairs, rowsOf } from "../dense_algebra.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const float64 = { dtype: "float64" } as const;
const random = generator(73);

function gaussian(x: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
}

const rows = (t: Tensor, n: number) => rowsOf(t.reshape([n, n]));
const floats = (a: readonly number[][]) => a.map((r) => Float64Array.from(r));

Deno.test("all eigenpairs of small matrices", () => {
  for (const n of [1, 2, 3, 10, 40]) {
    const a = randomTensor(random, [n, n]);
    const matrix = rowsOf(a.add(a.T));
    const expected = eigenpairs(matrix);
    const { values, vectors } = symmetricEigen(floats(matrix));
    assertAllClose(values, expected.values, 1e-12, `${n}`);
    vectors.forEach((v, k) => {
      const image = matrix.map((row) =>
        row.reduce((s, x, i) => s + x * v[i], 0)
      );
      assertAllClose(image, v.map((x) => x * values[k]), 1e-11, `${n} ${k}`);
    });
  }
  // Repeated, zero, and far apart.
  const diagonal = [3, 0, 3, 1e-12, 0, 3, 1e8];
  const matrix = diagonal.map((d, i) =>
    diagonal.map((_, j) => i === j ? d : 0)
  );
  assertAllClose(
    symmetricEigen(floats(matrix)).values,
    diagonal.toSorted((a, b) => a - b),
    1e-15,
  );
  // Second differences: 2 - 2 cos(k pi / (n + 1)).
  const { values } = tridiagonalEigen({
    diagonal: new Float64Array(50).fill(2),
    beside: new Float64Array(49).fill(-1),
  }, Array.from({ length: 50 }, () => new Float64Array(0)));
  const known = values.map((_, k) => 2 - 2 * Math.cos((k + 1) * Math.PI / 51));
  assertAllClose(values, known, 1e-13);
});

Deno.test("extreme eigenpairs of a kernel matrix of 300 points", () => {
  const x = rand([300, 2], { seed: 1, ...float64 });
  const K = gaussian(x, 0.2);
  const dense = floats(rows(K.dense(), 300));
  const { values, vectors } = symmetricEigen(dense);
  const options = { k: 8, which: "largest" } as const;
  const found = eigsh(K, options);
  assertEquals(found.values.shape, [8]);
  assertEquals(found.vectors.shape, [300, 8]);
  const largest = [...values].reverse().slice(0, 8);
  assertAllClose(found.values.dataSync(), largest, 1e-10);
  for (let k = 0; k < 8; k++) {
    const v = found.vectors.select(k, 1).dataSync();
    const w = vectors[299 - k];
    const along = w.reduce((s, a, i) => s + a * v[i], 0);
    assert(Math.abs(Math.abs(along) - 1) < 1e-10, `${along}`);
    const error = Math.max(
      ...w.map((a, i) => Math.abs(Math.sign(along) * a - v[i])),
    );
    assert(error < 1e-6, `vector ${k}: ${error}`);
  }
  // The matrix is singular but for rounding: its least eigenvalues are zero.
  const least = eigsh(K, { k: 3, which: "smallest", tolerance: 1e-5 });
  const scale = values[299];
  assert(least.values.div(scale).abs().max().item() < 1e-5);
});

Deno.test("eigenvalues from all ends, repeated ones too", () => {
  const n = 300;
  // 0.1 .. 30 twice, with signs; in a basis of random reflections.
  const given = Float64Array.from(
    { length: n },
    (_, k) => (k % 2 ? -1 : 1) * (0.1 + Math.floor(k / 4)),
  );
  const v = randn([n, 1], { seed: 3, ...float64 });
  const unit = v.div(v.square().sum().sqrt());
  const reflection = linearOperator(unit.matmul(unit.T)).mul(-2).addIdentity(1);
  const A = reflection.matmul(diagonalOperator(tensor(given))).matmul(
    reflection,
  );
  const sorted = [...given].sort((a, b) => a - b);
  const cases: [Which, number[]][] = [
    ["largest", sorted.toReversed().slice(0, 7)],
    ["smallest", sorted.slice(0, 7)],
    ["both-ends", [...sorted.slice(0, 3), ...sorted.slice(-4)]],
    [
      "largest-magnitude",
      sorted.toSorted((a, b) => Math.abs(b) - Math.abs(a)).slice(0, 7),
    ],
  ];
  for (const [which, expected] of cases) {
    const { values, vectors } = eigsh(A, { k: 7, which });
    const order = (list: ArrayLike<number>) =>
      which === "largest-magnitude"
        ? Array.from(list, Math.abs)
        : Array.from(list);
    assertAllClose(order(values.dataSync()), order(expected), 1e-9, which);
    const residual = A.matmat(vectors).sub(vectors.mul(values));
    assert(residual.abs().max().item() < 1e-7, which);
    const gram = vectors.T.matmul(vectors);
    assertAllClose(
      gram.dataSync(),
      Float64Array.from({ length: 49 }, (_, k) => k % 8 === 0 ? 1 : 0),
      1e-10,
    );
  }
});

Deno.test("eigenvalues close to each other, and those of nothing", () => {
  // 30 of them within 0.03, of which 8 are wanted; the others are far below.
  const values = rand([400], { seed: 1, ...float64 }).dataSync()
    .map((x, k) => k < 30 ? 10 + 1e-3 * k : x);
  const close = diagonalOperator(values);
  const found = eigsh(close, { k: 8, maxIterations: 100 });
  assertAllClose(
    found.values.dataSync(),
    Float64Array.from({ length: 8 }, (_, k) => 10 + 1e-3 * (29 - k)),
    1e-13,
  );
  // The largest of nothing: 0 is symmetric, too.
  const zeros = diagonalOperator(new Float64Array(200));
  const { values: none, vectors } = eigsh(zeros, { k: 3 });
  assertEquals(none.arraySync(), [0, 0, 0]);
  assertAllClose(vectors.square().sum(0).dataSync(), [1, 1, 1], 1e-12);
});

Deno.test("eigenvalues that are repeated more often than blocks are wide", () => {
  const n = 150;
  const w = randomTensor(random, [n, 1]);
  const unit = w.div(w.norm());
  const identity = linearOperator(diagonalOperator(Array(n).fill(1)));
  for (const dtype of ["float64", "float32"] as const) {
    // 3, 2, 1, 0, -1, 3 ... between reflections: 30 of each.
    const values = Array.from({ length: n }, (_, k) => 3 - k % 5);
    const vector = unit.to(dtype);
    const reflection = linearOperator(identity.dense().to(dtype))
      .sub(Vi(vector).mul(Vj(vector)).mul(2));
    const A = reflection.matmul(
      diagonalOperator(tensor(values, [n], { dtype })),
    )
      .matmul(reflection);
    const { values: found, vectors } = eigsh(A, { k: 35 });
    assertAllClose(
      found.dataSync(),
      values.toSorted((a, b) => b - a).slice(0, 35),
      dtype === "float64" ? 1e-9 : 1e-4,
    );
    const gram = vectors.T.matmul(vectors).sub(
      linearOperator(diagonalOperator(tensor(Array(35).fill(1), [35], {
        dtype,
      }))).dense(),
    );
    assert(gram.abs().max().item() < (dtype === "float64" ? 1e-9 : 1e-3));
  }
});

Deno.test("eigenvalues that nearly coincide are found by a dense method", () => {
  const given = Array.from({ length: 160 }, (_, k) => k % 4 + 1e-7 * k ** 1.3);
  const A = diagonalOperator(tensor(given, undefined, float64));
  const { values } = eigsh(A, { k: 20 });
  const expected = given.toSorted((a, b) => b - a).slice(0, 20);
  assertAllClose(values.dataSync(), expected, 1e-12);
  assertThrows(() => eigsh(A, { k: 20, maxIterations: 9 }), ConvergenceError);
});

Deno.test("eigenpairs of entries whose squares are no numbers", () => {
  const tiny = [1, 2, 3].map((i) =>
    [1, 2, 3].map((j) => i === j ? i : 1e-160 * (i + j))
  );
  assertAllClose(symmetricEigen(floats(tiny)).values, [1, 2, 3], 1e-15);
});

Deno.test("eigenvalues in float32, and as many as there are", () => {
  const x = rand([400, 2], { seed: 4, ...float64 });
  const expected = eigsh(gaussian(x, 0.3), { k: 4 }).values;
  const single = eigsh(gaussian(x.to("float32"), 0.3), { k: 4 });
  assertEquals(single.values.dtype, "float32");
  assertAllClose(single.values.dataSync(), expected.dataSync(), 1e-5);
  const few = eigsh(linearOperator(tensor([[2, 0], [0, 1]])));
  assertEquals(few.values.arraySync(), [2, 1]);
});

Deno.test("derivatives of eigenvalues and eigenvectors", () => {
  const x = randomTensor(random, [9, 2]);
  for (const which of ["largest", "both-ends"] as const) {
    checkDerivatives(
      (p) => eigsh(gaussian(p, 0.6), { k: 3, which }).values,
      [x],
      random,
      `${which} eigenvalues`,
      1e-5,
    );
  }
  checkDerivatives(
    (p) => eigsh(gaussian(p, 0.6), { k: 3 }).vectors,
    [x],
    random,
    "eigenvectors",
    1e-4,
  );
  // The same by the iteration: 120 rows.
  const many = randomTensor(random, [120, 1]);
  const spectrum = (p: Tensor) =>
    eigsh(gaussian(p, 0.5), { k: 2, tolerance: 1e-12 });
  const weights = randomTensor(random, [120, 2]);
  const f = (p: Tensor) => {
    const { values, vectors } = spectrum(p);
    return values.sum().add(vectors.mul(weights).sum());
  };
  const u = randomTensor(random, [120, 1]);
  const own = many.detach().requiresGrad();
  const [g] = grad(f(own), [own]);
  const [ahead, behind] = [1e-5, -1e-5].map((t) =>
    f(many.add(u.mul(t))).item()
  );
  assertAllClose([g.mul(u).sum().item()], [(ahead - behind) / 2e-5], 1e-6);
});

Deno.test("eigenpairs that cannot be had are refused", () => {
  assertThrows(
    () => eigsh(diagonalOperator([1, 2]), { signal: AbortSignal.abort() }),
    DOMException,
    "aborted",
  );
  const a = randomTensor(random, [120, 120]);
  const A = a.add(a.T);
  assertThrows(() => eigsh(a), ArgumentError, "not symmetric");
  assertThrows(
    () => eigsh(A.slice([0, 0], [20, 19])),
    ArgumentError,
    "a square one",
  );
  assertThrows(() => eigsh(A, { k: 121 }), ArgumentError, "from 1 to 120");
  assertThrows(
    () => eigsh(A, { which: "larges" as Which }),
    ArgumentError,
    'did you mean "largest"',
  );
  assertThrows(() => eigsh(A, { tolerance: 0 }), ArgumentError, "tolerance");
  const error = assertThrows(
    () => eigsh(A, { k: 2, maxIterations: 2 }),
    ConvergenceError,
    "in 2 products",
  );
  assertEquals(error.residuals.length, 2);
  const identity = tensor([[1, 0], [0, 1]], [2, 2], float64).requiresGrad();
  assertThrows(
    () => grad(eigsh(identity, { k: 2 }).vectors.sum(), [identity]),
    ArgumentError,
    "repeated eigenvalues",
  );
  const controller = new AbortController();
  assertThrows(() =>
    eigsh(A, {
      k: 2,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 2) controller.abort(new RangeError("enough"));
      },
    }), RangeError);
});

/** The log-determinant by a dense factorisation. */
function denseLogdet(matrix: number[][], alpha: number): number {
  const shifted = floats(matrix);
  shifted.forEach((row, k) => row[k] += alpha);
  const factor = cholesky(shifted);
  if (factor.pivot !== undefined) throw new Error(`Pivot ${factor.pivot}`);
  return factor.lower.reduce((s, row, k) => s + 2 * Math.log(row[k]), 0);
}

Deno.test("log-determinants within their bars", () => {
  const x = rand([300, 2], { seed: 5, ...float64 });
  const K = gaussian(x, 0.15);
  const matrix = rows(K.dense(), 300);
  for (const alpha of [0.01, 1]) {
    const expected = denseLogdet(matrix, alpha);
    const exact = logdet(K, { alpha, exactBelow: 1000 });
    assertAllClose([exact.value.item()], [expected], 1e-10);
    assertEquals(exact.error, 0);
    for (const preconditioner of ["none", "cholesky", "nystrom"] as const) {
      let within = 0;
      for (let seed = 0; seed < 10; seed++) {
        const { value, error } = logdet(K, {
          alpha,
          preconditioner,
          rank: 40,
          seed,
        });
        if (Math.abs(value.item() - expected) <= error) within++;
        assert(error < 0.2 * Math.abs(expected), `${error} of ${expected}`);
      }
      // 9.5 are expected.
      assert(within >= 7, `${preconditioner}, ${alpha}: ${within} of 10`);
    }
  }
  const once = logdet(K, { alpha: 1, seed: 3 }).value.item();
  assertEquals(logdet(K, { alpha: 1, seed: 3 }).value.item(), once);
});

Deno.test("a preconditioner makes the bars of a log-determinant shorter", () => {
  const x = rand([500, 2], { seed: 6, ...float64 });
  const K = gaussian(x, 0.3);
  const [none, some] = (["none", "auto"] as const).map((preconditioner) =>
    logdet(K, { alpha: 0.01, preconditioner }).error
  );
  assert(5 * some < none, `${some} and ${none}`);
});

Deno.test("derivatives of log-determinants", () => {
  const x = randomTensor(random, [8, 2]);
  const alpha = tensor([0.3], [1], float64);
  checkDerivatives(
    (p, a) => logdet(gaussian(p, 0.5), { alpha: a }).value,
    [x, alpha],
    random,
    "a log-determinant",
    1e-5,
  );
  // The estimate of the derivative has the mean that it should have.
  const y = rand([300, 1], { seed: 7, ...float64 });
  const derivative = (options: Parameters<typeof logdet>[1]) => {
    const own = y.detach().requiresGrad();
    const scale = tensor(1, [], float64).requiresGrad();
    const K = Vi(own.mul(scale)).sqdist(Vj(own.mul(scale))).mul(-20).exp();
    const { value } = logdet(K, { alpha: 0.1, ...options });
    return grad(value, [scale])[0].item();
  };
  const expected = derivative({ exactBelow: 1000 });
  for (const preconditioner of ["none", "auto"] as const) {
    const found = derivative({
      probes: 500,
      seed: 1,
      preconditioner,
      rank: 5,
    });
    assert(
      Math.abs(found - expected) < 0.15 * Math.abs(expected),
      `${preconditioner}: ${found}, and not ${expected}`,
    );
  }
});

Deno.test("second derivatives of estimates are those of the first", () => {
  const y = rand([120, 1], { seed: 8, ...float64 });
  const options = {
    alpha: 0.5,
    exactBelow: 1,
    probes: 4,
    eps: 1e-12,
    preconditioner: "none",
  } as const;
  const first = (s: Tensor) =>
    grad(
      logdet(Vi(y.mul(s)).sqdist(Vj(y.mul(s))).neg().exp(), options).value,
      [s],
      { createGraph: true },
    )[0];
  const at = (s: number) => tensor(s, [], float64).requiresGrad();
  const s = at(2);
  const [second] = grad(first(s), [s]);
  const difference = (first(at(2 + 1e-5)).item() - first(at(2 - 1e-5)).item()) /
    2e-5;
  assertAllClose([second.item()], [difference], 1e-6);
  // What a preconditioner knows leaves little to the random vectors: without, the
  // first derivative would be off by 0.3. The second is as random as without.
  const [exact, estimate] = [1000, 1].map((exactBelow) => {
    const s = at(2);
    const how = {
      ...options,
      probes: exactBelow === 1 ? 100 : 4,
      exactBelow,
      preconditioner: "auto",
    } as const;
    const K = Vi(y.mul(s)).sqdist(Vj(y.mul(s))).neg().exp();
    const [g] = grad(logdet(K, how).value, [s], { createGraph: true });
    return [g.item(), grad(g, [s])[0].item()];
  });
  assert(Math.abs(estimate[0] - exact[0]) < 0.03, `${estimate} ${exact}`);
  assert(Math.abs(estimate[1] - exact[1]) < 1.5, `${estimate} ${exact}`);
});

Deno.test("traces, known and estimated", () => {
  const a = randomTensor(random, [80, 80]);
  const exact = a.mul(a).sum().item(); // tr(A A^T)
  const A: LinearOperatorLike = linearOperator(a).matmul(a.T);
  let within = 0;
  for (let seed = 0; seed < 20; seed++) {
    const { value, error } = trace(A, { seed });
    if (Math.abs(value.item() - exact) <= error) within++;
    assert(error < 0.2 * exact);
  }
  assert(within >= 16, `${within} of 20`);
  assertEquals(trace(a.matmul(a.T)).error, 0);
  assertAllClose([trace(a.matmul(a.T)).value.item()], [exact], 1e-12);
  // A basis of everything is no estimate.
  const all = trace(A, { probes: 240 });
  assertEquals(all.error, 0);
  assertAllClose([all.value.item()], [exact], 1e-10);
  const own = a.detach().requiresGrad();
  const { value } = trace(linearOperator(own).matmul(own.T), { probes: 240 });
  assertAllClose(grad(value, [own])[0].dataSync(), a.mul(2).dataSync(), 1e-9);
  const points = randomTensor(random, [7, 2]);
  checkDerivatives(
    (p) => trace(Vi(p).sqdist(Vj(p.exp()))).value,
    [points],
    random,
    "a trace",
  );
});

Deno.test("estimates that cannot be had are refused", () => {
  const a = randomTensor(random, [10, 10]);
  assertThrows(() => logdet(a.slice([0], [9])), ArgumentError, "a square one");
  assertThrows(() => trace(a.slice([0], [9])), ArgumentError, "a square one");
  assertThrows(() => logdet(a, { probes: 1 }), ArgumentError, "probes = 1");
  assertThrows(() => trace(a, { probes: 2.5 }), ArgumentError, "probes = 2.5");
  const negative = diagonalOperator(tensor([1, -1, 2], [3], float64));
  for (const exactBelow of [1, 10]) {
    assertThrows(
      () => logdet(negative, { exactBelow }),
      ConvergenceError,
      "not positive definite",
    );
  }
  assertThrows(
    () => logdet(a, { preconditioner: "jacobi" }),
    ArgumentError,
    '"cholesky", "nystrom", "none" or "auto"',
  );
});
