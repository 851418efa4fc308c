/**
 * The linear memory that all computations of a thread use in turn.
 *
 * @module
 */

import { OutOfMemoryError } from "../errors.ts";
import { LEAST_PAGES, MAX_PAGES } from "./encode.ts";
import { canShare } from "./platform.ts";

const PAGE = 65536;
/** Larger memories are given back after use. */
const KEPT_PAGES = 4096;

let current: WebAssembly.Memory | undefined;

/** Bytes as people read them. */
function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/**
 * A memory of at least some bytes. It never grows, since other threads learn
 * of a new size too late: a larger one takes its place.
 */
export function reserve(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  const present = (current?.buffer.byteLength ?? 0) / PAGE;
  if (current !== undefined && pages <= present) return current;
  current = undefined;
  const size = Math.max(pages, Math.min(2 * present, MAX_PAGES), LEAST_PAGES);
  try {
    const shared = canShare();
    current = new WebAssembly.Memory({ initial: size, maximum: size, shared });
    return current;
  } catch {
    throw new OutOfMemoryError(
      `Cannot get ${megabytes(bytes)} of WebAssembly memory: at most ${
        megabytes(MAX_PAGES * PAGE)
      } can be had, and the system may have less`,
      bytes,
    );
  }
}

/** Tells that a computation is over: very large memories are given back. */
export function release(): void {
  const pages = (current?.buffer.byteLength ?? 0) / PAGE;
  if (pages > KEPT_PAGES) current = undefined;
}
