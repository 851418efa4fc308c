/**
 * A program of several clouds with batch dimensions: symbolic arrays of shape
 * `(A, B, M, N, D)` that are never stored.
 *
 * @module
 */

import { LazyTensor, type Tensor, tensor } from "../mod.ts";

/** The data of the program, float32 or float64. */
export interface Data {
  /** Points i: `(A, B, M, 1, D)`. */
  readonly x: Tensor;
  /** Scales, one for each point i: `(1, 1, M, 1, D)`. */
  readonly l: Tensor;
  /** Points j: `(1, B, 1, N, D)`. */
  readonly y: Tensor;
  /** One number for each problem: `(A, 1, 1, 1, 1)`. */
  readonly s: Tensor;
}

/**
 * `F = cos(x^1.5 + y / l) - <x, y> + x[2] relu(s) y`, of shape
 * `(A, B, M, N, D)`.
 */
export function program({ x, l, y, s }: Data): LazyTensor {
  const [xi, li, yj, p] = [x, l, y, s].map((t) => new LazyTensor(t));
  return xi.pow(1.5).add(yj.div(li)).cos()
    .sub(xi.dot(yj))
    .add(xi.elem(2).mul(p.relu()).mul(yj));
}

/** Positive numbers without order, as a tensor. */
function example(...shape: number[]): Tensor {
  const size = shape.reduce((p, d) => p * d, 1);
  const entry = (k: number) => 0.1 + 0.9 * Math.abs(Math.sin(7.3 * k));
  return tensor(Float32Array.from({ length: size }, (_, k) => entry(k)), shape);
}

function main(): void {
  const [A, B, M, N, D] = [7, 3, 200, 300, 10];
  const data = {
    x: example(A, B, M, 1, D),
    l: example(1, 1, M, 1, D),
    y: example(1, B, 1, N, D),
    s: example(A, 1, 1, 1, 1),
  };
  const F = program(data);
  console.log(`${F}`);
  console.log("sum over i:", F.sum("i").shape);
  console.log("sum over j:", F.sum("j").shape);
}

if (import.meta.main) main();
