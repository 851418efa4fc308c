/**
 * The page of all ops: what they are called, what they compute, their
 * derivatives and an example.
 *
 * @module
 */

import { grad } from "../src/calculus/derivatives.ts";
import { Category, type Formula, type Param } from "../src/formula/formula.ts";
import { INFIX } from "../src/language/infix.ts";
import { parseFormula } from "../src/language/parse.ts";
import { printFormula } from "../src/language/print.ts";
import { LazyTensor } from "../src/lazy/lazy_tensor.ts";
import * as arithmetic from "../src/ops/arithmetic.ts";
import * as calculus from "../src/ops/calculus.ts";
import * as comparison from "../src/ops/comparison.ts";
import * as complex from "../src/ops/complex.ts";
import * as constants from "../src/ops/constants.ts";
import * as core from "../src/ops/core.ts";
import * as elementary from "../src/ops/elementary.ts";
import * as matrix from "../src/ops/matrix.ts";
import { constant, type Example, type Op } from "../src/ops/op.ts";
import { METHODS, OPS } from "../src/ops/registry.ts";
import * as softDtw from "../src/ops/soft_dtw.ts";
import * as splines from "../src/ops/splines.ts";
import * as vector from "../src/ops/vector.ts";
import { code, GENERATED, list, number, table } from "./markdown.ts";

/** Sections, in order; an op is shown in the first that has it. */
const FAMILIES:
  readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["Constants", { constant, zero: core.zero, ...constants }],
    ["Arithmetic", arithmetic],
    ["Elementary and special functions", elementary],
    ["Comparisons, choices, rounding", comparison],
    ["Vectors", vector],
    ["Matrices and tensors", matrix],
    ["Complex numbers", complex],
    ["Splines", splines],
    ["Time series", softDtw],
    ["Calculus", calculus],
  ];

/** Methods whose name is not that of the op. */
const OTHER_METHODS: Readonly<Record<string, string>> = {
  powf: "pow",
  gradient: "grad",
  differential: "diff",
  complexSubtract: "sub",
  complexMult: "mul",
  complexDivide: "div",
};

/** Derivatives of more characters than this are not shown. */
const LONGEST = 180;

const NAMES: ReadonlyMap<Op, string> = new Map(
  [...METHODS].map(([name, op]) => [op, name]),
);

/** The ops that the page shows, by section. */
export function sections(): (readonly [string, readonly Op[]])[] {
  const seen = new Set<Op>();
  return FAMILIES.map(([title, family]) => {
    const ops = Object.values(family).filter((x): x is Op =>
      typeof x === "function" && OPS.get(x.name) === x &&
      (x as Op).example !== undefined && !seen.has(x as Op)
    );
    ops.forEach((op) => seen.add(op));
    return [title, ops];
  });
}

/** The variables of an example, and the formula. */
function built({ formula, data }: Example): {
  readonly root: Formula;
  readonly variables: ReadonlyMap<string, Formula>;
} {
  const variables = new Map(
    Object.entries(data).map(([name, { length }], k) => [
      name,
      core.variable(k, length, Category.I),
    ]),
  );
  return { root: parseFormula(formula, variables), variables };
}

/** The ways to write an op: a call, and a sign where there is one. */
function spelling(op: Op, example: Example): string {
  const operands = isCalculus(op)
    ? calculusOperands(op, example)
    : Object.keys(example.data);
  const statics = op.params.map((p) =>
    p.default === undefined ? p.name : `${p.name} = ${valueText(p.default)}`
  );
  const call = `${op.name}(${[...operands, ...statics].join(", ")})`;
  return [call, ...signs(op)].map(code).join("<br>");
}

function valueText(param: Param): string {
  return typeof param === "number" ? number(param) : list(param);
}

function isCalculus(op: Op): boolean {
  return Object.values<unknown>(calculus).includes(op);
}

