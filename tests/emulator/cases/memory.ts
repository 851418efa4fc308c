/** Long runs keep no memory. */

import { assert, assertEquals } from "../../assert.ts";
import {
  allocate,
  cuda,
  free,
  int,
  kernelOf,
  launch,
  load,
  report,
  start,
  tryLaunch,
  upload,
} from "../session.ts";

const source = `extern "C" __global__ void k(float* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += 1.f;
}`;

const resident = () => Deno.memoryUsage().rss / 2 ** 20;

function deviceBytesFree(): bigint {
  const cells = new BigUint64Array(2);
  assertEquals(cuda.cuMemGetInfo_v2(cells, cells.subarray(1)), 0);
  return cells[0];
}

function assertFlat(count: number, f: () => void): void {
  for (let i = 0; i < count / 10; i++) f();
  const before = resident(), free = deviceBytesFree();
  for (let i = 0; i < count; i++) f();
  assertEquals(deviceBytesFree(), free);
  const grown = resident() - before;
  assert.ok(grown < 24, `${grown} MiB more after ${count} rounds`);
}

Deno.test("emulator: 10^4 launches leave memory flat", () => {
  start();
  const kernel = kernelOf(load(source), "k");
  const x = upload(new Float32Array(256));
  assertFlat(10000, () => {
    launch(kernel, { grid: 4, block: 64 }, x, int(256));
  });
});

Deno.test("emulator: 10^4 allocations leave memory flat", () => {
  start();
  assertFlat(10000, () => free(allocate(5000)));
});

Deno.test("emulator: 300 modules leave memory flat", () => {
  start();
  const x = upload(new Float32Array(256));
  assertFlat(300, () => {
    const module = load(source);
    launch(kernelOf(module, "k"), { grid: 1, block: 64 }, x, int(256));
    assertEquals(cuda.cuModuleUnload(module), 0);
  });
});

Deno.test("emulator: 200 faults leave memory flat, and the process alive", () => {
  let kernel = 0n;
  for (let i = 0; i < 200; i++) {
    start();
    kernel = kernelOf(load(source), "k");
    const shape = { grid: 4, block: 64 };
    tryLaunch(kernel, shape, i % 2 ? 0n : 1n << 46n, int(256));
    assertEquals(cuda.cuCtxSynchronize(), 700);
  }
  report();
});

Deno.test("emulator: a write past the end shows when memory is freed", () => {
  start();
  const kernel = kernelOf(load(source), "k");
  const x = upload(new Float32Array(10));
  launch(kernel, { grid: 1, block: 32 }, x, int(11));
  free(x);
  assert.ok(report().includes("written 0 bytes past the end"));
});

Deno.test("emulator: freed memory is not used again at once", () => {
  start();
  const kernel = kernelOf(load(source), "k");
  const x = allocate(400);
  free(x);
  allocate(400);
  tryLaunch(kernel, { grid: 1, block: 32 }, x, int(11));
  assertEquals(cuda.cuCtxSynchronize(), 700);
  report();
});
