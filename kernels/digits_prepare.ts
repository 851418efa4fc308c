/**
 * Points as integers in two or three digits of 8 bits each, so that matrix
 * units multiply them without any rounding: one module for all formulas.
 *
 * In `facts`, for each entry of a batch: the units of rows and columns, then
 * for both the largest norms of the points, of their high, middle and low
 * digits, and of what the digits leave; last the centre.
 *
 * @module
 */

import { CENTRE, CHUNK, HALF, NORM_COUNT, NORMS } from "./digits_form.ts";
import { preludeFor } from "./prelude.ts";

/** The threads of a block. */
export const PREPARE_THREADS = 256;

/** Blocks that look for the extent of points, at most. */
export const MOST_EXTENTS = 64;

/** Batches have at most so many dimensions, neighbours taken together. */
export const BATCH_DIMENSIONS = 3;

const POINTS = `
struct Points {
  const void* entries;
  long long count;
  long long length;
  long long point;  // from one point to the next
  long long component;
  long long sizes[${BATCH_DIMENSIONS}];  // of the batch
  long long strides[${BATCH_DIMENSIONS}];
  long long blocks;  // for each entry of the batch
};

// The first entry of the points of this entry of a batch.
template <typename T>
__device__ inline const T* first_of(const Points& points, unsigned batch) {
  long long at = 0;
  for (int d = ${BATCH_DIMENSIONS - 1}; d >= 0; d--) {
    const unsigned size = (unsigned) points.sizes[d];
    at += batch % size * points.strides[d];
    batch /= size;
  }
  return (const T*) points.entries + at;
}`;

const EXTENT = `
// The least and the largest of each component, by block.
struct Extent {
  Points points;
  float* least;
  float* most;
};

template <typename T>
__device__ inline void extent(const Extent& args) {
  __shared__ float least[${PREPARE_THREADS}];
  __shared__ float most[${PREPARE_THREADS}];
  const Points& points = args.points;
  const long long block = blockIdx.x % (unsigned) points.blocks;
  const T* first = first_of<T>(points, blockIdx.x / (unsigned) points.blocks);
  const int length = (int) points.length;
  const int lanes = ${PREPARE_THREADS} / length;
  const int lane = threadIdx.x / length;
  const int k = threadIdx.x % length;
  float low = infinity_float();
  float high = -infinity_float();
  if (lane < lanes) {
    for (long long p = block * lanes + lane; p < points.count; p += points.blocks * lanes) {
      const float x = entry(first[p * points.point + k * points.component]);
      low = fminf(low, x);
      high = fmaxf(high, x);
    }
  }
  least[threadIdx.x] = low;
  most[threadIdx.x] = high;
  __syncthreads();
  if (lane > 0) return;
  for (int n = 1; n < lanes; n++) {
    low = fminf(low, least[n * length + k]);
    high = fmaxf(high, most[n * length + k]);
  }
  args.least[(long long) blockIdx.x * length + k] = low;
  args.most[(long long) blockIdx.x * length + k] = high;
}`;

