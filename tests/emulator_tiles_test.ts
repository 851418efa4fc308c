/**
 * Reductions that CUDA computes tile by tile against JavaScript: long
 * contractions, long vectors that pairs add to, and both, for sizes that no
 * tile divides.
 *
 * @module
 */

import { makeCudaBackend } from "../src/cuda/backend.ts";
import { walkOf } from "../src/cuda/scheme.ts";
import type { DType } from "../src/dtypes.ts";
import { evaluateReductions } from "../src/engine/evaluate.ts";
import { planOf } from "../src/engine/plan.ts";
import { rowBlocks } from "../src/engine/ranges.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { variable } from "../src/ops/core.ts";
import { reductionNamed, reductionSetup } from "../src/reductions/registry.ts";
import { javascriptBackend } from "../src/cpu/backend.ts";
import { assert, assertAllClose } from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { randomNumbers } from "./evaluate.ts";

/** A computation by its text. */
interface Case {
  readonly text: readonly string[];
  readonly reduction: string;
  /** The dimension of x and y. */
  readonly dim: number;
  /** The dimension of b and e. */
  readonly wide: number;
  readonly k?: number;
}

const CASES: readonly Case[] = [
  { text: ["Exp(-SqDist(x,y))*b"], reduction: "Sum", dim: 117, wide: 1 },
  { text: ["(x|y)*b"], reduction: "Sum", dim: 120, wide: 3 },
  { text: ["(x|y)"], reduction: "LogSumExp", dim: 130, wide: 1 },
  { text: ["SqDist(x,y)"], reduction: "ArgKMin", dim: 110, wide: 1, k: 3 },
  { text: ["SqDist(x,y)"], reduction: "KMin", dim: 110, wide: 1, k: 20 },
  {
    text: ["SqDist(x,Sin(y))+(x|y)"],
    reduction: "Max_ArgMax",
    dim: 111,
    wide: 1,
  },
  { text: ["Exp(-SqDist(x,y))*b"], reduction: "Sum", dim: 2, wide: 20 },
  { text: ["Exp(-SqDist(x,y))*b"], reduction: "Sum", dim: 3, wide: 150 },
  { text: ["Exp(-SqDist(x,y))*b"], reduction: "Mean", dim: 40, wide: 100 },
  {
    text: ["Grad(Exp(-SqDist(x,y))*b,x,e)"],
    reduction: "Sum",
    dim: 50,
    wide: 1,
  },
];

const [M, N, BATCH] = [67, 141, 2];
const RANGES = {
  ranges_i: [[0, 40], [41, 67]],
  slices_i: [2, 3],
  redranges_j: [[3, 9], [60, 141], [0, 133]],
  ranges_j: [[0, N]],
  slices_j: [1],
  redranges_i: [[0, M]],
};

const ignore = !ON_CUDA;

/** Other modes than the usual one are slow: there one type stands for both. */
const BRIEF = ON_CUDA &&
  ["CHECK", "ORDER"].some((name) =>
    Deno.env.get(`ALLPAIRS_EMULATOR_${name}`) !== undefined
  );
const DTYPES: readonly ("float32" | "float64")[] = BRIEF
  ? ["float32"]
  : ["float32", "float64"];

if (ignore) console.log("SKIPPED: tests of tiles: they are CUDA's");

const random = randomNumbers(11);

/** Numbers of which squared distances are about 1. */
function points(count: number, dim: number, dtype: DType) {
  const all = Array.from(
    { length: count * dim },
    () => Math.fround(random() / Math.sqrt(dim)),
  );
  return dtype === "float64" ? Float64Array.from(all) : Float32Array.from(all);
}

function requestOf({ text, reduction, dim, wide, k }: Case) {
  const names = new Map<string, Formula>([
    ["x", variable(0, dim, Category.I)],
    ["y", variable(1, dim, Category.J)],
    ["b", variable(2, wide, Category.J)],
    ["e", variable(3, wide, Category.I)],
  ]);
  const formulas = text.map((t) => parseFormula(t, names));
  const found = reductionNamed(reduction);
  const dims = formulas.map((f) => f.dim);
  const setup = reductionSetup(found, dims, k === undefined ? {} : { k });
  return { reduction: found, formulas, setup };
}

for (const c of CASES) {
  for (const dtype of DTYPES) {
    const name = `${c.reduction} of ${c.text}, ${c.dim}, ${c.wide}, ${dtype}`;
    Deno.test({
      name: `tile by tile: ${name}`,
      ignore,
      fn() {
        const request = requestOf(c);
        const cuda = makeCudaBackend("cuda");
        const { program } = planOf([request], "j", cuda);
        const compute = dtype === "float32" ? "float" : "double";
        assert(walkOf(program, compute, {}).tiles, "no tiles");
        const data = [
          points(BATCH * M, c.dim, dtype),
          points(N, c.dim, dtype),
          points(BATCH * N, c.wide, dtype),
          points(M, c.wide, dtype),
        ];
        const locate = (v: Formula) => {
          const index = v.params[0] as number;
          const row = index === 0 || index === 3;
          const count = row ? M : N;
          const batched = index === 0 || index === 2;
          return {
            data: data[index],
            offset: 0,
            batch: [batched ? count * v.dim : 0],
            row: row ? v.dim : 0,
            column: row ? 0 : v.dim,
            component: 1,
          };
        };
        const evaluated = (backend: typeof cuda, sparse: boolean) =>
          evaluateReductions(
            [request],
            "j",
            locate,
            { batch: [BATCH], m: M, n: N },
            dtype,
            backend,
            sparse ? rowBlocks(RANGES, "j", M, N, [BATCH]) : undefined,
          ).map(({ data }) => Array.from(data));
        for (const sparse of [false, true]) {
          const expected = evaluated(javascriptBackend, sparse);
          for (const parts of [1, 2]) {
            const backend = makeCudaBackend(`tiles ${parts}`, { parts });
            evaluated(backend, sparse).forEach((actual, o) =>
              assertAllClose(
                actual,
                expected[o],
                dtype === "float32" ? 2e-6 : 1e-13,
                `${name}, ${parts} parts, output ${o}`,
              )
            );
          }
        }
      },
    });
  }
}
