/**
 * Several GPUs, on the emulator or on devices: tensors go from one to the
 * other, and rows are shared out. Where there is one alone, it gets all shares.
 *
 * @module
 */

import {
  causal,
  cudaKernel,
  devices,
  doctor,
  genred,
  grad,
  rand,
  type Tensor,
  Vi,
  Vj,
} from "../mod.ts";
import { Nvrtc } from "../ffi/nvrtc.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import { sharesOf } from "../src/cuda/shares.ts";
import type { Launch } from "../src/launch/launch.ts";
import { ArgumentError, DeviceUnavailableError } from "../src/errors.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { calls, having, ON_EMULATOR } from "./emulator_hooks.ts";

type Gpu = "cuda" | `cuda:${number}`;

/** A test with three GPUs: on the emulator there are as many as wanted. */
const test = (name: string, fn: (gpus: Gpu[]) => void | Promise<void>) =>
  Deno.test({
    name,
    ignore: !ON_CUDA,
    fn: () =>
      having({ DEVICES: "3" }, async () => {
        const found = devices().flatMap((d) => d.name === "cpu" ? [] : d.name);
        await fn([0, 1, 2].map((k) => found[k % found.length]));
      }),
  });

const cloud = (
  points: number,
  dim: number,
  seed: number,
  device: Gpu | "cpu",
) => rand([points, dim], { seed, dtype: "float64", device: "cpu" }).to(device);

function same(actual: Tensor, expected: Tensor, what: string): void {
  assertEquals(actual.shape, expected.shape, what);
  const [a, b] = [actual, expected].map((t) => Array.from(t.dataSync()));
  assertAllClose(a, b, 1e-12, what);
}

test("tensors go from GPU to GPU, and compute where they are", (gpus) => {
  const [, second, third] = gpus;
  const x = cloud(7, 3, 1, "cpu");
  const there = x.to(second);
  assertEquals(there.device, second);
  same(there.exp().sum(0), x.exp().sum(0), "map");
  const moved = there.mul(2).to(third);
  assertEquals(moved.device, third);
  same(moved, x.mul(2), "moved");
  const near = (y: Tensor) => Vi(y).sqdist(Vj(y)).argKmin(2, "j");
  assertEquals(near(moved).arraySync(), near(x).arraySync());
  if (second === third) return;
  assertThrows(() => there.add(moved), ArgumentError, `on "${second}" and on`);
  assertEquals(doctor().match(/^cuda(:\d)?: /gm), [
    "cuda: ",
    "cuda:1: ",
    "cuda:2: ",
  ]);
});

test("derivatives and kernels of one's own stay on a second GPU", (gpus) => {
  const x = cloud(5, 2, 1, gpus[1]).requiresGrad();
  const [g] = grad(Vi(x).sqdist(Vj(x)).neg().exp().sum("j").sum(), [x]);
  assertEquals(g.device, gpus[1]);
  const twice = cudaKernel(
    `extern "C" __global__ void twice(const double* x, double* out) {
  out[threadIdx.x] = 2.0 * x[threadIdx.x];
}`,
    {
      name: "twice",
      parameters: ["float64"],
      outputs: (x) => [{ shape: x.shape, dtype: "float64" }],
      grid: () => 1,
      block: 10,
    },
  );
  const [y] = twice(x);
  assertEquals(y.device, gpus[1]);
  same(y, x.mul(2), "twice");
});

