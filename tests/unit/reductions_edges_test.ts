/** Reductions at the edges: nothing, NaN, infinities, ties, big exponents. */

import type { Reduction, SumScheme } from "../../src/reductions/reduction.ts";
import { reductionNamed, REDUCTIONS } from "../../src/reductions/registry.ts";
import type { Primitive } from "../../src/program/ir.ts";
import { SCALARS } from "../../src/program/scalars.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { DENSE } from "../dense.ts";
import {
  BACKENDS,
  type Case,
  checkAll,
  drawn,
  inParts,
  randomNumbers,
  reduceAll,
  type Values,
} from "../reduce.ts";

const SCHEMES: readonly SumScheme[] = ["direct", "block", "kahan"];

/** The values of one row. */
function row(...x: number[]): Values {
  return { dim: 1, at: (_, j) => x[j] };
}

/** The results of one reduction of one row, the same on all backends. */
function results(
  name: string,
  x: readonly number[],
  { k, weights }: { k?: number; weights?: readonly number[] } = {},
): number[][] {
  const reduction = reductionNamed(name);
  const schemes = reduction.sums ? SCHEMES : [undefined];
  const all = BACKENDS.flatMap((backend) =>
    schemes.map((sumScheme) => {
      const one: Case = {
        reduction,
        values: row(...x),
        ...(k ? { k } : {}),
        ...(weights ? { weights: row(...weights) } : {}),
        ...(sumScheme ? { sumScheme } : {}),
      };
      return reduceAll([one], "j", 1, x.length, backend).map((r) => r.data);
    })
  );
  // Logarithms may differ in their last bit.
  for (const other of all) {
    other.forEach((r, k) => assertAllClose(r, all[0][k], 1e-15));
  }
  return all[0];
}

const [inf, nan] = [Infinity, NaN];

Deno.test("reductions of nothing", () => {
  const nothing: Record<string, number[]> = {
    Sum: [0],
    Mean: [nan],
    Product: [1],
    LogSumExp: [-inf],
    Max_SumShiftExp: [-inf, 0],
    SoftMin: [inf],
    Min: [inf],
    Max: [-inf],
    ArgMin: [-1],
    ArgMax: [-1],
    Any: [0],
    All: [1],
    Count: [0],
  };
  for (const [name, expected] of Object.entries(nothing)) {
    assertEquals(results(name, []), [expected], name);
  }
  const weights: number[] = [];
  assertEquals(results("LogSumExpWeight", [], { weights }), [[-inf]]);
  assertEquals(results("Max_SumShiftExpWeight", [], { weights }), [[-inf, 0]]);
  assertEquals(results("SumSoftMaxWeight", [], { weights }), [[nan]]);
  assertEquals(results("Min_ArgMin", []), [[inf], [-1]]);
  assertEquals(results("Max_ArgMax", []), [[-inf], [-1]]);
  assertEquals(results("KMin_ArgKMin", [], { k: 2 }), [[inf, inf], [-1, -1]]);
  assertEquals(results("KMax", [], { k: 2 }), [[-inf, -inf]]);
});

Deno.test("searches skip NaN", () => {
  const x = [nan, 3, nan, 1, 2, nan];
  assertEquals(results("Min_ArgMin", x), [[1], [3]]);
  assertEquals(results("Max_ArgMax", x), [[3], [1]]);
  assertEquals(results("Min", x), [[1]]);
  assertEquals(results("KMin_ArgKMin", x, { k: 5 }), [
    [1, 2, 3, inf, inf],
    [3, 4, 1, -1, -1],
  ]);
  assertEquals(results("KMax_ArgKMax", x, { k: 4 }), [
    [3, 2, 1, -inf],
    [1, 4, 3, -1],
  ]);
  assertEquals(results("Min_ArgMin", [nan, nan]), [[inf], [-1]]);
  assertEquals(results("Max_ArgMax", [nan, nan]), [[-inf], [-1]]);
  assertEquals(results("Max", [nan]), [[-inf]]);
  assertEquals(results("ArgKMin", [nan, nan], { k: 2 }), [[-1, -1]]);
});

Deno.test("infinite values are found, unlike no value", () => {
  assertEquals(results("Min_ArgMin", [nan, inf, inf]), [[inf], [1]]);
  assertEquals(results("Max_ArgMax", [nan, nan, -inf]), [[-inf], [2]]);
  assertEquals(results("Min_ArgMin", [inf, -inf, -inf]), [[-inf], [1]]);
  assertEquals(results("KMin_ArgKMin", [inf, nan, 5, inf], { k: 4 }), [
    [5, inf, inf, inf],
    [2, 0, 3, -1],
  ]);
  assertEquals(results("KMax_ArgKMax", [-inf, 5], { k: 3 }), [
    [5, -inf, -inf],
    [1, 0, -1],
  ]);
});

