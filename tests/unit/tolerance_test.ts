/** Sums within a tolerance, against exact ones on some of their rows. */

import { grad } from "../../src/autodiff/grad.ts";
import { ArgumentError } from "../../src/errors.ts";
import { kernelForm } from "../../src/approximate/form.ts";
import { stateOfLazy } from "../../src/lazy/base.ts";
import { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

/** Numbers between 0 and 1 that look random, always the same. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state ^ state >>> 13) >>> 0) / 2 ** 32;
  };
}

type Shape = "uniform" | "clusters" | "sphere";

/** A cloud in the unit cube, of 8 clusters, or on a sphere (a circle). */
function cloud(n: number, dim: number, shape: Shape, seed: number): Tensor {
  const next = random(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const point = (): number[] => {
    if (shape === "uniform") return Array.from({ length: dim }, next);
    const v = Array.from({ length: dim }, normal);
    if (shape === "sphere") return v.map((c) => 0.5 + c / Math.hypot(...v) / 2);
    const corner = Math.floor(8 * next());
    return v.map((c, d) => (0.37 * (d + 1) * corner) % 1 + 0.03 * c);
  };
  return tensor(Float64Array.from(Array.from({ length: n }, point).flat()), [
    n,
    dim,
  ]);
}

function signals(n: number, width: number, seed: number): Tensor {
  const next = random(seed);
  return tensor(Float64Array.from({ length: n * width }, () => next() - 0.3), [
    n,
    width,
  ]);
}

type Kernel = (x: LazyTensor, y: LazyTensor) => LazyTensor;

const KERNELS: Record<string, Kernel> = {
  Gaussian: (x, y) => x.sqdist(y).mul(-12.5).exp(),
  Laplacian: (x, y) => x.sqdist(y).sqrt().mul(-4).exp(),
  Cauchy: (x, y) => x.sqdist(y).mul(25).add(1).inv(),
  "inverse multiquadric": (x, y) => x.sqdist(y).add(1e-3).rsqrt(),
  logarithmic: (x, y) => x.sqdist(y).add(1e-6).log(),
};

/** Rows to compare: some 300, spread evenly. */
function someRows(n: number): Int32Array {
  const step = Math.max(1, Math.floor(n / 300));
  return Int32Array.from({ length: Math.floor(n / step) }, (_, k) => k * step);
}

/** The largest difference over the largest entry. */
function relativeError(
  found: ArrayLike<number>,
  exact: ArrayLike<number>,
): number {
  let [worst, most] = [0, 0];
  for (let k = 0; k < exact.length; k++) {
    worst = Math.max(worst, Math.abs(found[k] - exact[k]));
    most = Math.max(most, Math.abs(exact[k]));
  }
  return worst / most;
}

/** How a tolerant sum is computed. */
function howOf(lazy: LazyTensor, axis: "i" | "j" = "j"): string {
  const text = lazy.explain("Sum", axis);
  return /tolerance +(.*)/.exec(text)?.[1] ?? "";
}

const PROBLEMS = [
  ["Gaussian", 2, 1e-6, "uniform"],
  ["Gaussian", 3, 1e-2, "clusters"],
  ["Laplacian", 2, 1e-3, "sphere"],
  ["Laplacian", 3, 1e-2, "uniform"],
  ["Cauchy", 2, 1e-4, "clusters"],
  ["Cauchy", 3, 1e-3, "sphere"],
  ["inverse multiquadric", 2, 1e-5, "sphere"],
  ["inverse multiquadric", 3, 1e-2, "clusters"],
  ["logarithmic", 2, 1e-3, "uniform"],
  ["logarithmic", 3, 1e-3, "sphere"],
] as const;

PROBLEMS.forEach(([name, dim, tolerance, shape], k) => {
  Deno.test(`far field: ${name}, D = ${dim}, ${shape}, ${tolerance}`, () => {
    const n = 15000;
    const x = cloud(n, dim, shape, k + 1);
    const y = cloud(n, dim, shape, k + 101);
    const b = signals(n, 1, k + 201);
    const kernel = KERNELS[name](Vi(x), Vj(y));
    const far = kernel.withTolerance(tolerance);
    assertStringIncludes(howOf(far.mul(Vj(b))), "far field");
    const found = far.matmul(b);
    assertEquals(found.shape, [n, 1]);
    assertEquals(found.dtype, "float64");
    const rows = someRows(n);
    const exact = kernel.rows(rows).matmul(b).dataSync();
    const error = relativeError(found.gather(tensor(rows)).dataSync(), exact);
    assert.ok(error > 0, "the far field was used");
    assert.ok(error <= tolerance, `error ${error}`);
  });
});

Deno.test("few points are summed up exactly, and the error is 0", () => {
  const [x, y] = [cloud(3000, 2, "uniform", 1), cloud(3000, 2, "uniform", 2)];
  const kernel = KERNELS.Gaussian(Vi(x), Vj(y));
  const far = kernel.withTolerance(1e-3);
  assertEquals(
    howOf(far),
    "0.001: evaluated exactly, as 3000 x 3000 pairs are few",
  );
  assertEquals(far.sum("j").dataSync(), kernel.sum("j").dataSync());
});

Deno.test("transposes, sums over i, several columns, float32", () => {
  const n = 15000;
  const [x, y] = [cloud(n, 2, "uniform", 5), cloud(n - 7, 2, "clusters", 6)]
    .map((t) => t.to("float32"));
  const b = signals(n, 2, 7).to("float32");
  const kernel = KERNELS.Cauchy(Vi(x), Vj(y));
  const exact = kernel.t().rows(someRows(n - 7)).matmul(b).dataSync();
  const rows = tensor(someRows(n - 7));
  const far = kernel.withTolerance(1e-3);
  const found = [
    far.t().matmul(b),
    far.mul(Vi(b)).sum("i"),
    kernel.mul(Vi(b)).sum("i", { tol: 1e-3 }),
  ];
  for (const result of found) {
    assertEquals(result.dtype, "float32");
    const error = relativeError(result.gather(rows).dataSync(), exact);
    assert.ok(0 < error && error <= 1e-3, `error ${error}`);
  }
});

Deno.test("a kernel that was used before is within the tolerance of others", () => {
  const n = 15000;
  const rows = someRows(n);
  const uniform = cloud(n, 2, "uniform", 21);
  // The search for a cloud begins where the one before has ended.
  const clouds = [
    [uniform, cloud(n, 2, "uniform", 22), 1],
    [cloud(n, 2, "clusters", 23), uniform, 1e6],
    [cloud(n, 2, "sphere", 24), cloud(n, 2, "sphere", 25), 1e-9],
    [uniform, uniform.add(1e-5), 1],
    [uniform, uniform, 1],
  ] as const;
  for (const [x, y, scale] of clouds) {
    const kernel = KERNELS.Laplacian(Vi(x), Vj(y));
    const b = signals(n, 1, 26).mul(scale);
    const far = kernel.withTolerance(1e-4);
    const found = far.matmul(b).gather(tensor(rows)).dataSync();
    const exact = kernel.rows(rows).matmul(b).dataSync();
    const error = relativeError(found, exact);
    assert(0 < error && error <= 1e-4, `error ${error}`);
  }
});

Deno.test("gradients are within the tolerance, and so are theirs", () => {
  const n = 15000;
  const tolerance = 1e-2;
  const inputs = [
    cloud(n, 2, "uniform", 11),
    cloud(n, 2, "uniform", 12),
    signals(n, 1, 13),
  ];
  const weight = signals(n, 1, 14);
  const direction = signals(n, 2, 15);
  const derivatives = (tol?: number): Tensor[] => {
    const [x, y, b] = inputs.map((t) => t.detach().requiresGrad());
    const kernel = KERNELS.Gaussian(Vi(x), Vj(y));
    const far = tol === undefined ? kernel : kernel.withTolerance(tol);
    const total = far.matmul(b).mul(weight).sum();
    const first = grad(total, [x, y, b], { createGraph: true });
    const [second] = grad(first[0].mul(direction).sum(), [b]);
    return [...first, second];
  };
  const found = derivatives(tolerance);
  derivatives().forEach((exact, k) => {
    const error = relativeError(found[k].dataSync(), exact.dataSync());
    assert.ok(0 < error && error <= tolerance, `error ${error} of ${k}`);
  });
});

Deno.test("a linear system is solved to the tolerance", () => {
  const n = 15000;
  const x = cloud(n, 2, "uniform", 21);
  const b = signals(n, 1, 22);
  const kernel = KERNELS.Gaussian(Vi(x), Vj(x));
  const solution = kernel.withTolerance(1e-2).solve(b, { alpha: 20 });
  const residual = kernel.matmul(solution).add(solution.mul(20)).sub(b);
  const norm = (t: Tensor) => Math.sqrt(t.square().sum().item());
  assert.ok(norm(residual) <= 1.2e-2 * norm(b));
});

Deno.test("what has no far field is evaluated exactly, and says why", () => {
  const x = tensor(Float64Array.from({ length: 15000 }, (_, k) => k / 15000), [
    15000,
    1,
  ]);
  const far = Vi(x).sub(Vj(x)).square().neg().exp().withTolerance(0.01);
  const [i, j] = [Vi(x).withTolerance(0.01), Vj(x)];
  const reasons: [string, string][] = [
    [
      howOf(i.exp().mul(j)),
      "the formula is a product of factors of i and of j",
    ],
    [
      /tolerance +(.*)/.exec(far.explain("Max"))?.[1] ?? "",
      `"Max" is neither a plain sum nor a log-sum-exp`,
    ],
    [
      howOf(far.withRanges({
        ranges_i: [0, 15000],
        slices_i: [1],
        redranges_j: [0, 15000],
        ranges_j: [0, 15000],
        slices_j: [1],
        redranges_i: [0, 15000],
      })),
      "it has ranges",
    ],
    [
      howOf(Vi(0, 2).sqdist(Vj(1, 2)).withTolerance(0.01)),
      "it has placeholders",
    ],
    [
      howOf(Vi(x).sub(Vj(x)).abs().log().withTolerance(0.01)),
      "sampled results are not finite",
    ],
    [howOf(far.mul(0)), "sampled results are 0"],
  ];
  for (const [text, part] of reasons) assertStringIncludes(text, part);
  const noise = Vi(x).mul(1e6).add(Vj(x).mul(1e5)).sin().withTolerance(0.01);
  assertStringIncludes(howOf(noise), "evaluated exactly");
  const far1000 = Vj(x).mul(1e4).sub(Vi(x).sub(Vj(x)).square())
    .withTolerance(0.01);
  const text = far1000.explain("LogSumExp");
  assertStringIncludes(text, "exponents of one axis are beyond 300");
});

Deno.test("not finite and zero results are those of the exact sum", () => {
  const n = 15000;
  const x = tensor(Float64Array.from({ length: n }, (_, k) => k), [n, 1]);
  const log = Vi(x).sub(Vj(x)).abs().log().withTolerance(0.1).sum("j");
  assert.ok(log.dataSync().every((value: number) => value === -Infinity));
  const zero = Vi(x).sub(Vj(x)).square().add(1).inv().mul(0);
  const sums = zero.withTolerance(0.1).sum("j");
  assert.ok(sums.dataSync().every((value: number) => value === 0));
});

Deno.test("log-sum-exps, soft minima, their weights and gradients", () => {
  const n = 15000;
  const tolerance = 1e-3;
  const rows = someRows(n);
  const inputs = [
    cloud(n, 2, "uniform", 31),
    cloud(n, 2, "clusters", 32),
    signals(n, 1, 33).mul(40),
  ];
  const weights = signals(n, 1, 34).abs().add(0.1);
  const results = (some?: Int32Array): Tensor[] => {
    const [x, y, g] = inputs.map((t) => t.detach().requiresGrad());
    const points = some === undefined ? x : x.gather(tensor(some));
    const exponent = Vj(g).sub(Vi(points).sqdist(Vj(y))).div(0.3);
    const f = some ? exponent : exponent.withTolerance(tolerance);
    if (!some) {
      for (const name of ["LogSumExp", "SoftMin"]) {
        assertStringIncludes(f.explain(name), "far field in 2 dimensions");
      }
    }
    const found = f.logsumexp("j");
    const [slope] = grad(found.sum(), [x]);
    return [
      found,
      f.logsumexp("j", { weight: Vj(weights) }),
      f.softmin("j"),
      some ? slope.gather(tensor(some)) : slope,
    ].map((t) => t.detach());
  };
  const found = results();
  results(rows).forEach((exact, k) => {
    assertEquals(found[k].shape, [n, exact.shape[1]]);
    const own = found[k].gather(tensor(rows)).dataSync();
    const error = relativeError(own, exact.dataSync());
    assert.ok(0 < error && error <= tolerance, `error ${error} of ${k}`);
  });
});

Deno.test("each entry of a batch is within the tolerance", () => {
  const n = 15000;
  const tolerance = 1e-2;
  const rows = someRows(n);
  const clouds = [1, 2].map((seed) => cloud(n, 2, "uniform", 40 + seed));
  const y = cloud(n, 2, "sphere", 43);
  const both = clouds.flatMap((x) => [...x.dataSync()]);
  const x = tensor(Float64Array.from(both), [2, n, 1, 2]);
  const b = signals(2 * n, 1, 44);
  const far = KERNELS.Gaussian(
    new LazyTensor(x),
    new LazyTensor(y.reshape([1, 1, n, 2])),
  ).withTolerance(tolerance);
  assertStringIncludes(howOf(far), "this is the first of a batch of 2");
  const found = far.matmul(b.reshape([2, n, 1]));
  assertEquals(found.shape, [2, n, 1]);
  clouds.forEach((own, k) => {
    const alone = KERNELS.Gaussian(Vi(own.gather(tensor(rows))), Vj(y))
      .matmul(b.slice(k * n, (k + 1) * n));
    const places = tensor(rows.map((row) => k * n + row));
    const entry = found.reshape([2 * n, 1]).gather(places);
    const error = relativeError(entry.dataSync(), alone.dataSync());
    assert.ok(0 < error && error <= tolerance, `error ${error} of ${k}`);
  });
});

Deno.test("positions are told from signals", () => {
  const [x, y] = [Vi(0, 3), Vj(1, 3)];
  const form = (lazy: LazyTensor) => {
    const found = kernelForm(stateOfLazy(lazy).formula);
    if (typeof found === "string") return found;
    const { rows, columns, factor } = found;
    return [rows, columns].map(({ dim, signals }) =>
      `${dim} ${signals.map((s) => s.dim)}`
    ).join("; ") + (factor ? `; ${factor.dim}` : "");
  };
  const kernel = x.sqdist(y).neg().exp();
  assertEquals(form(kernel), "3 ; 3 1");
  assertEquals(form(kernel.mul(Vj(2, 5))), "3 ; 3 5");
  assertEquals(form(kernel.mul(Vi(2, 5))), "3 ; 3 1; 5");
  assertEquals(form(kernel.mul(Vi(2, 5).dot(Vj(3, 5)))), "3 5; 3 5");
  // Weights of a point are one signal, wherever they are.
  const [u, v] = [Vj(2, 1), Vj(3, 1)];
  assertEquals(form(kernel.mul(u).mul(v)), "3 ; 3 1");
  assertEquals(form(x.sub(y).mul(u).mul(kernel.mul(v))), "3 ; 3 1");
  // What does not depend on the signals has a signal of its own.
  assertEquals(form(kernel.mul(u.add(1))), "3 ; 3 1");
  assertEquals(form(kernel.mul(Vj(2, 2).sum().add(x.sum()))), "3 ; 3 2,1");
  // Terms of exponents are signals where that leaves fewer positions.
  const potential = x.sqdist(y).neg().add(Vj(2, 1)).sub(Vi(3, 1));
  assertEquals(form(potential.mul(2).exp()), "3 ; 3 1; 1");
  assertEquals(form(x.dot(y).sub(x.sqnorm2()).exp()), "3 ; 3 1");
  // Orientations enter linearly, positions of six components do not.
  const turned = kernel.mul(Vi(4, 3).dot(Vj(5, 3)));
  assertEquals(form(turned), "3 3; 3 3");
  assertEquals(
    form(kernel.mul(Vi(4, 3).dot(Vj(5, 3)).square())),
    "positions i have 6 components, more than 4",
  );
});

Deno.test("tolerances are between 0 and 1", () => {
  const lazy = Vi([1, 2]).mul(Vj([1, 2]));
  for (const bad of [0, 1, -1e-3, NaN, Infinity]) {
    const message =
      `Cannot use the tolerance ${bad}: a number between 0 and 1 is wanted`;
    assertThrows(() => lazy.withTolerance(bad), ArgumentError, message);
    assertThrows(() => lazy.sum("j", { tol: bad }), ArgumentError, message);
  }
  assertEquals(lazy.sum("j", { tol: null }).arraySync(), [[3], [6]]);
});
