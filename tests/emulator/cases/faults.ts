/** Mistakes in kernels are found, and the process lives on. */

import { assertEquals, assertStringIncludes } from "../../assert.ts";
import {
  allocate,
  cuda,
  int,
  kernelOf,
  launch,
  load,
  report,
  start,
  tryLaunch,
  upload,
} from "../session.ts";

const ILLEGAL_ADDRESS = 700;
const LAUNCH_TIMEOUT = 702;
const ASSERT = 710;
const MISALIGNED_ADDRESS = 716;
const LAUNCH_FAILED = 719;

/** Runs a kernel body that has a mistake on line 3; gives code and report. */
export function provoke(
  body: string,
  settings: Record<string, string> = {},
  block = 64,
): { code: number; text: string } {
  start(settings);
  const module = load(`extern "C" __global__ void k(float* x, int n) {
  int t = threadIdx.x; __shared__ float s[64];
${body}
}`);
  // A whole page, so that nothing lies between its end and the guard.
  const x = upload(new Float32Array(1024).fill(1));
  tryLaunch(kernelOf(module, "k"), { grid: 2, block }, x, int(1024));
  return { code: cuda.cuCtxSynchronize(), text: report() };
}

const faults: [string, string, number, string][] = [
  ["read past the end", "x[t] = x[n + t];", ILLEGAL_ADDRESS, "k.cu:3"],
  ["write past the end", "x[n + t] = 1.f;", ILLEGAL_ADDRESS, "k.cu:3"],
  ["null pointer", "*(volatile int*)0 = t;", ILLEGAL_ADDRESS, "null"],
  [
    "divergent barrier",
    "if (t < 16) __syncthreads();\n else __syncthreads();",
    LAUNCH_FAILED,
    "divergent __syncthreads",
  ],
  [
    "barrier against shuffle",
    "if (t < 16) __syncthreads(); else x[t] = __shfl_sync(~0u, x[t], 0);",
    LAUNCH_TIMEOUT,
    "deadlock",
  ],
  [
    "shuffle in a branch",
    "if (t % 2) x[t] = __shfl_sync(~0u, x[t], 0);\n else __syncwarp();",
    LAUNCH_TIMEOUT,
    "waits for its warp at line 3",
  ],
  [
    "lane outside of its mask",
    "__syncwarp(0xfffffffeu);",
    LAUNCH_FAILED,
    "lane outside of its own mask at line 3",
  ],
  ["assertion", "assert(t < 5);", ASSERT, "t < 5 at k.cu:3"],
  ["trap", "if (t == 63) __trap();", LAUNCH_FAILED, "thread (63,0,0)"],
  ["division by zero", "x[t] = t / (n - 1024);", LAUNCH_FAILED, "division"],
  [
    "misaligned vector",
    "volatile double2 v; *(float4*)(x + 1) = make_float4(t, t, t, t);",
    MISALIGNED_ADDRESS,
    "misaligned",
  ],
  [
    "stack overflow",
    "volatile char big[1 << 20]; big[0] = t; x[t] = big[0] + big[99];",
    ILLEGAL_ADDRESS,
    "k.cu:",
  ],
];

for (const order of ["forward", "reverse", "random:7"]) {
  for (const [name, body, code, text] of faults) {
    Deno.test(`emulator finds: ${name} (${order})`, () => {
      const found = provoke(body, { ORDER: order });
      assertEquals(found.code, code, found.text);
      assertStringIncludes(found.text, text);
    });
  }
}

Deno.test("emulator finds: a kernel that does not end", () => {
  const found = provoke("while (*(volatile float*)x > 0) {}", {
    TIMEOUT: "0.3",
  });
  assertEquals(found.code, LAUNCH_TIMEOUT);
  assertStringIncludes(found.text, "did not end");
});

Deno.test("emulator finds: reads of what was never written", () => {
  start();
  const kernel = kernelOf(
    load(`extern "C" __global__ void k(float* x, float* y) {
  __shared__ float s[64]; extern __shared__ float d[];
  // What is nowhere written, the compiler takes for zero.
  if (x[0] == 5.f) s[0] = 1.f;
  y[3 * threadIdx.x] = x[threadIdx.x];
  y[3 * threadIdx.x + 1] = s[threadIdx.x];
  y[3 * threadIdx.x + 2] = d[threadIdx.x];
}`),
    "k",
  );
  const y = allocate(64 * 12);
  launch(kernel, { grid: 1, block: 64, shared: 256 }, allocate(256), y);
  const values = new Float32Array(64 * 3);
  assertEquals(cuda.cuMemcpyDtoH_v2(values, y, 768n), 0);
  assertEquals([...values].filter((v) => !Number.isNaN(v)), []);
});

Deno.test("emulator: after a fault the context is lost, until its reset", () => {
  assertEquals(provoke("x[n] = 1.f;").code, ILLEGAL_ADDRESS);
  const cell = new BigUint64Array(1);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), ILLEGAL_ADDRESS);
  assertEquals(cuda.cuStreamCreate(cell, 0), ILLEGAL_ADDRESS);
  assertEquals(cuda.cuCtxSynchronize(), ILLEGAL_ADDRESS);
  assertEquals(provoke("x[t] = 2.f;").code, 0);
});

// Without a barrier the outcome depends on the order of threads.
Deno.test("emulator finds: a missing barrier, by some order of threads", () => {
  for (
    const [order, wrong] of [["forward", false], ["reverse", true]] as const
  ) {
    start({ ORDER: order });
    const kernel = kernelOf(
      load(`extern "C" __global__ void k(float* x) {
  __shared__ float s[64]; int t = threadIdx.x;
  s[t] = t;
  x[t] = t > 0 ? s[t - 1] : 0.f;
}`),
      "k",
    );
    const x = allocate(256);
    launch(kernel, { grid: 1, block: 64 }, x);
    const values = new Float32Array(64);
    assertEquals(cuda.cuMemcpyDtoH_v2(values, x, 256n), 0);
    assertEquals(values.some((v, t) => v !== Math.max(0, t - 1)), wrong);
  }
});
