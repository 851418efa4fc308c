/**
 * Linear systems of a Gaussian kernel: 2000 unknowns against a dense
 * factorisation, with each preconditioner, and many unknowns on the CPU.
 *
 * Run it with `deno run --allow-sys=cpus bench/solve.ts [unknowns]`.
 *
 * @module
 */

import { cpus } from "node:os";
import {
  type LazyTensor,
  type PreconditionerName,
  rand,
  randn,
  type Tensor,
  Vi,
  Vj,
} from "../mod.ts";
import { cholesky, solveFactored } from "../src/solve/small.ts";

const ALPHA = 1e-3;
const WIDTH = 0.3;
const float64 = { dtype: "float64" } as const;

function gaussian(x: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
}

function seconds<T>(f: () => T): [T, string] {
  const start = performance.now();
  const result = f();
  return [result, `${((performance.now() - start) / 1000).toFixed(2)} s`];
}

/** The solution by a dense factorisation. */
function denseSolution(kernel: LazyTensor, b: Tensor): Float64Array {
  const n = b.size;
  const entries = kernel.dense().dataSync();
  const rows = Array.from(
    { length: n },
    (_, i) => Float64Array.from(entries.subarray(i * n, (i + 1) * n)),
  );
  rows.forEach((row, i) => row[i] += ALPHA);
  const factor = cholesky(rows);
  if (factor.pivot !== undefined) throw new Error(`Pivot ${factor.pivot}`);
  const x = Float64Array.from(b.dataSync());
  solveFactored(factor.lower, x);
  return x;
}

function against(n: number): void {
  const x = rand([n, 2], { seed: 1, ...float64 });
  const b = randn([n, 1], { seed: 2, ...float64 });
  const kernel = gaussian(x, WIDTH);
  const [expected, time] = seconds(() => denseSolution(kernel, b));
  console.log(`${n} unknowns, alpha = ${ALPHA}, dense factorisation: ${time}`);
  const scale = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const names: PreconditionerName[] = ["none", "cholesky", "nystrom"];
  for (const preconditioner of names) {
    let steps = 0;
    const [found, own] = seconds(() =>
      kernel.solve(b, {
        alpha: ALPHA,
        preconditioner,
        onProgress: ({ step }) => steps = step,
      }).dataSync()
    );
    const error = expected.reduce(
      (m, v, k) => Math.max(m, Math.abs(v - found[k])),
      0,
    ) / scale;
    console.log(
      `  ${preconditioner}: ${steps} steps, ${own}, relative error ${
        error.toExponential(1)
      }`,
    );
  }
}

function many(n: number): void {
  const x = rand([n, 3], { seed: 3, ...float64 });
  const b = randn([n, 1], { seed: 4, ...float64 });
  const kernel = gaussian(x, WIDTH);
  let [steps, last] = [0, 0];
  const [, time] = seconds(() =>
    kernel.solve(b, {
      alpha: 0.1,
      eps: 1e-6,
      onProgress: ({ step, residual }) => [steps, last] = [step, residual],
    })
  );
  console.log(
    `${n} unknowns, D = 3, alpha = 0.1: ${steps} steps, ${time}, residual ${
      last.toExponential(1)
    }`,
  );
}

if (import.meta.main) {
  console.log(cpus()[0].model);
  against(2000);
  many(Number(Deno.args[0] ?? 20000));
}
