/** Every way to be refused gives its code. */

import { assertEquals } from "../../assert.ts";
import {
  allocate,
  compile,
  cuda,
  float,
  int,
  kernelOf,
  load,
  nvrtc,
  output,
  start,
  tryLaunch,
  upload,
} from "../session.ts";
import { addressOf, cString, readCString } from "../table.ts";

const source = `extern "C" __global__ void __launch_bounds__(256)
k(float* x, int n) { extern __shared__ float s[]; s[0] = n; x[0] = s[0]; }
__device__ float table[6];`;

const cell = new BigUint64Array(2);
const ints = new Int32Array(2);

Deno.test("emulator: codes of calls with wrong arguments", () => {
  start({ MEMORY: "1000000" });
  const module = load(source);
  const kernel = kernelOf(module, "k");
  const x = allocate(400);
  const numbers = new Float32Array(200);
  const codes: [string, number, number][] = [
    ["allocation of nothing", cuda.cuMemAlloc_v2(cell, 0n), 1],
    ["too large allocation", cuda.cuMemAlloc_v2(cell, 2000000n), 2],
    ["free of no allocation", cuda.cuMemFree_v2(x + 4n), 1],
    ["free of null", cuda.cuMemFree_v2(0n), 0],
    ["copy beyond the end", cuda.cuMemcpyHtoD_v2(x, numbers, 404n), 1],
    ["copy from no memory", cuda.cuMemcpyDtoH_v2(numbers, 64n, 4n), 1],
    ["copy within, beyond", cuda.cuMemcpyDtoD_v2(x + 200n, x, 204n), 1],
    ["fill beyond the end", cuda.cuMemsetD8_v2(x, 0, 401n), 1],
    ["fill of misaligned words", cuda.cuMemsetD32_v2(x + 2n, 0, 1n), 1],
    [
      "unknown kernel",
      cuda.cuModuleGetFunction(cell, module, cString("q")),
      500,
    ],
    ["unknown module", cuda.cuModuleGetFunction(cell, 16n, cString("k")), 400],
    [
      "unknown variable",
      cuda.cuModuleGetGlobal_v2(cell, cell, module, cString("q")),
      500,
    ],
    ["image of noise", cuda.cuModuleLoadData(cell, cString("noise")), 200],
    [
      "image of real PTX",
      cuda.cuModuleLoadData(cell, cString("//\n.version 8.0\n.target sm_90")),
      218,
    ],
    ["unknown function", cuda.cuFuncGetAttribute(ints, 0, 16n), 400],
    ["unknown attribute", cuda.cuFuncGetAttribute(ints, 99, kernel), 1],
    ["too much shared", cuda.cuFuncSetAttribute(kernel, 8, 300000), 1],
    ["unknown stream", cuda.cuStreamSynchronize(16n), 400],
    ["unknown event", cuda.cuEventRecord(16n, 0n), 400],
    ["unknown device", cuda.cuDeviceGet(ints, 1), 101],
    ["unknown context", cuda.cuCtxSetCurrent(16n), 201],
    ["unknown flags", cuda.cuInit(1), 1],
    ["unknown program", nvrtc.nvrtcGetPTXSize(16n, cell), 4],
    ["unknown pinned memory", cuda.cuMemFreeHost(16n), 1],
    [
      "no threads",
      tryLaunch(kernel, { grid: 1, block: 0 }, x, int(1)),
      1,
    ],
    [
      "no blocks",
      tryLaunch(kernel, { grid: 0, block: 1 }, x, int(1)),
      1,
    ],
    [
      "more threads than the launch bounds",
      tryLaunch(kernel, { grid: 1, block: 257 }, x, int(1)),
      1,
    ],
    [
      "more shared memory than allowed",
      tryLaunch(kernel, { grid: 1, block: 1, shared: 49153 }, x, int(1)),
      1,
    ],
    [
      "launch on an unknown stream",
      tryLaunch(kernel, { grid: 1, block: 1, stream: 16n }, x, int(1)),
      400,
    ],
    ["after all that, nothing is lost", cuda.cuCtxSynchronize(), 0],
  ];
  for (const [name, code, expected] of codes) {
    assertEquals([name, code], [name, expected]);
  }
});

Deno.test("emulator: more shared memory on request", () => {
  start();
  const kernel = kernelOf(load(source), "k");
  const shape = { grid: 1, block: 1, shared: 100000 };
  const x = upload(float(0));
  assertEquals(tryLaunch(kernel, shape, x, int(1)), 1);
  assertEquals(cuda.cuFuncSetAttribute(kernel, 8, 100000), 0);
  assertEquals(tryLaunch(kernel, shape, x, int(1)), 0);
  assertEquals(cuda.cuCtxSynchronize(), 0);
  cuda.cuFuncGetAttribute(ints, 0, kernel);
  assertEquals(ints[0], 256);
  cuda.cuOccupancyMaxActiveBlocksPerMultiprocessor(ints, kernel, 256, 0n);
  assertEquals(ints[0], 8);
});

