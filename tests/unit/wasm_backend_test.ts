/** The WebAssembly backend: pieces, shapes, types and memory. */

import { coefficientsModule } from "../../bench/coefficients.ts";
import { javascriptBackend } from "../../src/cpu/backend.ts";
import { allocateArray, type DType } from "../../src/dtypes.ts";
import { evaluateMap, evaluateReductions } from "../../src/engine/evaluate.ts";
import type { Backend, OperandData } from "../../src/launch/launch.ts";
import { rowBlocks } from "../../src/engine/ranges.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { parseFormula } from "../../src/language/parse.ts";
import { namesOf, parseAliases } from "../../src/language/aliases.ts";
import {
  reductionNamed,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { wasmBackend, wasmBackendWith } from "../../src/wasm/backend.ts";
import { encodeModule, signed, unsigned } from "../../src/wasm/encode.ts";
import { LIMITS, partsOf } from "../../src/wasm/pieces.ts";
import { assertAllClose, assertEquals } from "../assert.ts";
import { randomNumbers } from "../evaluate.ts";

/** Tiny pieces: calls of one unit, few columns in memory at a time. */
const SHORT = wasmBackendWith({
  strict: false,
  limits: { ...LIMITS, time: 1 },
});
const SMALL = wasmBackendWith({
  strict: true,
  limits: { time: 1e5, columnBytes: 1, rowBytes: 1 << 14 },
});
const STRICT = wasmBackendWith({ strict: true });

const ALIASES = parseAliases([
  "x = Vi(0, 3)",
  "y = Vj(1, 3)",
  "b = Vj(2, 1)",
  "g = Pm(3, 1)",
  "u = Vi(4, 20)",
  "v = Vj(5, 20)",
]);
const DIMS = [3, 3, 1, 1, 20, 20];
const AXES = "ijjpij";

/** Data of all variables, at some strides. */
function locator(m: number, n: number, dtype: DType, spread: 1 | 2) {
  const random = randomNumbers(11);
  const data = DIMS.map((dim, k) => {
    const count = { i: m, j: n, p: 1 }[AXES[k] as "i" | "j" | "p"];
    const array = allocateArray(dtype, count * dim * spread + 5);
    for (let e = 0; e < array.length; e++) array[e] = random() - 0.3;
    return array;
  });
  return (v: Formula): OperandData => {
    const k = v.params[0] as number;
    const category = v.params[2] as Category;
    const vector = DIMS[k] * spread;
    return {
      data: data[k],
      offset: spread,
      batch: [],
      row: category === Category.I ? vector : 0,
      column: category === Category.J ? vector : 0,
      component: spread,
    };
  };
}

const FORMULAS: readonly (readonly [string, string, number?])[] = [
  ["Exp(-g * SqDist(x, y)) * b", "Sum"],
  ["Exp(-SqDist(x, y)) * v", "Sum"],
  ["Grad(Exp(-SqDist(u, v)) * b, u, b)", "Sum"],
  ["(u | v) * (x - y)", "Mean"],
  ["-SqDist(x, y)", "LogSumExp"],
  ["SqDist(x, y)", "ArgKMin", 3],
  ["Concat(x, y) * b", "KMin_ArgKMin", 7],
  ["Sin(Exp(y) | x) * b", "Max_ArgMax"],
  ["WeightedSqDist(Concat(g, Concat(g, g)), x, y)", "Min"],
];

function run(
  [formula, name, k]: (typeof FORMULAS)[number],
  reduced: "i" | "j",
  [m, n]: readonly [number, number],
  dtype: DType,
  spread: 1 | 2,
  backend: Backend,
) {
  const parsed = parseFormula(formula, namesOf(ALIASES));
  const reduction = reductionNamed(name);
  const setup = reductionSetup(reduction, [parsed.dim], k ? { k } : {});
  return evaluateReductions(
    [{ reduction, formulas: [parsed], setup }],
    reduced,
    locator(m, n, dtype, spread),
    { batch: [], m, n },
    dtype,
    backend,
  );
}

for (const request of FORMULAS) {
  Deno.test(`pieces of ${request.slice(0, 2).join(", ")}`, () => {
    const sizes = [[33, 1000], [5, 700], [1, 257], [3, 0]] as const;
    for (const [m, n] of sizes) {
      for (const reduced of ["i", "j"] as const) {
        if (reduced === "i" && m * n === 0) continue;
        for (const spread of [1, 2] as const) {
          const args = [request, reduced, [m, n], "float64", spread] as const;
          const expected = run(...args, javascriptBackend);
          for (const backend of [wasmBackend, STRICT, SHORT, SMALL]) {
            const actual = run(...args, backend);
            actual.forEach(({ data }, o) => {
              const where = `${backend.name}, ${m} x ${n} over ${reduced}`;
              assertAllClose(data, expected[o].data, 1e-11, where);
            });
          }
        }
      }
    }
  });
}

Deno.test("results of pairs come in pieces", () => {
  const parsed = parseFormula("x * b + y", namesOf(ALIASES));
  const evaluate = (backend: Backend) =>
    evaluateMap(
      [parsed],
      true,
      locator(21, 900, "float64", 1),
      { batch: [], m: 21, n: 900 },
      "float64",
      backend,
    )[0].data;
  const expected = evaluate(javascriptBackend);
  for (const backend of [wasmBackend, SHORT, SMALL]) {
    assertAllClose(evaluate(backend), expected, 1e-14);
  }
});

Deno.test("ranges are cut at the borders of tiles", () => {
  const parts = partsOf(new Int32Array([0, 10, 12, 14, 25, 31]), 10);
  assertEquals(
    parts.map(({ tile, intervals }) => [tile, [...intervals]]),
    [[0, [0, 10]], [1, [12, 14]], [2, [25, 30]], [3, [30, 31]]],
  );
  assertEquals(partsOf(new Int32Array(), 10).length, 1);
  const ranges = {
    ranges_i: [[0, 4], [4, 30]],
    slices_i: [2, 3],
    redranges_j: [[3, 260], [500, 800], [250, 700]],
    ranges_j: [],
    slices_j: [],
    redranges_i: [],
  };
  const [m, n] = [33, 1000];
  const blocks = rowBlocks(ranges, "j", m, n, []);
  const parsed = parseFormula("Exp(-SqDist(x, y)) * b", namesOf(ALIASES));
  const reduction = reductionNamed("Sum");
  const setup = reductionSetup(reduction, [1]);
  const evaluate = (backend: Backend) =>
    evaluateReductions(
      [{ reduction, formulas: [parsed], setup }],
      "j",
      locator(m, n, "float64", 1),
      { batch: [], m, n },
      "float64",
      backend,
      blocks,
    )[0].data;
  const expected = evaluate(javascriptBackend);
  for (const backend of [wasmBackend, SHORT, SMALL]) {
    assertAllClose(evaluate(backend), expected, 1e-12);
  }
});

Deno.test("there may be as many blocks as rows", () => {
  const [m, n] = [130_000, 3];
  const blocks = Array.from({ length: m }, (_, i) => ({
    begin: i,
    end: i + 1,
    intervals: new Int32Array([i % n, n]),
  }));
  const reduction = reductionNamed("Sum");
  const [{ data }] = evaluateReductions(
    [{
      reduction,
      formulas: [parseFormula("b", namesOf(ALIASES))],
      setup: reductionSetup(reduction, [1]),
    }],
    "j",
    locator(m, n, "float64", 1),
    { batch: [], m, n },
    "float64",
    wasmBackend,
    [blocks],
  );
  const cycle = [...data.subarray(0, n)];
  for (let i = 0; i < m; i++) assertEquals(data[i], cycle[i % n]);
  assertEquals(new Set(cycle).size, n);
});

Deno.test("float32 and what has 16 bits are computed in lanes of 32 bits", () => {
  for (const request of FORMULAS) {
    for (const dtype of ["float32", "float16", "bfloat16"] as const) {
      const args = [request, "j", [19, 300], dtype, 1] as const;
      const expected = run(...args, javascriptBackend);
      run(...args, wasmBackend).forEach(({ data }, o) => {
        // Ties may fall differently; in half precision there are many.
        if (data instanceof Int32Array) return;
        const tolerance =
          { float32: 2e-5, float16: 4e-3, bfloat16: 4e-2 }[dtype];
        assertAllClose(data, expected[o].data, tolerance, request.join());
      });
    }
  }
});

Deno.test("integers stay exact", () => {
  const data = new Int32Array([2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31), 5]);
  const [result] = evaluateMap(
    [parseFormula("Abs(g) * Sign(g)", namesOf(parseAliases(["g = Vi(0, 1)"])))],
    false,
    () => ({ data, offset: 0, batch: [], row: 1, column: 0, component: 1 }),
    { batch: [], m: 4, n: 1 },
    "int32",
    wasmBackend,
  );
  assertEquals([...result.data], [...data]);
});

