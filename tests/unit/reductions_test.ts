/** Every reduction against its definition, on random values. */

import {
  reductionNamed,
  REDUCTIONS,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { ArgumentError, ShapeError } from "../../src/errors.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { DENSE } from "../dense.ts";
import {
  BACKENDS,
  type Case,
  checkAll,
  drawn,
  randomNumbers,
  reduceAll,
} from "../reduce.ts";

const SIZES = [[1, 7], [5, 1], [4, 0], [0, 4], [3, 300], [6, 9]] as const;
const SCHEMES = ["direct", "block", "kahan"] as const;

/** Tests of one reduction: without and, where it takes them, with weights. */
function casesOf(
  name: string,
  m: number,
  n: number,
  dim: number,
  draw: () => number,
): Case[] {
  const reduction = reductionNamed(name);
  const [least, most] = reduction.inputs;
  const cases: Case[] = [];
  const ks = reduction.needsK ? [1, 3] : [undefined];
  for (const k of ks) {
    for (const sumScheme of reduction.sums ? SCHEMES : [undefined]) {
      const options = {
        ...(k ? { k } : {}),
        ...(sumScheme ? { sumScheme } : {}),
      };
      if (least === 1) {
        cases.push({ reduction, ...options, values: drawn(m, n, dim, draw) });
      }
      if (most === 2) {
        const values = drawn(m, n, 1, draw);
        const weights = drawn(m, n, dim, draw);
        cases.push({ reduction, ...options, values, weights });
      }
    }
  }
  return cases;
}

for (const name of Object.keys(DENSE)) {
  Deno.test(`${name} is what its definition says`, () => {
    const random = randomNumbers(name.length);
    for (const dim of [1, 3, 17, 40]) {
      // Many components take each their own way through few pairs.
      for (const [m, n] of dim > 17 ? SIZES.slice(-2) : SIZES) {
        checkAll(casesOf(name, m, n, dim, () => random() + 0.5), m, n);
      }
    }
  });
}

Deno.test("K-extrema hold any number of places of any length", () => {
  const random = randomNumbers(5);
  const shapes = [
    ...[1, 3, 10, 16, 17, 100].map((k) => [1, k]),
    [3, 5],
    [20, 2],
    [17, 1],
    [16, 16],
    [2, 20],
    [18, 18],
  ];
  const names = [
    "KMin_ArgKMin",
    "KMax_ArgKMax",
    "KMin",
    "ArgKMin",
    "KMax",
    "ArgKMax",
  ];
  shapes.forEach(([dim, k], s) => {
    // Few distinct values, so that there are many ties.
    const values = drawn(3, 60, dim, () => Math.floor(random() * 12));
    // Values with their places always, the others in turn.
    for (const name of [names[s % 2], names[2 + s % 4]]) {
      checkAll([{ reduction: reductionNamed(name), k, values }], 3, 60);
    }
  });
});

Deno.test("shapes of k-extrema: K for scalars, K by D otherwise", () => {
  for (const backend of BACKENDS) {
    for (const [dim, shape] of [[1, [4]], [2, [4, 2]]] as const) {
      const reduction = reductionNamed("KMin_ArgKMin");
      const values = { dim, at: (_: number, j: number) => j };
      const [best, at] = reduceAll(
        [{ reduction, k: 4, values }],
        "j",
        2,
        9,
        backend,
      );
      assertEquals(best.shape, [...shape]);
      assertEquals([best.integer, at.integer], [false, true]);
    }
  }
});

Deno.test("all reductions go in one pass", () => {
  const random = randomNumbers(8);
  const cases = Object.keys(DENSE).flatMap((name) =>
    casesOf(name, 4, 270, 2, () => random() - 0.3)
  );
  checkAll(cases, 4, 270, 1e-11);
});

Deno.test("every reduction has a name, and near ones are suggested", () => {
  for (const [name, reduction] of REDUCTIONS) {
    assert(["SoftMax", "Prod"].includes(name) || reduction.name === name);
    assert(reduction.name in DENSE, `${name} is not tested`);
  }
  assertThrows(() => reductionNamed("LogSumEx"), ArgumentError, `"LogSumExp"`);
  assertThrows(() => reductionNamed("argmin"), ArgumentError, `"ArgMin"`);
  assertThrows(() => reductionNamed(""), ArgumentError, "known are");
});

Deno.test("setups are checked", () => {
  const setup = (
    name: string,
    dims: number[],
    options?: Parameters<typeof reductionSetup>[2],
  ) => reductionSetup(reductionNamed(name), dims, options);
  assertThrows(() => setup("KMin", [1]), ArgumentError, "K = undefined");
  assertThrows(() => setup("KMin", [1], { k: 0 }), ArgumentError, "K = 0");
  assertThrows(() => setup("KMin", [1], { k: 1.5 }), ArgumentError, "1.5");
  assertThrows(() => setup("Sum", [1], { k: 2 }), ArgumentError, "no K");
  assertThrows(() => setup("Sum", [1, 2]), ArgumentError, "2 formulas");
  assertThrows(() => setup("LogSumExpWeight", [1]), ArgumentError, "1 formula");
  assertThrows(() => setup("LogSumExp", [2, 2]), ShapeError, "scalars");
  assertThrows(() => setup("SumSoftMaxWeight", [2, 2]), ShapeError, "scalars");
  assertThrows(
    () => setup("Min", [1], { sumScheme: "kahan" }),
    ArgumentError,
    "adds nothing up",
  );
  assertEquals(setup("Mean", [3]).sumScheme, "block");
});

Deno.test("a million float32 terms add up to within 1e-6", () => {
  const random = randomNumbers(3);
  const n = 1_000_000;
  const data = Float32Array.from({ length: n }, () => random() - 0.4);
  const exact = data.reduce((s, x) => s + x, 0);
  const scale = data.reduce((s, x) => s + Math.abs(x), 0);
  const values = { dim: 1, at: (_: number, j: number) => data[j] };
  for (const sumScheme of SCHEMES) {
    const cases = ["Sum", "Mean"].map((name) => ({
      reduction: reductionNamed(name),
      sumScheme,
      values,
    }));
    const [sum, mean] = reduceAll(cases, "j", 1, n, BACKENDS[1]);
    assert(Math.abs(sum.data[0] - exact) <= 1e-12 * scale);
    assertAllClose(mean.data, [exact / n], 1e-12);
  }
});