Deno.test("ties take the first index", () => {
  assertEquals(results("ArgMin", [2, 1, 1, 2]), [[1]]);
  assertEquals(results("ArgMax", [1, 2, 1, 2]), [[1]]);
  assertEquals(results("ArgMin", [0, -0]), [[0]]);
  assertEquals(results("ArgKMin", [2, 1, 2, 1, 1, 0], { k: 5 }), [
    [5, 1, 3, 4, 0],
  ]);
  assertEquals(results("ArgKMax", [2, 1, 2, 1, 1, 3], { k: 5 }), [
    [5, 0, 2, 1, 3],
  ]);
});

Deno.test("sums and exponential sums propagate NaN", () => {
  for (
    const name of ["Sum", "Mean", "Product", "LogSumExp", "SoftMin"]
  ) {
    for (const x of [[nan, 1], [1, nan], [1, nan, 2], [nan], [inf, nan]]) {
      assertEquals(results(name, x), [[nan]], `${name} of [${x}]`);
    }
  }
  assertEquals(results("LogSumExp", [-inf, nan]), [[nan]]);
  const weights = [1, 1];
  for (const x of [[nan, 1], [1, nan]]) {
    assertEquals(results("SumSoftMaxWeight", x, { weights }), [[nan]]);
    assertEquals(results("LogSumExp", x, { weights }), [[nan]]);
    assertEquals(results("LogSumExp", weights, { weights: x }), [[nan]]);
  }
  assertEquals(results("LogSumExp", [-inf, -inf], { weights: [nan, 1] }), [[
    nan,
  ]]);
});

Deno.test("sums of infinities", () => {
  assertEquals(results("Sum", [inf, 1, 2]), [[inf]]);
  assertEquals(results("Sum", [-inf, 1, -inf, 5]), [[-inf]]);
  assertEquals(results("Sum", [inf, -inf]), [[nan]]);
  assertEquals(results("Mean", [1, inf, 1]), [[inf]]);
  assertEquals(results("Product", [inf, -2]), [[-inf]]);
});

Deno.test("exponents may be infinite", () => {
  assertEquals(results("LogSumExp", [-inf]), [[-inf]]);
  assertEquals(results("LogSumExp", [-inf, -inf, -inf]), [[-inf]]);
  assertAllClose(results("LogSumExp", [-inf, 2, -inf])[0], [2], 1e-15);
  assertAllClose(results("LogSumExp", [2, -inf])[0], [2], 1e-15);
  assertEquals(results("LogSumExp", [inf]), [[inf]]);
  assertEquals(results("LogSumExp", [1, inf, 2, inf, -inf]), [[inf]]);
  assertEquals(results("Max_SumShiftExp", [-inf, -inf]), [[-inf, 0]]);
  assertEquals(results("SoftMin", [inf, inf]), [[inf]]);
  assertAllClose(results("SoftMin", [inf, 3])[0], [3], 1e-15);
  assertEquals(results("SoftMin", [3, -inf]), [[-inf]]);
  const weights = [4, 8, 16];
  const softMax = (...x: number[]) =>
    results("SumSoftMaxWeight", x, { weights })[0][0];
  assertEquals(softMax(-inf, -inf, -inf), nan);
  assertEquals(softMax(-inf, 3, -inf), 8);
  assertEquals(softMax(inf, 3, -inf), 4);
  assertEquals(softMax(inf, 3, inf), 10);
});

Deno.test("weights may be negative or zero", () => {
  const lse = (x: number[], weights: number[]) =>
    results("LogSumExp", x, { weights })[0][0];
  assertEquals(lse([0, 1], [0, 0]), -inf);
  assertEquals(lse([0, 0], [1, -3]), nan);
  assertAllClose([lse([5, 5], [3, -1])], [5 + Math.log(2)], 1e-15);
  assertEquals(lse([-inf, -inf], [-1, -1]), -inf);
});

Deno.test("exponents of 1e4 do not overflow", () => {
  const log2 = Math.log(2);
  for (const c of [1e4, -1e4, 1e300, -1e300]) {
    const tolerance = 1e-15;
    const [lse] = results("LogSumExp", [c, c]);
    assertAllClose(lse, [c + log2], tolerance);
    const [softMin] = results("SoftMin", [c, c]);
    assertAllClose(softMin, [c - log2], tolerance);
    const weights = [1, 3];
    assertEquals(results("SumSoftMaxWeight", [c, c], { weights }), [[2]]);
  }
  assertEquals(results("LogSumExp", [-1e4, 1e4, 0]), [[1e4]]);
  assertEquals(results("LogSumExp", [1e4, -1e4]), [[1e4]]);
});

Deno.test("NaN is true, as anything but zero", () => {
  assertEquals(results("Any", [0, nan]), [[1]]);
  assertEquals(results("Any", [0, -0]), [[0]]);
  assertEquals(results("All", [1, nan, -inf]), [[1]]);
  assertEquals(results("All", [1, -0]), [[0]]);
  assertEquals(results("Count", [nan, 0, inf, -2, -0]), [[3]]);
});

