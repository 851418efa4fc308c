import {
  ArgumentError,
  FormulaSyntaxError,
  ShapeError,
} from "../../src/errors.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { parseAliases, parseFormula } from "../../src/language/parse.ts";
import { printFormula } from "../../src/language/print.ts";
import * as o from "../../src/ops/arithmetic.ts";
import * as c from "../../src/ops/comparison.ts";
import { variable } from "../../src/ops/core.ts";
import { tensordot } from "../../src/ops/matrix.ts";
import { dot, sqdist } from "../../src/ops/norms.ts";
import { constant, literal } from "../../src/ops/op.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { randomNumbers } from "../evaluate.ts";
import {
  randomDerivative,
  randomFormula,
  sameFormula,
} from "../random_formulas.ts";

const ALIASES = ["x = Vi(3)", "y=Vj(1,3)", "b = Vj(1)", "g = Pm(1)"];
const x = variable(0, 3, Category.I);
const y = variable(1, 3, Category.J);
const b = variable(2, 1, Category.J);
const g = variable(3, 1, Category.PARAMETER);
const parse = (text: string) => parseFormula(text, ALIASES);

Deno.test("parse: aliases", () => {
  const aliases = [
    "x = Vi(3)",
    " y=Vy( 5 , 2 ) ",
    "p_1 = Pm(4)",
    "u=Vx(1)",
    "Var(7,3,1)",
  ];
  assertEquals(
    parseAliases(aliases),
    [
      { name: "x", index: 0, dim: 3, category: Category.I },
      { name: "y", index: 5, dim: 2, category: Category.J },
      { name: "p_1", index: 2, dim: 4, category: Category.PARAMETER },
      { name: "u", index: 3, dim: 1, category: Category.I },
      { index: 7, dim: 3, category: Category.J },
      { name: "w", index: 5, dim: 6, category: Category.J },
    ].slice(0, 5),
  );
});

Deno.test("parse: precedence is Python's", () => {
  const cases: [string, Formula][] = [
    ["x + y * b", o.add(x, o.mul(y, b))],
    ["x - y - b", o.sub(o.sub(x, y), b)],
    ["x / y * b", o.mul(o.div(x, y), b)],
    ["-x ** 2", o.neg(o.square(x))],
    ["(-x) ** 2", o.square(o.neg(x))],
    ["x ** b ** g", o.powf(x, o.powf(b, g))],
    ["x ** -1", o.pow(x, -1)],
    ["x ** -b ** 2", o.powf(x, o.neg(o.square(b)))],
    ["x ** -b * y", o.mul(o.powf(x, o.neg(b)), y)],
    ["x ** 0.5", o.sqrt(x)],
    ["x ** -.5", o.rsqrt(x)],
    ["x ** 2 ** 3", o.powf(x, o.pow(constant(2), 3))],
    ["-x * y", o.mul(o.neg(x), y)],
    ["x * -y", o.mul(x, o.neg(y))],
    ["- - x", x],
    ["+x", x],
    ["x + y | y * b", dot(o.add(x, y), o.mul(y, b))],
    ["x | y < b", c.lt(dot(x, y), b)],
    ["x > y", c.lt(y, x)],
    ["x >= y", c.le(y, x)],
    ["x <= y + 1", c.le(x, o.add(y, 1))],
    ["x == x", c.eq(x, x)],
    ["x != y", c.ne(x, y)],
    ["(x < y) == b", c.eq(c.lt(x, y), b)],
    ["  Exp ( - SqDist(x,\n y) ) ", o.exp(o.neg(sqdist(x, y)))],
    ["Var(0,3,0) - Var(1,3,1)", o.sub(x, y)],
  ];
  for (const [text, wanted] of cases) {
    assert(
      sameFormula(parse(text), wanted),
      `${text} is ${printFormula(parse(text))}`,
    );
  }
});

Deno.test("parse: numbers", () => {
  const cases: [string, number][] = [
    ["3", 3],
    ["1e-3", 1e-3],
    [".5", 0.5],
    ["2.", 2],
    ["1.25E+2", 125],
    ["-7", -7],
    ["IntCst(2000)", 2000],
    ["RatCst(1,3)", 1 / 3],
    ["IntInv(7)", 1 / 7],
    ["1/4 + 1", 1.25],
  ];
  for (const [text, value] of cases) {
    const found = literal(parse(text));
    assertEquals(found, value, text);
  }
  assertEquals(parse("Zero(3)").dim, 3);
});

