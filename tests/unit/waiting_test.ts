/** Results that are computed while others use the thread, or not at all. */

import { scope } from "../../src/autodiff/scope.ts";
import { grad } from "../../src/autodiff/grad.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { memoryOf } from "../../src/tensor/base.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { idleBytes } from "../../src/wasm/arena.ts";
import { setThreads, threads } from "../../src/wasm/pool.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

function cloud(count: number, dim: number, seed: number): Tensor {
  const data = new Float32Array(count * dim);
  for (let k = 0; k < data.length; k++) data[k] = Math.sin(seed + k * k);
  return tensor(data, [count, dim]);
}

const backend = "wasm";
const isPending = (t: Tensor) => memoryOf(t).buffer.pending;

/** Sums of so many rows: 1.2 million pairs for a hundred of them. */
function sums(rows: number, seed = 1): Tensor {
  const [x, y] = [cloud(rows, 3, seed), cloud(12_000, 3, 2)];
  return Vi(x).sqdist(Vj(y)).neg().exp().sum("j", { backend });
}

/** As many rows as take so many milliseconds on this machine. */
function rowsFor(milliseconds: number): number {
  sums(200).dataSync();
  const start = performance.now();
  sums(400).dataSync();
  const one = (performance.now() - start) / 400;
  return Math.ceil(milliseconds / one);
}

/** Runs a test with several numbers of threads. */
function onThreads(
  name: string,
  counts: readonly number[],
  test: () => Promise<void>,
): void {
  for (const count of counts) {
    Deno.test(`${name}, ${count} threads`, async () => {
      const before = threads();
      setThreads(count);
      try {
        await test();
      } finally {
        setThreads(before);
      }
    });
  }
}

Deno.test("small results are there at once, large ones when they are needed", () => {
  assert(!isPending(sums(1)));
  const large = sums(3000);
  assert(isPending(large));
  const doubled = large.mul(2);
  assert(isPending(doubled));
  const expected = large.dataSync().map((v) => 2 * v);
  assert(!isPending(large));
  assertEquals(doubled.dataSync(), expected);
  assert(!isPending(doubled));
});

onThreads("events come in between", [1, 2], async () => {
  const large = sums(rowsFor(600));
  const gaps: number[] = [];
  let last = performance.now();
  const interval = setInterval(() => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }, 5);
  const start = performance.now();
  await large.data();
  const took = performance.now() - start;
  clearInterval(interval);
  // Other programs share the machine: without a pause there were no tick.
  assert(gaps.length >= 5, `${gaps.length} ticks in ${took} ms`);
  const longest = Math.max(...gaps);
  assert(longest < 0.9 * took, `${longest} of ${took} ms without a tick`);
});

onThreads("waiting and not waiting give the same", [1, 2, 3], async () => {
  const expected = sums(2000).dataSync();
  assertEquals(await sums(2000).data(), expected);
  const nested = await sums(2000).array();
  assertEquals((nested as number[][]).length, 2000);
});

onThreads(
  "two results at once, and one that is asked for twice",
  [1, 2],
  async () => {
    const [a, b] = [sums(2000, 1), sums(2500, 5)];
    const both = b.sum().add(a.sum());
    const [x, y, z, again] = await Promise.all([
      a.data(),
      b.data(),
      both.data(),
      a.data(),
    ]);
    assertEquals(x, sums(2000, 1).dataSync());
    assertEquals(y, sums(2500, 5).dataSync());
    assertEquals(again, x);
    assertEquals(z[0], sums(2500, 5).sum().add(sums(2000, 1).sum()).item());
  },
);

onThreads(
  "a result is taken in the middle of waiting for it",
  [1, 2],
  async () => {
    const large = sums(4000);
    const waiting = large.data();
    await new Promise((go) => setTimeout(go, 3));
    const now = large.dataSync();
    assertEquals(now, sums(4000).dataSync());
    assertEquals(await waiting, now);
  },
);

onThreads("other computations come in the middle", [1, 2], async () => {
  const large = sums(4000);
  const inside: unknown[] = [];
  const interval = setInterval(
    () => inside.push(sums(300, 9).dataSync()),
    1,
  );
  const data = await large.data();
  clearInterval(interval);
  assertEquals(data, sums(4000).dataSync());
  assert(inside.length > 0);
  for (const own of inside) assertEquals(own, sums(300, 9).dataSync());
});

onThreads("a signal stops it, and it can be asked again", [1, 2], async () => {
  const large = sums(rowsFor(2000));
  const reason = new Error("enough");
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 30);
  const start = performance.now();
  const error = await large.data({ signal: controller.signal }).catch((e) => e);
  const took = performance.now() - start;
  assertEquals(error, reason);
  assert(took < 1500, `it went on for ${took} ms`);
  assert(isPending(large));
  assertEquals(sums(500).dataSync().length, 500);
  // A signal that has come already stops it before it begins.
  const late = await large.array({ signal: controller.signal })
    .catch((e) => e);
  assertEquals(late, reason);
});

