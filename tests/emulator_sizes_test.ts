/**
 * Indices of 64 bits on the CUDA backend: every scheme computes the same with
 * them, and where there are more than 2^31 rows, columns or results, they are
 * chosen and reach all entries. The emulator has memory for those only where
 * it is touched, and runs some of the blocks; a device has to be large enough.
 *
 * @module
 */

import { Vi, Vj } from "../mod.ts";
import { javascriptBackend } from "../src/cpu/backend.ts";
import { type CudaOptions, makeCudaBackend } from "../src/cuda/backend.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import { copyEntries } from "../src/cuda/copies.ts";
import { DeviceBuffer } from "../src/cuda/device_buffer.ts";
import { copyInto, gatherOn } from "../src/cuda/moves.ts";
import type { Buffer } from "../src/launch/buffer.ts";
import { evaluateMap, evaluateReductions } from "../src/engine/evaluate.ts";
import type { Backend, OperandData } from "../src/launch/launch.ts";
import { rowBlocks } from "../src/engine/ranges.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { variable } from "../src/ops/core.ts";
import { reductionNamed, reductionSetup } from "../src/reductions/registry.ts";
import { tensor } from "../src/tensor/create.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { having, ON_EMULATOR } from "./emulator_hooks.ts";
import { randomNumbers } from "./evaluate.ts";

if (!ON_CUDA) console.log("SKIPPED: tests of sizes: they are CUDA's");

const random = randomNumbers(3);
const [M, N, BATCH] = [67, 141, 2];

/** The last blocks of grids of this many threads, and little memory. */
const LARGE = 2 ** 31;
const SPARSE = { MEMORY: "4e12", BLOCKS: `${LARGE / 256}:2` };

/** Variables of some dimensions, with random vectors for all of a batch. */
function cloud(dims: Readonly<Record<string, number>>) {
  const names = new Map<string, Formula>();
  const data = new Map<Formula, Float64Array>();
  Object.entries(dims).forEach(([name, dim], k) => {
    const category = name === "x" ? Category.I : Category.J;
    const v = variable(k, dim, category);
    const length = BATCH * (name === "x" ? M : N) * dim;
    names.set(name, v);
    data.set(v, Float64Array.from({ length }, () => random() / Math.sqrt(dim)));
  });
  const locate = (v: Formula): OperandData => {
    const row = v.params[2] === Category.I;
    const entries = data.get(v);
    assert(entries);
    return {
      data: entries,
      offset: 0,
      batch: [v.dim * (row ? M : N)],
      row: row ? v.dim : 0,
      column: row ? 0 : v.dim,
      component: 1,
    };
  };
  return { names, locate };
}

function requestOf(name: string, text: string, names: Map<string, Formula>) {
  const reduction = reductionNamed(name);
  const formula = parseFormula(text, names);
  const k = reduction.needsK ? 3 : undefined;
  const setup = reductionSetup(reduction, [formula.dim], { k });
  return { reduction, formulas: [formula], setup };
}

const RANGES = {
  ranges_i: [[0, 40], [41, M]],
  slices_i: [2, 3],
  redranges_j: [[3, 9], [60, N], [0, 133]],
  ranges_j: [[0, N]],
  slices_j: [1],
  redranges_i: [[0, M]],
};

/** Reductions by the ways in which CUDA computes them. */
const WAYS: readonly (readonly [
  string,
  dims: Readonly<Record<string, number>>,
  requests: readonly (readonly [reduction: string, text: string])[],
  options: CudaOptions,
])[] = [
  ["rows of threads", { x: 3, y: 3, b: 1 }, [
    ["Mean", "Exp(-SqDist(x,Sin(y)))*b"],
    ["Min_ArgMin", "SqDist(x,y)"],
  ], { rows: 4 }],
  ["guarded pairs", { x: 3, y: 3 }, [
    ["KMin_ArgKMin", "SqDist(x,y)"],
  ], { rows: 1 }],
  ["tiles of long contractions", { x: 110, y: 110, b: 1 }, [
    ["Mean", "Exp(-SqDist(x,y))*b"],
  ], {}],
  ["tiles of long vectors", { x: 2, y: 2, b: 20 }, [
    ["Mean", "Exp(-SqDist(x,y))*b"],
  ], {}],
];

