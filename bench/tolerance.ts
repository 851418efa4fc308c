/**
 * Sums within a tolerance: time against the number of points, and against
 * exact sums. Writes `bench/results/tolerance.json`.
 *
 * Run it with `deno task bench:tolerance`, alone on the machine.
 *
 * @module
 */

import { type LazyTensor, rand, type Tensor, Vi, Vj } from "../mod.ts";
import { takenNow } from "./results_file.ts";
import { median } from "./works.ts";

const FILE = new URL("./results/tolerance.json", import.meta.url);
const TOLERANCE = 1e-3;
/** Times against the number of points. */
const SIZES = [1e4, 3e4, 1e5, 3e5, 1e6];
/** Times against exact sums: so many points, and rows that are summed exactly. */
const POINTS = 1e5;
const ROWS = 5000;
const ROUNDS = 3;

/** Kernels on the unit cube. */
const KERNELS: Readonly<
  Record<string, (x: LazyTensor, y: LazyTensor) => LazyTensor>
> = {
  "Gaussian, 0.2 wide": (x, y) => x.sqdist(y).mul(-1 / 0.08).exp(),
  "Laplacian, 0.2 wide": (x, y) => x.sqdist(y).sqrt().mul(-5).exp(),
  "Cauchy, 0.2 wide": (x, y) => x.sqdist(y).mul(25).add(1).inv(),
  "inverse multiquadric, 0.2 wide": (x, y) => x.sqdist(y).add(0.04).rsqrt(),
  "inverse multiquadric, 0.01 wide": (x, y) => x.sqdist(y).add(1e-4).rsqrt(),
  "logarithmic": (x, y) => x.sqdist(y).add(1e-6).log(),
};

/** One kernel at one size. */
interface Problem {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly b: Tensor;
}

/** Fresh points: nothing is known of them from before. */
function problem(points: number, dim: number, seed: number): Problem {
  return {
    x: rand([points, dim], { seed }),
    y: rand([points, dim], { seed: seed + 1 }),
    b: rand([points, 1], { seed: seed + 2 }),
  };
}

function seconds(f: () => Tensor): { time: number; result: Tensor } {
  const start = performance.now();
  const result = f();
  result.dataSync();
  return { time: (performance.now() - start) / 1000, result };
}

/** Rows to check, spread evenly. */
function someRows(points: number): Int32Array {
  const step = points / ROWS;
  return Int32Array.from({ length: ROWS }, (_, k) => Math.floor(k * step));
}

/** The largest difference over the largest entry. */
function relativeError(found: Tensor, exact: Tensor, rows: Int32Array): number {
  const [a, e] = [found.dataSync(), exact.dataSync()];
  let [worst, most] = [0, 0];
  rows.forEach((row, k) => worst = Math.max(worst, Math.abs(a[row] - e[k])));
  for (const value of a) most = Math.max(most, Math.abs(value));
  return worst / most;
}

function howOf(kernel: LazyTensor, b: Tensor): string {
  return /tolerance +\S+ (.*)/.exec(kernel.mul(Vj(b)).explain())?.[1] ?? "";
}

/** First and later runs of a Gaussian sum, with their error. */
function atSize(points: number) {
  const rounds = points >= 3e5 ? 1 : ROUNDS;
  const kernel = KERNELS["Gaussian, 0.2 wide"];
  const [first, again, errors]: number[][] = [[], [], []];
  let how = "";
  for (let round = 0; round < rounds; round++) {
    const { x, y, b } = problem(points, 3, 10 * round);
    const whole = kernel(Vi(x), Vj(y));
    const far = whole.withTolerance(TOLERANCE);
    const { time, result } = seconds(() => far.matmul(b));
    first.push(time);
    again.push(seconds(() => far.matmul(b)).time);
    const rows = someRows(points);
    errors.push(relativeError(result, whole.rows(rows).matmul(b), rows));
    how = howOf(far, b);
  }
  return {
    points,
    firstSeconds: median(first),
    againSeconds: median(again),
    largestError: Math.max(...errors),
    how,
  };
}

/** Exact and approximate sums in turn, A B A B. */
function againstExact(name: string, dim: number) {
  const [exact, first, again, errors]: number[][] = [[], [], [], []];
  const rows = someRows(POINTS);
  let how = "";
  for (let round = 0; round < ROUNDS; round++) {
    const { x, y, b } = problem(POINTS, dim, 100 + 10 * round);
    const whole = KERNELS[name](Vi(x), Vj(y));
    const some = whole.rows(rows);
    const a = seconds(() => some.matmul(b));
    exact.push(a.time * POINTS / ROWS);
    const far = whole.withTolerance(TOLERANCE);
    const { time, result } = seconds(() => far.matmul(b));
    first.push(time);
    again.push(seconds(() => far.matmul(b)).time);
    errors.push(relativeError(result, a.result, rows));
    how = howOf(far, b);
  }
  return {
    kernel: name,
    dim,
    exactSeconds: median(exact),
    firstSeconds: median(first),
    againSeconds: median(again),
    speedupFirst: median(exact.map((t, k) => t / first[k])),
    speedupAgain: median(exact.map((t, k) => t / again[k])),
    largestError: Math.max(...errors),
    how,
  };
}

/** The slope of log(time) over log(points), by least squares. */
function slope(points: readonly number[], times: readonly number[]): number {
  const [x, y] = [points, times].map((all) => all.map(Math.log));
  const mean = (v: number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((v, k) => (v - mx) * (y[k] - my)));
  return covariance / mean(x.map((v) => (v - mx) ** 2));
}

if (import.meta.main) {
  atSize(2e4); // Compiles, starts threads.
  const sizes = SIZES.map((points) => {
    const row = atSize(points);
    console.log(
      `${points} points: first ${row.firstSeconds.toFixed(2)} s, again ${
        row.againSeconds.toFixed(2)
      } s, error ${row.largestError.toExponential(1)}`,
    );
    return row;
  });
  const slopes = {
    first: slope(SIZES, sizes.map((s) => s.firstSeconds)),
    again: slope(SIZES, sizes.map((s) => s.againSeconds)),
  };
  console.log(`slope: first ${slopes.first}, again ${slopes.again}`);
  const names = Object.keys(KERNELS);
  const both = [2, 3].flatMap((dim) => names.map((name) => ({ name, dim })));
  const kernels = both.map(({ name, dim }) => {
    const row = againstExact(name, dim);
    console.log(
      `D = ${dim}, ${name}: exact ${row.exactSeconds.toFixed(1)} s, first ${
        row.firstSeconds.toFixed(2)
      } s (${row.speedupFirst.toFixed(1)} x), again ${
        row.againSeconds.toFixed(2)
      } s (${row.speedupAgain.toFixed(1)} x), error ${
        row.largestError.toExponential(1)
      }`,
    );
    return row;
  });
  const report = {
    ...takenNow(),
    threads: "sums on all threads, the search for a resolution mostly on one",
    tolerance: TOLERANCE,
    problem:
      "uniform points in the unit square or cube (sizes: cube), x and y different, float32, positive signals",
    notes:
      `firstSeconds are on new points, with kernels used before, and include trees, planning and the check of sampled rows, againSeconds the check; exact seconds are those of ${ROWS} rows times ${
        POINTS / ROWS
      }; medians of ${ROUNDS} rounds, of 1 from 3e5 points on; errors on ${ROWS} rows`,
    sizes,
    slopes,
    kernels,
  };
  Deno.writeTextFileSync(FILE, JSON.stringify(report, null, 2) + "\n");
}
