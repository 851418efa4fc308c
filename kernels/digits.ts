/**
 * Contractions by matrix units: points are integers in three digits, whose
 * products are added up without rounding. A block of 4 warps owns some rows;
 * digits of columns come to shared memory while those before are computed
 * with. Each thread takes in its pairs, and the 4 threads that share rows put
 * their states together in the end.
 *
 * @module
 */

import {
  CENTRE,
  CHUNK,
  CHUNK_BYTES,
  NORM_COUNT,
  NORMS,
  VERDICT,
} from "./digits_prepare.ts";
import { cuda } from "./template.ts";
import {
  again,
  domain,
  interval,
  type Lines,
  linesOf,
  overRows,
  type RowPlaces,
} from "./walk.ts";

/** The threads of a block. */
export const DIGITS_THREADS = 128;

/** The columns that are in shared memory at a time, by number of chunks. */
const COLUMNS = [128, 128, 64, 64, 32];

/** The columns that are in shared memory at a time. */
export function digitsColumns(length: number): number {
  return COLUMNS[chunksOf(length)];
}

/** The threads of a warp that share rows. */
export const DIGITS_ACROSS = 4;

/** The form of a contraction. */
export interface DigitsForm {
  /** It is a squared distance, else a scalar product. */
  readonly squared: boolean;
  /** The number of terms. */
  readonly length: number;
}

/** What the skeleton is filled with. */
export interface DigitsHoles extends DigitsForm {
  /** The name of the kernel. */
  readonly name: "rows" | "parts";
  /** The name of the results. */
  readonly result: string;
  /** Rows of a warp, by 16. */
  readonly rowTiles: number;
  /** Columns that a warp takes in at a time, by 8. */
  readonly columnTiles: number;
  /** Entries of one column that are in shared memory beside the digits. */
  readonly width: number;
  /** Finds the batch and computes what all rows share. */
  readonly uniform: Lines;
  /** Declares what a thread keeps for each of its rows. */
  readonly declarations: Lines;
  /** Begins a row. */
  readonly row: Lines;
  /** Fills `tile`: `n` columns from `j0` on. */
  readonly stage: Lines;
  /** Points at the vectors of column j that are not in the tile. */
  readonly column: Lines;
  /** Takes in a pair. */
  readonly pair: Lines;
  /** Runs now and then between tiles. */
  readonly flush: Lines;
  /** The number of tiles between two flushes. */
  readonly flushEvery: number;
  /** Reads the state of the same row from another thread. */
  readonly exchange: Lines;
  /** Takes it in. */
  readonly merge: Lines;
  /** Ends a row, or stores its state. */
  readonly finish: Lines;
}

/** Bytes from the digits of one column to the next, in shared memory. */
export function digitsStride({ length }: DigitsForm): number {
  const bytes = chunksOf(length) * CHUNK_BYTES;
  // Then 8 columns lie in different banks.
  return bytes % 64 === 0 ? bytes + 32 : bytes;
}

/** The number of chunks that so many terms come in. */
export function chunksOf(length: number): number {
  return Math.ceil(length / CHUNK);
}

