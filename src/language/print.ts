/**
 * Writes formulas as strings that parse back to the same formula.
 *
 * @module
 */

import { add, div, mul, neg, sub } from "../ops/arithmetic.ts";
import { variable } from "../ops/core.ts";
import { dot } from "../ops/norms.ts";
import { constant, type Op } from "../ops/op.ts";
import { type Formula, type Param, topological } from "../formula/formula.ts";

/** Infix operators: their sign, and how tightly they bind. */
const INFIX: ReadonlyMap<Op, readonly [string, number]> = new Map([
  [dot, [" | ", 2]],
  [add, [" + ", 3]],
  [sub, [" - ", 3]],
  [mul, [" * ", 4]],
  [div, [" / ", 4]],
]);
const MINUS_POWER = 5;
const TIGHTEST = 9;

/** Formulas with more nodes, written as trees, name their shared parts. */
const LONGEST_TREE = 400;

/** Formulas nested more deeply name inner parts, so that they can be read. */
const DEEPEST = 100;

/**
 * A formula in KeOps's language. Where parts are used so often that the text
 * would be very long, they get names: `$1 = SqDist(x, y); Exp(-$1) * $1`.
 *
 * @param root the formula
 * @param names the names of variables; others are written `Var(0, 3, 0)`
 */
export function printFormula(
  root: Formula,
  names: ReadonlyMap<Formula, string> = new Map(),
): string {
  const named = new Map([...names].map(([v, name]) => [`${v.params}`, name]));
  const texts = new Map<Formula, Text>();
  const definitions: string[] = [];
  const shared = sharedParts(root);
  for (const node of topological(root)) {
    const text = textOf(node, texts, named);
    if (node !== root && shared.has(node)) {
      const name = `$${definitions.length + 1}`;
      definitions.push(`${name} = ${text.text}; `);
      texts.set(node, { text: name, power: TIGHTEST });
    } else {
      texts.set(node, text);
    }
  }
  return definitions.join("") + (texts.get(root) as Text).text;
}

/** A text, and how tightly its outermost operator binds. */
interface Text {
  readonly text: string;
  readonly power: number;
}

function textOf(
  node: Formula,
  texts: ReadonlyMap<Formula, Text>,
  names: ReadonlyMap<string, string>,
): Text {
  const name = node.op === variable ? names.get(`${node.params}`) : undefined;
  if (name !== undefined) return { text: name, power: TIGHTEST };
  const { op, args, params } = node;
  if (op === constant) return numberText(params[0] as number);
  const parts = args.map((a) => texts.get(a) as Text);
  if (op === neg) {
    const text = `-${within(parts[0], MINUS_POWER)}`;
    return { text, power: MINUS_POWER };
  }
  const infix = INFIX.get(op);
  if (infix !== undefined) {
    const [sign, power] = infix;
    const left = within(parts[0], power);
    const right = within(parts[1], power + 1);
    return { text: `${left}${sign}${right}`, power };
  }
  const inside = [...parts.map((p) => p.text), ...params.map(paramText)];
  return { text: `${op.name}(${inside.join(", ")})`, power: TIGHTEST };
}

function within({ text, power }: Text, least: number): string {
  return power < least ? `(${text})` : text;
}

function numberText(x: number): Text {
  if (Number.isNaN(x)) return { text: "nan", power: TIGHTEST };
  const sign = x < 0 || Object.is(x, -0);
  const size = Math.abs(x) === Infinity ? "inf" : `${Math.abs(x)}`;
  return sign
    ? { text: `-${size}`, power: MINUS_POWER }
    : { text: size, power: TIGHTEST };
}

function paramText(param: Param): string {
  return typeof param === "number" ? `${param}` : `[${param.join(", ")}]`;
}

/** The parts that get names: those used often in a long text, or deep. */
function sharedParts(root: Formula): Set<Formula> {
  const shared = new Set<Formula>();
  const uses = new Map<Formula, number>();
  const sizes = new Map<Formula, number>();
  const depths = new Map<Formula, number>();
  const order = topological(root);
  for (const node of order) {
    for (const a of node.args) uses.set(a, (uses.get(a) ?? 0) + 1);
    const size = node.args.reduce((n, a) => n + (sizes.get(a) ?? 0), 1);
    const depth = 1 + Math.max(0, ...node.args.map((a) => depths.get(a) ?? 0));
    if (depth > DEEPEST) shared.add(node);
    sizes.set(node, size);
    depths.set(node, depth > DEEPEST ? 0 : depth);
  }
  if ((sizes.get(root) as number) > LONGEST_TREE) {
    for (const node of order) {
      if ((uses.get(node) ?? 0) > 1 && node.args.length > 0) shared.add(node);
    }
  }
  return shared;
}
