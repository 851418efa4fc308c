/**
 * Gaussian processes against dense formulas.
 *
 * @module
 */

import {
  ArgumentError,
  type CovarianceKernel,
  gaussianKernel,
  gaussianProcess,
  grad,
  maternKernel,
  type Prediction,
  rand,
  randn,
  rationalQuadraticKernel,
  ShapeError,
  type Tensor,
  tensor,
} from "../../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { eliminated, type Rows, rowsOf, shifted } from "../dense_algebra.ts";
import { cholesky } from "../../src/solve/small.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const float64 = { dtype: "float64" } as const;
const random = generator(74);
const scales = [0.5, 0.8];

/** Each kernel as its definition reads, of r^2 in units of the scales. */
const KERNELS: readonly [CovarianceKernel, (square: number) => number][] = [
  [
    gaussianKernel({ lengthScale: scales, variance: 1.5 }),
    (s) => Math.exp(-s / 2),
  ],
  [
    maternKernel({ smoothness: 0.5, lengthScale: scales, variance: 1.5 }),
    (s) => Math.exp(-Math.sqrt(s)),
  ],
  [
    maternKernel({ lengthScale: scales, variance: 1.5 }),
    (s) => (1 + Math.sqrt(3 * s)) * Math.exp(-Math.sqrt(3 * s)),
  ],
  [
    maternKernel({ smoothness: 2.5, lengthScale: scales, variance: 1.5 }),
    (s) => (1 + Math.sqrt(5 * s) + 5 * s / 3) * Math.exp(-Math.sqrt(5 * s)),
  ],
  [
    rationalQuadraticKernel({
      lengthScale: scales,
      variance: 1.5,
      mixture: 0.7,
    }),
    (s) => (1 + s / 1.4) ** -0.7,
  ],
];

/** Covariances of all pairs. */
function covariances(x: Rows, y: Rows, shape: (s: number) => number): Rows {
  return x.map((p) =>
    y.map((q) =>
      1.5 * shape(p.reduce((s, v, d) => s + ((v - q[d]) / scales[d]) ** 2, 0))
    )
  );
}

/** Variances are not below exact ones, and above by what they say at most. */
function checkBounds(
  { variance, varianceError }: Prediction,
  exact: ArrayLike<number>,
  tol: number,
): void {
  assert(varianceError !== undefined);
  const rounding = variance.dtype === "float64" ? 1e-9 : 1e-6;
  const errors = varianceError.dataSync();
  variance.dataSync().forEach((v, k) => {
    const slack = rounding * exact[k];
    assert(exact[k] <= v + slack && v - errors[k] <= exact[k] + slack, `${k}`);
    assert(errors[k] <= tol * v && v <= (1 + tol) * exact[k] + slack, `${k}`);
  });
}

const x = randomTensor(random, [40, 2]);
const y = randomTensor(random, [40]);
const other = randomTensor(random, [7, 2], [-1.5, 1.5]);
const noise = 0.2;
const columns = (t: Tensor) => rowsOf(t.reshape([t.size, 1]));

