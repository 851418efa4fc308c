/**
 * Generated CUDA C++ against stored sources. To store them anew, run this
 * file with `-- --update` and permission to write.
 *
 * @module
 */

import { prepareSource } from "../../kernels/digits_prepare.ts";
import { cuda } from "../../kernels/template.ts";
import { packed } from "../../src/cuda/arguments.ts";
import { collapsed, deal } from "../../src/cuda/layout.ts";
import { renderCuda } from "../../src/cuda/render.ts";
import { literalText } from "../../src/cuda/spelling.ts";
import { tileOf } from "../../src/cuda/variant.ts";
import { targetFor } from "../../src/cuda/compile.ts";
import { digitsOf } from "../../src/cuda/digits.ts";
import { digitsPay } from "../../src/cuda/digits_run.ts";
import type { CudaLaunch } from "../../src/cuda/entries.ts";
import { InternalError } from "../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import {
  DIGITS,
  digitsKernels,
  HALVES,
  halvesSource,
  programOf,
  schemesOf,
  titleOf,
  variantFor,
  WIDE,
  WRITTEN,
} from "../programs.ts";

const UPDATE = Deno.args.includes("--update");

function assertStored(source: string, name: string): void {
  const file = `../nvrtc/golden/${name}.cu`;
  const path = new URL(file, import.meta.url);
  if (UPDATE) Deno.writeTextFileSync(path, source);
  assertEquals(source, Deno.readTextFileSync(path), file);
}

for (const written of WRITTEN) {
  Deno.test(`the sources of "${written.name}" are as stored`, () => {
    const program = programOf(written);
    for (const scheme of schemesOf(program)) {
      const variant = variantFor(program, "float", written.rows);
      const source = renderCuda(program, variant, scheme, titleOf(written));
      assertStored(source, `${written.name}_${scheme}`);
    }
  });
}

for (const written of WIDE) {
  const { name, rows } = written;
  if (name !== "gauss" && name !== "pairs") continue;
  Deno.test(`the sources of "${name}" for many points are as stored`, () => {
    const program = programOf(written);
    for (const scheme of schemesOf(program)) {
      const variant = { ...variantFor(program, "float", rows), wide: true };
      const source = renderCuda(program, variant, scheme, titleOf(written));
      assertStored(source, `${name}_64_bits_${scheme}`);
    }
  });
}

for (const written of DIGITS) {
  Deno.test(`the sources of "${written.name}" are as stored`, () => {
    const program = programOf(written);
    for (const [scheme, variant] of digitsKernels(program, written)) {
      const source = renderCuda(program, variant, scheme, titleOf(written));
      assertStored(source, `${written.name}_${scheme}`);
    }
  });
}

for (const dtype of HALVES) {
  Deno.test(`the source for entries of ${dtype} is as stored`, () => {
    assertStored(halvesSource(dtype), `${WRITTEN[0].name}_${dtype}`);
  });
}

Deno.test("the source that makes digits is as stored", () => {
  assertStored(prepareSource(), "digits");
});

Deno.test("literals are written so that they are read back", () => {
  const float = (
    literal: number,
  ) => ({ id: -1, type: "float", literal } as const);
  const texts = [0, -0, 1, -2.5, 0.1, 1e-7, 1e300, Infinity, -Infinity, NaN];
  assertEquals(texts.map((x) => literalText(float(x), "float")), [
    "0.0f",
    "(-0.0f)",
    "1.0f",
    "(-2.5f)",
    "0.1f",
    "1e-7f",
    "infinity_float()",
    "infinity_float()",
    "(-infinity_float())",
    "nan_float()",
  ]);
  assertEquals(literalText(float(1e300), "double"), "1e+300");
  const int = (literal: number) => ({ id: -1, type: "int", literal } as const);
  assertEquals(
    [7, -7, -(2 ** 31)].map((x) => literalText(int(x), "double")),
    ["7", "(-7)", "(-2147483647 - 1)"],
  );
});

Deno.test("holes of templates keep their indentation", () => {
  const text = cuda`
a {
  ${["b;", "if (c) {", "  d;", "}"]}
  ${[]}
  e(${1}, ${"f"});
}`;
  assertEquals(text, "a {\n  b;\n  if (c) {\n    d;\n  }\n  e(1, f);\n}\n");
});

Deno.test("a struct is packed in the order of its fields", () => {
  const fields = ["a", "b"].map((name) => ({ type: "long long", name }));
  assertEquals([...packed(fields, { b: -1, a: 5n, c: 9 })], [
    5n,
    2n ** 64n - 1n,
  ]);
  const large = { a: 2 ** 45 + 3, b: -(2 ** 40) - 1 };
  assertEquals([...packed(fields, large)], [
    2n ** 45n + 3n,
    2n ** 64n - 2n ** 40n - 1n,
  ]);
  assertThrows(() => packed(fields, { a: 1 }), InternalError);
});