for (const [name, dims, texts, options] of WAYS) {
  Deno.test({
    name: `indices of 64 bits: ${name}`,
    ignore: !ON_CUDA,
    fn() {
      const { names, locate } = cloud(dims);
      const requests = texts.map(([r, text]) => requestOf(r, text, names));
      const evaluated = (backend: Backend, sparse: boolean) =>
        evaluateReductions(
          requests,
          "j",
          locate,
          { batch: [BATCH], m: M, n: N },
          "float64",
          backend,
          sparse ? rowBlocks(RANGES, "j", M, N, [BATCH]) : undefined,
        ).map(({ data }) => Array.from(data));
      for (const sparse of [false, true]) {
        const expected = evaluated(javascriptBackend, sparse);
        for (const parts of [1, 3]) {
          const own = { ...options, parts, wide: true };
          const backend = makeCudaBackend(`wide ${name} ${parts}`, own);
          evaluated(backend, sparse).forEach((actual, o) =>
            assertAllClose(actual, expected[o], 1e-12, `${parts}, output ${o}`)
          );
        }
      }
    },
  });
}

Deno.test({
  name: "indices of 64 bits: maps over rows and pairs",
  ignore: !ON_CUDA,
  fn() {
    const { names, locate } = cloud({ x: 3, y: 3 });
    const wide = makeCudaBackend("wide maps", { wide: true });
    for (const perPair of [false, true]) {
      const text = perPair ? "x * SqDist(x, y)" : "Sin(x)";
      const formula = parseFormula(text, names);
      const extent = { batch: [BATCH], m: M, n: N };
      const [actual, expected] = [wide, javascriptBackend].map((backend) =>
        evaluateMap([formula], perPair, locate, extent, "float64", backend)
      );
      assertAllClose([...actual[0].data], [...expected[0].data], 1e-13, text);
    }
  },
});

/** What must be given back: the next tests get less memory. */
const held: DeviceBuffer[] = [];

/** Entries in device memory: the numbers at their places, zeros elsewhere. */
function sparsely(
  length: number,
  ...parts: readonly (readonly [at: number, numbers: readonly number[]])[]
): DeviceBuffer {
  const device = cudaDevice(0);
  const all = new DeviceBuffer(device, "float16", length).hold();
  held.push(all);
  for (const [at, numbers] of parts) {
    const part = DeviceBuffer.from(device, Float16Array.from(numbers));
    copyEntries(part, all, [{ source: 0, target: at, length: part.length }]);
  }
  return all;
}

/** Some entries of results on a device. */
function entriesOf(buffer: Buffer, source: number, length: number): number[] {
  const all = buffer.value();
  assert(all instanceof DeviceBuffer);
  held.push(all.hold());
  const part = new DeviceBuffer(all.on, all.dtype, length);
  copyEntries(all, part, [{ source, target: 0, length }]);
  return Array.from(part.host());
}

function onLargeMemory(name: string, fn: () => void): void {
  Deno.test({
    name: `more than 2^31 ${name}`,
    ignore: !ON_EMULATOR,
    fn: () =>
      having(SPARSE, () => {
        const { pool } = cudaDevice(0);
        try {
          fn();
        } finally {
          held.splice(0).forEach((buffer) => buffer.release());
          pool.trim();
        }
      }),
  });
}

const counting = (from: number, length: number) =>
  Array.from({ length }, (_, k) => from + k);

const ALONE = { offset: 0, batch: [], row: 0, column: 0, component: 1 };

onLargeMemory("rows and results of a map", () => {
  const x = variable(0, 1, Category.I);
  const formula = parseFormula("x * IntCst(2)", new Map([["x", x]]));
  const data = sparsely(LARGE + 300, [LARGE - 50, counting(1, 350)]);
  const [{ buffer }] = evaluateMap(
    [formula],
    false,
    () => ({ ...ALONE, data, row: 1 }),
    { batch: [], m: LARGE + 300, n: 1, device: "cuda" },
    "float16",
    makeCudaBackend("cuda"),
  );
  const found = entriesOf(buffer, LARGE, 300);
  assertEquals(found, counting(51, 300).map((n) => 2 * n));
});

