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
import type { Backend } from "../src/launch/launch.ts";
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
const GRADIENT = "Grad(Exp(-SqDist(x,y)*p)*b,x,e)";

/** The rounding of stored results, by dtype: that of float32 counts apart. */
const STORED = { float32: 0, float16: 2 ** -11, bfloat16: 2 ** -8 };

interface Setting {
  readonly text?: string;
  /** What errors are relative to; of the absolute values of b if left out. */
  readonly size?: string;
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
  /** The dimension of b and e. */
  readonly wide?: number;
  /** Entries of a batch: of x, b and p, but not of y and e. */
  readonly batch?: number;
  readonly precision?: "fast" | undefined;
}

/** What a formula gives on each backend, and the sums of absolute values. */
function evaluated(s: Setting, backend: Backend, absolute = false) {
  const { dim, p = 1 / dim, shift = 0, dtype = "float32", sparse } = s;
  const { points: m = M, wide = 1, batch = 1 } = s;
  const random = randomNumbers(5);
  const numbers = (count: number) =>
    Array.from(
      { length: count },
      () => s.integers ? Math.round(100 * random()) : random() + shift,
    );
  const [x, y, b, e] = [batch * m * dim, N * dim, batch * N * wide, m * wide]
    .map(numbers);
  if (s.first !== undefined) x[0] = s.first;
  const scales = Array.from({ length: batch }, (_, n) => p / (1 + n));
  const weights = absolute ? b.map(Math.abs) : b;
  const data = [x, y, weights, scales, e].map((v) => arrayOf(dtype, v));
  const names = new Map<string, Formula>([
    ["x", variable(0, dim, Category.I)],
    ["y", variable(1, dim, Category.J)],
    ["b", variable(2, wide, Category.J)],
    ["p", variable(3, 1, Category.PARAMETER)],
    ["e", variable(4, wide, Category.I)],
  ]);
  const text = absolute && s.size !== undefined ? s.size : s.text ?? GAUSS;
  const formulas = [parseFormula(text, names)];
  const reduction = reductionNamed(s.reduction ?? "Sum");
  const request = {
    reduction,
    formulas,
    setup: reductionSetup(reduction, formulas.map((f) => f.dim), {}),
  };
  const [result] = evaluateReductions(
    [request],
    "j",
    (v) => {
      const index = v.params[0] as number;
      const { length } = data[index];
      return {
        data: data[index],
        offset: 0,
        batch: s.batch ? [index === 1 || index === 4 ? 0 : length / batch] : [],
        row: index === 0 || index === 4 ? v.dim : 0,
        column: index === 1 || index === 2 ? v.dim : 0,
        component: 1,
      };
    },
    {
      batch: s.batch ? [batch] : [],
      m,
      n: N,
      precision: s.precision ?? "default",
    },
    dtype,
    backend,
    sparse ? rowBlocks(RANGES, "j", m, N, s.batch ? [batch] : []) : undefined,
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
  { dim: 10, p: 1.5 },
  { dim: 7 },
  { dim: 33, shift: 1000 },
  { dim: 100 },
  { dim: 128, p: 0.02 },
  { dim: 40, dtype: "float16" },
  { dim: 24, dtype: "bfloat16" },
  { dim: 20, text: "Exp(b-SqDist(x,y)/20)", reduction: "Mean" },
];

/** What differs in other modes: all that threads tell each other. */
const IN_ALL_MODES: readonly Setting[] = [
  { dim: 8, points: 131, batch: 3 },
  { dim: 40, sparse: true },
  {
    dim: 33,
    wide: 70,
    sparse: true,
    text: "Exp(-SqDist(x,y)*p)*b",
  },
  {
    dim: 18,
    text: GRADIENT,
    size: "2*p*Abs(e)*Exp(-SqDist(x,y)*p)*Abs(b)*Abs(x-y)",
    batch: 2,
  },
];

for (const s of BRIEF ? IN_ALL_MODES : [...IN_ALL_MODES, ...SETTINGS]) {
  const { dim, dtype = "float32" } = s;
  test(`within the bound, ${JSON.stringify(s)}`, () => {
    const exact = evaluated(s, referenceBackend);
    const sizes = evaluated(s, referenceBackend, true);
    const direct = BRIEF ? [] : evaluated(s, never);
    // The argument of the exponential, it, the product, sums, and storage.
    const bound = ((dim + 4) / Math.E + 12) * ROUNDING + STORED[dtype];
    for (const backend of BRIEF ? [unitsInParts] : [units, unitsInParts]) {
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

test("an entry of a batch that they do not do for is computed without", () => {
  const s = { dim: 10, batch: 3, first: NaN };
  const [actual, direct] = [units, never].map((b) => evaluated(s, b));
  assertEquals(actual.slice(0, M), direct.slice(0, M));
  assert(differs(actual.slice(M, 2 * M), direct.slice(M, 2 * M)), "not used");
  assert(differs(actual.slice(2 * M), direct.slice(2 * M)), "not used");
});

test("in two digits on request, within 2^-10 of the largest", () => {
  for (const dim of BRIEF ? [40] : [10, 40, 100]) {
    // Exponents are too many for three digits.
    const s: Setting = { dim, p: 120 / dim, precision: "fast" };
    const exact = evaluated(s, referenceBackend);
    const actual = evaluated(s, units);
    const direct = evaluated(s, never);
    assert(differs(actual, direct), "not used");
    const usual = evaluated({ ...s, precision: undefined }, units);
    assertEquals(usual, direct, "used without a request");
    const most = actual.reduce(
      (m, a, i) => Math.max(m, Math.abs(a - exact[i])),
      0,
    );
    // What is promised is far more than what these data lose.
    assert(
      most <= N * 2 ** -10 && most <= 2 ** -12 * Math.max(...exact),
      `${most}`,
    );
  }
  const s: Setting = { dim: 24, text: "(x|y)", precision: "fast" };
  const exact = evaluated(s, referenceBackend);
  evaluated(s, units).forEach((a, i) =>
    assert(Math.abs(a - exact[i]) <= N * 24 * 2 ** -10, `row ${i}`)
  );
});

test("where they might do worse, they are not used", () => {
  const cases: Setting[] = [
    { dim: 10, p: 50 },
    { dim: 10, p: -0.1 },
    { dim: 10, p: NaN },
    { dim: 10, first: NaN },
    { dim: 10, first: Infinity },
    { dim: 10, first: 1e6, p: 0.01 },
    { dim: 10, p: 1e4, precision: "fast" },
    { dim: 10, p: -0.1, precision: "fast" },
  ];
  for (const s of BRIEF ? cases.slice(0, 1) : cases) {
    assertEquals(evaluated(s, units), evaluated(s, never), JSON.stringify(s));
    const expected = evaluated(s, neverInParts);
    assertEquals(evaluated(s, unitsInParts), expected, JSON.stringify(s));
  }
});

Deno.test("matrix units: what is said of them", () => {
  const program = programOf({
    name: "",
    formulas: [GAUSS],
    reduction: "Sum",
    dim: 100,
  });
  const { notes } = makeCudaBackend("cuda").prepare(program, "");
  assertEquals(notes?.("high"), []);
  const [usual, fast] = (["default", "fast"] as const)
    .map((precision) => notes?.(precision).join(""));
  assert(usual?.includes("distances in 3 digits"), usual);
  assert(fast?.includes("in 2 digits") && fast.includes("2^-10"), fast);
});

Deno.test("matrix units: what they are not for", () => {
  const of = (text: string, dim: number, reduction = "Sum") => {
    const program = programOf({ name: "", formulas: [text], reduction, dim });
    return digitsOf(program, variantFor(program, "float", 1));
  };
  assert(of(GAUSS, 10));
  assertEquals(of(GAUSS, 6), undefined, "short");
  assertEquals(of("(x|y)", 15), undefined, "short scalar products");
  assertEquals(of(GRADIENT, 15), undefined, "short gradients");
  assert(of(GRADIENT, 16));
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
  assert(source.includes("if (args.verdicts[batch] != 0) return;"));
});
