/**
 * Mixtures, interpolation, densities and tests as scikit-learn, SciPy and
 * PyTorch compute them, and as closed forms have them.
 */

import { logDensity, meanShift } from "../../examples/density.ts";
import * as mixture from "../../examples/gaussian_mixture.ts";
import { gaussians, kriging, thinPlate } from "../../examples/interpolation.ts";
import { discrepancies, twoSampleTest } from "../../examples/two_sample.ts";
import { randn, tensor } from "../../mod.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { referenceOf } from "./reference.ts";

Deno.test("the density of a mixture is that of scikit-learn", () => {
  const { inputs, answer } = referenceOf("gaussian_mixture");
  const { x, means, factors, logits } = inputs;
  const found = mixture.logDensity(x, [means, factors, logits]);
  assertAllClose(found.dataSync(), answer("log density"), 1e-12);
});

Deno.test("a mixture learns as with PyTorch's Adam", () => {
  const { inputs, answer } = referenceOf("gaussian_mixture");
  const { x, means, factors, logits } = inputs;
  const { history } = mixture.fit(x, [means, factors, logits], {
    rate: 0.05,
    steps: 20,
  });
  assertAllClose(history, answer("history"), 1e-9);
  assert(history[20] < history[0] - 0.5);
});

Deno.test("a round mixture of one is a normal density", () => {
  const x = tensor([[1, 2]], undefined, { dtype: "float64" });
  const one = mixture.roundMixture(x.mul(0), 3);
  const expected = -5 / 18 - Math.log(2 * Math.PI * 9);
  assertAllClose(mixture.logDensity(x, one).dataSync(), [expected], 1e-14);
});

Deno.test("interpolation is that of SciPy", () => {
  const { inputs: { x, values, at }, answer } = referenceOf("interpolation");
  const data = { x, values, at };
  assertAllClose(
    gaussians(data, 0.1, 1e-3).dataSync(),
    answer("gaussians"),
    1e-6,
  );
  assertAllClose(thinPlate(data).dataSync(), answer("thin plate"), 1e-6);
  assertAllClose(kriging(data, 0.5, 0.02).dataSync(), answer("kriging"), 1e-8);
});

Deno.test("thin-plate splines keep affine functions as they are", () => {
  const { inputs: { x, at } } = referenceOf("interpolation");
  const plane = (p: typeof x) =>
    p.mul(tensor([2, -3], undefined, { dtype: "float64" }))
      .sum(1, { keepDims: true }).add(1);
  const found = thinPlate({ x, values: plane(x), at });
  assertAllClose(found.dataSync(), plane(at).dataSync(), 1e-6);
});

Deno.test("densities and modes are those of scikit-learn", () => {
  const { inputs: { x, at }, answer } = referenceOf("density");
  assertAllClose(
    logDensity(x, at, 0.4).dataSync(),
    answer("log density"),
    1e-12,
  );
  const { places, labels } = meanShift(x, 0.4);
  assertAllClose(places.dataSync(), answer("places"), 1e-10);
  assertEquals([...labels.dataSync()], answer("labels"));
});

Deno.test("discrepancies are those of their dense matrix", () => {
  const { inputs: { x, y, weights }, answer } = referenceOf("two_sample");
  const found = discrepancies(x.concat([y]), weights, 0.8);
  assertAllClose(found.dataSync(), answer("discrepancies"), 1e-13);
  const verdict = twoSampleTest(x, y, 0.8, 20, 5);
  assertAllClose([verdict.pValue], answer("p"), 1e-14);
  assertAllClose([verdict.statistic], answer("discrepancies").slice(0, 1));
});

Deno.test("the discrepancy of normal samples is near its closed form", () => {
  const [count, width, apart] = [3000, 1, 1.5];
  const x = randn([count, 2], { seed: 1, dtype: "float64" });
  const y = randn([count, 2], { seed: 2, dtype: "float64" })
    .add(tensor([apart, 0], undefined, { dtype: "float64" }));
  const { statistic, pValue } = twoSampleTest(x, y, width, 19);
  const spread = width ** 2 + 2;
  const exact = 2 * width ** 2 / spread *
    (1 - Math.exp(-(apart ** 2) / (2 * spread)));
  assertAllClose([statistic], [exact], 0.02);
  assertEquals(pValue, 1 / 20);
});
