/**
 * What statements read and define.
 *
 * @module
 */

import type { LocalArray, Statement, Value, VectorSource } from "./ir.ts";

/** The name of a block of a program. */
export type BlockName =
  | "uniform"
  | "column"
  | "row"
  | "pair"
  | "flush"
  | "merge"
  | "finish";

/** The blocks of a program, in the order in which values become visible. */
export const BLOCKS: readonly BlockName[] = [
  "uniform",
  "column",
  "row",
  "pair",
  "flush",
  "merge",
  "finish",
];

/** The values that a statement reads, those of inner blocks aside. */
export function usedBy(s: Statement): readonly Value[] {
  switch (s.kind) {
    case "apply":
      return s.args;
    case "load":
      return [s.component];
    case "contract":
      return sourcesOf(s).flatMap((x) => x.kind === "values" ? x.values : []);
    case "slot":
      return [s.initial];
    case "write":
      return [s.value];
    case "get":
      return [s.index];
    case "put":
      return [s.index, s.value];
    case "if":
      return [s.condition];
    case "stash":
    case "store":
      return [s.component, s.value];
    case "read":
    case "array":
    case "for":
      return [];
  }
}

/** The value that a statement defines; the index of a loop for its body. */
export function definedBy(s: Statement): Value | undefined {
  switch (s.kind) {
    case "apply":
    case "load":
    case "contract":
    case "read":
    case "get":
      return s.to;
    default:
      return undefined;
  }
}

/** The vectors that a contraction reads: both sides, then the weights. */
export function sourcesOf(
  s: Extract<Statement, { kind: "contract" }>,
): VectorSource[] {
  return [s.a, s.b, ...(s.weights ? [s.weights] : [])];
}

/** The local arrays that a statement reads. */
export function arraysReadBy(s: Statement): LocalArray[] {
  if (s.kind === "get") return [s.array];
  if (s.kind !== "contract") return [];
  return sourcesOf(s).flatMap((x) => x.kind === "array" ? [x.array] : []);
}
