/**
 * Renders reductions tile by tile.
 *
 * @module
 */

import {
  type ContractionHoles,
  tilesKernel,
  type WideHoles,
} from "../../kernels/tiles.ts";
import { placeOf } from "../../kernels/walk.ts";
import { InternalError } from "../errors.ts";
import { withoutDead } from "../program/dead.ts";
import { FLUSH_EVERY, type Program, type Statement } from "../program/ir.ts";
import { mergingPart, only } from "./blocks.ts";
import { leaving, NO_TILE, Places } from "./places.ts";
import { exchangeStates, storeStates } from "./states.ts";
import { BlockRenderer, type Entry, type Shared } from "./statements.ts";
import {
  SIDE,
  type TiledContraction,
  type TileShape,
  type Tiling,
  tilingOf,
  type Wide,
} from "./tiling.ts";
import type { Variant } from "./variant.ts";
import {
  sharedOut,
  wideChunks,
  wideDeclarations,
  wideEntry,
  type WideLayout,
  wideRow,
  wideStage,
  wideWidth,
} from "./wide.ts";

/** The number of chunks that the components of long vectors come in. */
export function chunksOf(program: Program, variant: Variant): number {
  const { tiles, compute } = variant;
  const wide = tiles && tilingOf(program, compute)?.wide;
  return wide ? wideChunks(wide, layoutOf(tiles)) : 1;
}

/** One kernel; `split` stores states instead of results. */
export function renderTiles(
  program: Program,
  variant: Variant,
  shape: TileShape,
  split: boolean,
): string {
  const merging = mergingPart(program);
  const own = split
    ? withoutDead(
      only(program, ["uniform", "row", "pair", "flush", "merge"]),
      merging.state.map((piece) => piece.own),
    )
    : withoutDead(
      only(program, ["uniform", "row", "pair", "flush", "merge", "finish"]),
    );
  const tiling = tilingOf(own, variant.compute);
  if (tiling === undefined) throw new InternalError("There are no tiles");
  return new Tiles(own, variant, shape, tiling).render(split, merging);
}

class Tiles {
  readonly #program: Program;
  readonly #variant: Variant;
  readonly #shape: TileShape;
  readonly #tiling: Tiling;
  readonly #places: Places;
  readonly #shared: Shared | undefined;
  readonly #renderer: BlockRenderer;
  /** What pairs do with their results, long vectors aside. */
  readonly #pair: readonly Statement[];
  #wideEntries = false;

