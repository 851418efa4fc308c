/** Training loops keep no memory, whatever is reduced inside. */

import v8 from "node:v8";
import vm from "node:vm";
import { grad } from "../../src/autodiff/grad.ts";
import { scope } from "../../src/autodiff/scope.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { Memory } from "../../src/tensor/memory.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { adam } from "../../src/train/adam.ts";
import type { Loss } from "../../src/train/descent.ts";
import { lbfgs } from "../../src/train/lbfgs.ts";
import { rand } from "../../src/train/random_tensors.ts";
import { sgd } from "../../src/train/sgd.ts";
import { assert, assertEquals } from "../assert.ts";

/** How many tensors and graph nodes hold memory more than before. */
function heldBy(f: () => void): number {
  const { hold, release } = Memory.prototype;
  let held = 0;
  Memory.prototype.hold = function () {
    held++;
    hold.call(this);
  };
  Memory.prototype.release = function () {
    held--;
    release.call(this);
  };
  try {
    f();
  } finally {
    Object.assign(Memory.prototype, { hold, release });
  }
  return held;
}

const x = rand([5, 2], { seed: 1, dtype: "float64" });
const y = rand([4, 2], { seed: 2, dtype: "float64" });

const LOSSES: Readonly<Record<string, Loss<[Tensor]>>> = {
  sum: (a) => Vi(a).sqdist(Vj(y)).neg().exp().sum("j").mean(),
  "matrix product": (a) => Vi(a).sqdist(Vj(a)).neg().exp().matmul(a).sum(),
  "log-sum-exp": (a) => Vi(a).dot(Vj(y)).logsumexp("j").mean(),
  "soft-max": (a) =>
    Vi(a).sqdist(Vj(y)).sumsoftmaxweight(Vj(a.slice(0, 4)), "j").sum(),
  minimum: (a) => Vi(a).sqdist(Vj(y)).min("j").mean(),
  "k least": (a) => Vi(a).sqdist(Vj(y)).kmin(2, "i").mean(),
  dense: (a) => Vi(a).sqdist(Vj(y)).dense().square().mean(),
  solution: (a) =>
    Vi(a).sqdist(Vj(a)).neg().exp().solve(a, { alpha: 1 }).square().sum(),
  "gradient inside": (a) => {
    const energy = Vi(a).sqdist(Vj(a)).neg().exp().sum("j").sum();
    const [g] = grad(energy, [a], { createGraph: true });
    return g.square().sum();
  },
};

for (const [name, loss] of Object.entries(LOSSES)) {
  Deno.test(`optimisers hold their results alone: ${name}`, () => {
    const options = { rate: 1e-3, momentum: 0.9, steps: 30 };
    for (const optimise of [sgd, adam, lbfgs]) {
      const held = heldBy(() => void optimise(loss, [x], options));
      assertEquals(held, 1, optimise.name);
    }
  });
}

/** Bytes in use after a collection, and after what it calls. */
async function heapUsed(collect: () => void): Promise<number> {
  for (let turn = 0; turn < 2; turn++) {
    // Weak references hold on until the current turn is over.
    await new Promise((resolve) => setTimeout(resolve));
    collect();
  }
  return Deno.memoryUsage().heapUsed;
}

/** Windows in which code is still compiled anew. */
const WARM_UP = 4;

/** What the middle one of some windows adds to the heap: noise is at ends. */
async function medianGrowth(
  window: () => void,
  windows: number,
): Promise<number> {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  const growths: number[] = [];
  let before = 0;
  for (let k = -WARM_UP; k < windows; k++) {
    window();
    const after = await heapUsed(collect);
    if (k >= 0) growths.push(after - before);
    before = after;
  }
  return growths.toSorted((a, b) => a - b)[windows >> 1];
}

const STEPS = 400;

function train(loss: Loss<[Tensor]>): void {
  const options = { rate: 1e-3, steps: STEPS };
  const [a] = adam(loss, [x], options).parameters;
  a.dispose();
}

Deno.test("training with reductions inside keeps nothing", async () => {
  const loss: Loss<[Tensor]> = (a) =>
    LOSSES.sum(a).add(LOSSES["log-sum-exp"](a));
  assertEquals(heldBy(() => train(loss)), 0);
  train(loss);
  const growth = await medianGrowth(() => train(loss), 17);
  assert(growth < 50 * STEPS, `${growth} bytes in ${STEPS} steps`);
  // So would be found what keeps 100 bytes a step.
  const kept: number[][] = [];
  const leak = await medianGrowth(() => {
    for (let k = 0; k < STEPS; k++) kept.push(new Array(12).fill(k / 2));
  }, 9);
  assert(leak > 50 * STEPS, `${leak} bytes for ${kept.length} of them`);
});

Deno.test("2000 steps of a loop by hand stay flat, with new numbers in it", () => {
  const held = heldBy(() => {
    let a = x.detach().requiresGrad();
    for (let step = 0; step < 2000; step++) {
      const next = scope(() => {
        const rate = 0.1 / (1 + step);
        const value = Vi(a).sqdist(Vj(y)).mul(-1 - rate).exp().sum("j").mean();
        const [g] = grad(value, [a]);
        return a.sub(g.mul(rate)).detach();
      });
      a.dispose();
      a = next.requiresGrad();
    }
  });
  assertEquals(held, 1);
});
