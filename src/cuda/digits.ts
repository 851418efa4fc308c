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

import {
  DIGITS_ACROSS,
  digitsColumns,
  digitsKernel,
  verdictKernel,
} from "../../kernels/digits.ts";
import { PREPARED } from "../../kernels/digits_prepare.ts";
import { InternalError } from "../errors.ts";
import { withoutDead } from "../program/dead.ts";
import {
  type Block,
  FLUSH_EVERY,
  type Program,
  type Statement,
  type Value,
} from "../program/ir.ts";
import { BLOCKS, definedBy, usedBy } from "../program/uses.ts";
import { mergingPart, only } from "./blocks.ts";
import { Places } from "./places.ts";
import { literalText } from "./spelling.ts";
import { exchangeStates, storeStates } from "./states.ts";
import { BlockRenderer } from "./statements.ts";
import { sidesOf, type TiledContraction, tilingOf } from "./tiling.ts";
import { operandsOf, type Tile, type Variant } from "./variant.ts";

/** Contractions of so many terms are worth it, and fit into registers. */
const LENGTHS: readonly [least: number, most: number] = [8, 128];

/** Vectors of columns of at most so many components go to shared memory. */
const SHORT = 4;

/** How fast an exponent changes with a squared distance. */
interface Slope {
  /** A number. */
  readonly literal: number;
  /** What it is multiplied with. */
  readonly factors: readonly Value[];
  /** What it is divided by. */
  readonly divisors: readonly Value[];
}

/** A contraction that matrix units may compute. */
export interface Digits extends TiledContraction {
  /** For a squared distance: of the exponent that it ends in. */
  readonly slope?: Slope;
}

/** What of a program matrix units may compute. */
export function digitsOf(
  program: Program,
  { compute, batch, storage }: Variant,
): Digits | undefined {
  if (compute !== "float" || batch > 0) return undefined;
  const contractions = program.pair.filter((s) => s.kind === "contract");
  if (contractions.length !== 1) return undefined;
  const [statement] = contractions;
  const { form, length, to } = statement;
  if (length < LENGTHS[0] || length > LENGTHS[1]) return undefined;
  if (tilingOf(program, compute)?.wide) return undefined;
  const sides = sidesOf(statement, program);
  if (sides === undefined) return undefined;
  const stored = [sides.row, sides.column].every((k) =>
    !program.operands[k].temporary &&
    Object.hasOwn(PREPARED, storage[k])
  );
  if (!stored) return undefined;
  if (form === "dot") return sides;
  const slope = slopeOf(program, to);
  return slope && { ...sides, slope };
}

/** How wide the tiles of a warp are: their sums fit into registers. */
export const DIGITS_SHAPE: Required<Variant>["digits"] = {
  rowTiles: 2,
  columnTiles: 2,
};

/**
 * The slope of the exponent of a power of 2 that a value goes into, and into
 * nothing else; powers of 2 are only summed.
 */
function slopeOf(program: Program, value: Value): Slope | undefined {
  const known = new Set(
    program.uniform.flatMap((s) => definedBy(s)?.id ?? []),
  );
  const isKnown = (v: Value) => v.literal !== undefined || known.has(v.id);
  const users = usersOf(program, value);
  const [s] = users;
  if (users.length !== 1 || s.kind !== "apply") return undefined;
  const [a, b] = s.args;
  const next = () => slopeOf(program, s.to);
  const times = (by: number, slope = next()) =>
    slope && { ...slope, literal: by * slope.literal };
  switch (s.primitive) {
    case "exp2":
      return { literal: Math.LN2, factors: [], divisors: [] };
    case "neg":
      return times(-1);
    case "add":
      return next();
    case "sub":
      return times(a.id === value.id ? 1 : -1);
    case "mul": {
      const other = a.id === value.id ? b : a;
      if (!isKnown(other)) return undefined;
      if (other.literal !== undefined) return times(other.literal);
      const slope = next();
      return slope && { ...slope, factors: [...slope.factors, other] };
    }
    case "div": {
      if (a.id !== value.id || !isKnown(b)) return undefined;
      if (b.literal !== undefined) return times(1 / b.literal);
      const slope = next();
      return slope && { ...slope, divisors: [...slope.divisors, b] };
    }
    default:
      return undefined;
  }
}

