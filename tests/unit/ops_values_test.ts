/**
 * Every op on random operands of its domain: the reference against plain
 * definitions, the other backends against the reference, for operands of
 * every kind.
 *
 * @module
 */

import { Category } from "../../src/formula/formula.ts";
import * as complex from "../../src/ops/complex.ts";
import * as matrix from "../../src/ops/matrix.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { BACKENDS, bound, evaluate, sums } from "../evaluate.ts";
import { type OpCase, opCases, randomOperand } from "../op_data.ts";
import { ORACLE, type Oracle } from "../oracle.ts";

const [I, J, P] = [Category.I, Category.J, Category.PARAMETER];
const COUNTS: Partial<Record<Category, number>> = { [I]: 3, [J]: 4, [P]: 1 };

/** Which kinds operands have, in turn. */
const KINDS = [[I, J], [J, I], [J, J], [I, I], [P, J], [P, P, I, J]] as const;

/** Entries that a float64 evaluation in another order may differ by. */
const TOLERANCE: Readonly<Record<string, number>> = {
  Polygamma: 2e-11,
  GradSoftDTW_SqDist: 1e-9,
  HessianSoftDTW_SqDist: 1e-6,
};

function oracleOf(c: OpCase): Oracle {
  const oracle = ORACLE.get(c.op.name);
  assert(oracle, `${c.op.name} has no oracle`);
  return oracle;
}

function checkRows(c: OpCase): void {
  const operands = c.dims.map((_, k) => bound(k, randomOperand(c, k, 5, 1)));
  const formula = c.op(...operands.map((o) => o.node), ...c.params);
  const wanted = Array.from(
    { length: operands.length === 0 ? 1 : 5 },
    (_, i) => oracleOf(c)(operands.map((o) => o.rows[i]), c.params),
  );
  assertEquals(formula.dim, wanted[0].length, c.title);
  for (const backend of BACKENDS) {
    const [rows] = evaluate([formula], operands, backend);
    const tolerance = TOLERANCE[c.op.name] ?? 1e-12;
    assertAllClose(
      rows.flat(),
      wanted.flat(),
      tolerance,
      `${c.title}, ${backend.name}`,
    );
  }
}

function checkPairs(c: OpCase, kinds: readonly Category[]): void {
  const operands = c.dims.map((_, k) => {
    const category = kinds[k % kinds.length];
    return bound(k, randomOperand(c, k, COUNTS[category] ?? 1, 2), category);
  });
  const formula = c.op(...operands.map((o) => o.node), ...c.params);
  const [reference, ...others] = BACKENDS.map((b) =>
    sums(formula, operands, "j", b)
  );
  for (const other of others) {
    assertAllClose(other, reference, 1e-12, `${c.title} of ${kinds}`);
  }
}

/** Families whose definitions are in tables of their own. */
const ELSEWHERE = new Set<unknown>([
  ...Object.values(complex),
  ...Object.values(matrix),
]);

Deno.test("ops give what their definitions say", () => {
  opCases((op) => ORACLE.has(op.name) || !ELSEWHERE.has(op)).forEach(checkRows);
});

Deno.test("ops are the same for rows, columns and parameters", () => {
  for (const c of opCases(() => true)) {
    // Of few operands several lists say the same.
    const lists = KINDS.map((kinds) =>
      c.dims.map((_, k) => kinds[k % kinds.length])
    );
    const distinct = new Map(lists.map((kinds) => [kinds.join(), kinds]));
    for (const kinds of distinct.values()) checkPairs(c, kinds);
  }
});
