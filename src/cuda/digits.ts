/**
 * Which contractions matrix units may compute, and how they are rendered.
 *
 * Coordinates become integers of 24 bits, in three digits of 8 bits; matrix
 * units add up products of digits exactly, as in the scheme of Ozaki, Ogita,
 * Oishi and Rump, "Error-free transformations of matrix multiplication by
 * using fast routines of matrix multiplication" (2012). What that loses is
 * bounded from the data, on the device; where the bound is worse than that of
 * float32 arithmetic, the usual kernel runs instead.
 *
 * @module
 */

import { digitsKernel } from "../../kernels/digits.ts";
import { DIGITS_ACROSS, HALF } from "../../kernels/digits_form.ts";
import { BATCH_DIMENSIONS, PREPARED } from "../../kernels/digits_prepare.ts";
import { verdictKernel } from "../../kernels/digits_verdict.ts";
import { InternalError } from "../errors.ts";
import { withoutDead } from "../program/dead.ts";
import { FLUSH_EVERY, type Program, type Storage } from "../program/ir.ts";
import { mergingPart, only } from "./blocks.ts";
import {
  digitsLayout,
  digitsRoom,
  type DigitsShape,
  FAST_TOLERANCE,
  shortColumns,
} from "./digits_shape.ts";
import { Places } from "./places.ts";
import { factorOf, type Slope, slopeOf, slopeText } from "./digits_slope.ts";
import { exchangeStates, storeStates } from "./states.ts";
import { BlockRenderer, type Entry } from "./statements.ts";
import { sidesOf, type TiledContraction, type Wide, wideOf } from "./tiling.ts";
import type { Variant } from "./variant.ts";
import {
  sharedOut,
  wideChunks,
  wideDeclarations,
  wideEntry,
  wideRow,
  wideStage,
  wideWidth,
} from "./wide.ts";

/** Contractions of so many terms are worth it, by the instructions of a pair. */
const LEAST = { squaredDistance: 7, dot: 16 } as const;

/** Beside a state of more scalars than these it takes more. */
const FEW_SCALARS = 12;

/** How many more. */
const LEAST_BESIDE_LARGE = { squaredDistance: 16, dot: 32 } as const;

/** Of short points, and states of so many scalars, registers hold 3 blocks. */
const SMALL = 3;
const BLOCKS = 3;

/** Contractions of so many terms fit into registers. */
const MOST = 128;

/** A contraction that matrix units may compute. */
export interface Digits extends TiledContraction {
  /** For a squared distance: of the exponent that it ends in. */
  readonly slope?: Slope;
  /** Long vectors that pairs add to, if any. */
  readonly wide?: Wide;
}

/** What of a program matrix units may compute. */
export function digitsOf(
  program: Program,
  { compute, batch, storage }: Variant,
): Digits | undefined {
  if (compute !== "float" || batch > BATCH_DIMENSIONS) return undefined;
  const contractions = program.pair.filter((s) => s.kind === "contract");
  if (contractions.length !== 1) return undefined;
  const [statement] = contractions;
  const { form, length, to } = statement;
  const wide = wideOf(program);
  const large = wide !== undefined || program.state.length > FEW_SCALARS;
  const least = (large ? LEAST_BESIDE_LARGE : LEAST)[form];
  if (length < least || length > MOST) return undefined;
  const sides = sidesOf(statement, program);
  if (sides === undefined) return undefined;
  const stored = [sides.row, sides.column].every((k) =>
    !program.operands[k].temporary &&
    Object.hasOwn(PREPARED, storage[k])
  );
  if (!stored) return undefined;
  const found = { ...sides, ...(wide ? { wide } : {}) };
  if (form === "dot") return found;
  const slope = slopeOf(program, to);
  return slope && { ...found, slope };
}

/** The kernel that decides which of two kernels runs. */
export function renderVerdict(program: Program, variant: Variant): string {
  const digits = needed(digitsOf(program, variant));
  const { pieces } = needed(variant.digits);
  const { statement: { form, length, to }, slope } = digits;
  const values = [...slope?.factors ?? [], ...slope?.divisors ?? []];
  // What the slope is made of is all that is needed of the program.
  const own = withoutDead({
    ...only(program, ["uniform"]),
    row: values.map((value, n) => ({
      kind: "store" as const,
      output: 0,
      component: { id: -1, type: "int" as const, literal: n },
      value,
    })),
    state: [],
  });
  const places = new Places({ ...own, row: [] }, { ...variant, rows: 1 });
  const b = new BlockRenderer(own, { ...variant, rows: 1 }, places.entry);
  const uniform = b.block("uniform");
  return verdictKernel({
    length,
    pieces,
    squared: form === "squaredDistance",
    tolerance: pieces === 2 ? FAST_TOLERANCE : undefined,
    uniform: [...places.bases(), ...uniform],
    slope: slope ? slopeText(slope, (v) => b.text(v)) : `v${to.id}`,
  });
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new InternalError("There are no digits");
  return value;
}

