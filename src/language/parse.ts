/**
 * Reads formula strings: KeOps's language, parsed and never evaluated.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { type Names, namesOf, parseAliases } from "./aliases.ts";
import type { Notation } from "./notation.ts";
import { type Functions, Parser, type Part } from "./parser.ts";

export { type Alias, type Names, namesOf, parseAliases } from "./aliases.ts";
export type { Functions, Part } from "./parser.ts";

/**
 * The formula that a string describes.
 *
 * @param text the string
 * @param aliases declarations of its variables, as `"x = Vi(3)"`, or
 * formulas by name
 * @param functions functions beside the ops
 * @throws {FormulaSyntaxError} where the string is no formula
 * @throws {ShapeError} where dimensions do not fit
 * @throws {ArgumentError} where an op does not take an argument
 */
export function parseFormula(
  text: string,
  aliases: readonly string[] | Names = [],
  functions: Functions = new Map(),
): Formula {
  const names = "get" in aliases ? aliases : namesOf(parseAliases(aliases));
  return new Parser(text, { names, functions }).formula();
}

/**
 * The formula that a string describes, with given parts `$1`, `$2` ...
 *
 * @param text the string
 * @param parts what stands at `$1`, `$2` ...
 * @param notation how formulas are written
 * @throws {FormulaSyntaxError} where the string is no formula
 * @throws {ShapeError} where dimensions do not fit
 * @throws {ArgumentError} where an op does not take an argument
 */
export function parseParts(
  text: string,
  parts: ReadonlyMap<string, Part>,
  notation: Notation,
): Formula {
  return new Parser(text, { parts, notation }).formula();
}
