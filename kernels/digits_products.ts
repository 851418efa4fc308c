/**
 * Products of digits by matrix units: where digits are kept, which of them are
 * multiplied, and what their sums are together.
 *
 * @module
 */

import {
  CENTRE,
  CHUNK,
  DIGITS_THREADS,
  digitsBytes,
  type DigitsHoles,
  digitsStride,
  hasHalf,
  levelsOf,
  wholeChunks,
  wordsOfHalf,
} from "./digits_form.ts";
import { cuda } from "./template.ts";
import { type Lines, linesOf } from "./walk.ts";

/** A float whose neighbours are 1 apart: its bits plus an integer are their sum. */
const MAGIC = "12582912.0f";

/** Its bits. */
const NO_SUM = "0x4b400000";

/** What sums of all weights but the first two begin with, together. */
function restOf(h: DigitsHoles): string {
  const weights = range(levelsOf(h)).slice(2).map((n) => 2 ** (8 - 8 * n));
  const all = h.pieces === 2 ? [1] : weights;
  return literal(12582912 * all.reduce((a, b) => a + b, 0));
}

function literal(value: number): string {
  return `${value}${Number.isInteger(value) ? ".0" : ""}f`;
}

/** What scalar products of all pairs take off sums; it knows the scale. */
export function lessOfProducts(h: DigitsHoles): string {
  return `const float4 less = make_float4(${MAGIC}, ${MAGIC}, ${
    restOf(h)
  } * -scale, 0.0f);`;
}

/** The digits of the rows of a thread, and what their sums begin with. */
export function rowDigits(h: DigitsHoles): Lines {
  const { length, pieces, rowTiles, squared, wide } = h;
  const chunks = wholeChunks(length);
  const twice = wide ? "" : "[2]";
  return [
    ...(squared ? [`int start[${pieces}][${2 * rowTiles}]${twice};`] : []),
    ...(hasNone(h) ? ["int none[4];"] : []),
    ...(chunks > 0
      ? [`int2 own_digits[${chunks}][${pieces}][${2 * rowTiles}];`]
      : []),
    ...(hasHalf(length)
      ? [`int${wordsOfHalf(pieces)} own_half[${2 * rowTiles}];`]
      : []),
  ];
}

/**
 * Whether threads keep a number several times so that the compiler, which
 * does not know that, need not copy it again and again; long vectors need the
 * registers more.
 */
function hasNone(h: DigitsHoles): boolean {
  return h.wide === undefined && !h.squared;
}

/** Reads those of row i. */
export function readRowDigits(h: DigitsHoles): Lines {
  const { length, pieces, squared, wide } = h;
  const chunks = wholeChunks(length);
  const words = `int${wordsOfHalf(pieces)}`;
  const first = wide ? "" : "[0]";
  // The compiler does not know that this is 0.
  const zero = `__float_as_int(facts[${CENTRE}])`;
  const none = hasNone(h)
    ? range(4).map((s) => `none[${s}] = ${NO_SUM} + ${s} * ${zero};`)
    : [];
  return [
    ...(squared
      ? [
        "const int4 norm = args.rowNorms[batch * args.rows + i];",
        ...["x", "y", "z"].slice(0, pieces).flatMap((digit, n) => [
          `start[${n}][r]${first} = ${NO_SUM} - norm.${digit};`,
          ...(wide ? [] : [`start[${n}][r][1] = start[${n}][r][0] + norm.w;`]),
        ]),
      ]
      : []),
    ...none,
    `const signed char* point = args.rowDigits + (batch * args.rows + i) * ${
      digitsBytes(h)
    };`,
    ...(chunks > 0
      ? [
        "#pragma unroll",
        `for (int q = 0; q < ${chunks * pieces}; q++) {`,
        `  own_digits[q / ${pieces}][q % ${pieces}][r] = ((const int2*) point)[q * 4 + across];`,
        "}",
      ]
      : []),
    ...(hasHalf(length)
      ? [
        `own_half[r] = ((const ${words}*) (point + ${
          chunks * pieces * CHUNK
        }))[across];`,
      ]
      : []),
  ];
}

/** Copies the digits of the columns of a tile. */
export function stageDigits(h: DigitsHoles, units: number): Lines {
  const stride = digitsStride(h);
  const to = stride === 16 * units
    ? "s * 16"
    : `s / ${units} * ${stride} + s % ${units} * 16`;
  const copy = `copy_later(to + ${to}, from + s);`;
  // Long vectors need the registers more than what is copied needs the time.
  if (h.wide) {
    return [
      `for (int s = threadIdx.x; s < n * ${units}; s += ${DIGITS_THREADS}) {`,
      `  ${copy}`,
      "}",
    ];
  }
  return [
    "#pragma unroll",
    `for (int k = 0; k < ${
      Math.ceil(h.columns * units / DIGITS_THREADS)
    }; k++) {`,
    `  const int s = threadIdx.x + k * ${DIGITS_THREADS};`,
    `  if (s < n * ${units}) ${copy}`,
    "}",
  ];
}

