/**
 * Linear systems and spectra of Gaussian kernels against dense factorisations,
 * with and without preconditioners, and with many unknowns on the CPU:
 * bench/results/solve.json.
 *
 * Run it with `deno run --allow-sys=cpus --allow-read --allow-write
 * bench/solve.ts PART`, where PART is `dense`, `many`, `eigenpairs`, `logdet`,
 * or missing for all.
 *
 * @module
 */

import {
  eigsh,
  type LazyTensor,
  logdet,
  type PreconditionerName,
  rand,
  randn,
  type Tensor,
  Vi,
  Vj,
} from "../mod.ts";
import { cholesky, solveFactored } from "../src/solve/small.ts";
import { symmetricEigen } from "../src/solve/symmetric_eigen.ts";
import { keepPart, seconds } from "./results_file.ts";

const WIDTH = 0.3;
const float64 = { dtype: "float64" } as const;

function gaussian(x: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
}

function denseRows(kernel: LazyTensor, n: number, alpha: number) {
  const entries = kernel.dense().dataSync();
  const rows = Array.from(
    { length: n },
    (_, i) => Float64Array.from(entries.subarray(i * n, (i + 1) * n)),
  );
  rows.forEach((row, i) => row[i] += alpha);
  return rows;
}

function factored(rows: Float64Array[]): Float64Array[] {
  const factor = cholesky(rows);
  if (factor.pivot !== undefined) throw new Error(`Pivot ${factor.pivot}`);
  return factor.lower;
}

/** The largest difference, relative to the largest entry. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, scale] = [0, 0];
  for (let k = 0; k < b.length; k++) {
    most = Math.max(most, Math.abs(a[k] - b[k]));
    scale = Math.max(scale, Math.abs(b[k]));
  }
  return most / scale;
}

/** A solution of 2000 unknowns against Cholesky's factorisation. */
function dense(): object {
  const [n, alpha] = [2000, 1e-3];
  const x = rand([n, 2], { seed: 1, ...float64 });
  const b = randn([n, 1], { seed: 2, ...float64 });
  const kernel = gaussian(x, WIDTH);
  const factor = seconds(() => {
    const lower = factored(denseRows(kernel, n, alpha));
    const x = Float64Array.from(b.dataSync());
    solveFactored(lower, x);
    return x;
  });
  const names: PreconditionerName[] = ["none", "cholesky", "nystrom"];
  const solutions = names.map((preconditioner) => {
    let steps = 0;
    const { result, time } = seconds(() =>
      kernel.solve(b, {
        alpha,
        preconditioner,
        onProgress: ({ step }) => steps = step,
      }).dataSync()
    );
    const error = difference(result, factor.result);
    return { preconditioner, steps, seconds: time, error };
  });
  return { unknowns: n, alpha, choleskySeconds: factor.time, solutions };
}

/** 20,000 unknowns in three dimensions. */
function many(): object {
  const [n, alpha, eps] = [20000, 0.1, 1e-6];
  const x = rand([n, 3], { seed: 3, ...float64 });
  const b = randn([n, 1], { seed: 4, ...float64 });
  const kernel = gaussian(x, WIDTH);
  let steps = 0;
  const { result, time } = seconds(() => {
    const found = kernel.solve(b, {
      alpha,
      eps,
      onProgress: ({ step }) => steps = step,
    });
    found.dataSync();
    return found;
  });
  const rest = kernel.matmul(result).add(result.mul(alpha)).sub(b);
  const residual = Math.sqrt(
    rest.square().sum().item() / b.square().sum().item(),
  );
  return {
    unknowns: n,
    dimensions: 3,
    alpha,
    eps,
    steps,
    seconds: time,
    residual,
  };
}

/** Ten eigenpairs of 1000 points against a dense method. */
function eigenpairs(): object {
  const [n, k] = [1000, 10];
  const x = rand([n, 2], { seed: 5, ...float64 });
  const kernel = gaussian(x, WIDTH);
  const all = seconds(() => symmetricEigen(denseRows(kernel, n, 0)));
  let products = 0;
  const found = seconds(() => {
    const pairs = eigsh(kernel, {
      k,
      onProgress: ({ step }) => products = step,
    });
    pairs.values.dataSync();
    return pairs;
  });
  const { values, vectors } = all.result;
  const largest = [...values].reverse().slice(0, k);
  const errors = largest.map((_, c) => {
    const v = found.result.vectors.select(c, 1).dataSync();
    const w = vectors[n - 1 - c];
    const along = w.reduce((s, a, i) => s + a * v[i], 0);
    return difference(v, w.map((a) => Math.sign(along) * a));
  });
  return {
    points: n,
    pairs: k,
    denseSeconds: all.time,
    seconds: found.time,
    products,
    errorOfValues: difference(found.result.values.dataSync(), largest),
    errorOfVectors: Math.max(...errors),
  };
}

/** The log-determinant of 2000 points, ten times, and its bars. */
function determinant(): object {
  const [n, alpha] = [2000, 0.01];
  const x = rand([n, 2], { seed: 6, ...float64 });
  const kernel = gaussian(x, WIDTH);
  const lower = factored(denseRows(kernel, n, alpha));
  const exact = lower.reduce((s, row, k) => s + 2 * Math.log(row[k]), 0);
  const estimates = Array.from({ length: 10 }, (_, seed) => {
    const { result, time } = seconds(() => {
      const { value, error } = logdet(kernel, { alpha, seed });
      return { value: value.item(), error };
    });
    return { ...result, seconds: time };
  });
  const within =
    estimates.filter(({ value, error }) => Math.abs(value - exact) <= error)
      .length;
  return { points: n, alpha, exact, within, of: estimates.length, estimates };
}

const PARTS: Readonly<Record<string, () => object>> = {
  dense,
  many,
  eigenpairs,
  logdet: determinant,
};

if (import.meta.main) {
  for (const part of Deno.args.length > 0 ? Deno.args : Object.keys(PARTS)) {
    keepPart("solve", part, PARTS[part]());
  }
}
