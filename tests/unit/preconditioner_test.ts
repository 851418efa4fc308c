/**
 * Block conjugate gradients with preconditioners, against Cholesky's
 * factorisation.
 *
 * @module
 */

import {
  ArgumentError,
  band,
  concat,
  ConvergenceError,
  kernelSolve,
  LazyTensor,
  type PreconditionerName,
  rand,
  randn,
  type SolveOptions,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { partialCholesky, spectrumOf } from "../../src/solve/preconditioner.ts";
import {
  cholesky,
  dot,
  singularVectors,
  solveFactored,
} from "../../src/solve/small.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const float64 = { dtype: "float64" } as const;
const random = generator(17);
const ALL = ["none", "jacobi", "cholesky", "nystrom", "auto"] as const;

function gaussian(x: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
}

/** The solution by a dense factorisation, column after column. */
function denseSolution(kernel: Tensor, alpha: number, b: Tensor): number[] {
  const n = b.shape[0];
  const entries = kernel.dataSync();
  const rows = Array.from(
    { length: n },
    (_, i) => Float64Array.from(entries.slice(i * n, (i + 1) * n)),
  );
  rows.forEach((row, i) => row[i] += alpha);
  const { lower = [] } = { lower: undefined, ...cholesky(rows) };
  const columns = Array.from({ length: b.shape[1] }, (_, c) => {
    const x = Float64Array.from(b.select(c, 1).dataSync());
    solveFactored(lower, x);
    return x;
  });
  return Array.from({ length: n }, (_, i) => columns.map((x) => x[i])).flat();
}

/** The number of steps of a solution. */
function steps(kernel: LazyTensor, b: Tensor, options: SolveOptions): number {
  let count = 0;
  kernel.solve(b, { ...options, onProgress: ({ step }) => count = step });
  return count;
}

const points = rand([500, 2], { seed: 1, ...float64 });
const right = randn([500, 3], { seed: 2, ...float64 });
const smooth = gaussian(points, 0.3);

Deno.test("500 unknowns, as a dense factorisation solves them", () => {
  const expected = denseSolution(smooth.dense(), 1e-2, right);
  const scale = Math.max(...expected.map(Math.abs));
  for (const preconditioner of ALL) {
    const x = smooth.solve(right, { alpha: 1e-2, preconditioner });
    const error = Math.max(
      ...expected.map((e, k) => Math.abs(x.dataSync()[k] - e)),
    );
    assert(error <= 1e-6 * scale, `${preconditioner}: ${error / scale}`);
  }
});

Deno.test("a preconditioner takes at least three times fewer steps", () => {
  const b = right.slice([0, 0], [500, 1]);
  const options = { alpha: 1e-3, eps: 1e-8 };
  const plain = steps(smooth, b, { ...options, preconditioner: "none" });
  assert(plain > 100, `${plain}`);
  for (const preconditioner of ["cholesky", "nystrom", "auto"] as const) {
    const count = steps(smooth, b, { ...options, preconditioner });
    assert(3 * count <= plain, `${preconditioner}: ${count} of ${plain}`);
  }
  const low = { ...options, preconditioner: "cholesky", rank: 20 } as const;
  const count = steps(smooth, b, low);
  assert(3 * count <= plain, `rank 20: ${count} of ${plain}`);
});

Deno.test("the diagonal helps where it varies", () => {
  const scale = rand([120, 1], { seed: 3, ...float64 }).mul(3).exp();
  const scaled = gaussian(points.slice([0, 0], [120, 2]), 0.02)
    .mul(Vi(scale)).mul(Vj(scale));
  const options = { alpha: 1e-3, eps: 1e-8 };
  const b = right.slice([0, 0], [120, 1]);
  const [plain, jacobi] = (["none", "jacobi"] as const)
    .map((preconditioner) => steps(scaled, b, { ...options, preconditioner }));
  assert(2 * jacobi <= plain, `${jacobi} of ${plain}`);
});

Deno.test("columns help one another", () => {
  const options = { alpha: 1e-3, eps: 1e-8, preconditioner: "none" } as const;
  const one = steps(smooth, right.slice([0, 0], [500, 1]), options);
  const three = steps(smooth, right, options);
  assert(three < 0.7 * one, `${three} and ${one}`);
});

Deno.test("columns that depend on one another", () => {
  const x = randomTensor(random, [30, 2]);
  const kernel = gaussian(x, 0.5);
  const [b, c] = [randomTensor(random, [30, 1]), randomTensor(random, [30, 1])];
  const columns = [b, b, c.mul(0), c, b.mul(1e-9).add(c.mul(1e6)), b.mul(-1)];
  const all = concat(columns, 1);
  for (const preconditioner of ALL) {
    const found = kernel.solve(all, { alpha: 0.1, preconditioner });
    assertAllClose(
      found.dataSync(),
      denseSolution(kernel.dense(), 0.1, all),
      1e-9,
      preconditioner,
    );
  }
});

Deno.test("more columns than unknowns, all nearly the same", () => {
  const x = rand([110, 2], { seed: 11, ...float64 });
  const line = tensor(
    Float64Array.from({ length: 440 }, (_, k) => (k >> 1) / 220),
    [220, 2],
  );
  const b = Vi(x).sqdist(Vj(line)).mul(-8).exp().dense().reshape([110, 220]);
  const K = gaussian(x, 0.25);
  const found = K.solve(b, { alpha: 3e-3, eps: 1e-4 });
  const rest = K.matmul(found).add(found.mul(3e-3)).sub(b);
  const worst = rest.norm(0).div(b.norm(0)).max().item();
  assert(worst <= 1.0001e-4, `${worst}`);
});

Deno.test("one step solves a multiple of the identity", () => {
  const x = tensor(Float64Array.from({ length: 40 }, (_, k) => k), [40, 1]);
  const identity = Vi(x).eq(Vj(x));
  for (const preconditioner of ALL) {
    const b = randomTensor(random, [40, 2]);
    const found = identity.solve(b, {
      alpha: 1,
      preconditioner,
      maxIterations: 2,
    });
    assertAllClose(found.dataSync(), b.div(2).dataSync(), 1e-12);
  }
});

Deno.test("batches, each with a preconditioner of its own", () => {
  const x = randomTensor(random, [2, 20, 1, 2]);
  const kernel = new LazyTensor(x).sqdist(
    new LazyTensor(x.reshape([2, 1, 20, 2])),
  )
    .neg().exp();
  const b = randomTensor(random, [2, 20, 2]);
  for (const preconditioner of ["none", "jacobi", "nystrom", "auto"] as const) {
    const found = kernel.solve(b, { alpha: 0.1, preconditioner });
    for (const k of [0, 1]) {
      const one = gaussian(x.select(k).reshape([20, 2]), Math.SQRT1_2);
      assertAllClose(
        found.select(k).dataSync(),
        denseSolution(one.dense(), 0.1, b.select(k)),
        1e-8,
        preconditioner,
      );
    }
  }
  // One matrix for a batch of right-hand sides.
  const one = gaussian(x.select(0).reshape([20, 2]), Math.SQRT1_2);
  for (const preconditioner of ALL) {
    const found = one.solve(b, { alpha: 0.1, preconditioner });
    assertAllClose(
      found.select(1).dataSync(),
      denseSolution(one.dense(), 0.1, b.select(1)),
      1e-8,
      preconditioner,
    );
  }
});

Deno.test("formula strings are preconditioned, too", () => {
  const x = randomTensor(random, [40, 2]);
  const b = randomTensor(random, [40, 2]);
  const formula = "Exp(-SqDist(x,y)) * b";
  const aliases = ["x = Vi(2)", "y = Vj(2)", "b = Vj(2)"];
  const expected = denseSolution(gaussian(x, Math.SQRT1_2).dense(), 0.01, b);
  const counts = (["none", "nystrom"] as const).map((preconditioner) => {
    let count = 0;
    const solve = kernelSolve(formula, aliases, "b", {
      alpha: 0.01,
      preconditioner,
      rank: 40,
      onProgress: ({ step }) => count = step,
    });
    assertAllClose(solve(x, x, b).dataSync(), expected, 1e-7);
    return count;
  });
  assert(2 * counts[1] <= counts[0], `${counts}`);
});

Deno.test("solutions on a part of the pairs", () => {
  const x = randomTensor(random, [25, 1]);
  const mask = tensor(
    Float64Array.from(
      { length: 625 },
      (_, k) => Math.abs(k % 25 - Math.floor(k / 25)) <= 2 ? 1 : 0,
    ),
    [25, 25, 1],
  );
  const kernel = gaussian(x, 1);
  const b = randomTensor(random, [25, 1]);
  const expected = denseSolution(kernel.dense().mul(mask), 5, b);
  const on = kernel.withRanges(band(2));
  for (const preconditioner of ["none", "nystrom", "auto"] as const) {
    const found = on.solve(b, { alpha: 5, preconditioner });
    assertAllClose(found.dataSync(), expected, 1e-9);
    const asked = { alpha: 5, preconditioner, ranges: band(2) };
    assertAllClose(kernel.solve(b, asked).dataSync(), expected, 1e-9);
  }
});

Deno.test("gradients do not depend on the preconditioner", () => {
  const x = randomTensor(random, [12, 2], [0, 1]);
  const b = randomTensor(random, [12, 2]);
  for (const preconditioner of ["jacobi", "cholesky", "nystrom"] as const) {
    checkDerivatives(
      (p, q) =>
        gaussian(p, 0.5).solve(q, { alpha: 0.5, eps: 1e-13, preconditioner }),
      [x, b],
      random,
      `a solution with ${preconditioner}`,
      1e-5,
    );
  }
});

Deno.test("progress is told, and may stop the solver", () => {
  const told: { step: number; residual: number }[] = [];
  smooth.solve(right, {
    alpha: 0.1,
    preconditioner: "none",
    onProgress: (p) => told.push(p),
  });
  assertEquals(told.map(({ step }) => step), told.map((_, k) => k + 1));
  assert(told[told.length - 1].residual <= 1e-10);
  const controller = new AbortController();
  let last = 0;
  const error = assertThrows(() =>
    smooth.solve(right, {
      alpha: 0.1,
      preconditioner: "none",
      signal: controller.signal,
      onProgress: ({ step }) => {
        last = step;
        if (step === 3) controller.abort(new RangeError("enough"));
      },
    }), RangeError);
  assertEquals([error.message, last], ["enough", 3]);
});

Deno.test("what does not converge ends with its history", () => {
  const x = randomTensor(random, [40, 2]);
  const b = randomTensor(random, [40, 1]);
  // Symmetric, of both signs.
  const indefinite = Vi(x).sqdist(Vj(x)).neg().add(1);
  for (const preconditioner of ALL) {
    const error = assertThrows(
      () => indefinite.solve(b, { preconditioner }),
      ConvergenceError,
      "positive definite",
    );
    assert(error.residuals.length < 100);
  }
  // Not symmetric: there is nothing to converge to.
  const skew = Vi(x).sub(Vj(x)).dot(tensor([1, 2], [2], float64)).mul(3)
    .add(0.1);
  const error = assertThrows(
    () => skew.solve(b, { alpha: 1, maxIterations: 1e4 }),
    ConvergenceError,
  );
  assert(error.residuals.length < 1e4, `${error.message}`);
  const nan = tensor(new Float64Array(40).fill(NaN), [40, 1]);
  assertThrows(
    () =>
      smooth.rows([...Array(40).keys()])
        .cols([...Array(40).keys()]).solve(nan),
    ConvergenceError,
    "not finite",
  );
});

Deno.test("preconditioners that cannot be had are refused", () => {
  const x = randomTensor(random, [5, 2]);
  const b = randomTensor(random, [5, 1]);
  const kernel = gaussian(x, 1);
  const on = (options: SolveOptions, k = kernel) => () => k.solve(b, options);
  const unknown = "nystroem" as PreconditionerName;
  assertThrows(
    on({ preconditioner: unknown }),
    ArgumentError,
    'did you mean "nystrom"',
  );
  assertThrows(on({ rank: 0 }), ArgumentError, "rank = 0");
  assertThrows(on({ rank: 1.5 }), ArgumentError, "rank = 1.5");
  assertThrows(
    on({ preconditioner: "cholesky" }, kernel.withRanges(band(1))),
    ArgumentError,
    'the preconditioner "cholesky" here',
  );
  assertThrows(
    on({ preconditioner: "jacobi", ranges: band(1) }),
    ArgumentError,
    'the preconditioner "jacobi" here',
  );
  assertThrows(
    on({ preconditioner: "jacobi" }, kernel.neg()),
    ArgumentError,
    "entry 0 is -0.99",
  );
});

Deno.test("singular vectors of small and of dependent columns", () => {
  const columns = [1, 1e-3, 1e-6, 1e-9].map((scale) =>
    Float64Array.from({ length: 20 }, () => scale * (random() - 0.5))
  );
  columns.push(columns[0].slice());
  const { values, vectors } = singularVectors(columns);
  assertEquals(values.toSorted((a, b) => b - a), values);
  // U diag(s^2) U^T is the product of the columns with themselves.
  const [p, q] = [0, 1].map(() => Float64Array.from({ length: 20 }, random));
  const expected = columns.reduce((s, c) => s + dot(c, p) * dot(c, q), 0);
  const found = vectors.reduce(
    (s, u, k) => s + values[k] ** 2 * dot(u, p) * dot(u, q),
    0,
  );
  assertAllClose([found], [expected], 1e-14);
  vectors.forEach((u, k) =>
    vectors.forEach((v, l) =>
      assertAllClose([dot(u, v)], [k === l ? 1 : 0], 1e-8, `${k} ${l}`)
    )
  );
});

Deno.test("powers of what a preconditioner knows, however it was found", () => {
  const rows = gaussian(points.slice([0, 0], [60, 2]), 0.3).dense();
  const columns = Array.from(
    { length: 60 },
    (_, k) => Float64Array.from(rows.select(k, 1).dataSync()),
  );
  const diagonal = Float64Array.from(columns, (c, k) => c[k]);
  // Of a small alpha, the factor itself is rotated; else, its small matrix.
  for (const alpha of [1e-13, 1e-2]) {
    const part = partialCholesky(diagonal, (k) => columns[k], alpha, 12);
    const spectrum = part && spectrumOf(part, alpha);
    assert(part && spectrum);
    assertEquals(part.mixing === undefined, alpha < 1e-9);
    assertEquals(part.values.toSorted((a, b) => b - a), part.values);
    const vector = Float64Array.from({ length: 60 }, random);
    const there = spectrum.power(vector, 0.5);
    assertAllClose(spectrum.power(there, -0.5), vector, 1e-8);
    assertAllClose(
      spectrum.power(there, 0.5),
      spectrum.power(vector, 1),
      1e-10,
    );
    // What was taken is a part of the matrix: what is left is positive.
    const whole = columns.map((c) => dot(c, vector));
    const base = part.values[part.values.length - 1] + alpha;
    const taken = dot(spectrum.power(vector, 1), vector) -
      base * dot(vector, vector);
    const all = dot(Float64Array.from(whole), vector);
    assert(taken <= all && taken > 0.99 * all - 60 * base, `${taken} ${all}`);
  }
});
