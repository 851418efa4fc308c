/**
 * Declarations of variables: `"x = Vi(3)"`.
 *
 * @module
 */

import { ArgumentError, FormulaSyntaxError } from "../errors.ts";
import { variable } from "../ops/core.ts";
import { OPS } from "../ops/registry.ts";
import { Category, type Formula } from "../formula/formula.ts";

/** The declaration of a variable. */
export interface Alias {
  /** The name in formulas; absent for a bare `Var(0, 3, 0)`. */
  readonly name?: string;
  /** The position of its data among the arguments. */
  readonly index: number;
  /** The number of components. */
  readonly dim: number;
  /** Points i, points j, or a parameter. */
  readonly category: Category;
}

/** Categories as declarations name them. */
export const CATEGORIES: Readonly<Record<string, Category>> = {
  Vi: Category.I,
  Vx: Category.I,
  Vj: Category.J,
  Vy: Category.J,
  Pm: Category.PARAMETER,
};

const NAMED = /^\s*([A-Za-z_]\w*)\s*=\s*(V[ijxy]|Pm)\s*\(([^()]*)\)\s*$/;
const BARE = /^\s*Var\s*\(([^()]*)\)\s*$/;
const UNNAMED = /^\s*(V[ijxy]|Pm)\s*\(([^()]*)\)\s*$/;
const INTEGER = /^\s*\d+\s*$/;

/** Formulas by the names that a string may use for them. */
export type Names = ReadonlyMap<string, Formula>;

/**
 * The declarations in a list: the position of one in the list is the index of
 * its variable, unless it tells another.
 *
 * @param aliases e.g. `["x = Vi(3)", "y = Vj(1, 3)", "Var(2, 1, 2)"]`
 * @throws {FormulaSyntaxError} where a string is no declaration
 * @throws {ArgumentError} where two declarations contradict each other
 */
export function parseAliases(aliases: readonly string[]): Alias[] {
  const found = aliases.map((text, k) => parseAlias(text, k));
  found.forEach((alias, k) => checkAgainst(alias, found.slice(0, k)));
  return found;
}

/** The variables of aliases, by name. */
export function namesOf(aliases: readonly Alias[]): Names {
  return new Map(
    aliases.flatMap(({ name, index, dim, category }) =>
      name === undefined ? [] : [[name, variable(index, dim, category)]]
    ),
  );
}

function parseAlias(text: string, position: number): Alias {
  const named = NAMED.exec(text);
  if (named !== null) {
    const [, name, kind, inside] = named;
    if (OPS.has(name)) {
      throw new ArgumentError(
        `Cannot name a variable "${name}": there is an operation of this name`,
      );
    }
    const numbers = integers(inside, text);
    if (numbers.length === 1) numbers.unshift(position);
    if (numbers.length === 2) {
      const [index, dim] = numbers;
      return {
        name,
        index,
        dim: checkedDim(dim, text),
        category: CATEGORIES[kind],
      };
    }
  }
  const unnamed = UNNAMED.exec(text);
  if (unnamed !== null) {
    const [, kind, inside] = unnamed;
    const numbers = integers(inside, text);
    if (numbers.length === 1) numbers.unshift(position);
    if (numbers.length === 2) {
      const [index, dim] = numbers;
      return { index, dim: checkedDim(dim, text), category: CATEGORIES[kind] };
    }
  }
  const bare = BARE.exec(text);
  if (bare !== null) {
    const [index, dim, category, ...more] = integers(bare[1], text);
    if (more.length === 0 && category <= Category.PARAMETER) {
      return {
        index,
        dim: checkedDim(dim, text),
        category: category as Category,
      };
    }
  }
  throw new FormulaSyntaxError(
    `Cannot read the declaration of a variable: "x = Vi(3)", "y = Vj(3)", "p = Pm(1)", with an index "x = Vi(0, 3)", or "Var(0, 3, 0)" is wanted`,
    text,
    0,
  );
}

function integers(inside: string, text: string): number[] {
  return inside.split(",").map((part) => {
    if (INTEGER.test(part)) return Number(part);
    throw new FormulaSyntaxError(
      `Cannot read "${part.trim()}" in the declaration of a variable: an integer is wanted`,
      text,
      Math.max(0, text.indexOf(inside)),
    );
  });
}

function checkedDim(dim: number, text: string): number {
  if (dim >= 1 && Number.isSafeInteger(dim)) return dim;
  throw new ArgumentError(
    `Cannot declare a variable of dimension ${dim} in "${text}": a positive integer is wanted`,
  );
}

function checkAgainst(alias: Alias, earlier: readonly Alias[]): void {
  for (const other of earlier) {
    if (alias.name !== undefined && alias.name === other.name) {
      throw new ArgumentError(
        `Cannot declare the variable "${alias.name}" twice`,
      );
    }
    if (alias.index !== other.index) continue;
    throw new ArgumentError(
      `Cannot declare two variables of index ${alias.index}: each has an argument of its own`,
    );
  }
}
