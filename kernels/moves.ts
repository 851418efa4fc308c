/**
 * Kernels that move entries about, and compute nothing: one module for all of
 * them, so that one compilation serves every tensor.
 *
 * @module
 */

import { WIDE_INDICES, withIndices } from "./indices.ts";
import { preludeFor } from "./prelude.ts";

/** The most axes of a copy. */
export const MOST_AXES = 8;

/** The threads of a block. */
export const MOVE_THREADS = 256;

/** Bits of entries by their length in bytes. */
const BITS = {
  2: "unsigned short",
  4: "unsigned int",
  8: "unsigned long long",
};

const COPY = `
// Entries of an array, read and written through strides.
struct Copy {
  const void* from;
  void* to;
  long long count;
  long long axes;
  long long size[${MOST_AXES}];
  long long source[${MOST_AXES}];
  long long target[${MOST_AXES}];
};

template <typename T>
__device__ inline void copy(const Copy& args) {
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
  ((T*) args.to)[to] = ((const T*) args.from)[from];
}`;

const GATHER = `
// Entries at some indices of the middle axis of [outer, size, inner].
struct Gather {
  const void* from;
  void* to;
  const int* at;
  long long count;
  long long indices;
  long long size;
  long long inner;
};

template <typename T>
__device__ inline void gather(const Gather& args) {
  const index_t place = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.count) return;
  const index_t inner = (index_t) args.inner;
  const index_t indices = (index_t) args.indices;
  const index_t c = place % inner;
  const index_t k = place / inner % indices;
  const long long outer = place / inner / indices;
  const long long from = (outer * args.size + args.at[k]) * args.inner + c;
  ((T*) args.to)[place] = ((const T*) args.from)[from];
}`;

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
};

template <typename T>
__device__ inline void scatter(const Scatter& args) {
  const index_t place = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (place >= args.count) return;
  const index_t inner = (index_t) args.inner;
  const index_t size = (index_t) args.size;
  const index_t c = place % inner;
  const index_t s = place / inner % size;
  const long long outer = place / inner / size;
  // Sums are rounded once.
  double sum = 0.0;
  for (int q = args.begins[s]; q < args.begins[s + 1]; q++) {
    const long long k = outer * args.indices + args.order[q];
    sum += (double) ((const T*) args.from)[k * args.inner + c];
  }
  ((T*) args.to)[place] = (T) sum;
}`;

const PICK = `
// One entry of the middle axis of [outer, size, inner] for each outer, inner;
// an index of -1 is no entry.
struct Pick {
  const void* from;
  void* to;
  const int* at;
  long long count;
  long long size;
  long long inner;
};

__device__ inline long long picked(const Pick& args, index_t k) {
  const index_t c = k % (index_t) args.inner;
  return (k - c) * args.size + args.at[k] * args.inner + c;
}

template <typename T>
__device__ inline void pick(const Pick& args) {
  const index_t k = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= args.count) return;
  ((T*) args.to)[k] = args.at[k] < 0 ? 0 : ((const T*) args.from)[picked(args, k)];
}

template <typename T>
__device__ inline void unpick(const Pick& args) {
  const index_t k = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= args.count || args.at[k] < 0) return;
  ((T*) args.to)[picked(args, k)] = ((const T*) args.from)[k];
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

/** Which conversions there are: `from_to`. */
export type Conversion = keyof typeof CONVERSIONS;

/** Whether the device can convert so. */
export function isConversion(name: string): name is Conversion {
  return Object.hasOwn(CONVERSIONS, name);
}

const CONVERT = `
struct Convert {
  const void* from;
  void* to;
  long long count;
};`;

function kernel(name: string, struct: string, body: string): string {
  return `extern "C" __global__ void __launch_bounds__(${MOVE_THREADS})
${name}(const ${struct} args) {
  ${body}
}`;
}

function conversion([name, [from, to, value]]: [string, readonly string[]]) {
  return kernel(
    `convert_${name}`,
    "Convert",
    `const index_t k = (index_t) blockIdx.x * blockDim.x + threadIdx.x;
  if (k >= args.count) return;
  const ${from} x = ((const ${from}*) args.from)[k];
  ((${to}*) args.to)[k] = ${value};`,
  );
}

function text(wide: boolean): string {
  const bits = Object.entries(BITS).flatMap(([bytes, type]) => [
    kernel(`copy_${bytes}`, "Copy", `copy<${type}>(args);`),
    kernel(`gather_${bytes}`, "Gather", `gather<${type}>(args);`),
    kernel(`pick_${bytes}`, "Pick", `pick<${type}>(args);`),
    kernel(`unpick_${bytes}`, "Pick", `unpick<${type}>(args);`),
  ]);
  const sums = [["float32", "float"], ["float64", "double"], ["int32", "int"]]
    .map(([dtype, type]) =>
      kernel(`scatter_${dtype}`, "Scatter", `scatter<${type}>(args);`)
    );
  const kernels = [
    ...bits,
    ...sums,
    ...Object.entries(CONVERSIONS).map(conversion),
  ].join("\n\n");
  const parts = ["// Moves of entries", preludeFor(kernels)];
  if (wide) parts.push(WIDE_INDICES);
  for (const part of [COPY, GATHER, SCATTER, PICK, CONVERT]) {
    parts.push(part.trim());
  }
  return withIndices([...parts, kernels].join("\n\n") + "\n", wide);
}

const sources = new Map<boolean, string>();

/**
 * The source of all moves.
 *
 * @param wide places are counted with 64 bits, not with 32
 */
export function movesSource(wide = false): string {
  let source = sources.get(wide);
  if (source === undefined) sources.set(wide, source = text(wide));
  return source;
}
