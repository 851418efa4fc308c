/**
 * Memory over many calls on a GPU, on the emulator or on a device.
 *
 * @module
 */

import { scope, tensor, Vi, Vj } from "../mod.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import { assert, assertEquals } from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { alive, calls } from "./emulator_hooks.ts";

Deno.test({
  name: "100000 calls leave host and device memory flat",
  ignore: !ON_CUDA,
  fn() {
    const x = tensor([[0, 0], [1, 0]], undefined, { device: "cuda" });
    const kernel = Vi(x).sqdist(Vj(x)).neg().exp();
    const once = () => scope(() => void kernel.sum("j"));
    const { pool } = cudaDevice(0);
    for (let k = 0; k < 2000; k++) once();
    pool.trim();
    once();
    // Streams, events, modules ... as the emulator counts them.
    const known = () => [
      alive(),
      calls("cuMemAlloc_v2"),
      calls("cuStreamSynchronize"),
      pool.held,
      pool.used,
    ];
    const before = known();
    const resident = Deno.memoryUsage().rss;
    for (let k = 0; k < 100_000; k++) once();
    assertEquals(known(), before);
    const grown = (Deno.memoryUsage().rss - resident) / 2 ** 20;
    assert(grown < 64, `${grown} MiB more`);
  },
});