Deno.test("any pattern of NaN and infinities is as defined", () => {
  const random = randomNumbers(11);
  const special = [nan, inf, -inf, 0, 1, 1, -2, 1e4];
  for (const size of [special.length, 3, 2, 1]) {
    const draw = () => special[Math.floor(random() * size)];
    for (const name of Object.keys(DENSE)) {
      const reduction = reductionNamed(name);
      const [least] = reduction.inputs;
      const one: Case = {
        reduction,
        values: drawn(12, 5, least === 2 ? 1 : 2, draw),
        ...(reduction.needsK ? { k: 3 } : {}),
        ...(least === 2 ? { weights: drawn(12, 5, 2, random) } : {}),
      };
      checkAll([one], 12, 5);
    }
  }
});

/** All of a list again and again, in random order each time. */
function* shuffled<T>(
  list: readonly T[],
  random: () => number,
): Iterator<T, never> {
  for (;;) {
    const keys = new Map(list.map((x) => [x, random()]));
    yield* list.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
  }
}

const one = <T>(of: Iterator<T, never>): T => of.next().value;

Deno.test("parts of a row merge into the whole", () => {
  const random = randomNumbers(12);
  const special = [nan, inf, -inf, 0, 1, 1, -2];
  const draws = [
    () => random() - 0.3,
    () => Math.floor(random() * 3),
    () => special[Math.floor(random() * special.length)],
  ];
  for (const reduction of new Set(REDUCTIONS.values())) {
    const [least, most] = reduction.inputs;
    const cases: Case[] = [];
    const ks = shuffled([1, 3, 17], random);
    const schemes = shuffled(SCHEMES, random);
    const add = (part: Reduction, dim: number, draw: () => number) => {
      // One K and one scheme at a time: all of them in three parts.
      const options = {
        reduction: part,
        ...(reduction.needsK ? { k: one(ks) } : {}),
        ...(reduction.sums ? { sumScheme: one(schemes) } : {}),
      };
      if (least === 1) {
        cases.push({ ...options, values: drawn(4, 7, dim, draw) });
      }
      if (most === 2) {
        const values = drawn(4, 7, 1, draw);
        const weights = drawn(4, 7, dim, random);
        cases.push({ ...options, values, weights });
      }
    };
    for (const parity of [0, 1, "later"] as const) {
      for (const late of [false, true]) {
        const part = inParts(reduction, parity, late);
        for (const draw of draws) add(part, 2, draw);
        add(part, 18, draws[0]);
      }
    }
    // Each on its own: programs stay small.
    for (const c of cases) {
      checkAll([c], 4, 7, 1e-11);
      checkAll([c], 4, 1, 1e-11);
    }
  }
});

Deno.test("what Kahan's sum lost in a part is made good in the merge", () => {
  const values = row(-1, 0, 0, 1, 1e-16);
  for (const late of [false, true]) {
    const reduction = inParts(reductionNamed("Sum"), "later", late);
    for (const backend of BACKENDS) {
      const one: Case = { reduction, sumScheme: "kahan", values };
      const [sum] = reduceAll([one], "j", 1, 5, backend);
      assert(Math.abs(sum.data[0] - 1e-16) < 2e-17, `${sum.data[0]}`);
    }
  }
});

/** Runs with every scalar result rounded to float32. */
function inFloat32<T>(run: () => T): T {
  const table: Record<string, (a: number, b: number, c: number) => number> =
    SCALARS;
  const exact = { ...table };
  for (const name of Object.keys(SCALARS) as Primitive[]) {
    table[name] = (a, b, c) => Math.fround(exact[name](a, b, c));
  }
  try {
    return run();
  } finally {
    Object.assign(table, exact);
  }
}

Deno.test("sums of 100 000 float32 terms are within 2e-7", () => {
  const random = randomNumbers(13);
  const n = 100_000;
  const data = Float32Array.from({ length: n }, () => random() - 0.4);
  const values = { dim: 1, at: (_: number, j: number) => data[j] };
  const exact = data.reduce((s, x) => s + x, 0);
  const scale = data.reduce((s, x) => s + Math.abs(x), 0);
  const lse = Math.log(data.reduce((s, x) => s + Math.exp(x), 0));
  for (const sumScheme of ["block", "kahan"] as const) {
    const [sum, logSum] = inFloat32(() =>
      reduceAll(
        ["Sum", "LogSumExp"].map((name) => ({
          reduction: reductionNamed(name),
          sumScheme,
          values,
        })),
        "j",
        1,
        n,
        BACKENDS[0],
      )
    );
    assert(Math.abs(sum.data[0] - exact) <= 2e-7 * scale, sumScheme);
    assertAllClose(logSum.data, [lse], 2e-7, sumScheme);
  }
});
