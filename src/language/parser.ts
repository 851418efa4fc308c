/**
 * Goes through a formula string by recursive descent.
 *
 * Operators bind as in Python, from loose to tight: comparisons, `|` (scalar
 * product), `+ -`, `* /`, unary `-`, `**` (to the right).
 *
 * @module
 */

import { ArgumentError, ShapeError, suggestion } from "../errors.ts";
import { neg } from "../ops/arithmetic.ts";
import { variable } from "../ops/core.ts";
import { constant, type Op, type OpArgument } from "../ops/op.ts";
import { CATEGORIES, type Names } from "./aliases.ts";
import { checkSize, checkVariable, checkWhole } from "./checks.ts";
import type { Formula } from "../formula/formula.ts";
import { COMPARISON_POWER, type Infix, MINUS_POWER, POWER } from "./infix.ts";
import { KEOPS, type Notation } from "./notation.ts";
import type { Token } from "./tokens.ts";
import { described, Words } from "./words.ts";

/** Parentheses, calls and signs within each other. */
const DEEPEST = 400;

/** Numbers that have names. */
const NAMED_NUMBERS: Readonly<Record<string, number>> = {
  inf: Infinity,
  nan: NaN,
};

/** More functions for one string: kernels have names of their own. */
export type Functions = ReadonlyMap<
  string,
  (...args: Formula[]) => Formula
>;

/** A part of a formula that is given, not read: a hole in a template. */
export interface Part {
  /** The formula that stands there. */
  readonly formula: Formula;
  /** Its value, where it is a number. */
  readonly number?: number;
}

/** What a string may refer to. */
export interface Known {
  readonly names?: Names;
  readonly functions?: Functions;
  readonly parts?: ReadonlyMap<string, Part>;
  readonly notation?: Notation;
}

/** Reads one formula string. */
export class Parser {
  readonly #source: string;
  readonly #words: Words;
  readonly #names: Names;
  readonly #functions: Functions;
  readonly #notation: Notation;
  readonly #shared: Map<string, Part>;
  /** The calls around the current place, for errors. */
  readonly #path: string[] = [];
  #depth = 0;

  /**
   * @param source the string
   * @param known what it may refer to
   */
  constructor(source: string, known: Known) {
    this.#source = source;
    this.#words = new Words(source);
    this.#names = known.names ?? new Map();
    this.#functions = known.functions ?? new Map();
    this.#notation = known.notation ?? KEOPS;
    this.#shared = new Map(known.parts);
  }

  /** `$1 = ...; $2 = ...; formula` */
  formula(): Formula {
    while (
      this.#words.peek().kind === "shared" && this.#words.peek(1).text === "="
    ) {
      const name = this.#words.take().text;
      this.#words.take();
      this.#shared.set(name, { formula: this.#expression(0) });
      this.#words.expect(";");
    }
    const result = this.#expression(0);
    const rest = this.#words.peek();
    if (rest.kind !== "end") {
      throw this.#words.error(
        `Cannot read "${rest.text}" after a formula`,
        rest,
      );
    }
    checkWhole(result, this.#names.values());
    return result;
  }

