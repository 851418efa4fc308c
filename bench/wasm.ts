/**
 * The backends `wasm` and `js` beside C loops, in alternation, on one thread:
 *
 *     deno run -A bench/wasm.ts [rows] [columns] [rounds]
 *
 * The C loops need gcc; they are left out where there is none. Shown are
 * medians of rates in 10^9 pairs a second of processor time, and the median of the ratio of
 * wasm to C within a round.
 *
 * @module
 */

import process from "node:process";
import { genred, type Tensor, tensor } from "../mod.ts";
import { compiledLoops, type LoopName } from "./c_loops.ts";
import { median } from "./works.ts";

/** One computation. */
interface Work {
  readonly name: string;
  readonly symbol: string;
  readonly formula: string;
  readonly reduction: "Sum" | "LogSumExp" | "ArgMin" | "ArgKMin";
  readonly width: (dim: number) => number;
}

const WORKS: readonly Work[] = [
  {
    name: "Gaussian sum",
    symbol: "gaussian",
    formula: "Exp(-SqDist(x, y)) * b",
    reduction: "Sum",
    width: () => 1,
  },
  {
    name: "its gradient",
    symbol: "gradient",
    formula: "Grad(Exp(-SqDist(x, y)) * b, x, 1)",
    reduction: "Sum",
    width: (dim) => dim,
  },
  {
    name: "log-sum-exp",
    symbol: "logsumexp",
    formula: "-SqDist(x, y)",
    reduction: "LogSumExp",
    width: () => 1,
  },
  {
    name: "argmin",
    symbol: "argmin",
    formula: "SqDist(x, y)",
    reduction: "ArgMin",
    width: () => 1,
  },
  {
    name: "10 nearest",
    symbol: "kmin",
    formula: "SqDist(x, y)",
    reduction: "ArgKMin",
    width: () => 10,
  },
];

/** Processor time, which other programs on the machine hardly disturb. */
function seconds(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function compare(
  work: Work,
  dtype: "float32" | "float64",
  dim: number,
  [m, n, rounds]: readonly number[],
): Record<string, string> {
  const kind = dtype === "float32" ? Float32Array : Float64Array;
  const draw = (length: number) =>
    new kind(length).map(() => Math.random() / Math.sqrt(dim));
  const [x, y, b] = [draw(m * dim), draw(n * dim), draw(n)];
  const args = work.formula.includes("b")
    ? [tensor(x, [m, dim]), tensor(y, [n, dim]), tensor(b, [n, 1])]
    : [tensor(x, [m, dim]), tensor(y, [n, dim])];
  const aliases = [`x = Vi(${dim})`, `y = Vj(${dim})`, "b = Vj(1)"]
    .slice(0, args.length);
  const kernel = (backend: "wasm" | "js") =>
    genred(work.formula, aliases, {
      reduction: work.reduction,
      axis: "j",
      backend,
      ...(work.reduction === "ArgKMin" ? { optArg: 10 } : {}),
    });
  const [wasm, js] = [kernel("wasm"), kernel("js")];
  const loops = compiledLoops(dtype, dim);
  const out = new kind(m * work.width(dim));
  const runs: Record<string, () => void> = {
    wasm: () => void (wasm(...args) as Tensor).dataSync(),
    js: () => void (js(...args) as Tensor).dataSync(),
  };
  const loop = loops?.[work.symbol as LoopName];
  if (loop) runs.c = () => loop(x, y, b, out, m, n);
  const times: Record<string, number[]> = {};
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const time = seconds(run);
      if (round >= 0) (times[name] ??= []).push(time);
    }
  }
  const rate = (name: string) =>
    times[name] ? (m * n / 1e9 / median(times[name])).toFixed(3) : "-";
  const ratio = (name: string) =>
    times[name]
      ? median(times[name].map((t, k) => t / times.wasm[k])).toFixed(2)
      : "-";
  return {
    work: `${work.name}, D = ${dim}, ${dtype}`,
    wasm: rate("wasm"),
    js: rate("js"),
    c: rate("c"),
    "wasm / js": ratio("js"),
    "wasm / c": ratio("c"),
  };
}

if (import.meta.main) {
  const [m = 4000, n = 4000, rounds = 7] = Deno.args.map(Number);
  const rows: Record<string, string>[] = [];
  for (const dtype of ["float32", "float64"] as const) {
    for (const dim of [3, 10, 100]) {
      for (const work of WORKS) {
        if (dim > 3 && work.symbol !== "gaussian") continue;
        rows.push(compare(work, dtype, dim, [m, n, rounds]));
      }
    }
  }
  console.table(rows);
}
