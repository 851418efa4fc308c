/**
 * Times the first calls of some formulas in a process of its own, for
 * `bench/gpu.ts`: prints milliseconds as JSON. The number makes formulas that
 * no process before has had.
 *
 *     deno run -A bench/gpu/first_call.ts 17
 *
 * @module
 */

import { cudaDevice } from "../../src/cuda/context.ts";
import { genred } from "../../src/genred/genred.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";

const seed = Number(Deno.args[0]);
// The context is there before the first call.
cudaDevice(0);
const options = { device: "cuda" } as const;
const x = tensor(new Float32Array(3000).fill(0.5), [1000, 3], options);
const b = tensor(new Float32Array(1000).fill(1), [1000, 1], options);
x.dataSync();

const times: number[] = [];
for (const f of ["Cos", "Sin", "Atan"]) {
  const start = performance.now();
  const sum = genred(`${f}(${seed} * SqDist(x, y)) * b`, [
    "x = Vi(3)",
    "y = Vj(3)",
    "b = Vj(1)",
  ], { reduction: "Sum", axis: "j", backend: "cuda" });
  // Who waits like this lets other threads compile, several kernels at once.
  await (sum(x, x, b) as Tensor).data();
  times.push(performance.now() - start);
}
console.log(JSON.stringify(times));
