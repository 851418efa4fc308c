/**
 * The linear memory that all computations of a thread use in turn.
 *
 * @module
 */

import { OutOfMemoryError } from "../errors.ts";
import { MAX_PAGES } from "./encode.ts";

const PAGE = 65536;
const INITIAL_PAGES = 16;
/** Larger memories are given back after use. */
const KEPT_PAGES = 4096;

let current: WebAssembly.Memory | undefined;

/** Bytes as people read them. */
function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** The memory, grown to some bytes; it never shrinks while it is in use. */
export function reserve(bytes: number): WebAssembly.Memory {
  current ??= new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: MAX_PAGES,
  });
  const pages = Math.ceil(bytes / PAGE);
  const present = current.buffer.byteLength / PAGE;
  if (pages <= present) return current;
  try {
    const wanted = Math.min(Math.max(pages, 2 * present), MAX_PAGES);
    current.grow(Math.max(wanted, pages) - present);
  } catch {
    current = undefined;
    throw new OutOfMemoryError(
      `Cannot get ${megabytes(bytes)} of WebAssembly memory: at most ${
        megabytes(MAX_PAGES * PAGE)
      } can be had, and the system may have less`,
    );
  }
  return current;
}

/** Tells that a computation is over: very large memories are given back. */
export function release(): void {
  const pages = (current?.buffer.byteLength ?? 0) / PAGE;
  if (pages > KEPT_PAGES) current = undefined;
}