Deno.test("parse: lists", () => {
  const wanted = tensordot(x, y, [3], [3], [], [], [1, 0]);
  assert(sameFormula(parse("TensorDot(x,y,[3],[3],[],[],[1, 0])"), wanted));
  assert(
    sameFormula(
      parse("TensorDot(x,y,Ind(3),Ind(3),Ind(),Ind(),Ind(1,0))"),
      wanted,
    ),
  );
});

Deno.test("parse: shared parts", () => {
  const e = o.exp(b);
  assert(
    sameFormula(
      parse("$1 = Exp(b); $2 = $1 * x; $2 + $1"),
      o.add(o.mul(e, x), e),
    ),
  );
});

/** The error of a text, of the right class, with the right position. */
function refused(text: string, position: number, ...parts: string[]): void {
  const error = assertThrows(() => parse(text), FormulaSyntaxError);
  assertEquals(error.position, position, text);
  for (const part of parts) assert(error.message.includes(part), error.message);
}

Deno.test("parse: syntax errors tell where and what", () => {
  refused("x + ", 4, "the end of the formula");
  refused("x + * y", 4, '"*"');
  refused("(x", 2, '")" is wanted');
  refused("Exp(x", 5, '"," or ")"');
  refused("x y", 2, '"y"');
  refused("x @ y", 2, '"@"');
  refused("x = y", 2, '"="');
  refused("2 * xx", 4, 'variable "xx" (did you mean "x"?)');
  refused("1 + SqDst(x, y)", 4, '"SqDst" (did you mean "SqDist"?)');
  refused("exp(x)", 0, 'did you mean "Exp"?');
  refused("Exp", 0, "without arguments");
  refused("x < y < b", 6, "parentheses");
  refused("$1 + x", 0, "not defined");
  refused("TensorDot(x,y,[x],[3],[0],[0])", 15, "a number is wanted");
  refused("", 0, "the end");
  refused("__proto__", 0, "__proto__");
  refused("constructor(x)", 0, "constructor");
  refused("toString", 0, "toString");
});

Deno.test("parse: errors of operations tell the way to them", () => {
  const text = "Exp(2 * SqDist(x, Concat(x, b) * y))";
  const error = assertThrows(() => parse(text), ShapeError, "4 and 3");
  const place = "in Exp > SqDist > * at position 31";
  assert(error.message.includes(place), error.message);
  const arity = (text: string, part: string) =>
    assertThrows(() => parse(text), ArgumentError, part);
  arity("Exp(SqDist(x))", "in Exp > SqDist at position 4");
  arity("Exp(x, y)", '"Exp" with 2 arguments: 1');
  arity("Pow(x, 1.5)", "an integer is wanted");
  arity("Elem(x, y)", "an integer is wanted");
  arity("Exp([1])", "a formula is wanted");
  arity("TensorDot(x,y,3,[3],[0],[0])", "a list of integers is wanted");
  arity("Grad(Exp(x), x + y, x)", "a variable is wanted");
  arity("RatCst(1, 0)", "divide by 0");
  arity("x + Var(1, 3, 0)", "one index stands for one variable");
  arity("Var(9, 3, 5)", "category 5");
  arity("x - Slice(x, 1, 3)", 'outside of "BasisSum"');
  arity("BasisSum(Slice(x, 1, 3), 1, 5)", "with 5 turns and with 3");
  assertThrows(() => parse("SumT(b, -2)"), ShapeError, "dimension -2");
});

Deno.test("parse: wrong aliases are refused", () => {
  const syntax = (text: string) =>
    assertThrows(() => parseAliases([text]), FormulaSyntaxError);
  [
    "x",
    "x = Vk(3)",
    "x = Vi()",
    "x = Vi(1,2,3)",
    "3 = Vi(3)",
    "x = Vi(a)",
    "x = Vi(-3)",
    "x = Vi(3) + 1",
    "Var(0,3)",
    "Var(0,3,9)",
  ].forEach(syntax);
  const argument = (aliases: string[], part: string) =>
    assertThrows(() => parseAliases(aliases), ArgumentError, part);
  argument(["x = Vi(0)"], "dimension 0");
  argument(["x = Vi(3)", "x = Vj(3)"], '"x" twice');
  argument(["x = Vi(3)", "y = Vi(0, 4)"], "index 0");
  argument(["Exp = Vi(3)"], '"Exp"');
});

