/**
 * Rows per thread: each block of threads owns some rows, and walks the
 * columns tile by tile. Either it finishes its rows, or it walks a part of
 * the columns and stores the state of its rows.
 *
 * @module
 */

import { cuda } from "./template.ts";
import {
  again,
  counting,
  domain,
  interval,
  linesOf,
  overRows,
  type RowPlaces,
} from "./walk.ts";

/** Pairs that are tested together; where no test holds, little is done. */
export interface GuardHoles {
  /** The number of columns. */
  readonly columns: number;
  /** Declares what is kept of the tests. */
  readonly declarations: readonly string[];
  /** Tests pair u: notes in `ANY` that it must be taken in as a whole. */
  readonly test: readonly string[];
  /** Takes in a pair for which no test held. */
  readonly rest: readonly string[];
}

/** What the skeleton is filled with. */
export interface RowsHoles {
  /** The name of the kernel. */
  readonly name: "rows" | "parts";
  /** The most threads of a block. */
  readonly threads: number;
  /** The number of rows of one thread. */
  readonly rows: number;
  /** Declares the tile. */
  readonly shared: readonly string[];
  /** The number of columns of a tile. */
  readonly tile: number;
  /** The number of columns between two flushes. */
  readonly flushEvery: number;
  /** The number of columns that are taken in by one turn of the loop. */
  readonly unroll: number;
  /** Finds the batch and computes what all rows share. */
  readonly uniform: readonly string[];
  /** Declares what a thread keeps for each of its rows. */
  readonly declarations: readonly string[];
  /** Begins a row. */
  readonly row: readonly string[];
  /** Fills the tile: `n` columns from `j0` on. */
  readonly stage: readonly string[];
  /** Points at the vectors of column j that are not in the tile. */
  readonly column: readonly string[];
  /** Takes in a pair. */
  readonly pair: readonly string[];
  /** How pairs that seldom change much are tested together. */
  readonly guard?: GuardHoles;
  /** Runs now and then between columns. */
  readonly flush: readonly string[];
  /** Ends a row, or stores its state. */
  readonly finish: readonly string[];
}

/** The skeleton. */
export function rowsKernel(h: RowsHoles): string {
  const parts = h.name === "parts";
  return cuda`
extern "C" __global__ void __launch_bounds__(${h.threads})
${h.name}(const Arguments args) {
  ${h.shared}
  ${domain(parts, `(int) blockDim.x * ${h.rows}`)}
  ${h.uniform}
  ${h.declarations}
  ${overRows(placesOf(h), ["const index_t i = ROW;", ...h.row])}
  index_t count = 0;
  ${h.pair.length === 0 ? counting(parts) : walking(h, parts)}
  ${overRows(placesOf(h), storing(h))}
}`;
}

function placesOf({ rows }: RowsHoles): RowPlaces {
  const stride = rows === 1 ? "" : " + r * (int) blockDim.x";
  return { rows, place: `(int) threadIdx.x${stride}` };
}

function walking(h: RowsHoles, parts: boolean): string[] {
  const { tile, flushEvery } = h;
  const flush = overRows(placesOf(h), again(placesOf(h), h.flush));
  // Where a tile is shorter than a block of a sum, columns are counted.
  const counted = tile < flushEvery && h.flush.length > 0;
  const blocked = tile > flushEvery && h.flush.length > 0;
  const synchronise = h.stage.length > 0 ? ["__syncthreads();"] : [];
  const columns = blocked
    ? linesOf(cuda`
for (int t0 = 0; t0 < n; t0 += ${flushEvery}) {
  const int stop = n - t0 < ${flushEvery} ? n : t0 + ${flushEvery};
  ${turns(h, "t0", "stop")}
  ${flush}
}`)
    : linesOf(cuda`
${turns(h, "0", "n")}
${counted ? [] : flush}`);
  const count = linesOf(cuda`
pending += n;
if (pending >= ${flushEvery}) {
  pending = 0;
  ${flush}
}`);
  return linesOf(cuda`
${counted ? ["int pending = 0;"] : []}
for (int q = from; q < to; q++) {
  ${interval(parts)}
  for (index_t j0 = first; j0 < last; j0 += ${tile}) {
    const int n = last - j0 < ${tile} ? last - j0 : ${tile};
    ${synchronise}
    ${h.stage}
    ${synchronise}
    ${columns}
    ${counted ? count : []}
  }
}
${counted ? flush : []}`);
}

/** Takes in some columns of the tile. */
function turns(h: RowsHoles, from: string, to: string): string[] {
  const { guard } = h;
  if (guard === undefined) {
    return linesOf(cuda`
#pragma unroll ${h.unroll}
for (int t = ${from}; t < ${to}; t++) {
  ${columnBody(h)}
}`);
  }
  const { columns, declarations, test, rest } = guard;
  const pairs = (lines: readonly string[]) => {
    const uses = (name: RegExp) => lines.some((l) => name.test(l));
    const j = uses(/\bj\b/) || h.column.length > 0;
    const t = uses(/\bt\b/) || j;
    return linesOf(cuda`
#pragma unroll
for (int u = 0; u < ${columns}; u++) {
  ${t ? ["const int t = g + u;"] : []}
  ${j ? ["const index_t j = j0 + t;"] : []}
  ${h.column}
  ${overRows(placesOf(h), again(placesOf(h), lines))}
}`);
  };
  // Where nothing is left to do for other pairs, rows are told apart.
  const apart = h.rows > 1 && rest.length === 0;
  const places = placesOf(h);
  const tested = pairs(
    test.map((l) => l.replace(/^ANY\b/, apart ? "any[r]" : "any")),
  );
  const replay = linesOf(cuda`
#pragma unroll 1
for (int t = g; t < g + ${columns}; t++) {
  ${apart ? columnLines(h, h.pair) : columnBody(h)}
}`);
  const taken = apart
    ? overRows(
      places,
      again(places, ["if (any[r]) {", ...replay.map(indented), "}"]),
    )
    : replay;
  const some = apart
    ? Array.from({ length: h.rows }, (_, r) => `any[${r}]`).join(" || ")
    : "any";
  const others = rest.length === 0
    ? []
    : [" else {", ...pairs(rest).map(indented), "}"];
  return linesOf(cuda`
const int whole = ${to} - (${to} - ${from}) % ${columns};
#pragma unroll 1
for (int g = ${from}; g < whole; g += ${columns}) {
  ${declarations}
  bool any${apart ? `[${h.rows}] = {}` : " = false"};
  ${tested}
  if (${some}) {
    ${taken}
  }${others.length === 0 ? "" : others[0]}
  ${others.slice(1)}
}
#pragma unroll 1
for (int t = whole; t < ${to}; t++) {
  ${columnBody(h)}
}`);
}

const indented = (line: string) => `  ${line}`;

/** Lines for column t of the tile. */
function columnLines(h: RowsHoles, lines: readonly string[]): string[] {
  const all = [...h.column, ...lines];
  const named = all.some((line) => /\bj\b/.test(line));
  return named ? ["const index_t j = j0 + t;", ...all] : all;
}

/** Takes in column t of the tile. */
function columnBody(h: RowsHoles): string[] {
  return columnLines(h, overRows(placesOf(h), again(placesOf(h), h.pair)));
}

/** The end of a row: threads without a row of their own store nothing. */
function storing(h: RowsHoles): string[] {
  return linesOf(cuda`
if (PLACE < end) {
  ${
    h.rows > 1 && h.finish.some((l) => /\bi\b/.test(l))
      ? ["const index_t i = ROW;"]
      : []
  }
  ${h.finish}
}`);
}
