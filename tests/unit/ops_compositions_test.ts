/**
 * Random formulas of random ops, on rows, columns and parameters: generated
 * code against the reference evaluator.
 *
 * @module
 */

import { grad } from "../../src/calculus/derivatives.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { printFormula } from "../../src/language/print.ts";
import { variable } from "../../src/ops/core.ts";
import { constant } from "../../src/ops/op.ts";
import { sum } from "../../src/ops/vector.ts";
import { assertAllClose } from "../assert.ts";
import { ON_CUDA } from "../backends.ts";
import {
  BACKENDS,
  type Bound,
  bound,
  randomNumbers,
  sums,
} from "../evaluate.ts";
import { type OpCase, opCases } from "../op_data.ts";

/** Each takes two compilations on CUDA. */
const FORMULAS = ON_CUDA ? 200 : 400;
const DIMS = [1, 1, 3, 4, 6, 20, 25];
const COUNTS: readonly (readonly [Category, number])[] = [
  [Category.I, 3],
  [Category.J, 4],
  [Category.PARAMETER, 1],
];

/** Their third derivatives are limited; poles magnify rounding errors. */
const LEFT_OUT = /SoftDTW|Polygamma|^Tan$/;

const random = randomNumbers(1);
const pick = <T>(from: readonly T[]): T =>
  from[Math.floor(random() * from.length)];

function drawVariables(): Bound[] {
  const kinds = DIMS.flatMap((dim) => COUNTS.map((c) => [dim, ...c] as const));
  return kinds.map(([dim, category, count], k) => {
    const row = () => Array.from({ length: dim }, () => 0.2 + random());
    return bound(k, Array.from({ length: count }, row), category);
  });
}

/** The op of a case with operands of the pool, if it has fitting ones. */
function combine(
  c: OpCase,
  pool: readonly Formula[],
  first: boolean,
): Formula | undefined {
  const isComputed = (f: Formula) => f.op !== variable;
  const args = c.dims.map((dim) => {
    const fitting = pool.filter((f) => f.dim === dim);
    const computed = fitting.filter(isComputed);
    return pick(computed.length > 0 && random() < 0.7 ? computed : fitting);
  });
  if (args.some((a) => a === undefined)) return undefined;
  return first || args.some(isComputed)
    ? c.op(...args, ...c.params)
    : undefined;
}

function drawFormula(cases: readonly OpCase[], leaves: readonly Formula[]) {
  const pool = [...leaves];
  const depth = 2 + Math.floor(random() * 5);
  for (let tries = 0; tries < 100; tries++) {
    if (pool.length === leaves.length + depth) break;
    const next = combine(pick(cases), pool, pool.length === leaves.length);
    if (next !== undefined) pool.push(next);
  }
  return pool[pool.length - 1];
}

Deno.test("random formulas are the same on all backends", () => {
  const cases = opCases((op) => op.inputs > 0 && !LEFT_OUT.test(op.name));
  for (let n = 0; n < FORMULAS; n++) {
    const variables = drawVariables();
    const leaves = variables.map((v) => v.node);
    const drawn = drawFormula(cases, leaves);
    const formula = random() < 0.4
      ? grad(sum(drawn), pick(leaves), constant(1))
      : drawn;
    const [reference, ...others] = BACKENDS.map((b) =>
      (["i", "j"] as const).flatMap((axis) => sums(formula, variables, axis, b))
    );
    for (const other of others) {
      assertAllClose(other, reference, 1e-9, printFormula(formula));
    }
  }
});
