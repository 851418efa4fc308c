/**
 * One thread and several, in turns: `bench/results/threads.json`.
 *
 *     deno run --allow-sys --allow-read --allow-write=bench/results bench/threads.ts
 *
 * @module
 */

import { rand, setThreads, type Tensor, Vi, Vj } from "../mod.ts";
import { keepPart } from "./results_file.ts";
import { median } from "./works.ts";

const TURNS = 15;

/** Gaussian sums over so many points of both sides. */
function gaussian(points: number): () => Tensor {
  const [x, y] = [1, 2].map((seed) => rand([points, 3], { seed }));
  const b = rand([points, 1], { seed: 3 });
  return () => Vi(x).sqdist(Vj(y)).neg().exp().matmul(b);
}

/** Milliseconds that it takes. */
function timeOf(f: () => Tensor): number {
  const start = performance.now();
  f().dataSync();
  return performance.now() - start;
}

function compared(points: number, counts: readonly number[]) {
  const f = gaussian(points);
  const times = new Map<number, number[]>(counts.map((c) => [c, []]));
  for (let turn = -2; turn < TURNS; turn++) {
    for (const [count, list] of times) {
      setThreads(count);
      // The pool of so many threads is up before it is measured.
      timeOf(f);
      const time = timeOf(f);
      if (turn >= 0) list.push(time);
    }
  }
  const medians = [...times].map(([count, list]) => ({
    threads: count,
    milliseconds: Number(median(list).toFixed(2)),
  }));
  const [one, all] = medians.map((m) => m.milliseconds);
  return { points, medians, ratio: Number((one / all).toFixed(2)) };
}

if (import.meta.main) {
  const counts = [1, navigator.hardwareConcurrency];
  const runs = [2000, 10_000].map((points) => compared(points, counts));
  keepPart("threads", "Gaussian sum, D = 3, float32", { runs });
}
