/** Random numbers: published test vectors, moments, edges. */

import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { Random, splitMix64 } from "../../src/train/random.ts";
import {
  rand,
  randint,
  randn,
  randperm,
} from "../../src/train/random_tensors.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

Deno.test("xoshiro128** 1.1 gives the numbers of its authors' program", () => {
  const random = new Random([1, 2, 3, 4]);
  assertEquals(Array.from({ length: 10 }, () => random.uint32()), [
    11520,
    0,
    5927040,
    70819200,
    2031721883,
    1637235492,
    1287239034,
    3734860849,
    3729100597,
    4258142804,
  ]);
});

Deno.test("SplitMix64 gives the numbers of its authors' program", () => {
  const numbers = splitMix64(1234567n);
  assertEquals([0, 1, 2, 3, 4].map(() => numbers.next().value), [
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ]);
});

Deno.test("a seed fills the state with two numbers, low words first", () => {
  const [a, b] = [6457827717110365317n, 3203168211198807973n];
  const words = [a, a >> 32n, b, b >> 32n].map((w) => Number(w & 0xffffffffn));
  const direct = new Random([words[0], words[1], words[2], words[3]]);
  const seeded = new Random(1234567);
  for (let k = 0; k < 5; k++) assertEquals(seeded.uint32(), direct.uint32());
});

Deno.test("seeds: bigint or number, negative, none", () => {
  assertEquals(new Random(5).uint32(), new Random(5n).uint32());
  assertEquals(new Random(-1).uint32(), new Random(2n ** 64n - 1n).uint32());
  assert(new Random().uniform() !== new Random().uniform());
  assertThrows(() => new Random(1.5), ArgumentError, "safe integer");
  assertThrows(() => new Random([0, 0, 0, 0]), ArgumentError, "not all of");
  assertThrows(() => new Random([-1, 0, 0, 0]), ArgumentError, "32 bits");
});

/** Mean of a power, with its standard error from the expected variance. */
function assertMoment(
  data: ArrayLike<number>,
  power: number,
  mean: number,
  variance: number,
): void {
  const found = Array.from(data).reduce((s, x) => s + x ** power, 0) /
    data.length;
  const error = Math.abs(found - mean);
  assert(
    error < 4 * Math.sqrt(variance / data.length),
    `moment ${power}: ${found} for ${mean}`,
  );
}

Deno.test("moments of the uniform distribution", () => {
  const x = rand([200000], { seed: 3, dtype: "float64" }).dataSync();
  for (const p of [1, 2, 3, 4]) {
    const mean = 1 / (p + 1);
    assertMoment(x, p, mean, 1 / (2 * p + 1) - mean ** 2);
  }
  const lagged = Array.from(x.subarray(1), (v, k) => (v - 0.5) * (x[k] - 0.5));
  assertMoment(lagged, 1, 0, 1 / 144);
});

Deno.test("moments of the normal distribution", () => {
  const x = randn([200000], { seed: 4, dtype: "float64" }).dataSync();
  const even = [1, 1, 3, 15, 105, 945];
  for (const p of [1, 2, 3, 4]) {
    const mean = p % 2 === 0 ? even[p / 2] : 0;
    assertMoment(x, p, mean, even[p] - mean ** 2);
  }
  const pairs = Array.from(x.subarray(1), (v, k) => v * x[k]);
  assertMoment(pairs, 1, 0, 1);
  const within = Array.from(x, (v) => Number(Math.abs(v) < 1));
  assertMoment(within, 1, 0.6826894921, 0.2166);
});

Deno.test("all dtypes draw the same numbers, below 1 after rounding", () => {
  const exact = rand([5000], { seed: 9, dtype: "float64" }).dataSync();
  for (const dtype of ["float32", "float16", "bfloat16"] as const) {
    const cut = rand([5000], { seed: 9, dtype });
    assertEquals(cut.dtype, dtype);
    const bits = { float32: 24, float16: 11, bfloat16: 8 }[dtype];
    cut.dataSync().forEach((x, k) => {
      assert(x < 1 && x <= exact[k] && exact[k] - x < 2 ** -bits);
    });
  }
  assertEquals(rand([1]).dtype, "float32");
});

Deno.test("integers come equally often", () => {
  const x = randint([60000], -1, 5, { seed: 2 });
  assertEquals(x.dtype, "int32");
  const counts = [0, 0, 0, 0, 0, 0];
  x.dataSync().forEach((k) => counts[k + 1]++);
  // The 99.9% quantile of the chi-squared distribution with 5 degrees.
  const chi = counts.reduce((s, c) => s + (c - 1e4) ** 2 / 1e4, 0);
  assert(chi < 20.5, `chi squared ${chi}`);
  const random = new Random(1);
  assert(random.integer(0, 2 ** 32) >= 0);
  assertEquals(random.integer(7, 8), 7);
});

Deno.test("permutations hold every index once", () => {
  const order = randperm(1000, { seed: 6 }).dataSync();
  assertEquals(
    Array.from(order).sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, k) => k),
  );
  const firsts = new Random(1);
  const counts = [0, 0, 0];
  for (let k = 0; k < 3000; k++) {
    counts[randperm(3, { seed: firsts }).dataSync()[0]]++;
  }
  assert(counts.every((c) => Math.abs(c - 1000) < 110), `${counts}`);
  assertEquals(randperm(0).shape, [0]);
});

Deno.test("what cannot be drawn is refused", () => {
  assertThrows(() => rand([2], { dtype: "int32" }), ArgumentError, "randint");
  assertThrows(() => randn([2], { dtype: "int32" }), ArgumentError, "randint");
  assertThrows(() => randint([2], 3, 3), ArgumentError, "below 3");
  assertThrows(() => randint([2], 0, 0.5), ArgumentError, "integer");
  assertThrows(() => rand([-1]), ShapeError);
  assertThrows(() => randperm(1.5), ShapeError);
  assertEquals(rand([2], { requiresGrad: true }).tracked, true);
  assertEquals(rand([]).shape, []);
});
