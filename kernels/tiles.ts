/**
 * Tiles of pairs: a block of 16 x 16 threads owns some rows and takes the
 * columns tile by tile. Long contractions go through shared memory, some
 * terms at a time, and each thread computes those of a few rows and columns.
 * Then either each thread takes in its pairs, and threads that share rows
 * put their states together in the end; or the pairs are written to shared
 * memory, and each thread adds to a few components of the long vectors of a
 * few rows.
 *
 * @module
 */

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
  placeOf,
  type RowPlaces,
  type StateHoles,
} from "./walk.ts";

/** Where the terms of points lie. */
export interface TermsHoles {
  /** The type of pointers to them. */
  readonly pointer: string;
  /** The first term of the first point of the batch. */
  readonly base: string;
  /** From one point to the next. */
  readonly stride: string;
  /** From one term to the next. */
  readonly step: string;
  /** A term, as it is computed with, from its text as it is stored. */
  load(text: string): string;
}

/** One contraction. */
export interface ContractionHoles {
  /** The name of the results. */
  readonly name: string;
  /** The number of terms. */
  readonly length: number;
  /** The vectors of the rows. */
  readonly row: TermsHoles;
  /** The vectors of the columns. */
  readonly column: TermsHoles;
  /** Adds a term to the result of row r and column c. */
  readonly term: Lines;
}

/** What is done with long vectors. */
export interface WideHoles {
  /** The number of components of one thread. */
  readonly components: number;
  /** The number of chunks of components, one a block of threads. */
  readonly chunks: number;
  /** Fills the vectors of the columns of a tile. */
  readonly stage: Lines;
  /** Adds column t to row r. */
  readonly add: Lines;
  /** The number of tiles between two flushes. */
  readonly flushEvery: number;
}

/** What the skeleton is filled with. */
export interface TilesHoles extends StateHoles {
  /** The name of the kernel. */
  readonly name: "rows" | "parts";
  /** The number of threads on each side of a block. */
  readonly side: number;
  /** The number of rows and of columns of one thread, by side of the tile. */
  readonly rows: number;
  /** See {@linkcode TilesHoles.rows}. */
  readonly columns: number;
  /** Rows and columns that are next to each other. */
  readonly together: number;
  /** The type that is computed in. */
  readonly compute: string;
  /** The terms of contractions that are in shared memory at a time. */
  readonly terms: number;
  /** The contractions. */
  readonly contractions: readonly ContractionHoles[];
  /** Long vectors, if any. */
  readonly wide?: WideHoles;
  /** Declares more shared memory. */
  readonly shared: Lines;
  /** Finds the batch and computes what all rows share. */
  readonly uniform: Lines;
  /** Declares what a thread keeps for each of its rows. */
  readonly declarations: Lines;
  /** Begins a row. */
  readonly row: Lines;
  /** Points at the vectors of column j. */
  readonly column: Lines;
  /** Takes in a pair. */
  readonly pair: Lines;
  /** Ends a row, or stores its state. */
  readonly finish: Lines;
}

/** The skeleton. */
export function tilesKernel(h: TilesHoles): string {
  const parts = h.name === "parts";
  const { side, wide } = h;
  const chunks = wide?.chunks ?? 1;
  const block = chunks === 1 ? "blockIdx.x" : "block";
  const rows = rowPlaces(h);
  return cuda`
extern "C" __global__ void __launch_bounds__(${side * side})
${h.name}(const Arguments args) {
  ${buffers(h)}
  ${h.shared}
  // A thread has a few rows and a few columns of each tile.
  const int across = threadIdx.x % ${side};
  const int down = threadIdx.x / ${side};
  ${
    chunks === 1 ? [] : [
      `const int chunk = blockIdx.x % ${chunks};`,
      `const long long block = blockIdx.x / ${chunks};`,
    ]
  }
  ${domain(parts, `${side * h.rows}`, block)}
  ${h.uniform}
  ${h.declarations}
  ${overRows(rows, ["const index_t i = ROW;", ...h.row])}
  index_t count = 0;
  int pending = 0;
  for (int q = from; q < to; q++) {
    ${interval(parts)}
    for (index_t j0 = first; j0 < last; j0 += ${side * h.columns}) {
      ${wide ? ["__syncthreads();", ...wide.stage] : []}
      ${h.contractions.flatMap((c) => contraction(h, c))}
      ${pairs(h)}
      ${wide ? adding(h, wide) : []}
      ${flushing(rows, h)}
    }
  }
  ${overRows(rows, again(rows, h.flush))}
  ${merging(rows, h, side)}
  ${overRows(rows, ["if (PLACE < end) {", ...inner(ending(h)), "}"])}
}`;
}

function rowPlaces(h: TilesHoles): RowPlaces {
  return { rows: h.rows, place: placeOf("down", "r", h, h.rows) };
}

function inner(lines: Lines): Lines {
  return lines.map((line) => `  ${line}`);
}

/** Terms of contractions, for two turns. */
function buffers(h: TilesHoles): Lines {
  if (h.contractions.length === 0) return [];
  const { side, rows, columns, together, terms, compute } = h;
  const buffer = (name: string, points: number) =>
    `__shared__ __align__(16) ${compute} ${name}[2][${terms}][${
      side * points + together
    }];`;
  return [buffer("rowTerms", rows), buffer("columnTerms", columns)];
}

