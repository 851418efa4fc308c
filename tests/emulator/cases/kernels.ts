/** Correct kernels give correct results in every mode. */

import { assert, assertEquals } from "../../assert.ts";
import {
  allocate,
  download,
  float,
  int,
  kernelOf,
  launch,
  load,
  report,
  start,
  upload,
} from "../session.ts";

const modes: Record<string, Record<string, string>> = {
  forward: {},
  reverse: { ORDER: "reverse" },
  "random:1": { ORDER: "random:1" },
  "random:2": { ORDER: "random:2" },
  "one thread": { THREADS: "1" },
  checked: { CHECK: "1" },
  "checked, random": { CHECK: "1", ORDER: "random:3" },
  "lazy streams": { STREAMS: "lazy" },
};

/** A test in each mode. */
function testModes(name: string, f: () => void): void {
  for (const [mode, settings] of Object.entries(modes)) {
    Deno.test(`emulator: ${name} (${mode})`, () => {
      start(settings);
      f();
      assertEquals(report(), "");
    });
  }
}

/** Numbers that look random and are the same each time. */
function numbers(count: number): Float32Array<ArrayBuffer> {
  return new Float32Array(count).map((_, i) =>
    Math.sin(i * 12.9898 + 1) * 0.5 + 0.5
  );
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${actual} is not ${expected}`,
  );
}

testModes("vector add", () => {
  const kernel = kernelOf(
    load(`
extern "C" __global__ void add(const float* x, const float* y, float* z, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) z[i] = x[i] + y[i];
}`),
    "add",
  );
  const n = 1000;
  const x = numbers(n), y = numbers(n).reverse();
  const z = allocate(4 * n);
  launch(kernel, { grid: 8, block: 128 }, upload(x), upload(y), z, int(n));
  const sums = download(z, new Float32Array(n));
  for (let i = 0; i < n; i++) assertEquals(sums[i], Math.fround(x[i] + y[i]));
});

const gaussian = `
extern "C" __global__ void __launch_bounds__(64) gaussian(
    const float* __restrict__ x, const float* __restrict__ y,
    const float* __restrict__ b, float* __restrict__ out, int m, int n) {
  extern __shared__ float tile[];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float xi[3] = {0.f, 0.f, 0.f};
  if (i < m) for (int d = 0; d < 3; d++) xi[d] = x[3 * i + d];
  float sum = 0.f;
  for (int start = 0; start < n; start += blockDim.x) {
    int j = start + threadIdx.x;
    if (j < n) {
      ((float4*)tile)[threadIdx.x] =
          make_float4(y[3 * j], y[3 * j + 1], y[3 * j + 2], b[j]);
    }
    __syncthreads();
    int end = min((int)blockDim.x, n - start);
    for (int k = 0; k < end; k++) {
      float4 v = ((const float4*)tile)[k];
      float r = xi[0] - v.x, s = xi[1] - v.y, t = xi[2] - v.z;
      sum += __expf(-(r * r + s * s + t * t)) * v.w;
    }
    __syncthreads();
  }
  if (i < m) out[i] = sum;
}`;

testModes("tiled Gaussian sum", () => {
  const kernel = kernelOf(load(gaussian), "gaussian");
  const m = 150, n = 170;
  const x = numbers(3 * m), y = numbers(3 * n).reverse(), b = numbers(n);
  const out = allocate(4 * m);
  launch(
    kernel,
    { grid: 3, block: 64, shared: 64 * 16 },
    upload(x),
    upload(y),
    upload(b),
    out,
    int(m),
    int(n),
  );
  const sums = download(out, new Float32Array(m));
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      let distance = 0;
      for (let d = 0; d < 3; d++) {
        distance += (x[3 * i + d] - y[3 * j + d]) ** 2;
      }
      sum += Math.exp(-distance) * b[j];
    }
    near(sums[i], sum, 1e-4);
  }
});

testModes("reduction by shuffles", () => {
  const kernel = kernelOf(
    load(`
extern "C" __global__ void total(const float* x, float* out, int n) {
  __shared__ float sums[8];
  float sum = 0.f;
  for (int i = threadIdx.x; i < n; i += blockDim.x) sum += x[i];
  for (int step = 16; step > 0; step /= 2)
    sum += __shfl_down_sync(0xffffffffu, sum, step);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x < 32) {
    sum = threadIdx.x < blockDim.x / 32 ? sums[threadIdx.x] : 0.f;
    for (int lane = 16; lane > 0; lane /= 2)
      sum += __shfl_xor_sync(0xffffffffu, sum, lane);
    if (threadIdx.x == 0) atomicAdd(out, sum);
  }
}`),
    "total",
  );
  const x = numbers(5000);
  const out = upload(float(0));
  launch(kernel, { grid: 1, block: 256 }, upload(x), out, int(x.length));
  const expected = x.reduce((sum, value) => sum + value, 0);
  near(download(out, float(0))[0], expected, 0.01);
});

testModes("votes and matches", () => {
  const kernel = kernelOf(
    load(`
