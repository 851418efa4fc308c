/**
 * Pseudo-random numbers that are the same at every run.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";

const MASK = (1n << 64n) - 1n;

/**
 * The numbers of SplitMix64 (Steele, Lea and Flood 2014): they spread a seed
 * of 64 bits over the state of another generator.
 */
export function* splitMix64(seed: bigint): Generator<bigint> {
  let state = seed & MASK;
  while (true) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    yield z ^ (z >> 31n);
  }
}

function stateOf(seed: number | bigint): number[] {
  if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) {
    throw new ArgumentError(
      `Cannot seed a generator with ${
        String(seed)
      }: a safe integer or a bigint is wanted`,
    );
  }
  const numbers = splitMix64(BigInt(seed));
  return [0, 1].flatMap(() => {
    const word = numbers.next().value as bigint;
    return [Number(word & 0xffffffffn), Number(word >> 32n)];
  });
}

/** A seed that nobody can guess. */
function freshSeed(): bigint {
  const [low, high] = crypto.getRandomValues(new Uint32Array(2));
  return BigInt(low) << 32n | BigInt(high);
}

function rotated(x: number, by: number): number {
  return x << by | x >>> (32 - by);
}

/**
 * A generator of pseudo-random numbers: xoshiro128** 1.1 of Blackman and Vigna
 * ("Scrambled linear pseudorandom number generators", ACM TOMS 2021), of
 * period 2^128 - 1, seeded through SplitMix64 as its authors advise.
 *
 * @example The same numbers at every run
 * ```ts
 * import { Random } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const [a, b] = [new Random(7), new Random(7)];
 * assert.equal(a.uniform(), b.uniform());
 * assert.notEqual(a.uniform(), a.uniform());
 * ```
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  /** The second number of a pair of normal ones. */
  #spare: number | undefined;

  /**
   * A generator at its start.
   *
   * @param seed an integer, of which 64 bits count; four words of 32 bits are
   * a state; none takes a seed from the system, another one at every run
   * @throws {ArgumentError} for what is no integer, and for a state of zeros
   */
  constructor(
    seed: number | bigint | readonly [number, number, number, number] =
      freshSeed(),
  ) {
    const state = typeof seed === "object" ? seed : stateOf(seed);
    const wrong = state.length !== 4 || state.every((x) => x === 0) ||
      state.some((x) => x !== x >>> 0);
    if (wrong) {
      throw new ArgumentError(
        `Cannot use (${
          state.join(", ")
        }) as a state: four integers of 32 bits, not all of them 0, are wanted`,
      );
    }
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /** The next integer from 0 to 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotated(this.#d, 11);
    return result >>> 0;
  }

  /** A number from [0, 1), one of the multiples of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /**
   * A number of the normal distribution of mean 0 and variance 1, by Box and
   * Muller's transform (1958): always two uniform numbers for two normal ones.
   */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    // From (0, 1]: the logarithm of 0 is no number to draw.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /**
   * An integer, each of them with the same probability.
   *
   * @param low the least one
   * @param high the end, not included, at most 2^32 above `low`
   * @throws {ArgumentError} where there is no such integer
   */
  integer(low: number, high: number): number {
    const count = high - low;
    if (
      !Number.isSafeInteger(low) || !Number.isSafeInteger(high) ||
      !(count > 0 && count <= 2 ** 32)
    ) {
      throw new ArgumentError(
        `Cannot draw an integer from ${low} to below ${high}: integers with ${low} < end <= ${low} + 2^32 are wanted`,
      );
    }
    // What is left over after the last full turn would come once too often.
    const limit = 2 ** 32 - 2 ** 32 % count;
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return low + drawn % count;
  }
}
