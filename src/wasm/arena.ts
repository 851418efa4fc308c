/**
 * Linear memories: one for each computation that is under way, kept for the
 * next one.
 *
 * @module
 */

import { OutOfMemoryError } from "../errors.ts";
import { LEAST_PAGES, MAX_PAGES } from "./encode.ts";
import { canShare } from "./platform.ts";
import { endThreads } from "./pool.ts";

const PAGE = 65536;
/** Larger memories are given back after use. */
const KEPT_PAGES = 4096;
/** Memories that are kept: one computation may interrupt another. */
const KEPT = 2;

/** Memories that no computation uses, the smallest first. */
const idle: WebAssembly.Memory[] = [];

/** Bytes as people read them. */
function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

function pagesOf(memory: WebAssembly.Memory): number {
  return memory.buffer.byteLength / PAGE;
}

/** The bytes of memories that are kept. */
export function idleBytes(): number {
  return idle.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/**
 * A memory of at least some bytes, for one computation. It never grows, since
 * other threads learn of a new size too late: a larger one takes its place.
 */
export function takeMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  const at = idle.findIndex((memory) => pagesOf(memory) >= pages);
  if (at >= 0) return idle.splice(at, 1)[0];
  const smaller = idle.pop();
  const present = smaller === undefined ? 0 : pagesOf(smaller);
  if (smaller !== undefined) endThreads(smaller);
  const size = Math.max(pages, Math.min(2 * present, MAX_PAGES), LEAST_PAGES);
  try {
    const shared = canShare();
    return new WebAssembly.Memory({ initial: size, maximum: size, shared });
  } catch {
    throw new OutOfMemoryError(
      `Cannot get ${megabytes(bytes)} of WebAssembly memory: at most ${
        megabytes(MAX_PAGES * PAGE)
      } can be had, and the system may have less`,
      bytes,
    );
  }
}

/** The numbers in a memory. */
export interface Views {
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

const views = new WeakMap<WebAssembly.Memory, Views>();

/** The numbers in a memory. */
export function viewsOf(memory: WebAssembly.Memory): Views {
  let found = views.get(memory);
  if (found === undefined) {
    const { buffer } = memory;
    found = {
      uint8: new Uint8Array(buffer),
      int32: new Int32Array(buffer),
      float32: new Float32Array(buffer),
      float64: new Float64Array(buffer),
    };
    views.set(memory, found);
  }
  return found;
}

/** Tells that a computation is over; very large memories are given back. */
export function giveMemory(memory: WebAssembly.Memory): void {
  if (pagesOf(memory) > KEPT_PAGES) return endThreads(memory);
  idle.push(memory);
  idle.sort((a, b) => pagesOf(a) - pagesOf(b));
  if (idle.length > KEPT) endThreads(idle.splice(0, 1)[0]);
}
