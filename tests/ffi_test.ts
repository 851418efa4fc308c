/**
 * What happens where libraries are missing: no GPU is needed, but permission
 * to load libraries.
 *
 * @module
 */

import { Cuda } from "../ffi/cuda.ts";
import { openLibrary } from "../ffi/libraries.ts";
import { candidates, type Try } from "../ffi/places.ts";
import { Nvrtc } from "../ffi/nvrtc.ts";
import { doctor } from "../src/devices.ts";
import { backendNamed } from "../src/engine/backends.ts";
import { DeviceUnavailableError } from "../src/errors.ts";
import { assert, assertEquals, assertThrows } from "./assert.ts";

const may = (descriptor: Deno.PermissionDescriptor) =>
  Deno.permissions.querySync(descriptor).state === "granted";

const ignore = !may({ name: "ffi" }) || !may({ name: "env" });
if (ignore) {
  console.log("SKIPPED: tests of missing libraries: --allow-ffi --allow-env");
}

/** Runs something with environment variables set, or absent. */
function withEnvironment(
  values: Readonly<Record<string, string | undefined>>,
  run: () => void,
): void {
  const before = Object.keys(values).map((k) => [k, Deno.env.get(k)] as const);
  const set = (name: string, value: string | undefined) =>
    value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  for (const [name, value] of Object.entries(values)) set(name, value);
  try {
    run();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

Deno.test({
  name: "without permission nothing is tried, nothing is asked",
  permissions: "none",
  fn() {
    for (const make of [() => new Cuda(), () => new Nvrtc()]) {
      const error = assertThrows(make, DeviceUnavailableError);
      assert(error.message.includes("--allow-ffi"), error.message);
      const reasons = error.tried.map((t) => t.reason).join("\n");
      assert(reasons.includes("--allow-env"), reasons);
      assert(reasons.includes("--allow-ffi"), reasons);
    }
    assert(doctor().includes("cuda driver: not available"));
    assertThrows(() => backendNamed("cuda"), DeviceUnavailableError);
  },
});

Deno.test({
  name: "a library that is named is the only one that is tried",
  ignore,
  fn() {
    const path = "/nowhere/libcuda.so.1";
    withEnvironment({ ALLPAIRS_CUDA_LIBRARY: path }, () => {
      const error = assertThrows(() => new Cuda(), DeviceUnavailableError);
      assertEquals(error.tried.map((t) => t.path), [path]);
      assert(error.tried[0].reason.includes("No such file"));
    });
  },
});

Deno.test({
  name: "a file that is no library, or the wrong one, says so",
  ignore: ignore || !may({ name: "write" }) || Deno.build.os !== "linux",
  fn() {
    const path = Deno.makeTempFileSync({ suffix: ".so" });
    Deno.writeTextFileSync(path, "not a library, but long enough to be read");
    withEnvironment({ ALLPAIRS_NVRTC_LIBRARY: path }, () => {
      const error = assertThrows(() => new Nvrtc(), DeviceUnavailableError);
      assertEquals(error.tried.length, 1);
      assert(/invalid ELF|too short/.test(error.tried[0].reason));
    });
    Deno.removeSync(path);
    withEnvironment({ ALLPAIRS_CUDA_LIBRARY: "libm.so.6" }, () => {
      const error = assertThrows(() => new Cuda(), DeviceUnavailableError);
      assert(/symbol/.test(error.tried[0].reason), error.tried[0].reason);
    });
  },
});

Deno.test({
  name: "every folder that was tried is told",
  ignore,
  fn() {
    const toolkit = "/nowhere/cuda";
    withEnvironment({
      ALLPAIRS_NVRTC_LIBRARY: undefined,
      CUDA_HOME: toolkit,
    }, () => {
      const none = { no_such_function: { parameters: [], result: "i32" } };
      const error = assertThrows(
        () => openLibrary("nvrtc", none as Deno.ForeignLibraryInterface),
        DeviceUnavailableError,
      );
      const paths = error.tried.map((t) => t.path);
      assert(paths.some((p) => p.startsWith(toolkit)), paths.join("\n"));
      assert(paths.includes("libnvrtc.so.12"), paths.join("\n"));
      assert(error.message.includes("pip install nvidia-cuda-nvrtc"));
    });
  },
});

/** Where a library is looked for, found or not. */
function places(
  kind: "cuda" | "nvrtc",
  os: typeof Deno.build.os,
  arch: typeof Deno.build.arch = "x86_64",
): string[] {
  const tried: Try[] = [];
  const paths = candidates(kind, tried, { os, arch });
  return [...paths, ...tried.map((t) => t.path)];
}

const NONE = {
  ALLPAIRS_CUDA_LIBRARY: undefined,
  ALLPAIRS_NVRTC_LIBRARY: undefined,
  CUDA_HOME: undefined,
  CUDA_PATH: undefined,
};

Deno.test({
  name: "libraries have their names and places on Linux, in WSL, on Windows",
  ignore,
  fn() {
    const root = "C:\\CUDA\\v13.0";
    withEnvironment({
      ...NONE,
      SystemRoot: undefined,
      PATH: `C:\\tools;D:\\NVIDIA\\bin`,
      VIRTUAL_ENV: "C:\\env",
      CONDA_PREFIX: "C:\\conda",
      CUDA_PATH: root,
    }, () => {
      const driver = places("cuda", "windows");
      assertEquals(driver.at(-1), "C:\\Windows\\System32");
      assert(driver.includes("nvcuda.dll"), driver.join("\n"));
      const compiler = places("nvrtc", "windows");
      for (
        const path of [
          "nvrtc64_130_0.dll",
          "nvrtc64_120_0.dll",
          "nvrtc64_112_0.dll",
          `${root}\\bin`,
          `${root}\\bin\\x64`,
          "D:\\NVIDIA\\bin",
          "C:\\env\\Lib\\site-packages\\nvidia\\cu13\\bin\\x86_64",
          "C:\\conda\\Library\\bin",
        ]
      ) assert(compiler.includes(path), `${path} of ${compiler.join("\n")}`);
      assert(!compiler.includes("C:\\tools"));
    });
    const unix = { LD_LIBRARY_PATH: "/a::/b", CONDA_PREFIX: "/conda" };
    withEnvironment({ ...NONE, ...unix }, () => {
      const driver = places("cuda", "linux").join("\n");
      for (const name of ["libcuda.so.1", "/usr/lib/wsl/lib", "/a", "/b"]) {
        assert(driver.includes(name), driver);
      }
      const compiler = places("nvrtc", "linux", "aarch64").join("\n");
      for (const soname of ["so.13", "so.12", "so.11.2"]) {
        assert(compiler.includes(`libnvrtc.${soname}`), compiler);
      }
      assert(compiler.includes("/usr/lib/aarch64-linux-gnu"), compiler);
      assert(compiler.includes("/conda/lib"), compiler);
    });
  },
});

Deno.test({
  name: "what pip has installed is found, for any version of Python",
  ignore: ignore || !may({ name: "write" }) || Deno.build.os !== "linux",
  fn() {
    const root = Deno.makeTempDirSync();
    const folder = `${root}/lib/python3.13/site-packages/nvidia/cu13/lib`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(`${folder}/libnvrtc.so.13`, "");
    withEnvironment({ ...NONE, VIRTUAL_ENV: root }, () => {
      assert(places("nvrtc", "linux").includes(`${folder}/libnvrtc.so.13`));
    });
    Deno.removeSync(root, { recursive: true });
  },
});
