/**
 * What goes wrong on a GPU, provoked on the emulator: each failure has its
 * error, and the library works afterwards.
 *
 * @module
 */

import {
  cudaKernel,
  customOp,
  doctor,
  exportKernels,
  full,
  genred,
  grad,
  importKernels,
  scope,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../mod.ts";
import { forgetKernels } from "../src/cuda/compile.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import {
  ArgumentError,
  CompileError,
  CudaError,
  OutOfMemoryError,
} from "../src/errors.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "./assert.ts";
import { alive, calls, DRIVER, having, ON_EMULATOR } from "./emulator_hooks.ts";

if (!ON_EMULATOR) {
  console.log(
    "SKIPPED: tests of failures of CUDA: `deno task test:emulator` runs them",
  );
}

const test = (name: string, fn: () => void | Promise<void>) =>
  Deno.test({ name, ignore: !ON_EMULATOR, fn });

const points = () => tensor([[0, 0], [1, 0]], undefined, { device: "cuda" });

/** A computation that is right only where everything works. */
function works(): void {
  scope(() => {
    const x = points();
    const sums = Vi(x).sqdist(Vj(x)).neg().exp().sum("j");
    const expected = Math.fround(1 + Math.exp(-1));
    sums.dataSync().forEach((s) => assert(Math.abs(s - expected) < 1e-6));
  });
}