  /** An expression whose operators bind more tightly than `power`. */
  #expression(power: number): Formula {
    let left = this.#prefix();
    for (;;) {
      const token = this.#words.peek();
      const infix = this.#infix(token);
      if (infix === undefined || infix.power <= power) return left;
      this.#words.take();
      const right = infix.power === POWER
        ? this.#nested(token, () => this.#exponent())
        : this.#expression(infix.power);
      const next = this.#words.peek();
      const compares = infix.power === COMPARISON_POWER &&
        this.#infix(next)?.power === COMPARISON_POWER;
      if (compares) {
        throw this.#words.error(
          `Cannot compare the result of "${token.text}" without parentheses`,
          next,
        );
      }
      const before = left;
      left = this.#built(token.text, token, () => infix.build(before, right));
    }
  }

  #infix(token: Token): Infix | undefined {
    return token.kind === "symbol"
      ? this.#notation.infix.get(token.text)
      : undefined;
  }

  /**
   * An exponent may have a sign: `f ** -1`. Powers go to the right, so that
   * another may come. A given integer is one, not a parameter.
   */
  #exponent(): Formula {
    const token = this.#words.peek();
    if (token.text === "-") return this.#prefix();
    const given = this.#shared.get(token.text)?.number;
    const power = this.#infix(this.#words.peek(1))?.power === POWER;
    if (given === undefined || !Number.isInteger(given) || power) {
      return this.#expression(MINUS_POWER);
    }
    this.#words.take();
    return constant(given);
  }

  /** Runs a rule one level deeper. */
  #nested<T>(token: Token, rule: () => T): T {
    if (++this.#depth > DEEPEST) {
      throw this.#words.error(
        `Cannot read a formula nested more than ${DEEPEST} times`,
        token,
      );
    }
    const result = rule();
    this.#depth--;
    return result;
  }

  #prefix(): Formula {
    const token = this.#words.take();
    return this.#nested(token, () => {
      switch (token.kind) {
        case "number":
          return constant(Number(token.text));
        case "name":
          return this.#name(token);
        case "shared":
          return this.#sharedPart(token);
        default:
          return this.#sign(token);
      }
    });
  }

  #sign(token: Token): Formula {
    switch (token.text) {
      case "-": {
        const operand = this.#expression(MINUS_POWER);
        return this.#built("-", token, () => neg(operand));
      }
      case "+":
        return this.#expression(MINUS_POWER);
      case "(": {
        const inner = this.#expression(0);
        this.#words.expect(")");
        return inner;
      }
      case "|": {
        const { bars } = this.#notation;
        if (bars === undefined) break;
        const inner = this.#expression(0);
        this.#words.expect("|");
        return this.#built("|", token, () => bars(inner));
      }
    }
    throw this.#words.error(
      `Cannot read ${described(token)}: a formula is wanted`,
      token,
    );
  }

  #sharedPart(token: Token): Formula {
    const part = this.#shared.get(token.text);
    if (part !== undefined) return part.formula;
    throw this.#words.error(
      `Cannot find "${token.text}": it is not defined`,
      token,
    );
  }

  #name(token: Token): Formula {
    const { text } = token;
    if (this.#words.peek().text === "(") return this.#call(token);
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (Object.hasOwn(NAMED_NUMBERS, text)) {
      return constant(NAMED_NUMBERS[text]);
    }
    if (this.#op(text) || this.#functions.has(text)) {
      throw this.#words.error(`Cannot use "${text}" without arguments`, token);
    }
    throw this.#words.error(
      `Cannot find the variable "${text}"${
        suggestion(text, this.#names.keys())
      }`,
      token,
    );
  }

  /** A variable without a name: `Vi(0, 3)` is `Var(0, 3, 0)`. */
  #unnamed(token: Token): Formula {
    const args = this.#arguments();
    const category = CATEGORIES[token.text];
    if (args.length === 2) {
      return this.#built(token.text, token, () => variable(...args, category));
    }
    throw this.#words.error(
      `Cannot read a variable without a name from ${args.length} arguments: "${token.text}(index, dim)" is wanted`,
      token,
    );
  }

  #call(token: Token): Formula {
    const { text } = token;
    if (Object.hasOwn(CATEGORIES, text)) return this.#unnamed(token);
    const own = this.#functions.get(text);
    const op = this.#op(text);
    if (own === undefined && op === undefined) {
      const names = [
        ...this.#functions.keys(),
        ...this.#notation.functions.keys(),
      ];
      throw this.#words.error(
        `Cannot find the operation "${text}"${suggestion(text, names)}`,
        token,
      );
    }
    this.#path.push(text);
    const args = this.#arguments(op);
    const result = this.#built(
      undefined,
      token,
      () => {
        checkVariable(text, args);
        return own ? own(...onlyFormulas(text, args)) : op?.(...args);
      },
    );
    this.#path.pop();
    return result;
  }

  #op(name: string): Op | undefined {
    return this.#notation.functions.get(name);
  }

  #arguments(op?: Op): OpArgument[] {
    const args: OpArgument[] = [];
    this.#words.expect("(");
    if (this.#words.peek().text === ")") {
      this.#words.take();
      return args;
    }
    for (;;) {
      args.push(this.#argument(op !== undefined && args.length >= op.inputs));
      const token = this.#words.take();
      if (token.text === ")") return args;
      if (token.text === ",") continue;
      throw this.#words.error(
        `Cannot read ${described(token)}: "," or ")" is wanted`,
        token,
      );
    }
  }

  /**
   * A formula, or a list of numbers: `[2, 3]`, `Ind(2, 3)`; a given number
   * where the argument must be static.
   */
  #argument(isStatic: boolean): OpArgument {
    const token = this.#words.peek();
    const given = this.#shared.get(token.text)?.number;
    if (isStatic && given !== undefined) {
      this.#words.take();
      return given;
    }
    if (token.text === "[") return this.#words.list("[", "]");
    if (token.text === "Ind" && this.#words.peek(1).text === "(") {
      this.#words.take();
      return this.#words.list("(", ")");
    }
    return this.#expression(0);
  }

  #place(token: Token, path: readonly string[]): string {
    return `in ${path.join(" > ")} at position ${token.position} of "${
      shortened(this.#source)
    }"`;
  }

  /** Builds a node; errors tell the way from the root to it. */
  #built(
    operator: string | undefined,
    token: Token,
    build: () => Formula | undefined,
  ): Formula {
    try {
      const formula = build() as Formula;
      if (operator === undefined) checkSize(formula);
      return formula;
    } catch (error) {
      const path = operator ? [...this.#path, operator] : this.#path;
      const place = this.#place(token, path);
      if (error instanceof ShapeError) {
        throw new ShapeError(`${error.message} (${place})`);
      }
      if (error instanceof ArgumentError) {
        throw new ArgumentError(`${error.message} (${place})`);
      }
      throw error;
    }
  }
}

function onlyFormulas(name: string, args: readonly OpArgument[]): Formula[] {
  return args.map((x) => {
    if (typeof x === "object" && "op" in x) return x;
    throw new ArgumentError(`Cannot use a list as an argument of "${name}"`);
  });
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
