/**
 * Compiled kernels in files, for the next process. Nothing is asked for:
 * without permission to read and write there, there are no files. A file that
 * is broken is as good as none.
 *
 * @module
 */

import {
  decodeKernels,
  encodeKernel,
  fileName,
  type KernelFile,
  type KernelKey,
  sameKey,
} from "./kernel_files.ts";

/** The environment variable that names the folder; `off` for none. */
export const CACHE_VARIABLE = "ALLPAIRS_CACHE_DIR";

/** More files than this are too many: the oldest go. */
const MOST_FILES = 4096;

/** Where the files are, or why there are none. */
export type CachePlace =
  | { readonly folder: string }
  | { readonly reason: string };

/** Where compiled kernels are kept in files, or why they are not. */
export function cachePlace(): CachePlace {
  const folder = cacheFolder();
  if (typeof folder !== "string") return folder;
  for (const name of ["read", "write"] as const) {
    const { state } = Deno.permissions.querySync({ name, path: folder });
    if (state !== "granted") {
      const reason = `no permission for ${folder}: --allow-${name}=${folder}`;
      return { reason };
    }
  }
  return { folder };
}

function cacheFolder(): string | { readonly reason: string } {
  const named = variable(CACHE_VARIABLE);
  if (named === "off") return { reason: `$${CACHE_VARIABLE} is off` };
  if (named) return named;
  const home = variable("HOME");
  switch (Deno.build.os) {
    case "windows": {
      const local = variable("LOCALAPPDATA");
      if (local) return `${local}\\allpairs\\cache`;
      break;
    }
    case "darwin":
      if (home) return `${home}/Library/Caches/allpairs`;
      break;
    default: {
      const cache = variable("XDG_CACHE_HOME") || home && `${home}/.cache`;
      if (cache) return `${cache}/allpairs`;
    }
  }
  return {
    reason: `no folder is known: set ${CACHE_VARIABLE}, with --allow-env`,
  };
}

function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The kernel that a former process compiled, if any. */
export function readKernel(key: KernelKey): KernelFile | undefined {
  const place = cachePlace();
  if ("reason" in place) return undefined;
  try {
    const bytes = Deno.readFileSync(`${place.folder}/${fileName(key)}`);
    return decodeKernels(bytes)?.find((file) => sameKey(file, key));
  } catch {
    return undefined;
  }
}

/** Keeps a kernel for later processes; where that fails, they compile. */
export function writeKernel(file: KernelFile): void {
  const place = cachePlace();
  if ("reason" in place) return;
  const { folder } = place;
  const path = `${folder}/${fileName(file)}`;
  const unfinished = `${path}.${crypto.randomUUID()}`;
  try {
    makeFolder(folder);
    Deno.writeFileSync(unfinished, encodeKernel(file));
    // Others see the whole file, or none.
    Deno.renameSync(unfinished, path);
  } catch {
    discard(unfinished);
    // Somebody may have removed the folder.
    tidied.delete(folder);
  }
}

/** Why no file can be written to a folder, if so: one is written, and goes. */
export function cacheTrouble(folder: string): string | undefined {
  const probe = `${folder}/${crypto.randomUUID()}`;
  try {
    makeFolder(folder);
    Deno.writeFileSync(probe, new Uint8Array());
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    discard(probe);
  }
}

/** Forgets the file of a kernel that does not load. */
export function removeKernel(key: KernelKey): void {
  const place = cachePlace();
  if ("folder" in place) discard(`${place.folder}/${fileName(key)}`);
}

function discard(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is not there, or not ours to remove.
  }
}

const tidied = new Set<string>();

/** The folder; at the first call it is rid of the oldest files. */
function makeFolder(folder: string): void {
  if (tidied.has(folder)) return;
  Deno.mkdirSync(folder, { recursive: true });
  tidied.add(folder);
  const files = [...Deno.readDirSync(folder)].map((entry) => entry.name)
    .filter((name) => name.includes(".kernel"));
  if (files.length <= MOST_FILES) return;
  const age = (name: string) =>
    Deno.statSync(`${folder}/${name}`).mtime?.getTime() ?? 0;
  files.map((name) => ({ name, time: age(name) }))
    .sort((a, b) => a.time - b.time)
    .slice(0, files.length - MOST_FILES / 2)
    .forEach(({ name }) => discard(`${folder}/${name}`));
}
