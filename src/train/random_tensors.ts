/**
 * Tensors of pseudo-random numbers.
 *
 * @module
 */

import { allocateArray, DIGITS, type DType } from "../dtypes.ts";
import { ArgumentError } from "../errors.ts";
import { checkDType } from "../tensor/convert.ts";
import { tensor, type TensorOptions } from "../tensor/create.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Random } from "./random.ts";

/** How random tensors are made. */
export interface RandomOptions extends TensorOptions {
  /**
   * An integer gives the same numbers at every run; a generator goes on from
   * where it is. Without either, every call gives other numbers.
   */
  readonly seed?: number | bigint | Random | undefined;
}

/**
 * Numbers of the uniform distribution on [0, 1).
 *
 * The same seed gives the same numbers in every dtype, but for what is cut
 * off: they are below 1 in all of them.
 *
 * @param shape sizes along each axis
 * @param options seed, dtype (`float32` by default), device, recording
 * @returns a new tensor
 * @throws {ArgumentError} for `int32`
 *
 * @example Points of the unit square
 * ```ts
 * import { rand } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = rand([100, 2], { seed: 1 });
 * assert.ok(x.dataSync().every((t) => t >= 0 && t < 1));
 * assert.deepEqual(x.arraySync(), rand([100, 2], { seed: 1 }).arraySync());
 * ```
 */
export function rand(
  shape: readonly number[],
  options: RandomOptions = {},
): Tensor {
  const scale = 2 ** DIGITS[floatOf(options, "rand")];
  const random = generatorOf(options);
  return drawn(
    shape,
    () => Math.floor(random.uniform() * scale) / scale,
    options,
  );
}

/**
 * Numbers of the normal distribution of mean 0 and variance 1.
 *
 * @param shape sizes along each axis
 * @param options seed, dtype (`float32` by default), device, recording
 * @returns a new tensor
 * @throws {ArgumentError} for `int32`
 *
 * @example One generator for several tensors
 * ```ts
 * import { randn, Random } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const seed = new Random(1);
 * const [x, y] = [randn([2], { seed }), randn([2], { seed })];
 * assert.deepEqual(
 *   [...x.dataSync(), ...y.dataSync()],
 *   randn([4], { seed: 1 }).arraySync(),
 * );
 * ```
 */
export function randn(
  shape: readonly number[],
  options: RandomOptions = {},
): Tensor {
  floatOf(options, "randn");
  const random = generatorOf(options);
  return drawn(shape, () => random.normal(), options);
}

/**
 * Integers, each with the same probability.
 *
 * @param shape sizes along each axis
 * @param low the least integer
 * @param high the end, not included
 * @param options seed, dtype (`int32` by default), device
 * @returns a new tensor
 * @throws {ArgumentError} where there is no integer in the range
 *
 * @example Throws of a die
 * ```ts
 * import { randint } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const throws = randint([50], 1, 7, { seed: 1 });
 * assert.deepEqual([throws.min().item(), throws.max().item()], [1, 6]);
 * ```
 */
export function randint(
  shape: readonly number[],
  low: number,
  high: number,
  options: RandomOptions = {},
): Tensor {
  const random = generatorOf(options);
  return drawn(shape, () => random.integer(low, high), {
    ...options,
    dtype: options.dtype ?? "int32",
  });
}

/**
 * The integers from 0 to `count - 1` in a random order, by Fisher and Yates's
 * shuffle.
 *
 * @param count how many
 * @param options seed, dtype (`int32` by default), device
 * @returns a tensor with one axis
 *
 * @example Rows in another order
 * ```ts
 * import { randperm, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([[0], [1], [2]]).gather(randperm(3, { seed: 1 }));
 * assert.equal(x.sum().item(), 3);
 * ```
 */
export function randperm(count: number, options: RandomOptions = {}): Tensor {
  checkShape([count]);
  const random = generatorOf(options);
  const order = Int32Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = random.integer(0, k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return tensor(order, [count], options);
}

function floatOf({ dtype }: RandomOptions, name: string): DType {
  const checked = checkDType(dtype ?? "float32");
  if (checked !== "int32") return checked;
  throw new ArgumentError(
    `Cannot apply "${name}" with dtype int32: a float dtype is wanted; randint draws integers`,
  );
}

function generatorOf({ seed }: RandomOptions): Random {
  return seed instanceof Random ? seed : new Random(seed);
}

function drawn(
  shape: readonly number[],
  draw: () => number,
  options: RandomOptions,
): Tensor {
  checkShape(shape);
  const data = allocateArray("float64", sizeOf(shape)).map(draw);
  const { dtype = "float32", device, requiresGrad } = options;
  return tensor(data, shape, { dtype, device, requiresGrad });
}
