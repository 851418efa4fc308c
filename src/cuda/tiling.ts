/**
 * Which programs are computed tile by tile: those with long contractions of
 * a row and a column, or with long vectors that every pair adds to.
 *
 * @module
 */

import type {
  Block,
  LocalArray,
  Program,
  Statement,
  Value,
  VectorSource,
} from "../program/ir.ts";
import { definedBy, usedBy } from "../program/uses.ts";
import type { Compute } from "./spelling.ts";

/** A contraction of a vector of a row and one of a column. */
export type Contraction = Extract<Statement, { kind: "contract" }>;

/** A loop over the components of long vectors. */
export type Loop = Extract<Statement, { kind: "for" }>;

/** A contraction that a block of threads computes together. */
export interface TiledContraction {
  /** The statement. */
  readonly statement: Contraction;
  /** The operand with one vector a row. */
  readonly row: number;
  /** The operand with one vector a column. */
  readonly column: number;
}

/** Long vectors that pairs add to, component by component. */
export interface Wide {
  /** The number of components. */
  readonly count: number;
  /** The loops over the components, of all blocks. */
  readonly loops: ReadonlySet<Statement>;
  /** The arrays of the state that only they touch. */
  readonly arrays: ReadonlySet<number>;
  /** What they take from each pair. */
  readonly scalars: readonly Value[];
  /** Operands with one vector a column that they read. */
  readonly columns: readonly number[];
  /** Operands with one vector a row that they read. */
  readonly rows: readonly number[];
}

/** What of a program is computed tile by tile. */
export interface Tiling {
  /** The contractions. */
  readonly contractions: readonly TiledContraction[];
  /** The long vectors, if there are any. */
  readonly wide?: Wide;
}

/** The sizes of a tile, a number for each thread. */
export interface TileShape {
  /** Rows. */
  readonly rows: number;
  /** Columns. */
  readonly columns: number;
  /** Components of long vectors. */
  readonly components: number;
  /** Neighbours that a thread reads at once. */
  readonly together: number;
  /** The terms of contractions that are in shared memory at a time. */
  readonly terms: number;
}

/** A block has so many threads down, and so many across. */
export const SIDE = 16;

/**
 * Shorter contractions are computed from registers, which hold the vectors of
 * rows; beside long vectors that pairs add to there is less room.
 */
const LONG: Readonly<Record<Compute, number>> = { float: 104, double: 48 };
const LONG_BESIDE_WIDE = 16;

/** Threads keep at most so many scalars a row for the larger tile. */
const FEW_SCALARS = 12;

/** Bytes of shared memory of a block. */
export const SHARED_BYTES: number = 48 * 1024;

/** What of a program to compute tile by tile; nothing where it has no gain. */
export function tilingOf(
  program: Program,
  compute: Compute,
): Tiling | undefined {
  const wide = wideOf(program);
  const long = wide === undefined ? LONG[compute] : LONG_BESIDE_WIDE;
  const contractions = program.pair.flatMap((s): TiledContraction[] => {
    const tiled = s.kind === "contract" && s.length > long;
    const sides = tiled ? sidesOf(s, program) : undefined;
    return sides === undefined ? [] : [sides];
  });
  if (contractions.length === 0 && wide === undefined) return undefined;
  const tiling = { contractions, ...(wide ? { wide } : {}) };
  const shape = tileShape(program, tiling, compute);
  const fits = sharedBytes(tiling, shape, compute) <= SHARED_BYTES;
  return fits && contractions.length <= 2 ? tiling : undefined;
}

/** The sizes of the tiles of a program. */
export function tileShape(
  { state }: Program,
  { wide }: Tiling,
  compute: Compute,
): TileShape {
  const float = compute === "float";
  const kept = state.reduce(
    (n, { own }) => n + ("length" in own ? own.length : 1),
    0,
  );
  const together = float ? 4 : 2;
  const terms = float ? 16 : 8;
  if (wide !== undefined) {
    const most = float ? 8 : 4;
    const needed = Math.ceil(wide.count / SIDE / together) * together;
    const components = Math.min(most, needed);
    return { rows: 4, columns: 2, components, together, terms };
  }
  const rows = float && kept <= FEW_SCALARS ? 8 : 4;
  return { rows, columns: 4, components: 0, together, terms };
}

