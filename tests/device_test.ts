/**
 * Tensors that live on a GPU, on the emulator or on a device: they give what
 * tensors of the host give, stay where they are, and keep no memory.
 *
 * @module
 */

import {
  adam,
  clusterCentroids,
  clusterRangesCentroids,
  grad,
  kmeansCluster,
  LazyTensor,
  randn,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
  Vi,
  Vj,
  zeros,
} from "../mod.ts";
import { cudaBackend } from "../src/cuda/backend.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import { ArgumentError } from "../src/errors.ts";
import { memoryOf } from "../src/tensor/base.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertRejects,
  assertThrows,
} from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { prepared } from "./prepared.ts";

if (!ON_CUDA) {
  console.log(
    "SKIPPED: tests of tensors on a GPU: `deno task test:emulator` runs them",
  );
}

const test = (name: string, fn: () => void | Promise<void>) =>
  Deno.test({ name, ignore: !ON_CUDA, fn });

const cpu = (shape: number[], seed: number): Tensor =>
  randn(shape, { seed, dtype: "float64" }).to("cpu");

/** Computes on both devices; the results must be the same. */
function same(
  what: string,
  compute: (...inputs: Tensor[]) => Tensor | Tensor[],
  ...inputs: Tensor[]
): void {
  const expected = [compute(...inputs)].flat();
  const actual = [compute(...inputs.map((t) => t.to("cuda")))].flat();
  assertEquals(actual.length, expected.length);
  actual.forEach((a, k) => {
    assertEquals(a.device, "cuda", what);
    assertEquals([a.shape, a.dtype], [expected[k].shape, expected[k].dtype]);
    const entries = [a, expected[k]].map((t) => Array.from(t.dataSync()));
    assertAllClose(entries[0], entries[1], 1e-11, what);
  });
}

const a = cpu([4, 6], 1);
const b = cpu([6, 5], 2);
const c = cpu([3, 4, 6], 3);

test("what computes gives on a GPU what it gives on the host", () => {
  same("add", (x, y) => x.add(y).mul(2).sub(0.5), c, a);
  same("exp", (x) => x.exp().add(x.sin()), a);
  same("matmul", (x, y) => x.matmul(y), a, b);
  same("sum", (x) => [x.sum(), x.sum(0), x.mean([0, 2]), x.max(1)], c);
  same("argmin", (x) => [x.argmin(1), x.argmax(0)], c);
  same("logsumexp", (x) => x.logsumexp(2, { keepDims: true }), c);
  same("empty", (x) => x.slice([0], [0]).mul(2), a);
  same("solve", (x) => {
    const k = Vi(x).sqdist(Vj(x)).neg().exp();
    return k.matmul(x);
  }, a);
});

test("what moves entries does so on the GPU", () => {
  same("transpose", (x) => [x.transpose([2, 0, 1]), x.transpose()], c);
  same("slice", (x) => x.slice([1, 0, 2], [3, 4, 5]), c);
  same("concat", (x, y) => x.concat([y, y], 0), c, c);
  same("broadcast", (x) => x.slice([0], [1]).broadcastTo([3, 6]), a);
  same("gather", (x) => [x.gather([2, 0, 0], 1), x.gather([[1], [3]])], a);
  same("scatter", (x) => x.scatterAdd([1, 0, 1, 2], 4), a);
  same("select", (x) => x.select(-1, 1), c);
  const deep = cpu([2, 2, 2, 2, 2, 2, 2, 2, 2, 2], 4);
  same("ten axes", (x) => x.transpose([9, 7, 5, 3, 1, 8, 6, 4, 2, 0]), deep);
});

test("dtypes are converted there, exactly where they must be", () => {
  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const) {
    same(dtype, (x) => x.to(dtype).to("float64"), a);
    same(`${dtype} again`, (x) => x.to("float16").to(dtype), a);
    same(`bfloat16 as ${dtype}`, (x) => x.to("bfloat16").to(dtype), a);
  }
  const n = tensor([1, -7, 3], [3], { dtype: "int32", device: "cpu" });
  same("integers", (x) => [x.to("float64"), x.to("float32")], n);
  same(
    "moves of integers",
    (x) => [x.scatterAdd([1, 0, 1], 3), x.gather([2, 0]), x.slice([1], [3])],
    n,
  );
  const half = tensor([0.5], [1], { device: "cuda" });
  assertThrows(() => half.to("int32"), ArgumentError, "Cannot convert 0.5");
  for (const dtype of ["float32", "float16", "bfloat16"] as const) {
    same(
      `moves in ${dtype}`,
      (x) => {
        const [y, at] = [x.to(dtype), [0, 0, 1, 1]];
        return [y.scatterAdd(at, 2), y.transpose(), y.gather(at), y.max(1)];
      },
      a,
    );
  }
});