for (const [kernel, shape] of KERNELS) {
  Deno.test(`likelihood and predictions with ${kernel.name}`, () => {
    const process = gaussianProcess({ kernel, noise }).condition(x, y);
    const K = covariances(rowsOf(x), rowsOf(x), shape);
    const A = shifted(K, noise);
    const weights = eliminated(A, columns(y));
    const quadratic = weights.reduce(
      (s, [w], k) => s + w * y.dataSync()[k],
      0,
    );
    const factor = cholesky(A.map((row) => Float64Array.from(row)));
    const { lower = [] } = { lower: undefined, ...factor };
    const determinant = (lower as Float64Array[]).reduce(
      (s, row, k) => s + 2 * Math.log(row[k]),
      0,
    );
    const expected = -(quadratic + determinant + 40 * Math.log(2 * Math.PI)) /
      2;
    const exact = process.logMarginalLikelihood();
    assertAllClose([exact.value.item()], [expected], 1e-10);
    assertEquals(exact.error, 0);
    let within = 0;
    for (let seed = 0; seed < 5; seed++) {
      const estimate = process.logMarginalLikelihood({
        exactBelow: 1,
        seed,
        eps: 1e-6,
      });
      const off = Math.abs(estimate.value.item() - expected);
      if (off <= estimate.error) within++;
    }
    assert(within >= 4, `${within} of 5`);

    const cross = covariances(rowsOf(other), rowsOf(x), shape);
    const { mean, variance } = process.predict(other, { block: 3, eps: 1e-8 });
    const dot = (a: number[], b: number[]) =>
      a.reduce((s, v, k) => s + v * b[k], 0);
    const means = cross.map((row) => dot(row, weights.map(([w]) => w)));
    assertAllClose(mean.dataSync(), means, 1e-5);
    const variances = cross.map((row) =>
      1.5 - dot(row, eliminated(A, row.map((v) => [v])).flat())
    );
    assertAllClose(variance.dataSync(), variances, 1e-8);
    // Within a tolerance, with a part of low rank and with too low a rank.
    for (const rank of [40, 2]) {
      const near = process.predict(other, { tol: 0.01, rank });
      checkBounds(near, variances, 0.01);
    }
  });

  Deno.test(`derivatives of the likelihood with ${kernel.name}`, () => {
    const few = x.slice([0], [12]);
    const values = y.slice([0], [12]);
    const names = Object.keys(kernel.parameters);
    const start = names.map((name) =>
      tensor(kernel.parameters[name] as number[], undefined, float64)
    );
    const f = (noise: Tensor, ...given: Tensor[]) =>
      gaussianProcess({
        kernel: {
          ...kernel,
          parameters: Object.fromEntries(names.map((n, k) => [n, given[k]])),
        },
        noise,
      }).condition(few, values).logMarginalLikelihood().value;
    const all = [tensor(0.3, [], float64), ...start];
    checkDerivatives(f, all, random, kernel.name, 1e-5);
  });
}

Deno.test("estimated derivatives of a likelihood are near the exact ones", () => {
  const points = rand([300, 3], { seed: 1, ...float64 });
  const noisy = randn([300], { seed: 2, ...float64 }).mul(0.2);
  const values = points.select(0, 1).mul(6).sin().add(noisy);
  // The largest error that any of five estimates may have, and their mean: with
  // random vectors alone they would be 0.4 and 0.1.
  for (
    const [make, each, most] of [
      [gaussianKernel, 0.02, 0.01],
      [rationalQuadraticKernel, 0.12, 0.05],
    ] as const
  ) {
    const derivatives = (exactBelow: number, seed: number) => {
      const given = [[0.3, 0.5, 0.8], 1.5, 0.05].map((v) =>
        tensor(v, undefined, float64).requiresGrad()
      );
      const [lengthScale, variance, noise] = given;
      const kernel = make({ lengthScale, variance });
      const { value } = gaussianProcess({ kernel, noise, seed })
        .condition(points, values).logMarginalLikelihood({ exactBelow });
      return grad(value, given).flatMap((g) => Array.from(g.dataSync()));
    };
    const exact = derivatives(1000, 0);
    const all = [1, 2, 3, 4, 5].map((seed) => derivatives(1, seed));
    exact.forEach((g, k) => {
      const off = all.map((found) => found[k] / g - 1);
      const mean = off.reduce((s, v) => s + v / off.length, 0);
      assert(off.every((v) => Math.abs(v) < each), `${k}: ${off}`);
      assert(Math.abs(mean) < most, `${k}: ${off}`);
    });
  }
});

