/**
 * Contractions by matrix units, against float64: the error is no worse than
 * the bound of float32 arithmetic, and where that cannot be promised, float32
 * arithmetic it is.
 *
 * @module
 */

import { makeCudaBackend } from "../src/cuda/backend.ts";
import { digitsOf } from "../src/cuda/digits.ts";
import { renderCuda } from "../src/cuda/render.ts";
import { arrayOf } from "../src/dtypes.ts";
import { evaluateReductions } from "../src/engine/evaluate.ts";
import type { Backend } from "../src/engine/launch.ts";
import { rowBlocks } from "../src/engine/ranges.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { variable } from "../src/ops/core.ts";
import { referenceBackend } from "../src/reference/interpret.ts";
import { reductionNamed, reductionSetup } from "../src/reductions/registry.ts";
import { assert, assertEquals } from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { randomNumbers } from "./evaluate.ts";
import { programOf, variantFor } from "./programs.ts";

const ignore = !ON_CUDA;
if (ignore) console.log("SKIPPED: tests of matrix units: they are CUDA's");

/** Other modes than the usual one are slow: there a part stands for all. */
const BRIEF = ON_CUDA &&
  ["CHECK", "ORDER"].some((name) =>
    Deno.env.get(`ALLPAIRS_EMULATOR_${name}`) !== undefined
  );

/** Half of the distance from 1 to the next float32. */
const ROUNDING = 2 ** -24;

const [M, N] = [70, 77];
const RANGES = {
  ranges_i: [[0, 30], [31, M]],
  slices_i: [2, 3],
  redranges_j: [[3, 9], [60, N], [0, 73]],
  ranges_j: [[0, N]],
  slices_j: [1],
  redranges_i: [[0, M]],
};

const GAUSS = "Exp(-SqDist(x,y)*p)*b";

/** The rounding of stored results, by dtype: that of float32 counts apart. */
const STORED = { float32: 0, float16: 2 ** -11, bfloat16: 2 ** -8 };

interface Setting {
  readonly text?: string;
  readonly reduction?: string;
  readonly dim: number;
  /** Multiplies squared distances, or nothing. */
  readonly p?: number;
  /** Added to all coordinates. */
  readonly shift?: number;
  readonly dtype?: keyof typeof STORED;
  /** Replaces the first coordinate. */
  readonly first?: number;
  readonly sparse?: boolean;
  readonly integers?: boolean;
  /** The number of rows. */
  readonly points?: number;
}

/** What a formula gives on each backend, and the sums of absolute values. */
function evaluated(s: Setting, backend: Backend, absolute = false) {
  const { dim, p = 1 / dim, shift = 0, dtype = "float32", sparse } = s;
  const m = s.points ?? M;
  const random = randomNumbers(5);
  const numbers = (count: number) =>
    Array.from(
      { length: count },
      () => s.integers ? Math.round(100 * random()) : random() + shift,
    );
  const [x, y, b] = [m * dim, N * dim, N].map(numbers);
  if (s.first !== undefined) x[0] = s.first;
  const weights = absolute ? b.map(Math.abs) : b;
  const data = [x, y, weights, [p]].map((v) => arrayOf(dtype, v));
  const names = new Map<string, Formula>([
    ["x", variable(0, dim, Category.I)],
    ["y", variable(1, dim, Category.J)],
    ["b", variable(2, 1, Category.J)],
    ["p", variable(3, 1, Category.PARAMETER)],
  ]);
  const formulas = [parseFormula(s.text ?? GAUSS, names)];
  const reduction = reductionNamed(s.reduction ?? "Sum");
  const request = {
    reduction,
    formulas,
    setup: reductionSetup(reduction, [1], {}),
  };
  const [result] = evaluateReductions(
    [request],
    "j",
    (v) => {
      const index = v.params[0] as number;
      return {
        data: data[index],
        offset: 0,
        batch: [],
        row: index === 0 ? v.dim : 0,
        column: index === 1 || index === 2 ? v.dim : 0,
        component: 1,
      };
    },
    { batch: [], m, n: N },
    dtype,
    backend,
    sparse ? rowBlocks(RANGES, "j", m, N, []) : undefined,
  );
  return Array.from(result.data);
}

const [units, unitsInParts] = [1, 2].map((parts) =>
  makeCudaBackend(`matrix units, ${parts} parts`, { digits: true, parts })
);
const [never, neverInParts] = [1, 2].map((parts) =>
  makeCudaBackend(`no matrix units, ${parts} parts`, { digits: false, parts })
);

