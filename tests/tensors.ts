/**
 * Random tensors, and dense arrays in plain JavaScript to compare with.
 *
 * @module
 */

import { grad } from "../src/autodiff/grad.ts";
import { hessianVectorProduct } from "../src/autodiff/forward.ts";
import { tensor } from "../src/tensor/create.ts";
import type { Tensor } from "../src/tensor/tensor.ts";
import { assertAllClose } from "./assert.ts";

/** Uniform numbers in [0, 1), the same at every run. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A float64 tensor with entries from a range. */
export function randomTensor(
  random: () => number,
  shape: readonly number[],
  [low, high]: readonly [number, number] = [-1, 1],
): Tensor {
  const size = shape.reduce((n, d) => n * d, 1);
  const data = Float64Array.from(
    { length: size },
    () => low + (high - low) * random(),
  );
  return tensor(data, shape);
}

/** Every index of a shape, row by row. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) return yield [];
  for (let k = 0; k < shape[0]; k++) {
    for (const rest of indices(shape.slice(1))) yield [k, ...rest];
  }
}

/** The entry of a tensor at an index of a shape that it broadcasts to. */
export function entryAt(
  data: ArrayLike<number>,
  shape: readonly number[],
  index: readonly number[],
): number {
  const own = index.slice(index.length - shape.length);
  let at = 0;
  shape.forEach((d, k) => at = at * d + (d === 1 ? 0 : own[k]));
  return data[at];
}

/** What broadcasting gives, one entry at a time. */
export function denseMap(
  f: (...x: number[]) => number,
  tensors: readonly Tensor[],
): { shape: number[]; data: number[] } {
  const ndim = Math.max(...tensors.map((t) => t.ndim));
  const shape = Array.from({ length: ndim }, (_, k) => {
    const sizes = tensors.map((t) => t.shape[t.ndim - ndim + k] ?? 1);
    return sizes.find((d) => d !== 1) ?? 1;
  });
  const datas = tensors.map((t) => t.dataSync());
  const data = [...indices(shape)].map((index) =>
    f(...tensors.map((t, k) => entryAt(datas[k], t.shape, index)))
  );
  return { shape, data };
}

/** A random shape, and others that broadcast with it. */
export function randomShapes(random: () => number, count: number): number[][] {
  const full = Array.from(
    { length: Math.floor(random() * 4) },
    () => 1 + Math.floor(random() * 4),
  );
  return Array.from({ length: count }, (_, k) => {
    const lead = k === 0 ? 0 : Math.floor(random() * (full.length + 1));
    return full.slice(lead).map((d) => random() < 0.3 ? 1 : d);
  });
}

/**
 * First and second derivatives of a function along random directions,
 * against central differences.
 */
export function checkDerivatives(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  random: () => number,
  message: string,
  tolerance = 1e-6,
): void {
  const step = 1e-5;
  const u = inputs.map((x) => randomTensor(random, x.shape));
  const probe = f(...inputs);
  const weights = randomTensor(random, probe.shape);
  const scalar = (...xs: Tensor[]) => f(...xs).mul(weights).sum();
  const moved = (t: number) =>
    inputs.map((x, k) => x.add(u[k].mul(t)).detach().requiresGrad());
  const slope = (xs: Tensor[], along: readonly Tensor[]) =>
    grad(scalar(...xs), xs).reduce(
      (sum, g, k) => sum + g.mul(along[k]).sum().item(),
      0,
    );
  const [ahead, behind] = [moved(step), moved(-step)];
  const difference = (scalar(...ahead).item() - scalar(...behind).item()) /
    (2 * step);
  assertAllClose(
    [slope(moved(0), u)],
    [difference],
    tolerance,
    `first derivative of ${message}`,
  );
  const w = inputs.map((x) => randomTensor(random, x.shape));
  const second = hessianVectorProduct(scalar, inputs, u)
    .reduce((sum, h, k) => sum + h.mul(w[k]).sum().item(), 0);
  assertAllClose(
    [second],
    [(slope(ahead, w) - slope(behind, w)) / (2 * step)],
    tolerance,
    `second derivative of ${message}`,
  );
}
