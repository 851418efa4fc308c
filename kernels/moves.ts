/**
 * Kernels that move entries about, and compute nothing: one module for all of
 * them, so that one compilation serves every tensor. Sums of moved entries are
 * rarer, and have a module of their own.
 *
 * @module
 */

import { WIDE_INDICES, withIndices } from "./indices.ts";
import { preludeFor } from "./prelude.ts";

/** The most axes of a copy. */
export const MOST_AXES = 8;

/** The threads of a block. */
export const MOVE_THREADS = 256;

/**
 * Entries of 2, 4 or 8 bytes as bits. Each kernel costs the compiler some
 * 10 ms, so there is one for all lengths: all threads take the same branch.
 */
const BITS = `
__device__ inline unsigned long long bits(const void* from, long long at, long long bytes) {
  if (bytes == 2) return ((const unsigned short*) from)[at];
  if (bytes == 4) return ((const unsigned int*) from)[at];
  return ((const unsigned long long*) from)[at];
}

__device__ inline void put(void* to, long long at, long long bytes, unsigned long long value) {
  if (bytes == 2) ((unsigned short*) to)[at] = (unsigned short) value;
  else if (bytes == 4) ((unsigned int*) to)[at] = (unsigned int) value;
  else ((unsigned long long*) to)[at] = value;
}`;

const COPY = `
// Entries of an array, read and written through strides.
struct Copy {
  const void* from;
  void* to;
  long long bytes;
  long long count;
  long long axes;
  long long size[${MOST_AXES}];
  long long source[${MOST_AXES}];
  long long target[${MOST_AXES}];
};

${kernel("copy", "Copy")} {
  const index_t place = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.count) return;
  index_t rest = place;
  long long from = 0;
  long long to = 0;
  for (int axis = (int) args.axes - 1; axis >= 0; axis--) {
    const index_t size = (index_t) args.size[axis];
    const index_t at = rest % size;
    rest /= size;
    from += at * args.source[axis];
    to += at * args.target[axis];
  }
  put(args.to, to, args.bytes, bits(args.from, from, args.bytes));
}`;

const GATHER = `
// Entries at some indices of the middle axis of [outer, size, inner].
struct Gather {
  const void* from;
  void* to;
  long long bytes;
  const int* at;
  long long count;
  long long indices;
  long long size;
  long long inner;
};

${kernel("gather", "Gather")} {
  const index_t place = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.count) return;
  const index_t inner = (index_t) args.inner;
  const index_t indices = (index_t) args.indices;
  const index_t c = place % inner;
  const index_t k = place / inner % indices;
  const long long outer = place / inner / indices;
  const long long from = (outer * args.size + args.at[k]) * args.inner + c;
  put(args.to, place, args.bytes, bits(args.from, from, args.bytes));
}`;

/** What entries are that are summed, by dtype. */
const SUMMED = { float32: "float", float64: "double", int32: "int" };

/**
 * The number of a dtype whose entries are summed, as the kernel takes it;
 * undefined where the device cannot sum them.
 */
export function summedNumber(dtype: string): number | undefined {
  return numberIn(SUMMED, dtype);
}

const SCATTER = `
// Sums of the entries of [outer, indices, inner] that go to the same place of
// [outer, size, inner]: those of place s are order[begins[s]] and so on.
struct Scatter {
  const void* from;
  void* to;
  const int* order;
  const int* begins;
  long long count;
  long long indices;
  long long size;
  long long inner;
  long long dtype;
};

// Sums are rounded once.
template <typename T>
__device__ inline void add_up(const Scatter& args, index_t place, long long first, index_t s) {
  const T* from = (const T*) args.from + first;
  const int end = args.begins[s + 1];
  double sum = 0.0;
  for (int q = args.begins[s]; q < end; q++) {
    sum += (double) from[args.order[q] * args.inner];
  }
  ((T*) args.to)[place] = (T) sum;
}

${kernel("scatter", "Scatter")} {
  const index_t place = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.count) return;
  const index_t inner = (index_t) args.inner;
  const index_t size = (index_t) args.size;
  const index_t c = place % inner;
  const index_t s = place / inner % size;
  const long long outer = place / inner / size;
  const long long first = outer * args.indices * args.inner + c;
  switch ((int) args.dtype) {
${
  Object.values(SUMMED).map((type, k) =>
    `    case ${k}: add_up<${type}>(args, place, first, s); break;`
  ).join("\n")
}
  }
}`;

