/**
 * Builds the stand-in libcuda and libnvrtc, and prints the two lines that make
 * a shell's programs use them. What was built before is used again as long as
 * the sources and the compiler are the same.
 *
 *     eval "$(deno task --quiet emulator)"
 *
 * @module
 */

const here = new URL(".", import.meta.url).pathname;
const sourceFolders = ["common", "driver", "nvrtc", "shim"];

/** Files of the driver folder that both libraries hold. */
const shared = ["common/settings.cpp", "driver/errors.cpp"];

/** Linked into kernels, not into the driver. */
const kernelPart = "driver/check_hooks.cpp";

const flags = [
  "-std=c++17",
  "-fPIC",
  "-fvisibility=hidden",
  "-fno-strict-aliasing",
  "-Wall",
  "-Wextra",
  "-pthread",
];

/** The driver runs kernels; the compiler's own part of the time is small. */
const optimisation = (path: string) =>
  path.startsWith("nvrtc/") ? "-O1" : "-O2";

async function run(command: string, args: string[]): Promise<string> {
  const output = await new Deno.Command(command, { args }).output();
  const text = new TextDecoder();
  if (!output.success) {
    throw new Error(
      `${command} ${args.join(" ")} failed:\n${text.decode(output.stderr)}`,
    );
  }
  return text.decode(output.stdout);
}

/** All source files, by path relative to this folder. */
function sources(): string[] {
  const paths: string[] = [];
  for (const folder of sourceFolders) {
    for (const entry of Deno.readDirSync(here + folder)) {
      if (entry.isFile) paths.push(`${folder}/${entry.name}`);
    }
  }
  return paths.sort();
}

/** A name that changes with the sources, the flags and the compiler. */
async function contentHash(paths: string[]): Promise<string> {
  const compiler = await run("g++", ["--version"]);
  const parts = [compiler, flags.join(" ")];
  for (const path of paths) {
    parts.push(path, optimisation(path), Deno.readTextFileSync(here + path));
  }
  const bytes = new TextEncoder().encode(parts.join("\0"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compiles files, as many at a time as there are cores. */
async function compileAll(paths: string[], folder: string): Promise<void> {
  const waiting = [...paths];
  const worker = async () => {
    for (let path = waiting.pop(); path; path = waiting.pop()) {
      await run("g++", [
        ...flags,
        optimisation(path),
        "-c",
        here + path,
        "-o",
        object(path, folder),
      ]);
    }
  };
  const workers = Math.max(1, navigator.hardwareConcurrency);
  await Promise.all(Array.from({ length: workers }, worker));
}

function object(path: string, folder: string): string {
  return `${folder}/${path.replaceAll("/", "_").replace(".cpp", ".o")}`;
}

async function link(
  library: string,
  paths: string[],
  folder: string,
): Promise<void> {
  const objects = paths.map((path) => object(path, folder));
  await run("g++", [
    "-shared",
    "-Wl,-z,defs",
    `-Wl,-soname,${library}`,
    "-o",
    `${folder}/${library}`,
    ...objects,
    "-pthread",
    "-ldl",
  ]);
}

/** Builds in a folder of its own, which then takes the final name at once. */
async function build(paths: string[], target: string): Promise<void> {
  const folder = `${target}.${Deno.pid}`;
  Deno.mkdirSync(`${folder}/shim`, { recursive: true });
  const code = paths.filter((path) => path.endsWith(".cpp"));
  await compileAll(code, folder);
  const driver = code.filter((path) =>
    path.startsWith("driver/") && path !== kernelPart
  );
  const nvrtc = code.filter((path) => path.startsWith("nvrtc/"));
  await link("libcuda.so.1", [...new Set([...driver, ...shared])], folder);
  await link("libnvrtc.so", [...nvrtc, ...shared], folder);
  Deno.renameSync(object(kernelPart, folder), `${folder}/check_hooks.o`);
  for (const path of code.filter((path) => path !== kernelPart)) {
    Deno.removeSync(object(path, folder));
  }
  for (const path of paths.filter((path) => path.startsWith("shim/"))) {
    Deno.copyFileSync(here + path, `${folder}/${path}`);
  }
  try {
    Deno.renameSync(folder, target);
  } catch (error) {
    // Another process was faster.
    Deno.removeSync(folder, { recursive: true });
    if (!exists(target)) throw error;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Where the two libraries are; builds them if need be. */
export async function emulatorLibraries(): Promise<
  { cuda: string; nvrtc: string }
> {
  const paths = sources();
  const folder = `${here}build/${await contentHash(paths)}`;
  if (!exists(folder)) await build(paths, folder);
  return { cuda: `${folder}/libcuda.so.1`, nvrtc: `${folder}/libnvrtc.so` };
}

if (import.meta.main) {
  const { cuda, nvrtc } = await emulatorLibraries();
  console.log(`export ALLPAIRS_CUDA_LIBRARY=${cuda}`);
  console.log(`export ALLPAIRS_NVRTC_LIBRARY=${nvrtc}`);
}