Deno.test("a million float32 terms add up to within 1e-6", () => {
  const random = randomNumbers(3);
  const n = 1_000_000;
  const data = Float32Array.from({ length: n }, () => random() - 0.4);
  const exact = data.reduce((s, x) => s + x, 0);
  const scale = data.reduce((s, x) => s + Math.abs(x), 0);
  const reduction = reductionNamed("Sum");
  for (const sumScheme of ["block", "kahan"] as const) {
    const setup = reductionSetup(reduction, [1], { sumScheme });
    const formulas = [parseFormula("b", namesOf(ALIASES))];
    const [result] = evaluateReductions(
      [{ reduction, formulas, setup }],
      "j",
      () => ({ data, offset: 0, batch: [], row: 0, column: 1, component: 1 }),
      { batch: [], m: 1, n },
      "float32",
      wasmBackend,
    );
    const error = Math.abs(result.data[0] - exact) / scale;
    assertEquals(error < 1e-6, true, `${sumScheme}: ${error}`);
  }
});

Deno.test("the table of coefficients is what the program computes", () => {
  const path = new URL("../../src/wasm/coefficients.ts", import.meta.url);
  const text = Deno.readTextFileSync(path).replaceAll(/\s/g, "");
  assertEquals(text, coefficientsModule().replaceAll(/\s/g, ""));
});

Deno.test("integers are written in as few bytes as they need", () => {
  assertEquals(unsigned(0), [0]);
  assertEquals(unsigned(127), [127]);
  assertEquals(unsigned(128), [0x80, 1]);
  assertEquals(unsigned(2 ** 32 - 1), [0xff, 0xff, 0xff, 0xff, 0x0f]);
  assertEquals(signed(0), [0]);
  assertEquals(signed(63), [63]);
  assertEquals(signed(64), [0xc0, 0]);
  assertEquals(signed(-1), [0x7f]);
  assertEquals(signed(-65), [0xbf, 0x7f]);
  assertEquals(
    WebAssembly.validate(
      encodeModule({ shared: false, imports: [], functions: [] }),
    ),
    true,
  );
});