const CENTRED = `
// The centre of all points, and units such that no integer is too large.
struct Centre {
  const float* least[2];
  const float* most[2];
  long long blocks[2];
  long long length;
  long long squared;  // for squared distances; else the centre is 0
  long long largest;  // integer
  float* facts;
};

extern "C" __global__ void __launch_bounds__(${PREPARE_THREADS})
centre(const Centre args) {
  __shared__ double reach[2][${PREPARE_THREADS}];
  const int length = (int) args.length;
  const int k = threadIdx.x;
  float* facts = args.facts + (long long) blockIdx.x * (${CENTRE} + length);
  if (k < length) {
    double low[2];
    double high[2];
    for (int side = 0; side < 2; side++) {
      low[side] = (double) infinity_float();
      high[side] = -low[side];
      const long long first = blockIdx.x * args.blocks[side];
      for (long long n = first; n < first + args.blocks[side]; n++) {
        low[side] = fmin(low[side], (double) args.least[side][n * length + k]);
        high[side] = fmax(high[side], (double) args.most[side][n * length + k]);
      }
    }
    const double middle = 0.5 * (fmin(low[0], low[1]) + fmax(high[0], high[1]));
    const float centre = args.squared != 0 ? (float) middle : 0.0f;
    facts[${CENTRE} + k] = centre;
    for (int side = 0; side < 2; side++) {
      reach[side][k] = fmax(high[side] - (double) centre, (double) centre - low[side]);
    }
  }
  __syncthreads();
  if (k < 2) {
    double most = 0.0;
    for (int n = 0; n < length; n++) most = fmax(most, reach[k][n]);
    double unit = most / (double) args.largest;
    // Of small integers nothing is lost if units are powers of 2.
    if (args.squared == 0) {
      unit = exp2(ceil(log2(unit)));
    } else {
      // Squared distances need one unit; its square is exact in float.
      for (int n = 0; n < length; n++) {
        unit = fmax(unit, reach[1 - k][n] / (double) args.largest);
      }
      const long long fraction = (1LL << 41) - 1;
      unit = __longlong_as_double((__double_as_longlong(unit) + fraction) & ~fraction);
    }
    facts[k] = unit > 0.0 && (float) (unit * unit) > 0.0f ? (float) unit : 1.0f;
  }
  if (k < ${2 * NORM_COUNT}) facts[${NORMS} + k] = 0.0f;
}`;