/** The skeleton. */
export function digitsKernel(h: DigitsHoles): string {
  const parts = h.name === "parts";
  const { rowTiles, columnTiles, squared, width } = h;
  const chunks = chunksOf(h.length);
  const rows = rowPlaces(h);
  const own = 4 * 16 * rowTiles;
  const many = digitsColumns(h.length);
  const products = squared ? -2 : 1;
  return cuda`
extern "C" __global__ void __launch_bounds__(${DIGITS_THREADS})
${h.name}(const Arguments args) {
  if (args.facts[${VERDICT}] == 0.0f) return;
  __shared__ __align__(16) signed char digits[2][${many} * ${digitsStride(h)}];
  ${squared ? [`__shared__ __align__(16) float norms[2][${many}];`] : []}
  ${
    width === 0 ? [] : [
      `__shared__ __align__(16) float tiles[2][${many * width}];`,
    ]
  }
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * ${16 * rowTiles};
  ${domain(parts, `${own}`)}
  ${h.uniform}
  const float scale = ${products}.0f * args.facts[0] * args.facts[1] * 16777216.0f;
  ${h.declarations}
  ${squared ? [`float norm[${2 * rowTiles}];`] : []}
  int2 own_digits[${chunks}][3][${2 * rowTiles}];
  ${
    overRows(rows, [
      "const int i = ROW;",
      ...(squared ? ["norm[r] = args.rowNorms[i];"] : []),
      "#pragma unroll",
      `for (int q = 0; q < ${3 * chunks}; q++) {`,
      `  own_digits[q / 3][q % 3][r] = ((const int2*) args.rowDigits)[((long long) i * ${
        3 * chunks
      } + q) * 4 + across];`,
      "}",
      ...h.row,
    ])
  }
  int count = 0;
  int pending = 0;
  for (int q = from; q < to; q++) {
    ${interval(parts)}
    __syncthreads();
    int turn = 0;
    ${staging(h, "first", "0")}
    for (int j0 = first; j0 < last; j0 += ${many}, turn ^= 1) {
      wait_for_copies();
      __syncthreads();
      const int next = j0 + ${many};
      if (next < last)
      ${staging(h, "next", "turn ^ 1")}
      const signed char* at = digits[turn] + down * ${
    digitsStride(h)
  } + across * 8;
      ${squared ? ["const float* others = norms[turn];"] : []}
      ${width === 0 ? [] : ["const float* tile = tiles[turn];"]}
      #pragma unroll 1
      for (int t0 = 0; t0 < ${many}; t0 += ${8 * columnTiles}) {
        ${multiplying(h, chunks)}
        ${pairs(h)}
      }
      ${flushing(h)}
    }
  }
  ${overRows(rows, again(rows, h.flush))}
  for (int apart = ${DIGITS_ACROSS / 2}; apart > 0; apart /= 2) {
    ${overRows(rows, [...h.exchange, ...h.merge])}
  }
  if (across == 0) {
    ${
    overRows(rows, [
      "if (PLACE < end) {",
      "  const int i = ROW;",
      ...h.finish.map((line) => `  ${line}`),
      "}",
    ])
  }
  }
}`;
}

function rowPlaces({ rowTiles }: DigitsHoles): RowPlaces {
  return { rows: 2 * rowTiles, place: "high + r * 8 + down" };
}

/** Sends the columns from some on to shared memory. */
function staging(h: DigitsHoles, begin: string, turn: string): Lines {
  const units = chunksOf(h.length) * CHUNK_BYTES / 16;
  const many = digitsColumns(h.length);
  return linesOf(cuda`
{
  const int j0 = ${begin};
  const int n = last - j0 < ${many} ? last - j0 : ${many};
  signed char* to = digits[${turn}];
  const int4* from = (const int4*) args.columnDigits + (long long) j0 * ${units};
  for (int s = threadIdx.x; s < n * ${units}; s += ${DIGITS_THREADS}) {
    copy_later(to + s / ${units} * ${
    digitsStride(h)
  } + s % ${units} * 16, from + s);
  }
  ${
    h.squared
      ? [
        `if (threadIdx.x < n) norms[${turn}][threadIdx.x] = args.columnNorms[j0 + threadIdx.x];`,
      ]
      : []
  }
  ${h.width === 0 ? [] : [`float* tile = tiles[${turn}];`, ...h.stage]}
}`);
}

/** Sums of products of high, middle and low digits, by their weight. */
function multiplying(h: DigitsHoles, chunks: number): Lines {
  const { rowTiles, columnTiles } = h;
  return linesOf(cuda`
// These bits are those of the float 3 * 2^22, plus the integer.
int sums[3][${rowTiles}][${columnTiles}][4];
#pragma unroll
for (int s = 0; s < ${12 * rowTiles * columnTiles}; s++) {
  sums[s / ${4 * rowTiles * columnTiles}][s / ${
    4 * columnTiles
  } % ${rowTiles}][s / 4 % ${columnTiles}][s % 4] = 0x4b400000;
}
#pragma unroll
for (int q = 0; q < ${chunks}; q++) {
  #pragma unroll
  for (int c = 0; c < ${columnTiles}; c++) {
    int2 b[3];
    #pragma unroll
    for (int piece = 0; piece < 3; piece++) {
      b[piece] = *(const int2*) (at + (t0 + c * 8) * ${
    digitsStride(h)
  } + (q * 3 + piece) * ${CHUNK});
    }
    #pragma unroll
    for (int r = 0; r < ${rowTiles}; r++) {
      #pragma unroll
      for (int piece = 0; piece < 3; piece++) {
        const int2 top = own_digits[q][piece][2 * r];
        const int2 bottom = own_digits[q][piece][2 * r + 1];
        const int a[4] = {top.x, bottom.x, top.y, bottom.y};
        // What is left out is smaller by 2^24 than the largest product.
        #pragma unroll
        for (int other = 0; other < 3 - piece; other++) {
          multiply_add(sums[piece + other][r][c], a, b[other]);
        }
      }
    }
  }
}`);
}

/** Each thread takes in its pairs. */
function pairs(h: DigitsHoles): Lines {
  const { columnTiles, squared, result } = h;
  const rows = rowPlaces(h);
  const value = squared
    ? "fmaf(product, scale, norm[r] + other)"
    : "product * scale";
  return linesOf(cuda`
#pragma unroll
for (int c = 0; c < ${2 * columnTiles}; c++) {
  const int t = t0 + c / 2 * 8 + across * 2 + c % 2;
  const int j = j0 + t;
  if (j < last) {
    ${squared ? ["const float other = others[t];"] : []}
    ${h.column}
    ${
    overRows(rows, [
      "const float product = whole_sum(sums[0][r / 2][c / 2][r % 2 * 2 + c % 2], sums[1][r / 2][c / 2][r % 2 * 2 + c % 2], sums[2][r / 2][c / 2][r % 2 * 2 + c % 2]);",
      `const float ${result} = ${value};`,
      ...again(rows, h.pair),
    ])
  }
  }
}`);
}

function flushing(h: DigitsHoles): Lines {
  if (h.flush.length === 0) return [];
  const rows = rowPlaces(h);
  return linesOf(cuda`
if (++pending == ${h.flushEvery}) {
  pending = 0;
  ${overRows(rows, again(rows, h.flush))}
}`);
}

/** What decides is filled with. */
export interface VerdictHoles extends DigitsForm {
  /** What all rows share. */
  readonly uniform: Lines;
  /** How fast the exponent of a squared distance changes with it. */
  readonly slope: string;
}

/**
 * Decides from the data: whether the error of digits is at most that of
 * computing each term and adding it up in float32.
 */
export function verdictKernel(h: VerdictHoles): string {
  const { length, squared } = h;
  const norm = (side: number, n: number) =>
    `(double) args.facts[${NORMS + side * NORM_COUNT + n}]`;
  const norms = ["norm", "high", "middle", "low", "lost"].map((name, n) =>
    `const double ${name}[2] = {${norm(0, n)}, ${norm(1, n)}};`
  );
  const decision = squared
    ? linesOf(cuda`
// Exponentials of negative multiples, e^(-s v).
const double s = -(double) ${h.slope};
const double far = norm[0] + norm[1];
const double leaves = lost[0] + lost[1];
// Points differ from their integers, products are missing, sums are rounded.
const double error = 0.8578 * sqrt(s) * leaves + s * leaves * leaves
    + s * (2.0 * missing + rounding * (2.0 * (norm[0] * norm[0] + norm[1] * norm[1]) + far * far + 8.0 * norm[0] * norm[1]));
// Each term relative to the sum: s v e^(-s v) is at most 1 / e.
const bool holds = s >= 0.0 && error <= rounding * ${
      length + 4
    }.0 / 2.7182818;`)
    : linesOf(cuda`
const double error = norm[0] * lost[1] + norm[1] * lost[0] + lost[0] * lost[1] + missing + 3.0 * rounding * norm[0] * norm[1];
const bool holds = error <= rounding * ${length}.0 * norm[0] * norm[1];`);
  return cuda`
extern "C" __global__ void __launch_bounds__(32)
verdict(const Arguments args) {
  if (threadIdx.x > 0) return;
  const long long batch = 0;
  ${h.uniform}
  ${norms}
  const double rounding = 1.0 / 16777216.0;
  const double units = (double) args.facts[0] * (double) args.facts[1];
  const double missing = units * (256.0 * (middle[0] * low[1] + low[0] * middle[1]) + low[0] * low[1]);
  // Sums of this size are exact.
  const bool fits = middle[0] * middle[1] + high[0] * low[1] + low[0] * high[1] < 4190000.0;
  ${decision}
  args.facts[${VERDICT}] = fits && holds ? 1.0f : 0.0f;
}`;
}

/** How many facts there are of points of some dimension. */
export function factCount(length: number): number {
  return CENTRE + length;
}
