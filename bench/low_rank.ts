/**
 * Sums within a tolerance over points of many dimensions, beside exact sums:
 * bench/results/low_rank.json.
 *
 * Run it with `deno task bench:low-rank`, alone on the machine.
 *
 * @module
 */

import { type LazyTensor, rand, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { takenNow } from "./results_file.ts";
import { median } from "./works.ts";

const FILE = new URL("./results/low_rank.json", import.meta.url);
const POINTS = 1e5;
/** Rows that are summed exactly. */
const ROWS = 1000;
const ROUNDS = 3;

type Kernel = (x: LazyTensor, y: LazyTensor) => LazyTensor;

const gaussian = (width: number): Kernel => (x, y) =>
  x.sqdist(y).mul(-0.5 / width ** 2).exp();

/** Uniform points of the unit cube: dimensions, kernels, tolerances. */
const PROBLEMS: readonly (readonly [number, string, Kernel, number])[] = [
  [10, "Gaussian, 2 wide", gaussian(2), 1e-2],
  [10, "Gaussian, 2 wide", gaussian(2), 1e-3],
  [10, "Gaussian, 2 wide", gaussian(2), 1e-4],
  [10, "Gaussian, 1 wide", gaussian(1), 1e-2],
  [10, "Cauchy, 3 wide", (x, y) => x.sqdist(y).div(9).add(1).inv(), 1e-3],
  [10, "Gaussian, 0.3 wide", gaussian(0.3), 1e-2],
  [50, "Gaussian, 5 wide", gaussian(5), 1e-2],
  [50, "Gaussian, 5 wide", gaussian(5), 1e-3],
  [50, "Gaussian, 10 wide", gaussian(10), 1e-4],
  [50, "Gaussian, 10 wide", gaussian(10), 1e-6],
  [50, "Laplacian, 5 wide", (x, y) => x.sqdist(y).sqrt().div(-5).exp(), 1e-2],
  [50, "Gaussian, 2 wide", gaussian(2), 1e-3],
];

function seconds(f: () => Tensor): { time: number; result: Tensor } {
  const start = performance.now();
  const result = f();
  result.dataSync();
  return { time: (performance.now() - start) / 1000, result };
}

/** Exact sums of some rows and those within a tolerance in turn, A B A B. */
function measured(dim: number, name: string, kernel: Kernel, tol: number) {
  const [exact, first, again, errors]: number[][] = [[], [], [], []];
  const rows = Int32Array.from({ length: ROWS }, (_, k) => k * POINTS / ROWS);
  let how = "";
  for (let round = 0; round < ROUNDS; round++) {
    const [x, y, b] = [dim, dim, 1].map((width, k) =>
      rand([POINTS, width], { seed: 10 * round + k })
    );
    const whole = kernel(Vi(x), Vj(y));
    const some = whole.rows(rows);
    const a = seconds(() => some.matmul(b));
    exact.push(a.time * POINTS / ROWS);
    const tolerant = whole.withTolerance(tol);
    // Planned without being run: exact sums of all rows would take minutes.
    const planned = performance.now();
    how = /tolerance +\S+ (.*)/.exec(tolerant.mul(Vj(b)).explain())?.[1] ?? "";
    const plan = (performance.now() - planned) / 1000;
    if (!how.startsWith("rank")) {
      first.push(plan + exact[round]);
      again.push(exact[round]);
      errors.push(0);
      continue;
    }
    const { time, result } = seconds(() => tolerant.matmul(b));
    first.push(plan + time);
    again.push(seconds(() => tolerant.matmul(b)).time);
    const off = result.gather(tensor(rows)).sub(a.result).abs().max().item();
    errors.push(off / result.abs().max().item());
  }
  const ratio = (times: number[]) => median(exact.map((t, k) => t / times[k]));
  return {
    dim,
    kernel: name,
    tolerance: tol,
    exactSeconds: median(exact),
    firstSeconds: median(first),
    againSeconds: median(again),
    speedupFirst: ratio(first),
    speedupAgain: ratio(again),
    largestError: Math.max(...errors),
    how,
  };
}

if (import.meta.main) {
  const problems = PROBLEMS.map(([dim, name, kernel, tolerance]) => {
    const row = measured(dim, name, kernel, tolerance);
    console.log(
      `D = ${dim}, ${name}, ${tolerance}: exact ${
        row.exactSeconds.toFixed(1)
      } s, first ${row.firstSeconds.toFixed(2)} s (${
        row.speedupFirst.toFixed(1)
      } x), again ${row.againSeconds.toFixed(3)} s (${
        row.speedupAgain.toFixed(0)
      } x), error ${row.largestError.toExponential(1)}; ${row.how}`,
    );
    return row;
  });
  const report = {
    ...takenNow(),
    points: POINTS,
    problem:
      "uniform points in the unit cube, x and y different, float32, positive signals",
    notes:
      `firstSeconds include the search for a rank and the check of sampled rows, againSeconds the check; exact seconds are those of ${ROWS} rows times ${
        POINTS / ROWS
      }; medians of ${ROUNDS} rounds; errors on ${ROWS} rows; where sums are evaluated exactly, firstSeconds are those and the search`,
    problems,
  };
  Deno.writeTextFileSync(FILE, JSON.stringify(report, null, 2) + "\n");
}
