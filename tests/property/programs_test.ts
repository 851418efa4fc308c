/**
 * Random programs: formulas of random operations, with random dimensions,
 * batches, sizes, reductions and axes, on all backends, against their
 * definition.
 *
 * @module
 */

import * as fc from "fast-check";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { NAMED_BACKENDS, shareOfRuns } from "../backends.ts";
import { runCase } from "../conformance/compare.ts";
import {
  type Drawn,
  withDrawnData,
  withResults,
} from "../conformance/generate.ts";
import { isIndex, rowsOf } from "../oracle_genred.ts";

const RUNS = shareOfRuns(2000);
const SEED = 2026;
const DEPTH = 4;

type Text = fc.Arbitrary<string>;

/** Makers of formulas of dimension `dim`, from formulas less deep. */
interface Grammar {
  /** Any formula. */
  any(dim: number): Text;
  /** A formula with values above 0. */
  positive(dim: number): Text;
  /** A formula with values between -1 and 1. */
  small(dim: number): Text;
  /** A variable. */
  leaf(dim: number): Text;
}

const DIMS = [1, 2, 3, 4, 6];

/** A text with formulas in the place of `$0`, `$1` ... */
function filled(template: string, ...parts: readonly Text[]): Text {
  return fc.tuple(...parts).map((texts) =>
    texts.reduce((all, t, k) => all.replaceAll(`$${k}`, () => t), template)
  );
}

const leaf = (dim: number): Text =>
  fc.constantFrom("i", "j", "p").map((kind) => `${kind}${dim}`);

/** Operations by component, of operands with values of each kind. */
const BY_COMPONENT: readonly (readonly [string, ...(keyof Grammar)[]])[] = [
  ["($0 + $1)", "any", "any"],
  ["($0 - $1)", "any", "any"],
  ["($0 * $1)", "small", "any"],
  ["($0 / $1)", "any", "positive"],
  ["(-$0)", "any"],
  ["Exp($0)", "small"],
  ["Expm1($0)", "small"],
  ["Log($0)", "positive"],
  ["Log1p($0)", "positive"],
  ["Sin($0)", "any"],
  ["Cos($0)", "any"],
  ["Tanh($0)", "any"],
  ["Sinh($0)", "small"],
  ["Cosh($0)", "small"],
  ["Atan($0)", "any"],
  ["Asin(0.9 * $0)", "small"],
  ["Acos(0.9 * $0)", "small"],
  ["Atan2($0, $1)", "any", "positive"],
  ["SinXDivX($0)", "any"],
  ["Sqrt($0)", "positive"],
  ["Rsqrt($0)", "positive"],
  ["Inv($0)", "positive"],
  ["XLogX($0)", "positive"],
  ["Square($0)", "any"],
  ["$0**3", "small"],
  ["Pow($0, -2)", "positive"],
  ["Powf($0, $1)", "positive", "small"],
  ["Abs($0)", "any"],
  ["ReLU($0)", "any"],
  ["Clamp($0, -0.5, $1)", "any", "positive"],
  ["ClampInt($0, -1, 1)", "any"],
  ["IfElse($0, $1, $2)", "leaf", "any", "any"],
  ["Step($0 - $1)", "leaf", "leaf"],
  ["Sign($0 - $1)", "leaf", "leaf"],
  ["Floor(7 * $0)", "leaf"],
  ["Round($0, 1)", "leaf"],
  ["Mod($0, 0.3, 0.1)", "leaf"],
  ["LessThan($0, $1)", "leaf", "leaf"],
  ["NotEqual($0, $1)", "leaf", "leaf"],
];

/** Scalars of vectors. */
const SCALARS: readonly string[] = [
  "Sum($0)",
  "($0 | $1)",
  "SqNorm2($0)",
  "Norm2($0)",
  "SqDist($0, $1)",
  "WeightedSqNorm(pD, $0)",
  "WeightedSqDist(Square($1), $0, $1)",
  "Max($0)",
  "Min($0)",
  "Elem($0, 0)",
];

/** Vectors of other dimensions. */
const VECTORS: Readonly<
  Record<number, readonly (readonly [string, number[]])[]>
