/** Compiled kernels as bytes and as files. */

import {
  CACHE_VARIABLE,
  cachePlace,
  readKernel,
  removeKernel,
  writeKernel,
} from "../../src/cuda/kernel_cache.ts";
import {
  decodeKernels,
  encodeKernel,
  fileName,
  type KernelFile,
} from "../../src/cuda/kernel_files.ts";
import { assert, assertEquals } from "../assert.ts";

const FILE: KernelFile = {
  source: "__global__ void k() {}\n// naïve",
  architecture: 90,
  options: ["-lineinfo"],
  compiler: "13.0",
  image: new Uint8Array([10, 0, 255, 10, 7]),
};

const OTHER = { ...FILE, source: "other", image: new Uint8Array(0) };

Deno.test("kernels as bytes are what they were", () => {
  const bytes = new Uint8Array([
    ...encodeKernel(FILE),
    ...encodeKernel(OTHER),
  ]);
  assertEquals(decodeKernels(bytes), [FILE, OTHER]);
  assertEquals(decodeKernels(new Uint8Array(0)), []);
});

Deno.test("bytes that were changed anywhere are no kernels", () => {
  const bytes = encodeKernel(FILE);
  for (let end = 1; end < bytes.length; end++) {
    assertEquals(decodeKernels(bytes.slice(0, end)), undefined);
  }
  for (const at of [0, 10, bytes.length - 1, bytes.length - 5]) {
    const changed = bytes.slice();
    changed[at] ^= 1;
    assertEquals(decodeKernels(changed), undefined, `byte ${at}`);
  }
});

Deno.test("the name of a file depends on all that the kernel depends on", () => {
  const names = [
    FILE,
    { ...FILE, source: FILE.source + " " },
    { ...FILE, architecture: 80 },
    { ...FILE, options: [] },
    { ...FILE, compiler: "13.1" },
  ].map(fileName);
  assertEquals(new Set(names).size, names.length);
  assertEquals(fileName({ ...FILE }), names[0]);
  // Sources that differ in one character share nothing.
  const texts = Array.from({ length: 500 }, (_, k) => `kernel ${k}`);
  const all = texts.map((source) => fileName({ ...FILE, source }));
  assertEquals(new Set(all).size, all.length);
  assert(all[0].slice(0, 8) !== all[1].slice(0, 8));
});

Deno.test({
  name: "without permission there are no files, and no questions",
  permissions: "none",
  fn() {
    const place = cachePlace();
    assert("reason" in place && place.reason.includes("--allow-env"));
    writeKernel(FILE);
    assertEquals(readKernel(FILE), undefined);
  },
});

const may = (name: "write" | "env") =>
  Deno.permissions.querySync({ name }).state === "granted";

/** Runs something with a cache of its own. */
function inFolder(run: (folder: string) => void): void {
  const before = Deno.env.get(CACHE_VARIABLE);
  const folder = Deno.makeTempDirSync();
  Deno.env.set(CACHE_VARIABLE, `${folder}/deeper`);
  try {
    run(`${folder}/deeper`);
  } finally {
    if (before === undefined) Deno.env.delete(CACHE_VARIABLE);
    else Deno.env.set(CACHE_VARIABLE, before);
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test({
  name: "files are found again, broken ones are not",
  ignore: !may("write") || !may("env"),
  fn() {
    inFolder((folder) => {
      assertEquals(readKernel(FILE), undefined);
      writeKernel(FILE);
      assertEquals(readKernel(FILE), FILE);
      assertEquals(readKernel(OTHER), undefined);
      const [{ name }, ...others] = [...Deno.readDirSync(folder)];
      assertEquals([name, others.length], [fileName(FILE), 0]);
      Deno.writeTextFileSync(`${folder}/${name}`, "broken");
      assertEquals(readKernel(FILE), undefined);
      writeKernel(FILE);
      assertEquals(readKernel(FILE), FILE);
      // A file of another kernel under this name: a coincidence of digests.
      Deno.writeFileSync(`${folder}/${name}`, encodeKernel(OTHER));
      assertEquals(readKernel(FILE), undefined);
      removeKernel(FILE);
      removeKernel(FILE);
      assertEquals([...Deno.readDirSync(folder)], []);
    });
    const before = Deno.env.get(CACHE_VARIABLE);
    Deno.env.set(CACHE_VARIABLE, "off");
    const place = cachePlace();
    if (before === undefined) Deno.env.delete(CACHE_VARIABLE);
    else Deno.env.set(CACHE_VARIABLE, before);
    assert("reason" in place && place.reason.includes("is off"));
  },
});
