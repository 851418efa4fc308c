/**
 * What of the pairs of a block of columns can be computed for all of them
 * at a time.
 *
 * @module
 */

import type { Block, LocalArray, Program, Statement, Value } from "./ir.ts";
import { arraysReadBy, definedBy, sourcesOf, usedBy } from "./uses.ts";

/** A contraction. */
export type Contraction = Extract<Statement, { kind: "contract" }>;

/** A loop. */
export type Loop = Extract<Statement, { kind: "for" }>;

/** The pair block in three stages; each runs for some columns, then the next. */
export interface Stages {
  /** Contractions of vectors that are there before the pairs. */
  readonly contractions: readonly Contraction[];
  /** Shorter ones, which are computed for two columns at a time. */
  readonly short: readonly Contraction[];
  /** What is computed pair by pair. */
  readonly body: Block;
  /**
   * Loops whose turns have nothing to do with one another: the columns can
   * be walked in each turn, instead of the turns for each column.
   */
  readonly loops: readonly Loop[];
  /** What the loops read of the body. */
  readonly kept: readonly Value[];
}

/** Contractions of at most this length are written term by term. */
export const UNROLLED = 16;

/** Contractions of one term are written column by column. */
const SHORT = 2;

const known = new WeakMap<Program, Stages>();

/** The stages of the pairs of a program. */
export function stagesOf(program: Program): Stages {
  const stages = known.get(program) ?? findStages(program);
  known.set(program, stages);
  return stages;
}

function findStages(program: Program): Stages {
  const { pair } = program;
  const inside = new Set(arraysIn(pair, (s) => s.kind === "array"));
  const ahead = pair.filter((s): s is Contraction =>
    s.kind === "contract" &&
    sourcesOf(s).every((x) =>
      x.kind === "operand" || x.kind === "array" && !inside.has(x.array.id)
    )
  );
  const contractions = ahead.filter((s) => s.length > UNROLLED);
  const made = new Map<number, Value>();
  for (const s of pair) {
    const to = definedBy(s);
    if (to !== undefined) made.set(to.id, to);
  }
  const separable = pair.filter((s): s is Loop =>
    s.kind === "for" && isSeparable(s, program, made) &&
    arraysIn([s]).every((id) => !inside.has(id))
  );
  const loops = separable.filter((s) => {
    const rest = new Set(arraysIn(pair.filter((other) => other !== s)));
    return arraysIn([s]).every((id) => !rest.has(id));
  });
  const late = new Set<Statement>(loops);
  const kept = new Set(
    loops.flatMap((s) => s.body.flatMap((t) => usedBy(t)))
      .flatMap(({ id }) => made.get(id) ?? []),
  );
  return {
    contractions,
    short: ahead.filter((s) => s.length <= UNROLLED && s.length >= SHORT),
    body: pair.filter((s) => !late.has(s)),
    loops,
    kept: [...kept],
  };
}

/** Whether the turns of a loop touch only the entries of their own. */
function isSeparable(
  { index, body }: Loop,
  { operands, columnIndex }: Program,
  made: ReadonlyMap<number, Value>,
): boolean {
  const own = new Set(body.flatMap((s) => definedBy(s)?.id ?? []));
  const known = (v: Value) =>
    v.literal !== undefined || own.has(v.id) ||
    v.id !== index.id && v.id !== columnIndex.id &&
      (!made.has(v.id) || v.type === "float");
  return body.every((s) => {
    switch (s.kind) {
      case "apply":
        return s.args.every(known);
      case "load": {
        const { row, column } = operands[s.operand];
        return s.component.id === index.id && !(row && column);
      }
      case "get":
        return s.index.id === index.id && s.array.type === "float";
      case "put":
        return s.index.id === index.id && s.array.type === "float" &&
          known(s.value);
      default:
        return false;
    }
  });
}

/** The local arrays that some statements read, write or declare. */
function arraysIn(
  block: Block,
  which: (s: Statement) => boolean = () => true,
): number[] {
  return block.flatMap((s): number[] => {
    if (s.kind === "for" || s.kind === "if") return arraysIn(s.body, which);
    if (!which(s)) return [];
    const written: LocalArray[] = s.kind === "put" || s.kind === "array"
      ? [s.array]
      : [];
    return [...arraysReadBy(s), ...written].map(({ id }) => id);
  });
}