/** Some terms are computed with while the next are on their way. */
function contraction(h: TilesHoles, c: ContractionHoles): Lines {
  const { side, rows, columns, terms, compute } = h;
  const points = side * side / terms;
  const locate = (name: string, from: TermsHoles, base: string) =>
    linesOf(cuda`
${from.pointer} ${name} = ${from.base} + (long long) (${base} + (int) threadIdx.x / ${terms}) * ${from.stride} + (int) threadIdx.x % ${terms}${
      from.step === "1" ? "" : ` * ${from.step}`
    };`);
  const fetch = (
    to: string,
    count: number,
    name: string,
    from: TermsHoles,
    left: string,
  ) =>
    linesOf(cuda`
{
  // Beyond the last point or term there are zeros.
  const index_t left = k < ${c.length} ? ${left} - (int) threadIdx.x / ${terms} : 0;
  ${from.pointer} at = ${name};
  #pragma unroll
  for (int s = 0; s < ${count}; s++) {
    ${to}[s] = s * ${points} < left ? ${from.load("*at")} : (${compute}) 0;
    at += ${points} * ${from.stride};
  }
  ${name} += ${terms}${from.step === "1" ? "" : ` * ${from.step}`};
}`);
  const keep = (from: string, to: string, count: number) =>
    linesOf(cuda`
#pragma unroll
for (int s = 0; s < ${count}; s++) {
  ${to}[turn][threadIdx.x % ${terms}][threadIdx.x / ${terms} + s * ${points}] = ${from}[s];
}`);
  const [fetchedRows, fetchedColumns] = [rows, columns]
    .map((n) => n * terms / side);
  const read = (to: string, from: string, thread: string, count: number) => {
    const n = to === "a" ? "r" : "c";
    const place = placeOf(thread, n, h, count);
    return `for (int ${n} = 0; ${n} < ${count}; ${n}++) ${to}[${n}] = ${from}[turn ^ 1][t][${place}];`;
  };
  return linesOf(cuda`
${compute} ${c.name}[${rows}][${columns}];
{
  #pragma unroll
  for (int r = 0; r < ${rows}; r++) {
    #pragma unroll
    for (int c = 0; c < ${columns}; c++) ${c.name}[r][c] = 0;
  }
  ${locate("rowsFrom", c.row, "begin")}
  ${locate("columnsFrom", c.column, "j0")}
  for (int k0 = 0, turn = 0; k0 < ${
    c.length + terms
  }; k0 += ${terms}, turn ^= 1) {
    ${compute} nextRows[${fetchedRows}];
    ${compute} nextColumns[${fetchedColumns}];
    if (k0 < ${c.length}) {
      const int k = k0 + (int) threadIdx.x % ${terms};
      ${fetch("nextRows", fetchedRows, "rowsFrom", c.row, "end - begin")}
      ${
    fetch(
      "nextColumns",
      fetchedColumns,
      "columnsFrom",
      c.column,
      "last - j0",
    )
  }
    }
    if (k0 > 0) {
      #pragma unroll
      for (int t = 0; t < ${terms}; t++) {
        ${compute} a[${rows}];
        ${compute} b[${columns}];
        #pragma unroll
        ${read("a", "rowTerms", "down", rows)}
        #pragma unroll
        ${read("b", "columnTerms", "across", columns)}
        #pragma unroll
        for (int r = 0; r < ${rows}; r++) {
          #pragma unroll
          for (int c = 0; c < ${columns}; c++) {
            ${c.term}
          }
        }
      }
    }
    if (k0 < ${c.length}) {
      ${keep("nextRows", "rowTerms", fetchedRows)}
      ${keep("nextColumns", "columnTerms", fetchedColumns)}
    }
    __syncthreads();
  }
}`);
}

/** Each thread takes in its own pairs of a tile. */
function pairs(h: TilesHoles): Lines {
  if (h.pair.length === 0) return [];
  const rows = rowPlaces(h);
  const { columns } = h;
  return linesOf(cuda`
#pragma unroll
for (int c = 0; c < ${columns}; c++) {
  const int t = ${placeOf("across", "c", h, columns)};
  const index_t j = j0 + t;
  if (j < last) {
    ${h.column}
    ${overRows(rows, again(rows, h.pair))}
  }
}`);
}

/** Columns of a tile that are added in one turn. */
const UNROLLED = 4;

/** Each thread adds all columns of a tile to its components. */
function adding(h: TilesHoles, wide: WideHoles): Lines {
  const across = h.side * h.columns;
  return linesOf(cuda`
__syncthreads();
const int n = last - j0 < ${across} ? last - j0 : ${across};
#pragma unroll ${UNROLLED}
for (int t = 0; t < n; t++) {
  ${wide.add.some((l) => /\bj\b/.test(l)) ? ["const index_t j = j0 + t;"] : []}
  ${overRows(rowPlaces(h), wide.add)}
}`);
}

/** Without long vectors one thread ends each row. */
function ending(h: TilesHoles): Lines {
  return ["const index_t i = ROW;", ...h.finish];
}
