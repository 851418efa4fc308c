/** What only the checked mode finds. */

import { assertEquals, assertStringIncludes } from "../../assert.ts";
import {
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
import { readCString } from "../table.ts";
import { provoke } from "./faults.ts";

const good: [string, string][] = [
  ["barrier", "s[t] = x[t]; __syncthreads(); x[t] = s[63 - t];"],
  ["warp barrier", "s[t] = x[t]; __syncwarp(); x[t] = s[t ^ 1];"],
  [
    "warp barriers of halves",
    "s[t] = x[t]; if (t % 32 < 16) __syncwarp(0xffffu); " +
    "else __syncwarp(0xffff0000u); x[t] = s[t ^ 8];",
  ],
  ["broadcast", "if (t == 0) s[0] = x[0]; __syncthreads(); x[t] = s[0];"],
  [
    "atomics",
    "if (t == 0) s[0] = 0.f; __syncthreads(); atomicAdd(s, 1.f); " +
    "__syncthreads(); x[t] = s[0];",
  ],
  [
    "bytes of one word",
    "((char*)s)[t] = t; __syncthreads(); x[t] = ((char*)s)[63 - t];",
  ],
];

for (const [name, body] of good) {
  Deno.test(`emulator, checked: no complaint of ${name}`, () => {
    const found = provoke(body, { CHECK: "1" });
    assertEquals(found.text, "");
    assertEquals(found.code, 0);
  });
}

const bad: [string, string, number, string][] = [
  ["read-write race", "s[t] = x[t];\nx[t] = s[63 - t];", 719, "race ("],
  [
    "write-write race",
    "s[t / 2] = x[t]; __syncthreads(); x[t] = s[t];",
    719,
    "race (write-write)",
  ],
  ["race within a warp", "s[t] = x[t]; x[t] = s[t ^ 1];", 719, "race ("],
  [
    "race that a shuffle does not order",
    "s[t] = x[t]; float v = __shfl_xor_sync(~0u, x[t], 1); x[t] = s[t ^ 1] + v;",
    719,
    "race (",
  ],
  [
    "race beside a warp barrier of others",
    "s[t] = x[t]; if (t % 32 < 16) __syncwarp(0xffffu); " +
    "else __syncwarp(0xffff0000u); x[t] = s[t ^ 16];",
    719,
    "race (",
  ],
  [
    "race with an atomic",
    "if (t == 0) s[0] = 0.f; __syncthreads(); atomicAdd(s, 1.f); x[t] = s[0];",
    719,
    "race (",
  ],
  ["index of an array", "x[t] = s[t + 1];", 719, "array index"],
  [
    "misaligned read",
    "float4 v = *(float4*)(x + 1); *(float4*)(x + 4 * t) = v;",
    716,
    "misaligned read of 16 bytes",
  ],
];

for (const [name, body, code, text] of bad) {
  for (const order of ["forward", "random:5"]) {
    Deno.test(`emulator, checked, finds: ${name} (${order})`, () => {
      const found = provoke(body, { CHECK: "1", ORDER: order });
      assertEquals(found.code, code, found.text);
      assertStringIncludes(found.text, text);
      assertStringIncludes(found.text, "k.cu:3");
    });
  }
}

/** Runs on arrays of odd lengths, which end before their pages do. */
function bounds(body: string, shared = 0): { code: number; text: string } {
  start({ CHECK: "1" });
  const kernel = kernelOf(
    load(`extern "C" __global__ void k(float* x, int n) {
  extern __shared__ float d[]; int t = threadIdx.x; (void)d;
  ${body}
}`),
    "k",
  );
  const x = upload(new Float32Array(33));
  tryLaunch(kernel, { grid: 1, block: 33, shared }, x, int(33));
  return { code: cuda.cuCtxSynchronize(), text: report() };
}

Deno.test("emulator, checked: exact bounds of device memory", () => {
  assertEquals(bounds("x[t] = x[n - 1 - t];"), { code: 0, text: "" });
  const found = bounds("float v = x[t + 1]; if (v > 5.f) x[0] = v;");
  assertEquals(found.code, 700);
  assertStringIncludes(found.text, "132 bytes into an allocation of 132");
  assertStringIncludes(found.text, "thread (32,0,0)");
});

Deno.test("emulator, checked: exact bounds of dynamic shared memory", () => {
  assertEquals(bounds("d[t] = 1.f; x[t] = d[t];", 132), { code: 0, text: "" });
  const found = bounds("d[t] = 1.f; x[t] = d[t];", 128);
  assertEquals(found.code, 700);
  assertStringIncludes(found.text, "end of dynamic shared memory of 128");
});

Deno.test("emulator, checked: bank conflicts are counted", () => {
  const conflicts = (padding: number) => {
    start({ CHECK: "1" });
    const kernel = kernelOf(
      load(`extern "C" __global__ void k(float* x) {
  __shared__ float tile[32][32 + ${padding}]; int t = threadIdx.x;
  tile[t][0] = x[t];
  __syncthreads();
  x[t] = tile[t][0];
}`),
      "k",
    );
    readCString(cuda.allpairsEmulatorBankConflicts());
    launch(kernel, { grid: 1, block: 32 }, upload(new Float32Array(32)));
    return readCString(cuda.allpairsEmulatorBankConflicts());
  };
  assertEquals(conflicts(0), "k k.cu:3 32-way 1\nk k.cu:5 32-way 1\n");
  assertEquals(conflicts(1), "");
});
