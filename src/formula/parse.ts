/**
 * Reads formula strings: KeOps's language, parsed and never evaluated.
 *
 * Operators bind as in Python, from loose to tight: comparisons, `|` (scalar
 * product), `+ -`, `* /`, unary `-`, `**` (to the right).
 *
 * @module
 */

import {
  ArgumentError,
  FormulaSyntaxError,
  ShapeError,
  suggestion,
} from "../errors.ts";
import { add, div, mul, neg, pow, powf, sub } from "../ops/arithmetic.ts";
import { eq, ge, gt, le, lt, ne } from "../ops/comparison.ts";
import { variable } from "../ops/core.ts";
import { dot } from "../ops/norms.ts";
import { constant, literal, type OpArgument } from "../ops/op.ts";
import { OPS } from "../ops/registry.ts";
import { type Alias, parseAliases } from "./aliases.ts";
import { type Formula, topological } from "./formula.ts";
import { type Token, tokens } from "./tokens.ts";

export { type Alias, parseAliases } from "./aliases.ts";

/** An infix operator: how tightly it binds, and what it builds. */
interface Infix {
  readonly power: number;
  readonly build: (f: Formula, g: Formula) => Formula;
}

const INFIX: ReadonlyMap<string, Infix> = new Map<string, Infix>([
  ["<", { power: 1, build: (f, g) => lt(f, g) }],
  ["<=", { power: 1, build: (f, g) => le(f, g) }],
  [">", { power: 1, build: (f, g) => gt(f, g) }],
  [">=", { power: 1, build: (f, g) => ge(f, g) }],
  ["==", { power: 1, build: (f, g) => eq(f, g) }],
  ["!=", { power: 1, build: (f, g) => ne(f, g) }],
  ["|", { power: 2, build: (f, g) => dot(f, g) }],
  ["+", { power: 3, build: (f, g) => add(f, g) }],
  ["-", { power: 3, build: (f, g) => sub(f, g) }],
  ["*", { power: 4, build: (f, g) => mul(f, g) }],
  ["/", { power: 4, build: (f, g) => div(f, g) }],
  ["**", { power: 6, build: power }],
]);

/** Unary minus binds between products and powers. */
const MINUS_POWER = 5;

/** Parentheses, calls and signs within each other. */
const DEEPEST = 400;

/** Derivatives of derivatives grow: this many nodes are enough. */
const LARGEST = 100_000;

/** Numbers that have names. */
const NAMED_NUMBERS: Readonly<Record<string, number>> = {
  inf: Infinity,
  nan: NaN,
};

/** Formulas by the names that a string may use for them. */
export type Names = ReadonlyMap<string, Formula>;

/** More functions for one string: kernels have names of their own. */
export type Functions = ReadonlyMap<
  string,
  (...args: Formula[]) => Formula
>;

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
  return new Parser(text, names, functions).formula();
}

/** The variables of aliases, by name. */
export function namesOf(aliases: readonly Alias[]): Names {
  return new Map(
    aliases.flatMap(({ name, index, dim, category }) =>
      name === undefined ? [] : [[name, variable(index, dim, category)]]
    ),
  );
}

