/**
 * The pages that are made from definitions are those of the definitions, and
 * show all of them.
 *
 * @module
 */

import { sections } from "../../docs/ops_page.ts";
import { reductionNames } from "../../docs/reductions_page.ts";
import { PAGES } from "../../docs/tables.ts";
import { OPS } from "../../src/ops/registry.ts";
import { REDUCTIONS } from "../../src/reductions/registry.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("generated pages are up to date", () => {
  for (const [name, page] of Object.entries(PAGES)) {
    const file = new URL(`../../docs/${name}`, import.meta.url);
    assert(
      Deno.readTextFileSync(file) === page(),
      `docs/${name} is not up to date: run deno task docs:tables`,
    );
  }
});

Deno.test("every op with an example is on the page, once", () => {
  const shown = sections().flatMap(([, ops]) => ops.map((op) => op.name));
  const wanted = [...OPS.values()].filter((op) => op.example)
    .map((op) => op.name);
  assertEquals(shown.sort(), wanted.sort());
});

Deno.test("every name of a reduction is on the page", () => {
  assertEquals(
    [...reductionNames().values()].flat().sort(),
    [...REDUCTIONS.keys()].sort(),
  );
});
