/** Chains of elementwise operations are one map, and computed once. */

import { grad } from "../../src/autodiff/grad.ts";
import { scope } from "../../src/autodiff/scope.ts";
import { memoryOf } from "../../src/tensor/base.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { wasmBackend } from "../../src/wasm/backend.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { prepared } from "../prepared.ts";

const N = 40_000;

function numbers(seed: number, length = N): Tensor {
  const data = new Float64Array(length);
  for (let k = 0; k < length; k++) data[k] = Math.sin(seed + 0.7 * k);
  return tensor(data);
}

const isPending = (t: Tensor) => memoryOf(t).buffer.pending;

Deno.test("a chain is one program, whatever numbers are in it", () => {
  const [x, y] = [numbers(1), numbers(2)];
  const chain = (a: number) => x.mul(a).add(y).exp().sub(y.square()).tanh();
  let result = x;
  const made = prepared(wasmBackend, () => {
    result = chain(0.3);
    assert(isPending(result));
    result.dataSync();
  });
  assertEquals(made.length, 1);
  assertEquals(made[0].outputs, 1);
  const [xs, ys] = [x.dataSync(), y.dataSync()];
  const expected = xs.map((v, k) =>
    Math.tanh(Math.exp(0.3 * v + ys[k]) - ys[k] ** 2)
  );
  assertAllClose(result.dataSync(), expected, 1e-12);
  assertEquals(prepared(wasmBackend, () => chain(0.7).dataSync()), []);
});

Deno.test("a value with two readers is a second result of one map", () => {
  const x = numbers(3);
  const made = prepared(wasmBackend, () => {
    const both = scope(() => {
      const shared = x.atan().mul(3);
      return [shared.sinh(), shared.cosh()];
    });
    both[0].dataSync();
    const [xs, c] = [x.dataSync(), both[1].dataSync()];
    assertAllClose(c, xs.map((v) => Math.cosh(3 * Math.atan(v))), 1e-12);
  });
  assertEquals(made.map((m) => m.outputs), [2, 1]);
  assert(!made[1].title.includes("Atan"), made[1].title);
});

Deno.test("one value read twice by one map is computed in it", () => {
  const x = numbers(4);
  const made = prepared(wasmBackend, () => {
    const a = x.atan().add(7);
    const result = a.mul(a).div(a.add(0.25));
    result.dataSync();
  });
  assertEquals(made.map((m) => m.outputs), [1]);
});

Deno.test("what derivatives need is computed with the values", () => {
  const data = numbers(5);
  const x = data.detach().requiresGrad();
  const y = x.mul(0.3).exp().sin();
  y.dataSync();
  const [g] = grad(y.sum(), [x]);
  const expected = data.dataSync().map((v) => {
    const e = Math.exp(0.3 * v);
    return Math.cos(e) * e * 0.3;
  });
  assertAllClose(g.dataSync(), expected, 1e-12);
});

Deno.test("chains broadcast, keep shapes apart, and end somewhere", () => {
  const m = tensor(numbers(6).dataSync(), [200, 200]);
  const [row, column] = [numbers(7, 200), numbers(8, 200).reshape([200, 1])];
  const result = m.add(row).mul(column).sub(m.transpose()).abs();
  const [ms, rs, cs] = [m, row, column].map((t) => t.dataSync());
  const expected = ms.map((v, k) => {
    const [i, j] = [Math.floor(k / 200), k % 200];
    return Math.abs((v + rs[j]) * cs[i] - ms[200 * j + i]);
  });
  assertAllClose(result.dataSync(), expected, 1e-12);
  // A reshaped value is read as it is.
  const flat = m.exp().reshape([N]).add(m.reshape([N]));
  assertAllClose(flat.dataSync(), ms.map((v) => Math.exp(v) + v), 1e-12);
  let long = numbers(9);
  const start = long.dataSync();
  for (let k = 0; k < 100; k++) long = long.mul(0.5).add(1);
  assert(memoryOf(long).buffer.depth <= 17);
  assertAllClose(long.dataSync(), start.map(() => 2), 1e-12);
});

Deno.test("disposed operands live on in chains, scopes free the rest", () => {
  const x = numbers(10);
  const expected = x.dataSync().map((v) => Math.exp(v + 1) * 2);
  const result = scope(() => x.add(1).exp().mul(2));
  x.dispose();
  assertEquals(isPending(result), true);
  assertAllClose(result.dataSync(), expected, 1e-12);
});

Deno.test("chains are computed while others use the thread", async () => {
  const x = numbers(11, 400_000);
  const told: number[] = [];
  const result = x.mul(0.5).exp().log().mul(2);
  const data = await result.data({ onProgress: (f) => told.push(f) });
  assertEquals(told.at(-1), 1);
  assertAllClose(data, x.dataSync(), 1e-12);
});
