/**
 * The ops that derivatives of all others are made of: variables, constants,
 * sum and product, and the sum of components with its adjoint.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import { AXIS_I, AXIS_J, Category, type Formula } from "../formula/formula.ts";
import { sumOf } from "../program/vector.ts";
import { onPlacedBlock, place } from "./basis.ts";
import {
  broadcastDim,
  constant,
  defineOp,
  elementwise,
  literal,
  type Op,
} from "./op.ts";

const AXES: Record<Category, number> = {
  [Category.I]: AXIS_I,
  [Category.J]: AXIS_J,
  [Category.PARAMETER]: 0,
  [Category.PAIR]: AXIS_I | AXIS_J,
  [Category.RESULT]: 0,
};

/** A variable: `Var(index, dim, category)`, category 0 = i, 1 = j, 2 = parameter. */
export const variable: Op = defineOp({
  name: "Var",
  meaning: "x",
  inputs: 0,
  params: [
    { name: "index", kind: "int" },
    { name: "dim", kind: "int" },
    { name: "category", kind: "int" },
  ],
  domain: { cases: [], ranges: [] },
  shape: (_, [__, dim, category]) => {
    const axes = AXES[category as Category];
    if (axes !== undefined) return { dim: dim as number, axes };
    throw new ArgumentError(
      `Cannot use a variable of category ${category}: 0 (i), 1 (j) or 2 (parameter) is wanted`,
    );
  },
  lower: (to, node) => to.variable(node),
  jvp: () => undefined,
  vjp: () => [],
});

/** A vector of zeros. */
export const zero: Op = defineOp({
  name: "Zero",
  meaning: "0",
  dims: "-> dim",
  example: { formula: "Zero(3)", data: {}, value: [0, 0, 0] },
  inputs: 0,
  params: [{ name: "dim", kind: "int" }],
  domain: { cases: [{ dims: [], params: [3] }], ranges: [] },
  shape: (_, [dim]) => dim as number,
  lower: (to, node) => to.lazy(node.dim, () => to.b.float(0)),
  jvp: () => undefined,
  vjp: () => [],
});

/** A scalar repeated `dim` times; the adjoint of the sum of components. */
export const replicate: Op = defineOp({
  name: "SumT",
  meaning: "(f, ..., f)",
  dims: "1 -> dim",
  example: { formula: "SumT(f, 3)", data: { f: [2] }, value: [2, 2, 2] },
  inputs: 1,
  params: [{ name: "dim", kind: "int" }],
  domain: { cases: [{ dims: [1], params: [4] }], ranges: [[-1, 1]] },
  simplify: ([f], [dim]) => f.dim === 1 && dim === 1 ? f : undefined,
  shape: ([f], [dim]) => {
    if (f.dim === 1) return dim as number;
    throw new ShapeError(
      `Cannot repeat a vector of dimension ${f.dim} with "SumT": a scalar is wanted`,
    );
  },
  lower: (to, node, [f]) => to.lazy(node.dim, () => f.at(to.b.int(0))),
  jvp: (node, [t]) => t && replicate.build([t], node.params),
  vjp: (_, g) => [sum(g)],
});

/** The sum of the components. */
export const sum: Op = defineOp({
  name: "Sum",
  meaning: "sum_k f_k",
  dims: "D -> 1",
  example: { formula: "Sum(f)", data: { f: [1, 2, 3] }, value: [6] },
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  simplify: ([f]) => {
    if (f.op === place) return sum(f.args[0]);
    return f.dim === 1 ? f : undefined;
  },
  shape: () => 1,
  lower: (to, node, [f]) =>
    to.scalar(sumOf(to.b, node.args[0].dim, (k) => f.at(k))),
  jvp: (_, [t]) => t && sum(t),
  vjp: (node, g) => [replicate(g, node.args[0].dim)],
});

/** `f` with as many components as an elementwise result has. */
function widened(f: Formula, dim: number): Formula {
  return f.dim === dim ? f : replicate(f, dim);
}