Deno.test("who waits on does not mind that others do not", async () => {
  const large = sums(3000);
  const controller = new AbortController();
  const [first, second] = [
    large.data({ signal: controller.signal }).catch((e) => e),
    large.data(),
  ];
  controller.abort(new Error("not me"));
  assertEquals((await first).message, "not me");
  assertEquals(await second, sums(3000).dataSync());
});

Deno.test("a signal counts for results that are there, too", async () => {
  const small = tensor([1, 2]);
  const signal = AbortSignal.abort(new Error("too late"));
  await assertRejects(() => small.data({ signal }), Error, "too late");
  assertEquals(await small.data(), Float32Array.of(1, 2));
});

onThreads(
  "progress ascends to 1, over all that is to be done",
  [1, 2],
  async () => {
    const first = sums(3000);
    const [x, y] = [first, cloud(9000, 1, 3)];
    const second = Vi(x).sqdist(Vj(y)).neg().exp().sum("j", { backend });
    assert(isPending(first) && isPending(second));
    const told: number[] = [];
    await second.data({ onProgress: (fraction) => told.push(fraction) });
    assertEquals(told.at(-1), 1);
    assert(told.length > 3, `${told}`);
    for (const [k, f] of told.entries()) {
      assert(f >= 0 && f <= 1 && f >= (told[k - 1] ?? 0), `${told}`);
    }
  },
);

Deno.test("an error in onProgress stops the computation", async () => {
  const large = sums(4000);
  const failing = large.data({
    onProgress: () => {
      throw new RangeError("cannot show it");
    },
  });
  await assertRejects(() => failing, RangeError, "cannot show it");
  assert(isPending(large));
  assertEquals(large.dataSync(), sums(4000).dataSync());
});

Deno.test("what is disposed of lives on in results to come", async () => {
  const [x, y] = [cloud(3000, 3, 1), cloud(12_000, 3, 2)];
  const large = Vi(x).sqdist(Vj(y)).neg().exp().sum("j", { backend });
  x.dispose();
  y.dispose();
  assertEquals(large.dataSync(), sums(3000).dataSync());
  const kept = scope(() => sums(3000).mul(2).add(1));
  const waiting = kept.data();
  kept.dispose();
  const expected = sums(3000).mul(2).add(1).dataSync();
  assertEquals(await waiting, expected);
});

Deno.test("what nobody needs is never computed, nor held", () => {
  const x = cloud(3000, 3, 1);
  const { buffer } = memoryOf(x);
  let held = 0;
  const { hold, release } = buffer;
  buffer.hold = function () {
    held++;
    return hold.call(this);
  };
  buffer.release = function () {
    held--;
    release.call(this);
  };
  const y = cloud(12_000, 3, 2);
  const a = Vi(x).sqdist(Vj(y)).sum("j", { backend });
  const b = Vi(x).sqdist(Vj(y)).neg().exp().sum("j", { backend });
  assertEquals(held, 2);
  a.dispose();
  assertEquals(held, 1);
  b.dataSync();
  assertEquals(held, 0);
});

Deno.test("gradients of pending results are right", () => {
  const x = cloud(3000, 3, 1).requiresGrad();
  const y = cloud(12_000, 3, 2);
  const value = Vi(x).sqdist(Vj(y)).neg().exp().sum("j", { backend }).sum();
  assert(isPending(value));
  const [g] = grad(value, [x]);
  assert(isPending(g));
  const i = 1234;
  const [xs, ys, gs] = [x, y, g].map((t) => t.dataSync());
  const expected = [0, 0, 0];
  for (let j = 0; j < 12_000; j++) {
    const d = [0, 1, 2].map((c) => xs[3 * i + c] - ys[3 * j + c]);
    const k = Math.exp(-d.reduce((s, v) => s + v * v, 0));
    d.forEach((v, c) => expected[c] -= 2 * v * k);
  }
  expected.forEach((e, c) => {
    assert(Math.abs(gs[3 * i + c] - e) < 1e-4 * Math.abs(e) + 1e-3);
  });
});

Deno.test("long chains of pending results do not pile up", () => {
  let x = cloud(3000, 1, 1);
  const y = cloud(3000, 1, 2);
  for (let step = 0; step < 60; step++) {
    x = Vi(x).sub(Vj(y)).abs().min("j", { backend });
    assert(memoryOf(x).buffer.depth <= 17);
  }
  assertEquals(x.dataSync().length, 3000);
});

Deno.test("computations that were stopped keep no memory", async () => {
  for (let turn = 0; turn < 20; turn++) {
    const controller = new AbortController();
    const large = sums(3000);
    const waiting = large.data({ signal: controller.signal }).catch(() => {});
    await new Promise((go) => setTimeout(go, 1));
    controller.abort();
    await waiting;
  }
  const before = idleBytes();
  sums(3000).dataSync();
  assertEquals(idleBytes(), before);
});
