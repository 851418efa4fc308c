/**
 * Contractions by matrix units: points are integers in two or three digits,
 * whose products are added up without rounding. A block of 4 warps owns some
 * rows; digits of columns come to shared memory while those before are
 * computed with. Each thread takes in its pairs, and the 4 threads that share
 * rows put their states together in the end. Of long vectors that pairs add
 * to, each of the 4 has some components, and hears of the others' pairs.
 *
 * @module
 */

import {
  DIGITS_ACROSS,
  DIGITS_THREADS,
  digitsBytes,
  type DigitsHoles,
  digitsStride,
  type DigitsWideHoles,
  factCount,
} from "./digits_form.ts";
import {
  lessOfProducts,
  multiplying,
  range,
  readRowDigits,
  rowDigits,
  stageDigits,
  stageNorms,
  weighed,
} from "./digits_products.ts";
import { cuda } from "./template.ts";
import {
  again,
  domain,
  flushing,
  interval,
  type Lines,
  linesOf,
  merging,
  overRows,
  type RowPlaces,
} from "./walk.ts";

/** The skeleton. */
export function digitsKernel(h: DigitsHoles): string {
  const parts = h.name === "parts";
  const { rowTiles, columnTiles, squared, width, wide, pieces } = h;
  const many = h.columns;
  const split = wide !== undefined && wide.chunks > 1;
  const rows = rowPlaces(h);
  const own = 4 * 16 * rowTiles;
  // What one is in the sums of products that weigh most but one.
  const one = 2 ** (16 * pieces - 24) * (squared ? -2 : 1);
  const factor = h.factor === undefined ? "" : ` * ${h.factor}`;
  const units = digitsBytes(h) / 16;
  return cuda`
extern "C" __global__ void __launch_bounds__(${DIGITS_THREADS}${
    h.blocks ? `, ${h.blocks}` : ""
  })
${h.name}(const Arguments args) {
  __shared__ __align__(16) signed char digits[2][${many} * ${digitsStride(h)}];
  ${squared ? [`__shared__ __align__(16) float4 norms[2][${many}];`] : []}
  ${
    width === 0 ? [] : [
      `__shared__ __align__(16) float tiles[2][${many * width}];`,
    ]
  }
  ${
    (wide?.tiles ?? []).map((name) =>
      `__shared__ __align__(16) float ${name}_tiles[2][${many}][${wide?.width}];`
    )
  }
  // Warps have rows of their own; 4 threads of each share them.
  const int down = threadIdx.x % 32 / 4;
  const int across = threadIdx.x % 4;
  const int high = (int) threadIdx.x / 32 * ${16 * rowTiles};
  ${
    split
      ? [
        `const int chunk = blockIdx.x % ${wide.chunks};`,
        `const long long block = blockIdx.x / ${wide.chunks};`,
      ]
      : []
  }
  ${domain(parts, `${own}`, split ? "block" : "blockIdx.x")}
  if (args.verdicts[batch] == 0) return;
  ${h.uniform}
  const float* facts = args.facts + batch * ${factCount(h.length)};
  const int4* columnDigits = (const int4*) args.columnDigits + batch * args.columns * ${units};
  ${
    squared
      ? ["const int4* columnNorms = args.columnNorms + batch * args.columns;"]
      : []
  }
  const float scale = facts[0] * facts[1] * ${one}.0f${factor};
  ${squared ? [] : [lessOfProducts(h)]}
  ${h.declarations}
  // These bits are those of the float 3 * 2^22, plus an integer.
  ${rowDigits(h)}
  ${
    overRows(rows, [
      "const int i = ROW;",
      ...readRowDigits(h),
      ...h.row,
    ])
  }
  int count = 0;
  int pending = 0;
  for (int q = from; q < to; q++) {
    ${interval(parts)}
    __syncthreads();
    int turn = 0;
    ${staging(h, "first", "0", units)}
    for (int j0 = first; j0 < last; j0 += ${many}, turn ^= 1) {
      wait_for_copies();
      __syncthreads();
      const int next = j0 + ${many};
      if (next < last)
      ${staging(h, "next", "turn ^ 1", units)}
      const signed char* at = digits[turn] + down * ${digitsStride(h)};
      ${squared ? ["const float4* others = norms[turn];"] : []}
      ${width === 0 ? [] : ["const float* tile = tiles[turn];"]}
      ${(wide?.tiles ?? []).map((name) => wideTile(name, h, "turn"))}
      #pragma unroll 1
      for (int t0 = 0; t0 < ${many}; t0 += ${8 * columnTiles}) {
        ${multiplying(h)}
        ${pairs(h)}
        ${wide ? adding(h, wide) : []}
      }
      ${flushing(rows, h)}
    }
  }
  ${overRows(rows, again(rows, h.flush))}
  ${merging(rows, h, DIGITS_ACROSS)}
  ${
    overRows(rows, [
      wide ? "if (PLACE < end) {" : "if (across == 0 && PLACE < end) {",
      "  const int i = ROW;",
      ...h.finish.map((line) => `  ${line}`),
      "}",
    ])
  }
}`;
}