test("what is computed with stays where it is, whatever the default is", () => {
  setDefaultDevice("cpu");
  try {
    const selected = (x: Tensor, y: Tensor) => {
      const inputs = [x, y].map((t) => t.detach().requiresGrad());
      const distances = Vi(inputs[0]).sqdist(Vj(inputs[1]));
      const some = distances.kmin(2, "j").square().sum();
      return grad(some.add(distances.max("i").sum()), inputs);
    };
    same("k-minima", selected, a, cpu([5, 6], 9));
    same("centroids", (x) => clusterCentroids(x, [0, 1, 0, 1]), a);
    same(
      "weights",
      (x) => clusterRangesCentroids(x, [0, 0, 1, 1], [1, 2, 3, 4])[1],
      a,
    );
    same("k-means", (x) => x.gather(kmeansCluster(x, 2)), a);
    same("rows", (x) => Vi(x).sqdist(Vj(x)).rows([2, 0]).sum("j"), a);
  } finally {
    setDefaultDevice("cuda");
  }
});

test("derivatives stay on the device", () => {
  const gradients = (f: (...x: Tensor[]) => Tensor) => (...given: Tensor[]) => {
    const inputs = given.map((t) => t.detach().requiresGrad());
    return grad(f(...inputs), inputs);
  };
  same("matmul", gradients((x, y) => x.matmul(y).sin().sum()), a, b);
  same("max", gradients((x) => x.max(1).sum()), a);
  same("gather", gradients((x) => x.gather([1, 1, 0]).mul(3).exp().sum()), a);
  same(
    "moves",
    gradients((x) =>
      x.transpose().slice([1], [4]).concat([x.transpose()]).exp().sum()
    ),
    a,
  );
  same("unused", gradients((x) => x.slice([0], [2]).sum()), a);
  same(
    "kernel",
    gradients((x, y) => Vi(x).sqdist(Vj(y)).neg().exp().sum("j").log().sum()),
    cpu([5, 3], 5),
    cpu([7, 3], 6),
  );
  same(
    "log-sum-exp",
    gradients((x) => Vi(x).sqdist(Vj(x)).neg().logsumexp("j").sum()),
    a,
  );
  const x = a.detach().requiresGrad();
  const [g] = grad(x.to("cuda").exp().sum(), [x]);
  assertEquals(g.device, "cpu");
});

test("a chain is one program of the device, computed when it is needed", () => {
  const [x, y] = [cpu([200, 200], 20), cpu([200], 21)];
  const chain = (x: Tensor, y: Tensor) =>
    x.mul(0.3).add(y).exp().sin().mul(x).square();
  const [far, row] = [x.to("cuda"), y.to("cuda")];
  const made = prepared(cudaBackend, () => {
    const z = chain(far, row);
    assertEquals(memoryOf(z).buffer.pending, true);
    assert(z.to("cuda") === z);
    assertEquals(memoryOf(z).buffer.pending, true);
    z.dataSync();
  });
  assertEquals(made.map((m) => m.outputs), [1]);
  same("chain", chain, x, y);
});

test("lazy tensors compute where their data are", () => {
  const x = cpu([5, 3], 7), y = cpu([6, 3], 8), w = cpu([6, 2], 9);
  same(
    "matmul",
    (x, y, w) => Vi(x).sqdist(Vj(y)).neg().exp().matmul(w),
    x,
    y,
    w,
  );
  same("dense", (x, y) => Vi(x).dot(Vj(y)).dense(), x, y);
  same("nearest", (x, y) => Vi(x).sqdist(Vj(y)).argKmin(2, "j"), x, y);
  const given = Vi(x.to("cuda")).sqdist(Vj([[0, 0, 0], [1, 1, 1]])).sum("j");
  assertEquals(given.device, "cuda");
  assertEquals(
    Vi(x).sqdist(Vj(y)).sum("j", { backend: "cuda" }).device,
    "cpu",
  );
  assert(Vi(x) instanceof LazyTensor);
});