Deno.test("a fit finds the parameters of the process", () => {
  // Random waves: a Gaussian process of length 0.3, 0.6 and variance 2.
  const [n, waves] = [400, 300];
  const points = rand([n, 2], { seed: 3, ...float64 }).mul(2);
  const frequencies = randn([2, waves], { seed: 4, ...float64 })
    .div(tensor([[0.3], [0.6]], undefined, float64));
  const phases = rand([waves], { seed: 5, ...float64 }).mul(2 * Math.PI);
  const truth = points.matmul(frequencies).add(phases).cos().sum(1)
    .mul(Math.sqrt(2 * 2 / waves));
  const values = truth.add(randn([n], { seed: 6, ...float64 }).mul(0.2));
  const told: number[] = [];
  const process = gaussianProcess({
    kernel: gaussianKernel({ lengthScale: [1, 1] }),
    noise: 0.5,
  });
  const fitted = process.fit(
    points.slice([0], [200]),
    values.slice([0], [200]),
    {
      onStep: ({ step }) => {
        told.push(step);
      },
    },
  );
  const { lengthScale, variance, noise } = fitted.parameters;
  const [a, b] = lengthScale as number[];
  assert(Math.abs(a / 0.3 - 1) < 0.25 && Math.abs(b / 0.6 - 1) < 0.25);
  assert(Number(variance) > 0.8 && Number(variance) < 5, `${variance}`);
  assert(Math.abs(Number(noise) / 0.04 - 1) < 0.4, `${noise}`);
  assertEquals(told, told.map((_, k) => k));
  assertEquals(fitted.history.length, told.length);
  const last = fitted.history[fitted.history.length - 1];
  assert(last > fitted.history[0]);
  const likelihood = fitted.logMarginalLikelihood().value.item();
  assertAllClose([likelihood], [last * 200], 1e-9);
  const rest = points.slice([200]);
  const { mean, variance: bars } = fitted.predict(rest);
  const off = mean.sub(truth.slice([200]));
  const rmse = Math.sqrt(off.square().mean().item());
  assert(rmse < 0.3, `${rmse}`);
  // 95 % of the truth is within two deviations.
  const inside = off.abs().lt(bars.sqrt().mul(2)).mean().item();
  assert(inside > 0.85, `${inside}`);

  // Many points: a subset first, then all of them.
  const many = gaussianProcess({
    kernel: gaussianKernel({ lengthScale: [1, 1] }),
    noise: 0.5,
    exactBelow: 300,
  });
  const found = many.fit(points, values, {
    subset: 150,
    refinements: 2,
    fixed: ["variance"],
    steps: 20,
  }).parameters;
  assertEquals(found.variance, 1);
  const [c, d] = found.lengthScale as number[];
  assert(Math.abs(c / 0.3 - 1) < 0.35 && Math.abs(d / 0.6 - 1) < 0.35);
});

Deno.test("variances within a tolerance keep what they are made of", () => {
  const n = 500;
  const points = rand([n + 60, 2], { seed: 21, ...float64 }).mul(3);
  const [known, seen, unseen] = [[0, n], [n, n + 30], [n + 30, n + 60]]
    .map(([from, to]) => points.slice([from], [to]));
  const values = known.select(0, 1);
  const plain = gaussianKernel({ lengthScale: 0.5 });
  let large = 0;
  const kernel: CovarianceKernel = {
    ...plain,
    covariance: (a, b, p) => {
      if (a.shape[0] === n && b.shape[0] === n) large++;
      return plain.covariance(a, b, p);
    },
  };
  for (const dtype of ["float64", "float32"] as const) {
    const process = gaussianProcess({ kernel, noise: 0.02 })
      .condition(known.to(dtype), values.to(dtype));
    const exact = process.to("float64").predict(
      unseen.to(dtype).to("float64"),
      {
        eps: 1e-8,
      },
    ).variance.dataSync();
    const tol = 1e-3;
    process.predict(seen.to(dtype), { tol });
    large = 0;
    const found = process.predict(unseen.to(dtype), { tol });
    // Nothing is solved, nor made again.
    assertEquals(large, 0);
    assertEquals(found.variance.dtype, dtype);
    checkBounds(found, exact, tol);
    assert(found.varianceError && found.varianceError.max().item() > 0);
    // For a smaller tolerance it is made anew.
    checkBounds(process.predict(unseen.to(dtype), { tol: 1e-4 }), exact, 1e-4);
  }
  // Derivatives are recorded: exactly, and without bounds.
  const at = unseen.slice([0], [1]).requiresGrad();
  const process = gaussianProcess({ kernel }).condition(known, values);
  const { variance, varianceError } = process.predict(at, { tol: 0.1 });
  assertEquals([varianceError, grad(variance, [at])[0].size], [undefined, 2]);
});

