/** Optimisers: what each step does, when they stop, what they refuse. */

import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { adam } from "../../src/train/adam.ts";
import type { Progress } from "../../src/train/descent.ts";
import { lbfgs } from "../../src/train/lbfgs.ts";
import { rand, randn } from "../../src/train/random_tensors.ts";
import { sgd } from "../../src/train/sgd.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";

const float64 = (...x: number[]) => tensor(new Float64Array(x));
const scale = float64(1, 10);
/** The sum of x^2 + 10 y^2, halved: the gradient is (x, 10 y). */
const bowl = (x: Tensor) => x.square().mul(scale).sum().mul(0.5);

function entries(tensors: readonly Tensor[]): number[] {
  return tensors.flatMap((t) => Array.from(t.dataSync()));
}

Deno.test("sgd: three steps by hand", () => {
  const path: number[][] = [];
  const found = sgd(bowl, [float64(1, 1)], {
    rate: 0.05,
    steps: 3,
    onStep: ({ parameters }) => void path.push(entries(parameters)),
  });
  const expected = [0, 1, 2, 3].map((k) => [0.95 ** k, 0.5 ** k]);
  path.forEach((x, k) => assertAllClose(x, expected[k]));
  assertAllClose(entries(found.parameters), expected[3]);
  assertAllClose(
    found.history,
    expected.map(([x, y]) => (x * x + 10 * y * y) / 2),
  );
  assertEquals(found.value, found.history[3]);
  assertEquals([found.steps, found.reason, found.converged], [
    3,
    "steps",
    false,
  ]);
  assertEquals(found.parameters[0].tracked, false);
});

Deno.test("sgd with momentum, Nesterov's too, and a schedule", () => {
  const rates = [0.05, 0.02, 0.01];
  for (const nesterov of [false, true]) {
    const { parameters } = sgd(bowl, [float64(1, 1)], {
      rate: (step) => rates[step],
      momentum: 0.9,
      nesterov,
      steps: 3,
    });
    const expected = [1, 10].map((a) => {
      let [x, v] = [1, 0];
      for (const h of rates) {
        v = 0.9 * v + a * x;
        x -= h * (nesterov ? 0.9 * v + a * x : v);
      }
      return x;
    });
    assertAllClose(entries(parameters), expected, 1e-12);
  }
});

Deno.test("adam: three steps by hand, with decay of weights", () => {
  const { parameters } = adam(bowl, [float64(1, -2)], {
    rate: 0.1,
    betas: [0.8, 0.95],
    eps: 1e-3,
    weightDecay: 0.3,
    steps: 3,
  });
  const expected = [[1, 1], [-2, 10]].map(([start, a]) => {
    let [x, m, v] = [start, 0, 0];
    for (let t = 1; t <= 3; t++) {
      const g = a * x;
      m = 0.8 * m + 0.2 * g;
      v = 0.95 * v + 0.05 * g * g;
      const step = m / (1 - 0.8 ** t) / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-3);
      x = x * (1 - 0.1 * 0.3) - 0.1 * step;
    }
    return x;
  });
  assertAllClose(entries(parameters), expected, 1e-12);
});

Deno.test("lbfgs solves Rosenbrock's problem in 20 dimensions", () => {
  const loss = (x: Tensor) => {
    const [a, b] = [x.slice([0], [19]), x.slice([1], [20])];
    return b.sub(a.square()).square().mul(100)
      .add(a.sub(1).square()).sum();
  };
  const start = float64(...Array.from({ length: 10 }, () => [-1.2, 1]).flat());
  const found = lbfgs(loss, [start], { steps: 300 });
  assertEquals(found.reason, "tolerance");
  assertAllClose(entries(found.parameters), new Array(20).fill(1), 1e-6);
  const { history } = found;
  assert(history.every((v, k) => k === 0 || v < history[k - 1]));
});

Deno.test("lbfgs ends on quadratic functions in few steps, over several tensors", () => {
  const root = randn([8, 8], { seed: 1, dtype: "float64" });
  const target = randn([8], { seed: 2, dtype: "float64" });
  const loss = (x: Tensor, y: Tensor) =>
    root.matmul(x.concat([y.reshape([5])]).expandDims(1)).squeeze(1)
      .sub(target).square().sum();
  const zero = tensor(new Float64Array(5), [5, 1]);
  const found = lbfgs(loss, [float64(0, 0, 0), zero], {
    steps: 200,
    tolerance: 1e-9,
  });
  assertEquals(found.reason, "tolerance");
  assert(found.value < 1e-16);
  assertEquals(found.parameters.map((t) => t.shape), [[3], [5, 1]]);
});

Deno.test("lbfgs finds its way from where the loss is no number", () => {
  // The logarithm forbids long steps.
  const barrier = (x: Tensor) => x.sub(x.log()).sum();
  const found = lbfgs(barrier, [float64(1e-4, 30, 1)]);
  assertEquals(found.reason, "tolerance");
  assertAllClose(entries(found.parameters), [1, 1, 1], 1e-5);
});

Deno.test("float32: lbfgs stops where rounding hides the decrease", () => {
  const start = tensor([-1.2, 1]);
  const loss = (x: Tensor) => {
    const [a, b] = [x.select(0), x.select(1)];
    return b.sub(a.square()).square().mul(100).add(a.sub(1).square()).add(50);
  };
  const found = lbfgs(loss, [start], { tolerance: 1e-12 });
  assertEquals(found.parameters[0].dtype, "float32");
  assert(["stalled", "tolerance"].includes(found.reason), found.reason);
  assert(found.value - 50 < 1e-3, `${found.value}`);
});

