/**
 * Gaussian convolution on the Stanford bunny, and its gradient field:
 *
 *     a_i = sum_j exp(-|x_i - x_j|^2 / (2 s^2)) b_j
 *
 * Rows are checked against plain loops; the picture is `out/bunny.svg`.
 *
 * @module
 */

import bunny from "bunny";
import { grad, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { type Mesh, portrait } from "./portrait.ts";

/** The width of the Gaussian; the bunny is 10 wide. */
const WIDTH = 0.6;
const FILE = "out/bunny.svg";

/** Numbers between -1 and 1 without order, the same at every run. */
function noise(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, k) => {
    const x = Math.sin(12.9898 * (k + 1)) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
}

/** The convolution of a signal b on points y, at points x. */
export function convolve(x: Tensor, y: Tensor, b: Tensor): Tensor {
  return Vi(x).sqdist(Vj(y)).mul(-1 / (2 * WIDTH ** 2)).exp().matmul(b);
}

/** The gradient of the smoothed signal at the points x. */
export function slopes(x: Tensor, y: Tensor, b: Tensor): Tensor {
  const at = x.detach().requiresGrad();
  return grad(convolve(at, y, b).sum(), [at])[0];
}

/** The same at one point by a plain loop: the value, then the gradient. */
function byLoop(points: readonly number[][], b: Float32Array, i: number) {
  const result = [0, 0, 0, 0];
  points.forEach((y, j) => {
    const apart = points[i].map((v, d) => v - y[d]);
    const square = apart.reduce((s, v) => s + v * v, 0);
    const term = Math.exp(-square / (2 * WIDTH ** 2)) * b[j];
    result[0] += term;
    apart.forEach((v, d) => result[d + 1] -= term * v / WIDTH ** 2);
  });
  return result;
}

/** The largest difference to plain loops in some rows. */
function worstError(
  points: readonly number[][],
  b: Float32Array,
  values: ArrayLike<number>,
  gradients: ArrayLike<number>,
  rows: readonly number[],
): number {
  const errors = rows.flatMap((i) => {
    const [value, ...slope] = byLoop(points, b, i);
    const found = slope.map((_, d) => gradients[3 * i + d]);
    return [values[i] - value, ...slope.map((v, d) => found[d] - v)];
  });
  return Math.max(...errors.map(Math.abs));
}

/** Seconds of the first and of the fastest of a few runs. */
function timed(f: () => Tensor): { first: number; best: number } {
  const times = Array.from({ length: 6 }, () => {
    const start = performance.now();
    f().dataSync();
    return (performance.now() - start) / 1000;
  });
  return { first: times[0], best: Math.min(...times.slice(1)) };
}

function report(what: string, pairs: number, f: () => Tensor): void {
  const { first, best } = timed(f);
  const ms = (s: number) => `${(1000 * s).toFixed(0)} ms`;
  const speed = (pairs / best / 1e6).toFixed(0);
  console.log(
    `${what}  first ${ms(first)}, then ${
      ms(best)
    }: ${speed} million pairs per second`,
  );
}

function main(): void {
  const points: number[][] = bunny.positions;
  const n = points.length;
  const x = tensor(points);
  const signal = noise(n);
  const b = tensor(signal, [n, 1]);
  console.log(`Stanford bunny: ${n} points, ${n * n} pairs, float32`);
  console.log("a_i = sum_j exp(-|x_i - x_j|^2 / (2 s^2)) b_j of a noise b");
  report("  convolution", n * n, () => convolve(x, x, b));
  report("  gradient   ", n * n, () => slopes(x, x, b));

  const values = convolve(x, x, b).dataSync() as Float32Array;
  const gradients = slopes(x, x, b).dataSync() as Float32Array;
  const rows = Array.from({ length: 20 }, (_, k) => Math.floor(k * n / 20));
  const error = worstError(points, signal, values, gradients, rows);
  console.log(
    `${rows.length} rows against plain loops: largest difference ${
      error.toExponential(1)
    }`,
  );
  if (!(error < 1e-4)) throw new Error("The results are wrong");

  const mesh: Mesh = { points, triangles: bunny.cells };
  Deno.mkdirSync("out", { recursive: true });
  Deno.writeTextFileSync(FILE, portrait(mesh, values, gradients, WIDTH));
  console.log(`${FILE}: the bunny in the colours of a, with its gradients`);
}

if (import.meta.main) main();
