/**
 * What calls cost beside their arithmetic: small ones again and again, and the
 * first one of a formula. Writes `bench/results/calls.json`.
 *
 * Run it with `deno run --allow-write=bench/results --allow-sys bench/calls.ts`.
 *
 * @module
 */

import { genred, grad, rand, setThreads, type Tensor, Vi, Vj } from "../mod.ts";
import { takenNow } from "./results_file.ts";
import { median } from "./works.ts";

const FILE = new URL("./results/calls.json", import.meta.url);
/** Points of both sides of a small call, and of one that is mostly arithmetic. */
const [SMALL, LARGE] = [100, 2000];
const CALLS = 2000;
const FORMULAS = 15;

/** Points in the unit cube, made by a number of their own. */
export type Cloud = (points: number, dim: number, seed: number) => Tensor;

/** A computation with a number in its formula: each makes another program. */
export type Work = (
  points: number,
  literal: number,
  cloud?: Cloud,
) => () => Tensor;

const onCpu: Cloud = (points, dim, seed) => rand([points, dim], { seed });

/** What is called again and again. */
export const WORKS: Readonly<Record<string, Work>> = {
  "Gaussian sum, LazyTensor": (points, _, cloud = onCpu) => {
    const [x, y, b] = [3, 3, 1].map((dim, k) => cloud(points, dim, k));
    return () => Vi(x).sqdist(Vj(y)).neg().exp().matmul(b);
  },
  "Gaussian sum, genred": (points, literal, cloud = onCpu) => {
    const [x, y, b] = [3, 3, 1].map((dim, k) => cloud(points, dim, k));
    const sum = genred(`Exp(-${literal} * SqDist(x, y)) * b`, [
      "x = Vi(3)",
      "y = Vj(3)",
      "b = Vj(1)",
    ], { reduction: "Sum", axis: 1 });
    return () => sum(x, y, b) as Tensor;
  },
  "its gradient in x, genred": (points, literal, cloud = onCpu) => {
    const data = [3, 3, 1, 1].map((dim, k) => cloud(points, dim, k));
    const sum = genred(`Grad(Exp(-${literal} * SqDist(x, y)) * b, x, e)`, [
      "x = Vi(3)",
      "y = Vj(3)",
      "b = Vj(1)",
      "e = Vi(1)",
    ], { reduction: "Sum", axis: 1 });
    return () => sum(...data) as Tensor;
  },
  "sum and gradient, autodiff": (points, _, cloud = onCpu) => {
    const [x, y, b] = [3, 3, 1].map((dim, k) => cloud(points, dim, k));
    x.requiresGrad();
    return () => grad(Vi(x).sqdist(Vj(y)).neg().exp().matmul(b).sum(), [x])[0];
  },
  "log-sum-exp, genred": (points, literal, cloud = onCpu) => {
    const [x, y] = [3, 3].map((dim, k) => cloud(points, dim, k));
    const sum = genred(
      `-${literal} * SqDist(x, y)`,
      ["x = Vi(3)", "y = Vj(3)"],
      {
        reduction: "LogSumExp",
        axis: 1,
      },
    );
    return () => sum(x, y) as Tensor;
  },
};

/** Microseconds of one call. */
function once(f: () => Tensor): number {
  const start = performance.now();
  f().dataSync();
  return (performance.now() - start) * 1000;
}

/** Microseconds of a call, when it is warm. */
function warm(f: () => Tensor, calls: number): number {
  for (let k = 0; k < calls / 4; k++) f().dataSync();
  return median(Array.from({ length: calls }, () => once(f)));
}

function measured(name: string, work: Work) {
  const call = warm(work(SMALL, 0.75), CALLS);
  // Small calls use one thread.
  setThreads(1);
  const pair = warm(work(LARGE, 0.75), 20) / LARGE ** 2;
  setThreads(navigator.hardwareConcurrency);
  const arithmetic = pair * SMALL ** 2;
  const first = Array.from(
    { length: FORMULAS },
    (_, k) => once(work(SMALL, 1 + k / 100)),
  );
  return {
    name,
    callMicroseconds: call,
    arithmeticMicroseconds: arithmetic,
    overheadMicroseconds: call - arithmetic,
    firstMilliseconds: (median(first) - call) / 1000,
  };
}

/** Bytes of the heap after so many calls. */
function heapAfter(calls: number, f: () => Tensor): number {
  for (let k = 0; k < calls; k++) f().dispose();
  return Deno.memoryUsage().rss;
}

if (import.meta.main) {
  const rows = Object.entries(WORKS).map(([name, work]) =>
    measured(name, work)
  );
  console.table(Object.fromEntries(rows.map(({ name, ...r }) => [
    name,
    Object.fromEntries(
      Object.entries(r).map(([k, v]) => [k, Number(v.toPrecision(3))]),
    ),
  ])));
  const f = WORKS["Gaussian sum, LazyTensor"](SMALL, 1);
  heapAfter(20_000, f);
  const [before, after] = [heapAfter(1, f), heapAfter(100_000, f)];
  const grown = (after - before) / 2 ** 20;
  console.log(`100000 calls: memory grew by ${grown.toFixed(1)} MiB`);
  if (!Deno.args.includes("--dry")) {
    const results = {
      ...takenNow(),
      threads: navigator.hardwareConcurrency,
      points: SMALL,
      rows,
      grownMebibytes: grown,
    };
    Deno.writeTextFileSync(FILE, JSON.stringify(results, null, 2) + "\n");
  }
}