onLargeMemory("pairs", () => {
  const [m, n] = [2 ** 16 + 1, 2 ** 15];
  const names = new Map([["x", Category.I], ["y", Category.J]].map(
    ([name, c], k) =>
      [name, variable(k, 1, c as Category)] as [string, Formula],
  ));
  const [x, y] = [counting(0, m), counting(0, n)].map((all) =>
    Float32Array.from(all)
  );
  const [{ buffer }] = evaluateMap(
    [parseFormula("x - y", names)],
    true,
    (v) =>
      v === names.get("x")
        ? { ...ALONE, data: x, row: 1 }
        : { ...ALONE, data: y, column: 1 },
    { batch: [], m, n, device: "cuda" },
    "float32",
    makeCudaBackend("cuda"),
  );
  const found = entriesOf(buffer, LARGE, 512);
  assertEquals(found, counting(0, 512).map((j) => 2 ** 16 - j));
});

onLargeMemory("rows and columns of a reduction", () => {
  const names = new Map([
    ["x", variable(0, 1, Category.I)],
    ["y", variable(1, 1, Category.J)],
  ]);
  const [m, n] = [LARGE + 300, LARGE + 1000];
  const [first, last] = [LARGE + 100, LARGE + 140];
  const x = sparsely(m, [first, counting(1, 40)]);
  const y = sparsely(n, [5, [1, 2, 3, 4]], [LARGE + 10, counting(1, 20)]);
  const intervals = Float64Array.of(5, 9, LARGE + 10, LARGE + 30);
  const blocks = [[{ begin: first, end: last, intervals }]];
  const requests = ["Sum", "Mean"].map((r) => requestOf(r, "x * y", names));
  for (const parts of [1, 2]) {
    const results = evaluateReductions(
      requests,
      "j",
      (v) =>
        v === names.get("x")
          ? { ...ALONE, data: x, row: 1 }
          : { ...ALONE, data: y, column: 1 },
      { batch: [], m, n, device: "cuda" },
      "float16",
      makeCudaBackend(`cuda in ${parts}`, { parts }),
      blocks,
    );
    const [sum, mean] = results.map((r) => entriesOf(r.buffer, first, 40));
    const halves = (by: number) =>
      Array.from(Float16Array.from(counting(1, 40), (k) => 220 * k / by));
    assertEquals(sum, halves(1), `${parts} parts`);
    assertEquals(mean, halves(24), `${parts} parts`);
  }
});

onLargeMemory("entries that are moved", () => {
  const [rows, columns] = [2 ** 30 + 128, 2];
  const length = rows * columns;
  const numbers = counting(1, 256);
  // Of a matrix and its transpose, the last entries.
  const from = sparsely(
    length,
    [rows - 128, numbers.slice(0, 128)],
    [length - 128, numbers.slice(128)],
  );
  const to = new DeviceBuffer(from.on, "float16", length);
  copyInto(from, to, [[rows, 1, columns], [columns, rows, 1]], {
    source: 0,
    target: 0,
  });
  const transposed = numbers.map((_, k) =>
    numbers[Math.floor(k / 2) + 128 * (k % 2)]
  );
  assertEquals(entriesOf(to, length - 256, 256), transposed);
  const around = { outer: 1, size: columns, inner: rows };
  const gathered = gatherOn(from, Int32Array.of(0, 1, 1), around);
  assertEquals(entriesOf(gathered, LARGE, 256), entriesOf(from, LARGE, 256));
});

/** Bytes that the sizes of the next test take, and some more. */
const ROOM = 4e10;

Deno.test({
  name: "more than 2^31 entries on a device",
  ignore: !ON_CUDA || ON_EMULATOR,
  fn() {
    const device = cudaDevice(0);
    device.use();
    const { free } = device.cuda.memory();
    if (free < ROOM) {
      console.log(`SKIPPED: ${free} bytes are free, ${ROOM} are wanted`);
      return;
    }
    const n = 46400;
    const points = tensor(Float32Array.from(counting(0, n)), [n, 1], {
      device: "cuda",
    });
    const parity = points.mod(2);
    using all = Vi(points).sub(Vj(parity)).dense().reshape([n * n]);
    using next = all.add(1);
    const end = next.slice([n * n - 3]).dataSync();
    assertEquals([...end], [n - 1, n, n - 1]);
    const mean = next.mean().item();
    assertAllClose([mean], [(n - 1) / 2 + 0.5], 1e-5, "mean");
    assertThrows(() => next.argmax(), RangeError, "positions are int32");
    device.pool.trim();
  },
});
