/** The stand-in NVRTC: options, logs, names. */

import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import {
  allocate,
  compile,
  cuda,
  download,
  kernelOf,
  launch,
  load,
  nvrtc,
  output,
  start,
} from "../session.ts";
import { cString } from "../table.ts";

const empty = `extern "C" __global__ void k() {}`;

Deno.test("emulator: a compile error names the line", () => {
  start();
  const { code, log } = compile(`// a comment
extern "C" __global__ void k(float* x) {
  extern __shared__ float s[];
  asm("ex2.approx.f32 %0, %1;"
      : "=f"(x[0]) : "f"(x[1]));
  x[0] = missing;
}`);
  assertEquals(code, 6);
  assertStringIncludes(log, "k.cu(6): error: ");
  assertStringIncludes(log, "missing");
  assertStringIncludes(log, "1 error detected");
});

Deno.test("emulator: there are no headers, as in NVRTC", () => {
  start();
  for (const header of ["cmath", "stdint.h", "cuda_fp16.h"]) {
    assertEquals(compile(`#include <${header}>\n${empty}`).code, 6);
  }
  for (const name of ["INFINITY", "NAN", "M_PI", "FLT_MAX", "uint32_t(1)"]) {
    const source = `__device__ float f() { return ${name}; }\n${empty}`;
    assertEquals([name, compile(source).code], [name, 6]);
  }
});

Deno.test("emulator: options", () => {
  start();
  const good = [
    ["--gpu-architecture=compute_90"],
    ["-arch", "sm_90a"],
    ["--std=c++17", "--use_fast_math", "--fmad=false"],
    ["-DX=1", "-D", "Y=2", "--define-macro=Z"],
    ["--ptxas-options=-v", "-lineinfo", "--maxrregcount=64"],
  ];
  for (const options of good) assertEquals(compile(empty, options).code, 0);
  const unknown = compile(empty, ["--foo"]);
  assertEquals(unknown.code, 5);
  assertStringIncludes(unknown.log, "unrecognized option --foo found");
  assertEquals(compile(empty, ["-arch=sm_20"]).code, 5);
  assertEquals(compile(empty, ["-arch"]).code, 5);
  assertEquals(
    compile(`${empty}\n#if X != 3\n#error X\n#endif`, ["-DX=3"]).code,
    0,
  );
  const arch = `${empty}\n#if __CUDA_ARCH__ != 860\n#error arch\n#endif`;
  assertEquals(compile(arch, ["-arch=compute_86"]).code, 0);
});

Deno.test("emulator: a cubin for an architecture, else PTX only", () => {
  start();
  assertEquals(compile(empty, ["-arch=compute_90"]).cubin.length, 0);
  const { cubin, log } = compile(empty, ["-arch=sm_90", "--ptxas-options=-v"]);
  assertStringIncludes(log, "Used 32 registers");
  const module = output(
    "cuModuleLoadData",
    (cell) => cuda.cuModuleLoadData(cell, cubin),
  );
  launch(kernelOf(module, "k"), { grid: 1, block: 1 });
});

Deno.test("emulator: templates by name expressions, variables by names", () => {
  start();
  const { ptx, lowered } = compile(
    `namespace inner {
template <class T, int N> __global__ void fill(T* x) { x[threadIdx.x] = N; }
__global__ void plain(float* x) { x[threadIdx.x] = 5; }
__constant__ float scale[3];
}`,
    [],
    ["inner::fill<float, 3>", "&inner::plain", "&inner::scale"],
  );
  const module = output(
    "cuModuleLoadData",
    (cell) => cuda.cuModuleLoadData(cell, ptx),
  );
  const x = allocate(4);
  const value = () => download(x, new Float32Array(1))[0];
  launch(kernelOf(module, lowered[0]), { grid: 1, block: 1 }, x);
  assertEquals(value(), 3);
  launch(kernelOf(module, lowered[1]), { grid: 1, block: 1 }, x);
  assertEquals(value(), 5);
  const bytes = new BigUint64Array(1);
  const cell = new BigUint64Array(1);
  const name = cString(lowered[2]);
  assertEquals(cuda.cuModuleGetGlobal_v2(cell, bytes, module, name), 0);
  assertEquals(bytes[0], 12n);
  // Without extern "C" a kernel has no plain name.
  assertEquals(cuda.cuModuleGetFunction(cell, module, cString("plain")), 500);
});

Deno.test("emulator: each load has variables of its own", () => {
  start();
  const source = `__device__ int calls;
extern "C" __global__ void k(int* x) { x[0] = ++calls; }`;
  const first = kernelOf(load(source), "k");
  const second = kernelOf(load(source), "k");
  const x = allocate(4);
  const call = (kernel: bigint) => {
    launch(kernel, { grid: 1, block: 1 }, x);
    return download(x, new Int32Array(1))[0];
  };
  assertEquals([first, first, second].map(call), [1, 2, 1]);
});

Deno.test("emulator: comments, strings and macros do not confuse", () => {
  start();
  const module = load(`
// __global__ void not_a_kernel(
/* extern __shared__ float nothing[]; */
#define KERNEL(name) /* __global__ */ \\
  name
const char* const text = "__global__ void nor_this(";
#if 0
#endif
extern __shared__ __align__(16) unsigned char outside[];
extern "C" {
__global__ void __launch_bounds__(32, 1) KERNEL(k)(float* x) {
  float* s = (float*)outside;
  s[threadIdx.x] = '"' + 1'000;
  x[threadIdx.x] = s[threadIdx.x];
}
}`.replace("KERNEL(k)", "k"));
  const x = allocate(128);
  launch(kernelOf(module, "k"), { grid: 1, block: 32, shared: 128 }, x);
  assertEquals(download(x, new Float32Array(32))[31], 1034);
});

Deno.test("emulator: the version of the compiler", () => {
  start();
  const major = new Int32Array(1), minor = new Int32Array(1);
  assertEquals(nvrtc.nvrtcVersion(major, minor), 0);
  assert.ok(major[0] >= 12);
});