/** What a broadcast operand receives: the sum over the components. */
export function narrowed(dim: number, cotangent: Formula): Formula {
  return dim === 1 ? sum(cotangent) : cotangent;
}

/** The sum of two vectors; a scalar is added to every component. */
export const add: Op = defineOp({
  name: "Add",
  meaning: "f + g",
  dims: "D or 1, D or 1 -> D",
  example: {
    formula: "Add(f, g)",
    data: { f: [1, 2], g: [10] },
    value: [11, 12],
  },
  inputs: 2,
  domain: {
    cases: [{ dims: [3, 3] }, { dims: [1, 3] }, { dims: [3, 1] }],
    ranges: [[-1, 1]],
  },
  simplify: ([f, g]) => {
    const [a, b] = [literal(f), literal(g)];
    if (a !== undefined && b !== undefined) return f.op(a + b);
    if (a === 0 || f.op === zero && f.dim <= g.dim) return g;
    if (b === 0 || g.op === zero && g.dim <= f.dim) return f;
    return f === g ? mul(2, f) : undefined;
  },
  shape: (args) => broadcastDim("Add", args),
  lower: (to, node, args) =>
    elementwise(to, node, args, (x, y) => to.b.apply("add", x, y)),
  jvp: (node, [t, u]) => {
    if (t && u) return widened(add(t, u), node.dim);
    return t || u ? widened((t ?? u) as Formula, node.dim) : undefined;
  },
  vjp: ({ args: [f, g] }, e) => [narrowed(f.dim, e), narrowed(g.dim, e)],
});

/** The product of two vectors by component; a scalar multiplies them all. */
export const mul: Op = defineOp({
  name: "Mult",
  meaning: "f g",
  dims: "D or 1, D or 1 -> D",
  example: {
    formula: "Mult(f, g)",
    data: { f: [1, 2], g: [10] },
    value: [10, 20],
  },
  inputs: 2,
  domain: {
    cases: [{ dims: [3, 3] }, { dims: [1, 3] }, { dims: [3, 1] }],
    ranges: [[-1, 1]],
  },
  simplify: ([f, g]) => {
    const [a, b] = [literal(f), literal(g)];
    if (a !== undefined && b !== undefined) return f.op(a * b);
    if (a === 1) return g;
    if (b === 1) return f;
    if (f.op === zero || g.op === zero) return structuralZero(f, g);
    if (b !== undefined) return mul(g, f);
    return a === undefined ? onPlacedBlock(mul, f, g) : scaled(a, g);
  },
  shape: (args) => broadcastDim("Mult", args),
  lower: (to, node, args) =>
    elementwise(to, node, args, (x, y) => to.b.apply("mul", x, y)),
  jvp: ({ args: [f, g], dim }, [t, u]) => {
    const terms = [t && mul(t, g), u && mul(f, u)].filter((x) => x);
    const total = terms.length === 2
      ? add(terms[0] as Formula, terms[1] as Formula)
      : terms[0];
    return total && widened(total, dim);
  },
  vjp: ({ args: [f, g] }, e) => [
    narrowed(f.dim, mul(e, g)),
    narrowed(g.dim, mul(e, f)),
  ],
});

/** An absent derivative stays absent in products; a computed 0 does not. */
function structuralZero(f: Formula, g: Formula): Formula {
  return zero(broadcastDim("Mult", [f, g]));
}

/** Scales by powers of two merge without rounding. */
function scaled(a: number, g: Formula): Formula | undefined {
  const inner = g.op === mul ? literal(g.args[0]) : undefined;
  const exact = inner !== undefined &&
    [a, inner].some((s) => Number.isInteger(Math.log2(Math.abs(s))));
  return exact ? mul(a * inner, g.args[1]) : onPlacedBlock(mul, constant(a), g);
}

/** The sum of the terms that are there. */
export function addAll(
  terms: readonly (Formula | undefined)[],
): Formula | undefined {
  return terms.reduce(
    (total, t) => total && t ? add(total, t) : total ?? t,
    undefined,
  );
}
