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

/** Bytes in use after a collection, where one can be asked for. */
function heapUsed(collect: () => void): number {
  collect();
  collect();
  return Deno.memoryUsage().heapUsed;
}

Deno.test("10000 steps of training with reductions inside stay flat", () => {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  const sizes: number[] = [];
  const held = heldBy(() => {
    adam(
      (a) => LOSSES.sum(a).add(LOSSES["log-sum-exp"](a)),
      [x],
      {
        rate: 1e-3,
        steps: 10000,
        onStep: ({ step }) => {
          if (step % 2500 === 0 && step > 0) sizes.push(heapUsed(collect));
        },
      },
    );
  });
  assertEquals(held, 1);
  const growth = sizes[sizes.length - 1] - sizes[0];
  // The history alone takes 60 kB in between.
  assert(growth < 1e6, `the heap grew by ${growth} bytes: ${sizes}`);
});

Deno.test("10000 steps of a loop by hand stay flat, with new numbers in it", () => {
  const held = heldBy(() => {
    let a = x.detach().requiresGrad();
    for (let step = 0; step < 10000; step++) {
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
