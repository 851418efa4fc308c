/**
 * Pairs per second on the CPU, one thread: writes `bench/results/cpu.json`.
 *
 * @module
 */

import { grad, setThreads, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { takenNow } from "./results_file.ts";
import { median } from "./works.ts";

const POINTS = 3000;
const RUNS = 25;
const FILE = new URL("./results/cpu.json", import.meta.url);

/** One timing. */
export interface Timing {
  /** What was computed. */
  readonly name: string;
  /** Points on each side. */
  readonly points: number;
  /** The dimension of the points. */
  readonly dim: number;
  /** The type of the data. */
  readonly dtype: string;
  /** Median of the runs after the first. */
  readonly seconds: number;
  /** The first run, which prepares the program. */
  readonly firstSeconds: number;
  /** Pairs in a second, from the median. */
  readonly pairsPerSecond: number;
}

/** Points without order, the same at every run. */
function cloud(points: number, dim: number, dtype: "float32" | "float64") {
  const entry = (k: number) => Math.sin(12.9898 * (k + 1)) * 43758.5453 % 1;
  const data = Array.from({ length: points * dim }, (_, k) => entry(k));
  return tensor(data, [points, dim], { dtype });
}

function gradient(x: Tensor, y: Tensor, b: Tensor): Tensor {
  const at = x.detach().requiresGrad();
  const kernel = Vi(at).sqdist(Vj(y)).mul(-0.5).exp();
  return grad(kernel.matmul(b).sum(), [at])[0];
}

/** What is timed, as functions of points x, points y and a signal b. */
const WORK: Readonly<
  Record<string, (x: Tensor, y: Tensor, b: Tensor) => Tensor>
> = {
  "Gaussian convolution": (x, y, b) =>
    Vi(x).sqdist(Vj(y)).mul(-0.5).exp().matmul(b),
  "its gradient in x": gradient,
  "log-sum-exp": (x, y) => Vi(x).sqdist(Vj(y)).neg().logsumexp("j"),
  "nearest point": (x, y) => Vi(x).sqdist(Vj(y)).argmin("j"),
  "10 nearest points": (x, y) => Vi(x).sqdist(Vj(y)).argKmin(10, "j"),
};

function seconds(f: () => Tensor): number {
  const start = performance.now();
  f().dataSync();
  return (performance.now() - start) / 1000;
}

function timing(
  name: string,
  dim: number,
  dtype: "float32" | "float64",
): Timing {
  const [x, y] = [cloud(POINTS, dim, dtype), cloud(POINTS, dim, dtype)];
  const b = cloud(POINTS, 1, dtype);
  const work = () => WORK[name](x, y, b);
  const firstSeconds = seconds(work);
  const times = Array.from({ length: RUNS }, () => seconds(work));
  const middle = median(times);
  return {
    name,
    points: POINTS,
    dim,
    dtype,
    seconds: middle,
    firstSeconds,
    pairsPerSecond: POINTS ** 2 / middle,
  };
}

function main(): void {
  setThreads(1);
  const timings = Object.keys(WORK).flatMap((name) =>
    (["float32", "float64"] as const).map((dtype) => timing(name, 3, dtype))
  );
  const result = {
    command: "npx -y deno@2.9.6 task bench",
    ...takenNow(),
    threads: 1,
    timings,
  };
  Deno.writeTextFileSync(FILE, JSON.stringify(result, null, 2) + "\n");
  for (const t of timings) {
    const speed = (t.pairsPerSecond / 1e6).toFixed(0);
    console.log(
      `${t.name}, D = ${t.dim}, ${t.dtype}: ${speed} million pairs/s`,
    );
  }
}

if (import.meta.main) main();