/** Bytes of shared memory of one block. */
function sharedBytes(
  { contractions, wide }: Tiling,
  { rows, columns, components, terms, together }: TileShape,
  compute: Compute,
): number {
  const [down, across] = [SIDE * rows, SIDE * columns];
  let entries = 0;
  if (contractions.length > 0) {
    entries += 2 * terms * (down + together + across + together);
  }
  if (wide !== undefined) {
    entries += wide.columns.length * across * SIDE * components;
    entries += wide.scalars.length * across * (down + together);
  }
  return entries * (compute === "float" ? 4 : 8);
}

/** The operands of a contraction of a row and a column, if it is one. */
export function sidesOf(
  statement: Contraction,
  { operands }: Program,
): TiledContraction | undefined {
  const { a, b, weights } = statement;
  if (weights !== undefined) return undefined;
  const has = (source: VectorSource, axis: "row" | "column") => {
    if (source.kind !== "operand") return undefined;
    const { row, column } = operands[source.operand];
    return row === (axis === "row") && column === (axis === "column")
      ? source.operand
      : undefined;
  };
  for (const [x, y] of [[a, b], [b, a]]) {
    const [row, column] = [has(x, "row"), has(y, "column")];
    if (row !== undefined && column !== undefined) {
      return { statement, row, column };
    }
  }
  return undefined;
}

/** Finds long vectors that nothing but loops over their components touches. */
export function wideOf(program: Program): Wide | undefined {
  const { row, pair, flush, merge, finish, state } = program;
  const arrays = new Map<number, LocalArray>();
  for (const { own } of state) {
    if ("length" in own) arrays.set(own.id, own);
  }
  const [first] = arrays.values();
  if (first === undefined) return undefined;
  const count = first.length;
  const blocks = [row, pair, flush, merge, finish];
  const loops = new Set<Statement>();
  for (const s of blocks.flat()) {
    if (s.kind === "for" && s.count === count) {
      if (touches(s.body, arrays)) loops.add(s);
    }
  }
  const others = blocks.map((b) => b.filter((s) => !loops.has(s)));
  const plain = (s: Statement) => s.kind === "array" && arrays.has(s.array.id);
  if (touches(others.flat().filter((s) => !plain(s)), arrays)) return undefined;
  if (![...arrays.values()].every((a) => a.length === count)) return undefined;
  for (const s of loops) {
    if (!isPlain(s as Loop, arrays, program)) return undefined;
  }
  const inPairs = pair.filter((s) => loops.has(s)) as Loop[];
  const used = inPairs.flatMap(({ body }) => body.flatMap(usedBy));
  const made = new Map(
    pair.flatMap((s) => {
      const to = definedBy(s);
      return to === undefined ? [] : [[to.id, to] as const];
    }),
  );
  const scalars = [
    ...new Set(used.flatMap(({ id }) => made.get(id) ?? [])),
  ];
  if (inPairs.length === 0 || scalars.some((v) => v.type !== "float")) {
    return undefined;
  }
  const read = new Set(
    inPairs.flatMap(({ body }) =>
      body.flatMap((s) => s.kind === "load" ? [s.operand] : [])
    ),
  );
  const { operands } = program;
  return {
    count,
    loops,
    arrays: new Set(arrays.keys()),
    scalars,
    columns: [...read].filter((k) => operands[k].column),
    rows: [...read].filter((k) => operands[k].row),
  };
}

/** Whether statements touch any of some arrays. */
function touches(
  block: Block,
  arrays: ReadonlyMap<number, LocalArray>,
): boolean {
  return block.some((s) => {
    switch (s.kind) {
      case "for":
      case "if":
        return touches(s.body, arrays);
      case "array":
      case "get":
      case "put":
        return arrays.has(s.array.id);
      case "contract":
        return [s.a, s.b, s.weights].some((x) =>
          x?.kind === "array" && arrays.has(x.array.id)
        );
      default:
        return false;
    }
  });
}

/** Whether the turns of a loop are arithmetic on their own components. */
function isPlain(
  { index, body }: Loop,
  arrays: ReadonlyMap<number, LocalArray>,
  { operands, pair }: Program,
): boolean {
  const inPair = pair.some((s) => s.kind === "for" && s.index === index);
  const own = (value: Value) => value.id === index.id;
  return body.every((s) => {
    switch (s.kind) {
      case "apply":
        return true;
      case "get":
      case "put":
        // In merges the state of the other part is an array, too.
        return own(s.index) && (arrays.has(s.array.id) || s.kind === "get");
      case "load": {
        const { row, column, dim } = operands[s.operand];
        if (!inPair) return true;
        return own(s.component) && row !== column && dim > 1;
      }
      case "read":
      case "store":
        return !inPair;
      default:
        return false;
    }
  });
}
