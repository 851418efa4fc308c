/**
 * Calls like one before, on the emulator or on a device: their launches are
 * asked for again with other addresses, and with nothing else.
 *
 * @module
 */

import {
  full,
  genred,
  LazyTensor,
  randn,
  type Tensor,
  tensor,
  Vi,
  Vj,
  zeros,
} from "../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertRejects,
} from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { calls, having, ON_EMULATOR } from "./emulator_hooks.ts";

if (!ON_CUDA) {
  console.log(
    "SKIPPED: tests of warm calls of a GPU: `deno task test:emulator` runs them",
  );
}

const test = (
  name: string,
  fn: () => void | Promise<void>,
  ignore = !ON_CUDA,
) => Deno.test({ name, ignore, fn });

const cloud = (shape: number[], seed: number): Tensor =>
  randn(shape, { seed, dtype: "float64" }).to("cpu");

const there = (t: Tensor) => t.to("cuda");

const CALLS = [
  "cuLaunchKernel",
  "cuMemAlloc_v2",
  "cuMemcpyHtoDAsync_v2",
  "cuModuleLoadData",
  "cuStreamSynchronize",
];

const counts = () => CALLS.map(calls);

test("the second call asks for the launches of the first, no more", () => {
  const sum = genred("Exp(-SqDist(x, y)) * b", [
    "x = Vi(2)",
    "y = Vj(2)",
    "b = Vj(1)",
  ], { axis: "j" });
  const data = [[700, 2], [900, 2], [900, 1]].map((shape, k) =>
    there(cloud(shape, k))
  );
  const results: ArrayLike<number>[] = [];
  const asked: number[][] = [];
  for (let k = 0; k < 3; k++) {
    const before = counts();
    const result = sum(...data) as Tensor;
    result.dataSync();
    const after = counts();
    asked.push(after.map((n, c) => n - before[c]));
    results.push(result.dataSync());
    result.dispose();
  }
  assertEquals(results[1], results[0]);
  assertEquals(asked[1][0], asked[0][0]);
  assertEquals(asked[2], [asked[0][0], 0, 0, 0, 0]);
  data.forEach((t) => t.dispose());
}, !ON_EMULATOR);

test("a warm call comes after what computes its data, compiled or not", () => {
  const sum = genred("Exp(-SqDist(x, y))", ["x = Vi(2)", "y = Vj(2)"], {
    axis: "j",
  });
  const [x, y] = [there(cloud([60, 2], 1)), there(cloud([70, 2], 2))];
  for (let k = 0; k < 2; k++) (sum(x, y) as Tensor).dataSync();
  // No kernel computes this yet, and nobody has asked for it.
  const moved = (t: Tensor) => t.mul(t).atan().add(0.625);
  const warm = sum(moved(x), y) as Tensor;
  const expected = sum(moved(x.to("cpu")), y.to("cpu")) as Tensor;
  assertAllClose(warm.dataSync(), expected.dataSync(), 1e-9);
});

test("other data, sizes, strides and dtypes between calls of one formula", () => {
  const compute = (x: Tensor, y: Tensor, b: Tensor, factor: number) =>
    Vi(x).sqdist(Vj(y)).mul(-factor).exp().matmul(b);
  const clouds = [30, 50, 30].map((n, k) => cloud([n, 2], k));
  const b = [30, 50, 30].map((n, k) => cloud([n, 3], 10 + k));
  for (let round = 0; round < 3; round++) {
    for (const [p, q] of [[0, 1], [2, 1], [0, 1], [1, 0], [2, 2], [0, 2]]) {
      for (const dtype of ["float64", "float32"] as const) {
        // Numbers are data: each call has its own.
        const factor = 0.3 + round / 7 + p / 5;
        const [x, y, w] = [clouds[p], clouds[q], b[q]].map((t) => t.to(dtype));
        const found = compute(there(x), there(y), there(w), factor);
        const expected = compute(x, y, w, factor);
        const close = dtype === "float64" ? 1e-12 : 1e-5;
        assertAllClose(found.dataSync(), expected.dataSync(), close);
      }
    }
  }
});

test("batches, columns of wider tensors, and maps, again and again", () => {
  const x = cloud([3, 8, 1, 2], 1);
  const y = cloud([1, 1, 9, 2], 2);
  const wide = cloud([40, 5], 3);
  const compute = (x: Tensor, y: Tensor, wide: Tensor, k: number) => [
    new LazyTensor(x).sub(new LazyTensor(y)).sqnorm2().neg().exp().sum("j"),
    wide.slice([0, k], [40, k + 2]).mul(wide.slice([0, 1], [40, 3])),
    wide.add(k + 0.25).mul(wide),
    wide.sum(0),
  ];
  for (let k = 0; k < 3; k++) {
    const found = compute(there(x), there(y), there(wide), k);
    compute(x, y, wide, k).forEach((expected, c) =>
      assertAllClose(found[c].dataSync(), expected.dataSync(), 1e-12, `${c}`)
    );
  }
});

test(
  "a warm launch that fails is told of, and the next one works",
  async () => {
    const x = there(tensor([[0, 0], [1, 0]], undefined, { device: "cpu" }));
    const sums = () => Vi(x).sqdist(Vj(x)).neg().exp().sum("j");
    const works = () => {
      const [first] = sums().dataSync();
      assert(Math.abs(first - 1 - Math.exp(-1)) < 1e-6);
    };
    works();
    works();
    await having(
      { FAIL: "cuLaunchKernel:CUDA_ERROR_INVALID_VALUE" },
      async () => {
        const failed = sums();
        await assertRejects(() => failed.data(), Error, "cuLaunchKernel");
        // Nothing is computed of what was not computed.
        await assertRejects(
          () => failed.add(1).data(),
          Error,
          "cuLaunchKernel",
        );
      },
    );
    works();
  },
  !ON_EMULATOR,
);

test("repeated numbers are repeated there", () => {
  const dtypes = ["float32", "float64", "bfloat16", "int32"] as const;
  for (const dtype of dtypes) {
    const before = counts()[2];
    const none = zeros([300, 3], { dtype, device: "cuda" });
    assertEquals(counts()[2], before);
    const many = full([300, 3], -2, { dtype, device: "cuda" });
    assertEquals([none.shape, none.dtype], [[300, 3], dtype]);
    assert(none.dataSync().every((x) => Object.is(x, 0)));
    assert(many.dataSync().every((x) => x === -2));
    assertEquals(full([0, 3], 1, { dtype, device: "cuda" }).size, 0);
  }
  assert(Object.is(full([1], -0).item(), -0));
});
