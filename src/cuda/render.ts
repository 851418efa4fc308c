/**
 * Renders programs to CUDA C++: one source, with one kernel, a scheme.
 *
 * @module
 */

import { columnsKernel } from "../../kernels/columns.ts";
import { WIDE_INDICES, withIndices } from "../../kernels/indices.ts";
import { mapKernel, pairsKernel } from "../../kernels/map.ts";
import { mergeKernel } from "../../kernels/merge.ts";
import { preludeFor } from "../../kernels/prelude.ts";
import { type GuardHoles, rowsKernel } from "../../kernels/rows.ts";
import { withoutDead } from "../program/dead.ts";
import { type Block, FLUSH_EVERY, type Program } from "../program/ir.ts";
import { fieldsOf, structText } from "./arguments.ts";
import { mergingPart, only } from "./blocks.ts";
import { renderDigits, renderVerdict } from "./digits.ts";
import { guardedOf } from "./guard.ts";
import { leaving, Places } from "./places.ts";
import { type Compute, typeName } from "./spelling.ts";
import { readStates, storeStates } from "./states.ts";
import { BlockRenderer } from "./statements.ts";
import { renderTiles } from "./tiles.ts";
import { type Scheme, THREADS, tileOf, type Variant } from "./variant.ts";

/**
 * The source of one kernel of a program. Equal programs and variants give
 * equal sources.
 */
export function renderCuda(
  program: Program,
  variant: Variant,
  scheme: Scheme,
  title: string,
): string {
  const wide = variant.wide ?? false;
  const kernel = withoutUnused(
    withIndices(KERNELS[scheme](program, variant), wide),
  );
  const struct = withIndices(structText(fieldsOf(program, variant)), wide);
  const comment = title.split("\n").map((line) => `// ${line}`);
  const prelude = preludeFor(kernel);
  return [
    [...comment, `// ${variant.compute}, scheme ${scheme}`].join("\n"),
    ...(prelude === "" ? [] : [prelude]),
    ...(wide ? [WIDE_INDICES] : []),
    struct,
    kernel,
  ].join("\n\n");
}

/** The source without constants that nothing refers to. */
function withoutUnused(source: string): string {
  const lines = source.split("\n").filter((line) => {
    const name = /^ *(?:const )?[a-z_ ]+\*? (\w+) = [^=]*;$/.exec(line)?.[1];
    if (name === undefined || line.trim().startsWith("return")) return true;
    return (source.match(new RegExp(`\\b${name}\\b`, "g")) ?? []).length > 1;
  });
  const shorter = lines.join("\n");
  return shorter === source ? source : withoutUnused(shorter);
}

/** How each scheme is rendered. */
const KERNELS: {
  readonly [S in Scheme]: (program: Program, variant: Variant) => string;
} = {
  columns(program, variant) {
    const own = withoutDead(only(program, ["uniform", "column"]));
    const places = new Places(own, { ...variant, rows: 1 });
    const b = new BlockRenderer(own, variant, places.entry);
    return columnsKernel({
      threads: THREADS,
      batched: variant.batch > 0,
      uniform: [...places.bases(), ...b.block("uniform")],
      column: [...places.columns(own.column, true), ...b.block("column")],
    });
  },
  verdict: renderVerdict,
  rows: (program, variant) => reduce(program, variant, false),
  parts: (program, variant) => reduce(program, variant, true),
  merge(program, given) {
    const variant = { ...given, rows: 1 };
    const own = mergingPart(program);
    const places = new Places(own, variant);
    const b = new BlockRenderer(own, variant, places.entry);
    const { row, finish, merge } = own;
    return mergeKernel({
      threads: THREADS,
      batched: variant.batch > 0,
      unroll: columnsPerTurn(own.merge, 1),
      uniform: [...places.bases(), ...b.block("uniform")],
      row: [...places.rows(row, finish, merge), ...b.block("row")],
      read: readStates(own, variant),
      merge: b.block("merge"),
      finish: b.block("finish"),
    });
  },
  map(program, given) {
    const variant = { ...given, rows: 1 };
    const own = withoutDead(only(program, ["uniform", "row", "finish"]));
    const places = new Places(own, variant);
    const b = new BlockRenderer(own, variant, places.entry);
    const { row, finish } = own;
    return mapKernel({
      threads: THREADS,
      batched: variant.batch > 0,
      uniform: [...places.bases(), ...b.block("uniform")],
      body: [
        ...places.rows(row, finish),
        ...b.block("row"),
        ...b.block("finish"),
      ],
    });
  },
  pairs(program, given) {
    const variant = { ...given, rows: 1 };
    const own = withoutDead(only(program, ["uniform", "row", "pair"]));
    const places = new Places(own, variant);
    const b = new BlockRenderer(own, variant, places.entry);
    const { row, pair } = own;
    return pairsKernel({
      threads: THREADS,
      batched: variant.batch > 0,
      uniform: [...places.bases(), ...b.block("uniform")],
      body: [
        ...places.rows(row, pair),
        ...b.block("row"),
        ...places.columns(pair, false),
        ...places.pairs(pair),
        ...b.block("pair"),
      ],
    });
  },
};