Deno.test("tiles fit into shared memory, and long vectors stay outside", () => {
  for (const dim of [1, 3, 16, 100, 700, 5000]) {
    const written = { ...WRITTEN[0], dim };
    for (const compute of ["float", "double"] as const) {
      const tile = tileOf(programOf(written), compute);
      const bytes = tile.columns * tile.width * (compute === "float" ? 4 : 8);
      assert(bytes <= 48 * 1024, `${dim} ${compute}: ${bytes} bytes`);
      assert(tile.columns >= 16);
      const longest = compute === "float" ? 700 : 100;
      assertEquals(tile.offsets.has(1), dim <= longest, `${dim} ${compute}`);
    }
  }
});

Deno.test("code is made for the device, or for the nearest older one", () => {
  assertEquals(targetFor(90, [80, 90, 100]), "sm_90");
  assertEquals(targetFor(120, [80, 90, 100]), "compute_100");
  assertEquals(targetFor(90, []), "compute_90");
});

function launchOf(
  rows: number,
  columns: number,
  extra: Partial<CudaLaunch> = {},
): CudaLaunch {
  const intervals = Int32Array.of(0, columns);
  return {
    dtype: "float32",
    operands: [],
    outputs: [],
    batch: [],
    rows,
    columns,
    domains: [],
    blocks: [{ begin: 0, end: rows, intervals }],
    ...extra,
  };
}

const ONE = { rows: 1, across: 1 };
const FOUR = { rows: 4, across: 1 };
const SUM = { mayMerge: true, bytes: 12 };

Deno.test("few rows are split by columns, many are not", () => {
  assertEquals(deal(launchOf(1e7, 1e6), FOUR, SUM, 132), {
    threads: 256,
    items: 9766,
    parts: 1,
  });
  assertEquals(deal(launchOf(1e6, 1e6), FOUR, SUM, 132).parts, 3);
  assertEquals(deal(launchOf(10_000, 10_000), FOUR, SUM, 132).parts, 39);
  const whole = { ...SUM, mayMerge: false };
  assertEquals(deal(launchOf(10_000, 10_000), FOUR, whole, 132).parts, 1);
  const wide = { ...SUM, bytes: 12_000 };
  assertEquals(deal(launchOf(10_000, 10_000), FOUR, wide, 132).parts, 2);
  assertEquals(deal(launchOf(5, 20), ONE, SUM, 132), {
    threads: 32,
    items: 1,
    parts: 1,
  });
});

Deno.test("the pairs of a block-sparse domain are dealt out once", () => {
  const blocks = [
    { begin: 0, end: 70, intervals: Int32Array.of(0, 5, 9, 30) },
    { begin: 70, end: 71, intervals: new Int32Array() },
    { begin: 71, end: 100, intervals: Int32Array.of(3, 4) },
  ];
  for (const parts of [1, 2, 7]) {
    const options = { threads: 32, parts };
    const launch = launchOf(100, 40, { blocks });
    const dealt = deal(launch, ONE, SUM, 132, options);
    const { work = [], intervals = [], items } = dealt;
    assertEquals(items, 5);
    const seen = new Map<string, number>();
    for (let w = 0; w < work.length; w += 4) {
      const [begin, end, first, last] = work.slice(w, w + 4);
      assert(end - begin <= 32);
      for (let i = begin; i < end; i++) {
        for (let q = first; q < last; q++) {
          for (let j = intervals[2 * q]; j < intervals[2 * q + 1]; j++) {
            seen.set(`${i},${j}`, (seen.get(`${i},${j}`) ?? 0) + 1);
          }
        }
      }
    }
    assertEquals(seen.size, 70 * 26 + 29);
    assert([...seen.values()].every((n) => n === 1));
  }
});

Deno.test("neighbouring batch dimensions become one", () => {
  const operand = (batch: number[]) => ({
    data: { dtype: "float32" as const, length: 0, address: 0n },
    offset: 0,
    batch,
    row: 1,
    column: 0,
    component: 1,
  });
  const shrunk = (batch: number[], ...strides: number[][]) =>
    collapsed(launchOf(1, 1, { batch, operands: strides.map(operand) }));
  assertEquals(shrunk([2, 1, 3], [30, 7, 10], [0, 0, 0]), {
    sizes: [6],
    strides: [[10], [0]],
  });
  assertEquals(shrunk([2, 3], [30, 10], [0, 10]), {
    sizes: [2, 3],
    strides: [[30, 10], [0, 10]],
  });
  assertEquals(shrunk([], []), { sizes: [], strides: [[]] });
});

Deno.test("matrix units pay where pairs and points are many", () => {
  const [gauss] = DIGITS;
  const program = programOf(gauss);
  const digits = digitsOf(program, variantFor(program, "float", 1));
  assert(digits);
  const pays = (rows: number, columns: number, batch: number, on = 90) =>
    digitsPay(digits, launchOf(rows, columns, { batch: [batch] }), on);
  assertEquals(pays(20_000, 20_000, 1), true);
  assertEquals(pays(20_000, 20_000, 1, 75), false, "too old");
  assertEquals(pays(2000, 2000, 1), false, "few pairs");
  assertEquals(pays(2000, 2000, 100), true, "many in a batch");
  assertEquals(pays(50, 1e7, 10), false, "few rows");
  assertEquals(pays(500, 1e6, 10), true);
  assertEquals(pays(500, 1e6, 10, 89), false, "few rows, slow doubles");
  assertEquals(pays(1e6, 1e6, 100), false, "no room for digits");
});