/** The vectors of columns of one turn. */
function wideTile(name: string, h: DigitsHoles, turn: string): string {
  return `float (*${name}_tile)[${h.wide?.width}] = ${name}_tiles[${turn}];`;
}

function rowPlaces({ rowTiles }: DigitsHoles): RowPlaces {
  return { rows: 2 * rowTiles, place: "high + r * 8 + down" };
}

/** Sends the columns from some on to shared memory. */
function staging(
  h: DigitsHoles,
  begin: string,
  turn: string,
  units: number,
): Lines {
  const { wide, columns: many } = h;
  return linesOf(cuda`
{
  const int j0 = ${begin};
  const int n = last - j0 < ${many} ? last - j0 : ${many};
  signed char* to = digits[${turn}];
  const int4* from = columnDigits + (long long) j0 * ${units};
  ${stageDigits(h, units)}
  ${h.squared ? stageNorms(h, turn) : []}
  ${h.width === 0 ? [] : [`float* tile = tiles[${turn}];`, ...h.stage]}
  ${(wide?.tiles ?? []).map((name) => wideTile(name, h, turn))}
  ${wide?.stage ?? []}
}`);
}

/** Each thread takes in its pairs. */
function pairs(h: DigitsHoles): Lines {
  const { columnTiles, squared, result, wide } = h;
  const rows = rowPlaces(h);
  const one = [
    ...(squared ? ["const float4 less = others[t];"] : []),
    ...h.column,
    ...overRows(rows, [
      `const float ${result} = ${weighed(h)};`,
      ...again(rows, h.pair),
    ]),
  ];
  const needs = (name: string) =>
    one.some((line) => new RegExp(`\\b${name}\\b`).test(line));
  const place = "const int t = t0 + c / 2 * 8 + across * 2 + c % 2;";
  const all = (guard: boolean) =>
    linesOf(cuda`
#pragma unroll
for (int c = 0; c < ${2 * columnTiles}; c++) {
  ${guard || needs("t") || needs("j") ? [place] : []}
  ${guard || needs("j") ? ["const int j = j0 + t;"] : []}
  ${guard ? ["if (j < last) {", ...one.map((l) => `  ${l}`), "}"] : one}
}`);
  const kept = range(wide?.scalars ?? 0).map((n) =>
    `float pairs${n}[${2 * columnTiles}][${rows.rows}];`
  );
  if (wide) return [...kept, ...all(true)];
  return [
    `if (j0 + t0 + ${8 * columnTiles} <= last) {`,
    ...all(false).map((line) => `  ${line}`),
    "} else {",
    ...all(true).map((line) => `  ${line}`),
    "}",
  ];
}

/** Each thread adds all columns to its components, one thread's after another. */
function adding(h: DigitsHoles, wide: DigitsWideHoles): Lines {
  const rows = rowPlaces(h);
  const heard = range(wide.scalars).map((n) =>
    `const float pair${n} = __shfl_sync(0xffffffffu, pairs${n}[c][r], other, ${DIGITS_ACROSS});`
  );
  return linesOf(cuda`
#pragma unroll 1
for (int other = 0; other < ${DIGITS_ACROSS}; other++) {
  #pragma unroll
  for (int c = 0; c < ${2 * h.columnTiles}; c++) {
    const int t = t0 + c / 2 * 8 + other * 2 + c % 2;
    const int j = j0 + t;
    if (j < last) {
      ${overRows(rows, [...heard, ...wide.add])}
    }
  }
}`);
}
