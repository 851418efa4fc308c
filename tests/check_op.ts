/**
 * Checks one op at given dimensions: values on every backend and for every
 * kind of operand against a plain function, derivatives of first and second
 * order against finite differences.
 *
 * @module
 */

import { javascriptBackend } from "../src/cpu/backend.ts";
import { evaluateMap, evaluateReductions } from "../src/engine/evaluate.ts";
import type { Backend } from "../src/launch/launch.ts";
import { diff, grad } from "../src/calculus/derivatives.ts";
import { Category, type Formula, type Param } from "../src/formula/formula.ts";
import { variable } from "../src/ops/core.ts";
import type { Op } from "../src/ops/op.ts";
import { reductionSetup } from "../src/reductions/registry.ts";
import { sumReduction } from "../src/reductions/sum.ts";
import { referenceBackend } from "../src/reference/interpret.ts";
import { wasmBackend } from "../src/wasm/backend.ts";
import { assert, assertAllClose, assertEquals } from "./assert.ts";

/** The value of an op, from plain arrays. */
export type Oracle = (
  args: readonly number[][],
  params: readonly Param[],
) => number[];

/** One op at some dimensions. */
export interface OpCase {
  readonly op: Op;
  readonly dims: readonly number[];
  readonly params?: readonly Param[];
  readonly oracle: Oracle;
  /** The least and largest entry of the operands. */
  readonly range?: readonly [number, number];
}

const [M, N] = [2, 3];
const BACKENDS: readonly Backend[] = [
  referenceBackend,
  javascriptBackend,
  wasmBackend,
];

