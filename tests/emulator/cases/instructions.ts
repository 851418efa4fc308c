/** Math functions, conversions and inline PTX. */

import { assert, assertEquals } from "../../assert.ts";
import {
  allocate,
  download,
  int,
  kernelOf,
  launch,
  load,
  start,
  upload,
} from "../session.ts";

/** y[i] = expression of x[i], in float64. */
function evaluate(expression: string, x: number[]): number[] {
  start();
  const kernel = kernelOf(
    load(`extern "C" __global__ void k(const double* in, double* out) {
  double x = in[threadIdx.x]; float f = x; int i = x; (void)f; (void)i;
  out[threadIdx.x] = ${expression};
}`),
    "k",
  );
  const out = allocate(8 * x.length);
  launch(
    kernel,
    { grid: 1, block: x.length },
    upload(new Float64Array(x)),
    out,
  );
  return [...download(out, new Float64Array(x.length))];
}

const functions: [string, number[], (x: number) => number][] = [
  ["rsqrt(x)", [0.25, 4, 9], (x) => 1 / Math.sqrt(x)],
  ["exp2f(f)", [-3, 0, 5], (x) => 2 ** x],
  ["fmaf(f, 3.f, 1.f)", [2, -1], (x) => 3 * x + 1],
  [
    "sinpi(x)",
    [0.5, 1, 2.25],
    (x) => [1, 0, Math.SQRT1_2][x < 1 ? 0 : x < 2 ? 1 : 2],
  ],
  ["cospi(x)", [0.5, 1, 3], (x) => x === 0.5 ? 0 : -1],
  ["erfcx(x)", [0, 12], (x) => x === 0 ? 1 : 0.046854221014893546],
  ["erfinv(x)", [0, 0.5], (x) => x === 0 ? 0 : 0.4769362762044699],
  ["max(f, 2.f) + min(i, 1)", [5, -5], (x) => Math.max(x, 2) + Math.min(x, 1)],
  ["fmin(x, 0.0)", [NaN, 3], () => 0],
  [
    "__float2int_rn(f)",
    [2.5, -3.5, 1e20, NaN],
    (x) => x === 2.5 ? 2 : x === -3.5 ? -4 : x > 0 ? 2147483647 : 0,
  ],
  ["__popc(i) + 100 * __clz(i)", [255, 1], (x) => x === 255 ? 2408 : 3101],
  ["__int_as_float(0x7f800000)", [0], () => Infinity],
  [
    "(isnan(x) ? 1 : 0) + (isinf(f) ? 2 : 0)",
    [NaN, Infinity, 1],
    (x) => Number.isNaN(x) ? 1 : x === Infinity ? 2 : 0,
  ],
  ["__byte_perm(0x33221100, 0x77665544, 0x7610)", [0], () => 0x77661100],
];

for (const [expression, x, f] of functions) {
  Deno.test(`emulator: ${expression}`, () => {
    const values = evaluate(expression, x);
    for (let i = 0; i < x.length; i++) {
      const expected = f(x[i]);
      const near = Object.is(values[i], expected) ||
        Math.abs(values[i] - expected) <= 1e-6 * Math.abs(expected) ||
        values[i] === expected;
      assert.ok(
        near,
        `${expression} at ${x[i]}: ${values[i]}, not ${expected}`,
      );
    }
  });
}

Deno.test("emulator: every float16 survives, and rounding is to even", () => {
  start();
  const module = load(`
extern "C" __global__ void widen(const unsigned short* x, float* y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y[i]) : "h"(x[i]));
}
extern "C" __global__ void narrow(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x[i]));
  asm("cvt.f32.f16 %0, %1;" : "=f"(y[i]) : "h"(bits));
}`);
  const halves = new Uint16Array(65536).map((_, i) => i);
  const y = allocate(4 * 65536);
  const bytes = new Uint8Array(halves.buffer);
  launch(
    kernelOf(module, "widen"),
    { grid: 256, block: 256 },
    upload(bytes),
    y,
  );
  const wide = download(y, new Float32Array(65536));
  const expected = new Float16Array(halves.buffer);
  for (let i = 0; i < 65536; i++) {
    assert.ok(Object.is(wide[i], expected[i]), `${i}: ${wide[i]}`);
  }
  const inputs: number[] = [];
  for (let i = 0; i < 0x7c00; i += 7) {
    const low = wide[i], high = wide[i + 1];
    for (const part of [0, 0.25, 0.5, 0.50001, 0.75]) {
      inputs.push(low + (high === Infinity ? 16 : high - low) * part);
    }
  }
  const x = new Float32Array([...inputs, ...inputs.map((v) => -v)]);
  const grid = Math.ceil(x.length / 256);
  const z = allocate(x.byteLength);
  launch(
    kernelOf(module, "narrow"),
    { grid, block: 256 },
    upload(x),
    z,
    int(x.length),
  );
  const rounded = download(z, new Float32Array(x.length));
  for (let i = 0; i < x.length; i++) {
    assertEquals([x[i], rounded[i]], [x[i], Math.f16round(x[i])]);
  }
});