Deno.test("emulator: arguments in a buffer", () => {
  start();
  const kernel = kernelOf(load(source), "k");
  const x = upload(float(0));
  const buffer = new BigUint64Array([x, 21n]);
  const size = new BigUint64Array([12n]);
  const extra = new BigUint64Array([
    1n,
    addressOf(buffer),
    2n,
    addressOf(size),
    0n,
  ]);
  const go = () =>
    cuda.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 16, 0n, null, extra);
  assertEquals(go(), 0);
  const result = float(0);
  cuda.cuMemcpyDtoH_v2(result, x, 4n);
  assertEquals(result[0], 21);
  size[0] = 8n;
  assertEquals(go(), 1);
});

Deno.test("emulator: variables of a module", () => {
  start();
  const module = load(source);
  const bytes = new BigUint64Array(1);
  const table = output(
    "cuModuleGetGlobal",
    (cell) => cuda.cuModuleGetGlobal_v2(cell, bytes, module, cString("table")),
  );
  assertEquals(bytes[0], 24n);
  assertEquals(cuda.cuMemcpyHtoD_v2(table, new Float32Array(6), 24n), 0);
  assertEquals(cuda.cuMemcpyHtoD_v2(table, new Float32Array(7), 28n), 1);
  assertEquals(cuda.cuModuleUnload(module), 0);
  assertEquals(cuda.cuMemcpyHtoD_v2(table, new Float32Array(6), 24n), 1);
  assertEquals(cuda.cuModuleUnload(module), 400);
});

Deno.test("emulator: the settings of the environment", () => {
  start({ MEMORY: "4096", DRIVER_VERSION: "11040", DEVICES: "3" });
  cuda.cuDriverGetVersion(ints);
  assertEquals(ints[0], 11040);
  cuda.cuDeviceGetCount(ints);
  assertEquals(ints[0], 3);
  allocate(4000);
  assertEquals(cuda.cuMemAlloc_v2(cell, 100n), 2);
  cuda.cuMemGetInfo_v2(cell, new BigUint64Array(1));
  assertEquals(cell[0], 0n);
  start({ CAPABILITY: "86", ATTRIBUTES: "16:7" });
  const attribute = (which: number) => {
    assertEquals(cuda.cuDeviceGetAttribute(ints, which, 0), 0);
    return ints[0];
  };
  assertEquals([75, 76, 16, 10].map(attribute), [8, 6, 7, 32]);
  const image = compile(source, ["-arch=sm_90"]);
  assertEquals(cuda.cuModuleLoadData(cell, image.cubin), 209);
  Deno.env.set("ALLPAIRS_EMULATOR_DEVICES", "0");
  assertEquals(cuda.cuInit(0), 100);
});

Deno.test("emulator: any call can be made to fail", () => {
  start();
  const fail = (text: string) => {
    Deno.env.set("ALLPAIRS_EMULATOR_FAIL", text);
    return cuda.cuInit(0);
  };
  assertEquals(fail("cuInit:100"), 100);
  assertEquals(fail("cuMemAlloc:2:2,cuStreamCreate:CUDA_ERROR_UNKNOWN"), 0);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), 0);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), 2);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), 0);
  assertEquals(cuda.cuStreamCreate(cell, 0), 999);
  assertEquals(cuda.cuStreamCreate(cell, 0), 999);
  fail("nvrtcCompileProgram:11");
  assertEquals(compile(source).code, 11);
  // A device that is lost stays lost.
  fail("cuCtxSynchronize:700:1");
  assertEquals(cuda.cuCtxSynchronize(), 700);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), 700);
});

Deno.test("emulator: contexts belong to threads, and end", () => {
  const context = start();
  assertEquals(cuda.cuCtxGetCurrent(cell), 0);
  assertEquals(cell[0], context);
  assertEquals(cuda.cuDevicePrimaryCtxRelease_v2(0), 0);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), 709);
  assertEquals(cuda.cuCtxSetCurrent(0n), 0);
  assertEquals(cuda.cuMemAlloc_v2(cell, 4n), 201);
  assertEquals(cuda.cuDevicePrimaryCtxRelease_v2(0), 201);
});

Deno.test("emulator: names and messages of codes", () => {
  const text = (call: "cuGetErrorName" | "cuGetErrorString", code: number) => {
    const rc = cuda[call](code, cell);
    return rc || readCString(Deno.UnsafePointer.create(cell[0]));
  };
  assertEquals(text("cuGetErrorName", 700), "CUDA_ERROR_ILLEGAL_ADDRESS");
  assertEquals(text("cuGetErrorString", 2), "out of memory");
  assertEquals(text("cuGetErrorName", 12345), 1);
  assertEquals(
    readCString(nvrtc.nvrtcGetErrorString(6)),
    "NVRTC_ERROR_COMPILATION",
  );
});