/** A reduction; `split` stores states instead of results. */
function reduce(program: Program, variant: Variant, split: boolean): string {
  const { tiles, digits } = variant;
  if (digits) return renderDigits(program, variant, digits, split);
  return tiles === undefined
    ? rows(program, variant, split)
    : renderTiles(program, variant, tiles, split);
}

/** Rows per thread. */
function rows(program: Program, variant: Variant, split: boolean): string {
  const merging = mergingPart(program);
  const own = split
    ? withoutDead(
      only(program, ["uniform", "row", "pair", "flush"]),
      merging.state.map((piece) => piece.own),
    )
    : withoutDead(only(program, ["uniform", "row", "pair", "flush", "finish"]));
  const tile = tileOf(own, variant.compute);
  const places = new Places(own, variant, tile);
  const b = new BlockRenderer(own, variant, places.entry);
  const { row, pair, flush, finish } = own;
  const { compute, rows } = variant;
  const single = rows === 1;
  const declarations = b.declarations();
  const uniform = b.block("uniform");
  const begin = b.block("row");
  const combine = b.block("pair");
  const pointers = [
    ...(single ? [] : places.rows(pair)),
    ...places.pairs(pair),
  ];
  const guard = guarded(b, pair, variant, pointers);
  const flushed = b.block("flush");
  const end = split
    ? storeStates(merging, variant, (storage) => b.storage(storage))
    : b.block("finish");
  // With one row a thread, what is declared with the row stays in sight.
  const point = "const long long point = batch * args.rows + i;";
  return rowsKernel({
    name: split ? "parts" : "rows",
    threads: THREADS,
    rows,
    shared: tile.width === 0 ? [] : [
      `__shared__ __align__(16) ${compute} tile[${tile.columns * tile.width}];`,
    ],
    tile: tile.columns,
    flushEvery: FLUSH_EVERY,
    unroll: columnsPerTurn(pair, rows),
    uniform: [...leaving(variant), ...places.bases(), ...uniform],
    declarations: [...places.keptDeclarations(), ...declarations],
    row: [
      ...(single
        ? places.rowsWithKept(row, flush, finish)
        : places.rowsWithKept(row)),
      ...places.keep(),
      ...begin,
    ],
    stage: places.stage(),
    column: places.columns(pair, false),
    pair: [...pointers, ...combine],
    ...(guard ? { guard } : {}),
    flush: [...(single ? [] : places.rows(flush)), ...flushed],
    finish: [
      point,
      ...(single ? [] : places.rows(finish)),
      ...end,
    ],
  });
}

/** Pairs of one thread that are tested together, at most. */
const TOGETHER: Readonly<Record<Compute, number>> = { float: 32, double: 8 };

/** How pairs that seldom change much are computed, if they are of that kind. */
function guarded(
  b: BlockRenderer,
  pair: Block,
  { rows, compute }: Variant,
  pointers: readonly string[],
): GuardHoles | undefined {
  const parts = guardedOf(pair);
  if (parts === undefined || rows > TOGETHER[compute] / 8) return undefined;
  const { before, condition, after, kept, known } = parts;
  const columns = TOGETHER[compute] / rows;
  const row = rows === 1 ? "" : "[r]";
  const place = (n: number) => `kept${n}[u]${row}`;
  const test = b.statements(before, "pair");
  const keep = kept.map((v, n) => `${place(n)} = ${b.text(v)};`);
  const tested = `ANY |= ${b.text(condition)};`;
  kept.forEach((v, n) => b.place(v, place(n)));
  known.forEach(([read, initial]) => b.place(read, b.text(initial)));
  const rest = b.statements(after, "pair");
  return {
    columns,
    declarations: kept.map((v, n) =>
      `${typeName(v.type, compute)} kept${n}[${columns}]${
        rows === 1 ? "" : `[${rows}]`
      };`
    ),
    test: [...pointers, ...test, ...keep, tested],
    rest: rest.length === 0 ? [] : [...pointers, ...rest],
  };
}

/** A turn of the loop over columns has about so many statements. */
const TURN = 256;

/**
 * How many columns, or parts, one turn takes in: what the loop costs is shared by them,
 * and what they wait for goes on side by side.
 */
function columnsPerTurn(pair: Block, rows: number): number {
  const statements = (block: Block): number =>
    block.reduce((n, s) => {
      if (s.kind === "for") return n + s.count * statements(s.body);
      if (s.kind === "if") return n + 1 + statements(s.body);
      return n + (s.kind === "contract" ? 2 * s.length : 1);
    }, 0);
  const room = TURN / (rows * Math.max(1, statements(pair)));
  return [4, 2].find((n) => n <= room) ?? 1;
}
