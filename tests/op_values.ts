/**
 * Values and gradients of single formulas, for tests of corners.
 *
 * @module
 */

import { grad } from "../src/calculus/derivatives.ts";
import type { Formula, Param } from "../src/formula/formula.ts";
import { constant, type Op } from "../src/ops/op.ts";
import * as vector from "../src/ops/vector.ts";
import { assertAllClose, assertEquals } from "./assert.ts";
import { BACKENDS, bound, evaluate } from "./evaluate.ts";

/** Values of a formula of variables with one vector each. */
export function valueOf(
  formula: (...x: Formula[]) => Formula,
  ...operands: readonly (readonly number[])[]
): number[] {
  const variables = operands.map((o, k) => bound(k, [o]));
  const f = formula(...variables.map((v) => v.node));
  const [reference, ...others] = BACKENDS.map((b) =>
    evaluate([f], variables, b)[0][0]
  );
  for (const other of others) assertAllClose(other, reference, 1e-14);
  return reference;
}

/** The op gives these values, to the bit. */
export function checkExactly(
  op: Op,
  operands: readonly (readonly number[])[],
  wanted: readonly number[],
  ...params: Param[]
): void {
  const got = valueOf((...x) => op(...x, ...params), ...operands);
  // Zeros of both signs are the same.
  assertEquals(got.map((v) => v + 0), [...wanted], op.name);
}

/** The derivatives of the sum of `formula(x, ...)` in its operands. */
export function gradients(
  formula: (...x: Formula[]) => Formula,
  ...operands: readonly (readonly number[])[]
): number[][] {
  return operands.map((_, k) =>
    valueOf((...x) => {
      const f = formula(...x);
      const ones = vector.replicate(constant(1), f.dim);
      return grad(f, x[k], ones);
    }, ...operands)
  );
}
