/** Threads share the rows of a computation, and change nothing else. */

import { ArgumentError } from "../../src/errors.ts";
import { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { setThreads, threads } from "../../src/wasm/pool.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

function cloud(shape: readonly number[], seed: number, wide = false): Tensor {
  const size = shape.reduce((p, d) => p * d, 1);
  const data = Array.from({ length: size }, (_, k) => Math.sin(seed + k * k));
  return tensor(
    wide ? Float64Array.from(data) : Float32Array.from(data),
    shape,
  );
}

/** Results that take more than a millisecond, so that threads are used. */
const COMPUTATIONS: readonly (readonly [string, () => Tensor])[] = [
  ["a sum", () => {
    const [x, y] = [Vi(cloud([3000, 3], 1)), Vj(cloud([2000, 3], 2))];
    return x.sqdist(y).neg().exp().sum("j", { backend: "wasm" });
  }],
  ["a sum in float64", () => {
    const [x, y] = [
      Vi(cloud([2500, 3], 1, true)),
      Vj(cloud([2000, 3], 2, true)),
    ];
    return x.sqdist(y).neg().exp().sum("i", { backend: "wasm" });
  }],
  ["many least values, in arrays", () => {
    const [x, y] = [Vi(cloud([3000, 2], 3)), Vj(cloud([2000, 2], 4))];
    return x.sqdist(y).argKmin(20, "j", { backend: "wasm" });
  }],
  ["long vectors, in arrays", () => {
    const [x, y] = [Vi(cloud([500, 40], 5)), Vj(cloud([600, 40], 6))];
    return x.mul(y).exp().sum("j", { backend: "wasm" });
  }],
  ["batches", () => {
    const x = new LazyTensor(cloud([2, 1, 1500, 1, 3], 7));
    const y = new LazyTensor(cloud([3, 1, 900, 3], 8));
    return x.sqdist(y).logsumexp("j", { backend: "wasm" });
  }],
  ["ranges", () => {
    const [x, y] = [Vi(cloud([4000, 3], 1)), Vj(cloud([3000, 3], 2))];
    return x.sqdist(y).neg().exp().sum("j", {
      backend: "wasm",
      ranges: {
        ranges_i: [[0, 1700], [1800, 4000]],
        slices_i: [2, 3],
        redranges_j: [[0, 1000], [1500, 3000], [200, 2900]],
        ranges_j: [],
        slices_j: [],
        redranges_i: [],
      },
    });
  }],
  ["the values of all pairs", () => {
    const [x, y] = [Vi(cloud([900, 3], 1)), Vj(cloud([800, 3], 2))];
    return x.sqdist(y).sqrt().dense({ backend: "wasm" });
  }],
];

for (const [name, compute] of COMPUTATIONS) {
  Deno.test(`threads do not change ${name}`, () => {
    const before = threads();
    try {
      setThreads(1);
      const alone = compute().dataSync();
      for (const count of [2, 5]) {
        setThreads(count);
        for (let turn = 0; turn < 3; turn++) {
          assertEquals(compute().dataSync(), alone);
        }
      }
    } finally {
      setThreads(before);
    }
  });
}

Deno.test("threads that have ended are started again", async () => {
  setThreads(3);
  const [, compute] = COMPUTATIONS[0];
  const first = compute().dataSync();
  await new Promise((done) => setTimeout(done, 400));
  assertEquals(compute().dataSync(), first);
});

Deno.test("the number of threads is checked", () => {
  for (const count of [0, -1, 1.5, NaN, 1e9]) {
    assertThrows(
      () => setThreads(count),
      ArgumentError,
      `Cannot use ${count} threads: an integer from 1 to 256 is wanted`,
    );
  }
  assert(threads() >= 1);
});
