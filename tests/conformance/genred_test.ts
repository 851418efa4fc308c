/**
 * Every case of `genred.json`, with no adapter, on every backend.
 *
 * @module
 */

import { genred } from "../../src/genred/genred.ts";
import { assertEquals } from "../assert.ts";
import { asTensor, genredCases, type GenredData, listed } from "./cases.ts";
import { checkCase, type Tolerance } from "./compare.ts";

/** KeOps computes these in single precision. */
const isSingle = (c: GenredData) =>
  c.id.startsWith("powf") || c.id === "intcst";

/** Rounding the data moves them across jumps. */
const jumps = (c: GenredData) =>
  /\b(Floor|Round|Mod|Sign|Step|ArgMax|ArgMin)\(/.test(c.formula);

const tolerance = (c: GenredData): Tolerance => ({
  float64: isSingle(c) ? 1e-6 : 1e-9,
  float32: jumps(c) ? 0 : 1e-5,
});

for (const c of genredCases()) {
  Deno.test(`${c.group}: ${c.id}, ${c.formula}`, () => {
    checkCase(c, tolerance(c));
  });
}

Deno.test("the fields of a case are options as they stand", () => {
  const c = genredCases()[0];
  const result = genred(c.formula, c.aliases, c)(
    ...c.args.map((a) => asTensor(a)),
  );
  assertEquals(listed(result)[0].shape, [...c.expected[0].shape]);
});