const DIGITS = `
// The digits of points, 32 components after another: high digits, then middle
// ones, then low ones, if any; 8 of a lane lie side by side. Of half a chunk it
// has 4, with all of their digits: those of rows from the highest one on, those
// of columns the other way round, middle ones twice.
struct Digits {
  Points points;
  long long side;  // 0: rows, 1: columns
  long long pieces;
  long long largest;  // integer
  float* facts;
  unsigned int* digits;
  int4* norms;  // half of them squared, of the integers, in digits: the highest has the rest
};

__device__ inline void note(int* most, double norm) {
  // NaN is above all numbers.
  atomicMax(most, __float_as_int(fabsf((float) norm * 1.000001f)));
}

template <typename T>
__device__ inline void digits(const Digits& args) {
  __shared__ int most[${NORM_COUNT}];
  const Points& points = args.points;
  const long long block = blockIdx.x % (unsigned) points.blocks;
  const long long batch = blockIdx.x / (unsigned) points.blocks;
  const T* first = first_of<T>(points, (unsigned) batch);
  float* facts = args.facts + batch * (${CENTRE} + points.length);
  const int lane = threadIdx.x % 4;
  const int chunks = (int) (points.length + ${CHUNK - 1}) / ${CHUNK};
  const int pieces = (int) args.pieces;
  const bool half = ((int) points.length - 1) % ${CHUNK} < ${HALF};
  const int bytes = ${CHUNK} * pieces * (half ? chunks - 1 : chunks) + (half ? (pieces == 3 ? 64 : 32) : 0);
  const double largest_integer = (double) args.largest;
  const double unit = (double) facts[args.side];
  const double inverse = 1.0 / unit;
  if (threadIdx.x < ${NORM_COUNT}) most[threadIdx.x] = 0;
  __syncthreads();
  double largest[${NORM_COUNT}] = {0.0, 0.0, 0.0, 0.0, 0.0};
  const int own = ${PREPARE_THREADS / 4};
  for (long long begin = block * own; begin < points.count; begin += points.blocks * own) {
    const long long p = begin + threadIdx.x / 4;
    const bool there = p < points.count;
    const long long at = there ? p : points.count - 1;
    // Squared: points, digits, what they leave, integers.
    double sums[6] = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    for (int q = 0; q < chunks; q++) {
      unsigned int words[3][2] = {{0, 0}, {0, 0}, {0, 0}};
      const int each = half && q == chunks - 1 ? 4 : 8;
      #pragma unroll
      for (int e = 0; e < 8; e++) {
        const int k = q * ${CHUNK} + lane * each + e;
        if (e >= each || k >= (int) points.length) continue;
        const double x = (double) entry(first[at * points.point + k * points.component]) - (double) facts[${CENTRE} + k];
        const double scaled = x * inverse;
        const double whole = fmin(fmax(rint(scaled), -largest_integer), largest_integer);
        // The lowest digit first.
        int rest = (int) whole;
        #pragma unroll
        for (int piece = 2; piece >= 0; piece--) {
          if (piece >= pieces) continue;
          const int digit = ((rest + 128) & 255) - 128;
          rest = (rest - digit) >> 8;
          words[piece][e / 4] |= (unsigned int) (digit & 255) << (8 * (e % 4));
          sums[1 + piece] += (double) (digit * digit);
        }
        sums[0] += x * x;
        sums[4] += (scaled - whole) * (scaled - whole);
        sums[5] += whole * whole;
      }
      if (!there) continue;
      unsigned char* point = (unsigned char*) args.digits + (batch * points.count + p) * bytes + q * ${CHUNK} * pieces;
      if (each == 4) {
        const unsigned int high = words[args.side == 0 ? 0 : pieces - 1][0];
        const unsigned int low = words[args.side == 0 ? pieces - 1 : 0][0];
        if (pieces == 3) ((uint4*) point)[lane] = make_uint4(high, words[1][0], words[1][0], low);
        else ((uint2*) point)[lane] = make_uint2(high, low);
        continue;
      }
      #pragma unroll
      for (int piece = 0; piece < 3; piece++) {
        if (piece >= pieces) continue;
        unsigned int* to = (unsigned int*) (point + piece * ${CHUNK} + lane * 8);
        to[0] = words[piece][0];
        to[1] = words[piece][1];
      }
    }
    #pragma unroll
    for (int n = 0; n < 6; n++) {
      sums[n] += __shfl_xor_sync(0xffffffffu, sums[n], 1);
      sums[n] += __shfl_xor_sync(0xffffffffu, sums[n], 2);
    }
    if (there && lane == 0) {
      int norm[3] = {0, 0, 0};
      long long rest = (long long) rint(sums[5] * (pieces == 3 ? ${
  2 ** -17
} : ${2 ** -9}));
      #pragma unroll
      for (int piece = 2; piece > 0; piece--) {
        if (piece >= pieces) continue;
        norm[piece] = (int) ((rest + 128) & 255) - 128;
        rest = (rest - norm[piece]) >> 8;
      }
      args.norms[batch * points.count + p] = make_int4((int) rest, norm[1], norm[2], 0);
    }
    #pragma unroll
    for (int n = 0; n < ${NORM_COUNT}; n++) {
      // A NaN stays.
      if (largest[n] == largest[n] && !(sums[n] <= largest[n])) largest[n] = sums[n];
    }
  }
  if (lane == 0) {
    #pragma unroll
    for (int n = 0; n < ${NORM_COUNT}; n++) {
      note(&most[n], sqrt(largest[n]) * (n == ${NORM_COUNT - 1} ? unit : 1.0));
    }
  }
  __syncthreads();
  if (threadIdx.x < ${NORM_COUNT}) {
    atomicMax((int*) facts + ${NORMS} + args.side * ${NORM_COUNT} + threadIdx.x, most[threadIdx.x]);
  }
}`;

const ENTRY = `__device__ inline float entry(float x) { return x; }
__device__ inline float entry(unsigned short x) { return from_half(x); }
struct Bfloat {
  unsigned short bits;
};
__device__ inline float entry(Bfloat x) { return from_bfloat(x.bits); }`;

/** The stored entries that there are kernels for, and how those see them. */
export const PREPARED = {
  float32: "float",
  float16: "unsigned short",
  bfloat16: "Bfloat",
} as const;

let source: string | undefined;

/** The source of all kernels that prepare points. */
export function prepareSource(): string {
  return source ??= text();
}

function text(): string {
  const kernels = Object.entries(PREPARED).flatMap(([dtype, type]) =>
    [["extent", "Extent"], ["digits", "Digits"]].map(([name, struct]) =>
      `extern "C" __global__ void __launch_bounds__(${PREPARE_THREADS})
${name}_${dtype}(const ${struct} args) {
  ${name}<${type}>(args);
}`
    )
  );
  const all = [ENTRY, POINTS, EXTENT, CENTRED, DIGITS, ...kernels];
  const body = all.map((part) => part.trim()).join("\n\n");
  return ["// Points as digits", preludeFor(body), body].join("\n\n") + "\n";
}