function test(name: string, fn: () => void): void {
  Deno.test({ name: `matrix units: ${name}`, ignore, fn });
}

/** Whether any result differs: then other instructions made them. */
function differs(a: readonly number[], b: readonly number[]): boolean {
  return a.some((v, k) => !Object.is(v, b[k]));
}

const SETTINGS: readonly Setting[] = [
  { dim: 8, points: 131 },
  { dim: 40, sparse: true },
  { dim: 10 },
  { dim: 33, shift: 1000 },
  { dim: 100 },
  { dim: 128, p: 0.02 },
  { dim: 40, dtype: "float16" },
  { dim: 24, dtype: "bfloat16" },
  { dim: 20, text: "Exp(b-SqDist(x,y)/20)", reduction: "Mean" },
];

for (const s of BRIEF ? SETTINGS.slice(0, 2) : SETTINGS) {
  const { dim, dtype = "float32" } = s;
  test(`within the bound, ${JSON.stringify(s)}`, () => {
    const exact = evaluated(s, referenceBackend);
    const sizes = evaluated(s, referenceBackend, true);
    const direct = evaluated(s, never);
    // The argument of the exponential, it, the product, sums, and storage.
    const bound = ((dim + 4) / Math.E + 12) * ROUNDING + STORED[dtype];
    for (const backend of [units, unitsInParts]) {
      const actual = evaluated(s, backend);
      actual.forEach((a, i) => {
        const error = Math.abs(a - exact[i]);
        assert(error <= bound * sizes[i], `row ${i}: ${error / sizes[i]}`);
      });
      if (dtype === "float32" && backend === units) {
        assert(differs(actual, direct), "not used");
      }
    }
  });
}

test("scalar products, of integers exactly", () => {
  for (const reduction of BRIEF ? ["Max"] : ["Sum", "Max", "LogSumExp"]) {
    const s = { dim: 24, text: "(x|y)", reduction };
    const exact = evaluated(s, referenceBackend);
    const actual = evaluated(s, units);
    assert(differs(actual, evaluated(s, never)), "not used");
    actual.forEach((a, i) =>
      assert(Math.abs(a - exact[i]) <= 24 * N * ROUNDING * 24, `${a}`)
    );
  }
  const whole = { dim: 24, text: "(x|y)", reduction: "Max", integers: true };
  assertEquals(evaluated(whole, units), evaluated(whole, referenceBackend));
});

test("where they might do worse, they are not used", () => {
  const cases: Setting[] = [
    { dim: 10, p: 50 },
    { dim: 10, p: -0.1 },
    { dim: 10, p: NaN },
    { dim: 10, first: NaN },
    { dim: 10, first: Infinity },
    { dim: 10, first: 1e6, p: 0.01 },
  ];
  for (const s of BRIEF ? cases.slice(0, 1) : cases) {
    assertEquals(evaluated(s, units), evaluated(s, never), JSON.stringify(s));
    const expected = evaluated(s, neverInParts);
    assertEquals(evaluated(s, unitsInParts), expected, JSON.stringify(s));
  }
});

Deno.test("matrix units: what they are not for", () => {
  const of = (text: string, dim: number, reduction = "Sum") => {
    const program = programOf({ name: "", formulas: [text], reduction, dim });
    return digitsOf(program, variantFor(program, "float", 1));
  };
  assert(of(GAUSS, 10));
  assertEquals(of(GAUSS, 7), undefined, "short");
  assertEquals(of(GAUSS, 129), undefined, "long");
  assertEquals(of("SqDist(x,y)*b", 10), undefined, "no exponential");
  assertEquals(of("SqDist(x,y)", 10, "Max"), undefined, "no sum");
  assertEquals(of("Exp(-SqDist(x,y)*p*b)", 10), undefined, "slopes of columns");
  assertEquals(of("Exp(-SqDist(x,Sin(y)))", 10), undefined, "temporaries");
  const program = programOf({
    name: "",
    formulas: [GAUSS],
    reduction: "Sum",
    dim: 10,
  });
  const variant = variantFor(program, "double", 1);
  assertEquals(digitsOf(program, variant), undefined, "float64");
  const instead = { ...variantFor(program, "float", 1), instead: true };
  const source = renderCuda(program, instead, "rows", "");
  assert(source.includes("if (args.facts[2] != 0.0f) return;"));
});
