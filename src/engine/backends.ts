/**
 * The backends by name.
 *
 * @module
 */

import { javascriptBackend } from "../cpu/backend.ts";
import { cudaBackend } from "../cuda/backend.ts";
import { compiler, hasKernels } from "../cuda/compile.ts";
import { cudaDevice } from "../cuda/context.ts";
import {
  ArgumentError,
  DeviceUnavailableError,
  suggestion,
} from "../errors.ts";
import { referenceBackend } from "../reference/interpret.ts";
import { wasmBackend } from "../wasm/backend.ts";
import { hasVectors } from "../wasm/platform.ts";
import type { Backend } from "../launch/launch.ts";

/** What runs programs; `"auto"` takes the fastest one that is there. */
export type BackendName = "auto" | "reference" | "js" | "wasm" | "cuda";

const NAMES: readonly BackendName[] = [
  "auto",
  "reference",
  "js",
  "wasm",
  "cuda",
];

let generates: boolean | undefined;

/** Whether this page or process may compile generated JavaScript. */
function mayGenerate(): boolean {
  if (generates === undefined) {
    try {
      generates = new Function("return true;")() as boolean;
    } catch {
      generates = false;
    }
  }
  return generates;
}

/**
 * The backend with this name.
 *
 * @param name `"auto"` is `"wasm"` where there are WebAssembly vectors, else
 * `"js"`, or `"reference"` where generated code is forbidden
 * @returns what prepares and runs programs
 */
export function backendNamed(name: BackendName): Backend {
  switch (name) {
    case "auto":
      if (hasVectors()) return wasmBackend;
      return mayGenerate() ? javascriptBackend : referenceBackend;
    case "reference":
      return referenceBackend;
    case "js":
      if (mayGenerate()) return javascriptBackend;
      throw new DeviceUnavailableError(
        `Cannot use the backend "js": generated code is forbidden here; "reference" is available`,
      );
    case "wasm":
      if (hasVectors()) return wasmBackend;
      throw new DeviceUnavailableError(
        `Cannot use the backend "wasm": there are no WebAssembly vectors here; "auto" and "reference" are available`,
      );
    case "cuda":
      // Asked for and not there is an error, here and not later.
      cudaDevice(0);
      if (!hasKernels()) compiler();
      return cudaBackend;
    default:
      throw new ArgumentError(
        `Cannot use the backend "${name}"${
          suggestion(String(name), NAMES)
        }: one of ${NAMES.map((n) => `"${n}"`).join(", ")} is wanted`,
      );
  }
}

/** The names of the backends that can be used here, the fastest first. */
export function availableBackends(): BackendName[] {
  const names: BackendName[] = ["reference"];
  if (mayGenerate()) names.unshift("js");
  if (hasVectors()) names.unshift("wasm");
  return names;
}