> = {
  2: [
    ["MatVecMult($0, $1)", [6, 3]],
    ["VecMatMult($0, $1)", [3, 6]],
    ["Extract($0, 1, 2)", [4]],
    ["ComplexMult($0, $1)", [2, 2]],
    ["ComplexSum($0)", [6]],
    ["ComplexReal($0)", [4]],
    ["TensorDot($0, $1, [2,3], [3], [1], [0])", [6, 3]],
    ["OneHot($0, 2)", [1]],
  ],
  3: [
    ["Extract($0, 2, 3)", [6]],
    ["Concat($0, $1)", [1, 2]],
    ["SumT($0, 3)", [1]],
    ["Normalize($0 + 2)", [3]],
    ["VecMatMult($0, $1)", [2, 6]],
    ["ComplexAbs($0 + 2)", [6]],
  ],
  4: [
    ["TensorProd($0, $1)", [2, 2]],
    ["Concat($0, $1)", [1, 3]],
    ["ElemT($0, 4, 2)", [1]],
    ["ExtractT($0, 1, 4)", [3]],
    ["ComplexAdd($0, $1)", [2, 4]],
    ["ComplexExp1j($0)", [2]],
    ["Kron($0, $1, [2], [2])", [2, 2]],
    ["TensorDot($0, $1, [2,3], [3,2], [1], [0], [1,0])", [6, 6]],
  ],
  6: [
    ["TensorProd($0, $1)", [2, 3]],
    ["Kron($0, $1, [1,2], [3,1])", [2, 3]],
    ["ComplexMult($0, $1)", [2, 6]],
    ["Conj($0)", [6]],
    ["Real2Complex($0)", [3]],
    ["GradMatrix($0 * (i3 | j3), p2)", [3]],
  ],
};

/** Formulas of at most some depth. */
function grammar(depth: number): Grammar {
  if (depth === 0) {
    const plain = (dim: number) => leaf(dim);
    return { any: plain, positive: plain, small: plain, leaf };
  }
  const below = grammar(depth - 1);
  const cache = new Map<string, Text>();
  const once = (key: string, make: () => Text) => {
    const found = cache.get(key) ?? make();
    cache.set(key, found);
    return found;
  };
  const parts = (kinds: readonly (keyof Grammar)[], dim: number) =>
    kinds.map((kind, k) =>
      k > 0 && dim > 1
        ? fc.oneof(
          { weight: 3, arbitrary: below[kind](dim) },
          { weight: 1, arbitrary: below[kind](1) },
        )
        : below[kind](dim)
    );
  const any = (dim: number) =>
    once(`any${dim}`, () => {
      const elementwise = BY_COMPONENT.map(([template, ...kinds]) =>
        filled(template, ...parts(kinds, dim))
      );
      const scalars = dim > 1
        ? []
        : SCALARS.map((template) =>
          fc.constantFrom(2, 3, 4).chain((d) =>
            filled(
              template.replace("pD", `p${d}`),
              below.small(d),
              below.any(d),
            )
          )
        );
      const vectors = (VECTORS[dim] ?? []).map(([template, dims]) =>
        filled(template, ...dims.map((d) => below.any(d)))
      );
      return fc.oneof(
        leaf(dim),
        fc.oneof(...elementwise),
        ...(scalars.length ? [fc.oneof(...scalars)] : []),
        ...(vectors.length ? [fc.oneof(...vectors)] : []),
      );
    });
  return {
    any,
    leaf,
    positive: (dim) =>
      once(`positive${dim}`, () =>
        fc.oneof(
          leaf(dim),
          filled("(Square($0) + 0.3)", below.any(dim)),
          filled("Exp($0)", below.small(dim)),
        )),
    small: (dim) =>
      once(`small${dim}`, () =>
        fc.oneof(
          leaf(dim),
          filled("Sin($0)", below.any(dim)),
          filled("Tanh($0)", below.any(dim)),
        )),
  };
}

const FORMULAS = grammar(DEPTH);

/** A formula, or its derivative in a variable. */
const formulas: Text = fc.constantFrom(...DIMS).chain((dim) =>
  fc.oneof(
    { weight: 4, arbitrary: FORMULAS.any(dim) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(1, 2, 3).chain((d) =>
        filled(`Grad($0, $1, $2)`, FORMULAS.any(dim), leaf(d), leaf(dim))
      ),
    },
    {
      weight: 1,
      arbitrary: filled(
        "Diff($0, $1, $2)",
        FORMULAS.any(dim),
        leaf(2),
        leaf(2),
      ),
    },
  )
);

const scalars: Text = fc.oneof(
  FORMULAS.any(1),
  filled("Sum($0)", FORMULAS.any(3)),
);

/** What is reduced, and how. */
const reductions: fc.Arbitrary<
  Pick<Drawn, "formula" | "formula2" | "reduction" | "optArg">
> = fc.oneof(
  fc.record({
    formula: formulas,
    reduction: fc.constantFrom(
      "Sum",
      "Sum",
      "Mean",
      "Product",
      "Min",
      "Max",
      "ArgMin",
      "ArgMax",
      "Min_ArgMin",
      "Max_ArgMax",
      "Any",
      "All",
      "Count",
    ),
  }),
  fc.record({
    formula: formulas,
    reduction: fc.constantFrom("KMin", "ArgKMin", "KMin_ArgKMin", "KMax"),
    optArg: fc.integer({ min: 1, max: 6 }),
  }),
  fc.record({
    formula: scalars,
    reduction: fc.constantFrom("LogSumExp", "SoftMin", "Max_SumShiftExp"),
  }),
  fc.record({
    formula: scalars,
    formula2: fc.constantFrom(2, 3).chain((d) => FORMULAS.positive(d)),
    reduction: fc.constantFrom("LogSumExp", "SumSoftMaxWeight"),
  }),
);