test("optimisers stay on the device, and keep no memory", () => {
  const run = (target: Tensor) => {
    using start = zeros([3], { dtype: "float64", device: target.device });
    const { parameters } = adam(
      (p) => p.sub(target).square().sum(),
      [start],
      { steps: 5, rate: 0.1 },
    );
    return parameters[0];
  };
  same("adam", run, cpu([3], 10));
  const { pool } = cudaDevice(0);
  const target = cpu([3], 10).to("cuda");
  const once = () => {
    using result = run(target);
    return result.dataSync();
  };
  once();
  const { held, used } = pool;
  once();
  assertEquals([pool.held, pool.used], [held, used]);
});

test("tensors on several devices do not mix", () => {
  const there = a.to("cuda");
  const message =
    `Cannot compute with tensors on "cuda" and on "cpu": all must be on one device; move the others with .to("cuda") or .to("cpu")`;
  assertThrows(() => there.add(a), ArgumentError, message);
  assertThrows(() => there.concat([a]), ArgumentError, message);
  assertThrows(
    () => Vi(there).sqdist(Vj(a)).sum("j"),
    ArgumentError,
    message,
  );
  assertThrows(
    () => Vi(there).sqdist(Vj(there)).sum("j", { backend: "wasm" }),
    ArgumentError,
    `Cannot use the backend "wasm" with tensors on "cuda"`,
  );
});

test("many wait at once, and who cannot wait comes in between", async () => {
  const { staging } = cudaDevice(0);
  const x = tensor([[1], [2]], [2, 1], { device: "cuda" });
  const many = Array.from({ length: 40 }, (_, k) => x.mul(k));
  const stopped = AbortSignal.abort(new Error("stopped"));
  const [, ...found] = await Promise.all([
    assertRejects(() => x.add(1).data({ signal: stopped }), Error, "stopped"),
    ...many.map((t) => t.data()),
  ]);
  found.forEach((data, k) => assertEquals([...data], [k, 2 * k]));
  assert(staging.chunks <= 10, `${staging.chunks}`);
  // Results for the host are let go of as soon as they are there.
  const y = x.to("cpu");
  const sum = Vi(y).add(Vj(y)).sum("j", { backend: "cuda" });
  const later = sum.data();
  assertEquals([...sum.dataSync()], [5, 7]);
  assertEquals([...await later], [5, 7]);
});

test("the default device is the GPU until another one is set", () => {
  setDefaultDevice("cpu");
  assertEquals(tensor([1]).device, "cpu");
  setDefaultDevice("cuda:0");
  assertEquals([tensor([1]), zeros([2]), randn([2])].map((t) => t.device), [
    "cuda",
    "cuda",
    "cuda",
  ]);
  const there = tensor([1]);
  assert(there.to("cuda") === there && there.to("cuda:0") === there);
});

test("memory is given back by dispose, scope and using", () => {
  const { pool } = cudaDevice(0);
  const before = pool.used;
  const x = tensor(new Float32Array(1000), [1000], { device: "cuda" });
  assert(pool.used > before);
  const kept = scope(() => x.add(1).mul(2).exp());
  // Launches that wait for their kernels keep what they use.
  kept.dataSync();
  assertEquals(pool.tensors > 0, true);
  const two = pool.used - before;
  kept.dispose();
  assertEquals(pool.used - before, two / 2);
  {
    using y = x.add(1);
    assertEquals(y.dataSync()[5], 1);
  }
  assertThrows(() => kept.add(1), ReferenceError);
  x.dispose();
  assertEquals(pool.used, before);
});

test("data() does not block, and can be called at once for many", async () => {
  const x = tensor(new Float32Array(3e6), [3e6], { device: "cuda" });
  const [one, two] = await Promise.all([x.add(1).data(), x.add(2).data()]);
  assertEquals([one[0], one[2999999], two[5]], [1, 1, 2]);
  const left = x.add(3).data({ signal: AbortSignal.abort(new Error("no")) });
  await assertRejects(() => left, Error, "no");
  const told: number[] = [];
  const onProgress = (fraction: number) => told.push(fraction);
  assertEquals((await x.add(3).data({ onProgress }))[7], 3);
  assertEquals(told.at(-1), 1);
  x.dispose();
});

test("loops without a scope are caught by the garbage collector's net", async () => {
  const { pool } = cudaDevice(0);
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) return;
  const settled = async () => {
    for (let turn = 0; turn < 4; turn++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return pool.used;
  };
  const before = await settled();
  for (let k = 0; k < 50; k++) tensor([k], [1], { device: "cuda" });
  assert(pool.used > before);
  assertEquals(await settled(), before);
});