Deno.test("points fit a density through a reduction over pairs", () => {
  const x = rand([30, 2], { seed: 1, dtype: "float64" });
  const y = rand([20, 2], { seed: 2, dtype: "float64" });
  const energy = (a: Tensor, b: Tensor) =>
    Vi(a).sqdist(Vj(b)).add(0.01).sqrt().sum("j").mean();
  const loss = (a: Tensor) =>
    energy(a, y).mul(2).sub(energy(a, a).mul(20 / 30));
  const results = [
    sgd(loss, [x], { rate: 0.02, steps: 50 }),
    adam(loss, [x], { rate: 0.01, steps: 50 }),
    lbfgs(loss, [x], { steps: 50 }),
  ];
  for (const { value, history } of results) {
    assert(value < history[0], `${value} from ${history[0]}`);
  }
  assert(results[2].value <= results[0].value);
});

const OPTIMISERS = {
  sgd: (options: object, x = float64(1, 1)) =>
    sgd(bowl, [x], { rate: 0.05, ...options }),
  adam: (options: object, x = float64(1, 1)) => adam(bowl, [x], options),
  lbfgs: (options: object, x = float64(1, 1)) => lbfgs(bowl, [x], options),
};

for (const [name, run] of Object.entries(OPTIMISERS)) {
  Deno.test(`${name}: when it stops`, () => {
    const none = run({ steps: 0 });
    assertEquals([none.steps, none.reason, none.value], [0, "steps", 5.5]);
    const there = run({}, float64(0, 0));
    assertEquals([there.steps, there.converged], [0, true]);
    const early = run({ onStep: ({ step }: Progress) => step < 2 });
    assertEquals([early.steps, early.reason], [2, "callback"]);
    const near = run({ tolerance: 100 });
    assertEquals([near.steps, near.reason], [0, "tolerance"]);
    const lost = run({}, float64(NaN, 1));
    assertEquals([lost.steps, lost.reason], [0, "diverged"]);
    const far = run({}, float64(Infinity, 1));
    assertEquals(far.reason, "diverged");
  });

  Deno.test(`${name}: progress tells value and gradient`, () => {
    const seen: Progress[] = [];
    run({ steps: 2, onStep: (p: Progress) => void seen.push(p) });
    assertEquals(seen.map((p) => p.step), [0, 1, 2]);
    assertAllClose([seen[0].value, seen[0].gradientNorm], [
      5.5,
      Math.sqrt(101),
    ]);
    assert(seen[0].parameters[0].disposed);
  });

  Deno.test(`${name}: a signal ends it`, () => {
    const control = new AbortController();
    const onStep = ({ step }: Progress) => {
      if (step === 1) control.abort(new ArgumentError("enough"));
    };
    assertThrows(
      () => run({ onStep, signal: control.signal }),
      ArgumentError,
      "enough",
    );
    assertThrows(() => run({ signal: control.signal }), ArgumentError);
  });

  Deno.test(`${name}: what it refuses`, () => {
    const refused = (options: object, part: string) =>
      assertThrows(() => run(options), ArgumentError, part);
    refused({ steps: -1 }, "steps -1");
    refused({ steps: 1.5 }, "non-negative integer");
    refused({ tolerance: NaN }, "tolerance NaN");
    assertThrows(
      () => run({}, tensor([1], [1], { dtype: "int32" })),
      ArgumentError,
      "int32",
    );
  });

  Deno.test(`${name}: tensors that require gradients stay apart`, () => {
    const x = float64(1, 1).requiresGrad();
    const { parameters } = run({ steps: 1 }, x);
    assertEquals(parameters[0].tracked, false);
    assertEquals(x.tracked, true);
    assertEquals(x.disposed, false);
    assertAllClose(x.dataSync(), [1, 1]);
  });
}

Deno.test("options of one optimiser", () => {
  assertThrows(() => OPTIMISERS.sgd({ rate: 0 }), ArgumentError, "rate 0");
  assertThrows(() => OPTIMISERS.sgd({ momentum: 1 }), ArgumentError, "[0, 1)");
  assertThrows(
    () => OPTIMISERS.sgd({ rate: (k: number) => 1 - k }),
    ArgumentError,
    "rate 0",
  );
  assertThrows(() => OPTIMISERS.adam({ betas: [0.9] }), ArgumentError, "betas");
  assertThrows(() => OPTIMISERS.adam({ eps: 0 }), ArgumentError, "eps");
  assertThrows(
    () => OPTIMISERS.adam({ weightDecay: -1 }),
    ArgumentError,
    "weightDecay",
  );
  assertThrows(() => OPTIMISERS.lbfgs({ memory: 0 }), ArgumentError, "memory");
  assertThrows(
    () => OPTIMISERS.lbfgs({ lineSearchSteps: 0 }),
    ArgumentError,
    "lineSearchSteps",
  );
  assertThrows(() => adam(() => float64(1), []), ArgumentError, "list of");
  assertThrows(
    () => sgd((x) => x, [float64(1, 2)], { rate: 1 }),
    ShapeError,
    "one float entry",
  );
});