Deno.test("parse: what nests too deeply is refused, what is long is read", () => {
  for (const [open, close] of [["(", ")"], ["-", ""], ["Exp(", ")"]]) {
    const text = `${open.repeat(1e5)}x${close.repeat(1e5)}`;
    assertThrows(() => parse(text), FormulaSyntaxError, "nested");
  }
  assertThrows(() => parse("x**".repeat(1e5) + "x"), FormulaSyntaxError);
  const deep = `${"Exp(".repeat(150)}x${")".repeat(150)}`;
  assertEquals(parse(deep).dim, 3);
  const start = performance.now();
  assertEquals(parse("x*y+".repeat(2e4) + "x").dim, 3);
  assertThrows(() => parse("z".repeat(1e5)), FormulaSyntaxError);
  assert(performance.now() - start < 5000);
});

Deno.test("parse: nothing is evaluated", () => {
  const marked = globalThis as { allpairsWasHere?: boolean };
  const code = "globalThis.allpairsWasHere = true";
  for (
    const text of [
      `x.constructor.constructor('${code}')()`,
      `constructor.constructor("${code}")()`,
      `\${${code}}`,
      `x[${code}]`,
      `eval(${code})`,
      `(() => { ${code} })()`,
      `Exp(x); ${code}`,
      "__proto__.allpairsWasHere = 1",
      `$1 = ${code}; x`,
    ]
  ) assertThrows(() => parse(text), FormulaSyntaxError);
  assertEquals(marked.allpairsWasHere, undefined);
  for (
    const name of ["toString", "__proto__", "constructor", "hasOwnProperty"]
  ) {
    const text = `${name} = Vi(3)`;
    assert(sameFormula(parseFormula(`2*${name}`, [text]), o.mul(2, x)));
  }
});

Deno.test("print: infix with as few parentheses as can be", () => {
  const names = new Map([[x, "x"], [y, "y"], [b, "b"], [g, "g"]]);
  for (
    const text of [
      "x + y + b",
      "x - (y - b)",
      "x - y * b",
      "(x + y) * b",
      "x / (y * b)",
      "-(x + y)",
      "-x * y",
      "x | y + b",
      "Exp(-SqDist(x, y)) * b",
      "2 * x",
      "-2.5 * x",
      "Pow(x, -3)",
      "Elem(x, 1) * y",
      "TensorDot(x, y, [3], [3], [], [], [1, 0])",
    ]
  ) assertEquals(printFormula(parse(text), names), text);
  assertEquals(printFormula(o.sub(x, y)), "Var(0, 3, 0) - Var(1, 3, 1)");
});

Deno.test("print: random formulas parse back to the same node", () => {
  const random = randomNumbers(7);
  let named = 0;
  for (let k = 0; k < 4000; k++) {
    const f = randomDerivative(random, randomFormula(random, 1 + k % 5, 3));
    const text = printFormula(f);
    if (text.includes("$1")) named++;
    assert(sameFormula(parseFormula(text), f), text);
  }
  assert(named > 10, `${named} formulas have shared parts`);
});

Deno.test("print: shared parts do not make the text explode", () => {
  let f = o.exp(x);
  for (let k = 0; k < 200; k++) f = o.mul(o.add(f, k + 2), f);
  const text = printFormula(f);
  assert(text.length < 2e4, `${text.length} characters`);
  assert(sameFormula(parseFormula(text), f));
  for (let k = 0; k < 2e4; k++) f = o.sub(f, g);
  assert(sameFormula(parseFormula(printFormula(f)), f));
});

Deno.test("variables may do without a name", () => {
  const named = parseFormula("SqDist(x, y)", ["x = Vi(3)", "y = Vj(3)"]);
  const aliases = ["Vi(0, 3)", "Vj(3)"];
  const unnamed = parseFormula("SqDist(Vi(0, 3), Vj(1, 3))", aliases);
  assertEquals(printFormula(unnamed), printFormula(named));
  assertThrows(
    () => parseFormula("Exp(Vi(3))", aliases),
    FormulaSyntaxError,
    'Cannot read a variable without a name from 1 arguments: "Vi(index, dim)" is wanted',
  );
});
