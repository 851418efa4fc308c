/**
 * Which formulas are linear in a variable, against sums of values.
 *
 * @module
 */

import { prepare } from "../../src/genred/genred.ts";
import { dependence } from "../../src/genred/linearity.ts";
import { assert, assertEquals } from "../assert.ts";
import { bound, evaluate } from "../evaluate.ts";
import { type OpCase, opCases, randomOperand } from "../op_data.ts";

/** How often operands are drawn. */
const DRAWS = 6;

const along = (a: number[], s: number, b: number[]) =>
  a.map((v, d) => v + s * b[d]);

/**
 * Whether f(p + q) = f(p) + f(q) and f(-2 p) = -2 f(p) in an operand; nothing
 * of what is 0 at all of them.
 */
function isLinear(test: OpCase, k: number): boolean | undefined {
  const last = randomOperand(test, k, DRAWS, 7);
  const own = randomOperand(test, k, DRAWS, 5).flatMap((p, d) => {
    const q = last[d];
    return [p, q, along(p, 1, q), along(p, -3, p)];
  });
  // Which branch is taken depends on the others.
  const variables = test.dims.map((_, n) =>
    bound(
      n,
      n === k
        ? own
        : randomOperand(test, n, DRAWS, 6).flatMap((v) => Array(4).fill(v)),
    )
  );
  const nodes = variables.map((v) => v.node);
  const [found] = evaluate([test.op(...nodes, ...test.params)], variables);
  if (found.flat().every((v) => v === 0)) return undefined;
  return Array.from({ length: DRAWS }, (_, d) => found.slice(4 * d, 4 * d + 4))
    .every(([a, b, sum, twice]) =>
      a.every((v, d) =>
        Math.abs(v + b[d] - sum[d]) < 1e-9 &&
        Math.abs(2 * v + twice[d]) < 1e-9
      )
    );
}

Deno.test("every op is linear in those operands in which its values are", () => {
  let linear = 0;
  const missed = new Set<string>();
  // Conditions of Where are never 0 in its domain: only one branch is seen.
  for (const test of opCases((op) => op.name !== "Where")) {
    test.dims.forEach((_, k) => {
      const variables = test.dims.map((d, n) => bound(n, [Array(d).fill(0)]));
      const nodes = variables.map((v) => v.node);
      const { depends, part } = dependence(
        test.op(...nodes, ...test.params),
        nodes[k],
      );
      const claimed = depends && part === undefined;
      if (claimed) linear++;
      const actual = isLinear(test, k);
      if (!depends || actual === undefined) return;
      if (claimed) assert(actual, test.title);
      else if (actual) missed.add(test.title);
    });
  }
  assert(linear > 60, `${linear}`);
  // Of one component there is nothing to choose; nobody solves for the rest.
  assertEquals([...missed], [
    "Max, dimensions [1], parameters []",
    "Min, dimensions [1], parameters []",
    "HessianSoftDTW_SqDist, dimensions [2,3,1,6], parameters []",
    "HessianSoftDTW_SqDist, dimensions [1,1,1,3], parameters []",
    "LogSumExpComponents, dimensions [1], parameters []",
  ]);
});

const ALIASES = ["x = Vi(2)", "y = Vj(2)", "b = Vj(2)", "g = Pm(1)"];
const part = (formula: string) => {
  const { formula: f, variables } = prepare(formula, ALIASES, { axis: 1 });
  const { depends, part } = dependence(f, variables[2]);
  return depends ? part?.op.name ?? "linear" : "absent";
};

Deno.test("formulas that are linear in a variable, and others", () => {
  for (
    const formula of [
      "b * Exp(-g * SqDist(x, y))",
      "b / (g + SqDist(x, y)) - (x - y) * ((x - y) | b)",
      "IfElse(g - SqDist(x, y), b, 0)",
      "ComplexMult(x, b) + Conj(ComplexDivide(b, y))",
      "Diff(Exp(-SqDist(x, y)) * y, y, b)",
      "Concat(Elem(b, 1), 0) - b",
    ]
  ) assertEquals(part(formula), "linear", formula);
  assertEquals(part("x * b + Sign(b)"), "Sign");
  assertEquals(part("b * b"), "Mult");
  assertEquals(part("IfElse(b, b, 0)"), "IfElse");
  assertEquals(part("Where(x, b, y)"), "Where");
  assertEquals(part("x - b"), "Subtract");
  assertEquals(part("b * SqNorm2(b)"), "Scalprod");
  assertEquals(part("x * y"), "absent");
});
