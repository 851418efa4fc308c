/** What is never used is not in the program; what is used stays. */

import { javascriptBackend } from "../../src/cpu/backend.ts";
import { planOf } from "../../src/engine/plan.ts";
import { Category } from "../../src/formula/formula.ts";
import { mul, variable } from "../../src/ops/core.ts";
import { sqdist } from "../../src/ops/vector.ts";
import { Builder } from "../../src/program/builder.ts";
import type { Program } from "../../src/program/ir.ts";
import { countStatements, printProgram } from "../../src/program/print.ts";
import { verify } from "../../src/program/verify.ts";
import {
  reductionNamed,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { assert, assertEquals } from "../assert.ts";

function builder(): Builder {
  const spec = { dim: 30, temporary: false };
  return new Builder([
    { ...spec, name: "x0", row: true, column: false },
    { ...spec, name: "y1", row: false, column: true },
  ]);
}

Deno.test("pure statements that lead nowhere are dropped", () => {
  const b = builder();
  const unused = b.apply("exp", b.apply("neg", b.load(0, b.int(1))));
  b.apply("add", unused, b.load(1, b.int(0)));
  b.contract(
    "dot",
    { kind: "operand", operand: 0 },
    { kind: "operand", operand: 1 },
    undefined,
    30,
  );
  const out = b.output([1], "float");
  b.within(b.finish, () => b.store(out, b.int(0), b.float(1)));
  assertEquals(countStatements(b.program()), 1);
});

Deno.test("storage that is never read goes, with loops left empty", () => {
  const b = builder();
  const long = b.array("v", "float", 30);
  b.for(30, (k) => b.put(long, k, b.load(0, k)));
  const slot = b.within(b.row, () => b.slot("s", "float", b.float(0)));
  // It is read, but only to be written again.
  b.for(30, () => b.write(slot, b.apply("add", b.read(slot), b.float(1))));
  b.if(b.apply("ilt", b.columnIndex, b.int(2)), () => {
    b.write(slot, b.float(0));
  });
  assertEquals(countStatements(b.program()), 0);
});

Deno.test("what is read in the next turn stays", () => {
  const b = builder();
  const out = b.output([1], "float");
  const [first, second] = b.within(
    b.row,
    () => ["s", "t"].map((name) => b.slot(name, "float", b.float(0))),
  );
  // The second slot is read before it is written, by the pair before.
  b.write(first, b.read(second));
  b.write(second, b.load(1, b.int(0)));
  b.within(b.finish, () => b.store(out, b.int(0), b.read(first)));
  const program = b.program();
  verify(program);
  assertEquals(countStatements(program), 8);
});

function planned(name: string, dim: number, k?: number): Program {
  const reduction = reductionNamed(name);
  const x = variable(0, dim, Category.I);
  const y = variable(1, dim, Category.J);
  const difference = mul(x, y);
  const formulas = reduction.inputs[0] === 2
    ? [sqdist(x, y), difference]
    : [difference];
  const dims = formulas.map((f) => f.dim);
  const setup = reductionSetup(reduction, dims, { k });
  const request = { reduction, formulas, setup };
  return planOf([request], "j", javascriptBackend).program;
}

Deno.test("programs do not grow with dimensions", () => {
  for (
    const name of [
      "Sum",
      "Mean",
      "LogSumExp",
      "LogSumExpWeight",
      "Max_SumShiftExp",
      "SumSoftMaxWeight",
      "Min_ArgMin",
      "KMin_ArgKMin",
      "Count",
    ]
  ) {
    const k = name.startsWith("K") ? 5 : undefined;
    const [small, large, larger] = [100, 1000, 3000].map((dim) =>
      planned(name, dim, k)
    );
    assertEquals(countStatements(large), countStatements(small), name);
    assertEquals(countStatements(larger), countStatements(small), name);
    const text = printProgram(small);
    assertEquals(printProgram(large).length < text.length + 50, true, name);
  }
  const many = [100, 1000].map((k) => countStatements(planned("KMin", 2, k)));
  assertEquals(many[0], many[1]);
});

Deno.test("programs of short vectors stay readable", () => {
  // Most of it merges parts of a row, which few backends need.
  assert(countStatements(planned("Sum", 3)) < 180);
  assert(planned("Sum", 3).pair.length < 20);
  assert(countStatements(planned("KMin_ArgKMin", 16, 16)) < 6000);
});
