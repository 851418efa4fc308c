/**
 * The type of indices. Skeletons name it; in complete sources it is spelled
 * `int`, or declared where there are more rows, columns or results than that.
 *
 * @module
 */

/** Declares the type of indices where it is not `int`. */
export const WIDE_INDICES = "typedef long long index_t;";

/** Spells the type of indices in a source, unless it is declared there. */
export function withIndices(source: string, wide: boolean): string {
  return wide ? source : source.replaceAll(/\bindex_t\b/g, "int");
}
