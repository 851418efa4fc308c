/**
 * What kernels that reduce rows have in common: which rows and columns a
 * block of threads walks, and lines for each row of a thread. Rows and columns
 * are of type `index_t`, which is spelled when the source is complete.
 *
 * @module
 */

import { cuda } from "./template.ts";

/** Lines of text. */
export type Lines = readonly string[];

/** Source text by lines. */
export function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

/** Where each thread finds its rows. */
export interface RowPlaces {
  /** The number of rows of one thread. */
  readonly rows: number;
  /** The position of row r among those of the block. */
  readonly place: string;
}

/** What is done with the states of the rows of a thread. */
export interface StateHoles {
  /** Runs now and then between tiles. */
  readonly flush: Lines;
  /** The number of tiles between two flushes. */
  readonly flushEvery: number;
  /** Reads the state of the same row from another thread. */
  readonly exchange: Lines;
  /** Takes it in. */
  readonly merge: Lines;
}

/** Finds the batch, the part, the rows and the intervals of a block. */
export function domain(
  parts: boolean,
  own: string,
  block = "blockIdx.x",
): Lines {
  return linesOf(cuda`
// Blocks of threads: all pieces of the rows, ${
    parts ? "for each part, " : ""
  }for each batch.
const unsigned items = (unsigned) args.items;
const long long item = ${block} % items;
${
    parts
      ? [
        "const unsigned parts = (unsigned) args.parts;",
        `const long long part = ${block} / items % parts;`,
        `const long long batch = ${block} / items / parts;`,
      ]
      : [`const long long batch = ${block} / items;`]
  }
const int own = ${own};
index_t begin = (index_t) (item * own);
index_t end = args.rows - begin < own ? (index_t) args.rows : begin + own;
int from = 0;
int to = 1;
if (args.work != nullptr) {
  const index_t* piece = args.work + 4 * ${
    parts ? "(part * args.items + item)" : "item"
  };
  begin = piece[0];
  end = piece[1];
  from = piece[2];
  to = piece[3];
}`);
}

/**
 * The batch, and the row or column in it, of one thread of many. Divisions
 * take longer than many a map: there are none without batches.
 */
export function batchOf(
  batched: boolean,
  place: string,
  size: "rows" | "columns",
  index: string,
): Lines {
  if (!batched) {
    return ["const index_t batch = 0;", `const index_t ${index} = ${place};`];
  }
  const divisor = `(index_t) args.${size}`;
  return [
    `const index_t batch = ${place} / ${divisor};`,
    `const index_t ${index} = ${place} % ${divisor};`,
  ];
}

/** The columns of interval q, or of this part. */
export function interval(parts: boolean): Lines {
  const [first, last] = parts
    ? [
      "args.columns * part / args.parts",
      "args.columns * (part + 1) / args.parts",
    ]
    : ["0", "args.columns"];
  return linesOf(cuda`
index_t first = (index_t) (${first});
index_t last = (index_t) (${last});
if (args.work != nullptr) {
  first = args.intervals[2 * q];
  last = args.intervals[2 * q + 1];
}
count += last - first;`);
}

/** Nothing depends on the columns but their number. */
export function counting(parts: boolean): Lines {
  return linesOf(cuda`
for (int q = from; q < to; q++) {
  ${interval(parts)}
}`);
}

/** The position of entry `n` of a thread among those of all threads beside it. */
export function placeOf(
  thread: string,
  n: string,
  { side, together }: { readonly side: number; readonly together: number },
  count: number,
): string {
  if (count <= together) return `${thread} * ${count} + ${n}`;
  return `${thread} * ${together} + ${n} % ${together} + ` +
    `${n} / ${together} * ${side * together}`;
}

/** Lines for each row of a thread, where ROW is its number. */
export function overRows({ rows, place }: RowPlaces, lines: Lines): Lines {
  if (lines.length === 0) return [];
  const at = `begin + ${place}`;
  // Threads beyond the last row compute it once more, so that all of them
  // meet at the barriers.
  const row = `min(${at}, end - 1)`;
  const known = lines.map((line) =>
    line.replaceAll(/\bROW\b/g, row).replaceAll(/\bPLACE\b/g, at)
  );
  if (rows === 1) return known;
  return [
    "#pragma unroll",
    `for (int r = 0; r < ${rows}; r++) {`,
    ...known.map((line) => `  ${line}`),
    "}",
  ];
}

/** Lines inside a loop over the rows of a thread know the row. */
export function again({ rows }: RowPlaces, lines: Lines): Lines {
  const needed = rows > 1 && lines.some((line) => /\bi\b/.test(line));
  return needed ? ["const index_t i = ROW;", ...lines] : lines;
}

/** Flushes once so many tiles are taken in. */
export function flushing(rows: RowPlaces, h: StateHoles): Lines {
  if (h.flush.length === 0) return [];
  return linesOf(cuda`
if (++pending == ${h.flushEvery}) {
  pending = 0;
  ${overRows(rows, again(rows, h.flush))}
}`);
}

/** Threads side by side have the same rows: in the end all know the whole. */
export function merging(
  rows: RowPlaces,
  h: StateHoles,
  threads: number,
): Lines {
  if (h.exchange.length === 0) return [];
  return linesOf(cuda`
for (int apart = ${threads / 2}; apart > 0; apart /= 2) {
  ${overRows(rows, [...h.exchange, ...h.merge])}
}`);
}