const PICK = `
// One entry of the middle axis of [outer, size, inner] for each outer, inner;
// an index of -1 is no entry.
struct Pick {
  const void* from;
  void* to;
  long long bytes;
  const int* at;
  long long count;
  long long size;
  long long inner;
};

__device__ inline long long picked(const Pick& args, index_t k) {
  const index_t c = k % (index_t) args.inner;
  return (k - c) * args.size + args.at[k] * args.inner + c;
}

${kernel("pick", "Pick")} {
  const index_t k = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= args.count) return;
  const bool none = args.at[k] < 0;
  put(args.to, k, args.bytes, none ? 0 : bits(args.from, picked(args, k), args.bytes));
}

${kernel("unpick", "Pick")} {
  const index_t k = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= args.count || args.at[k] < 0) return;
  put(args.to, picked(args, k), args.bytes, bits(args.from, k, args.bytes));
}`;

/** Conversions that are exact, or rounded once. */
const CONVERSIONS = {
  float32_float64: ["float", "double", "(double) x"],
  float64_float32: ["double", "float", "(float) x"],
  int32_float64: ["int", "double", "(double) x"],
  float16_float32: ["unsigned short", "float", "from_half(x)"],
  float16_float64: ["unsigned short", "double", "(double) from_half(x)"],
  float32_float16: ["float", "unsigned short", "to_half(x)"],
  bfloat16_float32: ["unsigned short", "float", "from_bfloat(x)"],
  bfloat16_float64: ["unsigned short", "double", "(double) from_bfloat(x)"],
  bfloat16_float16: [
    "unsigned short",
    "unsigned short",
    "to_half(from_bfloat(x))",
  ],
  float32_bfloat16: ["float", "unsigned short", "to_bfloat(x)"],
  float16_bfloat16: [
    "unsigned short",
    "unsigned short",
    "to_bfloat(from_half(x))",
  ],
} as const;

/**
 * The number of a conversion, `from_to`, as the kernel takes it; undefined
 * where the device cannot convert so.
 */
export function conversionNumber(name: string): number | undefined {
  return numberIn(CONVERSIONS, name);
}

function numberIn(table: object, name: string): number | undefined {
  const number = Object.keys(table).indexOf(name);
  return number < 0 ? undefined : number;
}

const CONVERT = `
struct Convert {
  const void* from;
  void* to;
  long long count;
  long long conversion;
};

${kernel("convert", "Convert")} {
  const index_t k = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= args.count) return;
  switch ((int) args.conversion) {
${Object.values(CONVERSIONS).map(conversion).join("\n")}
  }
}`;

function kernel(name: string, struct: string): string {
  return `extern "C" __global__ void __launch_bounds__(${MOVE_THREADS})
${name}(const ${struct} args)`;
}

function conversion(
  [from, to, value]: readonly [string, string, string],
  number: number,
): string {
  return `    case ${number}: {
      const ${from} x = ((const ${from}*) args.from)[k];
      ((${to}*) args.to)[k] = ${value};
      break;
    }`;
}

/** What is compiled together. */
export type MovesKind = "moves" | "sums";

const PARTS: Readonly<Record<MovesKind, readonly string[]>> = {
  moves: [BITS, COPY, GATHER, PICK, CONVERT],
  sums: [SCATTER],
};

function text(kind: MovesKind, wide: boolean): string {
  const kernels = PARTS[kind].map((part) => part.trim()).join("\n\n");
  const prelude = preludeFor(kernels);
  const parts = [
    kind === "moves" ? "// Moves of entries" : "// Sums of moved entries",
    ...prelude === "" ? [] : [prelude],
    ...wide ? [WIDE_INDICES] : [],
    kernels,
  ];
  return withIndices(parts.join("\n\n") + "\n", wide);
}

const sources = new Map<string, string>();

/**
 * The source of all moves, or of sums of moved entries.
 *
 * @param kind which of the two
 * @param wide places are counted with 64 bits, not with 32
 */
export function movesSource(kind: MovesKind, wide = false): string {
  const key = `${kind} ${wide}`;
  let source = sources.get(key);
  if (source === undefined) sources.set(key, source = text(kind, wide));
  return source;
}