extern "C" __global__ void vote(unsigned* out) {
  unsigned all = 0xffffffffu, t = threadIdx.x;
  unsigned* mine = out + 8 * t;
  mine[0] = __ballot_sync(all, t % 3 == 0);
  mine[1] = __any_sync(all, t == 40) * 2 + __all_sync(all, t < 64);
  mine[2] = __match_any_sync(all, t / 8);
  mine[3] = __reduce_add_sync(all, t);
  mine[4] = __shfl_up_sync(all, t, 1, 8);
  mine[5] = __shfl_sync(all, t, 5, 16);
  mine[6] = __syncthreads_count(t % 2);
  // Half of the warp alone.
  mine[7] = 0;
  if (t % 32 < 16) mine[7] = __shfl_xor_sync(0xffffu, t, 15);
}`),
    "vote",
  );
  const out = allocate(64 * 32);
  launch(kernel, { grid: 1, block: 64 }, out);
  const votes = download(out, new Uint32Array(64 * 8));
  for (let t = 0; t < 64; t++) {
    const first = t < 32 ? 0 : 32;
    let ballot = 0, sum = 0;
    for (let lane = 0; lane < 32; lane++) {
      if ((first + lane) % 3 === 0) ballot |= 1 << lane;
      sum += first + lane;
    }
    assertEquals([...votes.subarray(8 * t, 8 * t + 8)], [
      ballot >>> 0,
      (t >= 32 ? 2 : 0) + 1,
      (0xff << (t % 32 - t % 8)) >>> 0,
      sum,
      t % 8 === 0 ? t : t - 1,
      t - t % 16 + 5,
      32,
      t % 32 < 16 ? t ^ 15 : 0,
    ]);
  }
});

testModes("arguments of every kind", () => {
  const kernel = kernelOf(
    load(`
struct Sizes { int n; double scale; char letter; };
extern "C" __global__ void kinds(char a, double b, short c, float4 d, Sizes s,
                                 const int* e, double* out) {
  out[0] = a; out[1] = b; out[2] = c; out[3] = d.x + 10 * d.w;
  out[4] = s.n; out[5] = s.scale; out[6] = s.letter; out[7] = e[blockIdx.z];
}`),
    "kinds",
  );
  const sizes = new Uint8Array(24);
  const view = new DataView(sizes.buffer);
  view.setInt32(0, 77, true);
  view.setFloat64(8, 2.5, true);
  view.setInt8(16, 9);
  const out = allocate(64);
  launch(
    kernel,
    { grid: 1, block: 1 },
    new Uint8Array([5]),
    new Float64Array([0.125]),
    new Uint8Array([1, 2]),
    new Float32Array([1, 2, 3, 4]),
    sizes,
    upload(int(11)),
    out,
  );
  assertEquals([...download(out, new Float64Array(8))], [
    5,
    0.125,
    513,
    41,
    77,
    2.5,
    9,
    11,
  ]);
});

testModes("grids and blocks of three dimensions, constants, last block", () => {
  const kernel = kernelOf(
    load(`
__device__ unsigned arrived;
__constant__ float weights[2] = {0.5f, 2.0f};
extern "C" __global__ void places(float* out, unsigned* last) {
  int block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  int thread =
      (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  int i = block * blockDim.x * blockDim.y * blockDim.z + thread;
  out[i] = i * weights[i % 2];
  __threadfence();
  __syncthreads();
  if (thread == 0 && atomicAdd(&arrived, 1u) == gridDim.x * gridDim.y * gridDim.z - 1)
    atomicAdd(last, 1u);
}`),
    "places",
  );
  const count = 2 * 3 * 4 * 3 * 5 * 2;
  const out = allocate(4 * count);
  const last = upload(new Uint32Array([0]));
  launch(kernel, { grid: [2, 3, 4], block: [3, 5, 2] }, out, last);
  const values = download(out, new Float32Array(count));
  for (let i = 0; i < count; i++) {
    assertEquals(values[i], i % 2 ? 2 * i : i / 2);
  }
  assertEquals(download(last, new Uint32Array(1))[0], 1);
});