  constructor(
    program: Program,
    variant: Variant,
    shape: TileShape,
    tiling: Tiling,
  ) {
    this.#program = program;
    this.#variant = variant;
    this.#shape = shape;
    this.#tiling = tiling;
    const { contractions, wide } = tiling;
    const tiled = new Set<Statement>(contractions.map((c) => c.statement));
    this.#pair = program.pair.filter((s) =>
      !tiled.has(s) && !wide?.loops.has(s)
    );
    const pairs = { ...program, pair: this.#pair };
    this.#places = new Places(pairs, variant, NO_TILE);
    this.#shared = wide && sharedOut(wide, layoutOf(shape));
    this.#renderer = new BlockRenderer(
      program,
      variant,
      this.#entry,
      this.#shared,
    );
    contractions.forEach(({ statement: { to } }) =>
      this.#renderer.place(to, `v${to.id}[r][c]`)
    );
  }

  #entry: Entry = (operand, component, block) => {
    const wide = this.#tiling.wide;
    if (!this.#wideEntries || wide === undefined) {
      return this.#places.entry(operand, component, block);
    }
    const name = this.#places.name(operand);
    return wideEntry(wide, layoutOf(this.#shape), operand, name);
  };

  render(split: boolean, merging: Program): string {
    const b = this.#renderer;
    const places = this.#places;
    const { row, flush, merge, finish } = this.#program;
    const { wide } = this.#tiling;
    const { rows, columns, together, terms } = this.#shape;
    const { compute } = this.#variant;
    const declarations = b.declarations();
    const uniform = b.block("uniform");
    const begin = b.block("row");
    const loops = wide
      ? this.#program.pair.filter((s) => wide.loops.has(s))
      : [];
    const combine = b.statements(this.#pair, "pair");
    const adding = wide && this.#wide(wide, loops);
    const flushed = b.block("flush");
    const joined = b.statements(
      merge.filter((s) => !wide?.loops.has(s)),
      "merge",
    );
    const text = (storage: Parameters<typeof b.storage>[0]) =>
      b.storage(storage);
    const point = "const long long point = batch * args.rows + i;";
    const end = split
      ? storeStates(merging, this.#variant, text, this.#shared)
      : b.block("finish");
    const ending = [point, ...places.rows(finish), ...end];
    const alone = this.#shared === undefined
      ? ["if (across == 0) {", ...ending.map((l) => `  ${l}`), "}"]
      : ending;
    return tilesKernel({
      name: split ? "parts" : "rows",
      side: SIDE,
      rows,
      columns,
      together,
      compute,
      terms,
      contractions: this.#tiling.contractions.map((c) => this.#contraction(c)),
      ...(adding ? { wide: adding.holes } : {}),
      shared: adding?.shared ?? [],
      uniform: [...leaving(this.#variant), ...this.#bases(), ...uniform],
      declarations: [
        ...places.keptDeclarations(),
        ...(adding?.declarations ?? []),
        ...declarations,
      ],
      row: [
        ...places.rowsWithKept(row, loops),
        ...places.keep(),
        ...(adding?.row ?? []),
        ...begin,
      ],
      column: places.columns(this.#pair, false),
      pair: this.#pair.length === 0 && adding === undefined ? [] : [
        ...places.rows(this.#pair),
        ...places.pairs(this.#pair),
        ...combine,
        ...(adding?.keep ?? []),
      ],
      flush: [...places.rows(flush), ...flushed],
      flushEvery: wide ? FLUSH_EVERY / (SIDE * columns) : FLUSH_EVERY / columns,
      exchange: exchangeStates(
        this.#program,
        this.#variant,
        text,
        this.#shared,
      ),
      merge: joined,
      finish: alone,
    });
  }

  /** The batch, and the first vector of each operand of the whole program. */
  #bases(): string[] {
    return new Places(this.#program, this.#variant, NO_TILE).bases();
  }

  #contraction({ statement, row, column }: TiledContraction): ContractionHoles {
    const { form, length, to } = statement;
    const name = `v${to.id}`;
    const { compute } = this.#variant;
    const term = form === "dot"
      ? "a[r] * b[c]"
      : `square_${compute}(a[r] - b[c])`;
    return {
      name,
      length,
      row: this.#places.terms(row),
      column: this.#places.terms(column),
      term: [`${name}[r][c] += ${term};`],
    };
  }

  #wide(wide: Wide, loops: readonly Statement[]): {
    readonly holes: WideHoles;
    readonly shared: string[];
    readonly declarations: string[];
    readonly row: string[];
    readonly keep: string[];
  } {
    const b = this.#renderer;
    const places = this.#places;
    const { compute } = this.#variant;
    const layout = layoutOf(this.#shape);
    const { rows, components, together } = this.#shape;
    const [down, across] = [SIDE * rows, layout.columns];
    const { scalars } = wide;
    const place = placeOf("down", "r", layout, rows);
    const keep = scalars.map((v, n) =>
      `pairs${n}[t][${place}] = ${b.text(v)};`
    );
    scalars.forEach((v, n) => b.place(v, `pairs${n}[t][${place}]`));
    this.#wideEntries = true;
    const add = b.statements(loops, "pair");
    this.#wideEntries = false;
    return {
      holes: {
        components,
        chunks: wideChunks(wide, layout),
        stage: wideStage(wide, layout, places, compute),
        add,
        flushEvery: FLUSH_EVERY / across,
      },
      shared: [
        ...wide.columns.map((k) =>
          `__shared__ __align__(16) ${compute} ${
            places.name(k)
          }_tile[${across}][${wideWidth(layout)}];`
        ),
        ...scalars.map((_, n) =>
          `__shared__ __align__(16) ${compute} pairs${n}[${across}][${
            down + together
          }];`
        ),
      ],
      declarations: wideDeclarations(wide, layout, places, compute),
      row: wideRow(wide, layout, places, compute),
      keep,
    };
  }
}

/** How the threads of tiles share out long vectors. */
function layoutOf(shape: TileShape): WideLayout {
  const { rows, components, together } = shape;
  const columns = SIDE * shape.columns;
  const threads = SIDE * SIDE;
  return { side: SIDE, components, together, rows, columns, threads };
}
