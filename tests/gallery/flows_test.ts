/**
 * Bodies, surfaces, attention, metrics and embeddings as PyTorch, NumPy and
 * scikit-learn compute them, and as closed forms have them.
 */

import { circle, convolve } from "../../examples/anisotropic.ts";
import {
  attention,
  hits,
  induction,
  repeated,
  scores,
} from "../../examples/attention.ts";
import {
  accelerations,
  energy,
  galaxies,
  leapfrog,
} from "../../examples/nbody.ts";
import {
  distance,
  loss,
  register,
  surfaces,
} from "../../examples/registration.ts";
import { embedding } from "../../examples/spectral_embedding.ts";
import {
  affinities,
  divergence,
  jointEntropy,
  purity,
  tsne,
} from "../../examples/tsne.ts";
import { digits } from "../../examples/helpers/digits.ts";
import {
  causal,
  LazyTensor,
  Pm,
  randn,
  type Tensor,
  tensor,
  valueAndGrad,
  Vj,
} from "../../mod.ts";
import { assert, assertAllClose } from "../assert.ts";
import { referenceOf } from "./reference.ts";

for (const name of ["full", "causal"] as const) {
  Deno.test(`${name} attention and its gradients are those of PyTorch`, () => {
    const { inputs: { q, k, v }, answer } = referenceOf("attention");
    const options = { causal: name === "causal" };
    const heard = attention(q, k, v, options);
    assertAllClose(heard.dataSync(), answer(name), 1e-13);
    const { grads } = valueAndGrad((...qkv: [Tensor, Tensor, Tensor]) =>
      attention(...qkv, options).square().sum()
    )(q, k, v);
    grads.forEach((g, at) =>
      assertAllClose(g.dataSync(), answer(`${name} ${"qkv"[at]}`), 1e-12)
    );
  });
}

Deno.test("causal attention by chunks is that of each row on its own", () => {
  const [q, k, v] = [1, 2, 3].map((seed) =>
    randn([600, 4], { seed, dtype: "float64" })
  );
  const rows = scores(q, k).withRanges(causal())
    .sumsoftmaxweight(new LazyTensor(v.expandDims(0)), "j");
  const chunks = attention(q, k, v, { causal: true });
  assertAllClose(chunks.dataSync(), rows.dataSync(), 1e-12);
});

Deno.test("an induction head expects what it has heard before", () => {
  const tokens = repeated(200, 2000);
  const { expected } = induction(tokens, 2000);
  // A hit more or less is a matter of the last digits: 180 of 199 here.
  assert(hits(tokens, expected) > 0.87);
});

Deno.test("kernels with metrics are those of NumPy", () => {
  const { inputs, answer } = referenceOf("anisotropic");
  const { x, y, b, across, widths } = inputs;
  const metrics = {
    number: Pm(3),
    vector: Pm([2, 0.5]),
    matrix: Pm([2, 0.7, 0.7, 1]),
    numbers: Vj(widths.slice([0, 0], [undefined, 1])),
    vectors: Vj(widths),
    matrices: Vj(across),
  };
  for (const [name, metric] of Object.entries(metrics)) {
    const found = convolve(x, y, b, metric).dataSync();
    assertAllClose(found, answer(name), 1e-13, name);
  }
  // Along the circle the metric is 4, across it 80.
  const [first] = circle(8).across.arraySync() as number[][];
  assertAllClose(first, [80, 0, 0, 4], 1e-12);
});

Deno.test("bodies move as with NumPy", () => {
  const { inputs: { x, v, m }, answer } = referenceOf("nbody");
  const pull = accelerations({ x, v, m }, 0.05);
  assertAllClose(pull.dataSync(), answer("pull"), 1e-12);
  assertAllClose([energy({ x, v, m }, 0.05)], answer("energy"), 1e-12);
  const after = leapfrog({ x, v, m }, 0.05, 0.02, 25);
  assertAllClose(after.x.dataSync(), answer("x"), 1e-9);
  assertAllClose(after.v.dataSync(), answer("v"), 1e-8);
});

Deno.test("many bodies pull one another within a tolerance", () => {
  const bodies = galaxies(16000, "float32");
  const [exact, near] = [undefined, 1e-3].map((tolerance) =>
    accelerations(bodies, 0.05, tolerance)
  );
  const largest = exact.abs().max().item();
  const error = near.sub(exact).abs().max().item();
  assert(error < 3e-3 * largest, `${error} of ${largest}`);
});

