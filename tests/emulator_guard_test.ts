/**
 * Kernels that test many pairs together, on the emulator or on a device:
 * several rows a thread, whole groups of columns and what is left of them,
 * ties, NaN, infinities and the largest numbers, against definitions.
 *
 * @module
 */

import { makeCudaBackend } from "../src/cuda/backend.ts";
import { evaluateReductions } from "../src/engine/evaluate.ts";
import type { OperandData } from "../src/launch/launch.ts";
import { Category } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { variable } from "../src/ops/core.ts";
import { reductionNamed, reductionSetup } from "../src/reductions/registry.ts";
import { assertAllClose, assertEquals } from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { DENSE } from "./dense.ts";
import { randomNumbers } from "./evaluate.ts";

const SOME_ROWS = [0, 1, -2, 0.5, 100, -100, 8];
/** More than the threads of a block: threads have different ones. */
const ROWS = Array.from({ length: 75 }, (_, i) => SOME_ROWS[i % 7]);
const COLUMNS = 300;

/** Columns of some kinds; there are more than a tile has. */
function columns(): Record<string, number[]> {
  const random = randomNumbers(5);
  const all = (at: (j: number) => number) =>
    Array.from({ length: COLUMNS }, (_, j) => at(j));
  const some = (values: readonly number[], often: number) =>
    all(() =>
      random() < often
        ? values[Math.floor(random() * values.length)]
        : Math.fround(random() * 8)
    );
  return {
    ascending: all((j) => j / 4),
    descending: all((j) => -j / 4),
    ties: all(() => Math.floor(random() * 4)),
    infinite: some([Infinity, -Infinity], 0.02),
    empty: all(() => -Infinity),
    "NaN": some([NaN], 0.02),
    largest: some([3.2e38, -3.2e38, 2.4e38, -2.5e38], 0.5),
    "one large": all((j) => j === 170 ? 1e4 : -1e4),
  };
}

/** A reduction, and how many values of the k-min family it finds. */
const SEARCHES = [
  ["Min_ArgMin", 0],
  ["ArgMax", 0],
  ["KMin_ArgKMin", 3],
  ["KMax_ArgKMax", 12],
  ["ArgKMin", 20],
] as const;

const x = variable(0, 1, Category.I);
const y = variable(1, 1, Category.J);
const w = variable(2, 1, Category.J);
const SUM = parseFormula("x + y", new Map([["x", x], ["y", y]]));

function operand(data: readonly number[], row: boolean): OperandData {
  return {
    data: Float32Array.from(data),
    offset: 0,
    batch: [],
    row: row ? 1 : 0,
    column: row ? 0 : 1,
    component: 1,
  };
}

/** A reduction of `x_i + y_j` in float32, and the same by definition. */
function both(
  name: string,
  k: number,
  own: readonly number[],
  weights: readonly number[] | undefined,
  rows: number,
): { readonly actual: number[][]; readonly expected: number[][] } {
  const reduction = reductionNamed(name);
  const formulas = [SUM, ...(weights ? [w] : [])];
  const dims = formulas.map((f) => f.dim);
  const setup = reductionSetup(reduction, dims, k > 0 ? { k } : {});
  const results = evaluateReductions(
    [{ reduction, formulas, setup }],
    "j",
    (v) =>
      v === x
        ? operand(ROWS, true)
        : operand(v === y ? own : weights ?? [], false),
    { batch: [], m: ROWS.length, n: COLUMNS },
    "float32",
    makeCudaBackend(`cuda, ${rows} rows`, { rows, parts: 1, threads: 32 }),
  );
  const dense = ROWS.map((x) =>
    DENSE[name](
      [own.map((y) => Math.fround(x + y))],
      weights ? [weights] : [],
      k,
    )
  );
  return {
    actual: results.map(({ data }) => [...data]),
    expected: results.map((_, o) => dense.flatMap((r) => r[o])),
  };
}

for (const rows of [1, 2, 4]) {
  for (const [kind, own] of Object.entries(columns())) {
    Deno.test({
      name: `${rows} rows a thread: searches, ${kind}`,
      ignore: !ON_CUDA,
      fn() {
        for (const [name, k] of SEARCHES) {
          const { actual, expected } = both(name, k, own, undefined, rows);
          assertEquals(actual, expected, name);
        }
      },
    });
    Deno.test({
      name: `${rows} rows a thread: exponentials, ${kind}`,
      ignore: !ON_CUDA,
      fn() {
        const random = randomNumbers(6);
        const weights = own.map(() => Math.fround(random()));
        for (const name of ["LogSumExp", "SoftMin", "SumSoftMaxWeight"]) {
          const given = name === "SumSoftMaxWeight" ? weights : undefined;
          const { actual, expected } = both(name, 0, own, given, rows);
          actual.forEach((a, o) => {
            const rounded = expected[o].map(Math.fround);
            a.forEach((value, i) =>
              assertAllClose([value], [rounded[i]], 1e-6, `${name} ${i}`)
            );
          });
        }
      },
    });
  }
}
