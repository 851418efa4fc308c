/** Several results of one pass: sums with their gradients. */

import { ArgumentError } from "../../src/errors.ts";
import { planOf } from "../../src/engine/plan.ts";
import { grad } from "../../src/autodiff/grad.ts";
import { reduceMany } from "../../src/lazy/many.ts";
import { promoted } from "../../src/lazy/base.ts";
import type { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { sumAndGrad } from "../../src/lazy/sum_and_grad.ts";
import { Pm, Vi, Vj } from "../../src/lazy/variables.ts";
import { costOfPair } from "../../src/program/cost.ts";
import {
  reductionNamed,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { randn } from "../../src/train/random_tensors.ts";
import { referenceBackend } from "../../src/reference/interpret.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import { NAMED_BACKENDS } from "../backends.ts";

const dtype = "float64";
const [x0, y0, b0, e0] = [[23, 3], [31, 3], [31, 2], [23, 2]]
  .map((shape, k) => randn(shape, { seed: k + 1, dtype }));

function assertSame(actual: Tensor, expected: Tensor, tolerance = 1e-11): void {
  assertEquals(actual.shape, expected.shape);
  assertAllClose(actual.dataSync(), expected.dataSync(), tolerance);
}

/** The functions that a pass over the pairs calls for each of them. */
function callsOf(formulas: readonly LazyTensor[]): number {
  const reduction = reductionNamed("Sum");
  const requests = formulas.map((f) => {
    const { formula } = promoted(f);
    const setup = reductionSetup(reduction, [formula.dim], {});
    return { reduction, formulas: [formula], setup };
  });
  const { program } = planOf(requests, "j", referenceBackend);
  return costOfPair(program).calls;
}

Deno.test("a sum and its gradient are those of two passes, and second ones", () => {
  for (const backend of NAMED_BACKENDS) {
    const options = { backend };
    const once = x0.detach().requiresGrad();
    const twice = x0.detach().requiresGrad();
    const x = Vi(once);
    const kernel = x.sqdist(Vj(y0)).neg().exp().mul(Vj(b0));
    const { sum, gradients: [slopes] } = sumAndGrad(kernel, [x], "j", {
      ...options,
      gradOutput: Vi(e0),
    });
    const wanted = Vi(twice).sqdist(Vj(y0)).neg().exp().matmul(b0, options);
    const [g] = grad(wanted, [twice], { gradOutput: e0, createGraph: true });
    assertSame(sum, wanted);
    assertSame(slopes, g);
    const [h] = grad(slopes.square().sum().add(sum.sum()), [once]);
    const [k] = grad(g.square().sum().add(wanted.sum()), [twice]);
    assertSame(h, k);
  }
});

Deno.test("gradients of points j beside sums over i, in several variables", () => {
  const [y, c] = [Vj(y0), Vj(b0)];
  const kernel = Vi(x0).sqdist(y).neg().exp().mul(c);
  const { sum, gradients } = sumAndGrad(kernel, [y, c], "i");
  const [yt, bt] = [y0, b0].map((t) => t.detach().requiresGrad());
  const wanted = Vi(x0).sqdist(Vj(yt)).neg().exp().mul(Vj(bt)).sum("i");
  assertSame(sum, wanted);
  grad(wanted.sum(), [yt, bt]).forEach((g, k) => assertSame(gradients[k], g));
});

Deno.test("one pass computes once what a sum and its gradient share", () => {
  const x = Vi(x0);
  const kernel = x.sqdist(Vj(y0)).neg().exp();
  const slope = kernel.grad(x, 1);
  assertEquals(callsOf([kernel]), 1);
  assertEquals(callsOf([slope]), 1);
  assertEquals(callsOf([kernel, slope]), 1);
});

Deno.test("several reductions in one pass are those of one pass each", () => {
  for (const backend of NAMED_BACKENDS) {
    const d = Vi(x0).sqdist(Vj(y0));
    const options = { backend };
    const [[total], [least, at], [soft], [near]] = reduceMany(
      [
        { of: d, reduction: "Sum" },
        { of: d, reduction: "Min_ArgMin" },
        { of: d.neg(), reduction: "LogSumExp" },
        { of: d, reduction: "ArgKMin", k: 3 },
      ],
      "j",
      options,
    );
    assertSame(total, d.sum("j", options));
    assertSame(least, d.min("j", options));
    assertEquals(at.dataSync(), d.argmin("j", options).dataSync());
    assertSame(soft, d.neg().logsumexp("j", options));
    assertEquals(near.dataSync(), d.argKmin(3, "j", options).dataSync());
  }
});

Deno.test("sums have gradients beside them in points that they keep", () => {
  const [x, y] = [Vi(x0), Vj(y0)];
  const kernel = x.sqdist(y).mul(Pm(2)).exp();
  assertThrows(
    () => sumAndGrad(kernel, [y], "j"),
    ArgumentError,
    "Cannot give the gradient in a variable beside a sum over j, unless it has one vector for each i: what Vi(x) gives is wanted",
  );
  assertThrows(
    () => sumAndGrad(kernel, [x], "i"),
    ArgumentError,
    "what Vj(x) gives is wanted",
  );
  assertThrows(
    () => sumAndGrad(kernel, [x.square()], "j"),
    ArgumentError,
    "a variable is wanted",
  );
});
