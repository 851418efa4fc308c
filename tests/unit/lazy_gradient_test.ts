/** Derivatives of everything a LazyTensor can do, against differences. */

import { grad } from "../../src/autodiff/grad.ts";
import { ArgumentError } from "../../src/errors.ts";
import { Category } from "../../src/formula/formula.ts";
import { genred } from "../../src/genred/genred.ts";
import { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { Pm, Vi, Vj } from "../../src/lazy/variables.ts";
import { variable } from "../../src/ops/core.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";

/** Numbers without a pattern, between -1 and 1. */
function noise(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((p, d) => p * d, 1);
  const at = (k: number) => Math.sin(12.9898 * (k + 1) + 78.233 * seed) * 43758;
  return tensor(
    Float64Array.from({ length: size }, (_, k) => 2 * (at(k) % 1) - 1)
      .map((v) => v / 2),
    shape,
  );
}

type Computation = (...inputs: Tensor[]) => Tensor;

/** A number out of a result: no symmetry hides an error. */
function mixed(result: Tensor): Tensor {
  return result.mul(noise(result.shape, 99).add(1.3)).sum();
}

/** The derivative of a number in one input, by central differences. */
function differences(
  f: (...inputs: Tensor[]) => number,
  inputs: readonly Tensor[],
  which: number,
  step: number,
): Float64Array {
  const { shape } = inputs[which];
  const base = Float64Array.from(inputs[which].dataSync());
  const moved = (k: number, by: number) => {
    const data = Float64Array.from(base);
    data[k] += by;
    const all = inputs.map((t, i) => i === which ? tensor(data, shape) : t);
    return f(...all);
  };
  return base.map((_, k) => (moved(k, step) - moved(k, -step)) / (2 * step));
}

/** First and second derivatives agree with differences. */
function check(
  name: string,
  f: Computation,
  shapes: readonly (readonly number[])[],
): void {
  Deno.test(`derivatives of ${name}`, () => {
    const inputs = shapes.map((s, k) => noise(s, k + 1));
    const value = (...x: Tensor[]) => mixed(f(...x)).item();
    const tracked = inputs.map((t) => t.detach().requiresGrad());
    const first = grad(mixed(f(...tracked)), tracked, { createGraph: true });
    first.forEach((g, k) =>
      assertAllClose(
        g.dataSync(),
        differences(value, inputs, k, 1e-5),
        1e-7,
        `${name}, first, input ${k}`,
      )
    );
    const slope = (...x: Tensor[]): Tensor => {
      const gs = grad(mixed(f(...x)), x, { createGraph: true });
      return gs.map(mixed).reduce((a, b) => a.add(b));
    };
    const second = grad(slope(...tracked), tracked);
    const slopeValue = (...x: Tensor[]) =>
      slope(...x.map((t) => t.detach().requiresGrad())).item();
    second.forEach((g, k) =>
      assertAllClose(
        g.dataSync(),
        differences(slopeValue, inputs, k, 1e-5),
        1e-6,
        `${name}, second, input ${k}`,
      )
    );
  });
}

const POINTS = [[4, 2], [5, 2]] as const;
const kernel = (x: Tensor, y: Tensor) => Vi(x).sqdist(Vj(y)).neg().exp();

for (const axis of ["i", "j"] as const) {
  check(`a sum over ${axis}`, (x, y) => kernel(x, y).sum(axis), POINTS);
  check(`a mean over ${axis}`, (x, y) => kernel(x, y).mean(axis), POINTS);
  check(`a product over ${axis}`, (x, y) => kernel(x, y).prod(axis), POINTS);
  check(
    `a log-sum-exp over ${axis}`,
    (x, y) => Vi(x).dot(Vj(y)).logsumexp(axis),
    POINTS,
  );
  check(
    `a smooth minimum over ${axis}`,
    (x, y) => Vi(x).sqdist(Vj(y)).softmin(axis),
    POINTS,
  );
  check(
    `a weighted log-sum-exp over ${axis}`,
    (x, y, w) => {
      const weight = Vj(w).square().add(0.5).mul(Vi(x).exp());
      return Vi(x).dot(Vj(y)).logsumexp(axis, { weight });
    },
    [...POINTS, [5, 2]],
  );
  check(
    `a soft-max over ${axis}`,
    (x, y, w) => {
      const weight = Vj(w).add(Vi(x).sin().elem(0));
      return Vi(x).dot(Vj(y)).sumsoftmaxweight(weight, axis);
    },
    [...POINTS, [5, 3]],
  );
  check(
    `a minimum over ${axis}`,
    (x, y) => Vi(x).sub(Vj(y)).square().min(axis),
    POINTS,
  );
  check(
    `a maximum with its index over ${axis}`,
    (x, y) => Vi(x).mul(Vj(y)).exp().maxArgmax(axis)[0],
    POINTS,
  );
  check(
    `the 3 least values over ${axis}`,
    (x, y) => Vi(x).sub(Vj(y)).square().mul(Vi(x)).kmin(3, axis),
    POINTS,
  );
  check(
    `the 2 largest values over ${axis}`,
    (x, y, g) => Vi(x).sqdist(Vj(y)).mul(Pm(g)).kmax(2, axis),
    [...POINTS, [1]],
  );
}

check(
  "a kernel product in points, weights and parameters",
  (x, y, b, g) => Vi(x).sqdist(Vj(y)).mul(Pm(g).square()).neg().exp().matmul(b),
  [...POINTS, [5, 3], [1]],
);
check(
  "one cloud as points i and j",
  (x) => Vi(x).sqdist(Vj(x)).add(0.5).rsqrt().mul(Vj(x)).sum("j"),
  [[5, 2]],
);
check(
  "batches that broadcast",
  (x, y, g) =>
    new LazyTensor(x).sub(new LazyTensor(y)).sqnorm2().mul(new LazyTensor(g))
      .neg().exp().sum("j"),
  [[2, 1, 4, 1, 2], [3, 1, 5, 2], [2, 3, 1, 1, 1]],
);
check(
  "minima of batches that broadcast",
  (x, y) => new LazyTensor(x).sub(new LazyTensor(y)).square().kmin(2, "j"),
  [[2, 1, 3, 1, 2], [3, 1, 5, 2]],
);
check("dense values", (x, y) => kernel(x, y).dense(), POINTS);
check(
  "the diagonal",
  (x, y) => Vi(x).sqdist(Vj(y)).add(Vi(x)).diag(),
  [[4, 2], [4, 2]],
);
check(
  "rows and columns",
  (x, y) => kernel(x, y).rows([2, 0, 2]).cols([4, 1]).sum("j"),
  POINTS,
);
check("a transpose", (x, y) => kernel(x, y).mul(Vi(x)).t().sum("j"), POINTS);
check(
  "blocks",
  (x, y, u) => {
    const blocks = LazyTensor.block([
      [Vi(x).sqdist(Vj(x)), Vi(x).dot(Vj(y))],
      [Vi(y).dot(Vj(x)), Vi(y).sqdist(Vj(y))],
    ]);
    return blocks.neg().exp().mul(Vj(u)).sum("j");
  },
  [[3, 2], [2, 2], [5, 2]],
);
check(
  "the solution of a linear system",
  (x, b, g) =>
    Vi(x).sqdist(Vj(x)).mul(Pm(g).square()).neg().exp()
      .solve(b, { alpha: 0.5, eps: 1e-14 }),
  [[5, 2], [5, 2], [1]],
);
check(
  "symbolic gradients",
  (x, y, e) => {
    const v = Vi(x);
    return v.sqdist(Vj(y)).neg().exp().grad(v, Vj(e)).sum("j");
  },
  [...POINTS, [5, 1]],
);
check(
  "Laplacians",
  (x, y) => {
    const v = Vi(x);
    return v.sqdist(Vj(y)).neg().exp().laplacian(v).sum("j");
  },
  POINTS,
);
check(
  "a sum of points i alone",
  (x) => Vi(x).exp().sum("j"),
  [[4, 2]],
);
check(
  "a sum on ranges",
  (x, y) =>
    kernel(x, y).withRanges({
      ranges_i: [[0, 2], [3, 4]],
      slices_i: [1, 3],
      redranges_j: [[1, 3], [0, 1], [4, 5]],
      ranges_j: [[0, 1], [1, 3], [4, 5]],
      slices_j: [1, 2, 3],
      redranges_i: [[3, 4], [0, 2], [3, 4]],
    }).sum("j"),
  POINTS,
);

Deno.test("a product with one zero has the product of the others as slope", () => {
  const y = tensor(new Float64Array([2, 0, 3]), [3, 1]).requiresGrad();
  const [g] = grad(Vj(y).prod("j"), [y]);
  assertAllClose(g.dataSync(), [0, 6, 0]);
});

Deno.test("rows without a result have no gradient", () => {
  const y = tensor(new Float64Array([NaN, NaN]), [2, 1]).requiresGrad();
  const x = tensor(new Float64Array([1]), [1, 1]).requiresGrad();
  const gs = grad(Vi(x).mul(Vj(y)).min("j"), [x]);
  assert(Number.isFinite(gs[0].item()) || Number.isNaN(gs[0].item()));
  const none = tensor(new Float64Array(0), [0, 1]);
  const [g] = grad(Vi(x).mul(Vj(none)).kmin(2, "j").sum(), [x]);
  assertAllClose(g.dataSync(), [0]);
});

Deno.test("reductions without a derivative say so", () => {
  const x = tensor(new Float64Array([1, 2]), [2, 1]).requiresGrad();
  const [raw] = Vj(x).reduce("Max_SumShiftExp", "j");
  assertThrows(() => grad(raw.sum(), [x]), ArgumentError, "Max_SumShiftExp");
});

Deno.test("generic reductions have derivatives, too", () => {
  const x = noise([4, 2], 1).requiresGrad();
  const y = noise([5, 2], 2);
  const f = genred("Exp(-SqDist(x,y))", ["x=Vi(2)", "y=Vj(2)"], { axis: 1 });
  const [g] = grad((f(x, y) as Tensor).sum(), [x]);
  const [h] = grad(kernel(x, y).sum("j").sum(), [x]);
  assertAllClose(g.dataSync(), h.dataSync());
});

Deno.test("third and fourth derivatives through dense values", () => {
  const points = tensor(Float64Array.of(0.3, -0.7), [2, 1]).requiresGrad();
  const others = tensor(Float64Array.of(0.1, 0.5, 0.9), [1, 3]);
  const slopes = (values: Tensor) => {
    let total = values.pow(4).sum();
    return [1, 2, 3, 4].map(() => {
      const [g] = grad(total, [points], { createGraph: true });
      total = g.sum();
      return [...g.dataSync()];
    });
  };
  const lazy = Vi(points).sub(Vj(others.reshape([3, 1]))).sin().dense();
  const dense = points.sub(others).sin();
  slopes(lazy.reshape([2, 3])).forEach((g, order) =>
    assertAllClose(g, slopes(dense)[order], 1e-12, `order ${order + 1}`)
  );
});

Deno.test("derivatives in a loop make no formulas but the first time", () => {
  const [x, y] = [noise([5, 2], 1).requiresGrad(), noise([4, 2], 2)];
  const twice = () => {
    const sums = Vi(x).sqdist(Vj(y)).neg().exp().sum("j");
    const [g] = grad(sums.square().sum(), [x], { createGraph: true });
    grad(g.square().sum(), [x]);
  };
  // Formulas are numbered as they are made.
  let asked = 2 ** 28;
  const number = () => variable(asked++, 1, Category.I).id;
  twice();
  const before = number();
  twice();
  assertEquals(number() - before, 1);
});