/** The variables of a program, as aliases. */
function aliasesOf(texts: readonly string[]): string[] {
  const used = new Set(texts.join(" ").match(/\b[ijp][12346]\b/g) ?? []);
  const kinds: Readonly<Record<string, string>> = { i: "Vi", j: "Vj", p: "Pm" };
  return [...used.add("i1").add("j1")].sort()
    .map((name) => `${name}=${kinds[name[0]]}(${name[1]})`);
}

/** Batch dimensions that broadcast, one list for each alias. */
function batchesOf(count: number, full: readonly number[], bits: number) {
  return Array.from({ length: count }, (_, k) => {
    const own = (bits >> (2 * k)) & 3;
    return own === 0 ? [] : full.map((d, axis) => own >> axis & 1 ? d : 1);
  });
}

const programs: fc.Arbitrary<Drawn> = fc.record({
  reduced: reductions,
  axis: fc.constantFrom(0 as const, 1 as const),
  m: fc.integer({ min: 1, max: 4 }),
  n: fc.integer({ min: 1, max: 5 }),
  full: fc.constantFrom([], [], [2], [3], [2, 3], [1, 2]),
  bits: fc.nat(),
}).map(({ reduced, axis, m, n, full, bits }) => {
  const aliases = aliasesOf([reduced.formula, reduced.formula2 ?? ""]);
  const batches = batchesOf(aliases.length, full, bits);
  return { ...reduced, axis, aliases, batches, sizes: [m, n] as const };
});

/** Numbers beyond are compared by nobody: rounding errors have grown, too. */
const LIMIT = 1e6;

/** Whether indices do not hang on the last digits of values. */
function isClear(rows: ReturnType<typeof rowsOf>): boolean {
  return rows.every(({ values }) =>
    values.every((v) => {
      const sorted = v.toSorted((a, b) => a - b);
      return sorted.every((x, k) =>
        k === 0 || x === sorted[k - 1] ||
        x - sorted[k - 1] > 1e-9 * (1 + Math.abs(x))
      );
    })
  );
}

/** The results of programs that were compared, in both precisions. */
let compared = 0;
let compared32 = 0;
/** Those in float32 that are farther off than most. */
let far32 = 0;

function check(drawn: Drawn, seed: number): void {
  const c = withResults(withDrawnData(drawn, seed));
  const rows = rowsOf(c);
  const largest = Math.max(
    ...rows.flatMap(({ values }) => values.flat().map(Math.abs)),
  );
  const all = NAMED_BACKENDS.map((name) => runCase(c, "float64", name));
  const clear = isClear(rows);
  c.expected.forEach((expected, o) => {
    const reference = all[all.length - 1][o];
    for (const results of all) {
      assertEquals(results[o].shape, [...expected.shape]);
      assertEquals(results[o].dtype, reference.dtype);
    }
    const counts = /^(Any|All|Count)$/.test(c.reduction);
    if ((isIndex(c.reduction, o) || counts) && !clear) return;
    const data = all.map((results) => results[o].dataSync());
    const last = data[data.length - 1];
    data.forEach((a, k) =>
      assertAllClose(a, last, 1e-9, `${NAMED_BACKENDS[k]}, as the last one:`)
    );
    if (!(largest < LIMIT)) return;
    assertAllClose(last, expected.data, 1e-8, "against the definition:");
    compared++;
    if (!counts && !isIndex(c.reduction, o) && !JUMPS.test(c.formula)) {
      checkSingle(c, o, last, largest);
    }
  });
}

/** What moves by a whole step where data are rounded. */
const JUMPS = /\b(Step|Sign|Floor|Round|Mod|Less|Equal|NotEqual|IfElse|Arg)/;

/** Float32: no bound holds for all formulas, but nearly all are near. */
function checkSingle(
  c: ReturnType<typeof withResults>,
  o: number,
  expected: ArrayLike<number>,
  largest: number,
): void {
  const actual = runCase(c, "float32", NAMED_BACKENDS[0])[o].dataSync();
  const scale = Math.max(1, largest, ...Array.from(expected, Math.abs));
  const near = Array.from(
    expected,
    (e, k) => e === actual[k] || Math.abs(actual[k] - e) <= 1e-5 * scale,
  );
  compared32++;
  if (!near.every(Boolean)) far32++;
}

Deno.test(`${RUNS} random programs`, () => {
  fc.assert(fc.property(programs, fc.nat({ max: 1000 }), check), {
    seed: SEED,
    numRuns: RUNS,
  });
  assert(compared > RUNS * 0.9, `${compared} results were compared`);
  assert(compared32 > RUNS * 0.5, `${compared32} were compared in float32`);
  assert(far32 <= compared32 / 500, `${far32} of ${compared32} are far off`);
});
