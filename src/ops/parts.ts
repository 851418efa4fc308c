/**
 * Parts of vectors: components, slices, concatenation, and their adjoints.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import type { Lowering } from "../program/lower.ts";
import { type Vector, vectorOf } from "../program/vector.ts";
import { roundHalfAway } from "../program/special.ts";
import { zero } from "./core.ts";
import { linearOp } from "./define.ts";
import { defineOp, type Op, type ParamSpec } from "./op.ts";

function scalarWanted(name: string, f: Formula): void {
  if (f.dim === 1) return;
  throw new ShapeError(
    `Cannot apply "${name}" to a vector of dimension ${f.dim}: a scalar is wanted`,
  );
}

/** The range `start ... start + count - 1` lies in `0 ... dim - 1`. */
function within(name: string, start: number, count: number, dim: number): void {
  if (start >= 0 && count >= 0 && start + count <= dim) return;
  throw new ArgumentError(
    `Cannot apply "${name}" from component ${start} to ${
      start + count - 1
    }: a vector of dimension ${dim} has components 0 to ${dim - 1}`,
  );
}

/** One component, counted from 0. */
export const elem: Op = linearOp({
  name: "Elem",
  meaning: "f_m",
  dims: "D -> 1",
  example: { formula: "Elem(f, 1)", data: { f: [10, 20, 30] }, value: [20] },
  params: [{ name: "m", kind: "int" }],
  domain: {
    cases: [
      { dims: [3], params: [2] },
      { dims: [1], params: [0] },
      { dims: [20], params: [17] },
    ],
    ranges: [[-1, 1]],
  },
  simplify: ([f], [m]) => {
    within("Elem", m as number, 1, f.dim);
    if (f.dim === 1) return f;
    if (f.op === elemT) return f.params[1] === m ? f.args[0] : zero(1);
    return f.op === concat ? componentOf(f, m as number) : undefined;
  },
  shape: () => 1,
  lower: (to, node, [f]) => to.scalar(f.at(to.b.int(node.params[0] as number))),
  adjoint: (node, g) => elemT(g, node.args[0].dim, node.params[0]),
});

/** A component of a concatenation. */
function componentOf({ args: [f, g] }: Formula, m: number): Formula {
  return m < f.dim ? elem(f, m) : elem(g, m - f.dim);
}

/** A scalar as component `m` of a vector of `n`, the others zero. */
export const elemT: Op = linearOp({
  name: "ElemT",
  meaning: "(0, ..., f, ..., 0), f at m",
  dims: "1 -> n",
  example: { formula: "ElemT(f, 3, 1)", data: { f: [5] }, value: [0, 5, 0] },
  params: [{ name: "n", kind: "int" }, { name: "m", kind: "int" }],
  domain: {
    cases: [
      { dims: [1], params: [3, 1] },
      { dims: [1], params: [1, 0] },
      { dims: [1], params: [20, 17] },
    ],
    ranges: [[-1, 1]],
  },
  simplify: ([f], [n, m]) => {
    scalarWanted("ElemT", f);
    within("ElemT", m as number, 1, n as number);
    return n === 1 ? f : undefined;
  },
  shape: (_, [n]) => n as number,
  lower: (to, node, [f]) => placed(to, node, f, node.params[1] as number),
  adjoint: (node, g) => elem(g, node.params[1]),
});

/** A vector put at `start` among zeros. */
function placed(
  to: Lowering,
  node: Formula,
  f: Vector,
  start: number,
): Vector {
  const { b } = to;
  const zero = b.float(0);
  if (f.dim === 0) return to.lazy(node.dim, () => zero);
  return to.lazy(node.dim, (k) => {
    // The component that is not selected must exist as well.
    const inside = b.apply("isub", k, b.int(start));
    const last = b.int(f.dim - 1);
    const near = b.apply("imin", b.apply("imax", inside, b.int(0)), last);
    const before = b.apply("ilt", k, b.int(start));
    const after = b.apply("ilt", last, inside);
    const here = b.apply("not", b.apply("or", before, after));
    return b.apply("select", here, f.at(near), zero);
  });
}

const SLICE: readonly ParamSpec[] = [
  { name: "start", kind: "int" },
  { name: "dim", kind: "int" },
];

