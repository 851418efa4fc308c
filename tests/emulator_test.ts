/**
 * What only the CUDA backend does, on the emulator or on a device: all ways
 * to deal out rows and columns, all types of entries, errors. Whether it
 * computes what it should is the business of the other tests, which the task
 * `test:emulator` runs on it too.
 *
 * @module
 */

import { BFloat16Array } from "../src/bfloat16.ts";
import { genred } from "../src/genred/genred.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import { type CudaOptions, makeCudaBackend } from "../src/cuda/backend.ts";
import { evaluateReductions } from "../src/engine/evaluate.ts";
import type { OperandData } from "../src/launch/launch.ts";
import { rowBlocks } from "../src/engine/ranges.ts";
import { javascriptBackend } from "../src/cpu/backend.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { variable } from "../src/ops/core.ts";
import {
  reductionNamed,
  REDUCTIONS,
  reductionSetup,
} from "../src/reductions/registry.ts";
import { tensor } from "../src/tensor/create.ts";
import { DeviceUnavailableError } from "../src/errors.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { randomNumbers } from "./evaluate.ts";

if (!ON_CUDA) {
  console.log(
    "SKIPPED: tests of the CUDA backend: `deno task test:emulator` runs them",
  );
}

const test = (name: string, fn: () => void) =>
  Deno.test({ name, ignore: !ON_CUDA, fn });

const random = randomNumbers(7);

const KINDS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float16Array,
  bfloat16: BFloat16Array,
};
type Floats = InstanceType<(typeof KINDS)[keyof typeof KINDS]>;

/** The clouds x, y and the weights b, with a batch of each but b. */
const DIM = 3;
const [M, N, BATCH] = [71, 530, 2];
const x = variable(0, DIM, Category.I);
const y = variable(1, DIM, Category.J);
const b = variable(2, 1, Category.J);
const NAMES = new Map([["x", x], ["y", y], ["b", b]]);
const LENGTHS = new Map([
  [x, BATCH * M * DIM],
  [y, BATCH * N * DIM],
  [b, N],
]);
const NUMBERS = new Map(
  [...LENGTHS].map(([v, length]) => [
    v,
    Array.from({ length }, () => Math.fround(random())),
  ]),
);

const RANGES = {
  ranges_i: [[0, 40], [41, 71]],
  slices_i: [2, 3],
  redranges_j: [[3, 9], [200, 530], [0, 333]],
  ranges_j: [[0, N]],
  slices_j: [1],
  redranges_i: [[0, M]],
};

function located<T extends Floats>(
  Type: { from(numbers: Iterable<number>): T },
): (v: Formula) => OperandData {
  const stored = new Map(
    [...NUMBERS].map(([v, numbers]) => [v, Type.from(numbers)]),
  );
  return (v) => ({
    data: stored.get(v) as T,
    offset: 0,
    batch: [v === b ? 0 : v === x ? M * DIM : N * DIM],
    row: v === x ? DIM : 0,
    column: v === y ? DIM : v === b ? 1 : 0,
    component: 1,
  });
}

/** The results of some reductions in one pass. */
function reduced(
  names: readonly string[],
  options: CudaOptions | undefined,
  sparse: boolean,
  type: keyof typeof KINDS = "float64",
) {
  const requests = names.map((name) => {
    const reduction = reductionNamed(name);
    const two = reduction.inputs[0] === 2;
    const texts = two ? ["-SqDist(x,y)", "b*y"] : ["Exp(-SqDist(x,y))*b"];
    const formulas = texts.map((text) => parseFormula(text, NAMES));
    const k = reduction.needsK ? 4 : undefined;
    const setup = reductionSetup(reduction, formulas.map((f) => f.dim), { k });
    return { reduction, formulas, setup };
  });
  const backend = options === undefined
    ? javascriptBackend
    : makeCudaBackend(`cuda ${JSON.stringify(options)}`, options);
  return evaluateReductions(
    requests,
    "j",
    located<Floats>(KINDS[type]),
    { batch: [BATCH], m: M, n: N },
    type,
    backend,
    sparse ? rowBlocks(RANGES, "j", M, N, [BATCH]) : undefined,
  ).map(({ data }) => Array.from(data));
}

