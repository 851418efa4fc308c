/**
 * Finds and opens the libraries of CUDA. Nothing is asked for: where a
 * permission is missing, that is the reason why a try failed. A library that
 * was opened stays open, as calls after closing it would crash.
 *
 * @module
 */

import { DeviceUnavailableError } from "../src/errors.ts";
import { candidates, type LibraryKind, OVERRIDES, type Try } from "./places.ts";

export type { LibraryKind, Try } from "./places.ts";

/** A library that was opened. */
export interface Opened<S extends Deno.ForeignLibraryInterface> {
  /** Its functions. */
  readonly symbols: Deno.DynamicLibrary<S>["symbols"];
  /** Where it was found. */
  readonly path: string;
}

const TITLES: Readonly<Record<LibraryKind, string>> = {
  cuda: "the CUDA driver (libcuda)",
  nvrtc: "NVRTC, the run-time compiler of CUDA",
};

const ADVICE: Readonly<Record<LibraryKind, string>> = {
  cuda: "install the NVIDIA driver",
  nvrtc:
    "install the CUDA toolkit, or only NVRTC: pip install nvidia-cuda-nvrtc",
};

/**
 * Opens a library.
 *
 * @param kind which library
 * @param interfaceOf its functions
 * @throws {DeviceUnavailableError} with everything that was tried
 */
export function openLibrary<const S extends Deno.ForeignLibraryInterface>(
  kind: LibraryKind,
  functions: S,
): Opened<S> {
  const runtime = (globalThis as { Deno?: typeof Deno }).Deno;
  if (runtime?.dlopen === undefined) {
    throw unavailable(kind, [{
      path: TITLES[kind],
      reason: "this runtime cannot load libraries: Deno can",
    }]);
  }
  const tried: Try[] = [];
  for (const path of candidates(kind, tried)) {
    if (!mayLoad(path)) {
      tried.push({ path, reason: "no permission to load it: --allow-ffi" });
      continue;
    }
    try {
      if (kind === "nvrtc") openBuiltins(path);
      return { symbols: runtime.dlopen(path, functions).symbols, path };
    } catch (error) {
      tried.push({ path, reason: reasonOf(error, path) });
    }
  }
  throw unavailable(kind, withoutRepeats(tried));
}

function unavailable(
  kind: LibraryKind,
  tried: readonly Try[],
): DeviceUnavailableError {
  return new DeviceUnavailableError(
    `Cannot use CUDA: ${TITLES[kind]} was not found; ${
      ADVICE[kind]
    }, run with --allow-ffi --allow-env --allow-read, or set ${
      OVERRIDES[kind]
    } to the path of the library. Tried:`,
    tried,
  );
}

/** Whether a library may be loaded; the user is not asked. */
function mayLoad(path: string): boolean {
  return Deno.permissions.querySync({ name: "ffi", path }).state === "granted";
}

/** One line where no library at all may be loaded. */
function withoutRepeats(tried: readonly Try[]): readonly Try[] {
  const refused = (t: Try) => t.reason.startsWith("no permission to load");
  const others = tried.filter((t) => !refused(t));
  const opened = others.some((t) => /\.(so|dll)/.test(t.path));
  if (opened || tried.length - others.length < 2) return tried;
  return [
    ...others.filter((t) => t.path.startsWith("$")),
    { path: "all libraries", reason: "no permission to load any: --allow-ffi" },
  ];
}

/** What the loader says, without what is said twice. */
function reasonOf(error: unknown, path: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll("Could not open library: ", "")
    .replace(`${path}: `, "").trim();
}

/** What the libraries are called that the compiler opens itself. */
const BUILTINS = /^(libnvrtc-builtins\.so|nvrtc-builtins64_)/;

/**
 * The compiler opens a second library by its bare name. Where both lie in a
 * folder that the loader does not search, it is opened here first.
 */
function openBuiltins(path: string): void {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = path.slice(0, Math.max(0, end));
  if (folder === "" || !mayList(folder)) return;
  for (const { name } of listed(folder)) {
    const builtins = `${folder}${path[end]}${name}`;
    if (!BUILTINS.test(name) || !mayLoad(builtins)) continue;
    try {
      Deno.dlopen(builtins, {});
    } catch {
      // The compiler itself will say what it misses.
    }
  }
}

function mayList(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state ===
    "granted";
}

function listed(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}
