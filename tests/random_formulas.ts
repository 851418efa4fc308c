/**
 * Random formulas of all ops, for tests of the parser and the printer.
 *
 * @module
 */

import { Category, type Formula, topological } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { add, div, mul, neg, sub } from "../src/ops/arithmetic.ts";
import { variable } from "../src/ops/core.ts";
import { dot } from "../src/ops/norms.ts";
import { constant, type Op } from "../src/ops/op.ts";
import { replicate, sum } from "../src/ops/core.ts";
import { extract } from "../src/ops/parts.ts";
import { OPS } from "../src/ops/registry.ts";

/** A source of numbers of (0, 1). */
export type Random = () => number;

/** Whether two formulas are built alike, with the same parts shared. */
export function sameFormula(f: Formula, g: Formula): boolean {
  const [first, second] = [topological(f), topological(g)];
  const places = new Map(second.map((node, k) => [node, k]));
  const known = new Map(first.map((node, k) => [node, k]));
  return first.length === second.length && first.every((a, k) => {
    const b = second[k];
    return a.op === b.op && a.args.length === b.args.length &&
      a.params.length === b.params.length &&
      a.params.every((p, m) =>
        Object.is(p, b.params[m]) ||
        typeof p === "object" && `${p}` === `${b.params[m]}`
      ) &&
      a.args.every((x, m) => known.get(x) === places.get(b.args[m]));
  });
}

/** One of the entries of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)];
}

const CATEGORIES = [Category.I, Category.J, Category.PARAMETER];

/** A variable of some dimension; one index stands for one variable. */
function leaf(random: Random, dim: number): Formula {
  if (dim === 1 && random() < 0.3) {
    return constant(pick(random, [0, -0, 1, -1, 2, 0.5, -3.25, 1e-7, 1e300]));
  }
  const category = pick(random, CATEGORIES);
  return variable(3 * dim + category, dim, category);
}

/** A formula of the wanted dimension. */
function fitted(random: Random, f: Formula, dim: number): Formula {
  if (f.dim === dim) return f;
  if (f.dim > dim && random() < 0.5) return extract(f, 0, dim);
  return dim === 1 ? sum(f) : replicate(sum(f), dim);
}

const APPLICABLE: readonly Op[] = [...OPS.values()]
  .filter((op) => op.domain.cases.length > 0);

/** A random formula of a dimension, with parts that are used again. */
export function randomFormula(
  random: Random,
  depth: number,
  dim: number,
  made: Formula[] = [],
): Formula {
  if (made.length > 0 && random() < 0.15) {
    return fitted(random, pick(random, made), dim);
  }
  if (depth === 0 || random() < 0.1) return leaf(random, dim);
  const inner = (d: number) => randomFormula(random, depth - 1, d, made);
  let f: Formula;
  if (random() < 0.4) {
    const op = pick(random, [add, sub, mul, div, dot, neg]);
    const side = random() < 0.3 ? 1 : dim;
    f = op === neg ? op(inner(dim)) : op(inner(dim), inner(side));
  } else {
    const op = pick(random, APPLICABLE);
    const { dims, params = [] } = pick(random, op.domain.cases);
    f = op(...dims.map(inner), ...params);
  }
  made.push(f);
  return fitted(random, f, dim);
}

/** Derivatives of a formula in one of its variables, where there is one. */
export function randomDerivative(random: Random, f: Formula): Formula {
  const v = variable(3 * 3 + Category.I, 3, Category.I);
  const names = new Map([["f", f], ["v", v], ["s", sum(f)]]);
  const text = pick(random, [
    "Grad(s, v, 1)",
    "Divergence(Grad(s, v, 1), v)",
    "Laplacian(s, v)",
    "GradMatrix(f, v)",
    "Diff(f, v, 2 * v)",
    "f",
  ]);
  return parseFormula(text, names);
}