Deno.test("processes in float32, of vectors, about a mean", () => {
  const t = Float32Array.from({ length: 30 }, (_, k) => k / 5);
  const kernel = gaussianKernel();
  const process = gaussianProcess({ kernel, noise: 0.01, mean: "sample" });
  const values = t.map((v) => 5 + Math.sin(v));
  const { mean, variance } = process.condition(t, values).predict([2.5, 90]);
  assertEquals([mean.dtype, `${mean.shape}`], ["float32", "2"]);
  const centre = values.reduce((s, v) => s + v, 0) / 30;
  assertAllClose(mean.dataSync(), [5 + Math.sin(2.5), centre], 0.02);
  assertAllClose([variance.dataSync()[1]], [1], 1e-3);
  const about = gaussianProcess({ kernel, noise: 0.01, mean: 7 });
  assertAllClose(about.condition(t, values).meanAt([90]).dataSync(), [7], 1e-3);
});

Deno.test("processes with products within a tolerance", () => {
  const n = 15000;
  const points = rand([n, 1], { seed: 1 });
  const noisy = randn([n], { seed: 2 }).mul(0.3);
  const values = points.reshape([n]).mul(6).sin().add(noisy);
  const kernel = gaussianKernel({ lengthScale: 0.2 });
  const [exact, near] = [undefined, { tol: 1e-3 }].map((products) =>
    gaussianProcess({ kernel, noise: 0.09, rank: 15, products })
      .condition(points, values).predict([[0.5]])
  );
  const off = near.mean.sub(exact.mean).abs().max().item();
  assert(0 < off && off <= 2e-3, `means ${off}`);
  const ratio = near.variance.div(exact.variance).sub(1).abs().max().item();
  assert(ratio <= 0.05, `variances ${ratio}`);
});

Deno.test("processes that cannot be had are refused", () => {
  const kernel = gaussianKernel();
  assertThrows(
    () => gaussianProcess({ kernel: undefined as unknown as typeof kernel }),
    ArgumentError,
    "without a kernel",
  );
  assertThrows(
    () => gaussianProcess({ kernel, noise: 0 }),
    ArgumentError,
    "noise = 0",
  );
  const wrong = gaussianKernel({ lengthScale: [1, -1] });
  assertThrows(
    () => gaussianProcess({ kernel: wrong }).condition(x, y),
    ArgumentError,
    "lengthScale = [1,-1]",
  );
  assertThrows(
    () => maternKernel({ smoothness: 3 as 2.5 }),
    ArgumentError,
    "smoothness 3",
  );
  const process = gaussianProcess({ kernel });
  assertThrows(
    () => process.condition(x, other),
    ShapeError,
    "[N, D] and [N]",
  );
  assertThrows(
    () => process.condition(x, y.to("float32")),
    ShapeError,
    "of one dtype",
  );
  const done = process.condition(x, y);
  assertThrows(() => done.predict([[1, 2, 3]]), ShapeError, "[M, 2]");
  assertThrows(
    () => done.predict(other, { tol: 2 }),
    ArgumentError,
    "the tolerance 2",
  );
  assertThrows(
    () => done.predict(other, { tol: 0.1, rank: 0 }),
    ArgumentError,
    "rank = 0",
  );
  assertThrows(
    () => done.predict(other, { block: 0 }),
    ArgumentError,
    "block = 0",
  );
  assertThrows(
    () => process.fit(x, y, { steps: -1 }),
    ArgumentError,
    "steps = -1",
  );
  assertThrows(
    () => process.fit(x, y, { fixed: ["scale"] }),
    ArgumentError,
    '"lengthScale", "variance", "noise"',
  );
  assertThrows(
    () => process.fit(x, y, { fixed: ["lengthScale", "variance", "noise"] }),
    ArgumentError,
    "use condition()",
  );
  const named = { ...kernel, parameters: { noise: 1 } };
  assertThrows(
    () => gaussianProcess({ kernel: named }),
    ArgumentError,
    'a parameter "noise"',
  );
});