/** The error that a program of its own ends with. */
async function errorOf(env: Readonly<Record<string, string>>) {
  const code = `import { tensor } from "${new URL(
    "../mod.ts",
    import.meta.url,
  )}";
    import { backendNamed } from "${new URL(
    "../src/engine/backends.ts",
    import.meta.url,
  )}";
    try { backendNamed("cuda"); tensor([1], [1], { device: "cuda" }); }
    catch (error) { console.log(error.name + ": " + error.message); }
    console.log(tensor([1]).device);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    env: { NO_COLOR: "1", ...env },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

test("no driver, no device, versions that are too old", async () => {
  const nvrtc = Deno.env.get("ALLPAIRS_NVRTC_LIBRARY") ?? "";
  const cases: [Record<string, string>, string][] = [
    [
      { ALLPAIRS_CUDA_LIBRARY: "/nowhere/libcuda.so.1" },
      "DeviceUnavailableError: Cannot use CUDA: the CUDA driver (libcuda) was not found; install the NVIDIA driver, run with --allow-ffi --allow-env --allow-read, or set ALLPAIRS_CUDA_LIBRARY to the path of the library. Tried:\n  /nowhere/libcuda.so.1: cannot open shared object file: No such file or directory",
    ],
    [
      { ALLPAIRS_NVRTC_LIBRARY: "/nowhere/libnvrtc.so" },
      "DeviceUnavailableError: Cannot use CUDA: NVRTC, the run-time compiler of CUDA was not found; install the CUDA toolkit, or only NVRTC: pip install nvidia-cuda-nvrtc, run with --allow-ffi --allow-env --allow-read, or set ALLPAIRS_NVRTC_LIBRARY to the path of the library. Tried:\n  /nowhere/libnvrtc.so: cannot open shared object file: No such file or directory",
    ],
    [
      { ALLPAIRS_EMULATOR_DEVICES: "0" },
      `DeviceUnavailableError: Cannot use CUDA: the driver is there, but no device. Tried:\n  ${DRIVER}: cuInit failed with CUDA_ERROR_NO_DEVICE (100): the driver is there, but no GPU`,
    ],
    [
      { ALLPAIRS_EMULATOR_DRIVER_VERSION: "10020" },
      `DeviceUnavailableError: Cannot use CUDA: the NVIDIA driver is too old, it knows CUDA 10.2, 11.2 or later is wanted: update the driver. Tried:\n  ${DRIVER}: CUDA 10.2`,
    ],
    [
      { ALLPAIRS_EMULATOR_NVRTC_VERSION: "11010" },
      `DeviceUnavailableError: Cannot use CUDA: NVRTC 11.1 is too old, 11.2 or later is wanted: pip install nvidia-cuda-nvrtc. Tried:\n  ${nvrtc}: version 11.1`,
    ],
    [
      { ALLPAIRS_EMULATOR_FAIL: "cuDevicePrimaryCtxRetain:46" },
      "CudaError: cuDevicePrimaryCtxRetain failed with CUDA_ERROR_DEVICE_UNAVAILABLE (46): another process has it to itself",
    ],
  ];
  const found = await Promise.all(cases.map(([env]) => errorOf(env)));
  // Where CUDA does not work, the default device is the CPU.
  cases.forEach(([, message], k) => assertEquals(found[k], `${message}\ncpu`));
});

test("doctor says what does not work though it is there", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-check",
      `import { doctor } from "${new URL("../mod.ts", import.meta.url)}";
      console.log(doctor());`,
    ],
    env: {
      NO_COLOR: "1",
      ALLPAIRS_CACHE_DIR: Deno.execPath(),
      ALLPAIRS_EMULATOR_FAIL: "cuDevicePrimaryCtxRetain:2",
    },
  }).output();
  const report = new TextDecoder().decode(stdout);
  for (
    const part of [
      `cuda kernels: compiled by each process: cannot write to ${Deno.execPath()}: `,
      "cuda: cannot be used: cuDevicePrimaryCtxRetain failed with CUDA_ERROR_OUT_OF_MEMORY (2): the device has too little memory left",
      "default device: cpu (CUDA does not work here: see above)",
    ]
  ) assertStringIncludes(report, part);
});

test("out of memory tells what was asked for, and who holds the rest", async () => {
  works();
  cudaDevice(0).queue.flush();
  cudaDevice(0).pool.trim();
  // Other files of tests in this process may hold some memory.
  const [held] = alive();
  await having({ MEMORY: String(held + 4e6) }, () => {
    const device = "cuda";
    const half = tensor(new Float32Array(5e5), [5e5], { device });
    const error = assertThrows(
      () => tensor(new Float32Array(1e6), [1e6], { device }),
      OutOfMemoryError,
    );
    assert(
      /^Cannot allocate 4\.00 MiB on the device "cuda": .* of \S+ MiB are free, .* are held by \d+ tensors?, 0 bytes by this call, .* by others; dispose of tensors \(scope\(\) does it for temporary ones\), or use smaller batches$/
        .test(error.message),
      error.message,
    );
    assert(error.asked >= 4e6 && (error.free ?? NaN) < 4e6);
    works();
    // What was disposed of is kept for other lengths, until it is needed.
    half.dispose();
    using other = tensor(new Float32Array(7e5), [7e5], { device });
    assertEquals(other.shape, [7e5]);
    works();
  });
  works();
});

test("what fails gives its memory back before anybody tries again", async () => {
  const { pool, queue } = cudaDevice(0);
  const x = tensor(new Float32Array(2e5), [2e5, 1], { device: "cpu" });
  const b = tensor(new Float32Array(100), [1, 100], { device: "cpu" });
  using there = x.to("cuda");
  const twice = cudaKernel('extern "C" __global__ void twice() {}', {
    name: "twice",
    parameters: ["float32"],
    outputs: ({ shape }) => [{ shape }, { shape: [100, ...shape] }],
    grid: () => 1,
  });
  queue.flush();
  pool.trim();
  const { used } = pool;
  // Inputs that are copied there, and the first of several results, fit.
  await having({ MEMORY: String(alive()[0] + 8e6) }, () => {
    const tries = [
      () => Vi(x).mul(Vj(b)).dense({ backend: "cuda" }),
      () => Vi(there).kminArgkmin(30, "j"),
      () => there.gather(new Int32Array(1e7)),
      () => full([1e7], 2, { device: "cuda" }),
      () => twice(there),
    ];
    for (const attempt of tries) {
      for (let k = 0; k < 5; k++) {
        assertThrows(attempt, OutOfMemoryError);
        assertEquals(pool.used, used, String(attempt));
      }
    }
    works();
  });
});

test("results that nobody fetched, and launches that wait, make room", async () => {
  const { pool, queue } = cudaDevice(0);
  const x = tensor(new Float32Array(2e5).fill(1), [2e5, 1], { device: "cpu" });
  queue.flush();
  pool.trim();
  await having({ MEMORY: String(alive()[0] + 3.2e6) }, () => {
    const many = Array.from(
      { length: 5 },
      (_, k) => Vi(x).add(k).mul(Vj([[2]])).sum("j", { backend: "cuda" }),
    );
    // None of these formulas has a kernel yet.
    const others = ["Exp", "Atan"].map((op) =>
      genred(`Sin(${op}(x)) * y`, ["x = Vi(1)", "y = Vj(1)"], {
        reduction: "Sum",
        axis: 1,
        backend: "cuda",
      })(x, [[1]]) as Tensor
    );
    many.forEach((t, k) => assertEquals(t.dataSync()[7], 2 + 2 * k));
    const expected = [Math.exp, Math.atan].map((f) => Math.sin(f(1)));
    others.forEach((t, k) =>
      assert(Math.abs(t.dataSync()[7] - expected[k]) < 1e-6)
    );
  });
});

test("an allocation that fails once is tried again", async () => {
  const idle = tensor(new Float32Array(3e5), [3e5], { device: "cuda" });
  idle.dispose();
  await having({ FAIL: "cuMemAlloc:2:1" }, () => {
    using x = tensor(new Float32Array(1e5), [1e5], { device: "cuda" });
    assertEquals(x.sum().item(), 0);
  });
  works();
});

const FAULT = `extern "C" __global__ void fault(const float* x, float* out) {
  out[threadIdx.x] = x[threadIdx.x + (1 << 28)];
}`;

test("a kernel that reads beyond its arrays loses the device, once", async () => {
  const fault = cudaKernel(FAULT, {
    name: "fault",
    parameters: ["float32"],
    outputs: (x) => [{ shape: x.shape }],
    grid: () => 1,
    block: 32,
  });
  await having({ QUIET: "1" }, async () => {
    const before = points();
    const x = tensor(new Float32Array(32), [32], { device: "cuda" });
    const [out] = fault(x);
    const error = await assertRejects(() => out.data(), CudaError);
    assertEquals(
      [error.code, error.codeName],
      [700, "CUDA_ERROR_ILLEGAL_ADDRESS"],
    );
    assertStringIncludes(
      error.message,
      "a kernel read or wrote outside its arrays",
    );
    // What was on the device is gone, and says so; new tensors work.
    assertThrows(() => before.dataSync(), CudaError);
    assertThrows(() => before.add(1), CudaError);
    before.dispose();
    works();
  });
});

test("a device that another thread lost is found again", async () => {
  const before = points();
  before.dataSync();
  const resets = () => calls("cuDevicePrimaryCtxReset_v2");
  const asked = resets();
  const code = `
    import { cudaKernel, tensor } from "${new URL(
    "../mod.ts",
    import.meta.url,
  )}";
    const fault = cudaKernel(${JSON.stringify(FAULT)}, {
      name: "fault",
      parameters: ["float32"],
      outputs: (x) => [{ shape: x.shape }],
      grid: () => 1,
      block: 32,
    });
    const x = tensor(new Float32Array(32), [32], { device: "cuda" });
    try { fault(x)[0].dataSync(); } catch (error) { postMessage(error.code); }
  `;
  const url = URL.createObjectURL(
    new Blob([code], { type: "application/typescript" }),
  );
  await having({ QUIET: "1" }, async () => {
    const worker = new Worker(url, { type: "module" });
    const found = await new Promise((resolve) =>
      worker.onmessage = ({ data }) => resolve(data)
    );
    worker.terminate();
    assertEquals(found, 700);
  });
  assertThrows(() => before.dataSync(), CudaError);
  before.dispose();
  works();
  works();
  // What the other thread may have begun anew was left alone.
  assertEquals(resets() - asked, 1);
  for (const code of ["201", "709"]) {
    await having({ FAIL: `cuCtxSetCurrent:${code}:1` }, works);
  }
});

test("launches that are refused, and contexts that get lost", async () => {
  works();
  const x = points();
  await having({ FAIL: "cuLaunchKernel:701:1" }, () => {
    const bad = x.mul(3);
    const error = assertThrows(() => bad.dataSync(), CudaError);
    assertEquals(
      [error.call, error.codeName],
      ["cuLaunchKernel", "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"],
    );
    // What was not computed is not computed with.
    assertThrows(() => bad.add(1).dataSync(), CudaError);
    works();
  });
  assertEquals(x.mul(3).arraySync(), [[0, 0], [3, 0]]);
  for (const code of ["214", "702", "709", "719", "999"]) {
    await having({ FAIL: `cuLaunchKernel:${code}:1` }, () => {
      const y = points().mul(2);
      const error = assertThrows(() => y.dataSync(), CudaError);
      assertEquals(error.code, Number(code));
      works();
    });
  }
});

test("source that does not compile is shown with its lines", () => {
  const broken = cudaKernel(
    'extern "C" __global__ void k(float* out) {\n  nonsense;\n}',
    {
      name: "k",
      parameters: [],
      outputs: () => [{ shape: [1] }],
      grid: () => 1,
    },
  );
  const error = assertThrows(() => broken(), CompileError);
  assertStringIncludes(error.message, "Cannot compile k.cu");
  assertStringIncludes(error.message, "2 |   nonsense;");
  assert(/k\.cu\(2\): error: .*nonsense/.test(error.log), error.log);
  works();
});

test("a compiler that fails fails the results, not the next ones", async () => {
  await having(
    { FAIL: "nvrtcCompileProgram:1,nvrtcCompileProgramLater:1" },
    async () => {
      const x = points();
      const y = x.mul(x).sin().add(0.123).cos();
      const error = await assertRejects(() => y.data(), CudaError);
      assertEquals(error.codeName, "NVRTC_ERROR_OUT_OF_MEMORY");
      assertThrows(() => y.dataSync(), CudaError);
    },
  );
  const y = points().mul(points()).sin().add(0.123).cos();
  assert(Math.abs(y.dataSync()[0] - Math.cos(0.123)) < 1e-6);
});

test("machine code that the driver does not take is replaced by PTX", async () => {
  forgetKernels();
  await having({ FAIL: "cuModuleLoadData:209:1" }, () => {
    const x = points();
    const y = x.mul(0.77).exp().add(x.tanh());
    assert(Math.abs(y.dataSync()[0] - 1) < 1e-6);
  });
});

test("kernels of one's own take tensors and numbers, and have derivatives", () => {
  const source = `extern "C" __global__ void mix(const double* x, double a,
    const int* n, long long count, int sign, float half, double* out, int* seen) {
  extern __shared__ double part[];
  long long i = blockIdx.x * (long long) blockDim.x + threadIdx.x;
  part[threadIdx.x] = i < count ? x[i] : 0.0;
  __syncthreads();
  if (i < count) {
    out[i] = sign * a * part[threadIdx.x] + half;
    seen[i] = n[i] + 1;
  }
}`;
  const mix = cudaKernel(source, {
    name: "mix",
    parameters: ["float64", "double", "int32", "long", "int", "float"],
    outputs: (x) => [{ shape: x.shape, dtype: "float64" }, {
      shape: [x.size],
      dtype: "int32",
    }],
    grid: (x) => Math.ceil(x.size / 32),
    block: [32, 1],
    shared: () => 256,
  });
  const x = tensor(Float64Array.of(1, 2, 3), [3, 1], { device: "cuda" });
  const n = tensor(Int32Array.of(4, 5, 6), [3], { device: "cuda" });
  const [out, seen] = mix(x, 2, n, 3, -1, 0.5);
  assertEquals(out.arraySync(), [[-1.5], [-3.5], [-5.5]]);
  assertEquals(seen.arraySync(), [5, 6, 7]);
  const op = customOp({
    forward: (x) => mix(x as typeof out, 2, n, 3, 1, 0)[0],
    backward: (g) => [g.mul(2)],
  });
  const t = x.detach().requiresGrad();
  assertEquals(grad(op(t).square().sum(), [t])[0].arraySync(), [[8], [16], [
    24,
  ]]);
  const wrong: [() => unknown, string][] = [
    [
      () => mix(x, 2, n, 3, 2 ** 31, 0),
      'Cannot run the kernel "mix" with the number 2147483648 as argument 4: a number (int) is wanted',
    ],
    [
      () => mix(x.to("float32"), 2, n, 3, 1, 0),
      'Cannot run the kernel "mix" with a tensor of dtype float32 as argument 0: a tensor of dtype float64 is wanted',
    ],
    [
      () => mix(x, 2, n, 3.5, 1, 0),
      'Cannot run the kernel "mix" with the number 3.5 as argument 3: a number (long) is wanted',
    ],
    [
      () => mix(x.to("cpu"), 2, n.to("cpu"), 3, 1, 0),
      'Cannot run the kernel "mix" on tensors on "cpu": a GPU is wanted; use .to("cuda")',
    ],
    [
      () => (mix as (...args: unknown[]) => unknown)(x, 2),
      'Cannot run the kernel "mix" with 2 arguments: 6 are wanted (float64, double, int32, long, int, float)',
    ],
  ];
  for (const [call, message] of wrong) {
    assertEquals(assertThrows(call, ArgumentError).message, message);
  }
});

test("compiled kernels are exported, imported and found in files", async () => {
  const folder = Deno.makeTempDirSync();
  const before = Deno.env.get("ALLPAIRS_CACHE_DIR") ?? "";
  Deno.env.set("ALLPAIRS_CACHE_DIR", folder);
  try {
    forgetKernels();
    const source = (k: number) =>
      `extern "C" __global__ void c(float* out) { *out = ${k}; }`;
    const make = (k: number) =>
      cudaKernel(source(k), {
        name: "c",
        parameters: [],
        outputs: () => [{ shape: [] }],
        grid: () => 1,
        block: 1,
      })()[0].item();
    assertEquals(make(5), 5);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    const bytes = exportKernels();
    assertStringIncludes(doctor(), `kept in ${folder}`);
    forgetKernels();
    assertEquals(importKernels(bytes), 1);
    assertThrows(() => importKernels(bytes.subarray(1)), ArgumentError);
    // A device that lost its context has to load its kernels again.
    await having({ FAIL: "cuLaunchKernel:719:1" }, () => {
      assertThrows(() => make(6), CudaError);
    });
    await having({ FAIL: "nvrtcCompileProgram:11" }, () => {
      assertEquals(make(5), 5);
      forgetKernels();
      assertEquals(make(6), 6); // from its file
      assertThrows(() => make(7), CudaError);
    });
    for (const { name } of Deno.readDirSync(folder)) {
      Deno.writeTextFileSync(`${folder}/${name}`, "broken");
    }
    forgetKernels();
    await having({ FAIL: "cuLaunchKernel:719:1" }, () => {
      assertThrows(() => make(8), CudaError);
    });
    assertEquals(make(5), 5);
  } finally {
    Deno.env.set("ALLPAIRS_CACHE_DIR", before);
    Deno.removeSync(folder, { recursive: true });
  }
});

test("permission for the two libraries alone is enough", async () => {
  const nvrtc = Deno.env.get("ALLPAIRS_NVRTC_LIBRARY") ?? "";
  const code = `import { doctor, tensor, Vi } from "${new URL(
    "../mod.ts",
    import.meta.url,
  )}";
    const x = tensor([1, 2, 3], [3, 1]);
    console.log(x.device, Vi(x).exp().sum("i").item().toFixed(3));
    console.log(doctor().match(/^cuda kernels: .*$/m)?.[0]);`;
  const run = async (libraries: string) => {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--no-config", "--no-check", "--ext=ts"],
        `--allow-ffi=${libraries}`,
        "--allow-env=ALLPAIRS_CUDA_LIBRARY,ALLPAIRS_NVRTC_LIBRARY",
        "-",
      ],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(code));
    await writer.close();
    return new TextDecoder().decode((await process.output()).stdout);
  };
  const both = await run(`${DRIVER},${nvrtc}`);
  assert(
    /^cuda 30\.193\ncuda kernels: compiled by each process: no folder is known: set ALLPAIRS_CACHE_DIR, with --allow-env/
      .test(both),
    both,
  );
  // The driver alone is not enough; nothing is asked for.
  assert((await run(DRIVER)).startsWith("cpu 30.193"));
});