/** Statements that read a value, once for each time. */
function usersOf(program: Program, { id }: Value): Statement[] {
  const walk = (block: Block): Statement[] =>
    block.flatMap((s) => [
      ...usedBy(s).flatMap((v) => v.id === id ? [s] : []),
      ...(s.kind === "for" || s.kind === "if" ? walk(s.body) : []),
    ]);
  return BLOCKS.flatMap((name) => walk(program[name]));
}

function slopeText(
  { literal, factors, divisors }: Slope,
  text: (value: Value) => string,
): string {
  const number = literalText({ id: -1, type: "float", literal }, "float");
  const product = [number, ...factors.map(text)].join(" * ");
  return `(${[product, ...divisors.map(text)].join(" / ")})`;
}

/** The kernel that decides which of two kernels runs. */
export function renderVerdict(program: Program, variant: Variant): string {
  const digits = needed(digitsOf(program, variant));
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
    squared: form === "squaredDistance",
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
  { rowTiles, columnTiles }: Required<Variant>["digits"],
  split: boolean,
): string {
  const variant = { ...given, rows: 2 * rowTiles };
  const merging = mergingPart(program);
  const blocks = ["uniform", "row", "pair", "flush", "merge"] as const;
  const own = split
    ? withoutDead(only(program, blocks), merging.state.map((p) => p.own))
    : withoutDead(only(program, [...blocks, "finish"]));
  const { statement } = needed(digitsOf(own, variant));
  const { form, length, to } = statement;
  const pair = own.pair.filter((s) => s !== statement);
  const tile = shortColumns({ ...own, pair });
  const places = new Places({ ...own, pair }, variant, tile);
  const b = new BlockRenderer(own, variant, places.entry);
  const result = `v${to.id}`;
  b.place(to, result);
  const { row, flush, finish } = own;
  const declarations = b.declarations();
  const uniform = b.block("uniform");
  const begin = b.block("row");
  const combine = b.statements(pair, "pair");
  const flushed = b.block("flush");
  const joined = b.block("merge");
  const text = (storage: Parameters<typeof b.storage>[0]) => b.storage(storage);
  const end = split ? storeStates(merging, variant, text) : b.block("finish");
  return digitsKernel({
    name: split ? "parts" : "rows",
    squared: form === "squaredDistance",
    length,
    result,
    rowTiles,
    columnTiles,
    width: tile.width,
    uniform: [...places.bases(), ...uniform],
    declarations: [...places.keptDeclarations(), ...declarations],
    row: [...places.rowsWithKept(row), ...places.keep(), ...begin],
    stage: places.stage(),
    column: places.columns(pair, false),
    pair: [...places.rows(pair), ...places.pairs(pair), ...combine],
    flush: [...places.rows(flush), ...flushed],
    flushEvery: FLUSH_EVERY * DIGITS_ACROSS / digitsColumns(length),
    exchange: exchangeStates(own, variant, text),
    merge: joined,
    finish: [
      "const long long point = batch * args.rows + i;",
      ...places.rows(finish),
      ...end,
    ],
  });
}

/** What of the columns goes through shared memory beside digits. */
function shortColumns({ operands, pair }: Program): Tile {
  const offsets = new Map<number, number>();
  let width = 0;
  for (const k of operandsOf(pair)) {
    const { row, column, dim } = operands[k];
    if (row || !column || dim > SHORT) continue;
    offsets.set(k, width);
    width += dim;
  }
  return { offsets, width, columns: 0 };
}
