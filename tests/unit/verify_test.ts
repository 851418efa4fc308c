/** Programs that break a rule are caught, whatever the rule. */

import { InternalError } from "../../src/errors.ts";
import { planOf, planOfMap } from "../../src/engine/plan.ts";
import { javascriptBackend } from "../../src/cpu/backend.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { add, mul, variable } from "../../src/ops/core.ts";
import { sqdist } from "../../src/ops/vector.ts";
import { Builder } from "../../src/program/builder.ts";
import type { Block, Program, Statement, Value } from "../../src/program/ir.ts";
import { printProgram } from "../../src/program/print.ts";
import { BLOCKS } from "../../src/program/uses.ts";
import { verify } from "../../src/program/verify.ts";
import {
  reductionNamed,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { referenceBackend } from "../../src/reference/interpret.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

function planned(
  name: string,
  formulas: Formula[],
  options: Parameters<typeof reductionSetup>[2] = {},
  backend = javascriptBackend,
): Program {
  const reduction = reductionNamed(name);
  const setup = reductionSetup(reduction, formulas.map((f) => f.dim), options);
  return planOf([{ reduction, formulas, setup }], "j", backend).program;
}

const x = (dim: number) => variable(0, dim, Category.I);
const y = (dim: number) => variable(1, dim, Category.J);
const p = (dim: number) => variable(2, dim, Category.PARAMETER);

/** Programs with every kind of statement, short and long. */
const PROGRAMS: readonly (readonly [string, Program])[] = [
  ["distances", planned("Sum", [sqdist(x(3), mul(y(3), y(3)))])],
  ["long distances", planned("Sum", [sqdist(x(30), mul(y(30), p(30)))])],
  ["k-min", planned("KMin_ArgKMin", [sqdist(x(3), y(3))], { k: 3 })],
  ["long k-min", planned("KMin_ArgKMin", [add(x(20), y(20))], { k: 2 })],
  ["soft-max", planned("SumSoftMaxWeight", [sqdist(x(3), y(3)), y(20)])],
  ["mean", planned("Mean", [mul(x(2), y(1))], {}, referenceBackend)],
  ["pairs", planOfMap([mul(x(2), y(1))], true, javascriptBackend).program],
];

/** The program with one statement replaced. */
function replaced(program: Program, at: Statement, by: Statement[]): Program {
  const within = (block: Block): Block =>
    block.flatMap((s) =>
      s === at
        ? by
        : s.kind === "for" || s.kind === "if"
        ? [{ ...s, body: within(s.body) }]
        : [s]
    );
  const blocks = BLOCKS.map((name) => [name, within(program[name])]);
  return { ...program, ...Object.fromEntries(blocks) };
}

/** All statements, those of inner blocks included. */
function statements(block: Block): Statement[] {
  return block.flatMap((s) =>
    s.kind === "for" || s.kind === "if" ? [s, ...statements(s.body)] : [s]
  );
}

const LOST: Value = { id: 999_999, type: "float" };
const int = (literal: number): Value => ({ id: -1, type: "int", literal });
const float = (literal: number): Value => ({ id: -1, type: "float", literal });

const swapped = (v: Value): Value => ({
  ...v,
  type: v.type === "float" ? "int" : "float",
});

/** Ways to spoil a statement; each must be caught. */
function spoiled(s: Statement, program: Program): Statement[][] {
  switch (s.kind) {
    case "apply":
      return [
        [],
        [s, s],
        [{ ...s, args: s.args.slice(1) }],
        [{ ...s, args: [...s.args.slice(1), swapped(s.args[0])] }],
        [{ ...s, args: [...s.args.slice(1), LOST] }],
        [{ ...s, to: swapped(s.to) }],
      ];
    case "load":
      return [
        [],
        [{ ...s, operand: 99 }],
        [{ ...s, component: int(-1) }],
        [{ ...s, component: int(program.operands[s.operand].dim) }],
        [{ ...s, component: int(0.5) }],
        [{ ...s, component: float(0) }],
        [{ ...s, to: swapped(s.to) }],
      ];
    case "contract":
      return [
        [],
        [{ ...s, length: s.length + 1 }],
        [{ ...s, length: s.length - 1 }],
        [{ ...s, b: s.a }],
        [{ ...s, a: s.b }],
        [{ ...s, weights: s.b }],
        [{ ...s, a: { kind: "values", values: [LOST] } }],
        [{ ...s, to: swapped(s.to) }],
      ];
    case "slot":
      return [
        [],
        [s, s],
        [{ ...s, initial: swapped(s.initial) }],
        [{ ...s, initial: LOST }],
      ];
    case "read":
      return [[], [s, s], [{ ...s, to: swapped(s.to) }]];
    case "write":
      return [
        [{ ...s, value: LOST }],
        [{ ...s, value: swapped(s.value) }],
        [{ ...s, slot: { ...s.slot, id: 999_999 } }],
      ];
    case "array":
      return [
        [],
        [s, s],
        [{ ...s, array: { ...s.array, length: -1 } }],
      ];
    case "get":
      return [
        [],
        [{ ...s, index: int(s.array.length) }],
        [{ ...s, index: float(0) }],
        [{ ...s, to: swapped(s.to) }],
      ];
    case "put":
      return [
        [{ ...s, index: int(-1) }],
        [{ ...s, index: LOST }],
        [{ ...s, value: swapped(s.value) }],
      ];
    case "for":
      return [
        [{ ...s, count: 0 }],
        [{ ...s, count: 1.5 }],
        [{ ...s, index: swapped(s.index) }],
      ];
    case "if":
      return [
        [{ ...s, condition: swapped(s.condition) }],
        [{ ...s, condition: LOST }],
      ];
    case "stash":
      return [
        [],
        [{ ...s, operand: 0 }],
        [{ ...s, operand: 99 }],
        [{ ...s, component: int(-1) }],
        [{ ...s, component: int(program.operands[s.operand].dim) }],
        [{ ...s, value: LOST }],
        [{ ...s, value: swapped(s.value) }],
      ];
    case "store":
      return [
        [],
        [{ ...s, output: 99 }],
        [{ ...s, component: int(-1) }],
        [{ ...s, value: LOST }],
        [{ ...s, value: swapped(s.value) }],
      ];
  }
}

for (const [name, program] of PROGRAMS) {
  Deno.test(`verify catches every spoiled statement of "${name}"`, () => {
    verify(program);
    const all = BLOCKS.flatMap((block) => statements(program[block]));
    assert(all.length > 0);
    for (const s of all) {
      for (const by of spoiled(s, program)) {
        assertThrows(
          () => verify(replaced(program, s, by)),
          InternalError,
          "breaks a rule",
        );
      }
    }
  });
}

Deno.test("verify has been tested with statements of all kinds", () => {
  const kinds = PROGRAMS.flatMap(([, program]) =>
    BLOCKS.flatMap((block) => statements(program[block])).map((s) => s.kind)
  );
  assertEquals([...new Set(kinds)].sort(), [
    "apply",
    "array",
    "contract",
    "for",
    "get",
    "if",
    "load",
    "put",
    "read",
    "slot",
    "stash",
    "store",
    "write",
  ]);
});

/** A program written by hand in one of the blocks, with a store of a row. */
function written(
  write: (b: Builder, out: number) => Value,
  options?: ConstructorParameters<typeof Builder>[1],
): Program {
  const spec = { dim: 2, temporary: false };
  const b = new Builder([
    { ...spec, name: "x0", row: true, column: false },
    { ...spec, name: "y1", row: false, column: true },
    { ...spec, name: "p2", row: false, column: false },
  ], options);
  const out = b.output([1], "float");
  b.within(b.finish, () => b.store(out, b.int(0), write(b, out)));
  return b.program();
}

Deno.test("blocks see what they may, and no more", () => {
  const good = written((b) => b.load(0, b.int(1)));
  verify(good);
  const [load] = good.row;
  const move = (to: keyof Program & string): Program => ({
    ...good,
    row: [],
    [to]: [load],
  });
  for (const block of ["uniform", "column", "pair", "flush"] as const) {
    assertThrows(() => verify(move(block)), InternalError, "breaks a rule");
  }
  // In the block that uses it, it must come first.
  const { finish } = good;
  verify({ ...good, row: [], finish: [load, ...finish] });
  const late = { ...good, row: [], finish: [...finish, load] };
  assertThrows(() => verify(late), InternalError, "defined before its use");
});

Deno.test("columns are read where there is a column", () => {
  const noHoist = { unroll: 16, hoist: false };
  assertThrows(
    () => verify(written((b) => b.load(1, b.int(0)), noHoist)),
    InternalError,
    "where there is a column",
  );
});

Deno.test("pairs have no count, and the end no column", () => {
  const program = written((b) => b.apply("toFloat", b.columnCount));
  verify(program);
  const { columnIndex, columnCount } = program;
  const swap = { columnIndex: columnCount, columnCount: columnIndex };
  assertThrows(() => verify({ ...program, ...swap }), InternalError);
});

Deno.test("inner blocks keep their values to themselves", () => {
  const program = written((b) => {
    const long = b.array("v", "float", 20);
    let inside: Value = b.float(0);
    b.for(20, (k) => {
      b.put(long, k, b.float(0));
      inside = b.get(long, k);
      b.put(long, k, inside);
    });
    const last = b.get(long, b.int(19));
    return last;
  });
  verify(program);
  const loop = program.finish.find((s) => s.kind === "for");
  const inner = loop?.kind === "for"
    ? loop.body.find((s) => s.kind === "get")
    : undefined;
  const store = program.finish.find((s) => s.kind === "store");
  assert(inner?.kind === "get" && store?.kind === "store");
  const spoilt = replaced(program, store, [{ ...store, value: inner.to }]);
  assertThrows(() => verify(spoilt), InternalError, "defined before its use");
});

Deno.test("indices that loops decide on stay inside", () => {
  const shifted = (by: number) =>
    written((b) => {
      const long = b.array("v", "float", 20);
      b.for(20, (k) => b.put(long, b.apply("isub", k, b.int(by)), b.float(0)));
      return b.get(long, b.int(0));
    });
  verify(shifted(0));
  assertThrows(() => verify(shifted(1)), InternalError, "index -1 is inside");
  assertThrows(() => verify(shifted(-1)), InternalError, "index 20 is inside");
});

Deno.test("all components of all outputs are stored, for certain", () => {
  const program = (turns: number) => {
    const b = new Builder([]);
    const out = b.output([2, 10], "int");
    b.within(
      b.finish,
      () => b.for(turns, (k) => b.store(out, b.apply("isub", b.int(19), k), k)),
    );
    return b.program();
  };
  verify(program(20));
  assertThrows(
    () => verify(program(19)),
    InternalError,
    "all components of output 0 are written: 19 of 20",
  );
  const b = new Builder([]);
  const out = b.output([], "float");
  b.within(b.finish, () =>
    b.if(
      b.apply("ilt", b.int(3), b.columnCount),
      () => b.store(out, b.int(0), b.float(1)),
    ));
  assertThrows(() => verify(b.program()), InternalError, "0 of 1");
});

Deno.test("heads of programs have rules, too", () => {
  const program = PROGRAMS[0][1];
  const [first, ...rest] = program.operands;
  const operands = (...list: Program["operands"]) => ({
    ...program,
    operands: list,
  });
  const bad: Program[] = [
    operands({ ...first, dim: -1 }, ...rest),
    operands({ ...first, name: rest[0].name }, ...rest),
    operands({ ...first, temporary: true }, ...rest),
    operands(first, { ...rest[0], row: true }, { ...rest[1], row: true }),
    { ...program, outputs: [{ shape: [0.5], type: "float" }] },
    { ...program, outputs: [...program.outputs, { shape: [1], type: "int" }] },
    { ...program, columnIndex: { ...program.columnIndex, type: "float" } },
  ];
  for (const spoilt of bad) {
    assertThrows(() => verify(spoilt), InternalError, "breaks a rule");
  }
});

Deno.test("the message names the rule and prints the statement", () => {
  const program = PROGRAMS[0][1];
  const store = program.finish.find((s) => s.kind === "store");
  assert(store?.kind === "store");
  const spoilt = replaced(program, store, [{ ...store, component: int(7) }]);
  const error = assertThrows(() => verify(spoilt), InternalError);
  assert(
    /index 7 is inside a vector of length 1\nin finish: store out0\[7\] <- %\d+/
      .test(error.message),
    error.message,
  );
});

Deno.test("programs print", () => {
  const b = new Builder([
    { name: "x0", row: true, column: false, dim: 20, temporary: false },
  ]);
  const out = b.output([2], "int", false);
  const best = b.within(b.row, () => b.slot("best", "float", b.float(-0)));
  b.if(b.apply("ilt", b.int(3), b.columnIndex), () => {
    b.write(best, b.float(1));
    b.write(best, b.apply("exp", b.load(0, b.int(2))));
  });
  b.within(b.finish, () => {
    const long = b.array("v", "int", 20);
    b.for(20, (k) => b.put(long, k, b.apply("toInt", b.read(best))));
    b.store(out, b.int(0), b.get(long, b.int(4)));
    b.store(out, b.int(1), b.columnCount);
  });
  assertEquals(
    printProgram(b.program()),
    `operands
  x0: row, 20
outputs
  out0: int[2]
row
  slot best_2: float = -0.0
  %4: float = load x0[2]
  %5: float = exp(%4)
pair (column %0)
  %3: bool = ilt(3, %0)
  if %3
    best_2 <- 1.0
    best_2 <- %5
finish (columns %1)
  array v_6: int[20]
  for %7 < 20
    %8: float = best_2
    %9: int = toInt(%8)
    v_6[%7] <- %9
  %10: int = v_6[4]
  store out0[0] <- %10
  store out0[1] <- %1
`,
  );
  const distances = printProgram(PROGRAMS[1][1]);
  assertStringIncludes(distances, "squaredDistance of 30: x0, t3\n");
  assertStringIncludes(distances, "t3: column, 30, temporary\n");
});
