/**
 * Compiled kernels for other machines.
 *
 * @module
 */

import { adoptKernels, compiledKernels } from "../cuda/compile.ts";
import { decodeKernels, encodeKernel } from "../cuda/kernel_files.ts";
import { ArgumentError, counted } from "../errors.ts";

/**
 * All CUDA kernels that this process has compiled or loaded, for a machine
 * with the same kind of GPU that shall not compile, or has no compiler.
 *
 * @returns bytes for {@linkcode importKernels}
 *
 * @example To a file, and back
 * ```ts
 * import { exportKernels, importKernels } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const bytes = exportKernels(); // Deno.writeFileSync("app.kernels", bytes)
 * assert.equal(importKernels(bytes), 0); // none was compiled here
 * ```
 */
export function exportKernels(): Uint8Array<ArrayBuffer> {
  const parts = compiledKernels().map((file) =>
    // Where the compiler lay is of no use elsewhere.
    encodeKernel({ ...file, compiler: file.compiler.split(" ")[0] })
  );
  const bytes = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Takes kernels that {@linkcode exportKernels} gave. They run on GPUs of the
 * compute capability that they were compiled for; others compile as usual.
 * Take them from where you take programs from: they are machine code.
 *
 * @param bytes what was exported
 * @returns the number of kernels
 * @throws {ArgumentError} where the bytes are damaged, or something else
 */
export function importKernels(bytes: Uint8Array): number {
  const files = decodeKernels(Uint8Array.from(bytes));
  if (files === undefined) {
    throw new ArgumentError(
      `Cannot import kernels from ${
        counted(bytes.length, "byte")
      }: they are not what exportKernels() gave`,
    );
  }
  adoptKernels(files);
  return files.length;
}