test("rows are shared out over all GPUs", (gpus) => {
  const [m, n] = [101, 47];
  for (const place of ["cpu", gpus[0], gpus[2]] as const) {
    const [x, y, b] = [[m, 3, 1], [n, 3, 2], [n, 2, 3]]
      .map(([p, d, seed]) => cloud(p, d, seed, place));
    const k = Vi(x).sqdist(Vj(y)).neg().exp();
    for (const shared of ["all", gpus] as const) {
      const sum = k.matmul(b, { devices: shared });
      assertEquals(sum.device, place);
      same(sum, k.matmul(b), `matmul on ${place}`);
    }
    const options = { devices: "all" } as const;
    same(k.sum("i", options), k.sum("i"), "over i");
    same(k.logsumexp("j", options), k.logsumexp("j"), "log-sum-exp");
    const [d, at] = k.kminArgkmin(3, "j", options);
    const [d1, at1] = k.kminArgkmin(3, "j");
    same(d, d1, "values of k-min");
    assertEquals(at.arraySync(), at1.arraySync());
    assertEquals(at.dtype, "int32");
  }
});

test("shares have batches, domains and derivatives", (gpus) => {
  const options = { devices: gpus };
  const x = rand([2, 40, 3], { seed: 1, dtype: "float64" }).to(gpus[0]);
  const batched = Vi(x).sqdist(Vj(x)).neg().exp();
  same(batched.sum("j", options), batched.sum("j"), "batch");
  const y = x.select(0, 1);
  const masked = Vi(y).sqdist(Vj(y)).neg().exp().withRanges(causal());
  same(masked.sum("j", options), masked.sum("j"), "causal");
  const gradients = [options, {}].map((how) => {
    const z = y.detach().requiresGrad();
    return grad(Vi(z).sqdist(Vj(z)).exp().sum("j", how).log().sum(), [z])[0];
  });
  same(gradients[0], gradients[1], "gradient");
  const reduce = genred("SqDist(x, y)", ["x = Vi(3)", "y = Vj(3)"], {
    reduction: "Min",
    axis: 1,
    ...options,
  });
  same([reduce(y, y)].flat()[0], y.mul(0).sum(1, { keepDims: true }), "min");
  // As many rows as GPUs, or fewer.
  const few = y.slice([0], [2]);
  same(Vi(few).dot(Vj(y)).sum("j", options), Vi(few).dot(Vj(y)).sum("j"), "2");
});

test("shares leave no memory behind, and each GPU launches", (gpus) => {
  const x = cloud(60, 3, 1, gpus[0]);
  const once = () => {
    using sum = Vi(x).sqdist(Vj(x)).exp().sum("j", { devices: gpus });
    return sum.dataSync();
  };
  once();
  const pools = gpus.map((_, k) => cudaDevice(k % devices().length).pool);
  const held = () => pools.map((p) => [p.held, p.used]);
  const before = held();
  const launches = calls("cuLaunchKernel");
  for (let k = 0; k < 20; k++) once();
  assertEquals(held(), before);
  if (ON_EMULATOR) assert(calls("cuLaunchKernel") - launches >= 60);
});

/** How often the compiler was called here, and on other threads. */
async function compilations(
  run: () => Promise<void>,
): Promise<[here: number, elsewhere: number]> {
  const { compile, compileLater } = Nvrtc.prototype;
  const count: [number, number] = [0, 0];
  Nvrtc.prototype.compile = function (...args) {
    count[0]++;
    return compile.apply(this, args);
  };
  Nvrtc.prototype.compileLater = function (...args) {
    count[1]++;
    return compileLater.apply(this, args);
  };
  try {
    await run();
  } finally {
    Object.assign(Nvrtc.prototype, { compile, compileLater });
  }
  return count;
}

test("who awaits shares, or copies of results, lets others compile", async (gpus) => {
  const x = cloud(50, 3, 1, gpus[0]);
  const near = x.to("cpu");
  const sum = (c: number, y: Tensor, devices?: Gpu[]) =>
    [
      genred(`Log(SqDist(x,y)+${c})`, ["x=Vi(3)", "y=Vj(3)"], {
        reduction: "Sum",
        axis: "j",
        ...(devices ? { devices } : {}),
      })(y, y),
    ].flat()[0];
  const count = await compilations(async () => {
    const shared = sum(3, x, gpus);
    const copied = sum(5, x).to(gpus[1]).to(gpus[2]).mul(2);
    const [a, b] = [await shared.data(), await copied.data()];
    assertAllClose(a, sum(3, near).dataSync(), 1e-12, "shares");
    assertAllClose(b, sum(5, near).mul(2).dataSync(), 1e-12, "copies");
  });
  assertEquals(count[0], 0);
  assert(count[1] >= 2);
});

