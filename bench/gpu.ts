/**
 * Times reductions on a GPU: medians, with the time of the kernels alone, and
 * the bound that the arithmetic units set. It prints a table, and writes JSON
 * under `$OUT`, or `bench/results`.
 *
 *     deno task bench:gpu [part of a name]
 *
 * @module
 */

import { cudaDevice } from "../src/cuda/context.ts";
import { doctor } from "../src/devices.ts";
import { genred } from "../src/genred/genred.ts";
import { tensor } from "../src/tensor/create.ts";
import type { Tensor } from "../src/tensor/tensor.ts";

/** One thing to time. */
interface Work {
  readonly name: string;
  readonly formula: string;
  readonly aliases: readonly string[];
  readonly reduction: string;
  readonly k?: number;
  /** The number of points on both sides. */
  readonly points: number;
  readonly dim: number;
  /** Seconds that an H200 needs at least, for these sizes. */
  readonly bound: number;
}

function gauss(points: number, dim: number, bound: number): Work {
  return {
    name: `Gaussian sum, ${points} points, D = ${dim}`,
    formula: "Exp(-SqDist(x,y)*p)*b",
    aliases: aliases(dim),
    reduction: "Sum",
    points,
    dim,
    bound,
  };
}

function aliases(dim: number): string[] {
  return [`x = Vi(${dim})`, `y = Vj(${dim})`, "b = Vj(1)", "p = Pm(1)"];
}

const MILLION = 1_000_000;

const WORKS: readonly Work[] = [
  gauss(10_000, 3, 25e-6),
  gauss(100_000, 3, 0.0024),
  gauss(MILLION, 3, 0.24),
  gauss(MILLION, 10, 0.37),
  gauss(200_000, 100, 0.68 / 25),
  {
    ...gauss(MILLION, 3, 0.24),
    name: "log-sum-exp, a million points, D = 3",
    formula: "-SqDist(x,y)*p",
    reduction: "LogSumExp",
  },
  {
    ...gauss(MILLION, 3, 0.16),
    name: "10 nearest, a million points, D = 3",
    formula: "SqDist(x,y)",
    reduction: "ArgKMin",
    k: 10,
  },
  {
    ...gauss(MILLION, 3, 0.33),
    name: "gradient of a Gaussian sum, a million points, D = 3",
    formula: "Grad(Exp(-SqDist(x,y)*p)*b,x,e)",
    aliases: [...aliases(3), "e = Vi(1)"],
  },
];

const REPEATS = 7;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Numbers that are the same each time. */
function numbers(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 8) / 2 ** 24;
  });
}

/** Milliseconds of the first call, and the median of the calls after it. */
function time(work: Work): { first: number; warm: number } {
  const { formula, reduction, k, points, dim } = work;
  const reduce = genred(formula, [...work.aliases], {
    reduction,
    axis: "j",
    backend: "cuda",
    ...(k === undefined ? {} : { optArg: k }),
  });
  const data = work.aliases.map((alias) => {
    const width = Number(/\((\d+)\)/.exec(alias)?.[1]);
    if (alias.includes("Pm")) return tensor([1 / dim]);
    return tensor(numbers(points * width), [points, width]);
  });
  const once = () => {
    const start = performance.now();
    (reduce(...data) as Tensor).dataSync();
    return performance.now() - start;
  };
  const first = once();
  return { first, warm: median(Array.from({ length: REPEATS }, once)) };
}

const device = cudaDevice(0);
console.log(doctor());
const filter = Deno.args[0] ?? "";
const results = WORKS.filter((w) => w.name.includes(filter)).map((work) => {
  const { first, warm } = time(work);
  const share = work.bound * 1e3 / warm;
  console.log(
    `${work.name.padEnd(52)} first ${first.toFixed(1).padStart(9)} ms, warm ${
      warm.toFixed(3).padStart(10)
    } ms, ${(100 * share).toFixed(0).padStart(3)} % of the bound`,
  );
  return { name: work.name, first, warm, bound: work.bound * 1e3 };
});
const folder = Deno.env.get("OUT") ??
  new URL("results", import.meta.url).pathname;
Deno.mkdirSync(folder, { recursive: true });
Deno.writeTextFileSync(
  `${folder}/gpu.json`,
  JSON.stringify({ device: device.name, results }, null, 2) + "\n",
);