const ALL = [...REDUCTIONS.keys()];
const SOME = ["Mean", "LogSumExp", "Min_ArgMin", "KMin_ArgKMin"];

for (const rows of [1, 2, 4]) {
  for (const parts of [1, 5]) {
    for (const threads of [32, 256]) {
      const options = { rows, parts, threads };
      const text = `${rows} rows a thread, ${parts} parts, ${threads} threads`;
      test(`${text}: dense and block-sparse domains`, () => {
        for (const sparse of [false, true]) {
          const expected = reduced(SOME, undefined, sparse);
          const actual = reduced(SOME, options, sparse);
          actual.forEach((a, o) =>
            assertAllClose(a, expected[o], 1e-12, `${text} output ${o}`)
          );
        }
      });
    }
  }
}

test("every reduction merges its parts", () => {
  for (const name of ALL) {
    const expected = reduced([name], undefined, true);
    const actual = reduced([name], { rows: 1, parts: 3, threads: 64 }, true);
    actual.forEach((a, o) => assertAllClose(a, expected[o], 1e-12, name));
  }
});

test("float32 is computed in float32", () => {
  for (const options of [{}, { rows: 4, parts: 2 }]) {
    const expected = reduced(ALL, undefined, false, "float32");
    const actual = reduced(ALL, options, false, "float32");
    actual.forEach((a, o) =>
      assertAllClose(a, expected[o], 2e-6, `output ${o}`)
    );
  }
});

test("what is stored in 16 bits is computed in float32", () => {
  const names = ["Sum", "LogSumExp", "Max"];
  for (const type of ["float16", "bfloat16"] as const) {
    const tolerance = type === "float16" ? 1e-3 : 2 ** -7;
    const expected = reduced(names, undefined, false, type);
    const actual = reduced(names, {}, false, type);
    actual.forEach((a, o) => assertAllClose(a, expected[o], tolerance, type));
  }
});

test("float32 may be accumulated in float64", () => {
  const terms = Float32Array.from({ length: 1000 }, (_, j) => 1e4 / (1 + j));
  const reduce = (dtypeAcc: "auto" | "float64") =>
    genred("x + y", ["x = Vi(1)", "y = Vj(1)"], {
      reduction: "Sum",
      axis: "j",
      sumScheme: "direct",
      dtypeAcc,
      backend: "cuda",
    })(tensor([0], [1, 1]), tensor(terms, [1000, 1]));
  const exact = Math.fround(terms.reduce((s, v) => s + v, 0));
  const [rough, accurate] = (["auto", "float64"] as const)
    .map((d) => [reduce(d)].flat()[0].item());
  assertEquals(accurate, exact);
  assert(rough !== exact && Math.abs(rough - exact) < 1);
});

test("calls leave no memory behind", () => {
  const { pool } = cudaDevice(0);
  const run = genred("Exp(-SqDist(x,y))", ["x = Vi(1)", "y = Vj(1)"], {
    reduction: "Sum",
    axis: "j",
    backend: "cuda",
  });
  // Nobody disposes of results on the host.
  const [u, v] = [[[1], [2]], [[3], [5]]]
    .map((rows) => tensor(rows, undefined, { device: "cpu" }));
  const text = run(u, v).toString();
  for (let call = 0; call < 50; call++) run(u, v);
  const { held, used } = pool;
  for (let call = 0; call < 100; call++) run(u, v);
  assertEquals([pool.held, pool.used], [held, used]);
  for (let call = 0; call < 100; call++) assertEquals(`${run(u, v)}`, text);
  pool.trim();
  assertEquals(pool.held, pool.used);
});

test("a device that is not there is an error", () => {
  const error = assertThrows(() => cudaDevice(99), DeviceUnavailableError);
  assert(/"cuda:99": there (is|are) \d+ device/.test(error.message));
});
