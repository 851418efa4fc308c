/**
 * A Gaussian convolution from a formula string.
 *
 * @module
 */

import { genericSum, type Tensor, tensor } from "../mod.ts";

/** `a_i = sum_j exp(-G |x_i - y_j|^2) b_j`, as a function of G, X, Y, B. */
export const gaussianConvolution: (...data: Tensor[]) => Tensor = genericSum(
  "Exp(-G*SqDist(X,Y)) * B", // the formula
  "A = Vi(2)", //               the output: one vector of 2 for each i
  "G = Pm(1)", //               1st argument: a parameter
  "X = Vi(3)", //               2nd argument: points i
  "Y = Vj(3)", //               3rd argument: points j
  "B = Vj(2)", //               4th argument: signals j
);

/** Points on a curve. */
function curve(count: number, dim: number): Tensor {
  const entry = (k: number) => Math.sin(1 + 0.37 * k);
  const data = Float32Array.from({ length: count * dim }, (_, k) => entry(k));
  return tensor(data, [count, dim]);
}

function main(): void {
  const [M, N] = [1000, 2000];
  const a = gaussianConvolution(
    tensor([0.5]),
    curve(M, 3),
    curve(N, 3),
    curve(N, 2),
  );
  console.log(`A has the shape (${a.shape}); its first row is`, [
    ...a.dataSync().slice(0, 2),
  ]);
}

if (import.meta.main) main();
