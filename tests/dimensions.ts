/**
 * Reads what ops say of their dimensions: `"n D, D -> n"`.
 *
 * @module
 */

import type { Op } from "../src/ops/op.ts";

/** Letters of a pattern stand for numbers up to this one. */
const LARGEST = 40;

/** Values of letters. */
type Letters = ReadonlyMap<string, number>;

/** `2 D`, `m + n`, `n - degree - 1`: the number, where letters are known. */
function valueOf(text: string, letters: Letters): number {
  let total = 0;
  for (const [, sign, product] of text.matchAll(/(?:^|([+-])) *([^+-]+)/g)) {
    const factors = product.trim().split(" ").map((word) =>
      letters.get(word) ?? Number(word)
    );
    total += (sign === "-" ? -1 : 1) * factors.reduce((p, x) => p * x, 1);
  }
  return total;
}

/**
 * Whether operands and result of these dimensions are what an op says: some
 * values of the letters fit.
 */
export function dimensionsFit(
  { dims: pattern = "", params: specs }: Op,
  dims: readonly number[],
  result: number,
  statics: readonly unknown[],
): boolean {
  const [left, right] = pattern.split("->").map((side) => side.trim());
  const operands = left === "" ? [] : left.split(", ");
  if (operands.length !== dims.length) return false;
  const fixed = new Map<string, number>();
  specs.forEach(({ name, default: standard }, k) =>
    fixed.set(name, Number(statics[k] ?? standard))
  );
  const letters = [...new Set(pattern.match(/\b[A-Za-z]\b/g))]
    .filter((word) => !fixed.has(word));
  const matches = (known: Letters) =>
    valueOf(right, known) === result &&
    operands.every((text, k) =>
      text.split(" or ").some((form) => valueOf(form, known) === dims[k])
    );
  const search = (known: Letters, rest: readonly string[]): boolean => {
    if (rest.length === 0) return matches(known);
    return Array.from({ length: LARGEST }, (_, k) => k + 1).some((value) =>
      search(new Map(known).set(rest[0], value), rest.slice(1))
    );
  };
  return search(fixed, letters);
}
