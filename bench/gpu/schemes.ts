/**
 * Runs one kernel of each scheme at small sizes, under a checking tool:
 *
 *     compute-sanitizer --tool racecheck deno run -A bench/gpu/schemes.ts
 *
 * With `planted` it makes mistakes that such a tool must find instead: one
 * that reads beyond an array, or one that misses a barrier.
 *
 * @module
 */

import { cudaKernel, rand, type Tensor, Vi, Vj } from "../../mod.ts";
import { cudaDevice } from "../../src/cuda/context.ts";

const device = "cuda";
const cloud = (points: number, dim: number, seed: number): Tensor =>
  rand([points, dim], { seed, device });

/** Something small for each way to walk the pairs, and for each reduction. */
export function schemes(): Tensor[] {
  const results: Tensor[] = [];
  const gauss = (x: Tensor, y: Tensor) => Vi(x).sqdist(Vj(y)).neg().exp();
  // Many rows, and few rows that are split; short and long vectors.
  for (const [m, n] of [[2100, 70], [40, 1500]]) {
    for (const [dim, width] of [[3, 1], [150, 1], [20, 40]]) {
      const k = gauss(cloud(m, dim, 1), cloud(n, dim, 2));
      results.push(k.matmul(cloud(n, width, 3)));
      if (dim === 3) results.push(k.logsumexp("j"), k.argKmin(5, "j"));
    }
  }
  const [x, y] = [cloud(100, 3, 1), cloud(90, 3, 2)];
  results.push(gauss(x, y).dense(), x.exp().add(1), x.transpose().slice([1]));
  results.push(x.gather([5, 1, 5]), x.scatterAdd(indices(100), 7));
  return results;
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k % 7);
}

/** Mistakes, by name. */
const PLANTED: Readonly<Record<string, string>> = {
  memcheck: `extern "C" __global__ void planted(const float* x, float* out) {
  out[threadIdx.x] = x[threadIdx.x + 65536];
}`,
  racecheck: `extern "C" __global__ void planted(const float* x, float* out) {
  __shared__ float part[64];
  part[threadIdx.x] = x[threadIdx.x];
  out[threadIdx.x] = part[63 - threadIdx.x];
}`,
};

if (import.meta.main) {
  const [kind] = Deno.args;
  const results = kind === undefined ? schemes() : cudaKernel(PLANTED[kind], {
    name: "planted",
    parameters: ["float32"],
    outputs: () => [{ shape: [64] }],
    grid: () => 1,
    block: 64,
  })(rand([64], { seed: 1, device }));
  for (const result of results) result.dataSync();
  const { name } = cudaDevice(0);
  console.log(`${results.length} results on ${name}`);
}