Deno.test("two bodies on a circle come back", () => {
  const dtype = "float64";
  const [radius, core, mass] = [1, 0.3, 0.5];
  const speed = Math.sqrt(
    2 * mass * radius ** 2 / (4 * radius ** 2 + core ** 2) ** 1.5,
  );
  const bodies = {
    x: tensor([[radius, 0], [-radius, 0]], undefined, { dtype }),
    v: tensor([[0, speed], [0, -speed]], undefined, { dtype }),
    m: tensor([[mass], [mass]], undefined, { dtype }),
  };
  const period = 2 * Math.PI * radius / speed;
  const error = (steps: number) => {
    const { x } = leapfrog(bodies, core, period / steps, steps);
    return x.sub(bodies.x).abs().max().item();
  };
  const [coarse, fine] = [error(100), error(200)];
  assert(fine < 3e-3, `${fine}`);
  // The leapfrog is of second order.
  assert(coarse / fine > 3.5 && coarse / fine < 4.5, `${coarse / fine}`);
});

Deno.test("the divergence of t-SNE and its gradient are scikit-learn's", () => {
  const { inputs: { x, y }, answer } = referenceOf("tsne");
  const found = affinities(x, 10);
  const { value, grads: [g] } = valueAndGrad((at: Tensor) =>
    divergence(at, found)
  )(y);
  assertAllClose([value.item() + jointEntropy(found)], answer("value"), 1e-4);
  const [slope, expected] = [g.dataSync(), answer("gradient")];
  const scale = Math.max(...expected.map(Math.abs));
  assertAllClose(
    Float64Array.from(slope, (s) => s / scale),
    expected.map((s) => s / scale),
    1e-3,
  );
});

Deno.test("t-SNE keeps neighbours together", () => {
  const { x, labels } = digits(200, 6);
  const start = randn([200, 2], { seed: 7 }).mul(1e-2);
  const y = tsne(affinities(x, 15), start, { steps: 120 });
  const [after, before] = [purity(y, labels), purity(x, labels)];
  assert(after > before - 0.12, `${before} became ${after}`);
});

Deno.test("the smoothest functions on a roll are those of SciPy", () => {
  const { inputs: { x }, answer } = referenceOf("spectral");
  const { values, coordinates } = embedding(x, 2.5, 4);
  assertAllClose(values.dataSync(), answer("values").slice(0, 4), 1e-9);
  const [found, expected] = [coordinates.dataSync(), answer("coordinates")];
  // Eigenvectors have no sign of their own.
  const along = [0, 1, 2, 3].map((c) =>
    Math.sign(
      expected.reduce((s, e, k) => k % 4 === c ? s + e * found[k] : s, 0),
    )
  );
  assertAllClose(
    found,
    expected.map((e, k) => e * along[k % 4]),
    1e-7,
  );
});

for (const attachment of ["currents", "varifold"] as const) {
  const options = { attachment, sigma: 0.5, width: 0.6, gamma: 0.01 };

  Deno.test(`registration by ${attachment} is that of PyTorch`, () => {
    const { inputs, answer } = referenceOf("registration");
    const { points, triangles, target, faces, p } = inputs;
    const problem = {
      ...options,
      source: { points, triangles },
      target: { points: target, triangles: faces },
      steps: 3,
    };
    const { value, grads: [g] } = valueAndGrad((p: Tensor) => loss(problem, p))(
      p,
    );
    assertAllClose([value.item()], answer(attachment), 1e-11);
    assertAllClose(g.dataSync(), answer(`${attachment} gradient`), 1e-10);
  });

  Deno.test(`registration by ${attachment} brings surfaces together`, () => {
    const [source, target] = surfaces(0.7);
    const problem = { ...options, source, target, steps: 3 };
    const before = distance(source, target, attachment, 0.6).item();
    const { history } = register(problem, { steps: 12 });
    assertAllClose([history[0]], [before], 1e-12);
    assert(history[12] < 0.5 * before, `${before} -> ${history[12]}`);
    // A surface is at no distance from itself.
    assertAllClose([distance(source, source, attachment, 0.6).item()], [0]);
  });
}
