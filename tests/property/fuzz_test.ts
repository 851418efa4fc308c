/**
 * Arbitrary strings as formulas: each is read, or refused with an error of
 * the right class, in a short time.
 *
 * @module
 */

import {
  ArgumentError,
  FormulaSyntaxError,
  ShapeError,
} from "../../src/errors.ts";
import { parseAliases, parseFormula } from "../../src/language/parse.ts";
import { printFormula } from "../../src/language/print.ts";
import { OPS } from "../../src/ops/registry.ts";
import { assert } from "../assert.ts";
import { randomNumbers } from "../evaluate.ts";
import {
  pick,
  type Random,
  randomFormula,
  sameFormula,
} from "../random_formulas.ts";

const INPUTS = 5e4;
const ALIASES = [
  "x = Vi(100, 3)",
  "y = Vj(101, 3)",
  "z = Vj(102, 6)",
  "b = Vj(103, 1)",
  "g = Pm(104, 1)",
];
const WORDS = [
  ..."+-*/|<>(),[];=.@#$%&'\"\\{}~?!:",
  ...["**", "<=", ">=", "==", "!=", "$1", "$2 =", " ", "\n", "Ind(", "inf"],
  ...[
    "x",
    "y",
    "z",
    "b",
    "g",
    "0",
    "1",
    "2",
    "3",
    "0.5",
    "1e-3",
    "-1",
    "1e999",
  ],
  ...[
    "Var(100,3,0)",
    "[1,2]",
    "[3]",
    "constructor",
    "__proto__",
    "x.y",
    "é",
    "\0",
  ],
  ...["(x)", "(x, y)", "(b)", "(x, 1)", "(z, 2, 2)"],
  ...OPS.keys(),
];
const VALID = [
  "Exp(-g*SqDist(x,y))*(x|y)*b",
  "Grad(Grad(Inv(IntCst(1)+g*SqDist(x,y))*b,x,y),y,x)",
  "TensorDot(x,z,[3],[2,3],[0],[1])+Kron(b,g,[1],[1])",
  "Divergence(x*SqDist(x,y),x)*b",
  "IfElse(x-y,x*b,y)**2-ComplexReal(z)**0.5",
  "$1 = SqDist(x, y); Exp(-$1) * Sqrt($1)",
  "Equal(x,x)*y+LessThan(x,y)+(x<=y)*b",
];

const soup = (random: Random): string =>
  Array.from({ length: 1 + 20 * random() }, () => pick(random, WORDS)).join("");

const bytes = (random: Random): string =>
  String.fromCharCode(
    ...Array.from({ length: 40 * random() }, () =>
      Math.floor((random() < 0.9 ? 128 : 65536) * random())),
  );

/** A valid formula with a part removed, repeated, replaced or moved. */
function mutated(random: Random): string {
  let text = random() < 0.3
    ? printFormula(randomFormula(random, 3, 3))
    : pick(random, VALID);
  for (let times = 2 * random() - 0.6; times > 0; times--) {
    const [a, b] = [random(), random()]
      .map((r) => Math.floor(r * text.length)).sort((p, q) => p - q);
    const part = pick(random, [
      "",
      text.slice(a, b).repeat(2),
      pick(random, WORDS),
      text.slice(0, a),
    ]);
    text = text.slice(0, a) + part + text.slice(random() < 0.5 ? a + 1 : b);
  }
  return text;
}

/** Whether a string is a formula; anything but the three errors is a defect. */
function reads(text: string): boolean {
  try {
    const formula = parseFormula(text, ALIASES);
    const again = parseFormula(printFormula(formula), ALIASES);
    assert(sameFormula(formula, again), text);
    return true;
  } catch (error) {
    const expected = error instanceof FormulaSyntaxError ||
      error instanceof ShapeError || error instanceof ArgumentError;
    if (!expected) console.error(`The formula ${JSON.stringify(text)}`);
    if (!expected) throw error;
    return false;
  }
}

Deno.test("fuzz: strings are formulas or are refused", () => {
  const random = randomNumbers(1);
  let [good, longest, slowest] = [0, 0, ""];
  for (let k = 0; k < INPUTS; k++) {
    const text = pick(random, [soup, bytes, mutated, mutated])(random);
    const before = performance.now();
    if (reads(text)) good++;
    const time = performance.now() - before;
    if (time > longest) [longest, slowest] = [time, text];
  }
  assert(good > INPUTS / 20, `only ${good} of ${INPUTS} are formulas`);
  assert(longest < 10_000, `${longest} ms for ${slowest}`);
});

Deno.test("fuzz: strings are aliases or are refused", () => {
  const random = randomNumbers(2);
  const parts = [
    "x",
    "Vi",
    "Vj",
    "Pm",
    "Var",
    "(",
    ")",
    "3",
    ",",
    "=",
    " ",
    "-",
  ];
  for (let k = 0; k < 2e4; k++) {
    const length = 1 + 10 * random();
    const text = k % 2
      ? bytes(random)
      : Array.from({ length }, () => pick(random, parts)).join("");
    try {
      parseAliases([text]);
    } catch (error) {
      const expected = error instanceof FormulaSyntaxError ||
        error instanceof ArgumentError;
      assert(expected, `${JSON.stringify(text)} gives ${error}`);
    }
  }
});

Deno.test("fuzz: long strings take time in proportion", () => {
  const random = randomNumbers(3);
  for (let k = 0; k < 200; k++) {
    const part = pick(random, [soup, bytes])(random);
    const text = part.repeat(1 + 20_000 / (part.length + 1));
    const before = performance.now();
    reads(text);
    const time = performance.now() - before;
    assert(time < 10_000, `${time} ms for ${part} repeated`);
  }
});