test("results go back and forth between GPUs that wait for each other", async (gpus) => {
  const [first, second] = gpus;
  const clouds = [first, second].map((gpu, k) => cloud(30, 2, k, gpu));
  const sums = (name: "cos" | "sin", devices?: Gpu[]) =>
    clouds.map((y) => Vi(y).sqdist(Vj(y))[name]().sum("j", { devices }));
  for (const name of ["cos", "sin"] as const) {
    // Each GPU has parts of both, none of which is compiled.
    const shared = sums(name, gpus);
    const crossed = [shared[0].to(second), shared[1].to(first)];
    const data = name === "cos"
      ? await Promise.all(crossed.map((t) => t.data()))
      : crossed.map((t) => t.dataSync());
    sums(name).forEach((t, k) =>
      assertAllClose(data[k], t.dataSync(), 1e-12, `${name}, ${k}`)
    );
  }
});

test("one GPU that fails fails the results, not the next ones", async (gpus) => {
  if (!ON_EMULATOR) return;
  const x = cloud(9, 3, 1, gpus[0]);
  const sum = () => Vi(x).sqdist(Vj(x)).sum("j", { devices: gpus });
  const expected = sum().arraySync();
  await having({ FAIL: "cuLaunchKernel:701:2" }, () => {
    const failed = sum();
    assertThrows(() => failed.dataSync(), Error, "LAUNCH_OUT_OF_RESOURCES");
  });
  assertEquals(sum().arraySync(), expected);
});

test("GPUs that are not there, and devices that are none, are errors", () => {
  const x = cloud(3, 3, 1, "cpu");
  const sum = (devices: unknown, backend?: "js") =>
    Vi(x).sqdist(Vj(x)).sum("j", { devices: devices as "all", backend });
  assertThrows(
    () => sum(["cuda", "cuda:99"]),
    DeviceUnavailableError,
    'Cannot use the device "cuda:99"',
  );
  const cases: [() => unknown, string][] = [
    [
      () => sum(["cuda", "cpu"]),
      "Cannot share rows out over the devices [cuda,cpu]: one or more GPUs are wanted",
    ],
    [() => sum([]), "Cannot share rows out over the devices []"],
    [
      () => sum("both"),
      'Cannot use the devices both: "all", or a list such as ["cuda", "cuda:1"] is wanted',
    ],
    [
      () => sum("all", "js"),
      'Cannot use the devices all with the backend "js": it computes on the CPU; use the backend "cuda"',
    ],
  ];
  for (const [call, message] of cases) {
    assertThrows(call, ArgumentError, message);
  }
});

Deno.test("rows are dealt out by multiprocessors, and by their pairs", () => {
  const gpus = [1, 2, 1].map((multiprocessors) => ({ multiprocessors }));
  const ends = (lengths: number[], columns: number) => {
    const blocks = lengths.map((length, i) => ({
      begin: i,
      end: i + 1,
      intervals: Int32Array.of(0, length),
    }));
    const launch = { rows: lengths.length, columns, domains: [blocks] };
    return sharesOf(
      launch as unknown as Launch,
      gpus as unknown as Parameters<typeof sharesOf>[1],
    ).map(({ begin, end }) => [begin, end]);
  };
  assertEquals(ends(Array(8).fill(5), 5), [[0, 2], [2, 6], [6, 8]]);
  // Rows with few pairs first: the first device gets most of them.
  assertEquals(ends([0, 0, 0, 0, 0, 0, 7, 7, 7], 7), [[0, 6], [6, 8], [8, 9]]);
  assertEquals(ends([3], 3).length, 1);
});