/** The components `start ... start + dim - 1`. */
export const extract: Op = linearOp({
  name: "Extract",
  meaning: "(f_start, ..., f_(start + dim - 1))",
  dims: "D -> dim",
  example: {
    formula: "Extract(f, 1, 2)",
    data: { f: [10, 20, 30, 40] },
    value: [20, 30],
  },
  params: SLICE,
  domain: {
    cases: [
      { dims: [4], params: [1, 2] },
      { dims: [3], params: [0, 3] },
      { dims: [40], params: [3, 30] },
    ],
    ranges: [[-1, 1]],
  },
  simplify: ([f], [start, dim]) => {
    within("Extract", start as number, dim as number, f.dim);
    return dim === f.dim ? f : undefined;
  },
  shape: (_, [__, dim]) => dim as number,
  lower: (to, node, [f]) => {
    const start = to.b.int(node.params[0] as number);
    return to.lazy(node.dim, (k) => f.at(to.b.apply("iadd", start, k)));
  },
  adjoint: (node, g) => extractT(g, node.params[0], node.args[0].dim),
});

/** A vector as the components from `start` of one of `dim`, others zero. */
export const extractT: Op = linearOp({
  name: "ExtractT",
  meaning: "(0, ..., f_0, f_1, ..., 0), f_0 at start",
  dims: "D -> dim",
  example: {
    formula: "ExtractT(f, 1, 4)",
    data: { f: [5, 6] },
    value: [0, 5, 6, 0],
  },
  params: SLICE,
  domain: {
    cases: [
      { dims: [2], params: [1, 4] },
      { dims: [3], params: [0, 3] },
      { dims: [30], params: [3, 40] },
    ],
    ranges: [[-1, 1]],
  },
  simplify: ([f], [start, dim]) => {
    within("ExtractT", start as number, f.dim, dim as number);
    return dim === f.dim ? f : undefined;
  },
  shape: (_, [__, dim]) => dim as number,
  lower: (to, node, [f]) => placed(to, node, f, node.params[0] as number),
  adjoint: (node, g) => extract(g, node.params[0], node.args[0].dim),
});

/** Two vectors, one after the other. */
export const concat: Op = defineOp({
  name: "Concat",
  meaning: "(f_0, ..., g_0, ...)",
  dims: "m, n -> m + n",
  example: {
    formula: "Concat(f, g)",
    data: { f: [1, 2], g: [3] },
    value: [1, 2, 3],
  },
  inputs: 2,
  domain: {
    cases: [{ dims: [2, 3] }, { dims: [1, 1] }, { dims: [20, 30] }],
    ranges: [[-1, 1]],
  },
  simplify: ([f, g]) => f.dim === 0 ? g : g.dim === 0 ? f : undefined,
  shape: ([f, g]) => f.dim + g.dim,
  lower: (to, node, [f, g]) => {
    const { b } = to;
    const second = (k: number) => k - f.dim;
    if (node.dim <= b.options.unroll) {
      const at = (k: number) =>
        k < f.dim ? f.at(b.int(k)) : g.at(b.int(second(k)));
      return vectorOf(b, Array.from({ length: node.dim }, (_, k) => at(k)));
    }
    return to.fill(node.dim, (put) => {
      b.for(f.dim, (k) => put(k, f.at(k)));
      b.for(g.dim, (k) => put(b.apply("iadd", k, b.int(f.dim)), g.at(k)));
    });
  },
  jvp: ({ args: [f, g] }, [t, u]) =>
    t || u ? concat(t ?? zero(f.dim), u ?? zero(g.dim)) : undefined,
  vjp: ({ args: [f, g] }, e) => [
    extract(e, 0, f.dim),
    extract(e, f.dim, g.dim),
  ],
});

/**
 * The basis vector of dimension `dim` that a scalar points at, rounded to the
 * nearest integer; zero where there is no such component.
 */
export const oneHot: Op = defineOp({
  name: "OneHot",
  meaning: "(0, ..., 1, ..., 0), 1 at f",
  dims: "1 -> dim",
  example: { formula: "OneHot(f, 4)", data: { f: [2] }, value: [0, 0, 1, 0] },
  inputs: 1,
  params: [{ name: "dim", kind: "int" }],
  domain: {
    cases: [{ dims: [1], params: [4] }, { dims: [1], params: [20] }],
    ranges: [[-1, 5]],
  },
  shape: ([f], [dim]) => (scalarWanted("OneHot", f), dim as number),
  lower: (to, node, [f]) => {
    const { b } = to;
    const index = roundHalfAway(b, f.at(b.int(0)));
    return to.lazy(node.dim, (k) => {
      const here = b.apply("eq", index, b.apply("toFloat", k));
      return b.apply("select", here, b.float(1), b.float(0));
    });
  },
  jvp: () => undefined,
  vjp: () => [undefined],
});
