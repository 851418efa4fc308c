/**
 * Every op and every reduction has an example that holds, and says of its
 * dimensions what is true.
 *
 * @module
 */

import { evaluateReductions } from "../../src/engine/evaluate.ts";
import type { Backend } from "../../src/launch/launch.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { parseFormula } from "../../src/language/parse.ts";
import { variable } from "../../src/ops/core.ts";
import type { Op } from "../../src/ops/op.ts";
import { OPS } from "../../src/ops/registry.ts";
import type { Reduction } from "../../src/reductions/reduction.ts";
import { REDUCTIONS, reductionSetup } from "../../src/reductions/registry.ts";
import { assert, assertEquals } from "../assert.ts";
import { dimensionsFit } from "../dimensions.ts";
import { BACKENDS, bound, evaluate, locator } from "../evaluate.ts";
import { opCases } from "../op_data.ts";

/** What formula strings have no use for: loops, and the variables. */
const INTERNAL = new Set(["Var", "Place", "Slice", "BasisSum", "BasisStack"]);

/** Ops whose dimensions are said in words, not in letters. */
const IN_WORDS = new Set(["TensorDot"]);

const shown = (op: Op) => !INTERNAL.has(op.name);

/** Each entry on its own, and not as one of a vector of larger ones. */
function assertEntries(
  actual: ArrayLike<number>,
  expected: readonly number[],
  where: string,
): void {
  assertEquals(actual.length, expected.length, where);
  expected.forEach((e, k) => {
    const a = actual[k];
    const close = Object.is(a, e) || a === e ||
      Math.abs(a - e) <= 1e-12 * (e === 0 ? 1 : Math.abs(e));
    assert(close, `${where}: entry ${k} is ${a}, and not ${e}`);
  });
}

Deno.test("every op has an example that holds", () => {
  for (const op of [...OPS.values()].filter(shown)) {
    const { name, example } = op;
    assert(example, `${name} has no example`);
    const operands = Object.values(example.data).map((x, k) => bound(k, [x]));
    const names = new Map(
      Object.keys(example.data).map((word, k) => [word, operands[k].node]),
    );
    assert(example.formula.startsWith(`${name}(`), `${name}: another op`);
    const formula = parseFormula(example.formula, names);
    for (const backend of BACKENDS) {
      const [[value]] = evaluate([formula], operands, backend);
      const where = `${example.formula} on ${backend.name}`;
      assertEntries(value, example.value, where);
    }
  }
});

/** The results of a reduction over points j, in one row. */
function reduced(reduction: Reduction, backend: Backend): number[][] {
  const { example } = reduction;
  assert(example, `${reduction.name} has no example`);
  const vectors = Object.values(example.data).map((points) =>
    points.map((x) => typeof x === "number" ? [x] : x)
  );
  const points = vectors.map((rows, k) => bound(k, rows, Category.J));
  const names = new Map(
    Object.keys(example.data).map((word, k) => [word, points[k].node]),
  );
  const formulas = example.formulas.map((text) => parseFormula(text, names));
  const setup = reductionSetup(
    reduction,
    formulas.map((f) => f.dim),
    { k: example.k },
  );
  const results = evaluateReductions(
    [{ reduction, formulas, setup }],
    "j",
    locator(points),
    { batch: [], m: 1, n: vectors[0].length },
    "float64",
    backend,
  );
  return results.map(({ data }) => [...data]);
}

Deno.test("every reduction has an example that holds", () => {
  for (const reduction of REDUCTIONS.values()) {
    for (const backend of BACKENDS) {
      const results = reduced(reduction, backend);
      const expected = reduction.example?.results ?? [];
      assertEquals(results.length, expected.length, reduction.name);
      results.forEach((actual, k) =>
        assertEntries(actual, expected[k], `${reduction.name}, ${backend.name}`)
      );
    }
  }
});

Deno.test("the dimensions of ops are what they say", () => {
  for (const { op, dims, params, title } of opCases(shown)) {
    if (IN_WORDS.has(op.name)) continue;
    const formula: Formula = op.build(
      dims.map((dim, k) => variable(k, dim, 0)),
      params,
    );
    assert(
      dimensionsFit(op, dims, formula.dim, params),
      `${title} give ${formula.dim}: "${op.dims}" is said`,
    );
  }
});

Deno.test("dimensions that an op does not say are told", () => {
  const sum = OPS.get("Sum");
  const concat = OPS.get("Concat");
  assert(sum && concat);
  assert(!dimensionsFit(sum, [3], 3, []));
  assert(!dimensionsFit(concat, [3, 4], 8, []));
  assert(dimensionsFit(concat, [3, 4], 7, []));
});
