/**
 * More than 2^31 rows, columns and entries, with little memory: vectors that
 * all points share or that begin far before their first entry, and domains of
 * a few pairs.
 *
 * @module
 */

import { band } from "../../mod.ts";
import type { CudaLaunch } from "../../src/cuda/entries.ts";
import { MOST_NARROW, needsWide } from "../../src/cuda/indices.ts";
import { variantKey } from "../../src/cuda/variant.ts";
import { wholeDomain } from "../../src/launch/domain_facts.ts";
import { evaluateReductions } from "../../src/engine/evaluate.ts";
import type { Backend, RowBlock } from "../../src/launch/launch.ts";
import { checkPlaces } from "../../src/launch/limits.ts";
import { ArgumentError } from "../../src/errors.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { parseFormula } from "../../src/language/parse.ts";
import { variable } from "../../src/ops/core.ts";
import {
  reductionNamed,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { wasmBackend } from "../../src/wasm/backend.ts";
import { partsOf } from "../../src/wasm/pieces.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { ON_CUDA, REDUCTION_BACKENDS } from "../backends.ts";
import { programOf, variantFor, WRITTEN } from "../programs.ts";

const LARGE = 2 ** 31;
const NAMES = new Map<string, Formula>([
  ["x", variable(0, 1, Category.I)],
  ["y", variable(1, 1, Category.J)],
]);

/** Reductions of x y, where x_i is data from `first` on, and y_j too. */
function reduced(
  names: readonly string[],
  backend: Backend,
  [m, n]: readonly [number, number],
  blocks?: readonly RowBlock[],
  [first, begin]: readonly [number, number] = [0, LARGE],
) {
  const requests = names.map((name) => {
    const reduction = reductionNamed(name);
    const formulas = [parseFormula("x * y", NAMES)];
    const k = reduction.needsK ? 2 : undefined;
    const setup = reductionSetup(reduction, [1], { k });
    return { reduction, formulas, setup };
  });
  const data = Float64Array.from({ length: 64 }, (_, k) => k);
  const shared = { data, batch: [], row: 0, column: 0, component: 1 };
  return evaluateReductions(
    requests,
    "j",
    (v) =>
      v === NAMES.get("x")
        ? { ...shared, offset: -first, row: 1 }
        : { ...shared, offset: -begin, column: 1 },
    { batch: [], m, n },
    "float16",
    backend,
    blocks && [blocks],
  ).map((r) => r.data);
}

for (const backend of REDUCTION_BACKENDS) {
  Deno.test(`columns from 2^31 on are reduced by ${backend.name}`, () => {
    const intervals = Float64Array.of(
      LARGE + 3,
      LARGE + 9,
      LARGE + 30,
      LARGE + 32,
    );
    const blocks = [
      { begin: 0, end: 20, intervals },
      { begin: 20, end: 21, intervals: new Int32Array() },
      { begin: 21, end: 30, intervals: intervals.subarray(2) },
    ];
    const [sums] = reduced(["Sum"], backend, [30, LARGE + 40], blocks);
    const expected = Array.from(
      { length: 30 },
      (_, i) => i < 20 ? i * (33 + 61) : i < 21 ? 0 : i * 61,
    );
    assertAllClose([...sums], expected, 1e-3);
  });
}

function refuses(run: () => unknown, message: string): void {
  assertEquals(assertThrows(run, ArgumentError).message, message);
}

Deno.test("positions that integers cannot hold are refused", () => {
  for (const backend of REDUCTION_BACKENDS) {
    for (const name of ["ArgMin", "KMax_ArgKMax", "Count"]) {
      refuses(
        () => reduced([name], backend, [3, LARGE]),
        "Cannot find or count some of 2147483648 points: positions are int32, so at most 2147483647 are possible; compute in parts",
      );
    }
  }
  refuses(
    () => band(1).blocks(5, LARGE),
    "Cannot use band(1) as the domain of 2147483648 vectors: positions are int32, so at most 2147483647 are possible; compute in parts",
  );
  checkPlaces("take some", LARGE - 1);
});

Deno.test("what the CPU cannot count is refused at once", () => {
  refuses(
    () => reduced(["Mean"], wasmBackend, [3, LARGE]),
    "Cannot count 2147483648 points on the CPU: at most 2147483647 are possible; sum them and divide",
  );
});

Deno.test("rows from 2^31 on are reduced", { ignore: ON_CUDA }, () => {
  const first = LARGE + 5;
  const intervals = Int32Array.of(1, 4);
  const blocks = [{ begin: first, end: first + 40, intervals }];
  for (const backend of REDUCTION_BACKENDS) {
    let sums;
    try {
      [sums] = reduced(["Sum"], backend, [first + 50, 8], blocks, [first, 0]);
    } catch (error) {
      // Where 4 GiB may not be reserved.
      assert(error instanceof RangeError && /allocat/i.test(error.message));
      continue;
    }
    const found = [...sums.subarray(first, first + 40)];
    assertAllClose(found, found.map((_, i) => 6 * i), 1e-3);
  }
});

Deno.test("intervals of many columns are kept as they are", () => {
  const [[{ intervals }]] = wholeDomain(1, 3e9);
  assertEquals([...intervals], [0, 3e9]);
  assertEquals(
    partsOf(Float64Array.of(5, 3e9), 1e9).map((p) => [p.tile, ...p.intervals]),
    [[0, 5, 1e9], [1, 1e9, 2e9], [2, 2e9, 3e9]],
  );
});

Deno.test("indices have 64 bits where there are more than 32 can count", () => {
  const program = programOf(WRITTEN[0]);
  const temporaries = programOf(WRITTEN[1]);
  const launch: CudaLaunch = {
    dtype: "float32",
    operands: [],
    outputs: [{ dtype: "float32", length: 100, address: 0n }],
    batch: [2],
    rows: 50,
    columns: 10,
    domains: [],
    blocks: [],
  };
  const wide = (sizes: Partial<CudaLaunch>, of = program) =>
    needsWide(of, { ...launch, ...sizes });
  assert(!wide({}));
  assert(!wide({ rows: MOST_NARROW / 2, columns: MOST_NARROW }));
  assert(wide({ rows: MOST_NARROW / 2 + 1 }));
  assert(wide({ columns: MOST_NARROW + 1 }));
  assert(!wide({ batch: [2 ** 16, 2], rows: 2 ** 13, columns: 2 ** 20 }));
  const outputs = [{ dtype: "float32", length: LARGE, address: 0n }] as const;
  assert(wide({ outputs }));
  // Only what is kept for all columns of a batch counts them all.
  const columns = MOST_NARROW / 2 + 1;
  assertEquals(
    [program, temporaries].map((p) => wide({ columns }, p)),
    [false, true],
  );
  const variant = variantFor(program, "float", 4);
  assert(variantKey(variant) !== variantKey({ ...variant, wide: true }));
});
