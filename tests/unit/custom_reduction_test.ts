/** Reductions that a user writes. */

import { ArgumentError, ShapeError } from "../../src/errors.ts";
import {
  type CustomReduction,
  defineReduction as defineNamed,
} from "../../src/reductions/custom.ts";
import type { Reduction } from "../../src/reductions/reduction.ts";
import { reductionSetup } from "../../src/reductions/registry.ts";
import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import {
  BACKENDS,
  drawn,
  inParts,
  randomNumbers,
  reduceAll,
  type Values,
} from "../reduce.ts";

/** What users see as a name is a whole reduction. */
function defineReduction<S extends string>(
  definition: CustomReduction<S>,
): Reduction {
  return defineNamed(definition) as Reduction;
}

const geometricMean = defineReduction({
  name: "GeometricMean",
  neutral: { logs: 0 },
  combine: ({ logs }, [x]) => ({ logs: logs.add(x.log()) }),
  merge: (a, b) => ({ logs: a.logs.add(b.logs) }),
  finish: ({ logs }, count) => logs.div(count).exp(),
});

/** Mean and variance by Welford's recurrence, and Chan's for two parts. */
const moments = defineReduction({
  name: "Moments",
  neutral: { n: 0, mean: 0, squares: 0 },
  outputs: 2,
  combine({ n, mean, squares }, [x]) {
    const next = n.add(1);
    const d = x.sub(mean);
    const centre = mean.add(d.div(next));
    return {
      n: next,
      mean: centre,
      squares: squares.add(d.mul(x.sub(centre))),
    };
  },
  merge(a, b) {
    const n = a.n.add(b.n);
    const d = b.mean.sub(a.mean);
    const share = n.gt(0).select(b.n.div(n), 0);
    return {
      n,
      mean: a.mean.add(d.mul(share)),
      squares: a.squares.add(b.squares).add(d.mul(d).mul(a.n).mul(share)),
    };
  },
  finish: ({ mean, squares }, count) => [mean, squares.div(count)],
});

/** The position of the last column where x exceeds y, which is a scalar. */
const lastAbove = defineReduction({
  name: "LastAbove",
  inputs: 2,
  neutral: { at: -1 },
  combine: ({ at }, [x, y], index) => ({ at: x.gt(y).select(index, at) }),
  merge: (a, b) => ({ at: a.at.max(b.at) }),
  finish: ({ at }) => at,
});

function results(
  reduction: Reduction,
  values: Values,
  m: number,
  n: number,
  weights?: Values,
): number[][][] {
  const one = { reduction, values, ...(weights ? { weights } : {}) };
  return BACKENDS.map((backend) =>
    reduceAll([one], "j", m, n, backend).map((r) => r.data)
  );
}

const M = 3, N = 20;
const PARTS = [0, 1, "later"] as const;

/** The reduction as a whole, and in parts. */
function variants(reduction: Reduction): Reduction[] {
  return [
    reduction,
    ...PARTS.flatMap((p) => [false, true].map((l) => inParts(reduction, p, l))),
  ];
}

/** `f` of each row and component: `list` holds the values of its columns. */
function dense(values: Values, f: (list: number[]) => number): number[] {
  return Array.from({ length: M * values.dim }, (_, at) => {
    const [i, d] = [Math.floor(at / values.dim), at % values.dim];
    return f(Array.from({ length: N }, (_, j) => values.at(i, j, d)));
  });
}

const mean = (x: number[]) => x.reduce((s, v) => s + v, 0) / x.length;

Deno.test("a geometric mean", () => {
  for (const dim of [1, 3, 18]) {
    const values = drawn(M, N, dim, randomNumbers(1));
    const expected = dense(values, (x) => Math.exp(mean(x.map(Math.log))));
    for (const reduction of variants(geometricMean)) {
      for (const [result] of results(reduction, values, M, N)) {
        assertAllClose(result, expected, 1e-13);
      }
    }
  }
});

Deno.test("a running variance", () => {
  for (const dim of [1, 2, 20]) {
    const random = randomNumbers(2);
    // Far from 0, where the difference of two sums of squares is useless.
    const values = drawn(M, N, dim, () => 1e8 + random());
    const means = dense(values, mean);
    const variances = dense(values, (x) => {
      const centre = mean(x.map((v) => v - 1e8));
      return mean(x.map((v) => (v - 1e8 - centre) ** 2));
    });
    for (const reduction of variants(moments)) {
      for (const [first, second] of results(reduction, values, M, N)) {
        assertAllClose(first, means, 1e-15);
        assertAllClose(second, variances, 1e-7);
      }
    }
  }
});

Deno.test("two formulas and the position of the column", () => {
  const values = drawn(M, N, 2, randomNumbers(3));
  const limit: Values = { dim: 1, at: () => 0.8 };
  const expected = dense(values, (x) => x.findLastIndex((v) => v > 0.8));
  for (const reduction of variants(lastAbove)) {
    for (const [result] of results(reduction, values, M, N, limit)) {
      assertEquals(result, expected);
    }
  }
});

Deno.test("each method of a scalar does what it says", () => {
  const methods = defineReduction({
    name: "Methods",
    neutral: { x: 0 },
    outputs: 24,
    combine: (_, [x]) => ({ x }),
    merge: (a) => a,
    finish: ({ x }, count) => [
      x.add(2).sub(x.mul(3)).div(4),
      x.pow(3),
      x.neg().abs(),
      x.sqrt(),
      x.exp(),
      x.log(),
      x.floor(),
      x.sin(),
      x.cos(),
      x.min(2),
      x.max(2),
      x.lt(2.5),
      x.le(2.5),
      x.gt(2.5),
      x.ge(2.5),
      x.eq(2.5),
      x.not(),
      x.sub(x).not(),
      x.lt(3).select(5, x),
      x.select(7, 8),
      x.sub(2.5).select(7, 8),
      x.lt(3).add(x.lt(4)),
      count,
      11,
    ],
  });
  const x = 2.5;
  const expected = [
    (x + 2 - x * 3) / 4,
    x ** 3,
    x,
    Math.sqrt(x),
    Math.exp(x),
    Math.log(x),
    2,
    Math.sin(x),
    Math.cos(x),
    2,
    x,
    ...[0, 1, 0, 1, 1, 0, 1],
    ...[5, 7, 8, 2, 1, 11],
  ];
  const values: Values = { dim: 1, at: () => x };
  for (const all of results(methods, values, 1, 1)) {
    assertAllClose(all.flat(), expected, 1e-15);
  }
});

Deno.test("what does not fit is refused", () => {
  const parts = {
    combine: () => ({}),
    merge: () => ({}),
    finish: () => 0,
  };
  assertThrows(
    () => defineReduction({ ...parts, name: "None", neutral: {} }),
    ArgumentError,
    "without a state",
  );
  const spaced = { "a b": 0 };
  assertThrows(
    () =>
      defineReduction({
        ...parts,
        name: "Odd",
        neutral: spaced,
        combine: () => spaced,
        merge: () => spaced,
      }),
    ArgumentError,
    `"a b"`,
  );
  const two = defineReduction({
    name: "Two",
    neutral: { s: 0 },
    outputs: 2,
    combine: (s) => s,
    merge: (s) => s,
    finish: ({ s }) => s,
  });
  const values: Values = { dim: 1, at: () => 1 };
  assertThrows(
    () => results(two, values, 1, 1),
    ArgumentError,
    `2 were announced`,
  );
  assertThrows(
    () => reductionSetup(lastAbove, [2, 3]),
    ShapeError,
    "2 and 3",
  );
  assertThrows(() => reductionSetup(lastAbove, [2]), ArgumentError);
});