/** Numbers of (0, 1) that depend on the seed alone. */
export function randomNumbers(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** A variable with its data: `rows` vectors. */
interface Bound {
  readonly node: Formula;
  readonly data: Float64Array;
}

const COUNT: Record<number, number> = {
  [Category.I]: M,
  [Category.J]: N,
  [Category.PARAMETER]: 1,
};

/** Which kinds the operands have, in turn. */
const KINDS: readonly (readonly Category[])[] = [
  [Category.I, Category.J],
  [Category.J, Category.I],
  [Category.J, Category.J],
  [Category.I, Category.I],
  [Category.PARAMETER, Category.J],
];

/** Runs all checks of one op. */
export function checkOp(c: OpCase): void {
  for (const kinds of KINDS) checkValues(c, kinds);
  checkDerivatives(c);
}

function bind(c: OpCase, kinds: readonly Category[]): Bound[] {
  const [low, high] = c.range ?? [-1, 1];
  return c.dims.map((dim, k) => {
    const category = kinds[k % kinds.length];
    const random = randomNumbers(17 * k + dim);
    const data = Float64Array.from(
      { length: COUNT[category] * dim },
      () => low + (high - low) * random(),
    );
    return { node: variable(k, dim, category), data };
  });
}

/** The vector of a variable at one pair. */
function at({ node, data }: Bound, i: number, j: number): number[] {
  const category = node.params[2] as Category;
  const point = category === Category.I ? i : category === Category.J ? j : 0;
  return [...data.subarray(point * node.dim, (point + 1) * node.dim)];
}

function locator(bound: readonly Bound[]) {
  return (v: Formula) => {
    const found = bound.find((b) => b.node === v);
    assert(found);
    const category = v.params[2] as Category;
    return {
      data: found.data,
      offset: 0,
      batch: [],
      row: category === Category.I ? v.dim : 0,
      column: category === Category.J ? v.dim : 0,
      component: 1,
    };
  };
}

/** The values of a formula at all pairs. */
export function valuesOf(
  f: Formula,
  bound: readonly Bound[],
  backend: Backend,
): number[] {
  const extent = { batch: [], m: M, n: N };
  const locate = locator(bound);
  const [{ data }] = evaluateMap([f], true, locate, extent, "float64", backend);
  return [...data];
}

function sums(
  f: Formula,
  bound: readonly Bound[],
  backend: Backend,
  reduced: "i" | "j",
): number[] {
  const request = {
    reduction: sumReduction,
    formulas: [f],
    setup: reductionSetup(sumReduction, [f.dim]),
  };
  const extent = { batch: [], m: M, n: N };
  return [
    ...evaluateReductions(
      [request],
      reduced,
      locator(bound),
      extent,
      "float64",
      backend,
    )[0].data,
  ];
}

function checkValues(c: OpCase, kinds: readonly Category[]): void {
  const params = c.params ?? [];
  const bound = bind(c, kinds);
  const f = c.op(...bound.map((b) => b.node), ...params);
  const pairs = [...Array(M * N).keys()].map((p) => {
    const [i, j] = [Math.floor(p / N), p % N];
    return c.oracle(bound.map((b) => at(b, i, j)), params);
  });
  const title = `${c.op.name} of ${c.dims} (${params.join("; ")}), ${kinds}`;
  assertEquals(f.dim, pairs[0].length, `${title}: dimension`);
  const total = (points: number[]) =>
    points.map((p) => pairs[p]).reduce((a, x) => a.map((v, k) => v + x[k]));
  const rows = [0, 1].flatMap((i) => total([0, 1, 2].map((j) => i * N + j)));
  const columns = [0, 1, 2].flatMap((j) => total([j, N + j]));
  for (const backend of BACKENDS) {
    const where = `${title}, ${backend.name}`;
    assertAllClose(valuesOf(f, bound, backend), pairs.flat(), 1e-12, where);
    assertAllClose(sums(f, bound, backend, "j"), rows, 1e-12, where);
    assertAllClose(sums(f, bound, backend, "i"), columns, 1e-12, where);
  }
}

/** A finite difference of `f` in variable `k`, along `u`. */
function slope(
  f: (bound: readonly Bound[]) => number[],
  bound: readonly Bound[],
  k: number,
  u: Bound,
): number[] {
  const h = 1e-4;
  const shifted = (t: number) =>
    f(bound.map((b, m) =>
      m === k ? { ...b, data: b.data.map((x, q) => x + t * u.data[q]) } : b
    ));
  const [a, b, p, q] = [-2 * h, -h, h, 2 * h].map(shifted);
  return a.map((_, m) => (a[m] - 8 * b[m] + 8 * p[m] - q[m]) / (12 * h));
}

function checkDerivatives(c: OpCase): void {
  const params = c.params ?? [];
  const bound = bind(c, [Category.I, Category.J]);
  const f = c.op(...bound.map((b) => b.node), ...params);
  const beside = (like: Formula, index: number): Bound => {
    const random = randomNumbers(index);
    const category = like.params[2] as Category;
    const data = Float64Array.from(
      { length: COUNT[category] * like.dim },
      () => 2 * random() - 1,
    );
    return { node: variable(index, like.dim, category), data };
  };
  const e = beside(variable(0, f.dim, Category.PARAMETER), 100);
  const [u, w] = [200, 300].map((start) =>
    bound.map((b, k) => beside(b.node, start + k))
  );
  const all = [...bound, e, ...u, ...w];
  const value = (g: Formula) => (now: readonly Bound[]) =>
    valuesOf(g, now, javascriptBackend);
  const title = `${c.op.name} of ${c.dims} (${params.join("; ")})`;
  bound.forEach((b, k) => {
    const forward = diff(f, b.node, u[k].node);
    assertEquals(forward.dim, f.dim, `${title}: dimension of Diff`);
    const wanted = slope(value(f), all, k, u[k]);
    for (const backend of BACKENDS) {
      const where = `${title}, ${backend.name}: derivative in operand ${k}`;
      assertAllClose(valuesOf(forward, all, backend), wanted, 1e-8, where);
    }
    const reverse = grad(f, b.node, e.node);
    checkAdjoint(title, reverse, u[k], e, all, wanted);
    bound.forEach((other, m) => {
      for (const [first, word] of [[forward, "Diff"], [reverse, "Grad"]]) {
        const g = first as Formula;
        const second = slope(value(g), all, m, w[m]);
        const where = `${title}: second derivative in ${k}, ${m} of ${word}`;
        const twice = diff(g, other.node, w[m].node);
        const got = valuesOf(twice, all, javascriptBackend);
        assertAllClose(got, second, 1e-7, where);
      }
      const mixed = grad(forward, other.node, e.node);
      const second = slope(value(forward), all, m, w[m]);
      checkAdjoint(`${title}, twice`, mixed, w[m], e, all, second, 1e-7);
    });
  });
}

/** The reverse derivative along `u` is the forward one along `e`. */
function checkAdjoint(
  title: string,
  reverse: Formula,
  u: Bound,
  e: Bound,
  all: readonly Bound[],
  forward: readonly number[],
  tolerance = 1e-8,
): void {
  assertEquals(reverse.dim, u.node.dim, `${title}: dimension of Grad`);
  const along = valuesOf(reverse, all, javascriptBackend);
  for (let p = 0; p < M * N; p++) {
    const direction = at(u, Math.floor(p / N), p % N);
    const dim = direction.length;
    const left = direction.reduce((s, x, k) => s + x * along[p * dim + k], 0);
    const right = e.data.reduce(
      (s, x, k) => s + x * forward[p * e.data.length + k],
      0,
    );
    assertAllClose([left], [right], tolerance, `${title}: adjoint`);
  }
}