/** A reduction by matrix units; `split` stores states instead of results. */
export function renderDigits(
  program: Program,
  given: Variant,
  shape: DigitsShape,
  split: boolean,
): string {
  const { rowTiles, columnTiles, pieces } = shape;
  const variant = { ...given, rows: 2 * rowTiles };
  const { compute } = variant;
  const merging = mergingPart(program);
  const blocks = ["uniform", "row", "pair", "flush", "merge"] as const;
  const own = split
    ? withoutDead(only(program, blocks), merging.state.map((p) => p.own))
    : withoutDead(only(program, [...blocks, "finish"]));
  const { statement, wide } = needed(digitsOf(own, variant));
  const { form, length, to } = statement;
  const scaled = factorOf(own, to);
  const beside = own.pair.filter((s) =>
    s !== statement && s !== scaled?.statement
  );
  const pair = beside.filter((s) => !wide?.loops.has(s));
  const loops = beside.filter((s) => wide?.loops.has(s));
  const tile = shortColumns({ ...own, pair });
  const { columns } = needed(digitsRoom(own, wide, length, shape));
  const places = new Places({ ...own, pair }, variant, tile);
  const layout = digitsLayout(shape, columns);
  const shared = wide && sharedOut(wide, layout);
  let inLoops = false;
  const entry: Entry = (operand, component, block) =>
    inLoops && wide
      ? wideEntry(wide, layout, operand, places.name(operand))
      : places.entry(operand, component, block);
  const b = new BlockRenderer(own, variant, entry, shared);
  const value = scaled?.statement.to ?? to;
  const result = `v${value.id}`;
  b.place(value, result);
  const { row, flush, merge, finish } = own;
  const declarations = b.declarations();
  const uniform = b.block("uniform");
  const begin = b.block("row");
  const combine = b.statements(pair, "pair");
  const scalars = wide?.scalars ?? [];
  const keep = scalars.map((v, n) => `pairs${n}[c][r] = ${b.text(v)};`);
  scalars.forEach((v, n) => b.place(v, `pair${n}`));
  inLoops = true;
  const add = b.statements(loops, "pair");
  inLoops = false;
  const flushed = b.block("flush");
  const joined = b.statements(
    merge.filter((s) => !wide?.loops.has(s)),
    "merge",
  );
  const text = (storage: Storage) => b.storage(storage);
  const end = split
    ? storeStates(merging, variant, text, shared)
    : b.block("finish");
  return digitsKernel({
    name: split ? "parts" : "rows",
    squared: form === "squaredDistance",
    length,
    pieces,
    result,
    ...(!wide && length <= HALF && own.state.length <= SMALL
      ? { blocks: BLOCKS }
      : {}),
    ...(scaled ? { factor: b.text(scaled.factor) } : {}),
    rowTiles,
    columnTiles,
    columns,
    width: tile.width,
    ...(wide
      ? {
        wide: {
          chunks: wideChunks(wide, layout),
          tiles: wide.columns.map((k) => places.name(k)),
          width: wideWidth(layout),
          stage: wideStage(wide, layout, places, compute),
          scalars: scalars.length,
          add,
        },
      }
      : {}),
    uniform: [
      ...new Places({ ...own, pair: beside }, variant).bases(),
      ...uniform,
    ],
    declarations: [
      ...places.keptDeclarations(),
      ...(wide ? wideDeclarations(wide, layout, places, compute) : []),
      ...declarations,
    ],
    row: [
      ...places.rowsWithKept(row, loops),
      ...places.keep(),
      ...(wide ? wideRow(wide, layout, places, compute) : []),
      ...begin,
    ],
    stage: places.stage(),
    column: places.columns(pair, false),
    pair: [
      ...places.rows(pair),
      ...places.pairs(pair),
      ...combine,
      ...keep,
    ],
    flush: [...places.rows(flush), ...flushed],
    // Of long vectors, a thread takes in all columns of a tile.
    flushEvery: FLUSH_EVERY * (wide ? 1 : DIGITS_ACROSS) / columns,
    exchange: exchangeStates(own, variant, text, shared),
    merge: joined,
    finish: [
      "const long long point = batch * args.rows + i;",
      ...places.rows(finish),
      ...end,
    ],
  });
}
