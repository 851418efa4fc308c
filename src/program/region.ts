/**
 * Where statements of a program are written, and what is seen from there.
 *
 * @module
 */

import type { Statement, Value } from "./ir.ts";

/** A place for statements; values are visible in it and in what it encloses. */
export interface Region {
  /** The word for it in messages. */
  readonly name: string;
  /** The regions whose values are visible here. */
  readonly parents: readonly Region[];
  /** What was written so far. */
  readonly block: Statement[];
  /** Results of the pure statements written here, by content. */
  readonly known: Map<string, Value>;
}

/** An empty region, inside its parents. */
export function region(name: string, ...parents: Region[]): Region {
  return { name, parents, block: [], known: new Map() };
}

/** Whether values of `outer` are visible in `inner`. */
export function sees(inner: Region, outer: Region): boolean {
  return inner === outer || inner.parents.some((p) => sees(p, outer));
}