for (
  const [type, depth, narrow] of [
    ["tf32", 8, false],
    ["tf32", 4, true],
    ["f16", 16, false],
    ["f16", 8, true],
    ["bf16", 16, false],
    ["bf16", 8, true],
  ] as const
) {
  Deno.test(`emulator: mma.sync of 16 x 8 x ${depth}, ${type}`, () => {
    start({ ORDER: "random:4" });
    // Rows of a register's worth of numbers; small integers are exact.
    const per = type === "tf32" ? 1 : 2;
    const pack = type === "tf32"
      ? "return __float_as_uint(p[0]);"
      : `unsigned v; asm("cvt.rn.${type}x2.f32 %0, %1, %2;"
             : "=r"(v) : "f"(p[stride]), "f"(p[0])); return v;`;
    const registers = narrow ? 1 : 2;
    const a = narrow ? "{%4,%5}, {%6}" : "{%4,%5,%6,%7}, {%8,%9}";
    const module = load(`
__device__ unsigned pack(const float* p, int stride) { ${pack} }
extern "C" __global__ void mm(const float* A, const float* B, float* D) {
  int g = threadIdx.x / 4, t = threadIdx.x % 4;
  unsigned a[4], b[2];
  for (int r = 0; r < ${registers}; r++) {
    int k = (4 * r + t) * ${per};
    a[2 * r] = pack(A + g * ${depth} + k, 1);
    a[2 * r + 1] = pack(A + (g + 8) * ${depth} + k, 1);
    b[r] = pack(B + k * 8 + g, 8);
  }
  float d[4] = {1.f, 1.f, 1.f, 1.f};
  asm volatile(
      "mma.sync.aligned.m16n8k${depth}.row.col.f32.${type}.${type}.f32 "
      "{%0,%1,%2,%3}, ${a}, {%0,%1,%2,%3};\\n"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : ${
      narrow
        ? '"r"(a[0]), "r"(a[1]), "r"(b[0])'
        : '"r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1])'
    });
  for (int i = 0; i < 4; i++) D[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = d[i];
}`);
    const A = new Float32Array(16 * depth).map((_, i) => (i * 5) % 11 - 5);
    const B = new Float32Array(8 * depth).map((_, i) => (i * 7) % 9 - 4);
    const D = allocate(512);
    launch(
      kernelOf(module, "mm"),
      { grid: 1, block: 32 },
      upload(A),
      upload(B),
      D,
    );
    const product = download(D, new Float32Array(128));
    for (let i = 0; i < 16; i++) {
      for (let j = 0; j < 8; j++) {
        let sum = 1;
        for (let k = 0; k < depth; k++) sum += A[i * depth + k] * B[k * 8 + j];
        assertEquals(product[i * 8 + j], sum);
      }
    }
  });
}

Deno.test("emulator: asynchronous copies into shared memory, packed pairs", () => {
  start();
  const kernel = kernelOf(
    load(`
extern "C" __global__ void k(const float* x, unsigned long long* out) {
  extern __shared__ __align__(16) float s[];
  __shared__ float fixed[4];
  unsigned to = (unsigned)__cvta_generic_to_shared(s + 4 * threadIdx.x);
  unsigned also = (unsigned)__cvta_generic_to_shared(fixed);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;"
               :: "r"(to), "l"(x + 4 * threadIdx.x));
  if (threadIdx.x == 0)
    asm volatile("cp.async.ca.shared.global [%0 + 8], [%1], 4;"
                 :: "r"(also), "l"(x + 6));
  asm volatile("cp.async.commit_group;\\ncp.async.wait_group 0;" ::: "memory");
  __syncthreads();
  unsigned long long pair;
  asm("mov.b64 %0, {%1, %2};" : "=l"(pair) : "f"(s[1]), "f"(fixed[2]));
  asm("fma.rn.f32x2 %0, %1, %2, %3;"
      : "=l"(out[threadIdx.x]) : "l"(pair), "l"(pair), "l"(pair));
}`),
    "k",
  );
  const out = allocate(16);
  const x = upload(new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]));
  launch(kernel, { grid: 1, block: 2, shared: 32 }, x, out);
  assertEquals([...download(out, new Float32Array(4))], [6, 56, 6, 56]);
});
