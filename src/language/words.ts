/**
 * Goes through the words of a formula string.
 *
 * @module
 */

import { FormulaSyntaxError } from "../errors.ts";
import { type Token, tokens } from "./tokens.ts";

/** A place among the words of a string. */
export class Words {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @param source the string */
  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokens(source);
  }

  /** The word at this place, or some words later; the end goes on. */
  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#next + ahead, last)];
  }

  /** The word at this place; the place moves on. */
  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes a word that must be this one. */
  expect(text: string): void {
    const token = this.take();
    if (token.text === text) return;
    throw this.error(
      `Cannot read ${described(token)}: "${text}" is wanted`,
      token,
    );
  }

  /** An error at a word. */
  error(message: string, { position }: Token): FormulaSyntaxError {
    return new FormulaSyntaxError(message, this.#source, position);
  }

  /** Numbers between brackets: `[2, 3]`. */
  list(open: string, close: string): number[] {
    const list: number[] = [];
    this.expect(open);
    while (this.peek().text !== close) {
      if (list.length > 0) this.expect(",");
      const negative = this.peek().text === "-";
      if (negative) this.take();
      const token = this.take();
      if (token.kind !== "number") {
        throw this.error(
          `Cannot read ${described(token)} in a list: a number is wanted`,
          token,
        );
      }
      list.push(negative ? -Number(token.text) : Number(token.text));
    }
    this.take();
    return list;
  }
}

/** A word as it stands in messages. */
export function described(token: Token): string {
  return token.kind === "end" ? "the end of the formula" : `"${token.text}"`;
}
