/**
 * Compiled kernels as bytes: what files of the cache and exports hold.
 *
 * @module
 */

import type { Bytes } from "../../ffi/cuda.ts";

/** What a kernel was compiled from. */
export interface KernelKey {
  /** CUDA C++. */
  readonly source: string;
  /** Of the device, as 90 for compute capability 9.0. */
  readonly architecture: number;
  /** Of the compiler. */
  readonly options: readonly string[];
  /** The version of the compiler. */
  readonly compiler: string;
}

/** A compiled kernel with what it was compiled from. */
export interface KernelFile extends KernelKey {
  /** Machine code, or PTX that ends with a zero. */
  readonly image: Bytes;
}

/** The first line of each kernel; the number changes with what follows it. */
const MAGIC = "allpairs kernel 1";

/** The first lines: all but the image. */
interface Header {
  readonly architecture: number;
  readonly options: readonly string[];
  readonly compiler: string;
  readonly source: string;
  readonly length: number;
  readonly sum: string;
}

/** A kernel as bytes. */
export function encodeKernel(file: KernelFile): Bytes {
  const { source, architecture, options, compiler, image } = file;
  const header: Header = {
    architecture,
    options,
    compiler,
    length: image.length,
    sum: digest(image),
    source,
  };
  const text = `${MAGIC}\n${JSON.stringify(header)}\n`;
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(head.length + image.length);
  bytes.set(head);
  bytes.set(image, head.length);
  return bytes;
}

/**
 * The kernels in some bytes.
 *
 * @returns undefined where they are not what was written, be it in part
 */
export function decodeKernels(bytes: Bytes): KernelFile[] | undefined {
  const files: KernelFile[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes.indexOf(NEWLINE, at);
    const second = bytes.indexOf(NEWLINE, first + 1);
    if (first < 0 || second < 0) return undefined;
    const text = new TextDecoder();
    if (text.decode(bytes.subarray(at, first)) !== MAGIC) return undefined;
    const header = parsed(text.decode(bytes.subarray(first + 1, second)));
    if (header === undefined) return undefined;
    const { length, sum, ...key } = header;
    const image = bytes.slice(second + 1, second + 1 + length);
    if (image.length !== length || digest(image) !== sum) return undefined;
    files.push({ ...key, image });
    at = second + 1 + length;
  }
  return files;
}

const NEWLINE = 10;

function parsed(text: string): Header | undefined {
  try {
    const header = JSON.parse(text) as Header;
    const fits = typeof header.source === "string" &&
      Number.isInteger(header.architecture) &&
      Array.isArray(header.options) && header.length >= 0;
    return fits ? header : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a kernel was compiled from just this. */
export function sameKey(a: KernelKey, b: KernelKey): boolean {
  return a.source === b.source && a.architecture === b.architecture &&
    a.compiler === b.compiler && a.options.join("\n") === b.options.join("\n");
}

/** The name of a file: what is in it decides, as equal names may be chance. */
export function fileName(key: KernelKey): string {
  const { source, architecture, options, compiler } = key;
  const text = [architecture, compiler, ...options, source].join("\n");
  return `${digest(new TextEncoder().encode(text))}.kernel`;
}

/** Odd numbers with bits all over, one a lane. */
const FACTORS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];

/** 128 bits that change with the bytes; not meant to withstand malice. */
function digest(bytes: Bytes): string {
  const lanes = [...FACTORS];
  for (let k = 0; k < bytes.length; k++) {
    const lane = k & 3;
    const mixed = Math.imul(lanes[lane] ^ bytes[k], FACTORS[lane]);
    lanes[lane] = mixed ^ (mixed >>> 15);
  }
  // Each lane sees a quarter of the bytes: all of them must change the name.
  for (let round = 0; round < 8; round++) {
    const lane = round & 3;
    const before = lanes[(lane + 3) & 3];
    const mixed = Math.imul(lanes[lane] ^ before ^ bytes.length, FACTORS[lane]);
    lanes[lane] = mixed ^ (mixed >>> 13);
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0"))
    .join("");
}