/** Formulas are called f and g; variables have their names. */
function calculusOperands(op: Op, { formula }: Example): string[] {
  const count = op.inputs - 1;
  const words = [...formula.matchAll(/, (\w+)(?=[,)])/g)].map((m) => m[1]);
  const last = words.slice(words.length - count);
  return ["f", ...(last.length === count ? last : ["g"])];
}

/** How formula strings may write an op without its name. */
function signs(op: Op): string[] {
  if (op === arithmetic.neg) return ["-f"];
  if (!op.dims?.startsWith("D or 1, D or 1 ->")) return [];
  const [f, g] = [0, 1].map((k) => core.variable(k, 2, Category.I));
  return [...INFIX]
    .filter(([, { build }]) => build(f, g) === op(f, g))
    .map(([sign]) => `f ${sign} g`);
}

/** The method of LazyTensors that applies an op. */
function method(op: Op): string {
  if (op === complex.complexFrom) return code("LazyTensor.complex");
  const own = NAMES.get(op) ?? "";
  const plain = own.replace(/^complex(?=[A-Z])/, "");
  const names = [
    own,
    OTHER_METHODS[own] ?? "",
    plain.slice(0, 1).toLowerCase() + plain.slice(1),
  ];
  const found = names.find((name) => name in LazyTensor.prototype);
  return found === undefined ? "" : code(found);
}

/** The transposed derivatives of the example's formula, at `e`. */
function derivative(op: Op, example: Example): string {
  const { root, variables } = built(example);
  if (variables.size === 0) return "";
  if (isCalculus(op)) return "that of what it gives";
  const e = core.variable(variables.size, root.dim, Category.I);
  const names = new Map([...variables].map(([name, v]) => [v, name]));
  names.set(e, "e");
  const parts = [...variables].map(([name, v]) => ({
    name,
    text: printFormula(grad(root, v, e), names),
  }));
  const long = parts.some(({ text }) => text.length > LONGEST);
  if (long && root.op !== op) {
    return `that of ${code(printFormula(root, names))}`;
  }
  return parts.map(({ name, text }) =>
    `${code(name)}: ${text.length > LONGEST ? "too long to show" : code(text)}`
  ).join("<br>");
}

/** What operands and static arguments must be. */
function dimensions({ dims = "", params }: Op): string {
  const kinds = params.map(({ name, kind }) => `${code(name)}: ${KINDS[kind]}`);
  return [code(dims), ...kinds].join("<br>");
}

const KINDS = {
  int: "an integer",
  ints: "a list of integers",
  number: "a number",
} as const;

/** A formula, its operands and its value. */
function shown({ formula, data, value }: Example): string {
  const operands = Object.entries(data)
    .map(([name, x]) => code(`${name} = ${list(x)}`));
  return [`${code(formula)}`, ...operands, `gives ${code(list(value))}`]
    .join("<br>");
}

function row(op: Op): string[] {
  const example = op.example as Example;
  return [
    spelling(op, example),
    method(op),
    dimensions(op),
    code(op.meaning),
    derivative(op, example),
    shown(example),
  ];
}

const HEAD = [
  "Formula",
  "LazyTensor",
  "Dimensions",
  "Meaning",
  "Derivative",
  "Example",
];

/** The text of the page. */
export function opsPage(): string {
  const parts = sections().map(([title, ops]) =>
    `## ${title}\n\n${table(HEAD, ops.map(row))}\n`
  );
  return `${GENERATED}# Operations

The operations of formula strings, and the methods of LazyTensors that apply
them. This page is made from their definitions by \`deno task docs:tables\`,
and the examples are tested.

- **Dimensions** of the operands, and of the value after the arrow. \`D or 1\`:
  a scalar goes with every component. Words of the call stand for its static
  arguments. Matrices are flat, row by row; complex vectors have real and
  imaginary parts by turns.
- **Derivative**: \`Grad(formula, operand, e)\`, the transposed Jacobian times
  \`e\`, in each operand of the example, as the library builds it.

${parts.join("\n")}`;
}