function power(f: Formula, g: Formula): Formula {
  const m = literal(g);
  return m !== undefined && Number.isInteger(m) ? pow(f, m) : powf(f, g);
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #names: Names;
  readonly #functions: Functions;
  readonly #shared = new Map<string, Formula>();
  /** The calls around the current place, for errors. */
  readonly #path: string[] = [];
  #next = 0;
  #depth = 0;

  constructor(source: string, names: Names, functions: Functions) {
    this.#source = source;
    this.#tokens = tokens(source);
    this.#names = names;
    this.#functions = functions;
  }

  /** `$1 = ...; $2 = ...; formula` */
  formula(): Formula {
    while (this.#peek().kind === "shared" && this.#peek(1).text === "=") {
      const name = this.#take().text;
      this.#take();
      this.#shared.set(name, this.#expression(0));
      this.#expect(";");
    }
    const result = this.#expression(0);
    const rest = this.#peek();
    if (rest.kind !== "end") {
      throw this.#error(`Cannot read "${rest.text}" after a formula`, rest);
    }
    return result;
  }

  #peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#next + ahead, last)];
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #expect(text: string): void {
    const token = this.#take();
    if (token.text === text) return;
    throw this.#error(
      `Cannot read ${described(token)}: "${text}" is wanted`,
      token,
    );
  }

  #error(message: string, { position }: Token): FormulaSyntaxError {
    return new FormulaSyntaxError(message, this.#source, position);
  }

  /** An expression whose operators bind more tightly than `power`. */
  #expression(power: number): Formula {
    let left = this.#prefix();
    for (;;) {
      const token = this.#peek();
      const infix = token.kind === "symbol" ? INFIX.get(token.text) : undefined;
      if (infix === undefined || infix.power <= power) return left;
      this.#take();
      // `**` goes to the right: its own power may come again.
      const bound = token.text === "**" ? MINUS_POWER : infix.power;
      const right = token.text === "**"
        ? this.#nested(token, () => this.#exponent(bound))
        : this.#expression(infix.power);
      const before = left;
      left = this.#built(token.text, token, () => infix.build(before, right));
    }
  }

  /** An exponent may have a sign: `f ** -1`. */
  #exponent(power: number): Formula {
    return this.#peek().text === "-" ? this.#prefix() : this.#expression(power);
  }

  /** Runs a rule one level deeper. */
  #nested<T>(token: Token, rule: () => T): T {
    if (++this.#depth > DEEPEST) {
      throw this.#error(
        `Cannot read a formula nested more than ${DEEPEST} times`,
        token,
      );
    }
    const result = rule();
    this.#depth--;
    return result;
  }

  #prefix(): Formula {
    const token = this.#take();
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
        this.#expect(")");
        return inner;
      }
      default:
        throw this.#error(
          `Cannot read ${described(token)}: a formula is wanted`,
          token,
        );
    }
  }

  #sharedPart(token: Token): Formula {
    const part = this.#shared.get(token.text);
    if (part !== undefined) return part;
    throw this.#error(`Cannot find "${token.text}": it is not defined`, token);
  }

  #name(token: Token): Formula {
    const { text } = token;
    if (this.#peek().text === "(") return this.#call(token);
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (Object.hasOwn(NAMED_NUMBERS, text)) {
      return constant(NAMED_NUMBERS[text]);
    }
    if (OPS.has(text) || this.#functions.has(text)) {
      throw this.#error(`Cannot use "${text}" without arguments`, token);
    }
    throw this.#error(
      `Cannot find the variable "${text}"${
        suggestion(text, this.#names.keys())
      }`,
      token,
    );
  }

  #call(token: Token): Formula {
    const { text } = token;
    const own = this.#functions.get(text);
    const op = OPS.get(text);
    if (own === undefined && op === undefined) {
      const names = [...this.#functions.keys(), ...OPS.keys()];
      throw this.#error(
        `Cannot find the operation "${text}"${suggestion(text, names)}`,
        token,
      );
    }
    this.#path.push(text);
    const args = this.#arguments();
    const result = this.#built(
      undefined,
      token,
      () => own ? own(...onlyFormulas(text, args)) : op?.(...args),
    );
    this.#path.pop();
    return result;
  }

  #arguments(): OpArgument[] {
    const args: OpArgument[] = [];
    this.#expect("(");
    if (this.#peek().text === ")") {
      this.#take();
      return args;
    }
    for (;;) {
      args.push(this.#argument());
      const token = this.#take();
      if (token.text === ")") return args;
      if (token.text === ",") continue;
      throw this.#error(
        `Cannot read ${described(token)}: "," or ")" is wanted`,
        token,
      );
    }
  }

  /** A formula, or a list of numbers: `[2, 3]`, `Ind(2, 3)`. */
  #argument(): OpArgument {
    const token = this.#peek();
    if (token.text === "[") return this.#list("[", "]");
    if (token.text === "Ind" && this.#peek(1).text === "(") {
      this.#take();
      return this.#list("(", ")");
    }
    return this.#expression(0);
  }

  #list(open: string, close: string): number[] {
    const list: number[] = [];
    this.#expect(open);
    while (this.#peek().text !== close) {
      if (list.length > 0) this.#expect(",");
      const negative = this.#peek().text === "-";
      if (negative) this.#take();
      const token = this.#take();
      if (token.kind !== "number") {
        throw this.#error(
          `Cannot read ${described(token)} in a list: a number is wanted`,
          token,
        );
      }
      list.push(negative ? -Number(token.text) : Number(token.text));
    }
    this.#take();
    return list;
  }

  /** Builds a node; errors tell the way from the root to it. */
  #built(
    operator: string | undefined,
    token: Token,
    build: () => Formula | undefined,
  ): Formula {
    try {
      const formula = build() as Formula;
      if (operator === undefined) this.#checkSize(formula);
      return formula;
    } catch (error) {
      const path = operator ? [...this.#path, operator] : this.#path;
      const place = `in ${
        path.join(" > ")
      }, at position ${token.position} of "${shortened(this.#source)}"`;
      if (error instanceof ShapeError) {
        throw new ShapeError(`${error.message} (${place})`);
      }
      if (error instanceof ArgumentError) {
        throw new ArgumentError(`${error.message} (${place})`);
      }
      throw error;
    }
  }

  #checkSize(formula: Formula): void {
    if (topologicalSize(formula) <= LARGEST) return;
    throw new ArgumentError(
      `Cannot use a formula of more than ${LARGEST} operations`,
    );
  }
}

const sizes = new WeakMap<Formula, number>();

/** The number of nodes of a formula, kept: it is asked for at each call. */
function topologicalSize(formula: Formula): number {
  const bound = formula.args.reduce(
    (n, a) => n + (sizes.get(a) ?? Infinity),
    1,
  );
  if (bound <= LARGEST / 100) {
    sizes.set(formula, bound);
    return bound;
  }
  const size = topological(formula).length;
  sizes.set(formula, size);
  return size;
}

function onlyFormulas(name: string, args: readonly OpArgument[]): Formula[] {
  return args.map((x) => {
    if (typeof x === "object" && "op" in x) return x;
    throw new ArgumentError(`Cannot use a list as an argument of "${name}"`);
  });
}

function described(token: Token): string {
  return token.kind === "end" ? "the end of the formula" : `"${token.text}"`;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