/** What columns take off sums of products. */
export function stageNorms(h: DigitsHoles, turn: string): Lines {
  const rest = restOf(h);
  const [second, all] = h.pieces === 2
    ? ["0.0f", `(${rest} + (float) norm.y)`]
    : [
      `${MAGIC} + (float) norm.y`,
      `fmaf((float) norm.z, 0.00390625f, ${rest})`,
    ];
  return [
    "if (threadIdx.x < n) {",
    "  const int4 norm = columnNorms[j0 + threadIdx.x];",
    `  norms[${turn}][threadIdx.x] = make_float4(${MAGIC} + (float) norm.x, ${second}, ${all} * -scale, 0.0f);`,
    "}",
  ];
}

/** Sums of products of digits, by their weight. */
export function multiplying(h: DigitsHoles): Lines {
  const { rowTiles, columnTiles, squared, length, pieces, wide } = h;
  const levels = levelsOf(h);
  const none = hasNone(h) ? "none[s]" : NO_SUM;
  const begins = range(levels).map((n) =>
    squared && n < pieces
      ? `start[${n}][2 * r + s / 2]${wide ? "" : "[s % 2]"}`
      : none
  );
  return linesOf(cuda`
int sums[${levels}][${rowTiles}][${columnTiles}][4];
#pragma unroll
for (int c = 0; c < ${columnTiles}; c++) {
  #pragma unroll
  for (int r = 0; r < ${rowTiles}; r++) {
    #pragma unroll
    for (int s = 0; s < 4; s++) {
      ${begins.map((begin, n) => `sums[${n}][r][c][s] = ${begin};`)}
    }
  }
  const signed char* column = at + (t0 + c * 8) * ${digitsStride(h)};
  ${wholeChunks(length) > 0 ? wholeProducts(h) : []}
  ${hasHalf(length) ? halfProducts(h) : []}
}`);
}

/** Products of chunks. */
function wholeProducts({ length, pieces, rowTiles }: DigitsHoles): Lines {
  return linesOf(cuda`
#pragma unroll
for (int q = 0; q < ${wholeChunks(length)}; q++) {
  int2 b[${pieces}];
  #pragma unroll
  for (int piece = 0; piece < ${pieces}; piece++) {
    b[piece] = ((const int2*) column)[(q * ${pieces} + piece) * ${
    CHUNK / 8
  } + across];
  }
  #pragma unroll
  for (int r = 0; r < ${rowTiles}; r++) {
    #pragma unroll
    for (int piece = 0; piece < ${pieces}; piece++) {
      // What is left out is smaller by 2^${
    8 * pieces
  } than the largest product.
      #pragma unroll
      for (int other = 0; other < ${pieces} - piece; other++) {
        multiply_add(sums[piece + other][r][c], own_digits[q][piece][2 * r], own_digits[q][piece][2 * r + 1], b[other]);
      }
    }
  }
}`);
}

/**
 * Products of half a chunk: two of the same weight are one instruction.
 * Columns have their digits the other way round.
 */
function halfProducts(h: DigitsHoles): Lines {
  const { length, pieces, rowTiles } = h;
  const words = `int${wordsOfHalf(pieces)}`;
  const two = (level: number, row: string, column: string) => {
    const pair = (name: string, digits: string) =>
      `make_int2(${[...digits].map((d) => `${name}.${d}`).join(", ")})`;
    return `multiply_add(sums[${level}][r][c], ${pair("top", row)}, ${
      pair("bottom", row)
    }, ${pair("half", column)});`;
  };
  const one = (level: number, row: string, column: string) =>
    `multiply_add_half(sums[${level}][r][c], top.${row}, bottom.${row}, half.${column});`;
  const all = pieces === 2 ? [one(0, "x", "y"), two(1, "xy", "xy")] : [
    one(0, "x", "w"),
    two(1, "xy", "zw"),
    two(2, "xy", "xy"),
    one(2, "w", "w"),
    ...(levelsOf(h) === 4 ? [two(3, "zw", "xy")] : []),
  ];
  return linesOf(cuda`
const ${words} half = ((const ${words}*) (column + ${
    wholeChunks(length) * pieces * CHUNK
  }))[across];
#pragma unroll
for (int r = 0; r < ${rowTiles}; r++) {
  const ${words} top = own_half[2 * r];
  const ${words} bottom = own_half[2 * r + 1];
  ${all}
}`);
}

const WEIGH = ["", "", "weigh_two", "weigh_three", "weigh_four"];

/** The value of a pair: row r, column c of a thread. */
export function weighed(h: DigitsHoles): string {
  const sums = range(levelsOf(h)).map((n) =>
    `sums[${n}][r / 2][c / 2][r % 2 * 2 + c % 2]`
  );
  return `${WEIGH[sums.length]}(${sums.join(", ")}, less, scale)`;
}

/** The integers from 0 on. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}
