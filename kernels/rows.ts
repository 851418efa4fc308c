/**
 * Rows per thread: each block of threads owns some rows, and walks the
 * columns tile by tile. Either it finishes its rows, or it walks a part of
 * the columns and stores the state of its rows.
 *
 * @module
 */

import { cuda } from "./template.ts";

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
  // Blocks of threads: all pieces of the rows, ${
    parts ? "for each part, " : ""
  }for each batch.
  const long long item = blockIdx.x % args.items;
  ${
    parts
      ? [
        "const long long part = blockIdx.x / args.items % args.parts;",
        "const long long batch = blockIdx.x / (args.items * args.parts);",
      ]
      : ["const long long batch = blockIdx.x / args.items;"]
  }
  const int own = (int) blockDim.x * ${h.rows};
  int begin = (int) (item * own);
  int end = args.rows - begin < own ? (int) args.rows : begin + own;
  int from = 0;
  int to = 1;
  if (args.work != nullptr) {
    const int* piece = args.work + 4 * ${
    parts ? "(part * args.items + item)" : "item"
  };
    begin = piece[0];
    end = piece[1];
    from = piece[2];
    to = piece[3];
  }
  ${h.uniform}
  ${h.declarations}
  ${overRows(h, ["const int i = ROW;", ...h.row])}
  int count = 0;
  ${h.pair.length === 0 ? counting(parts) : walking(h, parts)}
  ${overRows(h, storing(h))}
}`;
}

/** The columns of interval q, or of this part. */
function interval(parts: boolean): string[] {
  const [first, last] = parts
    ? [
      "args.columns * part / args.parts",
      "args.columns * (part + 1) / args.parts",
    ]
    : ["0", "args.columns"];
  return linesOf(cuda`
int first = (int) (${first});
int last = (int) (${last});
if (args.work != nullptr) {
  first = args.intervals[2 * q];
  last = args.intervals[2 * q + 1];
}
count += last - first;`);
}

/** Nothing depends on the columns but their number. */
function counting(parts: boolean): string[] {
  return linesOf(cuda`
for (int q = from; q < to; q++) {
  ${interval(parts)}
}`);
}

function walking(h: RowsHoles, parts: boolean): string[] {
  const { tile, flushEvery } = h;
  const flush = overRows(h, again(h, h.flush));
  // Where a tile is shorter than a block of a sum, columns are counted.
  const counted = tile < flushEvery && h.flush.length > 0;
  const blocked = tile > flushEvery && h.flush.length > 0;
  const synchronise = h.stage.length > 0 ? ["__syncthreads();"] : [];
  const columns = blocked
    ? linesOf(cuda`
for (int t0 = 0; t0 < n; t0 += ${flushEvery}) {
  const int stop = n - t0 < ${flushEvery} ? n : t0 + ${flushEvery};
  for (int t = t0; t < stop; t++) {
    ${columnBody(h)}
  }
  ${flush}
}`)
    : linesOf(cuda`
for (int t = 0; t < n; t++) {
  ${columnBody(h)}
}
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
  for (int j0 = first; j0 < last; j0 += ${tile}) {
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

/** Takes in column t of the tile. */
function columnBody(h: RowsHoles): string[] {
  return [
    "const int j = j0 + t;",
    ...h.column,
    ...overRows(h, again(h, h.pair)),
  ];
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

/** The end of a row: threads without a row of their own store nothing. */
function storing(h: RowsHoles): string[] {
  return linesOf(cuda`
if (PLACE < end) {
  ${
    h.rows > 1 && h.finish.some((l) => /\bi\b/.test(l))
      ? ["const int i = ROW;"]
      : []
  }
  ${h.finish}
}`);
}

/** Lines inside a loop over the rows of a thread know the row. */
function again(h: RowsHoles, lines: readonly string[]): readonly string[] {
  const needed = h.rows > 1 && lines.some((line) => /\bi\b/.test(line));
  return needed ? ["const int i = ROW;", ...lines] : lines;
}

/** Lines for each row of a thread. */
function overRows(h: RowsHoles, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const [stride, indent] = h.rows === 1 ? ["", ""] : [
    " + r * (int) blockDim.x",
    "  ",
  ];
  const place = `begin + (int) threadIdx.x${stride}`;
  // Threads beyond the last row compute it once more, so that all of them
  // meet at the barriers.
  const row = `min(${place}, end - 1)`;
  const known = lines.map((line) =>
    indent + line.replaceAll(/\bROW\b/g, row).replaceAll(/\bPLACE\b/g, place)
  );
  if (h.rows === 1) return known;
  return [
    "#pragma unroll",
    `for (int r = 0; r < ${h.rows}; r++) {`,
    ...known,
    "}",
  ];
}
