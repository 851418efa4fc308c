/**
 * The words of formula strings.
 *
 * @module
 */

import { FormulaSyntaxError } from "../errors.ts";

/** One word of a formula. */
export interface Token {
  /** What it is; a symbol is its own kind. */
  readonly kind: "number" | "name" | "shared" | "end" | "symbol";
  /** The characters. */
  readonly text: string;
  /** Offset of the first character. */
  readonly position: number;
}

const SPACE = /\s*/y;
const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /[A-Za-z_][A-Za-z_0-9]*/y],
  ["shared", /\$\d+(?:_[ij](?!\w))?/y],
  ["symbol", /\*\*|<=|>=|==|!=|[-+*/|<>(),[\]=;^·]/y],
];

/** All words of a formula, with one for the end. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  for (let position = 0;;) {
    SPACE.lastIndex = position;
    position += SPACE.exec(source)?.[0].length ?? 0;
    if (position === source.length) {
      found.push({ kind: "end", text: "", position });
      return found;
    }
    const token = tokenAt(source, position);
    found.push(token);
    position += token.text.length;
  }
}

function tokenAt(source: string, position: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = position;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text, position };
  }
  throw new FormulaSyntaxError(
    `Cannot read "${source[position]}": no formula has this character`,
    source,
    position,
  );
}
