/**
 * Derivatives of every op, forward and reverse, of first and second order,
 * against finite differences.
 *
 * @module
 */

import { diff, grad } from "../../src/calculus/derivatives.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { constant } from "../../src/ops/op.ts";
import { dot } from "../../src/ops/vector.ts";
import { assertAllClose, assertEquals } from "../assert.ts";
import { type Bound, bound, evaluate, randomNumbers } from "../evaluate.ts";
import { type OpCase, opCases, randomOperand } from "../op_data.ts";

const POINTS = 2;
const STEP = 1e-4;
/** Offsets of a difference of fourth order, in steps, and their weights. */
const STENCIL = [[-2, 1 / 12], [-1, -8 / 12], [1, 8 / 12], [2, -1 / 12]];

/** The directions and cotangents that derivatives are taken along. */
function direction(index: number, dim: number): Bound {
  const random = randomNumbers(index);
  const row = Array.from({ length: dim }, () => 2 * random() - 1);
  return bound(index, [row], Category.PARAMETER);
}

/** The points, then copies of them, shifted along each direction in turn. */
function shifted(
  operands: readonly Bound[],
  directions: readonly Bound[],
): Bound[] {
  return operands.map(({ node, rows }, k) => {
    const copies = operands.flatMap((_, m) =>
      STENCIL.flatMap(([t]) =>
        rows.map((row) =>
          m === k
            ? row.map((x, c) => x + t * STEP * directions[k].rows[0][c])
            : row
        )
      )
    );
    return { node, rows: [...rows, ...copies] };
  });
}

/** Values at the points, and differences along direction `m`. */
class Values {
  readonly #results: number[][][];
  readonly #index: Map<Formula, number>;

  constructor(formulas: readonly Formula[], data: readonly Bound[]) {
    const distinct = [...new Set(formulas)];
    this.#index = new Map(distinct.map((f, k) => [f, k]));
    this.#results = evaluate(distinct, data);
  }

  #rows(f: Formula): number[][] {
    return this.#results[this.#index.get(f) as number];
  }

  at(f: Formula): number[][] {
    return this.#rows(f).slice(0, POINTS);
  }

  difference(f: Formula, m: number): number[][] {
    const rows = this.#rows(f);
    return Array.from(
      { length: POINTS },
      (_, p) =>
        Array.from(
          { length: f.dim },
          (_, c) =>
            STENCIL.reduce((sum, [, weight], s) => {
              const row = POINTS * (1 + m * STENCIL.length + s) + p;
              return sum + weight * rows[row][c] / STEP;
            }, 0),
        ),
    );
  }
}

function inner(rows: readonly number[][], { rows: [v] }: Bound): number[] {
  return rows.map((row) => row.reduce((s, x, c) => s + x * v[c], 0));
}

function check(c: OpCase): void {
  const operands = c.dims.map((_, k) =>
    bound(k, randomOperand(c, k, POINTS, 3))
  );
  const f = c.op(...operands.map((o) => o.node), ...c.params);
  const e = direction(100, f.dim);
  const u = operands.map((o, k) => direction(200 + k, o.node.dim));
  const x = operands.map((o) => o.node);
  const forward = x.map((v, k) => diff(f, v, u[k].node));
  const reverse = x.map((v) => grad(f, v, e.node));
  const pairs = x.flatMap((_, k) => x.map((_, m) => [k, m]));
  const seconds = pairs.map(([k, m]) => ({
    k,
    m,
    forwardTwice: diff(forward[k], x[m], u[m].node),
    reverseOfForward: grad(forward[k], x[m], e.node),
    forwardOfReverse: diff(reverse[k], x[m], u[m].node),
    reverseTwice: grad(dot(reverse[k], u[k].node), x[m], constant(1)),
  }));
  const values = new Values(
    [
      f,
      ...forward,
      ...reverse,
      ...seconds.flatMap((s) => [
        s.forwardTwice,
        s.reverseOfForward,
        s.forwardOfReverse,
        s.reverseTwice,
      ]),
    ],
    [...shifted(operands, u), e, ...u],
  );
  const close = (a: number[], b: number[], what: string, tolerance = 1e-7) =>
    assertAllClose(a, b, tolerance, `${c.title}: ${what}`);
  x.forEach((v, k) => {
    assertEquals([forward[k].dim, reverse[k].dim], [f.dim, v.dim], c.title);
    const slopes = values.at(forward[k]);
    close(slopes.flat(), values.difference(f, k).flat(), `Diff in ${k}`);
    const [left, right] = [
      inner(values.at(reverse[k]), u[k]),
      inner(slopes, e),
    ];
    close(left, right, `Grad in ${k}`, 1e-11);
  });
  for (const s of seconds) {
    const where = `in ${s.k}, then ${s.m}`;
    const [twice, along] = [
      values.at(s.forwardTwice),
      values.at(s.forwardOfReverse),
    ];
    close(
      twice.flat(),
      values.difference(forward[s.k], s.m).flat(),
      `Diff of Diff ${where}`,
    );
    close(
      along.flat(),
      values.difference(reverse[s.k], s.m).flat(),
      `Diff of Grad ${where}`,
    );
    close(
      inner(values.at(s.reverseOfForward), u[s.m]),
      inner(twice, e),
      `Grad of Diff ${where}`,
      1e-10,
    );
    close(
      inner(values.at(s.reverseTwice), u[s.m]),
      inner(along, u[s.k]),
      `Grad of Grad ${where}`,
      1e-10,
    );
  }
}

Deno.test("derivatives of ops agree with finite differences", () => {
  opCases((op) => op.inputs > 0).forEach(check);
});
