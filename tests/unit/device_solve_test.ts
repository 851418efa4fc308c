/**
 * Solvers and spectra on tensors: on those of a GPU where tests run on one, on
 * those of the host elsewhere.
 *
 * @module
 */

import {
  ArgumentError,
  ConvergenceError,
  eigsh,
  LazyTensor,
  rand,
  randn,
  type SolveOptions,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { stateOfLazy } from "../../src/lazy/base.ts";
import { kernelMap } from "../../src/operator/kernel_map.ts";
import { shiftedMap } from "../../src/operator/combined_maps.ts";
import { onDevice } from "../../src/solve/on_device.ts";
import { quadraticAndLogdet } from "../../src/spectral/logdet.ts";
import { pairsOnDevice } from "../../src/spectral/eigenpairs.ts";
import { estimatedOnDevice } from "../../src/spectral/logdet_on_device.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { ON_CUDA } from "../backends.ts";

const float64 = { dtype: "float64", device: "cpu" } as const;
const ALL = ["none", "jacobi", "cholesky", "nystrom", "auto"] as const;

const there = (t: Tensor) => ON_CUDA ? t.to("cuda") : t;

function gaussian(x: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
}

/** The solution on a GPU, or by the same steps with tensors of the host. */
function solved(
  kernel: (x: Tensor) => LazyTensor,
  x: Tensor,
  b: Tensor,
  { alpha = 0, ...options }: SolveOptions & { readonly alpha?: number },
): Tensor {
  if (ON_CUDA) {
    const found = kernel(there(x)).solve(there(b), { alpha, ...options });
    assertEquals(found.device, "cuda");
    return found;
  }
  const map = shiftedMap(kernelMap(stateOfLazy(kernel(x)), {}), alpha);
  const { eps = b.dtype === "float64" ? 1e-10 : 1e-6, method } = options;
  return onDevice(map, b, options, eps, method === "auto" ? "cg" : method);
}

const points = rand([150, 2], { seed: 1, ...float64 });
const right = randn([150, 3], { seed: 2, ...float64 });
const smooth = (x: Tensor) => gaussian(x, 0.3);

Deno.test("solutions on a device are those of the host", () => {
  const alpha = 1e-2;
  const expected = smooth(points).solve(right, { alpha, eps: 1e-12 });
  const counts = ALL.map((preconditioner) => {
    let steps = 0;
    const found = solved(smooth, points, right, {
      alpha,
      preconditioner,
      rank: 40,
      onProgress: ({ step }) => {
        assertEquals(step, steps + 1);
        steps = step;
      },
    });
    assertAllClose(
      found.dataSync(),
      expected.dataSync(),
      1e-6,
      preconditioner,
    );
    return steps;
  });
  // Those of low rank take at least three times fewer steps.
  const [none, , cholesky, nystrom] = counts;
  assert(3 * cholesky < none && 3 * nystrom < none, `${counts}`);
});

Deno.test("batches on a device, each with a preconditioner of its own", () => {
  const clouds = rand([2, 40, 1, 2], { seed: 3, ...float64 });
  const b = randn([2, 40, 2], { seed: 4, ...float64 });
  const kernel = (x: Tensor) =>
    new LazyTensor(x).sub(new LazyTensor(x.transpose([0, 2, 1, 3]))).sqnorm2()
      .mul(-8).exp();
  const expected = kernel(clouds).solve(b, { alpha: 0.1, eps: 1e-12 });
  for (const preconditioner of ["jacobi", "nystrom", "none"] as const) {
    const found = solved(kernel, clouds, b, {
      alpha: 0.1,
      preconditioner,
      rank: 15,
    });
    assertAllClose(found.dataSync(), expected.dataSync(), 1e-7, preconditioner);
  }
});

Deno.test("MINRES on a device finds what the host finds", () => {
  // Signs of both kinds, and batches.
  const clouds = rand([2, 40, 1, 2], { seed: 3, ...float64 });
  const b = randn([2, 40, 2], { seed: 4, ...float64 });
  const kernel = (x: Tensor) =>
    new LazyTensor(x).sub(new LazyTensor(x.transpose([0, 2, 1, 3]))).sqnorm2()
      .mul(-8).exp();
  for (const preconditioner of ["none", "jacobi"] as const) {
    const alpha = preconditioner === "none" ? -0.45 : 0.5;
    const counts = [0, 0];
    const options = (place: number) => ({
      method: "minres" as const,
      preconditioner,
      alpha,
      onProgress: () => void counts[place]++,
    });
    const expected = kernel(clouds).solve(b, options(0));
    const found = solved(kernel, clouds, b, options(1));
    assertAllClose(found.dataSync(), expected.dataSync(), 1e-6, preconditioner);
    // The host keeps right angles, and takes fewer.
    assert(counts[1] <= 2 * counts[0], `${counts}`);
  }
  const single = solved(smooth, points.to("float32"), right.to("float32"), {
    method: "minres",
    alpha: 0.1,
  });
  const plain = smooth(points).solve(right, { alpha: 0.1 });
  assertAllClose(single.dataSync(), plain.dataSync(), 1e-4);
  const ones = (x: Tensor) =>
    Vi(x).mul(0).add(1).sum().mul(Vj(x).mul(0).add(1).sum());
  assertThrows(
    () => solved(ones, points, right, { method: "minres" }),
    ConvergenceError,
    "the matrix is singular",
  );
});

Deno.test("LSMR on a device finds what the host finds", () => {
  const few = rand([40, 2], { seed: 5, ...float64 });
  const kernel = (x: Tensor, y: Tensor) => Vi(x).sqdist(Vj(y)).mul(-150).exp();
  const b = right.mul(tensor([1, 0, 1e-3], [1, 3], float64));
  const counts = [0, 0];
  const options = (place: number) => ({
    method: "lsmr" as const,
    eps: 1e-8,
    onProgress: () => void counts[place]++,
  });
  const expected = kernel(points, few).solve(b, options(0));
  const map = kernelMap(
    stateOfLazy(kernel(there(points), there(few))),
    {},
  );
  const found = onDevice(map, there(b), options(1), 1e-8, "lsmr");
  assertEquals(found.shape, [40, 3]);
  assertEquals(found.device, ON_CUDA ? "cuda" : "cpu");
  const images = [found.to("cpu"), expected].map((x) =>
    kernel(points, few).matmul(x)
  );
  assertAllClose(images[0].dataSync(), images[1].dataSync(), 1e-5);
  assert(counts[1] <= 2 * counts[0], `${counts}`);
  assert(found.select(1, 1).dataSync().every((v) => v === 0));
});

Deno.test("columns of zeros, of tiny and of huge numbers, on a device", () => {
  const x = points.to("float32");
  const b = right.to("float32")
    .mul(tensor([0, 1e-25, 1e25], [1, 3], { device: "cpu" }));
  const found = solved(smooth, x, b, { alpha: 0.1 });
  const plain = smooth(points).solve(right, { alpha: 0.1 });
  const back = found.to("cpu").to("float64")
    .mul(tensor([1, 1e25, 1e-25], [1, 3], float64));
  const expected = plain.mul(tensor([0, 1, 1], [1, 3], float64));
  assertAllClose(back.dataSync(), expected.dataSync(), 1e-4);
});

Deno.test("what a device does not solve ends with its history", () => {
  const failed = (
    kernel: (x: Tensor) => LazyTensor,
    options: SolveOptions & { readonly alpha?: number },
    b = right,
  ) => {
    try {
      solved(kernel, points, b, options);
    } catch (error) {
      if (error instanceof ConvergenceError) return error;
      throw error;
    }
    throw new Error("It ended well");
  };
  const none = { preconditioner: "none" } as const;
  const capped = failed(smooth, { alpha: 1e-6, maxIterations: 13, ...none });
  assertEquals(capped.residuals.length, 13);
  assert(capped.message.includes("in 13 steps"), capped.message);
  const negative = failed((x) => smooth(x).neg(), { alpha: 0.1, ...none });
  assert(negative.message.includes("not positive definite"), negative.message);
  const wide = failed(smooth, { alpha: 0.1, eps: 1e-18 });
  assert(wide.message.includes("rounding keeps it there"), wide.message);
  const holes = right.mul(tensor([NaN, 1, 1], [1, 3], float64));
  const broken = failed(smooth, { alpha: 0.1 }, holes);
  assert(broken.message.includes("not finite"), broken.message);
  const stop = new AbortController();
  assertThrows(
    () =>
      solved(smooth, points, right, {
        ...none,
        alpha: 1e-4,
        signal: stop.signal,
        onProgress: ({ step }) => {
          if (step === 5) stop.abort(new Error("enough"));
        },
      }),
    Error,
    "enough",
  );
  assertThrows(
    () =>
      solved((x) => smooth(x).neg(), points, right, {
        preconditioner: "jacobi",
      }),
    ArgumentError,
    "positive numbers are wanted",
  );
});

Deno.test("log-determinants on a device are those of the host", () => {
  for (const preconditioner of ["none", "cholesky"] as const) {
    const options = { eps: 1e-8, probes: 5, rank: 30, preconditioner };
    const map = (x: Tensor) =>
      shiftedMap(kernelMap(stateOfLazy(smooth(x)), {}), 0.05);
    const host = quadraticAndLogdet(map(points), right, {
      ...options,
      exactBelow: 1,
    });
    const found = estimatedOnDevice(map(there(points)), there(right), options);
    assertAllClose(
      [found.quadratic, found.logdet, found.error],
      [host.quadratic.item(), host.logdet.item(), host.error],
      1e-6,
    );
    const expected = smooth(points).solve(right, { alpha: 0.05 });
    assertAllClose(found.solution.dataSync(), expected.dataSync(), 1e-6);
    // A u = w.
    const u = smooth(points).solve(found.w.to("cpu"), { alpha: 0.05 });
    assertAllClose(found.u.dataSync(), u.dataSync(), 1e-6);
  }
});

Deno.test("processes on a device end early, and where they must", () => {
  // Two eigenvalues: two steps, and nothing is left; one column is 0.
  const b = right.mul(tensor([1, 0, 1], [1, 3], float64));
  const twice = (x: Tensor) =>
    shiftedMap(
      kernelMap(
        stateOfLazy(Vi(x).mul(0).add(1).sum().mul(Vj(x).mul(0).add(1).sum())),
        {},
      ),
      1,
    );
  const options = { eps: 1e-12, probes: 3, preconditioner: "none" } as const;
  const found = estimatedOnDevice(twice(there(points)), there(b), options);
  // 2 * 2 * 150 + 1, and 149 times 1.
  assert(Math.abs(found.logdet - Math.log(601)) < 0.5 + found.error);
  const zeros = found.solution.select(1, 1).dataSync();
  assert(zeros.every((x) => x === 0));
  const single = points.to("float32");
  const narrow = estimatedOnDevice(
    twice(there(single)),
    there(b.to("float32")),
    { ...options, eps: 1e-3 },
  );
  assertAllClose([narrow.logdet], [found.logdet], 1e-3);
  const negative = (x: Tensor) => kernelMap(stateOfLazy(smooth(x).neg()), {});
  assertThrows(
    () => estimatedOnDevice(negative(there(points)), there(b), options),
    ConvergenceError,
    "not positive definite",
  );
  assertThrows(
    () =>
      estimatedOnDevice(
        twice(there(points)),
        there(b.mul(NaN)),
        options,
      ),
    ConvergenceError,
    "not finite",
  );
});

const mapOfPoints = (x: Tensor, kernel = smooth) =>
  kernelMap(stateOfLazy(kernel(there(x))), {});

Deno.test("eigenpairs on a device are those of the host", () => {
  const mixed = (x: Tensor) => Vi(x).sqdist(Vj(x)).sub(gaussian(x, 0.3));
  for (
    const [kernel, which] of [
      [smooth, "largest"],
      [mixed, "both-ends"],
    ] as const
  ) {
    const options = { k: 2, which, tolerance: 1e-9, basis: 8 };
    const counts = [0, 0];
    const counting = (place: number) => ({
      ...options,
      onProgress: () => void counts[place]++,
    });
    const expected = eigsh(kernel(points), counting(0));
    const map = mapOfPoints(points, kernel);
    const found = pairsOnDevice(map, counting(1));
    assertEquals(found.vectors.device, ON_CUDA ? "cuda" : "cpu");
    assertEquals(found.vectors.shape, [150, 2]);
    assertAllClose(found.values.dataSync(), expected.values.dataSync(), 1e-8);
    const [own, others] = [found, expected].map((p) => p.vectors.to("cpu"));
    // Up to signs, where two entries are the largest.
    const products = own.transpose().matmul(others).abs().dataSync();
    products.forEach((x, k) =>
      assert(
        Math.abs(x - (k % 3 === 0 ? 1 : 0)) < 1e-5,
        `${which}: ${products}`,
      )
    );
    assert(counts[1] <= 2 * counts[0] + 2, `${which}: ${counts}`);
  }
});

Deno.test("eigenpairs on a device: float32, repeated values, few columns", () => {
  const expected = eigsh(smooth(points), { k: 2 }).values;
  const single = pairsOnDevice(mapOfPoints(points.to("float32")), { k: 2 });
  assertEquals([single.values.dtype, single.vectors.dtype], [
    "float32",
    "float32",
  ]);
  assertAllClose(single.values.dataSync(), expected.dataSync(), 1e-4);
  const v = single.vectors;
  const gram = v.transpose().matmul(v).dataSync();
  gram.forEach((x, k) =>
    assert(Math.abs(x - (k % 3 === 0 ? 1 : 0)) < 1e-5, `${gram}`)
  );
  // One eigenvalue of 1, and 149 of 0: what is left of a block is rounding.
  const flat = (x: Tensor) =>
    Vi(x).mul(0).add(1 / 150).sum().mul(Vj(x).mul(0).add(1).sum());
  const few = pairsOnDevice(mapOfPoints(points, flat), { k: 2 });
  assertAllClose([...few.values.dataSync()].slice(0, 1), [2 * 2], 1e-8);
  assert([...few.values.dataSync()].slice(1).every((x) => Math.abs(x) < 1e-8));
});

Deno.test("eigenpairs that a device does not find", () => {
  const slow = { k: 2, which: "smallest", maxIterations: 3 } as const;
  assertThrows(
    () => pairsOnDevice(mapOfPoints(points), slow),
    ConvergenceError,
    "in 3 products",
  );
  const holes = points.mul(points.gt(0.5).where(NaN, 1));
  assertThrows(
    () => pairsOnDevice(mapOfPoints(holes), { k: 2 }),
    ConvergenceError,
    "not finite",
  );
  const skew = (x: Tensor) => Vi(x).sum().sub(Vj(x).mul(0.5).sum());
  assertThrows(
    () => pairsOnDevice(mapOfPoints(points, skew), { k: 2 }),
    ArgumentError,
    "not symmetric",
  );
});
